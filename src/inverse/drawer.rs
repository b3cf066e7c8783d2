//! Draws from the posterior: plausible completions of an image. They need expensive factors that means and standard
//! deviations do without.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{InverseError, Mask, Posterior};
use crate::linalg::Factor;
use crate::mixture::{Draws, categorical};

/// The factors L_mm L_mm^T = Sigma_{k,1|2} of one mask, for the posteriors of all images under it.
#[derive(Debug, Clone)]
pub struct Drawer {
    mask: Arc<Mask>,
    factors: Vec<Factor>,
}

impl Drawer {
    pub(super) fn new(mask: Arc<Mask>, factors: Vec<Factor>) -> Self {
        Self { mask, factors }
    }

    /// L_mm of every component, each m x m.
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Draws `count` images: k with probability pi_{k,1|2}, then mu_{k,1|2} + L_mm eps with eps standard
    /// normal; observed pixels as they are. The images are D x `count`, unclipped.
    ///
    /// Cost: 2 m^2 flops a draw.
    ///
    /// # Errors
    /// [`InverseError::Mismatch`] for the posterior of another conditioner.
    pub fn draw<R: Rng>(
        &self,
        posterior: &Posterior,
        count: usize,
        rng: &mut R,
    ) -> Result<Draws, InverseError> {
        posterior.check_origin(&self.mask, self.factors.len())?;
        let mut images = DMatrix::zeros(self.mask.dim(), count);
        let mut components = Vec::with_capacity(count);
        for mut column in images.column_iter_mut() {
            let k = categorical(posterior.weights().as_slice(), rng);
            let eps = DVector::from_fn(self.mask.missing().len(), |_, _| rng.sample(StandardNormal));
            let missing = posterior.means().column(k) + self.factors[k].multiply(&eps);
            column.copy_from_slice(&posterior.complete(&missing));
            components.push(k);
        }
        Ok(Draws { images, components })
    }
}
