//! The list of keys, out of the key table. Letters typed search it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::keymap::{KEYMAP, Key, Scope};
use super::super::theme::{Role, Theme};
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

/// Keys that do one thing in one scope.
struct Entry {
    keys: String,
    hint: &'static str,
    help: &'static str,
    scope: String,
}

/// Lines visible at once in `body`: without the heading and the search.
pub fn room(body: Rect) -> usize {
    usize::from(body.height.saturating_sub(2))
}

/// The list: all bindings whose keys, help or scope contain `search`.
pub fn lines(search: &str) -> Vec<Line> {
    let needle = search.to_lowercase();
    let mut lines: Vec<Line> = Vec::new();
    let scopes: [fn(Scope) -> bool; 7] = [
        |scope| scope == Scope::Tabs,
        |scope| scope == Scope::Everywhere,
        |scope| matches!(scope, Scope::On(_)),
        |scope| scope == Scope::Picture,
        |scope| scope == Scope::Settings,
        |scope| matches!(scope, Scope::Text | Scope::Theory),
        |scope| scope == Scope::Help,
    ];
    for belongs in scopes {
        let mut group: Vec<Entry> = Vec::new();
        for binding in KEYMAP.iter().filter(|binding| belongs(binding.scope)) {
            let keys = binding.keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" ");
            let scope = match binding.scope {
                Scope::On(tabs) => tabs.iter().map(|tab| tab.title()).collect::<Vec<_>>().join(", "),
                other => other.heading().to_owned(),
            };
            // Neighbours that do the same share a line: "1 2 3 4 5 6  go to a tab".
            match group.last_mut() {
                Some(entry) if entry.help == binding.help && entry.scope == scope => {
                    entry.keys.push(' ');
                    entry.keys.push_str(&keys);
                }
                _ => group.push(Entry { keys, hint: binding.hint, help: binding.help, scope }),
            }
        }
        let mut heading = String::new();
        for Entry { keys, hint, help, scope } in group {
            let haystack = format!("{keys} {hint} {help} {scope}").to_lowercase();
            if !haystack.contains(&needle) {
                continue;
            }
            if heading != scope {
                if !lines.is_empty() {
                    lines.push(Line::Blank);
                }
                lines.push(Line::Heading(scope.clone()));
                heading = scope;
            }
            lines.push(Line::Keys(keys, help));
        }
    }
    lines
}

/// Draws the list from line `scroll` on.
pub fn draw(search: &str, scroll: usize, buffer: &mut Buffer, body: Rect, theme: Theme) {
    let lines = lines(search);
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
