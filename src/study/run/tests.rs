//! Whole studies on few images: events, order, cancelling, pausing, and results that depend on nothing else.

mod kept;

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::*;
use crate::mixture::{EmSettings, KMeansFit, KMeansSettings, Mixture, StopReason, kmeans};
use crate::study::{Checked, Purpose, Status, Worker};

/// Two components of sixty images, three iterations.
fn small() -> Settings {
    let em = EmSettings { ridge: 1e-3, tolerance: 0.0, max_iterations: 3, ..EmSettings::default() };
    let kmeans = KMeansSettings { components: 2, ..KMeansSettings::default() };
    Settings { kmeans, em, samples: 60.into(), test_images: 2, draws: 3, threads: 1, ..Settings::default() }
}

fn with(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = small();
    change(&mut settings);
    settings
}

fn checked(settings: Settings) -> Checked {
    settings.check().unwrap()
}

/// An EM that runs until it is cancelled.
fn endless() -> Checked {
    let means = DMatrix::from_fn(784, 2, |i, k| (i * (k + 1)) as f64 / 1568.0);
    checked(with(|s| (s.em.max_iterations, s.means_init) = (usize::MAX, Some(means))))
}

fn fitted(settings: Settings) -> Outcome {
    fit_only(&checked(settings), &Control::new(), &mut |_| ()).unwrap()
}

#[test]
fn every_stage_is_reported_in_order_and_the_events_make_the_outcome() {
    let mut events = Vec::new();
    let settings = checked(small());
    let outcome = run(&settings, &Control::new(), &mut |event| events.push(event.clone())).unwrap();

    let entered: Vec<Stage> = events
        .iter()
        .filter_map(|e| if let Event::Entered(stage) = e { Some(*stage) } else { None })
        .collect();
    assert_eq!(entered, Stage::ALL);
    assert_eq!(outcome.times.iter().map(|(stage, _)| *stage).collect::<Vec<_>>(), Stage::ALL);
    assert!(matches!(events.last(), Some(Event::Finished)));
    assert!(outcome.status == Status::Finished && outcome.status.has_ended());

    let mut replayed = Outcome::new(settings.get().clone());
    events.into_iter().for_each(|event| replayed.apply(event));
    assert_eq!(format!("{replayed:?}"), format!("{outcome:?}"));

    let (fit, data) = (outcome.fit.unwrap(), outcome.data.unwrap());
    assert_eq!((fit.history.len(), fit.stop), (3, StopReason::IterationLimit));
    assert_eq!((data.sample_indices.len(), data.test_indices.len()), (60, 2));
    assert_eq!(outcome.samples.unwrap().images.shape(), (784, 3));
    let inpaint = outcome.inpaint.unwrap();
    assert_eq!((inpaint.indices.clone(), inpaint.observations.len()), (data.test_indices.clone(), 2));
    assert_eq!(inpaint.truth, data.test.matrix(&data.test_indices));
    assert!(outcome.transform.unwrap().passed());
}

