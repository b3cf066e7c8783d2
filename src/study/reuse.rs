//! What a study can take over from an earlier one: k-means and EM, when the settings that they depend on are the same.
//! The other stages take moments and always run.

use std::sync::Arc;

use super::{Outcome, SETTINGS, Settings, Stage};

/// The stages whose results may differ between two settings, in order.
pub fn changed_stages(before: &Settings, after: &Settings) -> Vec<Stage> {
    let differ = SETTINGS.iter().filter(|setting| setting.value(before) != setting.value(after));
    let mut affected: Vec<Stage> = differ.flat_map(|setting| setting.affects).copied().collect();
    // Settings that are copies of one another share the model that they continue from.
    let start = |settings: &Settings| settings.start.as_ref().map(Arc::as_ptr);
    let opened = |settings: &Settings| settings.opened.as_ref().map(Arc::as_ptr);
    if before.means_init != after.means_init
        || start(before) != start(after)
        || opened(before) != opened(after)
    {
        affected.push(Stage::KMeans);
    }
    let mut changed: Vec<Stage> = Vec::new();
    for stage in Stage::ALL {
        if affected.contains(&stage) || stage.source().is_some_and(|source| changed.contains(&source)) {
            changed.push(stage);
        }
    }
    changed
}

/// Which of k-means and EM a study under `settings` can take over from `earlier`; neither when no setting differs, which
/// asks for the whole study again, or for the rest of one that was stopped.
pub fn kept_stages(earlier: &Outcome, settings: &Settings) -> Vec<Stage> {
    let changed = changed_stages(&earlier.settings, settings);
    let is_asked = !changed.is_empty() || earlier.is_stopped();
    let kept = |stage: &Stage, there: bool| there && is_asked && !changed.contains(stage);
    let kmeans = kept(&Stage::KMeans, earlier.kmeans.fit.is_some() || earlier.fit.is_some());
    // A fit that was stopped goes on.
    let em = kmeans && !earlier.is_stopped() && kept(&Stage::Em, earlier.fit.is_some());
    [(Stage::KMeans, kmeans), (Stage::Em, em)]
        .into_iter()
        .filter_map(|(stage, kept)| kept.then_some(stage))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use Stage::{Data, Em, Inpaint, KMeans, Samples, Transform};

    use super::*;
    use crate::data::ImageShape;
    use crate::density::{Expression, MixedLaw};
    use crate::mixture::{CovarianceFamily, KMeansInit, Mixture};
    use crate::study::{DeadComponents, Shrinkage, StartMeans};

    fn model() -> crate::mixture::Mixture {
        crate::mixture::Mixture::standard_start(nalgebra::DMatrix::zeros(2, 2)).unwrap()
    }

    /// Every setting, with a value that is not the default, and the stages that depend on it.
    fn changes() -> Vec<(Settings, Vec<Stage>)> {
        let with = |change: fn(&mut Settings), stages: &[Stage]| {
            let mut settings = Settings::default();
            change(&mut settings);
            (settings, stages.to_vec())
        };
        let all = Stage::ALL;
        vec![
            with(|_| {}, &[]),
            with(|s| s.threads = 3, &[]),
            with(|s| s.law = MixedLaw::parse("uniform(0,1)").unwrap(), &all[..1]),
            with(|s| s.map = Expression::parse("x").unwrap(), &all[..1]),
            with(|s| s.seed = 1, &all),
            with(|s| s.samples = 7.into(), &all[1..]),
            with(|s| s.labels = vec![1].into(), &all[1..]),
            with(|s| s.data = Some("x".into()), &all[1..]),
            with(|s| s.shape = Some(ImageShape::new(2, 3)), &all[1..]),
            with(|s| s.resize = Some(ImageShape::new(2, 3)), &all[1..]),
            with(|s| s.test_share = 0.5, &all[1..]),
            with(|s| s.observed_training = 0.5, &all[1..]),
            with(|s| s.test_images = 3, &[Data, Inpaint]),
            with(|s| s.held_out = 3, &[Data, Em, Samples, Inpaint]),
            with(|s| s.kmeans.components = 3, &all[2..]),
            with(|s| s.kmeans.init = KMeansInit::PlusPlus, &all[2..]),
            with(|s| s.kmeans.restarts = 3, &all[2..]),
            with(|s| s.means_init = Some(nalgebra::DMatrix::zeros(2, 2)), &all[2..]),
            with(
                |s| s.start = Mixture::standard_start(nalgebra::DMatrix::zeros(2, 2)).ok().map(Arc::new),
                &all[2..],
            ),
            with(|s| s.start = Some(Arc::new(model())), &all[2..]),
            with(|s| s.covariance = CovarianceFamily::Tied, &all[3..]),
            with(|s| s.rank = 3, &all[3..]),
            with(|s| s.em.ridge = 1.0, &all[3..]),
            with(|s| s.shrinkage = Shrinkage::Auto, &all[3..]),
            with(|s| s.em.tolerance = 1.0, &all[3..]),
            with(|s| s.dead = DeadComponents::Reseed, &all[3..]),
            with(|s| s.em.max_iterations = 1, &all[3..]),
            with(|s| s.em_start = StartMeans::Random, &all[2..]),
            with(|s| s.count_underflow = true, &all[3..]),
            with(|s| s.draws = 1, &[Samples]),
            with(|s| s.observed = 0.5, &[Inpaint]),
            with(|s| s.mask_per_image = true, &[Inpaint]),
        ]
    }

    #[test]
    fn every_setting_changes_the_stages_that_depend_on_it() {
        assert_eq!(Stage::ALL, [Transform, Data, KMeans, Em, Samples, Inpaint]);
        for (settings, stages) in changes() {
            assert_eq!(changed_stages(&Settings::default(), &settings), stages, "{settings:?}");
            assert_eq!(changed_stages(&settings, &Settings::default()), stages, "{settings:?}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_kept() {
        let outcome = Outcome::new(Settings::default());
        let later = Settings { observed: 0.5, ..Settings::default() };
        assert_eq!(kept_stages(&outcome, &later), []);
        assert_eq!(kept_stages(&outcome, &Settings::default()), []);
    }
}
