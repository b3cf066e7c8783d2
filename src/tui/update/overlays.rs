//! Commands and text for what is open above the tabs.

use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::{Hits, Scroll};
use crate::tui::state::App;
use crate::tui::state::form::Form;
use crate::tui::state::overlay::{Overlay, Palette};
use crate::tui::tab::Tab;
use crate::tui::views::overlays::palette;

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
                palette_command(&mut palette, command, found, hits.scroll.room);
                self.overlay = Some(Overlay::Palette(palette));
            }
            None => {}
        }
    }

    /// A character typed.
    pub(super) fn insert(&mut self, c: char) {
        match &mut self.overlay {
            Some(Overlay::Help { search, scroll }) => {
                search.push(c);
                *scroll = 0;
            }
            Some(Overlay::Settings(form)) => form.insert(c),
            Some(Overlay::Palette(palette)) => {
                palette.search.push(c);
                palette.selected = 0;
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

/// Moves the selection among `len` actions, of which `room` are visible; it wraps around line by line.
fn palette_command(palette: &mut Palette, command: Command, len: usize, room: usize) {
    let last = len.saturating_sub(1);
    let at = palette.selected.min(last);
    palette.selected = match command {
        Command::Up if at == 0 => last,
        Command::Down if at == last => 0,
        Command::Erase => {
            palette.search.pop();
            0
        }
        Command::EraseAll => {
            palette.search.clear();
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
    use crate::tui::keymap::Focus;

    #[test]
    fn the_selection_wraps_around_and_stays_inside() {
        let mut palette = Palette::over(Focus::Theory, None);
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
            palette_command(&mut palette, command, 36, 10);
            assert_eq!(palette.selected, at, "{command:?}");
        }
        palette_command(&mut palette, Command::Down, 0, 10);
        assert_eq!(palette.selected, 0);
    }
}
