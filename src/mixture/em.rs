//! Expectation-maximisation: a mixture fitted to images, from a start.
//!
//! `em_fit` is what it takes and gives, `em_steps` the loop of Algorithm 1. The steps of full covariances are those of `em_run`:
//! `expectation` (E-step), then `moments` (M-step), or `missing`; for few pixels those of `em_tiles`: one pass for both. `families`
//! has those of the others.

use std::borrow::Cow;
use std::ops::ControlFlow;

use nalgebra::DMatrix;

use super::em_fit::{EmFit, EmIteration, EmSettings, HeldOut};
use super::em_run::Run;
use super::em_steps::iterate;
use super::em_tiles::{Images, TileRun};
use super::families::FamilyRun;
use super::pixel_order::PixelOrder;
use super::ranks::Alone;
use super::training_set::is_complete;
use super::{CovarianceFamily, Mixture, MixtureError, TrainingSet, check, tiles};

/// Bytes that a fit keeps of each pair (image, component) from iteration to iteration: none where it goes by tiles, else
/// at most 50.
pub fn pair_bytes(dim: usize) -> u64 {
    if tiles::pays(dim) { 0 } else { 50 }
}

/// Fits a mixture to the columns of `images` (D x S), from `start`.
///
/// Each iteration computes responsibilities w_sk = pi_k N(x_s; mu_k, Sigma_k) / sum_j pi_j N(x_s; mu_j, Sigma_j) and
/// then pi_k = N_k / S, mu_k = sum_s w_sk x_s / N_k and, with S_k = sum_s w_sk (x_s - mu_k)(x_s - mu_k)^T / N_k,
/// Sigma_k = (1 - a) S_k + a S_k ∘ C + ridge I (full covariances), where N_k = sum_s w_sk, a = nu / (N_k + nu) and C is that of the
/// [`Taper`](super::Taper): the identity, or what near pixels keep. It stops after the iteration whose mean NLL differs from the one before by less than the
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
/// The result is the same, to the bit, for every number of threads and every order of the components, and n iterations are n
/// times one: but for low-rank covariances that shrink, which are given shrunk and estimated unshrunk.
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
    let held_out = held_out.map(|images| HeldOut { images, every_iteration: true });
    run(Cow::Borrowed(images), None, start, settings, held_out, observer)
}

/// [`fit`] in the memory of the images themselves: they are taken over, and no second copy is made. Held-out images are
/// scored when that is asked for.
///
/// # Errors
/// As [`fit`].
pub fn fit_owned(
    images: DMatrix<f64>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    check_all(&images, &start, settings, held_out.map(|held_out| held_out.images))?;
    run(Cow::Owned(images), None, start, settings, held_out, observer)
}

/// [`fit_owned`] to images with weights, of which pixels may be missing (NaN), in training and held out: exact EM, by the observed
/// pixels.
///
/// **Weights**, under every family. An image of weight v counts v times, in the NLL as in the M-step, which takes v_s w_sk for w_sk.
///
/// **Missing pixels**, under every family. Each image counts by its observed pixels o alone: its density is p(x_o) = sum_k pi_k N(x_o; mu_k,o, Sigma_k,oo), which the
/// NLL is the mean of, and where the M-step takes x and x x^T it takes their expectations given x_o. Without ridge and
/// shrinkage the likelihood never falls. Under full covariances n iterations are n times one but for rounding, as images are worked on
/// in the order of the components that the iteration before assigned them to. Pixels may be missing at random, or depending on what is observed, but not depending on
/// their own values. A pixel that a component sees in the share f of its images ends with ridge / f on its variance; one that
/// it never sees keeps its mean, and its variance grows by the ridge an iteration. Where no pixel is missing and there are no
/// weights it is [`fit_owned`], to the bit.
///
/// Cost an iteration, for each image and component that matters, with m pixels missing and o observed: m^3 flops, or
/// o^3 / 3 + o^2 m + o m^2 where o < 0.59 m; once for up to 64 images of one mask. Memory: 4 K D^2 doubles, and some D^2 for each
/// thread. Tied: 2 o^3 / 3 + o^2 m + o m^2 for each mask that differs from that of the image before, and K o^2 + 2 D^2 an image. Low rank: some
/// 8 D R^2 for each such mask and component; diagonal and spherical: some 10 K D an image.
///
/// Z. Ghahramani, M. I. Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 6 (1994), 120-127.
///
/// # Errors
/// As [`fit`]; an infinite pixel is refused.
pub fn fit_training_set(
    set: TrainingSet,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    set.check(start.components(), start.dim())?;
    settings.check()?;
    held_out.map_or(Ok(()), |held_out| check::observed(held_out.images, start.dim()))?;
    run(Cow::Owned(set.images), set.weights, start, settings, held_out, observer)
}

/// EM with everything checked.
fn run(
    images: Cow<'_, DMatrix<f64>>,
    weights: Option<Vec<f64>>,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    let every_iteration = held_out.is_some_and(|held_out| held_out.every_iteration);
    let held_out = held_out.map(|held_out| held_out.images);
    // No iterations give the start as it is.
    let kept = (settings.max_iterations == 0).then(|| start.clone());
    let is_full = start.family() == CovarianceFamily::Full;
    let complete = |images| is_complete(images) && held_out.is_none_or(is_complete);
    let fit = if is_full && tiles::pays(images.nrows()) && complete(&images) {
        let images = Images { source: &*images, weights: weights.as_deref(), ranks: &Alone };
        iterate(TileRun::new(images, held_out, start)?, settings, every_iteration, observer)?
    } else if is_full {
        let order = match is_complete(&images) {
            true => PixelOrder::by_variance(&images),
            false => PixelOrder::by_observed_variance(&images),
        };
        let images = match images {
            Cow::Borrowed(images) => order.arrange(images),
            Cow::Owned(mut images) => {
                order.arrange_in_place(&mut images);
                images
            }
        };
        let run = Run::new(order, images, weights, held_out, start)?;
        iterate(run, settings, every_iteration, observer)?
    } else {
        let run = FamilyRun::new(images, weights, held_out, start)?;
        iterate(run, settings, every_iteration, observer)?
    };
    Ok(match kept {
        Some(mixture) => EmFit { mixture, ..fit },
        None => fit,
    })
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
    settings.check()
}
