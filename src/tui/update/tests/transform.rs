//! The pair of the Transform tab: typed, chosen, zoomed.

use std::sync::Arc;

use super::{app, job, kinds, press};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::fixture::{Dashboard, State};
use crate::tui::state::overlay::{List, Listed, Overlay};
use crate::tui::tab::Tab;
use crate::tui::work::{Kept, done};

fn transform() -> Dashboard {
    let mut app = app(State::Done);
    app.tab = Tab::Transform;
    app
}

fn type_in(app: &mut Dashboard, text: &str) -> Vec<Effect> {
    text.chars().flat_map(|c| app.update(Action::Insert(c))).collect()
}

/// Does the job among `effects`, and those that its answer asks for.
fn carry_out(app: &mut Dashboard, effects: &[Effect]) {
    let mut effects = effects.to_vec();
    while let [Effect::Run(_)] = effects.as_slice() {
        let job = job(&effects);
        let result = done(&job.work, &mut Kept::default());
        effects = app.update(Action::Done(job.id, result));
    }
    assert!(effects.is_empty(), "{:?}", kinds(&effects));
}

#[test]
fn what_is_typed_is_followed_one_job_at_a_time() {
    let mut app = transform();
    press(&mut app, Command::EditPair);
    assert!(app.editing_pair());
    press(&mut app, Command::EraseAll);
    assert!(press(&mut app, Command::Left).is_empty(), "an empty map asks for nothing");
    // "e" is a map, "ex" is none, "exp(x)" is the next one: it waits for the first job.
    let effects = type_in(&mut app, "exp(x)");
    assert_eq!(kinds(&effects), ["Transform"]);
    carry_out(&mut app, &effects);
    assert_eq!(app.outcome.transform.as_ref().unwrap().pair.map.text(), "exp(x)");
    assert_eq!(app.outcome.settings.map.text(), "exp(x)", "the next run, figures and report follow");
    press(&mut app, Command::Apply);
    assert!(!app.editing_pair());
}

#[test]
fn a_mistake_keeps_the_editor_open_and_escape_goes_back() {
    let mut app = transform();
    press(&mut app, Command::EditPair);
    let effects = type_in(&mut app, " + x");
    carry_out(&mut app, &effects);
    type_in(&mut app, " + ");
    press(&mut app, Command::Apply);
    let editor = app.transform.editor.as_ref().unwrap();
    assert_eq!(editor.caret, "x^2 + x + ".len(), "at the mistake");
    let effects = press(&mut app, Command::Back);
    carry_out(&mut app, &effects);
    assert!(!app.editing_pair());
    assert!(app.outcome.transform.as_ref().unwrap().pair.is_built_in());
}

#[test]
fn a_pair_is_chosen_from_the_list() {
    let mut app = transform();
    press(&mut app, Command::ChoosePair);
    assert!(matches!(app.overlay, Some(Overlay::List(List { of: Listed::Pairs, selected: 0 }))));
    press(&mut app, Command::Down);
    press(&mut app, Command::Down);
    let effects = press(&mut app, Command::Apply);
    carry_out(&mut app, &effects);
    assert!(app.overlay.is_none());
    assert_eq!(app.outcome.transform.as_ref().unwrap().pair.map.text(), "x^3 - 3x");
}

#[test]
fn the_window_of_z_zooms_pans_and_follows() {
    let mut app = transform();
    assert_eq!((app.z_window(), app.z()), ((0.0, 4.0), 1.0));
    let effects = press(&mut app, Command::Enlarge);
    carry_out(&mut app, &effects);
    assert_eq!((app.z_window(), app.z()), ((0.5, 2.5), 1.0));
    let shown = Arc::clone(app.transformed().unwrap());
    assert!(
        (shown.window().1 - 2.5).abs() < 1e-12
            && !Arc::ptr_eq(&shown, app.outcome.transform.as_ref().unwrap())
    );
    assert!(press(&mut app, Command::CycleView).is_empty(), "what is shown is not asked for again");
    let effects = press(&mut app, Command::PanRight);
    carry_out(&mut app, &effects);
    assert_eq!((app.z_window(), app.z()), ((1.5, 3.5), 2.0));
    // At the edge the window moves on.
    let effects = press(&mut app, Command::Last);
    carry_out(&mut app, &effects);
    let effects = press(&mut app, Command::Right);
    carry_out(&mut app, &effects);
    assert!((app.z_window().0 - 1.52).abs() < 1e-9 && (app.z() - 3.52).abs() < 1e-9);
    press(&mut app, Command::WholeWindow);
    assert_eq!((app.z_window(), app.z()), ((0.0, 4.0), 1.0));
}

#[test]
fn any_z_is_typed() {
    let mut app = transform();
    press(&mut app, Command::EditZ);
    press(&mut app, Command::EraseAll);
    let effects = type_in(&mut app, "36.5");
    // The first job is for 36; the window of 36.5 contains it.
    carry_out(&mut app, &effects[..1]);
    press(&mut app, Command::Apply);
    assert_eq!(app.z(), 36.5);
    let (from, to) = app.z_window();
    assert!(from <= 36.5 && 36.5 <= to && to - from == 4.0, "{from} {to}");
    assert!(app.transformed().unwrap().pair.density(36.5) > 0.0);
}

#[test]
fn an_experiment_is_a_run_that_says_what_to_look_for() {
    let mut app = transform();
    press(&mut app, Command::Presets);
    press(&mut app, Command::Down);
    let effects = press(&mut app, Command::Apply);
    let [Effect::Start { settings, .. }] = effects.as_slice() else { panic!("{:?}", kinds(&effects)) };
    assert_eq!(settings.get().held_out, 0);
    assert_eq!((app.tab, app.experiment.unwrap().name), (Tab::Fit, "random-means"));
    let mut running = self::app(State::Running);
    let palette = running.update(Action::Command(Command::Experiment(0)));
    assert_eq!(kinds(&palette), ["Start"]);
    assert_eq!(running.tab, Tab::Components);
}
