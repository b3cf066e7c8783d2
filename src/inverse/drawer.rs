//! Draws from the posterior: plausible images behind what is observed.

use std::sync::Arc;

use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::component::Component;
use super::given::Given;
use super::{InverseError, Posterior};
use crate::mixture::{Draws, Sampler, categorical};

/// Corrects draws of the prior to draws of the posterior, for all images under one observation.
#[derive(Debug, Clone)]
pub struct Drawer {
    given: Arc<Given>,
    components: Arc<Vec<Component>>,
    prior: Arc<Sampler>,
}

impl Drawer {
    pub(super) fn new(given: Arc<Given>, components: Arc<Vec<Component>>, prior: Arc<Sampler>) -> Self {
        Self { given, components, prior }
    }

    /// Draws `count` images: k with probability pi_{k|y}, x from N(mu_k, Sigma_k) and noise n, then
    /// x + Sigma_k A^T S_k^-1 (y - A x - n), which has the mean and covariance of component k given y. Known pixels are as they are. The images are D x `count`, unclipped.
    ///
    /// Cost: D^2 + m^2 + 2 m D flops a draw. Source: Matheron's rule; Hoffman and Ribak (1991).
    ///
    /// # Errors
    /// [`InverseError::Mismatch`] for the posterior of another conditioner.
    pub fn draw<R: Rng>(
        &self,
        posterior: &Posterior,
        count: usize,
        rng: &mut R,
    ) -> Result<Draws, InverseError> {
        posterior.check_origin(&self.given, self.components.len())?;
        let free = self.given.known.missing();
        let mut images = DMatrix::zeros(self.given.known.dim(), count);
        let mut components = Vec::with_capacity(count);
        for mut column in images.column_iter_mut() {
            let k = categorical(posterior.weights().as_slice(), rng);
            let prior = self.prior.draw_from(k, 1, rng).images;
            // y - A x - n, all of them scaled.
            let mut residual = posterior.measurements() - self.given.measure(&prior);
            for (i, value) in residual.iter_mut().enumerate() {
                let variance = self.given.noise(i);
                if variance > 0.0 {
                    *value -= variance.sqrt() * rng.sample::<f64, _>(StandardNormal);
                }
            }
            let mut drawn = prior.select_rows(free);
            self.components[k].correct(&mut drawn, residual);
            column.copy_from_slice(&posterior.complete(&drawn));
            components.push(k);
        }
        Ok(Draws { images, components })
    }
}
