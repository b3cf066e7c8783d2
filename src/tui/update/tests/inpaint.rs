//! The Restore tab: painting, sliding, kinds of observation, other images, draws, with keys and with the mouse.

use std::sync::Arc;

use super::*;
use crate::inverse::{Noise, Operator};
use crate::tui::restorer::Restorer;
use crate::tui::state::inpaint::{Aspect, DRAWS, Panel};
use crate::tui::state::job::{RestorationRequest, Work};
use crate::tui::state::mask_editor::{MaskEditor, MaskKind};
use crate::tui::state::observed::ObservationKind;

/// The mask editor, with the study's restorations.
fn editing(size: (u16, u16)) -> Dashboard {
    let mut app = fixture::app(State::Done, THEME, size);
    app.tab = Tab::Restore;
    fixture::press(&mut app, Command::CycleView);
    assert!(app.editing_mask());
    app
}

fn editor(app: &Dashboard) -> &MaskEditor {
    app.inpaint.editor.as_ref().unwrap()
}

/// The one restoration that is asked for among `effects`, and its job.
fn restoration(effects: &[Effect]) -> (Job, RestorationRequest) {
    let job = job(effects);
    let Work::Restoration(request) = job.work.clone() else { panic!("{:?}", job.id) };
    (job, request)
}

fn missing_pixel(app: &Dashboard, pixel: usize) -> bool {
    !app.mask(0).unwrap().bits()[pixel]
}

fn missing(app: &Dashboard) -> usize {
    app.mask(0).unwrap().missing().len()
}

#[test]
fn a_stroke_asks_for_a_restoration_and_it_follows() {
    let mut app = editing((80, 24));
    let own = app.outcome.inpaint.clone().unwrap();
    assert!(Arc::ptr_eq(app.inpainted().unwrap(), &own));
    assert_eq!(app.mask(0), own.mask(0));
    press(&mut app, Command::Ink);
    let first = restoration(&press(&mut app, Command::Pen));
    let latest = restoration(&press(&mut app, Command::Right));
    assert_eq!(latest.1.observations, [editor(&app).mask().clone().into()]);
    assert_ne!(latest.1.observations, first.1.observations);
    assert!(press(&mut app, Command::Pen).is_empty(), "lifting the brush changes nothing");
    // The older answer is shown until the newer one is there; then nothing more is asked for.
    for (job, request) in [&first, &latest] {
        assert!(app.update(Action::Done(job.id, fixture::answer(job))).is_empty());
        let report = app.inpainted().unwrap();
        assert_eq!(report.observations[0], request.observations[0]);
        for &pixel in request.observations[0].mask().unwrap().observed() {
            assert_eq!(report.restorations[0].restored[pixel], report.truth[(pixel, 0)]);
        }
    }
    assert!(Arc::ptr_eq(app.outcome.inpaint.as_ref().unwrap(), &own), "exports show the study's own");
    // Another run begins with its own mask, and ignores answers of the old one.
    let (late, _) = restoration(&press(&mut app, Command::Invert));
    press(&mut app, Command::Settings);
    press(&mut app, Command::Apply);
    app.update(Action::Done(late.id, fixture::answer(&late)));
    assert!(app.inpaint.editor.is_none() && app.inpainted().is_none());
}

#[test]
fn the_latest_request_is_answered_by_the_thread() {
    let mut app = editing((80, 24));
    let (sender, answers) = std::sync::mpsc::channel();
    let restorer = Restorer::start(move |job| sender.send((job.id, fixture::answer(&job))).unwrap()).unwrap();
    for _ in 0..30 {
        for effect in press(&mut app, Command::More) {
            let Effect::Run(job) = effect else { panic!("{effect:?}") };
            restorer.ask(job);
        }
    }
    while app.inpainted().unwrap().mask(0) != app.mask(0) {
        let (id, result) = answers.recv().unwrap();
        app.update(Action::Done(id, result));
    }
    assert_eq!(missing(&app), 784 - 313);
    assert!(app.inpaint.restoring.is_empty(), "nothing is waited for any more");
    drop(restorer);
    assert!(answers.recv().is_err(), "the thread has ended, with nothing left to say");
}

