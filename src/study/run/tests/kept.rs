//! What is kept of a fit that was stopped, looked at or taken up again: nothing is lost, and every bit is as it would have been.

use super::*;
use crate::files::ModelFile;
use crate::mixture::CovarianceFamily;
use crate::study::restore_own;
use crate::study::{DeadComponents, FitReport, Reach, Shrinkage, cannot_be_continued, choose_test_images};

fn steps(count: usize) -> Settings {
    with(|s| s.em.max_iterations = count)
}

/// A study under endless settings that is stopped at iteration `at`.
fn stopped(at: usize, settings: Settings) -> Outcome {
    let control = Control::new();
    run(&checked(settings), &control, &mut |event| {
        if matches!(event, Event::EmStepped(step) if step.iteration.iteration == at) {
            control.stop();
        }
    })
    .unwrap()
}

#[test]
fn a_study_that_is_stopped_is_one_with_fewer_iterations() {
    let outcome = stopped(2, steps(1_000_000));
    let shorter = run(&checked(steps(2)), &Control::new(), &mut |_| ()).unwrap();
    assert!(outcome.status == Status::Cancelled && outcome.is_stopped() && !shorter.is_stopped());
    let (fit, other) = (outcome.fit.as_ref().unwrap(), shorter.fit.as_ref().unwrap());
    assert_eq!((fit.stop, fit.history.len()), (StopReason::Cancelled, 2));
    assert!(fit.mixture == other.mixture && fit.held_out == other.held_out);
    assert_eq!(outcome.samples.as_ref().unwrap().images, shorter.samples.as_ref().unwrap().images);
    let restored = |outcome: &Outcome| outcome.inpaint.as_ref().unwrap().restorations.clone();
    assert_eq!(restored(&outcome), restored(&shorter));
    assert!(outcome.model().unwrap().is_partial && !shorter.model().unwrap().is_partial);
}

#[test]
fn what_is_stopped_before_em_is_cancelled() {
    let control = Control::new();
    let outcome = run(&checked(small()), &control, &mut |event| {
        if matches!(event, Event::KMeansStep(_)) {
            control.stop();
        }
    })
    .unwrap();
    assert!(outcome.status == Status::Cancelled && outcome.fit.is_none() && outcome.em.history.is_empty());
}

#[test]
fn a_rerun_goes_on_where_the_fit_ended() {
    let whole = fitted(with(|s| (s.em.max_iterations, s.em.tolerance) = (6, 1e-9)));
    let check = |earlier: &Outcome, settings: Settings, left: usize| {
        let mut times = Vec::new();
        let mut sink = |event: &Event| {
            if let Event::EmStepped(step) = event {
                times.push(step.time);
            }
        };
        let outcome = rerun(&checked(settings), earlier, &Control::new(), &mut sink).unwrap();
        let (fit, expected) = (outcome.fit.as_ref().unwrap(), whole.fit.as_ref().unwrap());
        assert!(fit.mixture == expected.mixture);
        assert_eq!((fit.final_nll, fit.stop), (expected.final_nll, expected.stop));
        let nlls = |fit: &FitReport| fit.history.iter().map(|step| step.iteration.nll).collect::<Vec<_>>();
        assert_eq!(nlls(fit), nlls(expected));
        // Of those that were done before, the times are repeated.
        let before: Vec<_> = earlier.em.history.iter().map(|step| step.time).collect();
        assert_eq!(times[..times.len() - left], before[..]);
    };
    let longer = || with(|s| (s.em.max_iterations, s.em.tolerance) = (6, 1e-9));
    let short = run(&checked(steps(2)), &Control::new(), &mut |_| ()).unwrap();
    let left = whole.em.history.len() - 2;
    check(&short, longer(), left);
    check(&stopped(2, longer()), longer(), left);
}

