//! How many images should pull a covariance towards its target, and towards which: chosen by images that are not in it.
//!
//! A covariance of D pixels from N images overfits in its covariances, not in its variances: of D (D - 1) / 2
//! covariances most are noise where N is not far above D. Shrunk by N / (N + nu) they lose the more the fewer the images. The target
//! may keep the correlations of near pixels ([`Taper`]), which are the least noise.

use std::ops::ControlFlow;

use rand::Rng;
use rand::seq::index;

use super::pixel_order::PixelOrder;
use super::scores::weighted_trimmed_nll;
use super::taper::TaperTable;
use super::{
    CovarianceFamily, EmIteration, EmSettings, Mixture, MixtureError, StopReason, Taper, TrainingSet, check,
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

/// The factor between candidates: of the first target; of the others; of the best in the end.
const STEPS: (f64, f64, f64) = (4.0, 2.0, 1.2);

/// A shrinkage, and how it was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct ShrinkageChoice {
    /// nu, the candidate of least score.
    pub shrinkage: f64,
    /// The target of least score.
    pub taper: Taper,
    /// Every target, with its best candidate and the score of that.
    pub targets: Vec<(Taper, f64, f64)>,
    /// Every candidate of that target, ascending, with its score: the mean NLL in nats of the images held out, weighted, without the worst 1 %
    /// ([`trimmed_nll`](super::trimmed_nll)); infinite where a covariance could not be factored.
    pub scores: Vec<(f64, f64)>,
    /// The images in the covariances.
    pub fitted: usize,
    /// The images that scored them.
    pub held_out: usize,
}

/// Chooses the shrinkage for a fit of `set` from `start`, and its target among `targets` (that of `settings` where there are none);
/// none when the observer asks to stop.
///
/// A fifth of the images, drawn at random (at most 2,000), is held out of a first fit of at most 10 iterations. Its last
/// E-step gives one scatter a component, which is shrunk by every candidate nu; the
/// candidate of least [`trimmed_nll`](super::trimmed_nll) of the images held out is chosen. Covariances that are not full are fitted without
/// shrinkage at first, those of the fit are shrunk, and 0 is a candidate too. Candidates under the first target are 1, 4, ..., 4096, then
/// those about the best to a factor of 2; under each further target, from the best of the one before to the nearest minimum, by
/// factors of 2; and under the best target those between the best and its neighbours, to a factor of 2^(1/4). nu counts images, so that the fit of all images,
/// whose N_k are larger, shrinks less.
///
/// Cost: the first fit; for each of about 13 candidates, and 4 for each further target, K D^3 / 3 flops and an E-step of the images held out. Memory: the
/// images once more, and 3 K D^2 doubles.
///
/// # Errors
/// As [`fit`](super::fit()); [`MixtureError::Components`] when fewer than K images are left for the first fit.
pub fn choose_shrinkage<R: Rng>(
    set: &TrainingSet,
    start: &Mixture,
    settings: &EmSettings,
    targets: &[Taper],
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
    let targets = if targets.is_empty() { &[settings.taper] } else { targets };
    let first = EmSettings {
        taper: targets[0],
        shrinkage: if is_full { FIRST_SHRINKAGE } else { 0.0 },
        tolerance: settings.tolerance.max(TOLERANCE),
        max_iterations: settings.max_iterations.min(ITERATIONS),
        averages: 0,
        ..*settings
    };
    let fit = fit_training_set(fitted.clone(), start.clone(), &first, None, observer)?;
    if fit.stop == StopReason::Cancelled {
        return Ok(None);
    }
    let statistics = is_full.then(|| fit.mixture.statistics_of(&fitted)).transpose()?;
    let score = |target: usize, shrinkage: f64| {
        let (taper, ridge) = (targets[target], settings.ridge);
        let mixture = match &statistics {
            Some(statistics) => statistics.clone().maximise_towards(taper, &fit.mixture, ridge, shrinkage)?,
            None => fit.mixture.shrunk(shrinkage, &taper, fitted.total()),
        };
        match mixture.log_density_of_observed(&held_out.images) {
            Ok(log_density) => Ok(weighted_trimmed_nll(&log_density, held_out.weights.as_deref())),
            Err(MixtureError::NotPositiveDefinite { .. }) => Ok(f64::INFINITY),
            Err(error) => Err(error),
        }
    };
    let all = search(targets.len(), &score)?;
    let bests = all.iter().map(|scores| best(scores));
    let targets: Vec<_> = targets.iter().zip(bests).map(|(&taper, (nu, score))| (taper, nu, score)).collect();
    let chosen = best_target(&all);
    let mut scores = all.into_iter().nth(chosen).unwrap_or_default();
    if !is_full {
        // Where factors alone tell pixels from one another, none at all may be best.
        scores.insert(0, (0.0, score(chosen, 0.0)?));
    }
    Ok(Some(ShrinkageChoice {
        shrinkage: best(&scores).0,
        taper: targets[chosen].0,
        targets,
        scores,
        fitted: fitted.images.ncols(),
        held_out: held_out.images.ncols(),
    }))
}