#[test]
fn draws_are_asked_for_where_they_are_seen_and_anew_by_key() {
    let mut app = editing((80, 24));
    fixture::press(&mut app, Command::CycleView);
    assert!(app.completions().is_none());
    fixture::press(&mut app, Command::CycleView);
    let (first, fresh) = app.completions().unwrap();
    let first = first.images.clone();
    assert!(fresh);
    fixture::press(&mut app, Command::Resample);
    assert_ne!(app.completions().unwrap().0.images, first);
    fixture::press(&mut app, Command::PageDown);
    assert_eq!((app.image(), app.completions().is_some()), (1, true));
    // A wide screen shows them beside everything else.
    let mut app = editing((200, 60));
    fixture::press(&mut app, Command::More);
    assert_eq!(app.completions().unwrap().0.components.len(), DRAWS);
}

#[test]
fn nothing_and_everything_observed_are_defined() {
    let mut app = editing((200, 60));
    fixture::press(&mut app, Command::Clear);
    let mixture = app.outcome.fit.as_ref().unwrap().mixture.clone();
    let prior = mixture.means() * mixture.weights();
    let restoration = &app.inpainted().unwrap().restorations[3];
    assert!(restoration.restored.iter().zip(&prior).all(|(a, b)| (a - b).abs() < 1e-12));
    fixture::press(&mut app, Command::Fill);
    let report = app.inpainted().unwrap();
    assert_eq!(report.restorations[3].restored, report.truth.column(3).as_slice());
    assert!(report.restorations[3].std.iter().all(|&std| std == 0.0));
    assert_eq!(app.completions().unwrap().0.images.column(0), report.truth.column(0));
    fixture::press(&mut app, Command::Undo);
    fixture::press(&mut app, Command::Invert);
    assert_eq!(missing(&app), 0);
}

#[test]
fn other_test_images_and_other_random_pixels() {
    let mut app = editing((80, 24));
    let first = app.inpainted().unwrap().indices.clone();
    fixture::press(&mut app, Command::OtherImages);
    let second = app.inpainted().unwrap().clone();
    assert!(second.indices != first && second.indices.len() == 10);
    assert_eq!(second.mask(0), app.outcome.inpaint.as_ref().unwrap().mask(0));
    fixture::press(&mut app, Command::OtherMask);
    assert_ne!(app.inpainted().unwrap().mask(0), second.mask(0));
    assert_eq!(app.inpainted().unwrap().indices, second.indices);
}

/// The first cell of the screen on which `wanted` stands.
#[track_caller]
fn find(app: &Dashboard, wanted: impl Fn(Target) -> bool) -> (u16, u16) {
    let (width, height) = app.size;
    (0..height)
        .flat_map(|y| (0..width).map(move |x| (x, y)))
        .find(|&(x, y)| app.hits.at(x, y).is_some_and(&wanted))
        .unwrap_or_else(|| panic!("it is nowhere at {width} x {height}"))
}

const MOUSE_SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (60, 16)];

#[test]
fn the_mouse_paints() {
    for size in MOUSE_SIZES {
        let mut app = editing(size);
        press(&mut app, Command::Fill);
        let (x, y) = find(&app, |hit| matches!(hit, Target::MaskPixel(_)));
        app.update(Action::Click { x, y });
        app.update(Action::Drag { x: x + 9, y: y + 3 });
        let stroke = missing(&app);
        assert!(stroke > 10, "{size:?}: {stroke}");
        // A drag that leaves the mask goes on at its edge, and the release ends it.
        app.update(Action::Drag { x: size.0 - 1, y });
        assert!(missing(&app) > stroke);
        app.update(Action::Release);
        let stroke = missing(&app);
        app.update(Action::Drag { x, y: y + 5 });
        assert_eq!(missing(&app), stroke);
        // The right button paints the opposite, for its stroke alone.
        app.update(Action::OtherClick { x, y });
        app.update(Action::Release);
        assert!(missing(&app) < stroke && !editor(&app).paints_observed);
        press(&mut app, Command::Undo);
        press(&mut app, Command::Undo);
        assert_eq!(missing(&app), 0);
    }
}