#[test]
fn a_snapshot_changes_nothing_and_is_continued_to_the_bit() {
    let steps = |count| {
        let (shrinkage, reach) = (Shrinkage::Images(9.0), Reach::Pixels(4.0));
        Settings { shrinkage, reach, ..steps(count) }
    };
    let expected = fitted(steps(5));
    let control = Control::new();
    let mut models = Vec::new();
    let outcome = fit_only(&checked(steps(5)), &control, &mut |event| match event {
        Event::EmStepped(step) if step.iteration.iteration % 2 == 0 => control.ask_for_snapshot(),
        Event::Snapshot(model) => models.push(Arc::clone(model)),
        _ => {}
    })
    .unwrap();
    let (fit, expected) = (outcome.fit.as_ref().unwrap(), expected.fit.as_ref().unwrap());
    assert!(fit.mixture == expected.mixture && fit.final_nll == expected.final_nll);
    assert_eq!((fit.stop, fit.history.len(), models.len()), (expected.stop, 5, 2));
    for model in models {
        assert!(model.is_partial);
        let start = Some(Arc::clone(&model.mixture));
        let settings = Settings { start, stopped: Some(model.clone()), ..steps(5) };
        let continued = fitted(settings.clone()).fit.unwrap();
        assert!(continued.mixture == expected.mixture && continued.final_nll == expected.final_nll);
        let nlls = |fit: &FitReport| fit.history.iter().map(|step| step.iteration.nll).collect::<Vec<_>>();
        assert_eq!(nlls(&continued), nlls(expected));
        // Of other images, of the same ones with other pixels and of those of a file that does not tell, it is a start like any other.
        let unnamed = Arc::new(ModelFile { training_digest: None, ..(*model).clone() });
        for other in [
            Settings { seed: 1, ..settings.clone() },
            Settings { reach: Reach::Pixels(5.0), ..settings.clone() },
            Settings { observed_training: 0.9, ..settings.clone() },
            Settings { stopped: Some(unnamed), ..settings },
        ] {
            let other = fitted(other).fit.unwrap();
            assert!(other.history.len() == 5 && other.history[0].iteration.nll != model.nll_history[0]);
        }
    }
}

#[test]
fn fits_that_cannot_be_continued_to_the_bit_are_not() {
    let families = [
        (CovarianceFamily::Tied, 0.0, None),
        (CovarianceFamily::LowRank, 0.0, None),
        (CovarianceFamily::Full, 9.0, None),
        (CovarianceFamily::Tied, 9.0, None),
    ];
    let shrunk = "low-rank covariances with `shrinkage`";
    for (covariance, nu, reason) in
        families.into_iter().chain([(CovarianceFamily::LowRank, 9.0, Some(shrunk))])
    {
        let (shrinkage, reach) = (Shrinkage::Images(nu), Reach::Pixels(4.0));
        let settings = |count| Settings { covariance, rank: 2, shrinkage, reach, ..steps(count) };
        assert_eq!(cannot_be_continued(&settings(4)), reason);
        let half = fitted(settings(2));
        let (rest, whole) =
            (rerun(&checked(settings(4)), &half, &Control::new(), &mut |_| ()), fitted(settings(4)));
        let (rest, whole) = (rest.unwrap().fit.unwrap(), whole.fit.unwrap());
        assert!(rest.mixture == whole.mixture && rest.final_nll == whole.final_nll, "{covariance}");
    }
    let dead = with(|s| s.dead = DeadComponents::Split);
    assert_eq!(cannot_be_continued(&dead), Some("`dead` reseed and split"));
    let hidden = with(|s| s.observed_training = 0.5);
    assert!(cannot_be_continued(&hidden).unwrap().contains("missing"));
    assert_eq!(cannot_be_continued(&Settings { covariance: CovarianceFamily::Tied, ..hidden }), None);
}

#[test]
fn a_snapshot_of_a_paused_fit_does_no_iteration_and_the_last_one_is_whole() {
    let worker = Worker::spawn(endless());
    worker.control.pause();
    let mut outcome = Outcome::new(endless().get().clone());
    while !outcome.status.is_paused() {
        outcome.apply(worker.events.recv().unwrap());
    }
    let done = outcome.em.history.len();
    assert!(done > 0);
    for _ in 0..2 {
        worker.control.ask_for_snapshot();
        let Event::Snapshot(model) = worker.events.recv().unwrap() else { panic!("no snapshot") };
        assert_eq!(model.nll_history.len(), done);
        let silence = worker.events.recv_timeout(Duration::from_millis(50));
        assert_eq!(silence.unwrap_err(), RecvTimeoutError::Timeout);
    }
    worker.control.step();
    let Event::EmStepped(step) = worker.events.recv().unwrap() else { panic!("no step") };
    assert_eq!(step.iteration.iteration, done + 1);
    worker.control.cancel();
    worker.join();

    let (control, mut last) = (Control::new(), None);
    fit_only(&checked(steps(3)), &control, &mut |event| match event {
        Event::EmStepped(step) if step.iteration.iteration == 3 => control.ask_for_snapshot(),
        Event::Snapshot(model) => last = Some(Arc::clone(model)),
        _ => {}
    })
    .unwrap();
    assert!(!last.unwrap().is_partial);
}

