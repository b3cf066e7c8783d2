//! Expectation-maximisation (Algorithm 1).

use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::{Mixture, MixtureError};

/// Parameters of EM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmSettings {
    /// Added to the diagonal of every estimated covariance.
    pub ridge: f64,
    /// Stops when the mean NLL per image changes by less than this.
    pub tolerance: f64,
    /// At most so many iterations; 0 returns the start.
    pub max_iterations: usize,
}

/// Why EM stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum StopReason {
    /// The mean NLL per image changed by less than the tolerance.
    Converged,
    /// The limit of iterations was reached.
    IterationLimit,
    /// The observer asked to stop.
    Cancelled,
}

/// One iteration: an E-step, then an M-step.
#[derive(Debug, Clone, PartialEq)]
pub struct EmIteration {
    /// From 1.
    pub iteration: usize,
    /// Mean NLL per image, in nats, of the parameters that the iteration started from.
    pub nll: f64,
    /// The same on held-out images, when there are any.
    pub held_out_nll: Option<f64>,
    /// pi after the M-step.
    pub weights: DVector<f64>,
    /// mu after the M-step, D x K.
    pub means: Arc<DMatrix<f64>>,
}

/// The result of EM.
#[derive(Debug, Clone, PartialEq)]
pub struct EmFit {
    /// The mixture after the last M-step, in the order of the start's components.
    pub mixture: Mixture,
    /// Every iteration.
    pub history: Vec<EmIteration>,
    /// Why it stopped.
    pub stop: StopReason,
}

/// Fits a mixture to the columns of `images` (D x S), from `start`.
///
/// `held_out` images (D x N), when given, are scored at every iteration and influence nothing.
/// The observer sees every iteration; it may block (a pause) or stop the run.
///
/// # Errors
/// [`MixtureError`]: shapes that disagree, non-finite pixels, a covariance that cannot be factored.
pub fn fit(
    images: &DMatrix<f64>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<&DMatrix<f64>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    let _ = (images, start, settings, held_out, observer);
    todo!()
}
