use super::*;

fn places() -> Vec<Place> {
    let tabs = Tab::ALL.into_iter().map(Place::Tab);
    tabs.chain([Place::Canvas, Place::Theory, Place::Help, Place::Settings, Place::Picture]).collect()
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
    }
}

#[test]
fn the_hints_of_every_place_say_how_to_leave_within_eighty_columns() {
    for place in places() {
        let (mut width, mut leaves) = (0, false);
        for hint in hints(place, |_| true) {
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
        let list = lines(tab, "");
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
