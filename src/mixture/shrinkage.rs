//! How many images should pull a covariance towards its own diagonal: chosen by images that are not in it.
//!
//! A covariance of D pixels from N images overfits in its covariances, not in its variances: of D (D - 1) / 2
//! covariances most are noise where N is not far above D. Scaled by N / (N + nu) they lose the more the fewer the images.

use std::ops::ControlFlow;

use rand::Rng;
use rand::seq::index;

use super::scores::weighted_trimmed_nll;
use super::{
    CovarianceFamily, EmIteration, EmSettings, Mixture, MixtureError, StopReason, TrainingSet, check,
    fit_training_set,
};

/// The shrinkage of the first fit of [`choose_shrinkage`], whose responsibilities all candidates share.
pub const FIRST_SHRINKAGE: f64 = 30.0;

/// Iterations of the first fit, at most.
const ITERATIONS: usize = 10;

/// It may stop when the NLL changes by less, in nats.
const TOLERANCE: f64 = 0.1;

/// One image of so many is held out of the first fit, and no more than so many are.
const SHARE: usize = 5;
const MOST: usize = 2000;

/// The least and the largest candidate.
const RANGE: (f64, f64) = (1.0, 4096.0);

/// The factor between candidates, square-rooted until it is the second.
const STEPS: (f64, f64) = (4.0, 1.2);

/// A shrinkage, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrinkageChoice {
    /// nu, the candidate of least score.
    pub shrinkage: f64,
    /// Every candidate, ascending, with its score: the mean NLL in nats of the images held out, weighted, without the worst 1 %
    /// ([`trimmed_nll`](super::trimmed_nll)); infinite where a covariance could not be factored.
    pub scores: Vec<(f64, f64)>,
    /// The images in the covariances.
    pub fitted: usize,
    /// The images that scored them.
    pub held_out: usize,
}

/// Chooses the shrinkage for a fit of `set` from `start`; none when the observer asks to stop.
///
/// A fifth of the images, drawn at random (at most 2,000), is held out of a first fit of at most 10 iterations. Its last
/// E-step gives one scatter a component, of which every candidate nu scales the covariances by N_k / (N_k + nu); the
/// candidate of least [`trimmed_nll`](super::trimmed_nll) of the images held out is chosen. Covariances that are not full are fitted without
/// shrinkage at first, those of the fit are scaled, and 0 is a candidate too. Candidates are 1, 4, ..., 4096, then those
/// between the best and its neighbours, to a factor of 2^(1/4). nu counts images, so that the fit of all images,
/// whose N_k are larger, shrinks less.
///
/// Cost: the first fit; for each of about 13 candidates K D^3 / 3 flops and an E-step of the images held out. Memory: the
/// images once more, and 3 K D^2 doubles.
///
/// # Errors
/// As [`fit`](super::fit()); [`MixtureError::Components`] when fewer than K images are left for the first fit.
pub fn choose_shrinkage<R: Rng>(
    set: &TrainingSet,
    start: &Mixture,
    settings: &EmSettings,
    rng: &mut R,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<Option<ShrinkageChoice>, MixtureError> {
    let samples = set.images.ncols();
    let count = (samples / SHARE).clamp(1, MOST);
    check::components(start.components(), samples.saturating_sub(count))?;
    let mut is_held_out = vec![false; samples];
    index::sample(rng, samples, count).iter().for_each(|image| is_held_out[image] = true);
    let part = |held_out: bool| {
        let chosen: Vec<usize> = (0..samples).filter(|&image| is_held_out[image] == held_out).collect();
        set.select(&chosen)
    };
    let (fitted, held_out) = (part(false), part(true));
    let is_full = start.family() == CovarianceFamily::Full;
    let first = EmSettings {
        shrinkage: if is_full { FIRST_SHRINKAGE } else { 0.0 },
        tolerance: settings.tolerance.max(TOLERANCE),
        max_iterations: settings.max_iterations.min(ITERATIONS),
        ..*settings
    };
    let fit = fit_training_set(fitted.clone(), start.clone(), &first, None, observer)?;
    if fit.stop == StopReason::Cancelled {
        return Ok(None);
    }
    let statistics = is_full.then(|| fit.mixture.statistics_of(&fitted)).transpose()?;
    let score = |shrinkage: f64| {
        let mixture = match &statistics {
            Some(statistics) => statistics.clone().maximise(&fit.mixture, settings.ridge, shrinkage)?,
            None => fit.mixture.shrunk(shrinkage, fitted.total()),
        };
        match mixture.log_density_of_observed(&held_out.images) {
            Ok(log_density) => Ok(weighted_trimmed_nll(&log_density, held_out.weights.as_deref())),
            Err(MixtureError::NotPositiveDefinite { .. }) => Ok(f64::INFINITY),
            Err(error) => Err(error),
        }
    };
    let mut scores = search(&score)?;
    if !is_full {
        // Where factors alone tell pixels from one another, none at all may be best.
        scores.insert(0, (0.0, score(0.0)?));
    }
    let best =
        scores.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(FIRST_SHRINKAGE, |&(shrinkage, _)| shrinkage);
    Ok(Some(ShrinkageChoice {
        shrinkage: best,
        scores,
        fitted: fitted.images.ncols(),
        held_out: held_out.images.ncols(),
    }))
}

impl Mixture {
    /// The same mixture, fitted without shrinkage to images of this `total` weight, with covariances shrunk by nu images: those of
    /// component k are scaled by N_k / (N_k + nu), tied ones by S / (S + nu). Cost: a copy.
    pub(crate) fn shrunk(&self, shrinkage: f64, total: f64) -> Self {
        let is_tied = self.family() == CovarianceFamily::Tied;
        self.with_covariances(|k, covariance| {
            let count = total * if is_tied { 1.0 } else { self.weights()[k] };
            covariance.shrunk(count / (count + shrinkage))
        })
    }
}

/// Candidates and their scores, ascending: a coarse grid, then finer ones about the best.
fn search<E>(mut score: impl FnMut(f64) -> Result<f64, E>) -> Result<Vec<(f64, f64)>, E> {
    let (least, most) = RANGE;
    let (mut step, finest) = STEPS;
    let mut scores = Vec::new();
    let mut candidate = least;
    while candidate <= most {
        scores.push((candidate, score(candidate)?));
        candidate *= step;
    }
    while step > finest {
        step = step.sqrt();
        let best = scores.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(least, |&(best, _)| best);
        for candidate in [best / step, best * step] {
            if (least..=most).contains(&candidate) {
                scores.push((candidate, score(candidate)?));
            }
        }
    }
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_the_least_of_a_smooth_score() {
        for best in [1.0_f64, 2.3, 30.0, 777.0, 4096.0] {
            let parabola = |nu: f64| Ok::<f64, ()>((nu / best).ln().powi(2));
            let scores = search(parabola).unwrap();
            assert!(scores.windows(2).all(|pair| pair[0].0 < pair[1].0) && scores.len() <= 15, "{scores:?}");
            let (found, _) = scores.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert!((found / best).ln().abs() <= 1.2_f64.ln() / 2.0 + 1e-9, "{found} for {best}");
        }
        assert_eq!(search(|nu| if nu > 100.0 { Err(nu) } else { Ok(0.0) }), Err(256.0));
    }
}
