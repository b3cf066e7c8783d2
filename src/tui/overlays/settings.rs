//! How the settings form looks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::theme::{Role, Theme};
use super::super::widgets::{panel, text};
use super::form::{FIELDS, Form};

/// Columns of the labels, and of the values.
const LABEL: u16 = 16;
const VALUE: u16 = 16;

/// Draws the form.
pub fn draw(form: &Form, buffer: &mut Buffer, body: Rect, theme: Theme) {
    let changes = match form.changes() {
        0 => "nothing changed".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    let area = panel::heading_with(buffer, body, "Settings of the next run", &changes, theme);
    let (fields, below) =
        panel::split_top(area, (FIELDS.len() as u16 + 1).min(area.height.saturating_sub(3)));
    // The cursor's field is visible however small the screen is.
    let room = usize::from(fields.height.saturating_sub(1)).max(1);
    let first = (form.selected + 1).saturating_sub(room);
    for (index, field) in FIELDS.iter().enumerate().skip(first).take(room) {
        let line = Rect {
            x: fields.x + 2.min(fields.width),
            width: fields.width.saturating_sub(2),
            ..panel::below(fields, (index - first) as u16 + 1)
        };
        let selected = index == form.selected;
        text::put(buffer, line, 0, 0, field.label, if selected { Role::Accent } else { Role::Text }, theme);
        let value = match (selected, field.choices.is_empty()) {
            (true, true) => format!("{}▏", form.text(index)),
            (true, false) => format!("‹ {} ›", form.text(index)),
            (false, _) => form.text(index).to_owned(),
        };
        let role = match (form.fault(index), form.before(index)) {
            (Some(_), _) => Role::Bad,
            (None, Some(_)) => Role::Good,
            (None, None) => Role::Text,
        };
        let cell = Rect { width: line.width.min(LABEL + VALUE - 1), ..line };
        // Of a long text the end, where one types.
        let hidden = value.chars().count().saturating_sub(usize::from(VALUE - 1));
        let value: String = value.chars().skip(hidden).collect();
        text::put(buffer, cell, 0, LABEL, &value, role, theme);
        match (form.fault(index), form.before(index)) {
            (Some(fault), _) => text::put(buffer, line, 0, LABEL + VALUE, &fault, Role::Bad, theme),
            (None, Some(before)) => {
                text::put(buffer, line, 0, LABEL + VALUE, &format!("was {before}"), Role::Warning, theme)
            }
            (None, None) => text::put(buffer, line, 0, LABEL + VALUE, field.help, Role::Dim, theme),
        };
    }
    let note = match (form.other_fault(), form.checked()) {
        (Some(fault), _) => (fault, Role::Bad),
        (None, None) => ("Mend what is marked; nothing runs before.".to_owned(), Role::Bad),
        (None, Some(_)) => ("Enter runs the study anew with these settings.".to_owned(), Role::Text),
    };
    text::put(buffer, below, 1, 2, &note.0, note.1, theme);
}
