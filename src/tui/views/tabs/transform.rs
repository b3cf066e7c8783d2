//! Tab 1: law and map, p_X, f and p_Z as curves, the terms of p_Z at a cursor, and the tables of checks and of pieces.
//!
//! ```text
//! X ~ normal(0, 1)    f(x) = x^2    z = 1.000            typed in place, a mistake marked under its place
//! p_X(x)              f(x)                p_Z(z), bars: draws
//! chart               chart               chart with the cursor on z
//! z = 1.00: x = −1.000, 1.000 · p_X(x)/|f′(x)| 0.1210 + 0.1210 = p_Z(z) 0.2420
//! checks: mark, what, value, expected, error estimate, evaluations
//! the remark on the selected check
//! ```

mod checks;
mod head;
mod pieces;
mod terms;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::density::{Term, TransformReport};
use crate::show::significant;
use crate::show::words::grouped;
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::{Hits, Target};
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Cursors};
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::progress;

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Transform,
    stage: Stage::Transform,
    theory: |_| include_str!("../../theory/transform.txt"),
    keys: KEYS,
    draw,
    selected: |_| None,
    numbers,
    table,
};

const ON: KeyContext = KeyContext::On(Tab::Transform);

const KEYS: &[Binding] = &[
    bind(Command::Left, ON, LEFT, "z", "select z, to see its preimages and their terms"),
    bind(Command::Right, ON, RIGHT, "z", "select z, to see its preimages and their terms"),
    bind(Command::EditPair, ON, ENTER, "law and map", "type another law of X or another map f"),
    bind(Command::ChoosePair, ON, &[plain('p')], "pairs", "choose one of twenty instructive pairs"),
    bind(Command::Enlarge, ON, &[plain('+'), plain('=')], "zoom", "zoom in or out around z"),
    bind(Command::Reduce, ON, &[plain('-')], "zoom", "zoom in or out around z"),
    bind(Command::CycleView, ON, &[plain('v')], "table", "the checks, or the pieces of f with their terms"),
    bind(Command::EditZ, ON, &[plain('z')], "", "type z"),
    bind(Command::PanLeft, ON, &[plain('<')], "", "move the window of z by half of it"),
    bind(Command::PanRight, ON, &[plain('>')], "", "move the window of z by half of it"),
    bind(Command::WholeWindow, ON, &[plain('0')], "", "the whole of z again"),
    bind(Command::Less, ON, &[plain(',')], "", "select z in steps a tenth as large"),
    bind(Command::More, ON, &[plain('.')], "", "select z in steps a tenth as large"),
    bind(Command::Up, ON, UP, "check", "select a check, to see the remark on it"),
    bind(Command::Down, ON, DOWN, "check", "select a check, to see the remark on it"),
];

/// The least width at which checks and pieces stand side by side.
pub(super) const BOTH: u16 = 170;

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let (line, area) = panel::split_top(area, head::height(app));
    head::draw(app, buffer, line);
    let Some(report) = app.transformed() else {
        return progress::waiting(buffer, area, &app.outcome, "The density of Z = f(X)", app.theme);
    };
    hits.note_keys(Some((Cursor::Z, 10)), Some((Cursor::Check, 1)), (Cursor::Z, 100));
    hits.note_fine((Cursor::Z, 1));
    let at = At { z: app.z(), terms: report.pair.terms(app.z()) };
    let (charts, line, below) = areas(report, area);
    draw_charts(report, &at, app, buffer, charts, hits);
    terms::draw(app, &at, buffer, line);
    if below.width >= BOTH {
        let columns: Vec<Rect> = panel::columns(below, 2, 0).collect();
        let [left, right] = columns[..] else { return };
        checks::draw(report, app, None, buffer, left, hits);
        pieces::draw(report, &at, app, None, buffer, right, hits);
    } else if app.transform.pieces {
        pieces::draw(report, &at, app, Some(1), buffer, below, hits);
    } else {
        checks::draw(report, app, Some(0), buffer, below, hits);
    }
}

/// The z under the cursor, and the terms of p_Z there.
struct At {
    z: f64,
    terms: Vec<Term>,
}

