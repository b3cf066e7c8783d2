//! Samples on demand; rows and axes of covariances.

use std::sync::Arc;

use super::*;
use crate::mixture::{Covariance, Mixture};
use crate::study::SamplesReport;
use crate::tui::state::job::{SampleRequest, Work};
use crate::tui::views::pictures;

/// Ten samples of a value.
fn ten(value: f64) -> Result<Answer, String> {
    let images = nalgebra::DMatrix::repeat(784, 10, value);
    Ok(Answer::Samples(Arc::new(SamplesReport { images, components: vec![0; 10] })))
}

/// The one request for samples among `effects`, and its job.
fn request(effects: &[Effect]) -> (Job, SampleRequest) {
    let job = job(effects);
    let Work::Samples(request) = job.work.clone() else { panic!("{effects:?}") };
    (job, request)
}

#[test]
fn new_samples_replace_the_old_ones_of_the_same_run_only() {
    let mut app = app(State::Done);
    app.tab = Tab::Samples;
    let (job, request) = self::request(&press(&mut app, Command::Resample));
    assert_eq!((request.count, request.component, request.repeat), (10, None, 1));
    assert!(press(&mut app, Command::Resample).is_empty(), "one draw at a time");
    let mut stranger = job.id;
    stranger.number += 100;
    app.update(Action::Done(stranger, ten(0.5)));
    assert_ne!(app.outcome.samples.as_ref().unwrap().images[0], 0.5);
    app.update(Action::Done(job.id, ten(0.5)));
    assert_eq!(app.outcome.samples.as_ref().unwrap().images[0], 0.5);
    assert_eq!(app.status.clone().unwrap().text, "new samples, draw 2");
    let mut early = self::app(State::Running);
    early.tab = Tab::Samples;
    assert!(press(&mut early, Command::Resample).is_empty());
}

#[test]
fn scrolling_past_the_last_sample_draws_more() {
    let mut app = app(State::Done);
    app.tab = Tab::Samples;
    press(&mut app, Command::Last);
    assert_eq!((app.cursors.sample, app.sample_count()), (9, 10));
    let (job, request) = self::request(&press(&mut app, Command::Down));
    assert_eq!(request.repeat, app.samples.id.repeat(1));
    assert_ne!(app.samples.id.repeat(1), app.samples.id.repeat(0));
    assert_eq!((app.cursors.sample, app.sample_count()), (14, 20));
    assert!(app.sample(14).is_none() && app.sample(9).is_some());
    assert!(press(&mut app, Command::Down).is_empty(), "one draw at a time");
    app.update(Action::Done(job.id, ten(0.25)));
    assert_eq!(app.sample(14).unwrap().0.images[0], 0.25);
    // A failure is told once, not asked for again and again.
    let (job, _) = self::request(&press(&mut app, Command::PageDown));
    let again = app.update(Action::Done(job.id, Err("no".to_owned())));
    assert_eq!(app.status.clone().unwrap().tone, Tone::Bad);
    assert!(again.is_empty());
}

/// A command; every batch that it asks for holds the number of its random stream.
fn scroll(app: &mut Dashboard, command: Command) {
    let mut effects = press(app, command);
    while let Some(Effect::Run(Job { id, work: Work::Samples(request) })) = effects.pop() {
        effects.extend(app.update(Action::Done(id, ten(request.repeat.into()))));
    }
}

#[test]
fn scrolled_back_the_samples_are_the_same() {
    let mut app = app(State::Done);
    app.tab = Tab::Samples;
    for _ in 0..3 {
        scroll(&mut app, Command::PageDown);
    }
    let seen = app.sample(25).unwrap().0.images[0];
    assert_ne!(seen, app.sample(35).unwrap().0.images[0]);
    // Far away, so that the first ones are forgotten.
    for _ in 0..205 {
        scroll(&mut app, Command::PageDown);
    }
    assert!(app.sample(25).is_none() && app.sample(2000).is_some());
    while app.cursors.sample > 25 {
        scroll(&mut app, Command::PageUp);
    }
    assert_eq!(app.sample(25).unwrap().0.images[0], seen);
    scroll(&mut app, Command::Resample);
    assert_eq!((app.sample_count(), app.cursors.sample), (10, 0));
    for _ in 0..3 {
        scroll(&mut app, Command::PageDown);
    }
    assert_ne!(app.sample(25).unwrap().0.images[0], seen);
    scroll(&mut app, Command::Last);
    assert_eq!(app.cursors.sample, app.sample_count() - 1);
}

