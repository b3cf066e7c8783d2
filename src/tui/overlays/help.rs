//! The list of keys, out of the key table. Letters typed search it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, Tab};
use super::super::keymap::{Key, Keys, Row, Scope};
use super::super::theme::Role;
use super::super::widgets::{panel, text};

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A blank line.
    Blank,
    /// Where the keys below hold.
    Heading(String),
    /// Keys, and what they do.
    Keys(String, &'static str),
}

/// Keys that do one thing.
struct Entry {
    keys: String,
    hint: &'static str,
    help: &'static str,
}

/// A part of the list.
#[derive(Debug, Clone, Copy)]
enum Section {
    /// What is special to the tab in front.
    Here,
    EveryTab,
    Picture,
    Settings,
    Text,
    Palette,
    /// What is special to another tab.
    Other(Tab),
}

impl Section {
    fn heading(self, tab: Tab) -> String {
        match self {
            Self::Here => format!("On this tab, {}", tab.title()),
            Self::EveryTab => "On every tab".into(),
            Self::Picture => "In a picture on the whole screen".into(),
            Self::Settings => "In the settings form".into(),
            Self::Text => "In a derivation, and in this list".into(),
            Self::Palette => "In the list of actions".into(),
            Self::Other(other) => format!("On {}", other.title()),
        }
    }

    /// Whether a binding of `scope` stands in this part, for someone on `tab`.
    fn holds(self, scope: Scope, tab: Tab) -> bool {
        match (self, scope) {
            (Self::Here, Scope::On(tabs)) => tabs.contains(&tab),
            (Self::Other(other), Scope::On(tabs)) => tabs.contains(&other) && !tabs.contains(&tab),
            (Self::Here, Scope::Inpaint | Scope::Canvas) => tab == Tab::Inpaint,
            (Self::Other(other), Scope::Inpaint | Scope::Canvas) => other == Tab::Inpaint && tab != other,
            (Self::EveryTab, Scope::Tabs | Scope::Study | Scope::Everywhere)
            | (Self::Picture, Scope::Picture)
            | (Self::Settings, Scope::Settings)
            | (Self::Text, Scope::Text | Scope::Theory | Scope::Help)
            | (Self::Palette, Scope::Palette) => true,
            _ => false,
        }
    }
}

/// Lines visible at once in `body`: without the heading and the search.
pub fn room(body: Rect) -> usize {
    usize::from(body.height.saturating_sub(2))
}

/// The list for someone on `tab`: all bindings whose keys, hint, help or heading contain `search`.
pub fn lines(keys: &Keys, tab: Tab, search: &str) -> Vec<Line> {
    let needle = search.to_lowercase();
    let others = Tab::ALL.into_iter().filter(|other| *other != tab).map(Section::Other);
    let fixed = [
        Section::Here,
        Section::EveryTab,
        Section::Picture,
        Section::Settings,
        Section::Text,
        Section::Palette,
    ];
    let sections = fixed.into_iter().chain(others);
    let mut lines: Vec<Line> = Vec::new();
    for section in sections {
        let heading = section.heading(tab);
        let found = entries(keys, section, tab).into_iter().filter(|entry| {
            format!("{} {} {} {heading}", entry.keys, entry.hint, entry.help).to_lowercase().contains(&needle)
        });
        let mut found = found.peekable();
        if found.peek().is_some() {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(heading.clone()));
            lines.extend(found.map(|entry| Line::Keys(entry.keys, entry.help)));
        }
    }
    lines
}

/// The bindings of a section. Neighbours that do the same share a line: "1 2 3 4 5 6  go to a tab".
fn entries(keys: &Keys, section: Section, tab: Tab) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let rows = keys.rows().iter().filter(|row| section.holds(row.binding.scope, tab) && !row.keys.is_empty());
    for Row { binding, keys } in rows {
        let keys = keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" ");
        match entries.last_mut() {
            Some(entry) if entry.help == binding.help => {
                // One action of two places has its keys once.
                if entry.keys != keys {
                    entry.keys.push(' ');
                    entry.keys.push_str(&keys);
                }
            }
            _ => entries.push(Entry { keys, hint: binding.hint, help: binding.help }),
        }
    }
    entries
}

/// Draws the list from line `scroll` on.
pub fn draw(app: &App, search: &str, scroll: usize, buffer: &mut Buffer, body: Rect) {
    let theme = app.theme;
    let lines = lines(&app.keys, app.tab, search);
    let scroll = scroll.min(lines.len().saturating_sub(room(body)));
    let last = (scroll + room(body)).min(lines.len());
    let remark = format!("{} to {last} of {}", (scroll + 1).min(last), lines.len());
    let area = panel::heading_with(buffer, body, "Keys", &remark, theme);
    let line = [("  search: ", Role::Dim), (search, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 0, &line, theme);
    let area = panel::below(area, 1);
    if lines.is_empty() {
        text::put(buffer, area, 1, 2, "No key does that.", Role::Dim, theme);
    }
    for (row, line) in lines.iter().skip(scroll).take(room(body)).enumerate() {
        let row = row as u16;
        match line {
            Line::Blank => {}
            Line::Heading(heading) => {
                text::put(buffer, area, row, 2, heading, Role::Title, theme);
            }
            Line::Keys(keys, help) => {
                text::put(buffer, area, row, 4, keys, Role::Accent, theme);
                text::put(buffer, area, row, 22, help, Role::Text, theme);
            }
        }
    }
}
