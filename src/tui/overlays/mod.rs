//! What opens above a tab: the list of keys, the derivations, the settings form, a picture on the whole screen.

pub mod form;
pub mod help;
pub mod palette;
pub mod picture;
pub mod settings;
pub mod subject;
pub mod theory;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::action::Command;
use super::app::{App, Overlay};
use super::layout;

pub use form::Form;
pub use palette::Palette;
pub use picture::Open;

/// Draws what is open, over the body.
pub fn draw(app: &App, buffer: &mut Buffer, body: Rect) {
    let Some(overlay) = &app.overlay else { return };
    Clear.render(body.intersection(buffer.area), buffer);
    match overlay {
        Overlay::Help { search, scroll } => help::draw(app, search, *scroll, buffer, body),
        Overlay::Theory { scroll } => theory::draw(app, *scroll, buffer, body),
        Overlay::Settings(form) => settings::draw(app, form, buffer, body),
        Overlay::Picture(open) => picture::draw(app, open, buffer, body),
        Overlay::Palette(open) => palette::draw(open, &app.keys, buffer, body, app.theme),
    }
}

/// A command that is meant for what is open.
pub fn command(app: &mut App, command: Command) {
    if command == Command::Back {
        app.overlay = match app.overlay.take() {
            Some(Overlay::Palette(palette)) => palette.beneath.map(|beneath| *beneath),
            _ => None,
        };
        return;
    }
    let body = layout::frame(app.size).body;
    match app.overlay.take() {
        Some(Overlay::Help { mut search, scroll }) => {
            if command == Command::Help {
                return;
            }
            if command == Command::Erase {
                search.pop();
            }
            let lines = help::lines(&app.keys, app.tab, &search).len();
            let scroll = scrolled(scroll, command, lines, help::room(body));
            app.overlay = Some(Overlay::Help { search, scroll });
        }
        Some(Overlay::Theory { scroll }) => {
            if command == Command::Theory {
                return;
            }
            let lines = theory::lines(app).len();
            app.overlay =
                Some(Overlay::Theory { scroll: scrolled(scroll, command, lines, theory::room(body)) });
        }
        Some(Overlay::Settings(mut form)) => {
            form.command(command);
            app.overlay = Some(Overlay::Settings(form));
        }
        Some(Overlay::Picture(mut open)) => {
            open.command(app, command);
            app.overlay = Some(Overlay::Picture(open));
        }
        Some(Overlay::Palette(mut palette)) => {
            palette.command(command, &app.keys, body);
            app.overlay = Some(Overlay::Palette(palette));
        }
        None => {}
    }
}

/// A character typed where text is taken.
pub fn insert(app: &mut App, c: char) {
    match &mut app.overlay {
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

/// The first visible line after a command, of `lines` with `room` visible.
fn scrolled(scroll: usize, command: Command, lines: usize, room: usize) -> usize {
    let page = room.saturating_sub(1).max(1);
    let last = lines.saturating_sub(room);
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
