//! Which pixels of an image are observed.

use rand::Rng;

use super::InverseError;

/// A mask over D pixels, true where observed, with the two index lists that it makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    bits: Vec<bool>,
    observed: Vec<usize>,
    missing: Vec<usize>,
}

impl Mask {
    /// The mask with exactly these bits.
    pub fn new(bits: Vec<bool>) -> Self {
        let observed = (0..bits.len()).filter(|&i| bits[i]).collect();
        let missing = (0..bits.len()).filter(|&i| !bits[i]).collect();
        Self { bits, observed, missing }
    }

    /// A mask with floor(`fraction` * `dim`) pixels observed, drawn uniformly without replacement
    /// (78 of 784 at 0.1).
    ///
    /// # Errors
    /// [`InverseError::Fraction`].
    pub fn random<R: Rng>(dim: usize, fraction: f64, rng: &mut R) -> Result<Self, InverseError> {
        let _ = (dim, fraction, rng);
        todo!()
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
}
