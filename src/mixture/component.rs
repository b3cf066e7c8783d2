//! One component as the E-step needs it: mean, factor, weight.

use nalgebra::DMatrix;

use crate::linalg::{self, FactorMemory};

/// One component, ready to be evaluated: its pixels in the caller's order.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// mu, D.
    pub mean: Vec<f64>,
    /// What the covariance is.
    pub shape: Shape,
    /// log pi_k.
    pub log_weight: f64,
    /// How often mean and covariance were estimated anew: an E-step that has seen this generation knows all distances.
    pub generation: u64,
}

/// The covariance of a component, factored.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Sigma = I: a distance instead of a triangular solve.
    Identity,
    /// L, lower triangular, D x D.
    Factored(DMatrix<f64>),
}

impl Component {
    /// c_k = log pi_k - D/2 log 2 pi - sum_i log L_ii.
    pub fn log_norm(&self) -> f64 {
        let dim = self.mean.len() as f64;
        let half_log_determinant = match &self.shape {
            Shape::Identity => 0.0,
            // Not by `diagonal()`, which makes a vector.
            Shape::Factored(lower) => (0..lower.nrows()).map(|i| lower[(i, i)].ln()).sum(),
        };
        self.log_weight - 0.5 * dim * std::f64::consts::TAU.ln() - half_log_determinant
    }

    /// L, where the covariance is not the identity.
    pub fn lower(&self) -> Option<&DMatrix<f64>> {
        match &self.shape {
            Shape::Identity => None,
            Shape::Factored(lower) => Some(lower),
        }
    }

    /// Takes the factor of `covariance` (lower triangle read); the pivot where that fails.
    pub fn factor(&mut self, covariance: &DMatrix<f64>, memory: &mut FactorMemory) -> Result<(), usize> {
        if matches!(self.shape, Shape::Identity) {
            self.shape = Shape::Factored(DMatrix::zeros(covariance.nrows(), covariance.ncols()));
        }
        if let Shape::Factored(lower) = &mut self.shape {
            linalg::copy_lower(lower, covariance);
            linalg::factor_lower_in_place(lower, memory).map_err(|fault| fault.pivot)?;
        }
        Ok(())
    }

    /// Memory of a D x D matrix, with unspecified values.
    pub fn into_memory(self) -> DMatrix<f64> {
        match self.shape {
            Shape::Identity => DMatrix::zeros(self.mean.len(), self.mean.len()),
            Shape::Factored(lower) => lower,
        }
    }
}
