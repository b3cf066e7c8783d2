//! The key table in force, with the keys of a configuration file.

use std::borrow::Cow;
use std::sync::Arc;

use ratatui::crossterm::event::KeyEvent;

use super::binding::{Binding, bind};
use super::common::{DIGITS, MAIN, MORE, OVERLAYS};
use super::context::{Focus, KeyContext};
use super::key::Key;
use crate::tui::command::Command;
use crate::tui::tab::Tab;

/// A binding with its keys in force.
#[derive(Debug, Clone)]
pub struct Row {
    /// The binding.
    pub binding: Binding,
    /// Its keys.
    pub keys: Cow<'static, [Key]>,
}

/// The whole key table. The first row that holds at a focus and has the key wins; the footer shows those with a hint, in
/// this order, as far as they fit.
#[derive(Debug, Clone)]
pub struct Keys {
    rows: Arc<Vec<Row>>,
}

/// What is wrong with a key table. Names are those of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// A key means two things at one focus.
    Twice {
        /// The key.
        key: String,
        /// Section and action of the one.
        one: (String, String),
        /// Section and action of the other.
        other: (String, String),
    },
    /// A character is bound where it is typed as text.
    Text {
        /// The key.
        key: String,
        /// Section and action.
        of: (String, String),
    },
    /// No key is left for an action that is needed to get out.
    NoWayOut {
        /// Section and action.
        of: (String, String),
    },
}

impl Row {
    /// Section and action, as a configuration file names them.
    pub fn name(&self) -> (String, String) {
        (self.binding.context.section().to_owned(), self.binding.command.name())
    }
}

/// A hint of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The first key of the binding and its command; of neighbours with one hint, all of them: ↑ and ↓.
    pub keys: Vec<(String, Command)>,
    /// What it does, in a word.
    pub text: &'static str,
}

impl Keys {
    /// The table of these bindings of the tabs, and of the common ones.
    pub fn new(tabs: impl Iterator<Item = &'static Binding> + Clone) -> Self {
        let go = DIGITS.iter().zip(Tab::ALL);
        let go = go.map(|(keys, &tab)| bind(Command::Go(tab), KeyContext::Tabs, keys, "", "show a tab"));
        let hinted = |hinted: bool| tabs.clone().filter(move |row| row.hint.is_empty() != hinted).copied();
        let first = hinted(true).chain(MAIN.iter().copied()).chain(go);
        let rest = hinted(false).chain(MORE.iter().copied()).chain(OVERLAYS.iter().copied());
        let row = |binding: Binding| Row { binding, keys: Cow::Borrowed(binding.keys) };
        Self { rows: Arc::new(first.chain(rest).map(row).collect()) }
    }

    /// Every binding, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Replaces the keys of an action; false when the section has no such action.
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

    /// The command of `event` at `focus`.
    pub fn lookup(&self, focus: Focus, event: &KeyEvent) -> Option<Command> {
        self.covering(focus)
            .find(|row| row.keys.iter().any(|key| key.matches(event)))
            .map(|row| row.binding.command)
    }

    /// The bindings that hold at `focus`.
    pub fn covering(&self, focus: Focus) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.binding.context.covers(focus))
    }

    /// The footer at `focus`: the hints of the bindings whose command is `offered`.
    pub fn hints(&self, focus: Focus, offered: impl Fn(Command) -> bool) -> Vec<Hint> {
        let mut hints: Vec<Hint> = Vec::new();
        for Row { binding, keys } in self.covering(focus).filter(|row| !row.binding.hint.is_empty()) {
            let Some(key) = keys.first().filter(|_| offered(binding.command)) else { continue };
            match hints.last_mut() {
                Some(last) if last.text == binding.hint => last.keys.push((key.label(), binding.command)),
                _ => hints.push(Hint { keys: vec![(key.label(), binding.command)], text: binding.hint }),
            }
        }
        hints
    }

    /// The first key of `command` at `focus`.
    pub fn label(&self, focus: Focus, command: Command) -> String {
        let row = self.covering(focus).find(|row| row.binding.command == command && !row.keys.is_empty());
        row.and_then(|row| row.keys.first()).map_or_else(String::new, |key| key.label())
    }

    /// The first thing that is wrong with the bindings.
    pub fn clash(&self) -> Option<Clash> {
        Focus::all().into_iter().find_map(|focus| {
            let rows: Vec<&Row> = self.covering(focus).collect();
            self.typed(focus).or_else(|| twice(&rows)).or_else(|| no_way_out(focus, &rows))
        })
    }

    /// A character bound at a focus that takes text, other than by default.
    fn typed(&self, focus: Focus) -> Option<Clash> {
        let fault = |row: &Row| {
            let taken = |key: &&Key| key.is_text() && !row.binding.keys.contains(key);
            let key = row.keys.iter().find(taken)?;
            Some(Clash::Text { key: key.name(), of: row.name() })
        };
        if focus.takes_text() { self.covering(focus).find_map(fault) } else { None }
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

/// At every focus there is a key to quit, and one to close what is open.
fn no_way_out(focus: Focus, rows: &[&Row]) -> Option<Clash> {
    let needed: &[Command] =
        if matches!(focus, Focus::Tab(_)) { &[Command::Quit] } else { &[Command::Quit, Command::Back] };
    needed.iter().find_map(|command| {
        let mut of = rows.iter().filter(|row| row.binding.command == *command);
        let first = of.clone().next()?;
        of.all(|row| row.keys.is_empty()).then(|| Clash::NoWayOut { of: first.name() })
    })
}
