//! Tab 1: p_X, f and p_Z as curves, the terms of p_Z at a cursor, and the table of checks.
//!
//! ```text
//! p_X(x)              f(x)                p_Z(z), bars: draws
//! chart               chart               chart with the cursor on z
//! z = 1.00: x = −1.000, 1.000 · p_X(x)/|f′(x)| 0.1210 + 0.1210 = p_Z(z) 0.2420
//! checks: mark, what, value, expected, error estimate, evaluations
//! the remark on the selected check
//! ```

mod checks;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::density::{SQUARED_NORMAL, Term, TransformReport};
use crate::show::fixed;
use crate::show::words::grouped;
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Cursors};
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::{panel, progress, text};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Transform,
    stage: Stage::Transform,
    theory: include_str!("../../theory/transform.txt"),
    keys: KEYS,
    draw,
    selected: |_| None,
    numbers: terms,
    table: checks::table,
};

const ON: KeyContext = KeyContext::On(Tab::Transform);

const KEYS: &[Binding] = &[
    bind(Command::Left, ON, LEFT, "z", "select z, to see its preimages and their terms"),
    bind(Command::Right, ON, RIGHT, "z", "select z, to see its preimages and their terms"),
    bind(Command::Less, ON, &[plain(',')], "z, finer", "select z in steps a tenth as large"),
    bind(Command::More, ON, &[plain('.')], "z, finer", "select z in steps a tenth as large"),
    bind(Command::Up, ON, UP, "check", "select a check, to see the remark on it"),
    bind(Command::Down, ON, DOWN, "check", "select a check, to see the remark on it"),
];

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let Some(report) = &app.outcome.transform else {
        return progress::waiting(buffer, area, &app.outcome, "The density of Z = X²", app.theme);
    };
    hits.note_keys(Some((Cursor::Z, 10)), Some((Cursor::Check, 1)), (Cursor::Z, 100));
    hits.note_fine((Cursor::Z, 1));
    let (charts, line, checks) = areas(report, area);
    draw_charts(report, app, buffer, charts, hits);
    draw_terms(app, buffer, line, cursor(report, &app.cursors));
    checks::draw(report, app, buffer, checks, hits);
}

/// The charts, the line of terms, the table of checks.
fn areas(report: &TransformReport, area: Rect) -> (Rect, Rect, Rect) {
    let least = if area.height < 18 { 6 } else { 8 };
    let frame = if area.height >= 25 { 2 } else { 1 };
    let table =
        (report.checks.len() as u16 + 1 + frame + checks::REMARK).min(area.height.saturating_sub(least + 1));
    let (charts, rest) = panel::split_top(area, area.height.saturating_sub(table + 1));
    let (line, checks) = panel::split_top(rest, 1);
    (charts, line, checks)
}

/// The end of the z axis.
fn end(report: &TransformReport) -> f64 {
    report.density_curve.last().map_or(4.0, |point| point.0)
}

/// The z under the cursor.
fn cursor(report: &TransformReport, cursors: &Cursors) -> f64 {
    end(report) * cursors.z as f64 / Cursors::Z_STEPS as f64
}

