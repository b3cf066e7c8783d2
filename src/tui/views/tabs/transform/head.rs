//! Law, map and z: one line, or a line each while they are typed, with a mistake marked under its place.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::state::App;
use crate::tui::state::transform::{Editor, Field};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::text;

/// Lines that it takes.
pub fn height(app: &App) -> u16 {
    // While typing: law, map, z, and two below the line that is edited, for a mistake.
    if app.transform.editor.is_some() { 5 } else { 1 }
}

/// The names of the lines, all as wide as the widest.
fn name(field: Field) -> &'static str {
    match field {
        Field::Law => "   X ~ ",
        Field::Map => "f(x) = ",
        Field::Z => "   z = ",
    }
}

/// Columns of the names.
const NAME: u16 = 9;

/// Draws it.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    match &app.transform.editor {
        Some(editor) => draw_editor(app, editor, buffer, area),
        None => draw_line(app, buffer, area),
    }
}

fn draw_line(app: &App, buffer: &mut Buffer, area: Rect) {
    let settings = &app.outcome.settings;
    let pair = app.transform.wanted.as_ref();
    let (law, map) =
        pair.map_or((settings.law.text(), settings.map.text()), |(law, map)| (law.text(), map.text()));
    let z = app.z_text();
    let pieces = [
        ("  X ~ ", Role::Dim),
        (law, Role::Accent),
        ("   Z = f(X), f(x) = ", Role::Dim),
        (map, Role::Accent),
        ("   z = ", Role::Dim),
        (&*z, Role::Cursor),
    ];
    let end = text::pieces(buffer, area, 0, &pieces, app.theme);
    let hint = "Enter types another, p lists twenty";
    if end + text::width(hint, app.theme) + 4 <= area.width {
        text::right(buffer, Rect { width: area.width - 1, ..area }, 0, hint, Role::Dim, app.theme);
    }
}

fn draw_editor(app: &App, editor: &Editor, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let mut row = 0;
    for field in Field::ALL {
        let (edited, fault) = (editor.field == field, editor.fault(field));
        let role = match (&fault, edited) {
            (Some(_), _) => Role::Bad,
            (None, true) => Role::Accent,
            (None, false) => Role::Text,
        };
        text::put(buffer, area, row, 0, if edited { "▸" } else { " " }, Role::Accent, theme);
        text::put(buffer, area, row, 2, name(field), Role::Dim, theme);
        // Of a long text, the part around the caret is shown.
        let room = usize::from(area.width.saturating_sub(NAME + 2));
        let hidden = if edited { editor.caret.saturating_sub(room.saturating_sub(1)) } else { 0 };
        let shown: String = editor.text(field).chars().skip(hidden).take(room).collect();
        text::put(buffer, area, row, NAME, &shown, role, theme);
        if edited {
            draw_caret(buffer, area, row, NAME + (editor.caret - hidden) as u16, theme);
        }
        row += 1;
        if edited {
            let (at, words) = match &fault {
                Some(fault) => (fault.position.saturating_sub(hidden), fault.message.as_str()),
                None => (0, ""),
            };
            if fault.is_some() {
                let at = NAME + (at as u16).min(room as u16);
                text::put(buffer, area, row, at, "^", Role::Bad, theme);
                // The words stand beside the caret where they fit, else from the left.
                let beside = at + 2 + text::width(words, theme) <= area.width;
                let (line, column) = if beside { (row, at + 2) } else { (row + 1, NAME.min(area.width)) };
                text::put(buffer, area, line, column, words, Role::Bad, theme);
            }
            row += 2;
        }
    }
}

/// The caret: its cell reversed.
fn draw_caret(buffer: &mut Buffer, area: Rect, row: u16, column: u16, theme: Theme) {
    let under = buffer.cell((area.x + column, area.y + row)).map_or(" ", |cell| cell.symbol());
    let under = under.to_owned();
    text::put(buffer, area, row, column, &under, Role::Selected, theme);
}
