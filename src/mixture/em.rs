//! Expectation-maximisation (Algorithm 1).
//!
//! An iteration is `expectation` (E-step), then `moments` (M-step), or for few pixels one pass over `tiles` for both;
//! `em_run` holds what they share. `families` has the iterations of covariances that are not full.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::em_run::Run;
use super::evaluation::{Evaluation, Evaluator};
use super::families::FamilyRun;
use super::pixel_order::PixelOrder;
use super::training_set::is_complete;
use super::{CovarianceFamily, Mixture, MixtureError, Statistics, TrainingSet, check, tiles};

/// Parameters of EM.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EmSettings {
    /// Added to the diagonal of every estimated covariance.
    pub ridge: f64,
    /// nu, the images that pull each covariance towards its own diagonal: component k keeps the share N_k / (N_k + nu)
    /// of its covariances. With a value above 0 the likelihood of the training images may fall.
    pub shrinkage: f64,
    /// Stops when the mean NLL per image changes by less than this.
    pub tolerance: f64,
    /// The largest number of iterations; 0 returns the start.
    pub max_iterations: usize,
}

impl Default for EmSettings {
    /// A ridge of 1e-6, no shrinkage, a tolerance of 1e-3, at most 100 iterations.
    fn default() -> Self {
        Self { ridge: 1e-6, shrinkage: 0.0, tolerance: 1e-3, max_iterations: 100 }
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

/// Bytes that a fit keeps of each pair (image, component) from iteration to iteration: none where it goes by tiles, else
/// at most 50.
pub fn pair_bytes(dim: usize) -> u64 {
    if tiles::pays(dim) { 0 } else { 50 }
}

/// Fits a mixture to the columns of `images` (D x S), from `start`.
///
/// Each iteration computes responsibilities w_sk = pi_k N(x_s; mu_k, Sigma_k) / sum_j pi_j N(x_s; mu_j, Sigma_j) and
/// then pi_k = N_k / S, mu_k = sum_s w_sk x_s / N_k and, with S_k = sum_s w_sk (x_s - mu_k)(x_s - mu_k)^T / N_k,
/// Sigma_k = (1 - a) S_k + a diag(S_k) + ridge I (full covariances), where N_k = sum_s w_sk and a = nu / (N_k + nu). It stops after the iteration whose mean NLL differs from the one before by less than the
/// tolerance.
///
/// The covariances of the start say of which family they are ([`Mixture::start`]). Tied: the scatter of all images about the
/// means of their components, shrunk by a = nu / (S + nu). Diagonal and spherical: diag(S_k) and its mean, never shrunk. Low
/// rank: W_k and psi_k by an exact M-step (Ghahramani and Hinton 1996), in which the factors are missing data too, from
/// principal axes where W_k is 0; shrinkage scales W_k by the root of 1 - a and adds what the variances lose to psi_k, so that
/// Sigma_k is shrunk as a full one is, while W_k and psi_k themselves go on unshrunk. The ridge is added to psi_k.
///
/// `held_out` images (D x N), when given, are scored at every iteration and influence nothing.
/// The observer sees every iteration; it may block (a pause) or stop the run.
///
/// Cost an iteration: K D^3 / 3 flops for the factors, and for the rest at most 2 K S D^2. Up to D = 96 it is that, in one
/// pass over tiles of images that keeps nothing of a pair (image, component). Beyond, what is left is about 2 S D^2
/// where responsibilities are nearly one-hot, and nothing of either for a component whose images and responsibilities did
/// not change; that takes at most 50 bytes for each of the K S pairs.
///
/// In the other families an iteration is one pass over tiles of images: S D^2 and D^3 / 3 flops (tied), some 4 K S D (diagonal,
/// spherical), 2 K S D R and 6 D R for every responsibility that is not zero (low rank). They keep nothing of a pair, no second copy
/// of the images, and for low rank some K D R doubles for each thread.
///
/// Memory of full covariances: a second copy of the images (none in [`fit_owned`]), K D^2 doubles for factors beside the K D^2 of the
/// covariances, which take over those of the start, and with tiles about 3 K D^2 for each thread. After two iterations each
/// thread has its working memory, and beyond D = 96 nothing more is allocated but the history's entries.
///
/// The result is the same, to the bit, for every number of threads, and n iterations are n times one.
///
/// # Errors
/// [`MixtureError`]: shapes that disagree, non-finite pixels, settings out of range, a covariance that
/// cannot be factored; [`MixtureError::NoDensity`] for an image that is beyond every component. What is returned is
/// finite: the parameters, the history and the final NLL.
pub fn fit(
    images: &DMatrix<f64>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<&DMatrix<f64>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    check_all(images, &start, settings, held_out)?;
    if settings.max_iterations == 0 {
        return at_rest(images, start, held_out);
    }
    if start.family() != CovarianceFamily::Full {
        let run = FamilyRun::new(Cow::Borrowed(images), None, held_out, start)?;
        return iterate(run, settings, true, observer);
    }
    let order = PixelOrder::by_variance(images);
    let arranged = order.arrange(images);
    iterate(Run::new(order, arranged, None, held_out, start)?, settings, true, observer)
}

/// [`fit`] in the memory of the images themselves: they are taken over, and no second copy is made. Held-out images are
/// scored when that is asked for.
///
/// # Errors
/// As [`fit`].
pub fn fit_owned(
    mut images: DMatrix<f64>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    let every_iteration = held_out.is_some_and(|held_out| held_out.every_iteration);
    let held_out = held_out.map(|held_out| held_out.images);
    check_all(&images, &start, settings, held_out)?;
    if settings.max_iterations == 0 {
        return at_rest(&images, start, held_out);
    }
    if start.family() != CovarianceFamily::Full {
        let run = FamilyRun::new(Cow::Owned(images), None, held_out, start)?;
        return iterate(run, settings, every_iteration, observer);
    }
    let order = PixelOrder::by_variance(&images);
    order.arrange_in_place(&mut images);
    iterate(Run::new(order, images, None, held_out, start)?, settings, every_iteration, observer)
}

/// [`fit_owned`] to images with weights, of which pixels may be missing (NaN), in training and held out: exact EM, by the observed
/// pixels.
///
/// **Weights**, under every family. An image of weight v counts v times, in the NLL as in the M-step, which takes v_s w_sk for w_sk.
///
/// **Missing pixels**, under full covariances. Each image counts by its observed pixels o alone: its density is p(x_o) = sum_k pi_k N(x_o; mu_k,o, Sigma_k,oo), which the
/// NLL is the mean of, and where the M-step takes x and x x^T it takes their expectations given x_o. Without ridge and
/// shrinkage the likelihood never falls. Pixels may be missing at random, or depending on what is observed, but not depending on
/// their own values. A pixel that a component sees in the share f of its images ends with ridge / f on its variance; one that
/// it never sees keeps its mean, and its variance grows by the ridge an iteration. Where no pixel is missing and there are no
/// weights it is [`fit_owned`], to the bit.
///
/// Cost an iteration, for each image and component that matters, with m pixels missing and o observed: m^3 flops, or
/// o^3 / 3 + o^2 m + o m^2 where o < 0.59 m; once for up to 64 images of one mask. Memory: 4 K D^2 doubles, and some D^2 for each
/// thread.
///
/// Z. Ghahramani, M. I. Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 6 (1994), 120-127.
///
/// # Errors
/// As [`fit`]; an infinite pixel is refused, and [`MixtureError::NotFull`].
pub fn fit_training_set(
    set: TrainingSet,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    if set.is_plain() && held_out.is_none_or(|held_out| is_complete(held_out.images)) {
        return fit_owned(set.images, start, settings, held_out, observer);
    }
    let every_iteration = held_out.is_some_and(|held_out| held_out.every_iteration);
    let held_out = held_out.map(|held_out| held_out.images);
    set.check(start.components(), start.dim())?;
    check_settings(settings)?;
    held_out.map_or(Ok(()), |held_out| check::observed(held_out, start.dim()))?;
    if start.family() != CovarianceFamily::Full
        && settings.max_iterations > 0
        && set.is_complete()
        && held_out.is_none_or(is_complete)
    {
        let TrainingSet { images, weights } = set;
        let run = FamilyRun::new(Cow::Owned(images), weights, held_out, start)?;
        return iterate(run, settings, every_iteration, observer);
    }
    require_full(&start)?;
    let TrainingSet { mut images, weights } = set;
    let order = PixelOrder::by_observed_variance(&images);
    order.arrange_in_place(&mut images);
    if settings.max_iterations > 0 {
        return iterate(
            Run::new(order, images, weights, held_out, start)?,
            settings,
            every_iteration,
            observer,
        );
    }
    let mut run = Run::new(order, images, weights, held_out, start.clone())?;
    let (final_nll, final_held_out_nll) = run.expect(true, true);
    check::densities(&run.expectation.log_density)?;
    Ok(EmFit {
        mixture: start,
        history: Vec::new(),
        stop: StopReason::IterationLimit,
        final_nll,
        final_held_out_nll,
        held_out_log_density: run.held_out_expectation.log_density,
        assignments: run.expectation.assignments.iter().map(|&k| k as usize).collect(),
    })
}

impl Mixture {
    /// log p(x_o) of the observed pixels of every column of `images` (D x S), in nats; missing pixels are NaN.
    ///
    /// Cost: K D^3 flops, and as an iteration of [`fit_training_set`] two thirds less for the images.
    ///
    /// # Errors
    /// As [`Mixture::log_density`], which it is where no pixel is missing.
    pub fn log_density_of_observed(&self, images: &DMatrix<f64>) -> Result<Vec<f64>, MixtureError> {
        if is_complete(images) {
            return self.log_density(images);
        }
        require_full(self)?;
        check::observed(images, self.dim())?;
        let order = PixelOrder::by_observed_variance(images);
        let mut run = Run::new(order.clone(), order.arrange(images), None, None, self.clone())?;
        run.expect(false, true);
        Ok(run.expectation.log_density)
    }

    /// [`Mixture::statistics`] of images with weights, of which pixels may be missing: of their expectations given what is observed.
    ///
    /// Cost: as an iteration of [`fit_training_set`].
    ///
    /// # Errors
    /// As [`Mixture::log_density_of_observed`], and as for weights that are none.
    pub fn statistics_of(&self, set: &TrainingSet) -> Result<Statistics, MixtureError> {
        set.check(1, self.dim())?;
        let images = &set.images;
        match &set.weights {
            _ if !set.is_complete() => {
                require_full(self)?;
                let order = PixelOrder::own(self.dim());
                let mut run = Run::new(order, images.clone(), set.weights.clone(), None, self.clone())?;
                run.expect(false, false);
                Ok(run.statistics())
            }
            None => self.statistics(images),
            Some(weights) => {
                let mut statistics = Statistics::new(self.means());
                let mut responsibilities = self.responsibilities(images)?;
                let columns = responsibilities.column_iter_mut().zip(weights);
                columns.for_each(|(mut column, weight)| column *= *weight);
                statistics.add(images, &responsibilities)?;
                Ok(statistics)
            }
        }
    }
}

/// What is missing is a matter of full covariances.
fn require_full(mixture: &Mixture) -> Result<(), MixtureError> {
    if mixture.family() == CovarianceFamily::Full { Ok(()) } else { Err(MixtureError::NotFull) }
}

fn check_all(
    images: &DMatrix<f64>,
    start: &Mixture,
    settings: &EmSettings,
    held_out: Option<&DMatrix<f64>>,
) -> Result<(), MixtureError> {
    check::components(start.components(), images.ncols())?;
    check::images(images, start.dim())?;
    held_out.map_or(Ok(()), |held_out| check::images(held_out, start.dim()))?;
    check_settings(settings)
}

fn check_settings(settings: &EmSettings) -> Result<(), MixtureError> {
    check::non_negative("ridge", settings.ridge)?;
    check::non_negative("shrinkage", settings.shrinkage)?;
    check::non_negative("tolerance", settings.tolerance)
}

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

    /// log p(x) of every image, as of the last E-step.
    fn log_density(&self) -> &[f64];

    /// The mixture; of the last E-step the component of largest responsibility of every image, and log p(x) of those held out.
    fn finish(self) -> (Mixture, Vec<usize>, Vec<f64>);
}

impl Steps for Run {
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>) {
        Self::expect(self, scored, is_last)
    }

    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError> {
        Self::maximise(self, iteration, settings.ridge, settings.shrinkage)
    }

    fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    fn means(&self) -> DMatrix<f64> {
        Self::means(self)
    }

    fn variances(&self) -> DMatrix<f64> {
        Self::variances(self)
    }

    fn log_density(&self) -> &[f64] {
        &self.expectation.log_density
    }

    fn finish(mut self) -> (Mixture, Vec<usize>, Vec<f64>) {
        let assignments = self.expectation.assignments.iter().map(|&k| k as usize).collect();
        let held_out_log_density = std::mem::take(&mut self.held_out_expectation.log_density);
        (self.into_mixture(), assignments, held_out_log_density)
    }
}

/// Algorithm 1 from a run's start to its end.
fn iterate(
    mut run: impl Steps,
    settings: &EmSettings,
    every_iteration: bool,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    let mut history: Vec<EmIteration> = Vec::with_capacity(settings.max_iterations.min(LONG));
    let mut stop = StopReason::IterationLimit;
    for iteration in 1..=settings.max_iterations {
        let (nll, held_out_nll) = run.expect(every_iteration, false);
        check::densities(run.log_density())?;
        let is_new = run.maximise(iteration, settings)?;
        let (means, variances) = match history.last() {
            Some(last) if !is_new => (Arc::clone(&last.means), Arc::clone(&last.variances)),
            _ => (Arc::new(run.means()), Arc::new(run.variances())),
        };
        let weights = run.weights().clone();
        let step = EmIteration { iteration, nll, held_out_nll, weights, means, variances };
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
    check::densities(run.log_density())?;
    let (mixture, assignments, held_out_log_density) = run.finish();
    mixture.check_finite()?;
    Ok(EmFit { mixture, history, stop, final_nll, final_held_out_nll, held_out_log_density, assignments })
}

/// The result of no iterations: the start, evaluated.
fn at_rest(
    images: &DMatrix<f64>,
    start: Mixture,
    held_out: Option<&DMatrix<f64>>,
) -> Result<EmFit, MixtureError> {
    let evaluator = Evaluator::new(&start)?;
    let evaluation = evaluator.evaluate(images)?;
    check::densities(&evaluation.log_density)?;
    let unseen = held_out.map(|held_out| evaluator.evaluate(held_out)).transpose()?;
    Ok(EmFit {
        mixture: start,
        history: Vec::new(),
        stop: StopReason::IterationLimit,
        final_nll: evaluation.nll(),
        final_held_out_nll: unseen.as_ref().map(Evaluation::nll),
        held_out_log_density: unseen.map_or_else(Vec::new, |unseen| unseen.log_density),
        assignments: evaluation.assignments,
    })
}
