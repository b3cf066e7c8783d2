//! Which pixels of an image are observed.
//!
//! Made by `study`, `cli` and the dashboard (drawn at random, in regular shapes, painted pixel by
//! pixel); used by everything else in `inverse`.

use std::ops::Range;

use rand::Rng;

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
        let product = fraction * dim as f64;
        let count = (product * (1.0 + 4.0 * f64::EPSILON)).floor() as usize;
        let mut bits = vec![false; dim];
        for pixel in rand::seq::index::sample(rng, dim, count.min(dim)) {
            bits[pixel] = true;
        }
        Ok(Self::new(bits))
    }

    /// A `side` x `side` mask with the block `rows` x `columns` missing and the rest observed; what
    /// lies outside the image is cut off. For a block observed, [`Mask::inverted`].
    pub fn block_missing(side: usize, rows: Range<usize>, columns: Range<usize>) -> Self {
        Self::from_fn(side, |row, column| !(rows.contains(&row) && columns.contains(&column)))
    }

    /// A `side` x `side` mask with one half observed; the middle line of an odd side belongs to
    /// [`Half::Right`] and [`Half::Bottom`].
    pub fn half(side: usize, half: Half) -> Self {
        Self::from_fn(side, |row, column| match half {
            Half::Left => column < side / 2,
            Half::Right => column >= side / 2,
            Half::Top => row < side / 2,
            Half::Bottom => row >= side / 2,
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;

    fn rng(seed: u64) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(seed)
    }

    #[test]
    fn a_tenth_of_fashion_mnist_is_78_pixels() {
        let mask = Mask::random(784, 0.1, &mut rng(0)).unwrap();
        assert_eq!((mask.observed().len(), mask.missing().len()), (78, 706));
    }

    #[test]
    fn rounding_of_the_product_loses_no_pixel() {
        for count in 0..=100 {
            let fraction = f64::from(count) / 100.0;
            let mask = Mask::random(100, fraction, &mut rng(1)).unwrap();
            assert_eq!(mask.observed().len(), count as usize, "{fraction}");
        }
    }

    #[test]
    fn fractions_outside_0_to_1_are_refused() {
        for fraction in [-0.1, 1.0 + f64::EPSILON, f64::INFINITY, f64::NAN] {
            let error = Mask::random(9, fraction, &mut rng(0)).unwrap_err();
            assert!(matches!(error, InverseError::Fraction(found) if found.to_bits() == fraction.to_bits()));
        }
        assert_eq!(Mask::random(9, 0.0, &mut rng(0)).unwrap().missing().len(), 9);
        assert_eq!(Mask::random(9, 1.0, &mut rng(0)).unwrap().observed().len(), 9);
        assert_eq!(Mask::random(0, 0.5, &mut rng(0)).unwrap().dim(), 0);
    }

    #[test]
    fn random_masks_follow_the_seed_and_are_uniform() {
        let of_seed = |seed| Mask::random(784, 0.1, &mut rng(seed)).unwrap();
        assert_eq!(of_seed(3), of_seed(3));
        assert_ne!(of_seed(3), of_seed(4));

        let (mut counts, mut rng) = ([0_u32; 20], rng(5));
        for _ in 0..4000 {
            for &pixel in Mask::random(20, 0.25, &mut rng).unwrap().observed() {
                counts[pixel] += 1;
            }
        }
        // Each pixel: binomial(4000, 1/4), standard deviation 27.4; five of them.
        assert!(counts.iter().all(|&count| count.abs_diff(1000) < 137), "{counts:?}");
    }

    #[test]
    fn shapes() {
        let picture = |mask: Mask| -> Vec<String> {
            let row = |bits: &[bool]| bits.iter().map(|&bit| if bit { '#' } else { '.' }).collect();
            mask.bits().chunks(3).map(row).collect()
        };
        assert_eq!(picture(Mask::half(3, Half::Left)), ["#..", "#..", "#.."]);
        assert_eq!(picture(Mask::half(3, Half::Right)), [".##", ".##", ".##"]);
        assert_eq!(picture(Mask::half(3, Half::Top)), ["###", "...", "..."]);
        assert_eq!(picture(Mask::half(3, Half::Bottom)), ["...", "###", "###"]);
        assert_eq!(picture(Mask::stripes(3, Stripes::Rows, 2)), ["###", "...", "###"]);
        assert_eq!(picture(Mask::stripes(3, Stripes::Columns, 3)), ["#..", "#..", "#.."]);
        assert_eq!(picture(Mask::stripes(3, Stripes::Columns, 0)), ["...", "...", "..."]);
        assert_eq!(picture(Mask::block_missing(3, 0..2, 1..9)), ["#..", "#..", "###"]);
        assert_eq!(picture(Mask::block_missing(3, 0..2, 1..9).inverted()), [".##", ".##", "..."]);
    }

    #[test]
    fn a_pixel_past_the_end_is_left_alone() {
        let mut mask = Mask::half(3, Half::Top);
        let before = mask.clone();
        assert!(!mask.toggle(9) && !mask.set(9, true) && !mask.set(0, true));
        assert_eq!(mask, before);
    }

    proptest! {
        #[test]
        fn painting_equals_the_mask_of_the_bits(
            bits in prop::collection::vec(any::<bool>(), 1..40), pixels in prop::collection::vec(0_usize..40, 0..20),
        ) {
            let (mut mask, mut expected) = (Mask::new(bits.clone()), bits);
            for pixel in pixels {
                prop_assert_eq!(mask.toggle(pixel), pixel < expected.len());
                if let Some(bit) = expected.get_mut(pixel) {
                    *bit = !*bit;
                }
                prop_assert_eq!(&mask, &Mask::new(expected.clone()));
            }
            prop_assert_eq!(mask.inverted(), Mask::new(expected.iter().map(|bit| !bit).collect()));
        }
    }
}