impl At {
    /// p_Z(z) of the continuous part.
    fn density(&self) -> f64 {
        self.terms.iter().fold(0.0, |sum, term| sum + term.contribution)
    }
}

/// The tables that stand below the charts, as views of one panel.
const VIEWS: [&str; 2] = ["checks", "pieces"];

/// The charts, the line of terms, the table.
fn areas(report: &TransformReport, area: Rect) -> (Rect, Rect, Rect) {
    let least = if area.height < 18 { 6 } else { 8 };
    let frame = if area.height >= 25 { 2 } else { 1 };
    let rows = report.checks.len().max(report.pair.pieces.pieces.len().min(14)) as u16;
    let table = (rows + 1 + frame + checks::REMARK).min(area.height.saturating_sub(least + 1));
    let (charts, rest) = panel::split_top(area, area.height.saturating_sub(table + 1));
    let (line, checks) = panel::split_top(rest, 1);
    (charts, line, checks)
}

fn draw_charts(
    report: &TransformReport,
    at: &At,
    app: &App,
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let pair = &report.pair;
    let gap = if panel::bordered(app.size) { 0 } else { 2 };
    let mut columns = panel::columns(area, 3, gap);
    let mut next = |title: &str, remark: &str, focus: bool, buffer: &mut Buffer| {
        let panel = Panel { title, remark, focus, ..Panel::default() };
        panel.draw(buffer, columns.next().unwrap_or_default(), theme)
    };
    // The preimages of z, on the law and on the map.
    let z = at.z;
    let on_law: Vec<(f64, f64)> = at.terms.iter().map(|term| (term.x, term.density)).collect();
    let on_map: Vec<(f64, f64)> = at.terms.iter().map(|term| (term.x, z)).collect();
    let xs = || report.law_curve.iter().map(|point| point.0);

    let law = if pair.is_built_in() { "N(0, 1)" } else { "" };
    let place = next("p_X(x)", law, false, buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: Axis::linear(0.0, 1.1 * top(&report.law_curve), ""),
        layers: vec![
            Layer::Curve(&report.law_curve, Role::Series(0)),
            Layer::Marks(&on_law, "●", Role::Cursor),
        ],
        cursor: None,
    }
    .draw(buffer, place, theme);

    // The horizontal line z = f(x) meets the curve at the preimages.
    let level: Vec<(f64, f64)> = xs().map(|x| (x, z)).collect();
    let title = if pair.is_built_in() { "z = f(x) = x²" } else { "z = f(x)" };
    let preimages = match at.terms.len() {
        _ if pair.is_built_in() => String::new(),
        0 => "no preimage of z".to_owned(),
        1 => "1 preimage of z".to_owned(),
        many => format!("{} preimages of z", grouped(many)),
    };
    let place = next(title, &preimages, false, buffer);
    Chart {
        x: Axis::around(xs(), 0.0, "x"),
        y: map_axis(report, app),
        layers: vec![
            Layer::Curve(&level, Role::Cursor),
            Layer::Curve(&report.map_curve, Role::Series(3)),
            Layer::Marks(&on_map, "●", Role::Cursor),
        ],
        cursor: None,
    }
    .draw(buffer, place, theme);

    let draws = if app.transform.pending.is_empty() {
        format!("{} draws", grouped(report.draws))
    } else {
        "computing …".to_owned()
    };
    let place = next("p_Z(z) ←→", &draws, true, buffer);
    let points = stems(report);
    if let Some(plot) = density_chart(report, app, &points, z).draw(buffer, place, theme) {
        hits.note_axis(plot, (0.0, Cursors::Z_STEPS as f64), Target::Z);
    }
}

/// The vertical axis of the map: what it takes over the law's middle; of an unbounded map, the window of z.
fn map_axis<'a>(report: &TransformReport, app: &App) -> Axis<'a> {
    let values = || report.map_curve.iter().map(|point| point.1).filter(|z| z.is_finite());
    if report.pair.is_built_in() && app.transform.window.is_none() {
        return Axis::linear(0.0, values().fold(1.0, f64::max), "");
    }
    let (from, to) = app.z_window();
    let margin = 0.05 * (to - from);
    let least = values().fold(f64::INFINITY, f64::min).clamp(from - 10.0 * margin, from);
    let most = values().fold(f64::NEG_INFINITY, f64::max).clamp(to, to + 10.0 * margin);
    Axis::linear(least - margin, most + margin, "")
}

