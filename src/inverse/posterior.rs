//! The posterior mixture of one image's missing pixels.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};

use super::{InverseError, Mask};

/// p(x1 | x2) = sum_k pi_{k,1|2} N(x1; mu_{k,1|2}, Sigma_{k,1|2}) for one image.
///
/// It keeps the observed pixels, and so can give whole images. The covariances, which depend on the
/// mask alone, stay with the conditioner; only their diagonals are here, shared by all images.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    mask: Arc<Mask>,
    observed: Vec<f64>,
    log_weights: DVector<f64>,
    weights: DVector<f64>,
    means: DMatrix<f64>,
    variances: Arc<DMatrix<f64>>,
    log_evidence: f64,
}

impl Posterior {
    /// Normalises log pi_k N(x2; mu_k2, Sigma_k22) by log-sum-exp; `None` when no component has a
    /// finite one.
    pub(super) fn new(
        mask: Arc<Mask>,
        observed: Vec<f64>,
        log_joint: DVector<f64>,
        means: DMatrix<f64>,
        variances: Arc<DMatrix<f64>>,
    ) -> Option<Self> {
        // Pixels so far off that the distance is NaN have no density: `max` takes the other number.
        let log_joint = log_joint.map(|value| value.max(f64::NEG_INFINITY));
        let largest = log_joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // Differences to the largest first: at log-densities of -1e6 a subtraction of the evidence
        // would leave the weights with errors of 1e-10.
        let shifted = log_joint.map(|value| value - largest);
        let total = shifted.iter().map(|value| value.exp()).sum::<f64>();
        if !(largest.is_finite() && total.is_finite()) {
            return None;
        }
        let log_weights = shifted.map(|value| value - total.ln());
        let weights = shifted.map(|value| value.exp() / total);
        // The probability of having observed nothing is 1, whatever the weights' sum rounds to.
        let log_evidence = if observed.is_empty() { 0.0 } else { largest + total.ln() };
        Some(Self { mask, observed, log_weights, weights, means, variances, log_evidence })
    }

    /// The mask.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// log pi_{k,1|2}, K; minus infinity for a component of weight 0.
    pub fn log_weights(&self) -> &DVector<f64> {
        &self.log_weights
    }

    /// pi_{k,1|2}, K, sum 1.
    pub fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    /// mu_{k,1|2}, missing x K.
    pub fn means(&self) -> &DMatrix<f64> {
        &self.means
    }

    /// diag(Sigma_{k,1|2}), missing x K.
    pub fn variances(&self) -> &DMatrix<f64> {
        &self.variances
    }

    /// log p(x2), the evidence, in nats; 0 when nothing is observed.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// E[x | x2]: sum_k pi_{k,1|2} mu_{k,1|2} merged with the observed pixels. D values, unclipped.
    pub fn expectation(&self) -> Vec<f64> {
        self.mask.merge(&self.observed, &self.missing_expectation())
    }

    /// Posterior standard deviation of every pixel (D; 0 where observed), by the law of total variance:
    /// the root of sum_k pi_{k,1|2} (diag(Sigma_{k,1|2}) + (mu_{k,1|2} - E[x1 | x2])^2).
    pub fn standard_deviation(&self) -> Vec<f64> {
        let expectation = self.missing_expectation();
        let mut variance = DVector::zeros(expectation.len());
        for (k, weight) in self.parts() {
            let spread = (self.means.column(k) - &expectation).map(|difference| difference * difference);
            variance += (self.variances.column(k) + spread) * weight;
        }
        let zeros = vec![0.0; self.observed.len()];
        self.mask.merge(&zeros, &variance.map(f64::sqrt))
    }

    fn missing_expectation(&self) -> DVector<f64> {
        let mut expectation = DVector::zeros(self.means.nrows());
        for (k, weight) in self.parts() {
            expectation.axpy(weight, &self.means.column(k), 1.0);
        }
        expectation
    }

    /// The components that take part, with their weights. One of weight 0 takes none, be its mean as far as it likes: 0 times
    /// infinity is 0 here.
    fn parts(&self) -> impl Iterator<Item = (usize, f64)> {
        self.weights.iter().copied().enumerate().filter(|&(_, weight)| weight > 0.0)
    }

    /// The image with these missing pixels.
    pub(super) fn complete<'m>(&self, missing: impl IntoIterator<Item = &'m f64>) -> Vec<f64> {
        self.mask.merge(&self.observed, missing)
    }

    /// Refuses a posterior under another mask or with another number of components.
    pub(super) fn check_origin(&self, mask: &Mask, components: usize) -> Result<(), InverseError> {
        match *self.mask == *mask && self.weights.len() == components {
            true => Ok(()),
            false => Err(InverseError::Mismatch),
        }
    }
}
