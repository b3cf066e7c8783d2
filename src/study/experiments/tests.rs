//! Every experiment is good settings, and its sentence is true of the embedded images.

use super::*;
use crate::mixture::dead_components;
use crate::study::{Control, Outcome, changed_stages, draw_observations, fit_only, restore_with, run};

/// Columns and lines in which the dashboard shows a title and its sentence, at 80 columns.
const ROOM: usize = 3 * 76 - 20;

fn settings(name: &str, seed: u64) -> Settings {
    Experiment::find(name).unwrap().settings(&Settings { seed, ..Settings::default() }).unwrap()
}

fn fit(settings: Settings) -> Outcome {
    fit_only(&settings.check().unwrap(), &Control::new(), &mut |_| ()).unwrap()
}

fn nll(outcome: &Outcome) -> f64 {
    outcome.fit.as_ref().unwrap().final_nll
}

/// The images of each component.
fn counts(outcome: &Outcome) -> Vec<usize> {
    let fit = outcome.fit.as_ref().unwrap();
    let mut counts = vec![0; fit.mixture.components()];
    fit.assignments.iter().for_each(|&k| counts[k] += 1);
    counts
}

/// The NLL of training and of held-out images at each iteration.
fn curves(outcome: &Outcome) -> Vec<(f64, f64)> {
    let steps = &outcome.fit.as_ref().unwrap().history;
    steps.iter().map(|step| (step.iteration.nll, step.iteration.held_out_nll.unwrap())).collect()
}

#[test]
fn every_experiment_is_settings_that_are_good() {
    for (index, experiment) in EXPERIMENTS.iter().enumerate() {
        let name = experiment.name;
        assert!(
            std::ptr::eq(Experiment::find(name).unwrap(), &raw const EXPERIMENTS[index]),
            "{name}: twice"
        );
        let base = Settings { seed: 3, ..Settings::default() };
        let settings = experiment.settings(&base).unwrap();
        assert_eq!(settings.seed, 3);
        settings.clone().check().unwrap();
        assert!(experiment.settings.iter().all(|(key, _)| Setting::find(key).is_some()), "{name}");
        assert!(!changed_stages(&base, &settings).is_empty(), "{name} changes nothing");
        assert!(experiment.look_for.ends_with('.') && !experiment.title.is_empty(), "{name}");
        let length = experiment.title.chars().count() + 2 + experiment.look_for.chars().count();
        assert!(length <= ROOM, "{name}: {length} characters");
    }
    assert!(Experiment::find("none").is_none());
}

#[test]
fn identical_means_stay_identical_and_are_one_gaussian() {
    let all = fit(settings("identical-means", 0));
    let mut one = settings("identical-means", 0);
    one.kmeans.components = 1;
    assert!((nll(&all) - nll(&fit(one))).abs() < 1e-9);
    let means = all.fit.as_ref().unwrap().mixture.means().clone();
    assert!((1..5).all(|k| means.column(k) == means.column(0)));
}

#[test]
fn random_means_end_where_the_sentence_says() {
    let look_for = Experiment::find("random-means").unwrap().look_for;
    let from = |name: &str, seed| {
        let mut settings = settings(name, seed);
        settings.held_out = 0;
        format!("{:.0}", nll(&fit(settings)))
    };
    let ends = |name: &str| [0, 1, 2].map(|seed| from(name, seed)).join(", ");
    let kmeans = |seed| {
        let settings = Settings { seed, held_out: 0, ..Settings::default() };
        format!("{:.0}", nll(&fit(settings)))
    };
    let said = format!(
        "at an NLL of {} nats; from k-means at {}.",
        ends("random-means"),
        [0, 1, 2].map(kmeans).join(", ")
    );
    assert!(look_for.ends_with(&said), "{said}");
}

