use ratatui::crossterm::event::{KeyEvent, KeyModifiers};

use super::keys::places;
use super::*;

fn lookup(place: Place, event: &KeyEvent) -> Option<Command> {
    Keys::default().lookup(place, event)
}

#[test]
fn every_command_has_a_key() {
    for command in Command::ALL {
        let bound = KEYMAP.iter().any(|binding| binding.command == *command && !binding.keys.is_empty());
        assert!(bound, "{command:?} is missing from the key table");
    }
}

#[test]
fn every_binding_is_explained_and_reachable() {
    for binding in KEYMAP {
        assert!(!binding.help.is_empty(), "{binding:?}");
        for key in binding.keys {
            let modifiers = if key.ctrl { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
            let event = KeyEvent::new(key.code, modifiers);
            let reachable = places()
                .into_iter()
                .filter(|place| binding.scope.covers(*place))
                .any(|place| lookup(place, &event) == Some(binding.command));
            assert!(reachable, "{} is hidden by another binding: {binding:?}", key.label());
        }
    }
}

#[test]
fn a_key_means_one_thing_at_a_place() {
    for place in places() {
        let here = || KEYMAP.iter().filter(|binding| binding.scope.covers(place));
        for binding in here() {
            for key in binding.keys {
                let same = here().filter(|other| other.keys.contains(key)).count();
                assert_eq!(same, 1, "{} at {place:?}", key.label());
            }
        }
    }
}

#[test]
fn one_can_leave_from_everywhere() {
    for place in places() {
        let quit = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(lookup(place, &quit), Some(Quit), "{place:?}");
        if !matches!(place, Place::Tab(_)) {
            let escape = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
            assert_eq!(lookup(place, &escape), Some(Back), "{place:?}");
        }
    }
}

#[test]
fn typing_is_not_taken_for_commands() {
    for c in ('a'..='z').chain('0'..='9').chain([',', '.', '-', ' ']) {
        let event = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
        assert_eq!(lookup(Place::Settings, &event), None, "{c:?}");
        assert_eq!(lookup(Place::Help, &event), None, "{c:?}");
        assert_eq!(lookup(Place::Palette, &event), None, "{c:?}");
    }
}

#[test]
fn the_hints_of_every_place_say_how_to_leave_within_eighty_columns() {
    for place in places() {
        let (mut width, mut leaves) = (0, false);
        for hint in Keys::default().hints(place, |_| true) {
            width += hint.keys.chars().count() + 1 + hint.text.chars().count() + 2;
            leaves |= width <= 82 && ["quit", "close", "keep the old"].contains(&hint.text);
        }
        assert!(leaves, "{place:?}");
    }
}

#[test]
fn the_help_overlay_lists_every_binding() {
    use crate::tui::overlays::help::{Line, lines};
    for tab in Tab::ALL {
        let list = lines(&Keys::default(), tab, "");
        for binding in KEYMAP {
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
    // A configuration file binds an action of a section; the default must be sayable there too.
    for one in KEYMAP {
        for other in KEYMAP {
            if one.command == other.command && one.scope.section() == other.scope.section() {
                assert_eq!(one.keys, other.keys, "{:?} in {}", one.command, one.scope.section());
            }
        }
    }
}

#[test]
fn other_keys_are_heard_and_shown() {
    let mut keys = Keys::default();
    assert!(keys.bind("tabs", "export", &[plain('z')]));
    assert!(!keys.bind("tabs", "fly", &[plain('z')]) && !keys.bind("help", "export", &[plain('z')]));
    let at = |c| keys.lookup(Place::Tab(Tab::Fit), &KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE));
    assert_eq!((at('z'), at('e')), (Some(Export), None));
    assert!(keys.hints(Place::Tab(Tab::Fit), |_| true).iter().any(|hint| hint.keys == "z R"));
    assert_eq!(keys.label(Place::Tab(Tab::Fit), Export), "z");
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
