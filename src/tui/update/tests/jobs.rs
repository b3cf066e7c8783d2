//! Exports; jobs that fail: each clears what waited for it, and nothing else.

use super::*;
use crate::tui::state::job::JobKind;

const PANIC: &str = "stopped unexpectedly";

fn failed(job: &Job) -> Action {
    Action::Done(job.id, Err(PANIC.into()))
}

/// The end of an export.
fn exported(job: &Job, result: Result<&str, &str>) -> Action {
    let result = result.map(|what| Answer::Written(what.into())).map_err(str::to_owned);
    Action::Done(job.id, result)
}

#[test]
fn an_export_is_asked_for_once_and_its_result_is_shown() {
    let mut app = app(State::Done);
    let first = press(&mut app, Command::Export);
    assert_eq!(kinds(&first), ["Figures"]);
    assert!(press(&mut app, Command::Export).is_empty());
    app.update(exported(&job(&first), Ok("wrote out/figures.pdf (412 KB)")));
    let status = app.status.clone().unwrap();
    assert_eq!((status.tone, status.text.as_str()), (Tone::Good, "wrote out/figures.pdf (412 KB)"));
    assert_eq!(app.written, ["wrote out/figures.pdf (412 KB)"]);
    // It goes at the next key.
    press(&mut app, Command::NextTab);
    assert_eq!(app.status, None);
    let second = press(&mut app, Command::Export);
    app.update(exported(&job(&second), Err("disk full")));
    let status = app.status.clone().unwrap();
    assert_eq!((status.tone, status.text.as_str()), (Tone::Bad, "export failed: disk full"));
    // The report waits for it.
    let third = press(&mut app, Command::Export);
    assert_eq!(kinds(&third), ["Figures"]);
    assert!(press(&mut app, Command::Report).is_empty());
    app.update(exported(&job(&third), Ok("wrote out/figures.pdf (412 KB)")));
    assert_eq!(kinds(&press(&mut app, Command::Report)), ["Report"]);
}

#[test]
fn a_failure_beside_an_export_allows_no_second_export() {
    let mut app = app(State::Done);
    let export = job(&press(&mut app, Command::Export));
    app.tab = Tab::Samples;
    let samples = job(&press(&mut app, Command::Resample));
    assert_eq!(samples.id.kind, JobKind::Samples);
    app.update(failed(&samples));
    assert_eq!(app.status.clone().unwrap().text, "samples: stopped unexpectedly");
    assert!(press(&mut app, Command::Report).is_empty(), "the export is still under way");
    app.update(failed(&export));
    assert_eq!(app.status.clone().unwrap().text, "export failed: stopped unexpectedly");
    assert_eq!(kinds(&press(&mut app, Command::Report)), ["Report"]);
}

#[test]
fn a_failed_export_leaves_the_samples_under_way() {
    let mut app = app(State::Done);
    app.tab = Tab::Samples;
    let samples = job(&press(&mut app, Command::Resample));
    let export = job(&press(&mut app, Command::Export));
    app.update(failed(&export));
    assert!(press(&mut app, Command::Resample).is_empty(), "one draw at a time");
    let answer = fixture::answer(&samples);
    app.update(Action::Done(samples.id, answer));
    assert_eq!(app.samples.id.generation, 1);
}

#[test]
fn a_failed_restoration_can_be_asked_for_again() {
    let mut app = app(State::Done);
    app.tab = Tab::Restore;
    let first = job(&press(&mut app, Command::Invert));
    assert_eq!(first.id.kind, JobKind::Restoration);
    assert!(app.update(failed(&first)).is_empty(), "not before the next command");
    assert!(app.inpaint.restoring.is_empty());
    // A command that changes nothing asks for it once more.
    let second = job(&press(&mut app, Command::Ink));
    assert_eq!(second.id.kind, JobKind::Restoration);
    app.update(Action::Done(second.id, fixture::answer(&second)));
    assert_eq!(app.inpainted().unwrap().mask(0), app.mask(0));
}

#[test]
fn failed_draws_do_not_end_a_restoration() {
    let mut app = fixture::app(State::Done, THEME, (200, 60));
    app.tab = Tab::Restore;
    // The posteriors of the study's own restorations come with them.
    let effects = press(&mut app, Command::CycleView);
    let [Effect::Run(own), Effect::Run(draws)] = effects.as_slice() else { panic!("{:?}", kinds(&effects)) };
    assert_eq!((own.id.kind, draws.id.kind), (JobKind::Restoration, JobKind::Draws));
    app.update(Action::Done(own.id, fixture::answer(own)));
    let effects = press(&mut app, Command::Invert);
    let [Effect::Run(restoration), Effect::Run(_)] = effects.as_slice() else {
        panic!("{:?}", kinds(&effects))
    };
    app.update(failed(draws));
    assert_eq!(app.inpaint.restoring.latest(), Some(&app.restoration_id()));
    assert_eq!(app.inpaint.drawing.latest(), Some(&app.draws_id()), "the later draws are waited for");
    app.update(Action::Done(restoration.id, fixture::answer(restoration)));
    assert!(app.inpaint.restoring.is_empty());
}
