//! Tab 1: p_X, f and p_Z as curves, the terms of p_Z at a cursor, and the table of checks.
//!
//! ```text
//! p_X(x)              f(x)                p_Z(z), bars: draws
//! chart               chart               chart with the cursor on z
//! z = 1.00: x = −1.000, 1.000 · p_X(x)/|f′(x)| 0.1210 + 0.1210 = p_Z(z) 0.2420
//! checks: mark, what, value, expected, error estimate, evaluations
//! the remark on the selected check
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, Cursors};
use super::super::theme::{Role, Theme};
use super::super::widgets::chart::{Axis, Chart, Layer};
use super::super::widgets::{panel, progress, text};
use crate::density::{Check, SQUARED_NORMAL, Term, TransformReport};
use crate::show::{fixed, significant};

/// Lines for the remark on the selected check.
const REMARK: u16 = 2;

/// Columns that the table of checks takes at most.
const WIDEST: u16 = 110;

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(report) = &app.outcome.transform else {
        return progress::waiting(buffer, area, &app.outcome, "The density of Z = X²", app.theme);
    };
    let (charts, line, checks) = areas(report, area);
    draw_charts(report, app, buffer, charts);
    draw_terms(app, buffer, line, cursor(report, &app.cursors));
    draw_checks(report, app, buffer, checks);
}

/// The charts, the line of terms, the table of checks.
fn areas(report: &TransformReport, area: Rect) -> (Rect, Rect, Rect) {
    let least = if area.height < 18 { 6 } else { 8 };
    let table = (report.checks.len() as u16 + 2 + REMARK).min(area.height.saturating_sub(least + 1));
    let (charts, rest) = panel::split_top(area, area.height.saturating_sub(table + 1));
    let (line, checks) = panel::split_top(rest, 1);
    (charts, line, checks)
}

/// The end of the z axis.
fn end(report: &TransformReport) -> f64 {
    report.density_curve.last().map_or(4.0, |point| point.0)
}

/// Where the cursor stands on the z axis.
pub fn cursor(report: &TransformReport, cursors: &Cursors) -> f64 {
    end(report) * cursors.z as f64 / Cursors::Z_STEPS as f64
}

fn draw_charts(report: &TransformReport, app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let mut columns = panel::columns(area, 3, 2);
    let mut next = |title: &str, remark: &str, buffer: &mut Buffer| {
        panel::heading_with(buffer, columns.next().unwrap_or_default(), title, remark, theme)
    };
    let xs = || report.law_curve.iter().map(|point| point.0);
    let high = |curve: &[(f64, f64)]| curve.iter().map(|point| point.1).fold(0.0, f64::max);

    let place = next("p_X(x)", "N(0, 1)", buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: Axis::linear(0.0, 1.1 * high(&report.law_curve), ""),
        layers: vec![Layer::Curve(&report.law_curve, Role::Series(0))],
        cursor: None,
    }
    .draw(buffer, place, theme);

    // The horizontal line z = f(x) meets the curve at the preimages.
    let z = cursor(report, &app.cursors);
    let level: Vec<(f64, f64)> = xs().map(|x| (x, z)).collect();
    let place = next("z = f(x) = x²", "", buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: Axis::linear(0.0, high(&report.map_curve).max(1.0), ""),
        layers: vec![Layer::Curve(&level, Role::Cursor), Layer::Curve(&report.map_curve, Role::Series(3))],
        cursor: None,
    }
    .draw(buffer, place, theme);

    let draws = format!("{} draws", super::grouped(report.draws));
    let place = next("p_Z(z)", &draws, buffer);
    density_chart(report, z).draw(buffer, place, theme);
}

/// p_Z over the histogram of draws, with the cursor on z.
fn density_chart(report: &TransformReport, z: f64) -> Chart<'_> {
    // p_Z is unbounded at 0: what is above this is cut off, so that the rest can be seen.
    let top = report.histogram_heights.iter().copied().fold(0.0, f64::max).clamp(0.5, 1.2);
    Chart {
        x: Axis::linear(0.0, end(report), "z"),
        y: Axis::linear(0.0, top, ""),
        layers: vec![
            Layer::Bars(&report.histogram_edges, &report.histogram_heights),
            Layer::Curve(&report.density_curve, Role::Series(1)),
        ],
        cursor: Some(z),
    }
}

/// Moves the cursor to the z under a cell of the chart of p_Z, or selects the check in a line of the table.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let Some(report) = app.outcome.transform.clone() else { return false };
    let (charts, _, checks) = areas(&report, area);
    let Some(column) = panel::columns(charts, 3, 2).last() else { return false };
    let chart = density_chart(&report, cursor(&report, &app.cursors));
    if let Some(z) = chart.x_at(panel::below(column, 1), (x, y), app.theme) {
        let steps = Cursors::Z_STEPS as f64;
        app.cursors.z = (z / end(&report) * steps).round().clamp(0.0, steps) as usize;
        return true;
    }
    let window = window(&report, app, panel::below(checks, 1));
    let row = y.checked_sub(checks.y + 2).map(usize::from);
    let hit = row.filter(|row| *row < window.len()).map(|row| window.start + row);
    app.cursors.check = hit.unwrap_or(app.cursors.check);
    hit.is_some()
}

/// Every preimage of z and its term of the sum.
fn draw_terms(app: &App, buffer: &mut Buffer, line: Rect, z: f64) {
    let terms = SQUARED_NORMAL.terms(z);
    let list = |value: fn(&Term) -> f64, join: &str| {
        terms.iter().map(|term| fixed(value(term), 4)).collect::<Vec<_>>().join(join)
    };
    let sum = fixed(SQUARED_NORMAL.density(z), 4);
    let pieces = [
        ("z = ", Role::Dim),
        (&*fixed(z, 2), Role::Cursor),
        ("  x = ", Role::Dim),
        (&*list(|term| term.x, ", "), Role::Text),
        ("  p_X/|f′| = ", Role::Dim),
        (&*list(|term| term.contribution, " + "), Role::Text),
        ("  p_Z(z) = ", Role::Dim),
        (&*sum, Role::Accent),
    ];
    text::pieces(buffer, line, 0, &pieces, app.theme);
}

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

fn draw_checks(report: &TransformReport, app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let held = report.checks.iter().filter(|check| check.passed).count();
    let verdict = if report.passed() {
        let lessons = report.checks.len() - held;
        format!("{held} hold, {lessons} {} a lesson", if lessons == 1 { "is" } else { "are each" })
    } else {
        format!("{held} of {} hold", report.checks.len())
    };
    let all = format!("all {held} hold");
    let remark = if held == report.checks.len() { &all } else { &verdict };
    let area = panel::heading_with(buffer, area, "p_Z ≥ 0 and ∫ p_Z dz = 1: the checks", remark, theme);
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
        check.expected.map_or_else(dash, |value| significant(value, 5)),
        check.error_estimate.map_or_else(dash, |value| significant(value, 2)),
        check.evaluations.map_or_else(dash, |count| super::grouped(count as usize)),
    ]
}
