//! The parameters of a Gaussian mixture, checked once.

use nalgebra::{DMatrix, DVector};

use super::MixtureError;
use crate::linalg::Factor;

/// p(x) = sum_k pi_k N(x; mu_k, Sigma_k), with K components in D dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    weights: DVector<f64>,
    means: DMatrix<f64>,
    covariances: Vec<DMatrix<f64>>,
}

impl Mixture {
    /// A mixture from weights (K, non-negative, sum 1 within 1e-8), means (D x K) and covariances (K of D x D, symmetric).
    ///
    /// Positive definiteness is checked where it is used, by [`Mixture::factors`].
    ///
    /// # Errors
    /// [`MixtureError::Shape`] and [`MixtureError::Parameter`].
    pub fn new(
        weights: DVector<f64>,
        means: DMatrix<f64>,
        covariances: Vec<DMatrix<f64>>,
    ) -> Result<Self, MixtureError> {
        Ok(Self { weights, means, covariances })
    }

    /// K.
    pub fn components(&self) -> usize {
        self.weights.len()
    }

    /// D.
    pub fn dim(&self) -> usize {
        self.means.nrows()
    }

    /// pi, K weights that sum to 1.
    pub fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    /// mu, D x K.
    pub fn means(&self) -> &DMatrix<f64> {
        &self.means
    }

    /// Sigma, K matrices of D x D.
    pub fn covariances(&self) -> &[DMatrix<f64>] {
        &self.covariances
    }

    /// The Cholesky factors of the covariances. Cost: K D^3 / 3 flops, in parallel.
    ///
    /// # Errors
    /// [`MixtureError::NotPositiveDefinite`] with the component and the pivot.
    pub fn factors(&self) -> Result<Vec<Factor>, MixtureError> {
        todo!()
    }

    /// log p(x_s) of every column of `images` (D x S), in nats.
    ///
    /// # Errors
    /// As [`Mixture::factors`], and [`MixtureError::Shape`] when the rows are not D.
    pub fn log_density(&self, images: &DMatrix<f64>) -> Result<Vec<f64>, MixtureError> {
        let _ = images;
        todo!()
    }

    /// Number of free parameters, K - 1 + K D + K D (D + 1) / 2.
    pub fn free_parameters(&self) -> usize {
        let (k, d) = (self.components(), self.dim());
        k - 1 + k * d + k * d * (d + 1) / 2
    }

    /// The order of the components by falling weight (ties: lower index first).
    pub fn order_by_weight(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.components()).collect();
        order.sort_by(|&a, &b| self.weights[b].total_cmp(&self.weights[a]));
        order
    }

    /// The same mixture with components in the given order.
    pub fn reordered(&self, order: &[usize]) -> Self {
        Self {
            weights: DVector::from_iterator(order.len(), order.iter().map(|&k| self.weights[k])),
            means: self.means.select_columns(order),
            covariances: order.iter().map(|&k| self.covariances[k].clone()).collect(),
        }
    }
}
