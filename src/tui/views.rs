//! The whole screen, as a function of the state into a buffer, with a note in [`Hits`] of what was put where.

mod about;
pub mod copy;
mod experiment;
pub mod frame;
pub mod overlays;
pub mod pictures;
pub mod table;
pub mod tabs;
pub mod widgets;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::Hint;
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::state::overlay::Overlay;
use crate::tui::state::status::Tone;
use crate::tui::tab::Tab;
use crate::tui::theme::{Glyphs, Role, fold_char};
use widgets::{progress, text};

/// Draws the dashboard over all of `buffer`.
pub fn draw(app: &App, buffer: &mut Buffer) -> Hits {
    let mut hits = Hits::of(app);
    let size = (buffer.area.width, buffer.area.height);
    if frame::too_small(size) {
        draw_too_small(app, buffer);
    } else {
        let frame = frame::frame(size);
        about::draw(app, buffer, frame.about);
        draw_tabs(app, buffer, frame.tabs, &mut hits);
        draw_body(app, app.overlay.as_ref(), buffer, frame.body, &mut hits);
        draw_status(app, buffer, frame.status);
        draw_hints(app, buffer, frame.hints, &mut hits);
    }
    if app.theme.glyphs == Glyphs::Ascii {
        fold(buffer);
    }
    hits
}

/// What a frame of `app` would put where, without one.
pub fn hits(app: &App) -> Hits {
    draw(app, &mut Buffer::empty(Rect::new(0, 0, app.size.0, app.size.1)))
}

/// Draws the tab in front, or what is open above it.
fn draw_body(app: &App, overlay: Option<&Overlay>, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    match overlay {
        None => {
            let body = experiment::draw(app, buffer, body);
            (tabs::spec(app.tab).draw)(app, buffer, body, hits);
        }
        Some(overlay) => {
            if let Overlay::Palette(palette) = overlay {
                let mut beneath = Hits::default();
                draw_body(app, palette.beneath.as_deref(), buffer, body, &mut beneath);
                hits.beneath = Some(Box::new(beneath));
            }
            overlays::draw(app, overlay, buffer, body, hits);
        }
    }
}

fn draw_too_small(app: &App, buffer: &mut Buffer) {
    let area = buffer.area;
    let (width, height) = frame::LEAST;
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

fn draw_tabs(app: &App, buffer: &mut Buffer, line: Rect, hits: &mut Hits) {
    for (tab, rect) in frame::tab_rects(line) {
        hits.note(rect, Target::Tab(tab));
        let (mark, role) = progress::state(&app.outcome, tabs::spec(tab).stage).mark();
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
        None if app.exporting.is_some() => Some(("exporting …", Role::Warning)),
        None if app.playing => Some(("replay", Role::Warning)),
        None => None,
    };
    // The message takes precedence over the progress, which is cut where they meet.
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

/// What the footer names on every screen that has room for it.
const KEPT: [Command; 2] = [Command::Help, Command::Quit];

/// The footer: what the keys do here, as far as there is room. Each key can be clicked.
fn draw_hints(app: &App, buffer: &mut Buffer, line: Rect, hits: &mut Hits) {
    let is_paused = app.outcome.status.is_paused();
    let word = |hint: &Hint| if hint.text == "pause" && is_paused { "resume" } else { hint.text };
    let width = |hint: &Hint| {
        let keys: u16 = hint.keys.iter().map(|(key, _)| text::width(key, app.theme) + 1).sum();
        keys + text::width(word(hint), app.theme) + 2
    };
    let is_kept = |hint: &Hint| hint.keys.iter().any(|(_, command)| KEPT.contains(command));
    let hints = app.keys.hints(app.focus(), |command| offered(app, command));
    let mut kept: u16 = hints.iter().filter(|hint| is_kept(hint)).map(width).sum();
    let (mut column, mut is_full) = (0, false);
    for hint in hints {
        if is_kept(&hint) {
            kept -= width(&hint);
        } else {
            is_full |= column + width(&hint) + kept > line.width + 2;
        }
        if is_full && !is_kept(&hint) || column + width(&hint) > line.width + 2 {
            continue;
        }
        let word = word(&hint);
        for (at, (key, command)) in hint.keys.iter().enumerate() {
            let begin = column;
            column = text::put(buffer, line, 0, column, key, Role::Accent, app.theme) + 1;
            if at + 1 == hint.keys.len() {
                column = text::put(buffer, line, 0, column, word, Role::Text, app.theme) + 1;
            }
            hits.note(Rect { x: line.x + begin, width: column - begin, ..line }, Target::Command(*command));
        }
        column += 1;
    }
}

/// Whether a command would do something now, so that the footer names it.
fn offered(app: &App, command: Command) -> bool {
    match command {
        Command::TogglePause => app.running(),
        Command::Step => app.running() && app.outcome.status.is_paused(),
        Command::Generalise => app.overfits(),
        Command::Play => app.outcome.em.history.len() > 1,
        Command::Resample
        | Command::CycleView
        | Command::PreviousObservation
        | Command::NextObservation
        | Command::Less
        | Command::More
        | Command::LessNoise
        | Command::MoreNoise
            if app.tab == Tab::Restore =>
        {
            app.inpaint.editor.is_some()
        }
        Command::CycleView => tabs::has_views(app),
        Command::Resample | Command::CycleComponent | Command::PreviousComponent => {
            app.outcome.samples.is_some()
        }
        Command::PixelLeft | Command::PixelRight | Command::PixelUp | Command::PixelDown => {
            app.cursors.covariance == CovarianceView::Row
        }
        Command::PickComponent => app.outcome.fit.is_some() || app.iteration().is_some(),
        Command::Open | Command::Mark | Command::Sort | Command::DeleteRun if app.tab == Tab::Runs => {
            !app.runs.entries.is_empty()
        }
        Command::Open => tabs::selected(app).and_then(|subject| pictures::size(app, subject)).is_some(),
        _ => true,
    }
}

/// Replaces every character that is not ASCII by one that resembles it.
fn fold(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let like = cell.symbol().chars().next().map_or(' ', fold_char);
            cell.set_char(like);
        }
    }
}
