//! The command palette: the actions of the key table, found by a few letters of their name, help or keys.
//!
//! It opens above a tab, a picture or a derivation, and offers the actions that have a key there; a search above a tab finds
//! those of other tabs too.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::study::{EXPERIMENTS, Experiment};
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Scroll, Target};
use crate::tui::keymap::{Focus, Key, KeyContext, Keys};
use crate::tui::state::overlay::Palette;
use crate::tui::tab::Tab;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// An action of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The tab that it is done on, if that is not in front.
    pub tab: Option<Tab>,
    /// What is done.
    pub command: Command,
    /// Its name in words: "next tab".
    pub name: String,
    /// What it does.
    pub help: String,
    /// Its keys.
    pub keys: String,
}

/// The actions found, the best match first.
pub fn found(palette: &Palette, keys: &Keys) -> Vec<Entry> {
    let entries = entries(keys, palette.focus);
    if palette.search.trim().is_empty() {
        return entries;
    }
    let entries = entries.into_iter().chain(elsewhere(keys, palette.focus)).chain(experiments(palette.focus));
    let pattern = Pattern::new(&palette.search, CaseMatching::Ignore, Normalization::Never, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
    let mut scored: Vec<(u32, Entry)> = entries
        .filter_map(|entry| {
            // A match in the name counts twice.
            let name = score(&entry.name).map(|score| 2 * score);
            let all = score(&format!("{} {} {}", entry.name, entry.help, entry.keys));
            let words = entry.command.synonyms();
            let synonym = words.split(' ').filter_map(&mut score).max();
            // Another tab's action comes after an equal one of this tab.
            let found = name.max(all).max(synonym)?;
            Some((2 * found - u32::from(entry.tab.is_some()), entry))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, entry)| entry).collect()
}

/// The action selected, and the tab that it is done on, if that is not in front.
pub fn chosen(palette: &Palette, keys: &Keys) -> Option<(Option<Tab>, Command)> {
    let found = found(palette, keys);
    let selected = found.get(palette.selected.min(found.len().saturating_sub(1)));
    selected.map(|entry| (entry.tab, entry.command))
}

/// The experiments, for someone on a tab.
fn experiments(focus: Focus) -> Vec<Entry> {
    if !matches!(focus, Focus::Tab(_)) {
        return Vec::new();
    }
    let entry = |(index, experiment): (usize, &Experiment)| Entry {
        tab: None,
        command: Command::Experiment(index),
        name: experiment.name.replace('-', " "),
        help: format!("experiment: {}", experiment.title),
        keys: String::new(),
    };
    EXPERIMENTS.iter().enumerate().map(entry).collect()
}

/// The actions of other tabs alone, for someone on a tab: not the arrow keys, which act on what is in view.
fn elsewhere(keys: &Keys, focus: Focus) -> Vec<Entry> {
    let Focus::Tab(front) = focus else { return Vec::new() };
    let mut entries: Vec<Entry> = Vec::new();
    for &tab in Tab::ALL.iter().filter(|tab| **tab != front) {
        let other = Focus::Tab(tab);
        let own = |context: KeyContext| context.covers(other) && !context.covers(focus);
        for row in keys.covering(other).filter(|row| own(row.binding.context) && !row.keys.is_empty()) {
            let command = row.binding.command;
            let moves = matches!(command, Command::Left | Command::Right | Command::Up | Command::Down);
            if moves || entries.iter().any(|entry| entry.tab == Some(tab) && entry.command == command) {
                continue;
            }
            entries.push(Entry {
                tab: Some(tab),
                command,
                name: command.name().replace('-', " "),
                help: format!("on {}: {}", tab.title(), row.binding.help),
                keys: row.keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" "),
            });
        }
    }
    entries
}

/// The actions that have a key at `focus`, in the order of the key table.
fn entries(keys: &Keys, focus: Focus) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for row in keys.covering(focus).filter(|row| row.binding.command != Command::Palette) {
        let labels = row.keys.iter().map(|key| Key::label(*key)).collect::<Vec<_>>().join(" ");
        match entries.iter_mut().find(|entry| entry.command == row.binding.command) {
            Some(entry) => entry.keys = format!("{} {labels}", entry.keys).trim().to_owned(),
            None => entries.push(Entry {
                tab: None,
                command: row.binding.command,
                name: row.binding.command.name().replace('-', " "),
                help: row.binding.help.to_owned(),
                keys: labels,
            }),
        }
    }
    entries
}

