//! The posterior mixture given the observed pixels, in closed form.

use nalgebra::{DMatrix, DVector};
use rand::Rng;

use super::{InverseError, Mask};
use crate::mixture::Mixture;

/// A mixture made ready for one mask: factors that every image under the mask shares.
///
/// With the observed pixels first, Sigma_k = [[L_oo, 0], [L_mo, L_mm]] [...]^T.
#[derive(Debug, Clone)]
pub struct Conditioner {}

/// p(x1 | x2) for one image: a mixture over the missing pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// log pi_{k,1|2}, K.
    pub log_weights: DVector<f64>,
    /// pi_{k,1|2}, K, sum 1.
    pub weights: DVector<f64>,
    /// mu_{k,1|2}, missing x K.
    pub means: DMatrix<f64>,
    /// log p(x2), the evidence, in nats.
    pub log_evidence: f64,
}

impl Conditioner {
    /// Factors the observed blocks. Cost: K (o^3 / 3 + m o^2) flops for o observed, m missing pixels.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NotPositiveDefinite`].
    pub fn new(mixture: &Mixture, mask: &Mask) -> Result<Self, InverseError> {
        let _ = (mixture, mask);
        todo!()
    }

    /// The posterior given the observed pixels of `image` (D values; those that are missing are not read).
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NonFinitePixel`].
    pub fn posterior(&self, image: &[f64]) -> Result<Posterior, InverseError> {
        let _ = image;
        todo!()
    }

    /// E[x1 | x2] = sum_k pi_{k,1|2} mu_{k,1|2}, merged with the observed pixels: D values, unclipped.
    pub fn expectation(&self, image: &[f64], posterior: &Posterior) -> Vec<f64> {
        let _ = (image, posterior);
        todo!()
    }

    /// Posterior standard deviation of every pixel (D; 0 where observed), by the law of total variance.
    pub fn standard_deviation(&self, posterior: &Posterior) -> Vec<f64> {
        let _ = posterior;
        todo!()
    }

    /// Draws `count` images from the posterior, D x count, observed pixels as they are.
    ///
    /// Cost: the factors of the missing block at the first call, K m^3 / 3 flops.
    ///
    /// # Errors
    /// [`InverseError::NotPositiveDefinite`].
    pub fn draw<R: Rng>(
        &self,
        image: &[f64],
        posterior: &Posterior,
        count: usize,
        rng: &mut R,
    ) -> Result<DMatrix<f64>, InverseError> {
        let _ = (image, posterior, count, rng);
        todo!()
    }
}
