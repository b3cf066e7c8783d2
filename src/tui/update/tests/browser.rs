//! A picture of the user's own, chosen from the list.

use std::path::{Path, PathBuf};

use super::*;
use crate::files::{Folder, FolderEntry};
use crate::study::Outcome;
use crate::tui::state::job::{JobKind, Work};

fn folder(path: &str, names: &[(&str, bool)]) -> Arc<Folder> {
    let entry = |&(name, is_folder): &(&str, bool)| FolderEntry {
        name: name.into(),
        path: Path::new(path).join(name),
        is_folder,
    };
    Arc::new(Folder { path: path.into(), entries: names.iter().map(entry).collect(), left_out: 0 })
}

/// The job among `effects` that opens a path; on the tab there may be others.
fn job(effects: &[Effect]) -> Job {
    let browses = |effect: &&Effect| matches!(effect, Effect::Run(job) if job.id.kind == JobKind::Browse);
    let Some(Effect::Run(job)) = effects.iter().find(browses) else { panic!("{:?}", kinds(effects)) };
    job.clone()
}

fn asked(job: &Job) -> (PathBuf, PathBuf) {
    let Work::Browse(request) = &job.work else { panic!("{:?}", job.id) };
    (request.folder.clone(), request.path.clone())
}

/// A dashboard whose list shows a folder with a folder and two pictures.
fn open() -> Dashboard {
    let mut app = app(State::Done);
    app.tab = Tab::Restore;
    let first = job(&press(&mut app, Command::OpenPicture));
    assert_eq!(asked(&first), ("".into(), "./".into()));
    let names = [("old", true), ("cat.png", false), ("dog.png", false)];
    app.update(Action::Done(first.id, Ok(Answer::Folder(folder("/home/photos", &names)))));
    app
}

fn lines(app: &Dashboard) -> Vec<String> {
    let Some(Overlay::Browser(browser)) = &app.overlay else { panic!("{:?}", app.overlay) };
    browser.found().into_iter().map(|line| line.name.to_owned()).collect()
}

/// The study with a picture of the user's own, as the job makes it.
fn own(app: &Dashboard, path: &str) -> Outcome {
    let mut outcome = app.outcome.clone();
    outcome.settings.restore = Some(path.into());
    outcome
}

#[test]
fn folders_are_entered_and_left() {
    let mut app = open();
    assert_eq!(lines(&app), ["..", "old", "cat.png", "dog.png"]);
    press(&mut app, Command::Down);
    let inner = job(&press(&mut app, Command::Apply));
    assert_eq!(asked(&inner), ("/home/photos".into(), "/home/photos/old".into()));
    app.update(Action::Done(inner.id, Ok(Answer::Folder(folder("/home/photos/old", &[])))));
    assert_eq!(lines(&app), [".."]);
    // Without a letter to delete, it is the folder above, with the one that was left selected.
    let outer = job(&press(&mut app, Command::Erase));
    assert_eq!(asked(&outer).1, Path::new("/home/photos"));
    let names = [("new", true), ("old", true), ("cat.png", false)];
    app.update(Action::Done(outer.id, Ok(Answer::Folder(folder("/home/photos", &names)))));
    let Some(Overlay::Browser(browser)) = &app.overlay else { panic!() };
    assert_eq!(browser.found()[browser.selected].name, "old");
}

#[test]
fn the_picture_chosen_is_restored_first_and_the_mask_stays() {
    let mut app = open();
    app.cursors.image = 3;
    "DOG".chars().for_each(|c| drop(app.update(Action::Insert(c))));
    assert_eq!(lines(&app), ["dog.png"]);
    let chosen = job(&press(&mut app, Command::Apply));
    assert_eq!(asked(&chosen).1, Path::new("/home/photos/dog.png"));
    let masked = app.inpaint.editor.as_ref().map(|editor| editor.mask().clone());
    let outcome = own(&app, "/home/photos/dog.png");
    let effects = app.update(Action::Done(chosen.id, Ok(Answer::Own(Box::new(outcome)))));
    assert_eq!(kinds(&effects), ["Restoration"], "the posteriors of the new images");
    assert!(app.overlay.is_none());
    assert_eq!((app.image(), app.inpaint.editor.as_ref().map(|editor| editor.mask().clone())), (0, masked));
    assert!(app.status.clone().unwrap().text.contains("dog.png"));
    assert_eq!(app.runs.entries.len(), 1, "the run with the picture takes the place of the one without");
    // The next list begins where the picture came from.
    let again = job(&press(&mut app, Command::OpenPicture));
    assert_eq!(asked(&again).1, Path::new("/home/photos"));
}

#[test]
fn a_path_is_typed_and_what_is_wrong_with_it_said() {
    let mut app = open();
    app.update(Action::Paste("~/bird.png".into()));
    let chosen = job(&press(&mut app, Command::Apply));
    assert_eq!(asked(&chosen), ("/home/photos".into(), "~/bird.png".into()));
    app.update(Action::Done(chosen.id, Err("bird.png: is no picture: give a PNG".into())));
    let status = app.status.clone().unwrap();
    assert_eq!((status.tone, status.text.as_str()), (Tone::Bad, "bird.png: is no picture: give a PNG"));
    assert!(matches!(app.overlay, Some(Overlay::Browser(_))), "another can be chosen");
}

#[test]
fn what_is_no_longer_waited_for_is_dropped() {
    let mut app = open();
    press(&mut app, Command::Last);
    let chosen = job(&press(&mut app, Command::Apply));
    press(&mut app, Command::Back);
    let outcome = own(&app, "/home/photos/dog.png");
    app.update(Action::Done(chosen.id, Ok(Answer::Own(Box::new(outcome)))));
    assert_eq!(app.outcome.settings.restore, None);
}

#[test]
fn without_a_finished_fit_there_is_no_list() {
    for state in [State::Empty, State::Running, State::Failed] {
        let mut app = app(state);
        app.tab = Tab::Restore;
        assert!(press(&mut app, Command::OpenPicture).is_empty());
        assert!(app.overlay.is_none() && app.status.is_some(), "{state:?}");
    }
}
