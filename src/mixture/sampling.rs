//! Draws from a mixture: a component by weight, then mu_k + L_k eps.

use nalgebra::{DMatrix, DVector};
use rand::Rng;

use super::{Mixture, MixtureError};
use crate::linalg::Factor;

/// Images drawn from a mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// D x N, not clipped.
    pub images: DMatrix<f64>,
    /// The component that each came from.
    pub components: Vec<usize>,
}

/// A mixture made ready to draw from: its factors are computed once.
#[derive(Debug, Clone)]
pub struct Sampler {
    weights: DVector<f64>,
    means: DMatrix<f64>,
    factors: Vec<Factor>,
}

impl Sampler {
    /// Factors the covariances. Cost: K D^3 / 3 flops.
    ///
    /// # Errors
    /// As [`Mixture::factors`].
    pub fn new(mixture: &Mixture) -> Result<Self, MixtureError> {
        Ok(Self {
            weights: mixture.weights().clone(),
            means: mixture.means().clone(),
            factors: mixture.factors()?,
        })
    }

    /// Draws `count` images: k with probability pi_k, then mu_k + L_k eps. Cost: D^2 flops a draw.
    pub fn draw<R: Rng>(&self, count: usize, rng: &mut R) -> Draws {
        let _ = (count, rng, &self.weights, &self.means, &self.factors);
        todo!()
    }

    /// Draws `count` images of component `component` (an index past the end gives none).
    pub fn draw_from<R: Rng>(&self, component: usize, count: usize, rng: &mut R) -> Draws {
        let _ = (component, count, rng);
        todo!()
    }
}