/// Columns of the name of an action, and of its keys, at most.
const NAME: u16 = 22;
const KEYS: u16 = 18;

/// Draws the palette.
pub fn draw(palette: &Palette, keys: &Keys, buffer: &mut Buffer, body: Rect, theme: Theme, hits: &mut Hits) {
    let found = found(palette, keys);
    let remark = match found.len() {
        1 => "1 action".to_owned(),
        count => format!("{count} actions"),
    };
    let area = Panel { title: "Actions", remark: &remark, focus: true, ..Panel::default() }
        .draw(buffer, body, theme);
    let line = [("  find: ", Role::Dim), (&*palette.search, Role::Accent), ("▏", Role::Dim)];
    text::pieces(buffer, area, 0, &line, theme);
    let area = panel::below(area, 1);
    if found.is_empty() {
        text::put(buffer, area, 1, 2, "No action matches.", Role::Dim, theme);
    }
    let selected = palette.selected.min(found.len().saturating_sub(1));
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text::width(text, theme) + 1).max();
    let name = widest(&mut found.iter().map(|entry| &*entry.name)).unwrap_or(0).min(NAME);
    let keys = widest(&mut found.iter().map(|entry| &*entry.keys)).unwrap_or(0).min(KEYS);
    let help = 4 + name + keys;
    // Where what an action does is cut in its line, it stands below the list.
    let cut = |entry: &Entry| text::width(&entry.help, theme) + help > area.width;
    let note = if found.iter().any(cut) { 2.min(area.height / 4) } else { 0 };
    let (area, below) = panel::split_top(area, area.height - note);
    if let Some(entry) = found.get(selected).filter(|_| note > 0) {
        let lines = text::wrapped(&entry.help, usize::from(below.width.saturating_sub(4)));
        for (row, line) in lines.iter().take(usize::from(note)).enumerate() {
            text::put(buffer, below, row as u16, 3, line, Role::Accent, theme);
        }
    }
    let room = usize::from(area.height).max(1);
    hits.scroll = Scroll { lines: found.len(), room };
    let first = (selected + 1).saturating_sub(room);
    for (row, (index, entry)) in found.iter().enumerate().skip(first).take(room).enumerate() {
        let row = row as u16;
        hits.note(Rect { height: 1, ..panel::below(area, row) }, Target::Line(index));
        let (mark, role) = if index == selected { ("▸", Role::Selected) } else { (" ", Role::Text) };
        text::put(buffer, area, row, 1, mark, Role::Accent, theme);
        let until = |column: u16| Rect { width: area.width.min(column), ..area };
        let padded = format!("{:<1$}", entry.name, usize::from(name.saturating_sub(1)));
        text::put(buffer, until(2 + name), row, 3, &padded, role, theme);
        text::put(buffer, until(3 + name + keys), row, 3 + name, &entry.keys, Role::Accent, theme);
        text::put(buffer, area, row, help, &entry.help, Role::Dim, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(search: &str) -> Vec<String> {
        let mut palette = Palette::over(Focus::Tab(Tab::Fit), None);
        search.clone_into(&mut palette.search);
        found(&palette, &Keys::default()).into_iter().map(|entry| entry.name).collect()
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
    fn words_that_people_use_find_an_action_on_every_tab() {
        let first = |search: &str| {
            let mut palette = Palette::over(Focus::Tab(Tab::Fit), None);
            search.clone_into(&mut palette.search);
            let found = found(&palette, &Keys::default());
            found.into_iter().map(|entry| (entry.tab, entry.command)).collect::<Vec<_>>()
        };
        assert!(first("save").contains(&(None, Command::Export)));
        assert!(first("mask").contains(&(Some(Tab::Restore), Command::NextMask)));
        assert!(first("labels").contains(&(None, Command::Go(Tab::Data))));
        assert!(first("eigenvectors").contains(&(None, Command::Go(Tab::Components))));
        assert_eq!(first("exit")[0], (None, Command::Quit));
    }

    #[test]
    fn every_action_of_the_focus_is_offered_once() {
        let all = names("");
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
        assert!(!all.contains(&"resample".to_owned()), "it has no key on this tab");
        assert!(all.contains(&"copy".to_owned()));
    }
}