#[test]
fn too_many_components_die_and_collapse() {
    for seed in [0, 1, 2] {
        let outcome = fit(settings("too-many-components", seed));
        let weights = outcome.fit.as_ref().unwrap().mixture.weights().clone();
        let counts = counts(&outcome);
        let near_zero = (0..60).filter(|&k| counts[k] == 0 && weights[k] * 200.0 < 0.2).count();
        let few = counts.iter().filter(|count| [1, 2].contains(*count)).count();
        assert!(
            near_zero >= 3 && dead_components(&weights, 200.0).len() >= 5 && few >= 5,
            "{counts:?}, {weights}"
        );
        // From iteration 6 on training images gain, held-out images do not.
        let curves = curves(&outcome);
        let ((before, held_out), (after, end)) = (curves[5], *curves.last().unwrap());
        assert!(after < before - 0.5 && end > held_out - 0.5 * (before - after), "{curves:?}");
    }
}

#[test]
fn without_a_ridge_components_collapse_on_single_images() {
    let collapse = settings("collapse", 0);
    let mut more = collapse.clone();
    more.em.ridge *= 10.0;
    let (least, more) = (fit(collapse.clone()), fit(more));
    assert!((nll(&more) - nll(&least) - 900.0).abs() < 50.0, "{} {}", nll(&more), nll(&least));
    assert!(counts(&least).iter().filter(|count| **count == 1).count() >= 5);
    let mut none = collapse;
    none.em.ridge = 0.0;
    let error = fit_only(&none.check().unwrap(), &Control::new(), &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("not positive definite"), "{error}");
}

#[test]
fn plain_sums_lose_every_image_and_logarithms_none() {
    let outcome = fit(settings("log-sum-exp", 0));
    let underflow = outcome.fit.as_ref().unwrap().underflow.unwrap();
    assert!(underflow.start.zero > 0 && underflow.end.zero + underflow.end.infinite == 2000, "{underflow:?}");
    assert!(nll(&outcome).is_finite());
}

#[test]
fn restoration_is_worst_at_as_many_pixels_as_images() {
    let settings = settings("double-descent", 0);
    let outcome = run(&settings.clone().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
    let (fit, data) = (outcome.fit.as_ref().unwrap(), outcome.data.as_ref().unwrap());
    let psnr = |observed: f64| {
        let settings = Settings { observed, ..settings.clone() };
        let masks = draw_observations(&settings, data.test.shape(), 0).unwrap();
        let report = restore_with(&fit.mixture, data, &data.test_indices, &masks, 0).unwrap();
        crate::inverse::mean_quality(&report.restorations).psnr
    };
    let [few, worst, many] = [0.1, 0.26, 0.6].map(psnr);
    assert!(few > worst + 3.0 && many > worst + 3.0, "{few} {worst} {many}");
}

#[test]
fn more_em_is_worse_for_held_out_images() {
    for seed in [0, 1, 2] {
        let curves = curves(&fit(settings("overfitting", seed)));
        assert!(curves.is_sorted_by(|before, after| after.0 < before.0), "{curves:?}");
        let least = curves.iter().map(|(_, held_out)| *held_out).fold(f64::INFINITY, f64::min);
        let first = curves.iter().position(|(_, held_out)| *held_out == least).unwrap();
        assert!(first <= 2 && curves.last().unwrap().1 > least + 100.0, "{curves:?}");
    }
}

#[test]
fn spherical_em_is_nearly_k_means() {
    let outcome = fit(settings("k-means-limit", 0));
    let (fit, data) = (outcome.fit.as_ref().unwrap(), outcome.data.as_ref().unwrap());
    let images = data.train.matrix(&data.sample_indices);
    let responsibilities = fit.mixture.responsibilities(&images).unwrap();
    let sure = responsibilities.iter().filter(|r| **r < 0.01 || **r > 0.99).count();
    assert!(sure as f64 > 0.98 * responsibilities.len() as f64, "{sure}");
    let clusters = &outcome.kmeans.fit.as_ref().unwrap().assignments;
    let kept = crate::study::agreement::same_clusters(clusters, &fit.assignments);
    assert!(kept > 1600, "{kept}");
}
