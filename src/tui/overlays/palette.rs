//! The command palette: the actions of the key table, found by a few letters of their name, help or keys.
//!
//! It opens above a tab, a picture or a derivation, and offers what has a key there; what is chosen is done there.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Command;
use super::super::app::Overlay;
use super::super::keymap::{Key, Keys, Place};
use super::super::theme::{Role, Theme};
use super::super::widgets::{panel, text};

/// The open palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// Letters typed.
    pub search: String,
    /// Which of the actions found is selected.
    pub selected: usize,
    /// Where the actions are done.
    pub place: Place,
    /// What the palette lies over.
    pub beneath: Option<Box<Overlay>>,
}

/// An action of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What is done.
    pub command: Command,
    /// Its name in words: "next tab".
    pub name: String,
    /// What it does.
    pub help: &'static str,
    /// Its keys.
    pub keys: String,
}

impl Palette {
    /// A palette over `place`, where `beneath` is open.
    pub fn over(place: Place, beneath: Option<Overlay>) -> Self {
        Self { search: String::new(), selected: 0, place, beneath: beneath.map(Box::new) }
    }

    /// The actions found, the best match first.
    pub fn found(&self, keys: &Keys) -> Vec<Entry> {
        let entries = entries(keys, self.place);
        if self.search.trim().is_empty() {
            return entries;
        }
        let pattern = Pattern::new(&self.search, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
        let mut scored: Vec<(u32, Entry)> = entries
            .into_iter()
            .filter_map(|entry| {
                // A match in the name counts twice: that is what one remembers.
                let name = score(&entry.name).map(|score| 2 * score);
                let all = score(&format!("{} {} {}", entry.name, entry.help, entry.keys));
                Some((name.max(all)?, entry))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored.into_iter().map(|(_, entry)| entry).collect()
    }

    /// What is selected.
    pub fn chosen(&self, keys: &Keys) -> Option<Command> {
        let found = self.found(keys);
        found.get(self.selected.min(found.len().saturating_sub(1))).map(|entry| entry.command)
    }

    /// A key of the palette.
    pub fn command(&mut self, command: Command, keys: &Keys, body: Rect) {
        let (len, page) = (self.found(keys).len(), room(body));
        let at = self.selected.min(len.saturating_sub(1));
        self.selected = match command {
            Command::Up if at == 0 => len.saturating_sub(1),
            Command::Down if at + 1 >= len => 0,
            Command::Erase => {
                self.search.pop();
                0
            }
            Command::Up => at - 1,
            Command::Down => at + 1,
            Command::PageUp => at.saturating_sub(page),
            Command::PageDown => (at + page).min(len.saturating_sub(1)),
            Command::First => 0,
            Command::Last => len.saturating_sub(1),
            _ => at,
        };
    }

    /// The action under a cell of `body`.
    pub fn at(&self, keys: &Keys, body: Rect, y: u16) -> Option<usize> {
        let row = usize::from(y.checked_sub(body.y + HEAD)?);
        let len = self.found(keys).len();
        let index = self.first(len, body) + row;
        (row < room(body) && index < len).then_some(index)
    }

    /// The first action shown.
    fn first(&self, len: usize, body: Rect) -> usize {
        let selected = self.selected.min(len.saturating_sub(1));
        (selected + 1).saturating_sub(room(body))
    }
}

/// Lines above the list.
const HEAD: u16 = 2;

/// Actions visible at once.
fn room(body: Rect) -> usize {
    usize::from(body.height.saturating_sub(HEAD)).max(1)
}

/// The actions that have a key at `place`, in the order of the key table.
fn entries(keys: &Keys, place: Place) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in keys.covering(place).filter(|row| row.binding.command != Command::Palette) {
        let labels = row.keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" ");
        match entries.iter_mut().find(|entry| entry.command == row.binding.command) {
            Some(entry) => entry.keys = format!("{} {labels}", entry.keys).trim().to_owned(),
            None => entries.push(Entry {
                command: row.binding.command,
                name: row.binding.command.name().replace('-', " "),
                help: row.binding.help,
                keys: labels,
            }),
        }
    }
    entries
}

/// Draws the palette.
pub fn draw(palette: &Palette, keys: &Keys, buffer: &mut Buffer, body: Rect, theme: Theme) {
    let found = palette.found(keys);
    let remark = match found.len() {
        1 => "1 action".to_owned(),
        count => format!("{count} actions"),
    };
    let area = panel::heading_with(buffer, body, "Actions", &remark, theme);
    let line = [("  find: ", Role::Dim), (&*palette.search, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 0, &line, theme);
    let area = panel::below(area, 1);
    if found.is_empty() {
        text::put(buffer, area, 1, 2, "No action is called so.", Role::Dim, theme);
    }
    let selected = palette.selected.min(found.len().saturating_sub(1));
    let first = palette.first(found.len(), body);
    let name_width = 16;
    let keys_width = 12;
    for (row, (index, entry)) in found.iter().enumerate().skip(first).take(room(body)).enumerate() {
        let row = row as u16;
        let (mark, role) = if index == selected { ("▸", Role::Selected) } else { (" ", Role::Text) };
        text::put(buffer, area, row, 1, mark, Role::Accent, theme);
        text::put(buffer, area, row, 3, &format!("{:<1$}", entry.name, name_width - 1), role, theme);
        let keys = Rect { width: area.width.min(3 + name_width as u16 + keys_width), ..area };
        text::put(buffer, keys, row, 3 + name_width as u16, &entry.keys, Role::Accent, theme);
        text::put(buffer, area, row, 4 + name_width as u16 + keys_width, entry.help, Role::Dim, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::app::Tab;
    use super::*;

    fn names(search: &str) -> Vec<String> {
        let mut palette = Palette::over(Place::Tab(Tab::Fit), None);
        search.clone_into(&mut palette.search);
        palette.found(&Keys::default()).into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_few_letters_find_an_action() {
        assert_eq!(names("export")[0], "export");
        assert_eq!(names("gofit")[0], "go fit");
        assert_eq!(names("PAUSE")[0], "toggle pause");
        assert_eq!(names("nxtb")[0], "next tab");
        assert_eq!(names("figures.pdf")[0], "export", "the help is searched too");
        assert!(names("Ctrl-L").contains(&"redraw".to_owned()), "and the keys");
        assert!(names("zzzz").is_empty());
    }

    #[test]
    fn every_action_of_the_place_is_offered_once() {
        let all = names("");
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
        assert!(!all.contains(&"resample".to_owned()), "it has no key on this tab");
        assert!(all.contains(&"copy".to_owned()));
    }

    #[test]
    fn the_selection_goes_round_and_stays_inside() {
        let keys = Keys::default();
        let body = Rect::new(0, 1, 80, 12);
        let mut palette = Palette::over(Place::Tab(Tab::Fit), None);
        let last = palette.found(&keys).len() - 1;
        for (command, at) in [
            (Command::Up, last),
            (Command::Down, 0),
            (Command::Down, 1),
            (Command::PageDown, 11),
            (Command::PageUp, 1),
            (Command::Last, last),
            (Command::PageDown, last),
            (Command::First, 0),
            (Command::PageUp, 0),
        ] {
            palette.command(command, &keys, body);
            assert_eq!(palette.selected, at, "{command:?}");
        }
        assert_eq!(palette.at(&keys, body, 3), Some(0));
        assert_eq!(palette.at(&keys, body, 5), Some(2));
        assert_eq!(palette.at(&keys, body, 13), None);
        assert_eq!(palette.at(&keys, body, 0), None);
    }
}
