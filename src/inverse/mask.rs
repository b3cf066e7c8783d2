//! Which pixels of an image are observed.
//!
//! Made by `study`, `cli` and the dashboard (drawn at random, in regular shapes, painted pixel by
//! pixel); used by everything else in `inverse`.

use std::ops::Range;

use rand::Rng;
use rand::seq::SliceRandom;

use super::InverseError;

/// A mask over D pixels, true where observed, with the two index lists that it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    bits: Vec<bool>,
    observed: Vec<usize>,
    missing: Vec<usize>,
}

/// The half of an image that is observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// Columns below side / 2.
    Left,
    /// The other columns.
    Right,
    /// Rows below side / 2.
    Top,
    /// The other rows.
    Bottom,
}

/// The direction of observed lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stripes {
    /// Whole rows are observed.
    Rows,
    /// Whole columns are observed.
    Columns,
}

impl Mask {
    /// The mask with exactly these bits.
    pub fn new(bits: Vec<bool>) -> Self {
        let (observed, missing) = (0..bits.len()).partition(|&i| bits[i]);
        Self { bits, observed, missing }
    }

    /// A mask of `side` x `side` pixels, row by row, observed where `observed(row, column)` says so.
    pub fn from_fn(side: usize, mut observed: impl FnMut(usize, usize) -> bool) -> Self {
        let mut bits = Vec::new();
        for row in 0..side {
            bits.extend((0..side).map(|column| observed(row, column)));
        }
        Self::new(bits)
    }

    /// A mask with floor(`fraction` * `dim`) pixels observed, drawn uniformly without replacement
    /// (78 of 784 at 0.1). The fractions 0 and 1 are legal.
    ///
    /// The product may lie below an integer by its rounding error alone and still counts as that
    /// integer: 0.29 of 100 pixels are 29, though 0.29 * 100.0 is 28.999999999999996.
    ///
    /// # Errors
    /// [`InverseError::Fraction`] outside [0, 1] or NaN.
    pub fn random<R: Rng>(dim: usize, fraction: f64, rng: &mut R) -> Result<Self, InverseError> {
        if !(0.0..=1.0).contains(&fraction) {
            return Err(InverseError::Fraction(fraction));
        }
        let mut bits = vec![false; dim];
        for pixel in rand::seq::index::sample(rng, dim, Self::count(dim, fraction)) {
            bits[pixel] = true;
        }
        Ok(Self::new(bits))
    }

    /// floor(`fraction` * `dim`), at most `dim`: the pixels that [`Mask::random`] observes; 0 for a NaN.
    pub fn count(dim: usize, fraction: f64) -> usize {
        let product = fraction * dim as f64;
        // A float cast saturates.
        ((product * (1.0 + 4.0 * f64::EPSILON)).floor() as usize).min(dim)
    }

    /// All `dim` pixels in random order, those that this mask observes before the others: its continuation.
    ///
    /// With [`Mask::first_of`] it makes masks of any number of pixels, of which each holds every smaller one,
    /// and this mask is one.
    pub fn order<R: Rng>(&self, rng: &mut R) -> Vec<usize> {
        let mut order = self.observed.clone();
        order.shuffle(rng);
        let mut rest = self.missing.clone();
        rest.shuffle(rng);
        order.append(&mut rest);
        order
    }

    /// A mask over `order.len()` pixels with the first `count` of `order` observed; what is no index of a pixel
    /// is passed over.
    pub fn first_of(order: &[usize], count: usize) -> Self {
        let mut bits = vec![false; order.len()];
        for &pixel in order.iter().take(count) {
            if let Some(bit) = bits.get_mut(pixel) {
                *bit = true;
            }
        }
        Self::new(bits)
    }

    /// A `side` x `side` mask with the block `rows` x `columns` missing and the rest observed; what
    /// lies outside the image is cut off. For a block observed, [`Mask::inverted`].
    pub fn block_missing(side: usize, rows: Range<usize>, columns: Range<usize>) -> Self {
        Self::from_fn(side, |row, column| !(rows.contains(&row) && columns.contains(&column)))
    }

    /// A `side` x `side` mask with the square block of `size` x `size` pixels in the middle missing (up and to the
    /// left of the middle when it cannot be exact), and the rest observed.
    pub fn central_block_missing(side: usize, size: usize) -> Self {
        let size = size.min(side);
        let first = (side - size) / 2;
        Self::block_missing(side, first..first + size, first..first + size)
    }

    /// A `side` x `side` mask with one half observed; the middle line of an odd side belongs to
    /// [`Half::Right`] and [`Half::Bottom`].
    pub fn half(side: usize, half: Half) -> Self {
        let lines = match half {
            Half::Left | Half::Top => side / 2,
            Half::Right | Half::Bottom => side - side / 2,
        };
        Self::margin(side, half, lines)
    }

