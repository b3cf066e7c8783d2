//! Expectation-maximisation (Algorithm 1).
//!
//! Called by `study`; an iteration is `expectation` (E-step), then `statistics` (M-step).

use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use serde::Serialize;

use super::expectation::{Component, Expectation, Shape};
use super::statistics::{Statistics, weighted_means};
use super::{Mixture, MixtureError, check};
use crate::linalg;

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
    /// The component of largest responsibility of every image, under the final mixture.
    pub assignments: Vec<usize>,
}

/// Fits a mixture to the columns of `images` (D x S), from `start`.
///
/// Each iteration computes responsibilities w_sk = pi_k N(x_s; mu_k, Sigma_k) / sum_j pi_j N(x_s; mu_j, Sigma_j) and
/// then pi_k = N_k / S, mu_k = sum_s w_sk x_s / N_k, Sigma_k = sum_s w_sk (x_s - mu_k)(x_s - mu_k)^T / N_k + ridge I, with
/// N_k = sum_s w_sk. It stops after the iteration whose mean NLL differs from the one before by less than the
/// tolerance.
///
/// `held_out` images (D x N), when given, are scored at every iteration and influence nothing.
/// The observer sees every iteration; it may block (a pause) or stop the run.
///
/// Cost an iteration: K D^3 / 3 flops for the factors and at most 2 K S D^2 for the rest; what is left of
/// the latter is about 2 S D^2 where responsibilities are nearly one-hot. The result is the same, to
/// the bit, for every number of threads.
///
/// # Errors
/// [`MixtureError`]: shapes that disagree, non-finite pixels, settings out of range, a covariance that
/// cannot be factored.
pub fn fit(
    images: &DMatrix<f64>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<&DMatrix<f64>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    check::components(start.components(), images.ncols())?;
    check::images(images, start.dim())?;
    if let Some(held_out) = held_out {
        check::images(held_out, start.dim())?;
    }
    check::non_negative("ridge", settings.ridge)?;
    check::non_negative("tolerance", settings.tolerance)?;

    let mut run = Run::new(images, held_out, &start);
    let mut history: Vec<EmIteration> = Vec::new();
    let mut stop = StopReason::IterationLimit;
    run.factor(0)?;
    for iteration in 1..=settings.max_iterations {
        let (nll, held_out_nll) = run.expect();
        run.maximise(settings.ridge);
        let step = EmIteration {
            iteration,
            nll,
            held_out_nll,
            weights: run.weights.clone(),
            means: Arc::new(run.pixels_restored(&run.means)),
        };
        run.factor(iteration)?;
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
    let (final_nll, final_held_out_nll) = run.expect();
    let assignments = run.expectation.owners.iter().map(|&k| k as usize).collect();
    let mixture = if history.is_empty() { start } else { run.into_mixture() };
    Ok(EmFit { mixture, history, stop, final_nll, final_held_out_nll, assignments })
}

/// The state of a run: parameters with their pixels in `order`, and all memory that iterations need.
struct Run<'a> {
    images: &'a DMatrix<f64>,
    held_out: Option<&'a DMatrix<f64>>,
    /// Row `order[i]` of an image is pixel i of the parameters here.
    order: Vec<usize>,
    weights: DVector<f64>,
    means: DMatrix<f64>,
    covariances: Vec<DMatrix<f64>>,
    components: Vec<Component>,
    statistics: Statistics,
    expectation: Expectation,
    held_out_expectation: Expectation,
}

impl<'a> Run<'a> {
    fn new(images: &'a DMatrix<f64>, held_out: Option<&'a DMatrix<f64>>, start: &Mixture) -> Self {
        let order = telling_pixels_first(images);
        let (dim, count) = (start.dim(), start.components());
        let means = start.means().select_rows(&order);
        let covariances: Vec<_> = start
            .covariances()
            .par_iter()
            .map(|sigma| DMatrix::from_fn(dim, dim, |i, j| sigma[(order[i], order[j])]))
            .collect();
        let components = covariances
            .iter()
            .map(|sigma| Component {
                mean: Vec::new(),
                shape: if is_identity(sigma) {
                    Shape::Identity
                } else {
                    Shape::Factored(DMatrix::zeros(dim, dim))
                },
                log_weight: 0.0,
            })
            .collect();
        let mut run = Self {
            images,
            held_out,
            order,
            weights: start.weights().clone(),
            means,
            covariances,
            components,
            statistics: Statistics::new(dim, count),
            expectation: Expectation::default(),
            held_out_expectation: Expectation::default(),
        };
        run.set_components();
        run.expectation.guess_owners(images, &run.order, &run.components);
        if let Some(held_out) = held_out {
            run.held_out_expectation.guess_owners(held_out, &run.order, &run.components);
        }
        run
    }

