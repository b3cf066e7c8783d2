//! The Runs tab: each study that ends is a row, and comes back as it was.

use super::*;
use crate::study::Outcome;
use crate::tui::state::job::Work;

#[test]
fn a_run_that_ends_is_a_row_and_comes_back_whole() {
    let mut app = fixture::app(State::Done, THEME, (120, 40));
    assert_eq!(app.runs.entries.len(), 1);
    let first = app.outcome.clone();
    let name = app.runs.entries[0].record.run.clone();
    // Another study, whose end is another row.
    app.app.run += 1;
    app.app.outcome = Outcome::new(fixture::settings());
    app.tab = Tab::Runs;
    app.update(Action::Command(Command::Open));
    assert!(app.outcome.fit.is_none(), "a run is not brought back while a study runs");
    let run = app.run;
    app.update(Action::Study { run, event: Event::Cancelled });
    assert_eq!(app.runs.entries.len(), 1, "without a fit there is no run");
    app.update(Action::Command(Command::Open));
    let status = app.status.clone().unwrap();
    assert_eq!(status.text, format!("run {name} is back"));
    assert!(app.run > run);
    let (fit, before) = (app.outcome.fit.as_ref().unwrap(), first.fit.as_ref().unwrap());
    assert!(Arc::ptr_eq(&fit.mixture, &before.mixture));
    let restored = |outcome: &Outcome| outcome.inpaint.as_ref().unwrap().restorations.clone();
    assert_eq!(restored(&app.outcome), restored(&first));
}

#[test]
fn runs_are_marked_sorted_compared_and_deleted() {
    let mut app = fixture::app(State::Done, THEME, (120, 40));
    app.tab = Tab::Runs;
    let mut other = app.runs.entries[0].record.clone();
    (other.run, other.nll, other.components) = ("00000002".into(), other.nll - 5.0, 3);
    app.runs.add_saved(vec![other]);
    app.update(Action::Command(Command::Sort));
    assert_eq!(app.runs.shown(), [1, 0], "the least NLL first");
    app.update(Action::Command(Command::Mark));
    app.update(Action::Command(Command::Down));
    app.update(Action::Command(Command::Mark));
    assert_eq!(app.runs.marked().len(), 2);
    app.update(Action::Command(Command::Up));
    assert!(
        app.update(Action::Command(Command::DeleteRun)).is_empty(),
        "what is saved is asked for once more"
    );
    assert_eq!(app.runs.entries.len(), 2);
    let effects = app.update(Action::Command(Command::DeleteRun));
    assert!(matches!(&effects[..], [Effect::DeleteRun(run)] if run == "00000002"), "{effects:?}");
    assert_eq!(app.runs.entries.len(), 1);
    assert!(app.update(Action::Command(Command::DeleteRun)).is_empty(), "this one is not saved");
}

#[test]
fn quitting_asks_once_while_a_study_runs() {
    let mut app = fixture::app(State::Running, THEME, (120, 40));
    assert!(app.update(Action::Command(Command::Quit)).is_empty());
    assert!(matches!(app.update(Action::Command(Command::Quit))[..], [Effect::Quit]));
    app.update(Action::Command(Command::Quit));
    app.update(Action::Command(Command::Down));
    assert!(app.update(Action::Command(Command::Quit)).is_empty(), "another key forgets it");
    let mut app = fixture::app(State::Done, THEME, (120, 40));
    assert!(matches!(app.update(Action::Command(Command::Quit))[..], [Effect::Quit]));
}

#[test]
fn a_model_is_saved_done_or_under_way() {
    let mut app = fixture::app(State::Running, THEME, (120, 40));
    let effects = app.update(Action::Command(Command::Save));
    assert!(matches!(effects[..], [Effect::Snapshot]), "{effects:?}");
    let model = Arc::new(fixture::app(State::Done, THEME, (80, 24)).outcome.model().unwrap());
    let run = app.run;
    let effects = app.update(Action::Study { run, event: Event::Snapshot(Arc::clone(&model)) });
    let is_it = |effect: &Effect| matches!(effect, Effect::Run(Job { work: Work::Model(of), .. }) if Arc::ptr_eq(of, &model));
    assert!(effects.iter().any(is_it), "{effects:?}");
    let mut app = fixture::app(State::Done, THEME, (120, 40));
    let effects = app.update(Action::Command(Command::Save));
    assert!(
        matches!(&effects[0], Effect::Run(Job { work: Work::Model(of), .. }) if **of == *model),
        "{effects:?}"
    );
    let mut app = fixture::app(State::Clustering, THEME, (120, 40));
    assert!(app.update(Action::Command(Command::Save)).is_empty());
}

/// The settings of the study that is started.
fn started(effects: &[Effect]) -> Option<usize> {
    let start = |effect: &Effect| match effect {
        Effect::Start { settings, .. } => Some(settings.get().kmeans.components),
        _ => None,
    };
    effects.iter().find_map(start)
}

#[test]
fn several_values_in_the_form_run_one_after_the_other() {
    let sweep = || {
        let mut app = fixture::app(State::Done, THEME, (120, 40));
        press(&mut app, Command::Settings);
        "2,3,4".chars().for_each(|c| drop(app.update(Action::Insert(c))));
        let effects = press(&mut app, Command::Apply);
        assert_eq!((started(&effects), app.tab), (Some(2), Tab::Runs));
        app
    };
    let mut app = sweep();
    for k in [3, 4] {
        press(&mut app, Command::Help);
        let run = app.run;
        let failed = app.update(Action::Study { run, event: Event::Failed("no".into()) });
        assert_eq!(started(&failed), Some(k), "a run that fails does not end the sweep");
        assert!(app.overlay.is_some(), "what is open stays open");
        press(&mut app, Command::Back);
    }
    assert_eq!(app.sweep.words().unwrap(), "run 3 of 3");
    let run = app.run;
    assert_eq!(started(&app.update(Action::Study { run, event: Event::Finished })), None);
    assert_eq!(app.sweep.words(), None);

    let mut app = sweep();
    let run = app.run;
    assert_eq!(started(&app.update(Action::Study { run, event: Event::Cancelled })), None);
    assert_eq!(app.sweep.words(), None, "what is cancelled ends it");
}
