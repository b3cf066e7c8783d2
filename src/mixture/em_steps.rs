//! Algorithm 1: E-steps and M-steps in turn, until the NLL stays.

use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};

use super::em_fit::{EmFit, EmIteration, EmSettings, StopReason};
use super::{Mixture, MixtureError};

/// The history has room for so many iterations from the start.
const LONG: usize = 1000;

/// The two steps of an iteration, on a state that has images and parameters.
pub(super) trait Steps {
    /// The E-step; the mean NLL of the images, and of those held out where they are `scored`. No M-step follows the last one.
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>);

    /// The M-step; whether any component was estimated anew.
    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError>;

    /// pi.
    fn weights(&self) -> &DVector<f64>;

    /// mu, D x K.
    fn means(&self) -> DMatrix<f64>;

    /// The diagonals of the covariances, D x K.
    fn variances(&self) -> DMatrix<f64>;

    /// [`Mixture::covariance_averages`].
    fn averages(&self, most: usize) -> DMatrix<f32>;

    /// Every image had a finite log-density at the last E-step.
    ///
    /// # Errors
    /// [`MixtureError::NoDensity`].
    fn check_densities(&self) -> Result<(), MixtureError>;

    /// The mixture; of the last E-step the component of largest responsibility of every image, and log p(x) of those held out.
    fn finish(self) -> (Mixture, Vec<usize>, Vec<f64>);
}

/// Algorithm 1 from a run's start to its end.
pub(super) fn iterate(
    mut run: impl Steps,
    settings: &EmSettings,
    every_iteration: bool,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    let mut history: Vec<EmIteration> = Vec::with_capacity(settings.max_iterations.min(LONG));
    let mut stop = StopReason::IterationLimit;
    for iteration in 1..=settings.max_iterations {
        let (nll, held_out_nll) = run.expect(every_iteration, false);
        run.check_densities()?;
        let is_new = run.maximise(iteration, settings)?;
        let weights = run.weights().clone();
        let step = match history.last().filter(|_| !is_new) {
            Some(last) => EmIteration { iteration, nll, held_out_nll, weights, ..last.clone() },
            None => {
                let (means, variances) = (Arc::new(run.means()), Arc::new(run.variances()));
                let averages = (settings.averages > 0).then(|| Arc::new(run.averages(settings.averages)));
                EmIteration { iteration, nll, held_out_nll, weights, means, variances, averages }
            }
        };
        let previous = history.last().map(|step| step.nll);
        let flow = observer(&step);
        history.push(step);
        if previous.is_some_and(|previous| (nll - previous).abs() < settings.tolerance) {
            stop = StopReason::Converged;
            break;
        }
        if flow.is_break() {
            stop = StopReason::Cancelled;
            break;
        }
    }
    let (final_nll, final_held_out_nll) = run.expect(true, true);
    run.check_densities()?;
    let (mixture, assignments, held_out_log_density) = run.finish();
    mixture.check_finite()?;
    Ok(EmFit { mixture, history, stop, final_nll, final_held_out_nll, held_out_log_density, assignments })
}
