use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::tui::command::Command;
use crate::tui::command::Command::*;
use crate::tui::tab::Tab;

fn bindings() -> Vec<Binding> {
    Keys::default().rows().iter().map(|row| row.binding).collect()
}

fn lookup(focus: Focus, event: &KeyEvent) -> Option<Command> {
    Keys::default().lookup(focus, event)
}

#[test]
fn every_command_has_a_key() {
    for command in &Command::all() {
        let bound =
            bindings().into_iter().any(|binding| binding.command == *command && !binding.keys.is_empty());
        assert!(bound, "{command:?} is missing from the key table");
    }
}

#[test]
fn every_binding_is_explained_and_reachable() {
    for binding in &bindings() {
        assert!(!binding.help.is_empty(), "{binding:?}");
        for key in binding.keys {
            let modifiers = if key.ctrl { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
            let event = KeyEvent::new(key.code, modifiers);
            let reachable = Focus::all()
                .into_iter()
                .filter(|focus| binding.context.covers(*focus))
                .any(|focus| lookup(focus, &event) == Some(binding.command));
            assert!(reachable, "{} is hidden by another binding: {binding:?}", key.label());
        }
    }
}

#[test]
fn a_key_means_one_thing_at_a_focus() {
    for focus in Focus::all() {
        let here = || bindings().into_iter().filter(|binding| binding.context.covers(focus));
        for binding in here() {
            for key in binding.keys {
                let same = here().filter(|other| other.keys.contains(key)).count();
                assert_eq!(same, 1, "{} at {focus:?}", key.label());
            }
        }
    }
}

#[test]
fn one_can_leave_from_everywhere() {
    for focus in Focus::all() {
        let quit = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(lookup(focus, &quit), Some(Quit), "{focus:?}");
        if !matches!(focus, Focus::Tab(_)) {
            let escape = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
            assert_eq!(lookup(focus, &escape), Some(Back), "{focus:?}");
        }
    }
}

#[test]
fn typing_is_not_taken_for_commands() {
    for c in ('a'..='z').chain('0'..='9').chain([',', '.', '-', ' ']) {
        let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
        assert_eq!(lookup(Focus::Settings, &event), None, "{c:?}");
        assert_eq!(lookup(Focus::Help, &event), None, "{c:?}");
        assert_eq!(lookup(Focus::Palette, &event), None, "{c:?}");
    }
}

#[test]
fn the_hints_of_every_focus_say_how_to_leave_within_eighty_columns() {
    for focus in Focus::all() {
        let (mut width, mut leaves) = (0, false);
        for hint in Keys::default().hints(focus, |_| true) {
            width += hint.keys.iter().map(|(key, _)| key.chars().count() + 1).sum::<usize>();
            width += hint.text.chars().count() + 2;
            leaves |= width <= 82 && ["quit", "close", "cancel"].contains(&hint.text);
        }
        assert!(leaves, "{focus:?}");
    }
}

#[test]
fn the_help_overlay_lists_every_binding() {
    use crate::tui::views::overlays::help::{Line, lines};
    for &tab in Tab::ALL {
        let list = lines(&Keys::default(), tab, "", 200);
        for binding in &bindings() {
            let listed = list.iter().any(|line| match line {
                Line::Keys(keys, help) => {
                    *help == binding.help
                        && binding.keys.iter().all(|key| keys.split(' ').any(|shown| shown == key.label()))
                }
                _ => false,
            });
            assert!(listed, "{binding:?} is missing on {tab:?}");
        }
    }
}

#[test]
fn an_action_has_the_same_keys_wherever_its_section_holds() {
    // A configuration file binds the actions of sections: it must be able to say what the default is.
    for one in &bindings() {
        for other in &bindings() {
            if one.command == other.command && one.context.section() == other.context.section() {
                assert_eq!(one.keys, other.keys, "{:?} in {}", one.command, one.context.section());
            }
        }
    }
}

#[test]
fn other_keys_are_heard_and_shown() {
    let mut keys = Keys::default();
    assert!(keys.bind("tabs", "export", &[plain('~')]));
    assert!(!keys.bind("tabs", "fly", &[plain('~')]) && !keys.bind("help", "export", &[plain('~')]));
    let at = |c| keys.lookup(Focus::Tab(Tab::Fit), &KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
    assert_eq!((at('~'), at('e')), (Some(Export), None));
    assert!(
        keys.hints(Focus::Tab(Tab::Fit), |_| true)
            .iter()
            .any(|hint| { hint.keys.iter().map(|(key, _)| key.as_str()).eq(["~", "R"]) })
    );
    assert_eq!(keys.label(Focus::Tab(Tab::Fit), Export), "~");
    assert_eq!(keys.clash(), None);
}

#[test]
fn bindings_that_cannot_be_are_found() {
    let name = |section: &str, action: &str| (section.to_owned(), action.to_owned());
    let clash = |section: &str, action: &str, given: &[Key]| {
        let mut keys = Keys::default();
        assert!(keys.bind(section, action, given));
        keys.clash()
    };
    let expected = |key: &str| Clash::Twice {
        key: key.into(),
        one: name("tabs", "resample"),
        other: name("tabs", "export"),
    };
    assert_eq!(clash("tabs", "resample", &[plain('e')]), Some(expected("e")));
    // Tabs differ: a key may mean one thing here and another there.
    assert_eq!(clash("tabs", "resample", &[plain('p')]), None);
    assert_eq!(
        clash("form", "apply", &[plain('x')]),
        Some(Clash::Text { key: "x".into(), of: name("form", "apply") })
    );
    assert_eq!(clash("picture", "back", &[]), Some(Clash::NoWayOut { of: name("picture", "back") }));
    assert_eq!(clash("tabs", "quit", &[]), None, "Ctrl-C is left");
    assert_eq!(Keys::default().clash(), None);
}
