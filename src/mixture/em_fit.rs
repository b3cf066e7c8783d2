//! What EM is told, and what it finds.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::{Mixture, MixtureError, Taper, check};

/// Parameters of EM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmSettings {
    /// Added to the diagonal of every estimated covariance.
    pub ridge: f64,
    /// nu, the images that pull each covariance towards its target: component k keeps the share N_k / (N_k + nu)
    /// of what its target does not. With a value above 0 the likelihood of the training images may fall.
    pub shrinkage: f64,
    /// The target: each covariance's own diagonal, or what the taper leaves of it. Low-rank covariances go by the diagonal.
    pub taper: Taper,
    /// Stops when the mean NLL per image changes by less than this.
    pub tolerance: f64,
    /// The largest number of iterations; 0 returns the start.
    pub max_iterations: usize,
    /// The most blocks a side of the averaged covariances that the history keeps ([`Mixture::covariance_averages`]), K times their
    /// square in single precision an iteration; 0 for none.
    pub averages: usize,
}

impl EmSettings {
    /// Ridge, shrinkage and tolerance are not negative.
    pub(super) fn check(&self) -> Result<(), MixtureError> {
        check::non_negative("ridge", self.ridge)?;
        check::non_negative("shrinkage", self.shrinkage)?;
        check::non_negative("shrinkage reach", self.taper.reach)?;
        check::non_negative("tolerance", self.tolerance)
    }
}

impl Default for EmSettings {
    /// A ridge of 1e-6, no shrinkage (towards the diagonal), a tolerance of 1e-3, at most 100 iterations, no averages.
    fn default() -> Self {
        let (shrinkage, taper) = (0.0, Taper::DIAGONAL);
        Self { ridge: 1e-6, shrinkage, taper, tolerance: 1e-3, max_iterations: 100, averages: 0 }
    }
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
    /// Mean NLL per image, weighted, in nats, of the parameters that the iteration started from.
    pub nll: f64,
    /// The same on held-out images, when there are any.
    pub held_out_nll: Option<f64>,
    /// pi after the M-step.
    pub weights: DVector<f64>,
    /// mu after the M-step, D x K; shared by iterations that changed nothing.
    pub means: Arc<DMatrix<f64>>,
    /// The diagonals of the covariances after the M-step, D x K, likewise: whole covariances would take K D^2 an iteration.
    pub variances: Arc<DMatrix<f64>>,
    /// The covariances in small, where [`EmSettings::averages`] asks for them, likewise.
    pub averages: Option<Arc<DMatrix<f32>>>,
}

/// Images that EM is scored on, which influence nothing.
#[derive(Debug, Clone, Copy)]
pub struct HeldOut<'a> {
    /// D x N.
    pub images: &'a DMatrix<f64>,
    /// At every iteration, not only at the end.
    pub every_iteration: bool,
}

/// The result of EM.
#[derive(Debug, Clone, PartialEq)]
pub struct EmFit {
    /// The mixture after the last M-step, in the order of the start's components. Its covariances
    /// are known to be positive definite.
    pub mixture: Mixture,
    /// Every iteration.
    pub history: Vec<EmIteration>,
    /// Why it stopped.
    pub stop: StopReason,
    /// Mean NLL per image of the final mixture, in nats.
    pub final_nll: f64,
    /// The same on held-out images, when there are any.
    pub final_held_out_nll: Option<f64>,
    /// log p(x) of each held-out image under the final mixture, in nats.
    pub held_out_log_density: Vec<f64>,
    /// The component of largest responsibility of every image, under the final mixture.
    pub assignments: Vec<usize>,
}
