//! The table of checks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::VIEWS;
use crate::density::{Check, TransformReport};
use crate::show::significant;
use crate::show::words::{self, grouped};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::theme::{Role, Theme};
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// Lines for the remark on the selected check.
pub const REMARK: u16 = 2;

/// The most columns of the table.
const WIDEST: u16 = 110;

/// Columns of the table, right-aligned, and their widths.
const COLUMNS: [(&str, u16); 4] = [("value", 13), ("expected", 10), ("error est.", 11), ("evals", 8)];

/// Lines of the table, with its head, of what is below the heading.
fn table_height(area: Rect) -> u16 {
    area.height.saturating_sub(if area.height < 8 { 1 } else { REMARK })
}

/// The checks shown: the selected one is among them.
fn window(report: &TransformReport, app: &App, area: Rect) -> std::ops::Range<usize> {
    let selected = app.cursors.check.min(report.checks.len().saturating_sub(1));
    let room = usize::from(table_height(area).saturating_sub(1));
    let first = (selected + 1).saturating_sub(room);
    first..(first + room).min(report.checks.len())
}

/// Draws the table, and the remark on the selected check.
/// The table shares its place with that of the pieces where `view` is its index.
pub fn draw(
    report: &TransformReport,
    app: &App,
    view: Option<usize>,
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let remark = words::checks(report);
    let title = "p_Z ≥ 0 and ∫ p_Z dz = 1: the checks";
    let views: &[&str] = if view.is_some() { &VIEWS } else { &[] };
    let panel = Panel { title, remark: &remark, views, view: view.unwrap_or(0), ..Panel::default() };
    let area = panel.draw_with(buffer, area, theme, hits);
    let line = area;
    // On a wide screen the numbers stay near their names.
    let area = Rect { width: area.width.min(WIDEST), ..area };
    let (table, notes) = panel::split_top(area, table_height(area));
    let numbers: u16 = COLUMNS.iter().map(|column| column.1).sum();
    let name = table.width.saturating_sub(numbers);
    let row = |buffer: &mut Buffer, at: u16, cells: [&str; 4], role: Role| {
        let mut end = name;
        for (cell, (_, width)) in cells.iter().zip(COLUMNS) {
            end += width;
            text::right(buffer, Rect { width: end.min(table.width), ..table }, at, cell, role, theme);
        }
    };
    row(buffer, 0, COLUMNS.map(|column| column.0), Role::Dim);
    let selected = app.cursors.check.min(report.checks.len().saturating_sub(1));
    let position = format!("↑ ↓ check {} of {}", selected + 1, report.checks.len());
    text::put(buffer, table, 0, 2, &position, Role::Dim, theme);
    let window = window(report, app, area);
    for (index, check) in report.checks.iter().enumerate().skip(window.start).take(window.len()) {
        let at = (index - window.start) as u16 + 1;
        hits.note(Rect { height: 1, ..panel::below(line, at) }, Target::Check(index));
        let (mark, role) = mark(check);
        text::put(buffer, table, at, 0, mark, role, theme);
        let style = if index == selected { Role::Selected } else { Role::Text };
        let label = clipped(&check.name, usize::from(name.saturating_sub(3)), theme);
        text::put(
            buffer,
            Rect { width: name.saturating_sub(1).min(table.width), ..table },
            at,
            2,
            &label,
            style,
            theme,
        );
        row(buffer, at, numbers_of(check).each_ref().map(String::as_str), Role::Text);
    }
    if let Some(check) = report.checks.get(selected) {
        let note = if check.note.is_empty() { &check.name } else { &check.note };
        for (at, line) in
            text::wrapped(note, usize::from(notes.width.saturating_sub(2))).iter().take(2).enumerate()
        {
            text::put(buffer, notes, at as u16, 2, line, Role::Dim, theme);
        }
    }
}

/// `text` in at most `columns` characters, cut with "…".
fn clipped(label: &str, columns: usize, theme: Theme) -> String {
    if usize::from(text::width(label, theme)) <= columns {
        return label.to_owned();
    }
    label.chars().take(columns.saturating_sub(1)).chain(['…']).collect()
}

fn mark(check: &Check) -> (&'static str, Role) {
    match (check.passed, check.informative) {
        (true, _) => ("✓", Role::Good),
        (false, true) => ("!", Role::Warning),
        (false, false) => ("✗", Role::Bad),
    }
}

fn numbers_of(check: &Check) -> [String; 4] {
    let dash = || "–".to_owned();
    [
        check.value.map_or_else(dash, |value| {
            // As many digits as the column has room for.
            significant(value, if (1e-3..1e6).contains(&value.abs()) { 8 } else { 4 })
        }),
        check.expected.map_or_else(dash, |value| {
            significant(value, if (1e-3..1e6).contains(&value.abs()) { 5 } else { 2 })
        }),
        check.error_estimate.map_or_else(dash, |value| significant(value, 2)),
        check.evaluations.map_or_else(dash, |count| grouped(count as usize)),
    ]
}

/// The table for the clipboard.
pub fn table(app: &App) -> Option<Copied> {
    let report = app.transformed()?;
    let mut table = Table::of(&["check", "value", "expected", "error_estimate", "evaluations", "holds"]);
    for check in &report.checks {
        table.row([
            check.name.clone(),
            number(check.value),
            number(check.expected),
            number(check.error_estimate),
            check.evaluations.map_or_else(String::new, |count| count.to_string()),
            check.passed.to_string(),
        ]);
    }
    Some(table.copied(format!("{} checks", report.checks.len())))
}