#[test]
fn the_mouse_slides_and_chooses() {
    for size in MOUSE_SIZES {
        let mut app = editing(size);
        let (x, y) = find(&app, |hit| hit == Target::MaskKind(MaskKind::Rows));
        app.update(Action::Click { x, y });
        assert_eq!(missing(&app), 14 * 28);
        let (x, y) = find(&app, |hit| hit == Target::MaskKind(MaskKind::Random));
        app.update(Action::Click { x, y });
        let (x, y) = find(&app, |hit| hit == Target::Slider(1.0));
        app.update(Action::Click { x, y });
        assert_eq!(missing(&app), 0);
        app.update(Action::Drag { x: 0, y: 0 });
        assert_eq!(missing(&app), 784);
        app.update(Action::Release);
        // The picture that is selected already opens.
        let (x, y) = find(&app, |hit| hit == Target::Panel(Panel::Restored));
        app.update(Action::Click { x, y });
        assert!(matches!(app.overlay, Some(Overlay::Picture(_))), "{size:?}");
    }
    let mut app = editing((200, 60));
    let (x, y) = find(&app, |hit| hit == Target::Image(4, None));
    app.update(Action::Click { x, y });
    assert_eq!(app.image(), 4);
}

#[test]
fn escape_lifts_the_brush_then_leaves_the_mask_editor() {
    let mut app = editing((80, 24));
    press(&mut app, Command::Pen);
    press(&mut app, Command::Back);
    assert!(app.editing_mask() && !editor(&app).down);
    press(&mut app, Command::Back);
    assert!(!app.editing_mask() && app.overlay.is_none());
}

#[test]
fn every_picture_beside_the_mask_opens() {
    for view in 0..4 {
        let mut app = app(State::Done);
        app.tab = Tab::Restore;
        for _ in 0..view {
            fixture::press(&mut app, Command::CycleView);
        }
        fixture::press(&mut app, Command::Open);
        let Some(Overlay::Picture(open)) = &app.overlay else { panic!("view {view}") };
        let expected = match view {
            0 => Subject::Inpaint(0, Part::Corrupted),
            1 => Subject::Inpaint(0, Part::Restored),
            2 => Subject::Inpaint(0, Part::Deviation),
            _ => Subject::Completion(0),
        };
        assert_eq!(open.subject, expected);
        for _ in 0..3 {
            fixture::press(&mut app, Command::PageDown);
        }
        assert!(matches!(app.overlay, Some(Overlay::Picture(_))));
    }
}

#[test]
fn other_observations_are_restored_from_their_own_measurements() {
    let mut app = editing((200, 60));
    let mut counts = Vec::new();
    for _ in 0..5 {
        fixture::press(&mut app, Command::NextObservation);
        let report = app.inpainted().unwrap();
        let observation = &report.observations[0];
        assert!(observation.mask().is_none());
        assert!(report.measurements.iter().all(|y| y.len() == observation.measurements()));
        counts.push(observation.measurements());
        let (posterior, restoration) = (app.posterior(3).unwrap(), &report.restorations[3]);
        assert_eq!(posterior.expectation(), restoration.restored);
        // The draws are of the same measurements: they scatter around the restoration.
        let draws = &app.completions().unwrap().0.images;
        assert_eq!(draws.ncols(), DRAWS);
        let far = (0..784).filter(|&i| {
            let std = report.restorations[0].std[i].max(1e-9);
            (draws.row(i).mean() - report.restorations[0].restored[i]).abs() > 3.0 * std
        });
        assert!(far.count() < 40);
    }
    assert_eq!(counts, [784, 784, editor(&app).mask().observed().len(), 196, 78]);
    // Noise has its sliders, and more of it gives other measurements.
    fixture::press(&mut app, Command::PreviousObservation);
    let before = app.inpainted().unwrap().measurements.clone();
    fixture::press(&mut app, Command::MoreNoise);
    let report = app.inpainted().unwrap();
    assert_eq!(report.observations[0].noise(), &Noise::Equal(0.001));
    assert!(report.measurements != before);
    // Another factor by the value's keys; painting needs the mask.
    fixture::press(&mut app, Command::More);
    assert_eq!(app.inpainted().unwrap().measurements[0].len(), 49);
    let mask = editor(&app).mask().clone();
    for command in [Command::Pen, Command::Invert, Command::NextMask, Command::Undo] {
        fixture::press(&mut app, command);
        assert!(app.status.as_ref().unwrap().text.contains("the mask is not what is observed"));
    }
    assert_eq!((editor(&app).mask(), editor(&app).down), (&mask, false));
    // Back at the mask, what was edited holds.
    app.inpaint.observed.choose(ObservationKind::Mask);
    fixture::press(&mut app, Command::MoreNoise);
    let report = app.inpainted().unwrap();
    assert_eq!(report.observations[0].operator(), &Operator::Mask(mask.clone()));
    assert!(report.restorations[0].std.iter().all(|&std| std > 0.0));
    // So it does of a blurred image.
    app.inpaint.observed.choose(ObservationKind::MaskedBlur);
    fixture::press(&mut app, Command::Invert);
    assert_eq!(app.inpainted().unwrap().measurements[0].len(), 784 - mask.observed().len());
}

