//! Draws from a mixture: a component by weight, then mu_k + L_k eps, or mu_k + W_k z + diag(psi_k)^(1/2) e.

use nalgebra::{DMatrix, DVector};
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{CovarianceFactor, Mixture, MixtureError, categorical};

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
    factors: Vec<CovarianceFactor>,
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

    /// Draws `count` images: k with probability pi_k, then mu_k + L_k eps with eps standard normal, so
    /// that the covariance is L_k L_k^T = Sigma_k. Cost: D^2 flops a draw; 2 D R where Sigma_k = W_k W_k^T + diag(psi_k).
    pub fn draw<R: Rng>(&self, count: usize, rng: &mut R) -> Draws {
        // All choices before all noise: the components do not depend on D.
        let components: Vec<usize> = (0..count).map(|_| categorical(self.weights.as_slice(), rng)).collect();
        self.draw_each(components, rng)
    }

    /// Draws `count` images of one component (an index past the end gives none).
    pub fn draw_from<R: Rng>(&self, component: usize, count: usize, rng: &mut R) -> Draws {
        let count = if component < self.factors.len() { count } else { 0 };
        self.draw_each(vec![component; count], rng)
    }

    fn draw_each<R: Rng>(&self, components: Vec<usize>, rng: &mut R) -> Draws {
        let mut images = DMatrix::zeros(self.means.nrows(), components.len());
        for (mut image, &component) in images.column_iter_mut().zip(&components) {
            let factor = &self.factors[component];
            let noise = DVector::from_fn(factor.normals(), |_, _| rng.sample(StandardNormal));
            image.copy_from(&(self.means.column(component) + factor.draw(&noise)));
        }
        Draws { images, components }
    }
}
