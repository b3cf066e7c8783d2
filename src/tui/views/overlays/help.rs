//! The list of keys: the key table, searched by the letters typed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::hits::{Hits, Scroll};
use crate::tui::keymap::{Binding, Key, KeyContext, Keys, Row};
use crate::tui::state::App;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A blank line.
    Blank,
    /// A heading: where the keys below it hold.
    Heading(String),
    /// Keys, and what they do; without keys the rest of that.
    Keys(String, String),
}

/// Keys that do the same.
struct Entry {
    keys: String,
    hint: &'static str,
    help: &'static str,
    /// Other words that find it.
    synonyms: String,
}

/// A part of the list.
#[derive(Debug, Clone, Copy)]
enum Section {
    /// The keys of the tab in front alone.
    Here,
    EveryTab,
    Picture,
    Settings,
    Theory,
    Help,
    Palette,
    Picker,
    Pair,
    List,
    Browser,
    /// The keys of another tab alone.
    Other(Tab),
}

impl Section {
    fn heading(self, tab: Tab) -> String {
        match self {
            Self::Here => format!("On this tab, {}", tab.title()),
            Self::EveryTab => "On every tab".into(),
            Self::Picture => "In a picture, full screen".into(),
            Self::Settings => "In the settings form".into(),
            Self::Theory => "In a derivation".into(),
            Self::Help => "In this list".into(),
            Self::Palette => "In the command palette".into(),
            Self::Picker => "In the list of components".into(),
            Self::Pair => "While law and map are typed".into(),
            Self::List => "In a list to choose from".into(),
            Self::Browser => "In the list of pictures of yours".into(),
            Self::Other(other) => format!("On {}", other.title()),
        }
    }

    /// Whether a binding stands in this part, for someone on `tab`, whose own bindings are `here`.
    fn holds(self, binding: &Binding, tab: Tab, here: &[Binding]) -> bool {
        match (self, binding.context) {
            (Self::Here, KeyContext::On(on)) => on == tab,
            (Self::Other(other), KeyContext::On(on)) => {
                on == other && !here.iter().any(|own| same(own, binding))
            }
            (Self::Here, KeyContext::Inpaint | KeyContext::MaskEditor) => tab == Tab::Restore,
            (Self::Other(other), KeyContext::Inpaint | KeyContext::MaskEditor) => {
                other == Tab::Restore && tab != other
            }
            (Self::EveryTab, KeyContext::Tabs | KeyContext::Study | KeyContext::Everywhere)
            | (Self::Picture, KeyContext::Picture)
            | (Self::Settings, KeyContext::Settings)
            | (Self::Theory, KeyContext::Text | KeyContext::Theory)
            | (Self::Help, KeyContext::Text | KeyContext::Help)
            | (Self::Palette, KeyContext::Palette)
            | (Self::Picker, KeyContext::Picker)
            | (Self::Pair, KeyContext::PairEditor)
            | (Self::List, KeyContext::List)
            | (Self::Browser, KeyContext::Browser) => true,
            _ => false,
        }
    }
}

/// Whether two bindings differ in their context alone.
fn same(one: &Binding, other: &Binding) -> bool {
    Binding { context: one.context, ..*other } == *one
}

/// Columns before what a key does.
const HELP: u16 = 22;

/// Lines visible at once in `body`, below the heading and the search.
fn room(app: &App, body: Rect) -> usize {
    usize::from(panel::inner(body, app.size).height.saturating_sub(1))
}

/// The list for someone on `tab`: all bindings whose keys, hint, help or heading contain `search`; what they do in lines of at most
/// `width` columns.
pub fn lines(keys: &Keys, tab: Tab, search: &str, width: u16) -> Vec<Line> {
    let needle = search.to_lowercase();
    let others = Tab::ALL.iter().copied().filter(|other| *other != tab).map(Section::Other);
    let fixed = [
        Section::Here,
        Section::EveryTab,
        Section::Picture,
        Section::Settings,
        Section::Theory,
        Section::Help,
        Section::Palette,
        Section::Picker,
        Section::Pair,
        Section::List,
        Section::Browser,
    ];
    let sections = fixed.into_iter().chain(others);
    let mut lines: Vec<Line> = Vec::new();
    for section in sections {
        let heading = section.heading(tab);
        let found = entries(keys, section, tab).into_iter().filter(|entry| {
            let Entry { keys, hint, help, synonyms } = entry;
            format!("{keys} {hint} {help} {heading} {synonyms}").to_lowercase().contains(&needle)
        });
        let mut found = found.peekable();
        if found.peek().is_some() {
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading(heading.clone()));
            for Entry { mut keys, help, .. } in found {
                let parts = text::wrapped(help, usize::from(width));
                lines.extend(parts.into_iter().map(|part| Line::Keys(std::mem::take(&mut keys), part)));
            }
        }
    }
    lines
}

/// The bindings of a section. Neighbours that do the same share a line: "1 2 3 4 5 6  show a tab".
fn entries(keys: &Keys, section: Section, tab: Tab) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let of_tab = |row: &&Row| row.binding.context == KeyContext::On(tab);
    let here: Vec<Binding> = keys.rows().iter().filter(of_tab).map(|row| row.binding).collect();
    let rows = keys.rows().iter();
    let rows = rows.filter(|row| section.holds(&row.binding, tab, &here) && !row.keys.is_empty());
    for Row { binding, keys } in rows {
        let keys = keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" ");
        match entries.last_mut() {
            Some(entry) if entry.help == binding.help => {
                entry.synonyms += binding.command.synonyms();
                // Keys that do the same in two contexts are listed once.
                if entry.keys != keys {
                    entry.keys.push(' ');
                    entry.keys.push_str(&keys);
                }
            }
            _ => {
                let synonyms = binding.command.synonyms().to_owned();
                entries.push(Entry { keys, hint: binding.hint, help: binding.help, synonyms });
            }
        }
    }
    entries
}

/// Draws the list from line `scroll` on.
pub fn draw(app: &App, search: &str, scroll: usize, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let width = panel::inner(body, app.size).width.saturating_sub(HELP);
    let lines = lines(&app.keys, app.tab, search, width);
    hits.scroll = Scroll { lines: lines.len(), room: room(app, body) };
    let scroll = scroll.min(lines.len().saturating_sub(room(app, body)));
    let last = (scroll + room(app, body)).min(lines.len());
    let remark = format!("{} to {last} of {}", (scroll + 1).min(last), lines.len());
    let area =
        Panel { title: "Keys", remark: &remark, focus: true, ..Panel::default() }.draw(buffer, body, theme);
    let line = [("  search: ", Role::Dim), (search, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 0, &line, theme);
    let area = panel::below(area, 1);
    if lines.is_empty() {
        text::put(buffer, area, 1, 2, "No key matches.", Role::Dim, theme);
    }
    for (row, line) in lines.iter().skip(scroll).take(room(app, body)).enumerate() {
        let row = row as u16;
        match line {
            Line::Blank => {}
            Line::Heading(heading) => {
                text::put(buffer, area, row, 2, heading, Role::Title, theme);
            }
            Line::Keys(keys, help) => {
                text::put(buffer, area, row, 4, keys, Role::Accent, theme);
                text::put(buffer, area, row, HELP, help, Role::Text, theme);
            }
        }
    }
}
