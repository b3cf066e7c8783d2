//! What opens above the tabs: the form, the list of keys, the palette.

use super::{app, kinds, press};
use crate::study::{Event, SETTINGS};
use crate::tui::action::Action;
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::fixture::{Dashboard, State};
use crate::tui::state::overlay::Overlay;
use crate::tui::tab::Tab;
use crate::tui::views::overlays::help;

#[test]
fn the_form_starts_another_run_and_events_of_the_old_one_are_ignored() {
    let mut app = app(State::Running);
    press(&mut app, Command::Settings);
    press(&mut app, Command::Erase);
    app.update(Action::Paste("7\n".into()));
    let effects = press(&mut app, Command::Apply);
    let [Effect::Start { run: 2, settings, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(settings.get().kmeans.components, 7);
    assert!(app.overlay.is_none() && app.outcome.em.history.is_empty());
    assert_eq!(app.outcome.settings.kmeans.components, 7);
    app.update(Action::Study { run: 1, event: Event::Finished });
    assert!(app.running());
    app.update(Action::Study { run: 2, event: Event::Finished });
    assert!(!app.running());
}

#[test]
fn a_form_with_a_fault_starts_nothing() {
    let mut app = app(State::Running);
    press(&mut app, Command::Settings);
    press(&mut app, Command::Erase);
    press(&mut app, Command::Down);
    assert!(press(&mut app, Command::Apply).is_empty());
    let Some(Overlay::Settings(form)) = &app.overlay else { panic!() };
    assert_eq!(SETTINGS[form.selected].label, "components K");
    press(&mut app, Command::Back);
    assert_eq!(app.run, 1);
    assert!(app.overlay.is_none());
}

#[test]
fn the_search_narrows_the_list_of_keys() {
    let mut app = app(State::Empty);
    press(&mut app, Command::Help);
    "/figures".chars().for_each(|c| drop(app.update(Action::Insert(c))));
    let Some(Overlay::Help { search, .. }) = &app.overlay else { panic!() };
    assert_eq!(search, "figures");
    let lines = help::lines(&app.keys, app.tab, search, 200);
    assert_eq!(lines.len(), 2, "{lines:?}");
}

#[test]
fn the_palette_does_what_is_found_where_it_was_opened() {
    let mut app = app(State::Done);
    app.tab = Tab::Fit;
    press(&mut app, Command::Palette);
    "export".chars().for_each(|c| drop(app.update(Action::Insert(c))));
    assert_eq!(kinds(&press(&mut app, Command::Apply)), ["Figures"]);
    assert!(app.overlay.is_none());
    // Over a picture, what holds in pictures; the picture stays.
    app.tab = Tab::Samples;
    press(&mut app, Command::Open);
    press(&mut app, Command::Palette);
    "enlarge".chars().for_each(|c| drop(app.update(Action::Insert(c))));
    press(&mut app, Command::Apply);
    assert!(matches!(&app.overlay, Some(Overlay::Picture(open)) if open.zoom > 0), "{:?}", app.overlay);
    press(&mut app, Command::Palette);
    press(&mut app, Command::Back);
    assert!(matches!(app.overlay, Some(Overlay::Picture(_))));
}

#[test]
fn a_click_takes_a_line_of_the_palette_and_of_the_form() {
    let mut app = app(State::Done);
    press(&mut app, Command::Palette);
    "go fit".chars().for_each(|c| drop(app.update(Action::Insert(c))));
    app.update(Action::Click { x: 5, y: 4 });
    assert_eq!((app.tab, app.overlay.is_none()), (Tab::Fit, true));
    press(&mut app, Command::Settings);
    app.update(Action::Click { x: 5, y: 7 });
    let Some(Overlay::Settings(form)) = &app.overlay else { panic!() };
    assert_eq!(SETTINGS[form.selected].label, "seed");
}

#[test]
fn what_is_typed_replaces_a_field_until_it_is_edited() {
    let mut app = app(State::Done);
    let text = |app: &Dashboard| {
        let Some(Overlay::Settings(form)) = &app.overlay else { panic!() };
        form.text(form.selected).to_owned()
    };
    let type_in = |app: &mut Dashboard, text: &str| {
        text.chars().for_each(|c| drop(app.update(Action::Insert(c))));
    };
    press(&mut app, Command::Settings);
    press(&mut app, Command::Down);
    press(&mut app, Command::Up);
    type_in(&mut app, "12");
    assert_eq!(text(&app), "12", "not added to what it had");
    press(&mut app, Command::EraseAll);
    assert_eq!(text(&app), "");
    type_in(&mut app, "3");
    press(&mut app, Command::Down);
    press(&mut app, Command::Up);
    press(&mut app, Command::Right);
    type_in(&mut app, "4");
    assert_eq!(text(&app), "34", "an arrow begins to edit it");
}

#[test]
fn the_list_of_keys_scrolls_by_the_keys_that_it_names() {
    let mut app = app(State::Empty);
    press(&mut app, Command::Help);
    let scroll = |app: &Dashboard| match &app.overlay {
        Some(Overlay::Help { scroll, .. }) => *scroll,
        other => panic!("{other:?}"),
    };
    press(&mut app, Command::PageDown);
    let page = scroll(&app);
    assert!(page > 5);
    press(&mut app, Command::EraseAll);
    assert_eq!(scroll(&app), 0, "without a search, Ctrl-U scrolls back");
    // Every key of its own section does something in it.
    let lines = help::lines(&app.keys, app.tab, "", 200);
    let heading = |line: &&help::Line| **line == help::Line::Heading("In this list".into());
    let start = lines.iter().position(|line| heading(&line)).unwrap();
    let own: Vec<_> = lines[start + 1..].iter().take_while(|line| **line != help::Line::Blank).collect();
    assert!(own.len() >= 5, "{own:?}");
    for line in own {
        let help::Line::Keys(keys, _) = line else { panic!("{line:?}") };
        for key in keys.split(' ') {
            let single = key.chars().count() == 1 && key.chars().all(char::is_alphanumeric);
            assert!(!single, "{key} would be searched for");
        }
    }
}