fn draw_charts(report: &TransformReport, app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let gap = if panel::bordered(app.size) { 0 } else { 2 };
    let mut columns = panel::columns(area, 3, gap);
    let mut next = |title: &str, remark: &str, focus: bool, buffer: &mut Buffer| {
        let panel = Panel { title, remark, focus, ..Panel::default() };
        panel.draw(buffer, columns.next().unwrap_or_default(), theme)
    };
    // The preimages of z, on the law and on the map.
    let z = cursor(report, &app.cursors);
    let terms = SQUARED_NORMAL.terms(z);
    let on_law: Vec<(f64, f64)> = terms.iter().map(|term| (term.x, term.density)).collect();
    let on_map: Vec<(f64, f64)> = terms.iter().map(|term| (term.x, z)).collect();
    let xs = || report.law_curve.iter().map(|point| point.0);
    let high = |curve: &[(f64, f64)]| curve.iter().map(|point| point.1).fold(0.0, f64::max);

    let place = next("p_X(x)", "N(0, 1)", false, buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: Axis::linear(0.0, 1.1 * high(&report.law_curve), ""),
        layers: vec![
            Layer::Curve(&report.law_curve, Role::Series(0)),
            Layer::Marks(&on_law, "●", Role::Cursor),
        ],
        cursor: None,
    }
    .draw(buffer, place, theme);

    // The horizontal line z = f(x) meets the curve at the preimages.
    let level: Vec<(f64, f64)> = xs().map(|x| (x, z)).collect();
    let place = next("z = f(x) = x²", "", false, buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: Axis::linear(0.0, high(&report.map_curve).max(1.0), ""),
        layers: vec![
            Layer::Curve(&level, Role::Cursor),
            Layer::Curve(&report.map_curve, Role::Series(3)),
            Layer::Marks(&on_map, "●", Role::Cursor),
        ],
        cursor: None,
    }
    .draw(buffer, place, theme);

    let draws = format!("{} draws", grouped(report.draws));
    let place = next("p_Z(z) ←→", &draws, true, buffer);
    if let Some(plot) = density_chart(report, z).draw(buffer, place, theme) {
        hits.note_axis(plot, (0.0, Cursors::Z_STEPS as f64), Target::Z);
    }
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

/// Draws every preimage of z, and its term p_X / |f′| of the sum, in full where there is room.
fn draw_terms(app: &App, buffer: &mut Buffer, line: Rect, z: f64) {
    let terms = SQUARED_NORMAL.terms(z);
    let sum = fixed(SQUARED_NORMAL.density(z), 4);
    let list =
        |value: fn(&Term) -> String, join: &str| terms.iter().map(value).collect::<Vec<_>>().join(join);
    let xs = list(|term| fixed(term.x, 4), ", ");
    let fractions = |digits: fn(f64) -> String| {
        let parts =
            terms.iter().map(|term| format!("{}/{}", digits(term.density), digits(term.derivative.abs())));
        parts.collect::<Vec<_>>().join(" + ")
    };
    let four = fractions(|value| fixed(value, 4));
    let values = list(|term| fixed(term.contribution, 4), " + ");
    let pieces = |shown: bool| {
        let (long, middle) = if shown { (four.as_str(), " = ") } else { ("", "") };
        [
            ("z = ", Role::Dim),
            (&*fixed(z, 3), Role::Cursor),
            ("  x = ", Role::Dim),
            (&*xs, Role::Text),
            ("  p_X/|f′| = ", Role::Dim),
            (long, Role::Text),
            (middle, Role::Dim),
            (&*values, Role::Text),
            ("  p_Z(z) = ", Role::Dim),
            (&*sum, Role::Accent),
        ]
        .map(|(text, role)| (text.to_owned(), role))
    };
    let width =
        |pieces: &[(String, Role)]| pieces.iter().map(|(text, _)| text::width(text, app.theme)).sum::<u16>();
    let long = pieces(true);
    let chosen = if width(&long) <= line.width { long } else { pieces(false) };
    let chosen: Vec<(&str, Role)> = chosen.iter().map(|(text, role)| (text.as_str(), *role)).collect();
    text::pieces(buffer, line, 0, &chosen, app.theme);
}

/// The numbers under the cursor: every preimage of z, and its term of the sum.
fn terms(app: &App) -> Option<Copied> {
    let z = cursor(app.outcome.transform.as_ref()?, &app.cursors);
    let mut table = Table::of(&["z", "x", "p_X(x)/|f'(x)|", "p_Z(z)"]);
    for term in SQUARED_NORMAL.terms(z) {
        let sum = SQUARED_NORMAL.density(z);
        table.row([z, term.x, term.contribution, sum].map(|value| number(Some(value))));
    }
    Some(table.copied(format!("the preimages of z = {z}")))
}
