//! The posterior mixture of one image.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};

use super::given::Given;
use super::marginal::{Interval, normal_quantile};
use super::{InverseError, Marginal, Mask, Observation};

/// p(x | y) = sum_k pi_{k|y} N(x; mu_{k|y}, Sigma_{k|y}) for one image, over its free pixels.
///
/// Pixels that are observed without noise are known, and not free; under every other operator all pixels are free. The
/// posterior keeps the known ones, and so can give whole images. The covariances, which depend on the
/// observation alone, stay with the conditioner; only their diagonals are here, shared by all images.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    given: Arc<Given>,
    /// y, scaled, m x 1.
    measurements: DMatrix<f64>,
    log_weights: DVector<f64>,
    weights: DVector<f64>,
    means: DMatrix<f64>,
    variances: Arc<DMatrix<f64>>,
    log_evidence: f64,
}

impl Posterior {
    /// Normalises log pi_k N(y; A mu_k, S_k) by log-sum-exp; `None` when no component has a
    /// finite one.
    pub(super) fn new(
        given: Arc<Given>,
        measurements: DMatrix<f64>,
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
        let log_evidence = if measurements.is_empty() { 0.0 } else { largest + total.ln() };
        Some(Self { given, measurements, log_weights, weights, means, variances, log_evidence })
    }

    /// The observation.
    pub fn observation(&self) -> &Observation {
        &self.given.observation
    }

    /// The pixels that are known without error, as a mask; the others are free.
    pub fn known(&self) -> &Mask {
        &self.given.known
    }

    /// log pi_{k|y}, K; minus infinity for a component of weight 0.
    pub fn log_weights(&self) -> &DVector<f64> {
        &self.log_weights
    }

    /// pi_{k|y}, K, sum 1.
    pub fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    /// mu_{k|y}, free x K.
    pub fn means(&self) -> &DMatrix<f64> {
        &self.means
    }

    /// diag(Sigma_{k|y}), free x K.
    pub fn variances(&self) -> &DMatrix<f64> {
        &self.variances
    }

    /// log p(y), the evidence, in nats; 0 when nothing is observed.
    pub fn log_evidence(&self) -> f64 {
        self.log_evidence
    }

    /// E[x | y]: sum_k pi_{k|y} mu_{k|y} merged with the known pixels. D values, unclipped.
    pub fn expectation(&self) -> Vec<f64> {
        self.complete(&self.free_expectation())
    }

    /// Posterior standard deviation of every pixel (D; 0 where known), by the law of total variance:
    /// the root of sum_k pi_{k|y} (diag(Sigma_{k|y}) + (mu_{k|y} - E[x | y])^2).
    pub fn standard_deviation(&self) -> Vec<f64> {
        let expectation = self.free_expectation();
        let mut variance = DVector::zeros(expectation.len());
        for (k, weight) in self.parts() {
            let spread = (self.means.column(k) - &expectation).map(|difference| difference * difference);
            variance += (self.variances.column(k) + spread) * weight;
        }
        self.given.known.merge(&vec![0.0; self.known_values().len()], &variance.map(f64::sqrt))
    }

    /// The mode of the component of largest responsibility, mu_{k|y} (the first of equals). D values, unclipped.
    pub fn best_mode(&self) -> Vec<f64> {
        let larger = |best: usize, k: usize| if self.weights[k] > self.weights[best] { k } else { best };
        let best = (0..self.weights.len()).fold(0, larger);
        self.complete(self.means.columns(best, 1).iter())
    }

    /// The distribution of one pixel. A known one has its value, and so has no pixel past the end: `None`.
    pub fn marginal(&self, pixel: usize) -> Option<Marginal> {
        if let Ok(index) = self.known().observed().binary_search(&pixel) {
            return Some(Marginal::new(vec![(1.0, self.known_values()[index], 0.0)]));
        }
        self.known().missing().binary_search(&pixel).ok().map(|row| self.free_marginal(row))
    }

    /// The equal-tailed credible interval of every pixel (D): its ends are the (1 - `level`) / 2 and (1 + `level`) / 2 quantiles of
    /// the mixture's own marginal, unclipped; both are the value where known.
    ///
    /// Cost: about ten evaluations of K distribution functions an end.
    ///
    /// # Errors
    /// [`InverseError::Level`] outside (0, 1) or NaN.
    pub fn interval(&self, level: f64) -> Result<Interval, InverseError> {
        let z = normal_quantile(level)?;
        let free: Vec<_> = (0..self.means.nrows()).map(|row| self.free_marginal(row).between(z)).collect();
        let (lower, upper): (Vec<f64>, Vec<f64>) = free.into_iter().unzip();
        Ok(Interval { lower: self.complete(&lower), upper: self.complete(&upper) })
    }

    /// The distribution of a free pixel.
    fn free_marginal(&self, row: usize) -> Marginal {
        let part = |(k, weight)| (weight, self.means[(row, k)], self.variances[(row, k)].sqrt());
        Marginal::new(self.parts().map(part).collect())
    }

    pub(super) fn free_expectation(&self) -> DVector<f64> {
        let mut expectation = DVector::zeros(self.means.nrows());
        for (k, weight) in self.parts() {
            expectation.axpy(weight, &self.means.column(k), 1.0);
        }
        expectation
    }

    /// The components that take part, with their weights. One of weight 0 takes none, be its mean as far as it likes: 0 times
    /// infinity is 0 here.
    pub(super) fn parts(&self) -> impl Iterator<Item = (usize, f64)> {
        self.weights.iter().copied().enumerate().filter(|&(_, weight)| weight > 0.0)
    }

    /// y, scaled, m x 1.
    pub(super) fn measurements(&self) -> &DMatrix<f64> {
        &self.measurements
    }

    /// The values of the known pixels: where there are any, they are the measurements.
    fn known_values(&self) -> &[f64] {
        if self.given.is_exact() { self.measurements.as_slice() } else { &[] }
    }

    /// The part of a^T x that is known.
    pub(super) fn known_dot(&self, direction: &[f64]) -> f64 {
        self.known().observed().iter().zip(self.known_values()).map(|(&i, value)| direction[i] * value).sum()
    }

    /// The image with these free pixels.
    pub(super) fn complete<'f>(&self, free: impl IntoIterator<Item = &'f f64>) -> Vec<f64> {
        self.known().merge(self.known_values(), free)
    }

    /// Refuses a posterior under another observation or with another number of components.
    pub(super) fn check_origin(&self, given: &Arc<Given>, components: usize) -> Result<(), InverseError> {
        let same = Arc::ptr_eq(&self.given, given) || self.given.observation == given.observation;
        match same && self.weights.len() == components {
            true => Ok(()),
            false => Err(InverseError::Mismatch),
        }
    }
}
