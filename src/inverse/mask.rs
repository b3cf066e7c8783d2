//! Which pixels of an image are observed: drawn at random, in regular shapes, or pixel by pixel.

use std::ops::Range;

use rand::Rng;
use rand::seq::SliceRandom;

use super::InverseError;
use crate::data::ImageShape;

/// A mask over the D pixels of an image, true where observed, with the two index lists that it makes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Mask {
    shape: ImageShape,
    bits: Vec<bool>,
    observed: Vec<usize>,
    missing: Vec<usize>,
}

/// An edge of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The first columns.
    Left,
    /// The last columns.
    Right,
    /// The first rows.
    Top,
    /// The last rows.
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
    /// The mask with exactly these bits, of an image whose shape [`ImageShape::of_vector`] tells.
    pub fn new(bits: Vec<bool>) -> Self {
        Self::of_bits(ImageShape::of_vector(bits.len()), bits)
    }

    /// `bits` must have the length of the shape.
    fn of_bits(shape: ImageShape, bits: Vec<bool>) -> Self {
        let (observed, missing) = (0..bits.len()).partition(|&i| bits[i]);
        Self { shape, bits, observed, missing }
    }

    /// A mask observed where `observed(row, column)` says so, which is asked row by row.
    pub fn from_fn(shape: ImageShape, mut observed: impl FnMut(usize, usize) -> bool) -> Self {
        let mut bits = Vec::new();
        for row in 0..shape.rows {
            bits.extend((0..shape.columns).map(|column| observed(row, column)));
        }
        Self::of_bits(shape, bits)
    }

    /// A mask with floor(`fraction` * D) pixels observed, drawn uniformly without replacement
    /// (78 of 784 at 0.1). The fractions 0 and 1 are legal.
    ///
    /// The product may lie below an integer by its rounding error alone and still counts as that
    /// integer: 0.29 of 100 pixels are 29, though 0.29 * 100.0 is 28.999999999999996.
    ///
    /// # Errors
    /// [`InverseError::Fraction`] outside [0, 1] or NaN.
    pub fn random<R: Rng>(shape: ImageShape, fraction: f64, rng: &mut R) -> Result<Self, InverseError> {
        if !(0.0..=1.0).contains(&fraction) {
            return Err(InverseError::Fraction(fraction));
        }
        let dim = shape.len();
        let mut bits = vec![false; dim];
        for pixel in rand::seq::index::sample(rng, dim, Self::count(dim, fraction)) {
            bits[pixel] = true;
        }
        Ok(Self::of_bits(shape, bits))
    }

    /// floor(`fraction` * `dim`), at most `dim`: the pixels that [`Mask::random`] observes; 0 for a NaN.
    pub fn count(dim: usize, fraction: f64) -> usize {
        let product = fraction * dim as f64;
        // A float cast saturates.
        ((product * (1.0 + 4.0 * f64::EPSILON)).floor() as usize).min(dim)
    }

    /// All pixels in random order, those that this mask observes before the others: its continuation.
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

    /// A mask with the first `count` pixels of `order` observed; what is no index of a pixel is passed over.
    pub fn first_of(shape: ImageShape, order: &[usize], count: usize) -> Self {
        let mut bits = vec![false; shape.len()];
        for &pixel in order.iter().take(count) {
            if let Some(bit) = bits.get_mut(pixel) {
                *bit = true;
            }
        }
        Self::of_bits(shape, bits)
    }

    /// The block `rows` x `columns` missing and the rest observed; what lies outside the image is cut off. For a block
    /// observed, [`Mask::inverted`].
    pub fn block_missing(shape: ImageShape, rows: Range<usize>, columns: Range<usize>) -> Self {
        Self::from_fn(shape, |row, column| !(rows.contains(&row) && columns.contains(&column)))
    }

    /// The square block of `size` x `size` pixels in the middle missing (up and to the left of the middle when it cannot
    /// be exact; cut off where the image is smaller), and the rest observed.
    pub fn central_block_missing(shape: ImageShape, size: usize) -> Self {
        let middle = |length: usize| {
            let size = size.min(length);
            let first = (length - size) / 2;
            first..first + size
        };
        Self::block_missing(shape, middle(shape.rows), middle(shape.columns))
    }

    /// The `lines` rows or columns at one edge observed.
    pub fn margin(shape: ImageShape, edge: Edge, lines: usize) -> Self {
        let (last_row, last_column) = (shape.rows.saturating_sub(lines), shape.columns.saturating_sub(lines));
        Self::from_fn(shape, |row, column| match edge {
            Edge::Left => column < lines,
            Edge::Right => column >= last_column,
            Edge::Top => row < lines,
            Edge::Bottom => row >= last_row,
        })
    }

    /// Every `period`-th row or column observed, from the first on; a period of 0 observes nothing.
    pub fn stripes(shape: ImageShape, stripes: Stripes, period: usize) -> Self {
        let chosen = |line: usize| period > 0 && line.is_multiple_of(period);
        Self::from_fn(shape, |row, column| match stripes {
            Stripes::Rows => chosen(row),
            Stripes::Columns => chosen(column),
        })
    }

    /// The mask with observed and missing exchanged.
    pub fn inverted(&self) -> Self {
        Self {
            shape: self.shape,
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

    /// Makes every pixel of a square brush observed or missing: `size` x `size` pixels around (`row`, `column`), cut off
    /// at the image's edges. Returns whether that changed anything.
    pub fn stamp(&mut self, (row, column): (usize, usize), size: usize, observed: bool) -> bool {
        let ImageShape { rows, columns } = self.shape;
        let before = self.observed.len();
        for row in brush(row, size, rows) {
            for column in brush(column, size, columns) {
                self.bits[row * columns + column] = observed;
            }
        }
        *self = Self::of_bits(self.shape, std::mem::take(&mut self.bits));
        self.observed.len() != before
    }

    /// Height and width of the image.
    pub fn shape(&self) -> ImageShape {
        self.shape
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

/// The lines that a brush of `size` covers around line `at`, of `lines` rows or columns of an image; an even brush
/// reaches one further up and left.
pub fn brush(at: usize, size: usize, lines: usize) -> Range<usize> {
    let first = at.saturating_sub(size / 2);
    let end = (at + size.div_ceil(2)).min(lines);
    first.min(end)..end
}

#[cfg(test)]
mod tests;