    /// A `side` x `side` mask with the `lines` rows or columns at one edge observed, more or fewer than half.
    pub fn margin(side: usize, edge: Half, lines: usize) -> Self {
        let last = side.saturating_sub(lines);
        Self::from_fn(side, |row, column| match edge {
            Half::Left => column < lines,
            Half::Right => column >= last,
            Half::Top => row < lines,
            Half::Bottom => row >= last,
        })
    }

    /// A `side` x `side` mask with every `period`-th row or column observed, from the first on; a
    /// period of 0 observes nothing.
    pub fn stripes(side: usize, stripes: Stripes, period: usize) -> Self {
        let chosen = |line: usize| period > 0 && line.is_multiple_of(period);
        Self::from_fn(side, |row, column| match stripes {
            Stripes::Rows => chosen(row),
            Stripes::Columns => chosen(column),
        })
    }

    /// The mask with observed and missing exchanged.
    pub fn inverted(&self) -> Self {
        Self {
            bits: self.bits.iter().map(|&bit| !bit).collect(),
            observed: self.missing.clone(),
            missing: self.observed.clone(),
        }
    }

    /// Makes one pixel observed or missing. Returns whether that changed anything; a pixel past the
    /// end changes nothing.
    pub fn set(&mut self, pixel: usize, observed: bool) -> bool {
        match self.bits.get_mut(pixel) {
            Some(bit) if *bit != observed => *bit = observed,
            _ => return false,
        }
        let (from, to) = if observed {
            (&mut self.missing, &mut self.observed)
        } else {
            (&mut self.observed, &mut self.missing)
        };
        from.retain(|&other| other != pixel);
        to.insert(to.partition_point(|&other| other < pixel), pixel);
        true
    }

    /// Makes every pixel of a square brush observed or missing: `size` x `size` pixels around (`row`, `column`) of
    /// an image of `side` columns, cut off at its edges. Returns whether that changed anything.
    pub fn stamp(&mut self, side: usize, (row, column): (usize, usize), size: usize, observed: bool) -> bool {
        let (rows, columns) = (brush(row, size, side), brush(column, size, side));
        let before = self.observed.len();
        let pixels = rows.flat_map(|row| columns.clone().map(move |column| row * side + column));
        for pixel in pixels {
            if let Some(bit) = self.bits.get_mut(pixel) {
                *bit = observed;
            }
        }
        let bits = std::mem::take(&mut self.bits);
        *self = Self::new(bits);
        self.observed.len() != before
    }

    /// Makes an observed pixel missing, and a missing one observed. Returns whether there is such a pixel.
    pub fn toggle(&mut self, pixel: usize) -> bool {
        self.bits.get(pixel).copied().is_some_and(|bit| self.set(pixel, !bit))
    }

    /// One flag a pixel, true = observed.
    pub fn bits(&self) -> &[bool] {
        &self.bits
    }

    /// D.
    pub fn dim(&self) -> usize {
        self.bits.len()
    }

    /// Indices of the observed pixels, ascending.
    pub fn observed(&self) -> &[usize] {
        &self.observed
    }

    /// Indices of the missing pixels, ascending.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// The observed pixels of `image`, in ascending order of their indices, once they are known to be finite.
    ///
    /// `index` is the image's number in an error.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NonFinitePixel`].
    pub(super) fn read(&self, image: &[f64], index: usize) -> Result<Vec<f64>, InverseError> {
        if image.len() != self.dim() {
            return Err(InverseError::Size { what: "image", found: image.len(), expected: self.dim() });
        }
        match self.observed.iter().find(|&&pixel| !image[pixel].is_finite()) {
            Some(&pixel) => Err(InverseError::NonFinitePixel { image: index, pixel }),
            None => Ok(self.observed.iter().map(|&pixel| image[pixel]).collect()),
        }
    }

    /// The image with these observed and missing pixels, each in ascending order of their indices.
    pub(super) fn merge<'o, 'm>(
        &self,
        observed: impl IntoIterator<Item = &'o f64>,
        missing: impl IntoIterator<Item = &'m f64>,
    ) -> Vec<f64> {
        let mut image = vec![0.0; self.dim()];
        for (&pixel, &value) in self.observed.iter().zip(observed) {
            image[pixel] = value;
        }
        for (&pixel, &value) in self.missing.iter().zip(missing) {
            image[pixel] = value;
        }
        image
    }
}

/// The lines that a brush of `size` covers around line `at`, within an image of `side` lines; an even brush reaches
/// one further up and left.
pub fn brush(at: usize, size: usize, side: usize) -> Range<usize> {
    let first = at.saturating_sub(size / 2);
    let end = (at + size.div_ceil(2)).min(side);
    first.min(end)..end
}

#[cfg(test)]
mod tests;
