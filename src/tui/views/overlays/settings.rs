//! The settings form.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::study::SETTINGS;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::form::{Form, choices, is_swept};
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// Columns of the labels, and of the values.
const LABEL: u16 = 16;
const VALUE: u16 = 16;

/// Lines that the fields take of what is below the heading.
fn fields_height(area: Rect) -> u16 {
    (SETTINGS.len() as u16 + 1).min(area.height.saturating_sub(3))
}

/// The first field shown, and the number of them: that with the cursor is visible on every screen, however small.
fn window(form: &Form, fields: Rect) -> (usize, usize) {
    let room = usize::from(fields.height.saturating_sub(1)).max(1);
    ((form.selected + 1).saturating_sub(room), room)
}

/// Draws the form.
pub fn draw(app: &App, form: &Form, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let changes = match form.changes() {
        0 => "nothing changed".to_owned(),
        1 => "1 change".to_owned(),
        n => format!("{n} changes"),
    };
    // Not all fields are in view on every screen.
    let changes = format!("field {} of {}, {changes}", form.selected + 1, SETTINGS.len());
    let area = Panel { title: "Settings of the next run", remark: &changes, focus: true, ..Panel::default() }
        .draw(buffer, body, theme);
    let (fields, below) = panel::split_top(area, fields_height(area));
    let (first, room) = window(form, fields);
    for (index, setting) in SETTINGS.iter().enumerate().skip(first).take(room) {
        let row = panel::below(fields, (index - first) as u16 + 1);
        hits.note(Rect { height: row.height.min(1), ..row }, Target::Line(index));
        let line = Rect { x: fields.x + 2.min(fields.width), width: fields.width.saturating_sub(2), ..row };
        let selected = index == form.selected;
        if selected {
            text::put(buffer, row, 0, 0, "▸", Role::Accent, theme);
        }
        text::put(buffer, line, 0, 0, setting.label, if selected { Role::Accent } else { Role::Text }, theme);
        let value = match (selected, choices(setting).is_empty()) {
            // What is typed replaces text that is marked as selected, and is added to other text.
            (true, true) if !form.edited => form.text(index).to_owned(),
            (true, true) => format!("{}▏", form.text(index)),
            (true, false) => format!("‹ {} ›", form.text(index)),
            (false, _) => form.text(index).to_owned(),
        };
        let replaced = selected && !form.edited && choices(setting).is_empty();
        let role = match (form.fault(index), form.before(index)) {
            _ if replaced => Role::Selected,
            (Some(_), _) => Role::Bad,
            (None, Some(_)) => Role::Good,
            (None, None) => Role::Text,
        };
        let cell = Rect { width: line.width.min(LABEL + VALUE - 1), ..line };
        // Of a long text, the end is shown: that is where typing appends.
        let hidden = value.chars().count().saturating_sub(usize::from(VALUE - 1));
        let value: String = value.chars().skip(hidden).collect();
        text::put(buffer, cell, 0, LABEL, &value, role, theme);
        match (form.fault(index), form.before(index)) {
            (Some(fault), _) => text::put(buffer, line, 0, LABEL + VALUE, &fault, Role::Bad, theme),
            (None, Some(before)) => {
                text::put(buffer, line, 0, LABEL + VALUE, &format!("was {before}"), Role::Warning, theme)
            }
            (None, None) => text::put(buffer, line, 0, LABEL + VALUE, setting.brief, Role::Dim, theme),
        };
    }
    let note = match (form.other_fault(), form.checked()) {
        (Some(fault), _) => (fault, Role::Bad),
        (None, None) => ("Fix the marked fields to run.".to_owned(), Role::Bad),
        (None, Some(runs)) if runs.len() > 1 => {
            (format!("Enter runs {} studies, one after the other; tab 7 lists them.", runs.len()), Role::Text)
        }
        (None, Some(_)) if form.changes() == 0 => ("Enter runs the study again.".to_owned(), Role::Text),
        (None, Some(_)) => match form.kept(&app.outcome).as_slice() {
            [] => ("Enter runs the study from the start.".to_owned(), Role::Text),
            kept => {
                let names: Vec<&str> = kept.iter().map(|stage| stage.name()).collect();
                let are = if kept.len() == 1 { "is" } else { "are" };
                (format!("Enter runs the study; {} {are} kept.", names.join(" and ")), Role::Text)
            }
        },
    };
    text::put(buffer, below, 1, 2, &note.0, note.1, theme);
    if SETTINGS.get(form.selected).is_some_and(is_swept) {
        let several = "Several values, as in 2,3,5, are a run each.";
        text::put(buffer, below, 2, 2, several, Role::Dim, theme);
    }
}
