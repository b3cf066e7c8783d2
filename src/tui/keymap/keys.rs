//! The key table in force: [`KEYMAP`], with the keys that a configuration file gave.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::crossterm::event::KeyEvent;

use super::{Binding, KEYMAP, Key, Place};
use crate::tui::action::Command;
use crate::tui::app::Tab;

/// A binding with its keys in force.
#[derive(Debug, Clone)]
pub struct Row {
    /// The binding.
    pub binding: &'static Binding,
    /// Its keys.
    pub keys: Cow<'static, [Key]>,
}

/// The bindings in force, in the order of `KEYMAP`.
#[derive(Debug, Clone)]
pub struct Keys {
    rows: Arc<Vec<Row>>,
}

impl Default for Keys {
    fn default() -> Self {
        let row = |binding: &'static Binding| Row { binding, keys: Cow::Borrowed(binding.keys) };
        Self { rows: Arc::new(KEYMAP.iter().map(row).collect()) }
    }
}

/// What is wrong with a set of bindings: names are those of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// A key means two things in one place.
    Twice {
        /// The key.
        key: String,
        /// Section and action of the one.
        one: (String, String),
        /// Section and action of the other.
        other: (String, String),
    },
    /// A character is bound where one types it.
    Text {
        /// The key.
        key: String,
        /// Section and action.
        of: (String, String),
    },
    /// No key is left for an action that one needs to get out.
    NoWayOut {
        /// Section and action.
        of: (String, String),
    },
}

impl Row {
    /// Section and action, as a configuration file names them.
    pub fn name(&self) -> (String, String) {
        (self.binding.scope.section().to_owned(), self.binding.command.name())
    }
}

/// A hint of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The first key of the binding; of neighbours with one hint, all of them: "↑ ↓".
    pub keys: String,
    /// What it does, in a word.
    pub text: &'static str,
}

impl Keys {
    /// Every binding, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Gives the action of a section other keys; false when there is no such action there.
    pub fn bind(&mut self, section: &str, action: &str, keys: &[Key]) -> bool {
        let mut found = false;
        for row in Arc::make_mut(&mut self.rows) {
            if row.name() == (section.to_owned(), action.to_owned()) {
                row.keys = Cow::Owned(keys.to_vec());
                found = true;
            }
        }
        found
    }

    /// What `event` means at `place`: the first binding that covers the place and has the key.
    pub fn lookup(&self, place: Place, event: &KeyEvent) -> Option<Command> {
        self.covering(place)
            .find(|row| row.keys.iter().any(|key| key.matches(event)))
            .map(|row| row.binding.command)
    }

    /// The bindings that hold at `place`.
    pub fn covering(&self, place: Place) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.binding.scope.covers(place))
    }

    /// The footer at `place`: a hint for every binding that has one and that `offered` lets pass.
    pub fn hints(&self, place: Place, offered: impl Fn(Command) -> bool) -> Vec<Hint> {
        let mut hints: Vec<Hint> = Vec::new();
        for Row { binding, keys } in self.covering(place).filter(|row| !row.binding.hint.is_empty()) {
            let Some(key) = keys.first().filter(|_| offered(binding.command)) else { continue };
            match hints.last_mut() {
                Some(last) if last.text == binding.hint => {
                    last.keys = format!("{} {}", last.keys, key.label())
                }
                _ => hints.push(Hint { keys: key.label(), text: binding.hint }),
            }
        }
        hints
    }

    /// The first key of `command` at `place`, for texts that name it.
    pub fn label(&self, place: Place, command: Command) -> String {
        let row = self.covering(place).find(|row| row.binding.command == command && !row.keys.is_empty());
        row.and_then(|row| row.keys.first()).map_or_else(String::new, |key| key.label())
    }

    /// The first thing that is wrong with the bindings.
    pub fn clash(&self) -> Option<Clash> {
        places().into_iter().find_map(|place| {
            let rows: Vec<&Row> = self.covering(place).collect();
            self.typed(place).or_else(|| twice(&rows)).or_else(|| no_way_out(place, &rows))
        })
    }

    /// A character bound at a place that takes text, unless it always was.
    fn typed(&self, place: Place) -> Option<Clash> {
        let fault = |row: &Row| {
            let taken = |key: &&Key| key.is_text() && !row.binding.keys.contains(key);
            let key = row.keys.iter().find(taken)?;
            Some(Clash::Text { key: key.name(), of: row.name() })
        };
        if place.takes_text() { self.covering(place).find_map(fault) } else { None }
    }
}

fn twice(rows: &[&Row]) -> Option<Clash> {
    rows.iter().enumerate().find_map(|(at, one)| {
        rows[at + 1..].iter().find_map(|other| {
            let key = one.keys.iter().find(|key| other.keys.contains(key))?;
            (one.binding.command != other.binding.command).then(|| Clash::Twice {
                key: key.name(),
                one: one.name(),
                other: other.name(),
            })
        })
    })
}

/// From every place one can quit, and close what is open.
fn no_way_out(place: Place, rows: &[&Row]) -> Option<Clash> {
    let needed: &[Command] =
        if matches!(place, Place::Tab(_)) { &[Command::Quit] } else { &[Command::Quit, Command::Back] };
    needed.iter().find_map(|command| {
        let mut of = rows.iter().filter(|row| row.binding.command == *command);
        let first = of.clone().next()?;
        of.all(|row| row.keys.is_empty()).then(|| Clash::NoWayOut { of: first.name() })
    })
}

/// Every place.
pub(super) fn places() -> Vec<Place> {
    let others = [Place::Canvas, Place::Theory, Place::Help, Place::Settings, Place::Picture, Place::Palette];
    Tab::ALL.into_iter().map(Place::Tab).chain(others).collect()
}
