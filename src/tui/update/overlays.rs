//! Commands and text for what is open above the tabs.

use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::{Hits, Scroll};
use crate::tui::state::App;
use crate::tui::state::form::Form;
use crate::tui::state::overlay::{Listed, Overlay, Picker};
use crate::tui::tab::Tab;
use crate::tui::views::overlays::{list, palette, picker};

impl App {
    /// A command for what is open.
    pub(super) fn overlay_command(&mut self, command: Command, hits: &Hits) {
        match self.overlay.take() {
            Some(Overlay::Palette(palette)) if command == Command::Back => {
                self.overlay = palette.beneath.map(|beneath| *beneath);
            }
            Some(Overlay::Help { .. }) if command == Command::Help => {}
            Some(Overlay::Theory { .. }) if command == Command::Theory => {}
            _ if command == Command::Back => {}
            Some(Overlay::Help { mut search, scroll }) => {
                // Without anything to delete it scrolls, as in less.
                let command = match command {
                    Command::EraseAll if search.is_empty() => Command::PageUp,
                    other => other,
                };
                match command {
                    Command::Erase => drop(search.pop()),
                    Command::EraseAll => search.clear(),
                    _ => {}
                }
                self.overlay = Some(Overlay::Help { search, scroll: scrolled(scroll, command, hits.scroll) });
            }
            Some(Overlay::Theory { scroll }) => {
                self.overlay = Some(Overlay::Theory { scroll: scrolled(scroll, command, hits.scroll) });
            }
            Some(Overlay::Settings(mut form)) => {
                form.command(command);
                self.overlay = Some(Overlay::Settings(form));
            }
            Some(Overlay::Picture(mut open)) => {
                self.picture_command(&mut open, command, hits);
                self.overlay = Some(Overlay::Picture(open));
            }
            Some(Overlay::Palette(mut palette)) => {
                let found = palette::found(&palette, &self.keys).len();
                list_command(&mut palette.search, &mut palette.selected, command, found, hits.scroll.room);
                self.overlay = Some(Overlay::Palette(palette));
            }
            Some(Overlay::Picker(mut picker)) => {
                let Picker { typed, selected } = &mut picker;
                list_command(typed, selected, command, picker::found(self, typed).len(), hits.scroll.room);
                self.overlay = Some(Overlay::Picker(picker));
            }
            Some(Overlay::List(mut list)) => {
                let (len, room) = (list::len(list.of), hits.scroll.room);
                list_command(&mut String::new(), &mut list.selected, command, len, room);
                self.overlay = Some(Overlay::List(list));
            }
            Some(Overlay::Browser(mut browser)) => {
                let (len, room) = (browser.found().len(), hits.scroll.room);
                list_command(&mut browser.typed, &mut browser.selected, command, len, room);
                self.overlay = Some(Overlay::Browser(browser));
            }
            None => {}
        }
    }

    /// Opens the list of components, where there are any.
    pub(super) fn open_picker(&mut self) {
        let typed = String::new();
        let entries = picker::found(self, &typed);
        let shown = match self.tab {
            Tab::Samples => self.samples.wanted.component,
            _ => Some(self.component()),
        };
        match entries.iter().position(|entry| *entry == shown) {
            Some(selected) => self.overlay = Some(Overlay::Picker(Picker { typed, selected })),
            None => self.info("there are no components yet"),
        }
    }

    /// Closes the list of components, and shows the one selected.
    fn apply_picker(&mut self) {
        let Some(Overlay::Picker(Picker { typed, selected })) = self.overlay.take() else { return };
        let entries = picker::found(self, &typed);
        let Some(&chosen) = entries.get(selected.min(entries.len().saturating_sub(1))) else { return };
        match (self.tab, chosen) {
            (Tab::Samples, chosen) => self.show_samples_of(chosen.map_or(0, |k| k + 1)),
            (_, Some(k)) => self.cursors.component = k,
            (_, None) => {}
        }
    }