#[test]
fn a_model_that_is_opened_is_the_fit_that_was_to_the_bit() {
    let before = run(&checked(small()), &Control::new(), &mut |_| ()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.npz");
    before.model().unwrap().save(&path).unwrap();
    let model = Arc::new(ModelFile::load(&path).unwrap());
    let settings = Settings { opened: Some(model), ..small() };
    let after = run(&checked(settings.clone()), &Control::new(), &mut |_| ()).unwrap();
    let (fit, expected) = (after.fit.as_ref().unwrap(), before.fit.as_ref().unwrap());
    assert!(fit.mixture == expected.mixture && fit.assignments == expected.assignments);
    assert_eq!((fit.stop, after.kmeans.history.len()), (expected.stop, 0));
    assert!((fit.final_nll - expected.final_nll).abs() < 1e-9 * expected.final_nll.abs());
    let nlls = |fit: &FitReport| fit.history.iter().map(|step| step.iteration.nll).collect::<Vec<_>>();
    assert_eq!(nlls(fit), nlls(expected));
    assert_eq!(after.samples.as_ref().unwrap().images, before.samples.as_ref().unwrap().images);
    let restored = |outcome: &Outcome| outcome.inpaint.as_ref().unwrap().restorations.clone();
    assert_eq!(restored(&after), restored(&before));
    assert_eq!(after.run_id(), before.run_id());
    // Other pixels: the model stays.
    let other = Settings { observed: 0.3, ..settings };
    let again = rerun(&checked(other), &after, &Control::new(), &mut |_| ()).unwrap();
    assert_ne!(again.run_id(), after.run_id());
    assert!(Arc::ptr_eq(&again.fit.unwrap().mixture, &fit.mixture));
}

#[test]
fn a_picture_of_the_users_is_restored_first_and_changes_nothing_else() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/gray.png");
    let plain = run(&checked(small()), &Control::new(), &mut |_| ()).unwrap();
    for mask_per_image in [false, true] {
        let settings = Settings { restore: Some(path.into()), mask_per_image, ..small() };
        let own = run(&checked(settings), &Control::new(), &mut |_| ()).unwrap();
        let (report, before) = (own.inpaint.as_ref().unwrap(), plain.inpaint.as_ref().unwrap());
        assert_eq!((report.restorations.len(), report.label(0)), (3, None));
        assert_eq!(report.labels[1..], before.labels);
        assert_eq!(report.truth.columns(1, 2), before.truth.columns(0, 2));
        assert_eq!(own.fit.as_ref().unwrap().held_out, plain.fit.as_ref().unwrap().held_out);
        if !mask_per_image {
            assert_eq!(report.restorations[1..], before.restorations[..]);
        }
        // Nor is it drawn later.
        let (data, known) = (own.data.as_ref().unwrap(), plain.data.as_ref().unwrap());
        assert_eq!((data.own, data.drawable()), (1, known.test.len()));
        let drawn = |data| choose_test_images(&small(), data, 1).unwrap();
        assert_eq!(drawn(data), drawn(known));
        assert_ne!(own.run_id(), plain.run_id());
        // Chosen after the study, also in the place of another, it gives the same.
        let other = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/color.png");
        let settings = Settings { mask_per_image, ..small() };
        let plain = run(&checked(settings), &Control::new(), &mut |_| ()).unwrap();
        let before = restore_own(&plain, other.as_ref()).unwrap().unwrap();
        for from in [&plain, &before] {
            let chosen = restore_own(from, path.as_ref()).unwrap().unwrap();
            let again = chosen.inpaint.as_ref().unwrap();
            assert_eq!((&again.truth, &again.restorations), (&report.truth, &report.restorations));
            assert_eq!((&again.indices, &again.labels), (&report.indices, &report.labels));
            assert_eq!(chosen.run_id(), own.run_id());
        }
        let error = restore_own(&plain, "/none.png".as_ref()).unwrap_err().to_string();
        assert!(error.contains("/none.png: "), "{error}");
    }
}

#[test]
fn a_model_of_other_images_is_refused() {
    let mixture = Arc::new(Mixture::standard_start(DMatrix::from_element(64, 2, 0.5)).unwrap());
    let before = run(&checked(small()), &Control::new(), &mut |_| ()).unwrap().model().unwrap();
    let shape = crate::data::ImageShape::new(8, 8);
    let model = Arc::new(ModelFile { mixture, shape, ..before });
    let settings = Settings { opened: Some(model), ..small() };
    let error = run(&checked(settings), &Control::new(), &mut |_| ()).unwrap_err().to_string();
    assert_eq!(
        error,
        "`data` is images of 28 × 28 pixels: the model is of images of 8 × 8 pixels: name those"
    );
}