/// The greatest value of a curve; where a few points tower above the rest, what the rest needs.
fn top(curve: &[(f64, f64)]) -> f64 {
    let mut values: Vec<f64> = curve.iter().map(|point| point.1).filter(|y| y.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let most = values.last().copied().unwrap_or(1.0);
    let usual = values.get(values.len() * 19 / 20).copied().unwrap_or(most);
    let high = if most > 4.0 * usual && usual > 0.0 { 2.0 * usual } else { most };
    if high > 0.0 { high } else { 1.0 }
}

/// p_Z over the histogram of draws, with the cursor on z.
fn density_chart<'a>(report: &'a TransformReport, app: &App, points: &'a [(f64, f64)], z: f64) -> Chart<'a> {
    // p_Z may be unbounded: what is above this is cut off, so that the rest can be seen.
    let heights = || report.histogram_heights.iter().copied();
    let (from, to) = app.z_window();
    let high = if report.pair.is_built_in() && app.transform.window.is_none() {
        heights().fold(0.0, f64::max).clamp(0.5, 1.2)
    } else {
        height_shown(report)
    };
    let mut layers = vec![
        Layer::Bars(&report.histogram_edges, &report.histogram_heights),
        Layer::Curve(&report.density_curve, Role::Series(1)),
    ];
    if !points.is_empty() {
        layers.push(Layer::Curve(points, Role::Series(2)));
    }
    Chart { x: Axis::linear(from, to, "z"), y: Axis::linear(0.0, high, ""), layers, cursor: Some(z) }
}

/// The top of the chart of p_Z: bars and curve, but for what towers above the rest.
fn height_shown(report: &TransformReport) -> f64 {
    let bars: Vec<(f64, f64)> = report.histogram_heights.iter().map(|&height| (0.0, height)).collect();
    let (from, to) = report.window();
    // Points evenly in z: those that are dense at singularities do not count for more.
    let mut next = from;
    let mut even = Vec::new();
    for &(z, density) in &report.density_curve {
        if z >= next {
            even.push((z, density));
            next = z + (to - from) / 200.0;
        }
    }
    let has_density = even.iter().any(|point| point.1 > 0.0);
    1.1 * if has_density { top(&even).max(top(&bars).min(2.0 * top(&even))) } else { top(&bars) }
}

/// The point masses as stems that stand to the greatest as the masses do, drawn as one line along the axis.
fn stems(report: &TransformReport) -> Vec<(f64, f64)> {
    let points = report.pair.point_masses();
    let most = points.iter().map(|point| point.mass).fold(0.0, f64::max);
    let high = 0.9 * height_shown(report);
    let stem = |z: f64, mass: f64| [(z, 0.0), (z, high * mass / most), (z, 0.0), (z, f64::NAN)];
    points.iter().filter(|point| point.mass > 1e-6).flat_map(|point| stem(point.z, point.mass)).collect()
}

/// The numbers under the cursor: every preimage of z, and its term of the sum.
fn numbers(app: &App) -> Option<Copied> {
    let (report, z) = (app.transformed()?, app.z());
    let mut table = Table::of(&["z", "x", "p_X(x)", "f'(x)", "p_X(x)/|f'(x)|", "p_Z(z)"]);
    let sum = report.pair.density(z);
    for term in report.pair.terms(z) {
        let row = [z, term.x, term.density, term.derivative, term.contribution, sum];
        table.row(row.map(|value| number(Some(value))));
    }
    Some(table.copied(format!("the preimages of z = {}", significant(z, 6))))
}

/// The table in front: the checks or the pieces.
fn table(app: &App) -> Option<Copied> {
    if app.transform.pieces { pieces::table(app) } else { checks::table(app) }
}
