//! What it costs to leave the span of a component's training images: the squared residual over twice the ridge.
//!
//! Outside the span the variance is the ridge delta. An image whose part at right angles to the span is r adds
//! |r|^2 / (2 delta) to its negative log-density.

use nalgebra::DMatrix;
use serde::Serialize;

use super::Outcome;
use super::score::quantile;
use super::spectrum::Span;
use crate::mixture::Mixture;

/// Most training images that are looked at.
const IMAGES: usize = 500;

/// How near prediction and measurement must be, as a share of the measurement, for the ridge to explain it.
const NEAR: f64 = 0.1;

/// A difference of negative log-densities, measured and predicted from the ridge.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// Images looked at.
    pub images: usize,
    /// The median difference, in nats.
    pub measured: f64,
    /// The median squared residual, |r|^2.
    pub residual: f64,
    /// The median of the squared residuals over twice the ridge, in nats.
    pub predicted: f64,
    /// Whether the ridge explains it: it is more than a nat a pixel, and both are within 10 % of each other.
    pub explained: bool,
}

impl Gap {
    fn new(measured: Vec<f64>, residuals: Vec<f64>, ridge: f64, dim: usize) -> Option<Self> {
        let images = measured.len();
        if images == 0 {
            return None;
        }
        let (measured, residual) = (median(measured), median(residuals));
        let predicted = residual / (2.0 * ridge);
        let explained = measured > dim as f64 && (predicted - measured).abs() <= NEAR * measured;
        Some(Self { images, measured, residual, predicted, explained })
    }
}

/// Between the two components of largest responsibility, for (at most 500) training images: measured, the difference of
/// their log-densities with weights; predicted, from the residual off the span of the second.
pub fn between_components(outcome: &Outcome, spans: &[Span]) -> Option<Gap> {
    let (data, fit) = (outcome.data.as_deref()?, outcome.fit.as_deref()?);
    let step = data.sample_indices.len().div_ceil(IMAGES).max(1);
    let chosen: Vec<usize> = data.sample_indices.iter().copied().step_by(step).collect();
    let images = data.train.matrix(&chosen);
    if !data.train.is_complete() {
        return None;
    }
    let logs = fit.mixture.log_joint(&images).ok()?;
    let ridge = outcome.settings.em.ridge;
    let (mut measured, mut residuals) = (Vec::new(), Vec::new());
    for (image, logs) in logs.column_iter().enumerate() {
        let mut order: Vec<usize> = (0..logs.len()).collect();
        order.sort_by(|&a, &b| logs[b].total_cmp(&logs[a]));
        let &[first, second, ..] = order.as_slice() else { return None };
        measured.push(logs[first] - logs[second]);
        residuals.push(residual(&fit.mixture, spans, &images, image, second)?);
    }
    Gap::new(measured, residuals, ridge, fit.mixture.dim()).filter(|_| ridge > 0.0)
}

/// Between held-out images (without any, the restored ones) and the mean of the training images: measured, the
/// difference of the NLL; predicted, from the residual off the span of their most probable component.
pub fn unseen(outcome: &Outcome, spans: &[Span]) -> Option<Gap> {
    let (data, fit) = (outcome.data.as_deref()?, outcome.fit.as_deref()?);
    let restored = outcome.inpaint.as_deref().map(|report| report.indices.as_slice());
    let held_out = Some(data.held_out_indices.as_slice()).filter(|indices| !indices.is_empty());
    let images = data.test.matrix(held_out.or(restored)?);
    if !data.test.is_complete() {
        return None;
    }
    off_span(&fit.mixture, spans, &images, fit.final_nll, outcome.settings.em.ridge)
}

/// Between `images` (D x N) and the mean of training images, whose NLL is `nll`: measured, the difference of the NLL; predicted, from the
/// residual off the span of their most probable component.
pub fn off_span(
    mixture: &Mixture,
    spans: &[Span],
    images: &DMatrix<f64>,
    nll: f64,
    ridge: f64,
) -> Option<Gap> {
    let logs = mixture.log_joint(images).ok()?;
    let (mut measured, mut residuals) = (Vec::new(), Vec::new());
    for (image, logs) in logs.column_iter().enumerate() {
        let (best, largest) = logs.argmax();
        let log_density = largest + logs.iter().map(|log| (log - largest).exp()).sum::<f64>().ln();
        measured.push(-log_density - nll);
        residuals.push(residual(mixture, spans, images, image, best)?);
    }
    Gap::new(measured, residuals, ridge, mixture.dim()).filter(|_| ridge > 0.0)
}

/// |r|^2 of an image for a component.
fn residual(
    mixture: &Mixture,
    spans: &[Span],
    images: &DMatrix<f64>,
    image: usize,
    component: usize,
) -> Option<f64> {
    let span = spans.get(component)?;
    let centred = images.column(image) - mixture.means().column(component);
    Some(span.outside.tr_mul(&centred).norm_squared())
}

/// The middle value, or the mean of the middle two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    quantile(&values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ridge_explains_what_it_predicts() {
        assert_eq!(median(vec![3.0, 1.0, 2.0, 10.0]), 2.5);
        assert_eq!(Gap::new(Vec::new(), Vec::new(), 1e-6, 784), None);
        let gap = |measured, predicted: f64| {
            Gap::new(vec![measured], vec![predicted * 2e-6], 1e-6, 784).unwrap().explained
        };
        assert!(gap(446_029.0, 446_357.0));
        assert!(!gap(446_029.0, 300_000.0) && !gap(700.0, 700.0) && !gap(-5.0, -5.0));
    }
}