#[test]
fn samples_of_one_component() {
    let mut app = app(State::Done);
    app.tab = Tab::Samples;
    for component in 0..5 {
        fixture::press(&mut app, Command::CycleComponent);
        assert_eq!(app.samples.id.component, Some(component));
        assert!((0..10).all(|index| {
            let (samples, column) = app.sample(index).unwrap();
            samples.components[column] == component
        }));
    }
    fixture::press(&mut app, Command::CycleComponent);
    assert_eq!(app.samples.id.component, None);
    let all = app.sample(3).unwrap().0.images.clone();
    for _ in 0..6 {
        fixture::press(&mut app, Command::CycleComponent);
    }
    assert_eq!(app.sample(3).unwrap().0.images, all);
}

#[test]
fn the_row_of_the_chosen_pixel() {
    let mut app = app(State::Done);
    app.tab = Tab::Components;
    assert_eq!(app.pixel(), (14, 14));
    for command in [Command::CycleView, Command::CycleView, Command::PixelUp, Command::PixelRight] {
        assert!(press(&mut app, command).is_empty());
    }
    assert_eq!((app.cursors.covariance, app.pixel()), (CovarianceView::Row, (13, 15)));
    // A click on a mean chooses its pixel.
    app.update(Action::Click { x: 0, y: 5 });
    assert_eq!(app.pixel(), (0, 0));
    press(&mut app, Command::Open);
    let Some(Overlay::Picture(open)) = &app.overlay else { panic!() };
    assert_eq!(open.subject, Subject::Row(0));
    let mixture = app.outcome.fit.as_ref().unwrap().mixture.clone();
    let expected = mixture.covariances()[0].dense()[(0, 2 * 28 + 5)];
    assert_eq!(pictures::value(&app, open.subject, 5, 2), Some(expected));
    // So does the cursor on the mean.
    for command in [Command::PageUp, Command::PageUp, Command::PageUp, Command::Last] {
        press(&mut app, command);
    }
    assert_eq!(app.pixel(), (27, 27));
}

#[test]
fn axes_are_computed_when_they_are_to_be_seen_and_kept() {
    let mut app = app(State::Done);
    app.tab = Tab::Components;
    press(&mut app, Command::CycleView);
    press(&mut app, Command::CycleView);
    let first = job(&press(&mut app, Command::CycleView));
    let Work::Axes { component: 0, mixture } = &first.work else { panic!("{first:?}") };
    assert!(press(&mut app, Command::Down).is_empty(), "one at a time");
    let axes = |k| Ok(Answer::Axes(Arc::new(mixture.principal_axes(k, 3).unwrap())));
    let second = job(&app.update(Action::Done(first.id, axes(0))));
    assert!(matches!(second.work, Work::Axes { component: 1, .. }), "{second:?}");
    assert!(press(&mut app, Command::Up).is_empty());
    assert_eq!(app.axes.of(0).unwrap().variances.len(), 3);
    // A failure is shown, and not asked for again.
    assert!(app.update(Action::Done(second.id, Err("no".into()))).is_empty());
    assert!(press(&mut app, Command::Down).is_empty());
    assert_eq!((app.axes.fault(1), app.axes.fault(0)), (Some("no"), None));
    press(&mut app, Command::Up);
    press(&mut app, Command::Open);
    press(&mut app, Command::PageDown);
    let Some(Overlay::Picture(open)) = &app.overlay else { panic!() };
    assert_eq!((open.subject, app.cursors.axis), (Subject::Axis(0, 1), 1));
}

#[test]
fn behind_the_factors_of_a_low_rank_covariance_stands_its_noise() {
    let mut app = app(State::Done);
    let mut fit = app.outcome.fit.as_deref().unwrap().clone();
    let factors = nalgebra::DMatrix::from_fn(784, 2, |i, r| if i % 2 == r { 0.5 } else { 0.0 });
    let noise = nalgebra::DVector::from_fn(784, |i, _| (i + 1) as f64 / 784.0);
    let covariances = vec![Covariance::low_rank(factors, noise); fit.mixture.components()];
    let (weights, means) = (fit.mixture.weights().clone(), fit.mixture.means().clone());
    fit.mixture = Arc::new(Mixture::new(weights, means, covariances).unwrap());
    app.axes.known.insert(0, Ok(Arc::new(fit.mixture.principal_axes(0, 3).unwrap())));
    app.outcome.fit = Some(Arc::new(fit));
    let title = |index| pictures::title(&app, Subject::Axis(0, index));
    assert!(title(1).starts_with("factor 2 of") && title(2).starts_with("noise variances"), "{}", title(2));
    // Row 1, column 3 of 28 x 28.
    assert_eq!(pictures::axis(&app, 0, 2).unwrap().value(3, 1), Some(32.0 / 784.0));
    assert_eq!(pictures::axis(&app, 0, 3), None);
    let (_, share) = pictures::noise(&app, 0).unwrap();
    assert!((share - 392.5 / (392.5 + 784.0 * 0.25)).abs() < 1e-12);
}
