//! The whole screen from the state: a pure function into a buffer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, Tone};
use super::theme::{Glyphs, Role, fold_char};
use super::widgets::{progress, text};
use super::{layout, overlays, tabs};

/// Draws the dashboard over all of `buffer`.
pub fn draw(app: &App, buffer: &mut Buffer) {
    let area = buffer.area;
    let size = (area.width, area.height);
    if layout::too_small(size) {
        draw_too_small(app, buffer);
    } else {
        let frame = layout::frame(size);
        draw_tabs(app, buffer, frame.tabs);
        match &app.overlay {
            None => tabs::draw(app, buffer, frame.body),
            Some(_) => overlays::draw(app, buffer, frame.body),
        }
        draw_status(app, buffer, frame.status);
        draw_hints(app, buffer, frame.hints);
    }
    if app.theme.glyphs == Glyphs::Ascii {
        fold(buffer);
    }
}

fn draw_too_small(app: &App, buffer: &mut Buffer) {
    let area = buffer.area;
    let (width, height) = layout::LEAST;
    let lines = [
        format!("{} x {}: too small", area.width, area.height),
        format!("needs {width} x {height}"),
        "q quits".to_owned(),
    ];
    let top = area.height.saturating_sub(lines.len() as u16) / 2;
    for (row, line) in lines.iter().enumerate() {
        text::center(buffer, area, top + row as u16, line, Role::Text, app.theme);
    }
}

fn draw_tabs(app: &App, buffer: &mut Buffer, line: Rect) {
    for (tab, rect) in layout::tab_rects(line) {
        let (mark, role) = progress::state(&app.outcome, tabs::stage(tab)).mark();
        let (number, title) =
            if tab == app.tab { (Role::Selected, Role::Selected) } else { (Role::Accent, Role::Text) };
        let room = Rect { width: rect.width.saturating_sub(1), ..rect };
        let name: String = tab.title().chars().take(usize::from(rect.width.saturating_sub(5))).collect();
        let pieces = [
            (&*format!("{}", tab.index() + 1), number),
            (&*format!(" {name}"), title),
            (" ", Role::Text),
            (mark, role),
        ];
        text::pieces(buffer, room, 0, &pieces, app.theme);
    }
}

fn draw_status(app: &App, buffer: &mut Buffer, line: Rect) {
    let message = match &app.status {
        Some(status) => Some((
            status.text.as_str(),
            match status.tone {
                Tone::Info => Role::Warning,
                Tone::Good => Role::Good,
                Tone::Bad => Role::Bad,
            },
        )),
        None if app.exporting => Some(("exporting …", Role::Warning)),
        None if app.playing => Some(("replay", Role::Warning)),
        None => None,
    };
    // The message counts more than the progress, which is cut where they meet.
    let taken = message.map_or(0, |(message, _)| text::width(message, app.theme) + 2);
    let pieces = progress::line(&app.outcome);
    let pieces: Vec<(&str, Role)> = pieces.iter().map(|(piece, role)| (piece.as_str(), *role)).collect();
    let room = Rect { width: line.width.saturating_sub(taken), ..line };
    let needed: u16 = pieces.iter().map(|(piece, _)| text::width(piece, app.theme)).sum();
    text::pieces(buffer, room, 0, &pieces, app.theme);
    if let (true, Some(last)) = (needed > room.width, room.width.checked_sub(1)) {
        text::put(buffer, room, 0, last, "…", Role::Dim, app.theme);
    }
    if let Some((message, role)) = message {
        text::right(buffer, line, 0, message, role, app.theme);
    }
}

fn draw_hints(app: &App, buffer: &mut Buffer, line: Rect) {
    let mut column = 0;
    for hint in app.keys.hints(app.place(), |command| app.offers(command)) {
        let word = if hint.text == "pause" && app.outcome.status.is_paused() { "go on" } else { hint.text };
        let width = text::width(&hint.keys, app.theme) + text::width(word, app.theme) + 1;
        if column + width > line.width {
            break;
        }
        column = text::put(buffer, line, 0, column, &hint.keys, Role::Accent, app.theme);
        column = text::put(buffer, line, 0, column + 1, word, Role::Dim, app.theme) + 2;
    }
}

/// Whatever is not ASCII yet becomes a character like it, of one cell.
fn fold(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let like = cell.symbol().chars().next().map_or(' ', fold_char);
            cell.set_char(like);
        }
    }
}