impl Mixture {
    /// The same mixture, fitted without shrinkage to images of this `total` weight, with covariances shrunk by nu images towards what
    /// `taper` leaves of them: those of component k by N_k / (N_k + nu), tied ones by S / (S + nu). Cost: a copy.
    pub(crate) fn shrunk(&self, shrinkage: f64, taper: &Taper, total: f64) -> Self {
        let table: TaperTable = taper.table(&PixelOrder::own(self.dim()), self.dim());
        let is_tied = self.family() == CovarianceFamily::Tied;
        self.with_covariances(|k, covariance| {
            let count = total * if is_tied { 1.0 } else { self.weights()[k] };
            covariance.shrunk(count / (count + shrinkage), &table)
        })
    }
}

/// The candidates of each target and their scores, ascending: a coarse grid under the first target, steps downhill under the others,
/// and finer ones about the best of all.
fn search<E>(
    targets: usize,
    mut score: impl FnMut(usize, f64) -> Result<f64, E>,
) -> Result<Vec<Vec<(f64, f64)>>, E> {
    let (coarse, middle, finest) = STEPS;
    let mut all: Vec<Vec<(f64, f64)>> = Vec::new();
    for target in 0..targets {
        let mut scores = Scores::default();
        match all.last() {
            None => {
                let mut candidate = RANGE.0;
                while candidate <= RANGE.1 {
                    scores.add(candidate, &mut |nu| score(target, nu))?;
                    candidate *= coarse;
                }
                scores.add_beside(middle, &mut |nu| score(target, nu))?;
            }
            Some(before) => {
                scores.add(best(before).0, &mut |nu| score(target, nu))?;
                while scores.add_beside(middle, &mut |nu| score(target, nu))? {}
            }
        }
        all.push(scores.0);
    }
    let chosen = best_target(&all);
    if let Some(scores) = all.get_mut(chosen) {
        let (mut step, mut fine) = (middle, Scores(std::mem::take(scores)));
        while step > finest {
            step = step.sqrt();
            fine.add_beside(step, &mut |nu| score(chosen, nu))?;
        }
        *scores = fine.0;
    }
    all.iter_mut().for_each(|scores| scores.sort_by(|a, b| a.0.total_cmp(&b.0)));
    Ok(all)
}

/// Candidates of one target and their scores.
#[derive(Default)]
struct Scores(Vec<(f64, f64)>);

impl Scores {
    fn add<E>(&mut self, nu: f64, score: &mut dyn FnMut(f64) -> Result<f64, E>) -> Result<(), E> {
        if !self.0.iter().any(|&(known, _)| (known / nu).ln().abs() < 1e-9) {
            self.0.push((nu, score(nu)?));
        }
        Ok(())
    }

    /// Adds the two candidates a factor of `step` from the best, within the range. Whether another one is best now.
    fn add_beside<E>(&mut self, step: f64, score: &mut dyn FnMut(f64) -> Result<f64, E>) -> Result<bool, E> {
        let (before, _) = best(&self.0);
        for nu in [before / step, before * step] {
            if (RANGE.0..=RANGE.1).contains(&nu) {
                self.add(nu, score)?;
            }
        }
        Ok(best(&self.0).0 != before)
    }
}

/// The first target whose best candidate has the least score.
fn best_target(all: &[Vec<(f64, f64)>]) -> usize {
    let each = all.iter().map(|scores| best(scores).1).enumerate();
    each.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(target, _)| target)
}

/// The first candidate of least score, with it.
fn best(scores: &[(f64, f64)]) -> (f64, f64) {
    scores.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((FIRST_SHRINKAGE, f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_finds_the_least_of_a_smooth_score() {
        for best in [1.0_f64, 2.3, 30.0, 777.0, 4096.0] {
            let parabola = |_, nu: f64| Ok::<f64, ()>((nu / best).ln().powi(2));
            let scores = search(1, parabola).unwrap().remove(0);
            assert!(scores.windows(2).all(|pair| pair[0].0 < pair[1].0) && scores.len() <= 15, "{scores:?}");
            let (found, _) = super::best(&scores);
            assert!((found / best).ln().abs() <= 1.2_f64.ln() / 2.0 + 1e-9, "{found} for {best}");
        }
        assert_eq!(search(1, |_, nu| if nu > 100.0 { Err(nu) } else { Ok(0.0) }), Err(256.0));
    }

    #[test]
    fn the_search_finds_the_least_of_several_targets() {
        let least = [(30.0_f64, 3.0), (70.0, 1.0), (300.0, 2.0), (5.0, 4.0)];
        let bowl = |target: usize, nu: f64| {
            let (best, score) = least[target];
            Ok::<f64, ()>(score + (nu / best).ln().powi(2))
        };
        let found = search(least.len(), bowl).unwrap();
        for (target, (scores, (nu, score))) in found.iter().zip(least).enumerate() {
            let (best, found) = super::best(scores);
            let step = if target == 1 { 1.2_f64 } else { 2.0 };
            assert!(
                (best / nu).ln().abs() <= step.ln() / 2.0 + 1e-9 && found - score < 0.13,
                "{best} for {nu}"
            );
        }
        assert!(found.iter().map(Vec::len).sum::<usize>() < 36, "{found:?}");
    }
}