    /// A character typed.
    pub(super) fn insert(&mut self, c: char) {
        if self.overlay.is_none() && self.editing_pair() {
            return self.type_pair(c);
        }
        match &mut self.overlay {
            // As in less, a slash begins the search, which has begun.
            Some(Overlay::Help { search, .. }) if c == '/' && search.is_empty() => {}
            Some(Overlay::Help { search, scroll }) => {
                search.push(c);
                *scroll = 0;
            }
            Some(Overlay::Settings(form)) => form.insert(c),
            Some(Overlay::Palette(palette)) => {
                palette.search.push(c);
                palette.selected = 0;
            }
            // Nothing else is in the number of a component.
            Some(Overlay::Picker(picker)) if c.is_ascii_digit() => {
                picker.typed.push(c);
                picker.selected = 0;
            }
            Some(Overlay::Browser(browser)) => {
                browser.typed.push(c);
                browser.selected = 0;
            }
            _ => {}
        }
    }

    pub(super) fn open_settings(&mut self) {
        self.overlay = Some(Overlay::Settings(Form::new(self.outcome.settings.clone())));
    }

    /// Confirms what is open: the palette or the form.
    pub(super) fn apply(&mut self, hits: &Hits) -> Vec<Effect> {
        match self.overlay {
            Some(Overlay::Palette(_)) => {
                let Some((tab, command)) = self.close_palette() else { return Vec::new() };
                if let Some(tab) = tab {
                    // Nothing is in view there yet.
                    self.tab = tab;
                    return self.command(command, &Hits::default());
                }
                // The action is carried out where the palette was opened.
                self.command(command, hits.beneath.as_deref().unwrap_or(&Hits::default()))
            }
            Some(Overlay::Picker(_)) => {
                self.apply_picker();
                Vec::new()
            }
            Some(Overlay::Browser(_)) => self.open_chosen(),
            Some(Overlay::List(list)) => {
                self.overlay = None;
                match list.of {
                    Listed::Experiments => return self.run_experiment(list.selected),
                    Listed::Pairs => self.choose_pair(list.selected),
                }
                Vec::new()
            }
            _ => self.apply_form(),
        }
    }

    /// Closes the palette; the action selected in it.
    fn close_palette(&mut self) -> Option<(Option<Tab>, Command)> {
        let Some(Overlay::Palette(open)) = self.overlay.take() else { return None };
        let chosen = palette::chosen(&open, &self.keys);
        self.overlay = open.beneath.map(|beneath| *beneath);
        chosen
    }
}

/// Moves the selection among `len` lines, of which `room` are visible, or deletes of the search; the selection wraps around
/// line by line.
fn list_command(search: &mut String, selected: &mut usize, command: Command, len: usize, room: usize) {
    let last = len.saturating_sub(1);
    let at = (*selected).min(last);
    *selected = match command {
        Command::Up if at == 0 => last,
        Command::Down if at == last => 0,
        Command::Erase => {
            search.pop();
            0
        }
        Command::EraseAll => {
            search.clear();
            0
        }
        Command::Up => at - 1,
        Command::Down => at + 1,
        Command::PageUp => at.saturating_sub(room),
        Command::PageDown => (at + room).min(last),
        Command::First => 0,
        Command::Last => last,
        _ => at,
    };
}

/// The first visible line after a command.
fn scrolled(scroll: usize, command: Command, Scroll { lines, room }: Scroll) -> usize {
    let page = room.saturating_sub(1).max(1);
    let last = lines.saturating_sub(room);
    let scroll = scroll.min(last);
    let to = match command {
        Command::Up => scroll.saturating_sub(1),
        Command::Down => scroll + 1,
        Command::PageUp => scroll.saturating_sub(page),
        Command::PageDown => scroll + page,
        Command::First => 0,
        Command::Last => last,
        _ => scroll,
    };
    to.min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_wraps_around_and_stays_inside() {
        let (mut search, mut selected) = (String::new(), 0);
        for (command, at) in [
            (Command::Up, 35),
            (Command::Down, 0),
            (Command::Down, 1),
            (Command::PageDown, 11),
            (Command::PageUp, 1),
            (Command::Last, 35),
            (Command::PageDown, 35),
            (Command::First, 0),
            (Command::PageUp, 0),
        ] {
            list_command(&mut search, &mut selected, command, 36, 10);
            assert_eq!(selected, at, "{command:?}");
        }
        list_command(&mut search, &mut selected, Command::Down, 0, 10);
        assert_eq!(selected, 0);
    }
}