    /// The E-step; the mean NLL of the images, and of those held out.
    fn expect(&mut self) -> (f64, Option<f64>) {
        self.expectation.run(self.images, &self.order, &self.components);
        let held_out = self.held_out.map(|held_out| {
            self.held_out_expectation.run(held_out, &self.order, &self.components);
            self.held_out_expectation.nll()
        });
        (self.expectation.nll(), held_out)
    }

    /// The M-step.
    fn maximise(&mut self, ridge: f64) {
        let members = &self.expectation.members;
        let reference = weighted_means(self.images, &self.order, members, &self.means);
        self.statistics.reset(&reference);
        self.statistics.add(self.images, &self.order, members);
        self.statistics.maximise(ridge, &mut self.weights, &mut self.means, &mut self.covariances);
    }

    /// Makes the components ready for the next E-step.
    fn factor(&mut self, iteration: usize) -> Result<(), MixtureError> {
        self.set_components();
        let dim = self.order.len();
        self.components.par_iter_mut().zip(&self.covariances).enumerate().try_for_each(
            |(component, (ready, covariance))| {
                if iteration == 0 && matches!(ready.shape, Shape::Identity) {
                    return Ok(());
                }
                if matches!(ready.shape, Shape::Identity) {
                    ready.shape = Shape::Factored(DMatrix::zeros(dim, dim));
                }
                if let Shape::Factored(lower) = &mut ready.shape {
                    lower.copy_from(covariance);
                    linalg::factor_in_place(lower).map_err(|fault| MixtureError::NotPositiveDefinite {
                        component,
                        iteration,
                        pivot: self.order[fault.pivot],
                    })?;
                }
                Ok(())
            },
        )
    }

    fn set_components(&mut self) {
        for (k, component) in self.components.iter_mut().enumerate() {
            component.mean.clear();
            component.mean.extend(self.means.column(k).iter());
            component.log_weight = self.weights[k].ln();
        }
    }

    /// Rows of `values` back in the order of the images' pixels.
    fn pixels_restored(&self, values: &DMatrix<f64>) -> DMatrix<f64> {
        let mut restored = values.clone();
        for (row, &pixel) in self.order.iter().enumerate() {
            restored.set_row(pixel, &values.row(row));
        }
        restored
    }

    fn into_mixture(self) -> Mixture {
        let means = self.pixels_restored(&self.means);
        let Self { order, weights, covariances, components, .. } = self;
        drop(components);
        let mut position = vec![0; order.len()];
        for (row, &pixel) in order.iter().enumerate() {
            position[pixel] = row;
        }
        let dim = order.len();
        let covariances = covariances
            .into_par_iter()
            .map(|sigma| DMatrix::from_fn(dim, dim, |i, j| sigma[(position[i], position[j])]))
            .collect();
        Mixture::from_estimates(weights, means, covariances)
    }
}

/// The pixels by falling variance over all images (ties: lower index first): an image far from a component
/// shows it within the first panel of these.
fn telling_pixels_first(images: &DMatrix<f64>) -> Vec<usize> {
    let count = images.ncols().max(1) as f64;
    let mean = images.column_sum() / count;
    let mut squares = DVector::zeros(images.nrows());
    for image in images.column_iter() {
        for ((square, value), centre) in squares.iter_mut().zip(image.iter()).zip(mean.iter()) {
            *square += (value - centre) * (value - centre);
        }
    }
    let mut order: Vec<usize> = (0..images.nrows()).collect();
    order.sort_by(|&a, &b| f64::total_cmp(&squares[b], &squares[a]));
    order
}

fn is_identity(matrix: &DMatrix<f64>) -> bool {
    matrix.column_iter().enumerate().all(|(j, column)| {
        column.iter().enumerate().all(|(i, &value)| value == if i == j { 1.0 } else { 0.0 })
    })
}