#[test]
fn sliders_and_kinds_of_observation_answer_to_the_mouse() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let mut app = editing(size);
        let (x, y) = find(&app, |hit| hit == Target::Observation(ObservationKind::Project));
        app.update(Action::Click { x, y });
        let (x, y) = find(&app, |hit| matches!(hit, Target::Slider(at) if at > 0.9));
        app.update(Action::Click { x, y });
        app.update(Action::Release);
        assert!(app.inpaint.observed.setting(app.shape()).unwrap().value > 80, "{size:?}");
        let (x, y) = find(&app, |hit| hit == Target::Noise(1.0));
        app.update(Action::Click { x, y });
        assert_eq!(app.inpaint.observed.noise(), 1.0);
        app.update(Action::Drag { x: 0, y });
        app.update(Action::Release);
        assert_eq!(app.inpaint.observed.noise(), 0.0);
        // A click chooses a pixel, and paints nothing.
        let (x, y) = find(&app, |hit| hit == Target::Observation(ObservationKind::Noise));
        fixture::act(&mut app, Action::Click { x, y });
        app.update(Action::Release);
        let before = missing(&app);
        let (x, y) = find(&app, |hit| matches!(hit, Target::MaskPixel(_)));
        app.update(Action::Click { x, y });
        app.update(Action::Release);
        assert_eq!((editor(&app).at, missing(&app)), ((0, 0), before));
    }
}

#[test]
fn the_chosen_pixel_has_its_covariances_and_intervals_their_coverage() {
    let mut app = editing((200, 60));
    for _ in 0..3 {
        fixture::press(&mut app, Command::CycleAspect);
    }
    assert_eq!(app.inpaint.aspect, Aspect::Covariance);
    let pixel = loop {
        fixture::press(&mut app, Command::Right);
        let (row, column) = app.chosen_pixel();
        if missing_pixel(&app, row * 28 + column) {
            break row * 28 + column;
        }
    };
    let (id, found) = app.inpaint.column.clone().unwrap();
    assert_eq!(id, app.column_id());
    let std = app.inpainted().unwrap().restorations[0].std[pixel];
    assert!(std > 0.0 && (found[pixel] - std * std).abs() < 1e-10, "its own is its variance");
    fixture::press(&mut app, Command::Coverage);
    let (id, found) = app.inpaint.coverage.clone().unwrap();
    let held = &found.calibration;
    let curves = found.curves.as_ref().unwrap();
    assert_eq!(
        curves.points.iter().map(|point| point.observed).collect::<Vec<_>>(),
        [78, 156, 313, 470, 627]
    );
    assert_eq!(
        (id, held.images),
        (app.restoration_id(), 200.min(app.outcome.data.as_ref().unwrap().test.len()))
    );
    assert!(held.uncertain.pixels > 0 && held.uncertain.coverage.is_sorted());
    // It is of the observation that it was counted under.
    fixture::press(&mut app, Command::More);
    assert_ne!(app.inpaint.coverage.as_ref().unwrap().0, app.restoration_id());
}

#[test]
fn pictures_of_ones_own_stay_among_other_test_images() {
    let mut app = fixture::app(State::Done, THEME, (80, 24));
    let mut data = (**app.outcome.data.as_ref().unwrap()).clone();
    data.own = 2;
    let last = data.test.len() - 1;
    app.outcome.data = Some(Arc::new(data));
    app.tab = Tab::Restore;
    press(&mut app, Command::OtherImages);
    let indices = app.inpaint.indices.clone();
    assert_eq!((indices.len(), &indices[..2]), (12, &[last - 1, last][..]));
    assert!(indices[2..].iter().all(|&index| index < last - 1), "they are not chosen again: {indices:?}");
}