#[test]
fn the_report_has_components_by_falling_weight_throughout() {
    let outcome = fitted(with(|s| s.kmeans.components = 3));
    let fit = outcome.fit.unwrap();
    let weights = fit.mixture.weights();
    assert!(weights.as_slice().is_sorted_by(|a, b| a >= b), "{weights}");
    let last = &fit.history.last().unwrap().iteration;
    assert_eq!(last.weights, *weights);
    assert_eq!(*last.means, *fit.mixture.means());

    let data = outcome.data.unwrap();
    let images = data.train.matrix(&data.sample_indices);
    let log_density = fit.mixture.log_density(&images).unwrap();
    let mean = -log_density.iter().sum::<f64>() / 60.0;
    assert!((fit.final_nll - mean).abs() < 1e-9 * mean.abs(), "{} {mean}", fit.final_nll);
    let responsibilities = fit.mixture.responsibilities(&images).unwrap();
    for (image, &component) in fit.assignments.iter().enumerate() {
        assert_eq!(responsibilities.column(image).argmax().0, component);
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let [one, two] = [1, 2].map(|threads| fitted(Settings { threads, ..small() }));
    assert_eq!(one.fit.as_ref().unwrap().mixture, two.fit.as_ref().unwrap().mixture);
    assert_eq!(one.kmeans.fit, two.kmeans.fit);
    let nll =
        |outcome: &Outcome| outcome.em.history.iter().map(|step| step.iteration.nll).collect::<Vec<_>>();
    assert_eq!(nll(&one), nll(&two));
}

#[test]
fn which_images_are_used_depends_on_the_seed_alone() {
    let data = |settings: &Settings| stages::load_data(settings).unwrap();
    let first = data(&small());
    let other_k = data(&with(|s| (s.kmeans.components, s.observed, s.held_out) = (3, 0.5, 5)));
    assert_eq!(other_k.sample_indices, first.sample_indices);
    assert_eq!(other_k.test_indices, first.test_indices);
    assert_eq!((first.held_out_indices.len(), other_k.held_out_indices.len()), (500, 5));
    let other_seed = data(&Settings { seed: 1, ..small() });
    assert_ne!(other_seed.sample_indices, first.sample_indices);
    assert_ne!(other_seed.test_indices, first.test_indices);

    let all = data(&Settings { samples: 18_000.into(), ..small() });
    let mut sorted = all.sample_indices.clone();
    sorted.sort_unstable();
    assert!(sorted.into_iter().eq(0..18_000), "every image once");
}

#[test]
fn no_iteration_returns_the_start() {
    let outcome = fitted(with(|s| s.em.max_iterations = 0));
    let fit = outcome.fit.unwrap();
    assert!(fit.history.is_empty());
    assert_eq!(*fit.mixture.means(), outcome.kmeans.fit.unwrap().centroids);
    assert_eq!(*fit.mixture.covariances()[1].dense(), DMatrix::identity(784, 784));
}

#[test]
fn held_out_images_are_scored_and_change_nothing() {
    let (without, with) = (fitted(small()), fitted(Settings { held_out: 9, ..small() }));
    assert_eq!(without.fit.unwrap().mixture, with.fit.unwrap().mixture);
    assert!(without.em.history.iter().all(|step| step.iteration.held_out_nll.is_none()));
    assert!(with.em.history.iter().all(|step| step.iteration.held_out_nll.is_some_and(f64::is_finite)));
}

#[test]
fn given_means_skip_kmeans_and_must_fit_the_images() {
    let means = DMatrix::from_element(784, 2, 0.5);
    let outcome = fitted(with(|s| (s.means_init, s.em.max_iterations) = (Some(means.clone()), 0)));
    assert!(outcome.kmeans.fit.is_none() && outcome.kmeans.history.is_empty());
    assert_eq!(*outcome.fit.unwrap().mixture.means(), means);

    let settings = checked(Settings { means_init: Some(DMatrix::zeros(9, 2)), ..small() });
    let mut last = None;
    let error = fit_only(&settings, &Control::new(), &mut |event| last = Some(event.clone())).unwrap_err();
    let text = "`means-init` is of 9 pixels: give means of 784 pixels, as the images";
    assert_eq!(error.to_string(), text);
    assert!(matches!(last, Some(Event::Failed(message)) if message == text));
}

#[test]
fn one_and_one_iterations_from_a_warm_start_are_two_to_the_bit() {
    let two = fitted(with(|s| s.em.max_iterations = 2));
    let one = fitted(with(|s| s.em.max_iterations = 1));
    let start = Some(Arc::clone(&one.fit.unwrap().mixture));
    let warm = fitted(with(|s| (s.em.max_iterations, s.start) = (1, start)));
    assert!(warm.kmeans.fit.is_none() && warm.kmeans.history.is_empty(), "k-means is skipped");
    let (two, warm) = (two.fit.unwrap(), warm.fit.unwrap());
    assert!(warm.mixture == two.mixture && warm.final_nll == two.final_nll);
    assert_eq!(warm.history[0].iteration.nll, two.history[1].iteration.nll);
}

#[test]
fn a_model_to_start_from_must_be_of_the_images_size() {
    let start = Some(Arc::new(Mixture::standard_start(DMatrix::zeros(9, 2)).unwrap()));
    let settings = checked(Settings { start, ..small() });
    let error = fit_only(&settings, &Control::new(), &mut |_| ()).unwrap_err().to_string();
    assert_eq!(error, "`start` is a model of 9 pixels: give a model of 784 pixels, as the images");
}

#[test]
fn cancelling_takes_effect_within_one_iteration() {
    let control = Control::new();
    let mut steps = 0;
    let outcome = fit_only(&endless(), &control, &mut |event| {
        if let Event::EmStepped(step) = event {
            steps = step.iteration.iteration;
            if steps == 2 {
                control.cancel();
            }
        }
    })
    .unwrap();
    assert_eq!((steps, outcome.em.history.len()), (2, 2));
    assert!(outcome.status == Status::Cancelled && outcome.status.has_ended() && outcome.fit.is_none());

    let cancelled = Control::new();
    cancelled.cancel();
    let outcome = run(&endless(), &cancelled, &mut |_| ()).unwrap();
    assert!(outcome.status == Status::Cancelled && outcome.transform.is_none(), "nothing begins");
}

#[test]
fn kmeans_is_cancelled_too() {
    let control = Control::new();
    let outcome = fit_only(&checked(small()), &control, &mut |event| {
        if matches!(event, Event::KMeansStep(_)) {
            control.cancel();
        }
    })
    .unwrap();
    assert!(outcome.status == Status::Cancelled && outcome.kmeans.fit.is_none());
    assert_eq!(outcome.kmeans.history.len(), 1);
}

#[test]
fn a_paused_worker_waits_steps_and_goes_on() {
    let worker = Worker::spawn(endless());
    worker.control.pause();
    let mut outcome = Outcome::new(endless().get().clone());
    while !outcome.status.is_paused() {
        outcome.apply(worker.events.recv().unwrap());
    }
    let steps = outcome.em.history.len();
    let silence = || worker.events.recv_timeout(Duration::from_millis(50));
    assert_eq!(silence().unwrap_err(), RecvTimeoutError::Timeout);

    // One step is one event: still paused, nothing said of it.
    worker.control.step();
    outcome.apply(worker.events.recv().unwrap());
    assert_eq!((outcome.em.history.len(), outcome.status.is_paused()), (steps + 1, true));
    assert_eq!(silence().unwrap_err(), RecvTimeoutError::Timeout);

    worker.control.resume();
    while outcome.status.is_paused() || outcome.em.history.len() < steps + 3 {
        outcome.apply(worker.events.recv().unwrap());
    }
    worker.control.cancel();
    outcome.apply(worker.events.iter().last().unwrap());
    assert_eq!(outcome.status, Status::Cancelled);
    worker.join();
}

#[test]
fn a_rerun_keeps_what_does_not_change_and_gives_what_a_run_gives() {
    let earlier = run(&checked(small()), &Control::new(), &mut |_| ()).unwrap();
    for (settings, kept) in [
        (Settings { observed: 0.5, ..small() }, vec![Stage::KMeans, Stage::Em]),
        (Settings { test_images: 3, draws: 2, ..small() }, vec![Stage::KMeans, Stage::Em]),
        (with(|s| s.em.ridge = 1e-2), vec![Stage::KMeans]),
        (Settings { seed: 4, ..small() }, vec![]),
        (small(), vec![]),
    ] {
        assert_eq!(kept_stages(&earlier, &settings), kept);
        let mut entered = Vec::new();
        let again = rerun(&checked(settings.clone()), &earlier, &Control::new(), &mut |event| {
            if let Event::Entered(stage) = event {
                entered.push(*stage);
            }
        });
        let again = again.unwrap();
        let full = run(&checked(settings), &Control::new(), &mut |_| ()).unwrap();
        assert_eq!(entered, Stage::ALL);
        assert_eq!(again.times.iter().map(|(stage, _)| *stage).collect::<Vec<_>>(), Stage::ALL);
        let same = |stage: Stage, of: fn(&Outcome) -> *const ()| {
            assert_eq!(of(&again) == of(&earlier), kept.contains(&stage), "{stage:?}");
        };
        same(Stage::Em, |outcome| Arc::as_ptr(outcome.fit.as_ref().unwrap()).cast());
        same(Stage::KMeans, |outcome| Arc::as_ptr(outcome.kmeans.fit.as_ref().unwrap()).cast());
        let (fit, expected) = (again.fit.unwrap(), full.fit.unwrap());
        assert_eq!((fit.final_nll, fit.history.len()), (expected.final_nll, expected.history.len()));
        assert_eq!(again.em.history.len(), fit.history.len());
        assert_eq!(again.samples.unwrap().images, full.samples.unwrap().images);
        assert_eq!(again.inpaint.unwrap().restorations, full.inpaint.unwrap().restorations);
    }
}

#[test]
fn of_several_runs_of_k_means_the_one_with_the_best_mixture_is_kept() {
    let settings = with(|s| (s.kmeans.components, s.kmeans.restarts, s.em.max_iterations) = (4, 5, 3));
    let images = stages::load_data(&settings).map(|data| data.train.matrix(&data.sample_indices)).unwrap();
    let mut steps = Vec::new();
    let kept = stages::cluster(&settings, &images.clone().into(), 28, &mut |step| {
        steps.push(step.clone());
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!((0..5).all(|restart| steps.iter().any(|step| step.restart == restart)));
    assert!(kept.history.iter().all(|step| step.restart == kept.restart && steps.contains(step)));
    // One run after the other draws the same seeds.
    let mut generator = Purpose::KMeans.generator(settings.seed, 0);
    let nll = |fit: &KMeansFit| {
        let start = Mixture::standard_start(fit.centroids.clone()).unwrap();
        crate::mixture::fit(&images, start, &settings.em, None, &mut |_| ControlFlow::Continue(()))
            .unwrap()
            .final_nll
    };
    let once = KMeansSettings { restarts: 1, ..settings.kmeans };
    let runs: Vec<KMeansFit> = (0..5)
        .map(|_| kmeans(&images, &once, &mut generator, &mut |_| ControlFlow::Continue(())).unwrap())
        .collect();
    let least = runs.iter().map(nll).fold(f64::INFINITY, f64::min);
    assert_eq!(nll(&kept), least);
    assert_eq!(runs[kept.restart].centroids, kept.centroids);
}
