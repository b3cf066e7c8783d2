//! EM that goes on where an earlier fit ended, as if it had not: the iterations done, and whether the settings allow it.
//!
//! n iterations are n times one, to the bit, but for the fits of [`can_be_continued`]'s exceptions, so that a fit can be taken up from its
//! parameters and its history.

use std::sync::Arc;
use std::time::Duration;

use super::{
    DataReport, DeadComponents, EmStart, EmStep, Outcome, Settings, Shrinkage, Stage, changed_stages, stages,
};
use crate::files::ModelFile;
use crate::mixture::{CovarianceFamily, EmIteration, EmSettings, Mixture, ShrinkageChoice, StopReason};

/// The iterations of a fit that goes on.
pub(super) struct Past {
    /// Where they began, where that is known.
    pub start: Option<Arc<EmStart>>,
    /// The parameters that they led to.
    pub mixture: Arc<Mixture>,
    pub history: Vec<Arc<EmStep>>,
    pub shrinkage: f64,
    /// The reach of its target.
    pub reach: f64,
    /// How the shrinkage was chosen, where that is known.
    pub choice: Option<Arc<ShrinkageChoice>>,
}

impl Past {
    /// The fit of `earlier`, where `settings` ask for the same iterations and perhaps for more.
    pub fn of_outcome(earlier: &Outcome, settings: &Settings) -> Option<Self> {
        let fit = earlier.fit.as_deref()?;
        let mut same = earlier.settings.clone();
        (same.em.tolerance, same.em.max_iterations) = (settings.em.tolerance, settings.em.max_iterations);
        let changed = changed_stages(&same, settings);
        let is_same = can_be_continued(settings, fit.shrinkage, earlier.data.as_deref()?)
            && !changed.contains(&Stage::KMeans)
            && !changed.contains(&Stage::Em);
        let is_asked = earlier.settings.em != settings.em || fit.stop == StopReason::Cancelled;
        let history = fit.history.clone();
        (is_same && is_asked && begins_with(&nlls(&history), &settings.em)).then(|| Self {
            start: earlier.em.start.clone(),
            mixture: Arc::clone(&fit.mixture),
            history,
            shrinkage: fit.shrinkage,
            reach: fit.reach,
            choice: earlier.shrinkage.clone(),
        })
    }

    /// The fit of a file that was stopped before its end, where `settings` and `data` are those of it.
    pub fn of_file(settings: &Settings, data: &DataReport) -> Option<Self> {
        let model = settings.stopped.as_deref()?;
        let ModelFile { mixture, nll_history, ridge, shrinkage, labels, seed, sample_indices, .. } = model;
        let is_by = match settings.shrinkage {
            Shrinkage::Auto => true,
            Shrinkage::Images(nu) => nu == *shrinkage,
        };
        let columns = data.train.shape().columns;
        let is_towards = stages::targets(settings, columns).iter().any(|target| target.reach == model.reach);
        let is_same = (*ridge, *seed) == (settings.em.ridge, settings.seed)
            && is_by
            && is_towards
            && can_be_continued(settings, *shrinkage, data)
            && (mixture.family(), mixture.rank()) == family(settings)
            && *labels == data.about.labels
            && *sample_indices == data.sample_indices
            && begins_with(nll_history, &settings.em)
            && model.training_digest == Some(data.training_digest());
        is_same.then(|| Self {
            start: None,
            mixture: Arc::clone(mixture),
            history: history(model),
            shrinkage: *shrinkage,
            reach: model.reach,
            choice: None,
        })
    }

    /// Whether EM under `em` ends with these iterations because the NLL no longer changes.
    pub fn has_converged(&self, em: &EmSettings) -> bool {
        matches!(*nlls(&self.history), [.., before, last] if (last - before).abs() < em.tolerance)
    }
}

/// Whether a fit that shrinks by `nu` is what its mixture and its history say, so that EM goes on from them as if it had not been
/// interrupted.
pub(super) fn can_be_continued(settings: &Settings, nu: f64, data: &DataReport) -> bool {
    exception(settings, nu > 0.0, data.is_complete()).is_none()
}

impl DataReport {
    /// [`cannot_be_continued`] of fits to these images.
    pub fn cannot_be_continued(&self, settings: &Settings) -> Option<&'static str> {
        exception(settings, settings.shrinkage != Shrinkage::Images(0.0), self.is_complete())
    }
}

/// Why fits under these settings cannot be continued to the bit, where they cannot, in words.
///
/// Low-rank covariances are estimated unshrunk and shown shrunk; components that are given a new start begin another EM; and with
/// missing pixels EM of full covariances remembers to which component it assigned each image.
pub fn cannot_be_continued(settings: &Settings) -> Option<&'static str> {
    exception(settings, settings.shrinkage != Shrinkage::Images(0.0), settings.observed_training == 1.0)
}

fn exception(settings: &Settings, is_shrunk: bool, is_complete: bool) -> Option<&'static str> {
    if settings.covariance == CovarianceFamily::LowRank && is_shrunk {
        Some("low-rank covariances with `shrinkage`")
    } else if settings.dead != DeadComponents::Keep {
        Some("`dead` reseed and split")
    } else if !is_complete && settings.covariance == CovarianceFamily::Full {
        Some("full covariances of images of which pixels are missing")
    } else {
        None
    }
}

/// The family that the settings ask for, and its rank.
fn family(settings: &Settings) -> (CovarianceFamily, usize) {
    let is_low_rank = settings.covariance == CovarianceFamily::LowRank;
    (settings.covariance, if is_low_rank { settings.rank } else { 0 })
}

/// The iterations that a model is of. Their weights and means are not in its file: the last ones stand for them.
pub(super) fn history(model: &ModelFile) -> Vec<Arc<EmStep>> {
    let means = Arc::new(model.mixture.means().clone());
    let variances = Arc::new(model.mixture.variances());
    let step = |(index, &nll): (usize, &f64)| {
        let (weights, means) = (model.mixture.weights().clone(), Arc::clone(&means));
        let variances = Arc::clone(&variances);
        let (iteration, held_out_nll) = (index + 1, None);
        let iteration =
            EmIteration { iteration, nll, held_out_nll, weights, means, variances, averages: None };
        Arc::new(EmStep { iteration, time: Duration::ZERO })
    };
    model.nll_history.iter().enumerate().map(step).collect()
}

fn nlls(history: &[Arc<EmStep>]) -> Vec<f64> {
    history.iter().map(|step| step.iteration.nll).collect()
}

/// Whether EM under `em` does these iterations, of these NLLs, before it ends.
fn begins_with(nlls: &[f64], em: &EmSettings) -> bool {
    let before_last = &nlls[..nlls.len().saturating_sub(1)];
    let goes_on = |pair: &[f64]| (pair[1] - pair[0]).abs() >= em.tolerance;
    !nlls.is_empty() && nlls.len() <= em.max_iterations && before_last.windows(2).all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_settings_begin_with_the_iterations_of_shorter_ones() {
        let em =
            |tolerance, max_iterations| EmSettings { tolerance, max_iterations, ..EmSettings::default() };
        let nlls = [9.0, 5.0, 4.0, 3.9];
        assert!(begins_with(&nlls, &em(0.01, 5)) && begins_with(&nlls, &em(0.5, 4)));
        // It would have ended after three, by the limit or by the tolerance.
        assert!(!begins_with(&nlls, &em(0.01, 3)) && !begins_with(&nlls, &em(1.5, 9)));
        assert!(!begins_with(&[], &em(0.0, 9)) && begins_with(&[1.0], &em(9.0, 1)));
    }
}
