//! Task 1: the density of X, the map, the density of Z with a histogram of draws, and the table of checks.

use super::book::Book;
use super::formula::formula;
use crate::density::{Check, TransformReport};
use crate::export::pdf::{Axis, Canvas, Chart, Color, Column, Rect, Stroke, Style, Table, Text};
use crate::show::{self, words};
use crate::study::Outcome;

const TITLE: &str = "Change of variables";

/// Least height of the charts.
const CHARTS: f64 = 165.0;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(report) = &outcome.transform else { return };
    let caption = caption(report, outcome.settings.seed);
    book.page(TITLE, &caption, move |canvas, area| {
        // The table takes what it needs, in as large a type as leaves room for the charts.
        let sizes = (0..10).map(|step| 8.2 - 0.25 * f64::from(step));
        let mut tables = sizes.map(|size| checks(report, size));
        let room = area.height - 14.0 - CHARTS;
        let fits = |table: &Table| table.height(canvas.fonts(), area.width) <= room;
        let table = tables.find(fits).unwrap_or_else(|| checks(report, 5.95));
        let below = table.height(canvas.fonts(), area.width);
        let (above, rest) = area.split_top((area.height - 14.0 - below).clamp(CHARTS, 250.0), 14.0);
        charts(report, canvas, &above);
        table.draw(canvas, &rest);
    });
}

fn caption(report: &TransformReport, seed: u64) -> String {
    let pair = &report.pair;
    let draws = words::grouped(report.draws);
    if !pair.is_built_in() {
        let pieces = words::counted(pair.pieces.pieces.len(), "piece", "pieces");
        let points: f64 = pair.point_masses().iter().map(|point| point.mass).sum();
        let points = if points > 0.0 {
            format!(" Point masses of {} in all are no part of the curve.", show::significant(points, 4))
        } else {
            String::new()
        };
        return format!(
            "X follows the law {} and $Z = f(X)$ with $f(x)$ = {}. Left: the density $p_{{X}}$. Middle: the map, with the \
             preimages of one value $z$. Right: the density $p_{{Z}}(z)$ = Σ $p_{{X}}(x)$/|$f$′$(x)$| over the preimages \
             of $z$, from {pieces} proved by interval arithmetic, and the histogram of {draws} draws of Z (seed {seed}). \
             Where $p_{{Z}}$ is unbounded the axis is cut.{points} The table gives the evidence.",
            pair.law.text(),
            pair.map.text(),
        );
    }
    format!(
        "X is standard normal and $Z = f(X) = X$². Left: the density $p_{{X}}$. Middle: the map, with the two \
         preimages of one value $z$. Right: the density $p_{{Z}}(z)$ = Σ $p_{{X}}(x)$/|$f$′$(x)$| over the preimages \
         of $z$, which is exp(−$z$/2)/√(2π$z$), and the histogram of {} draws of Z (seed {}); it grows without \
         bound at $z$ = 0, where the axis is cut. The table gives the evidence for its two properties as a density: \
         it is nowhere negative, and its integral is 1.",
        draws, seed
    )
}

/// The charts without the table of checks, which the report sets itself.
pub fn plate<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(report) = &outcome.transform else { return };
    book.page(TITLE, "", move |canvas, area| charts(report, canvas, &area.split_top(CHARTS + 15.0, 0.0).0));
}

fn charts(report: &TransformReport, canvas: &mut Canvas<'_>, area: &Rect) {
    let [left, middle, right] = area.columns(&[1.0, 1.0, 1.45], 16.0)[..] else { return };
    density_of_x(report).draw(canvas, &left);
    map(report).draw(canvas, &middle);
    density_of_z(report).draw(canvas, &right);
}

fn density_of_x(report: &TransformReport) -> Chart {
    let curve = &report.law_curve;
    let x = spanning("$x$", curve);
    let y = Axis::from_zero("$p_{X}(x)$", curve.iter().map(|point| point.1));
    Chart::new("Density of X", x, y).line(curve.clone(), Stroke::new(Color::BLUE, 1.4))
}

fn map(report: &TransformReport) -> Chart {
    let curve = &report.map_curve;
    if !report.pair.is_built_in() {
        return any_map(report);
    }
    let level = 2.0;
    let preimages = crossings(curve, level);
    let dashed = Stroke::new(Color::ORANGE, 0.9).dashed(3.0, 2.0);
    let mut chart = Chart::new(
        "Map and preimages",
        spanning("$x$", curve),
        Axis::around("$z = f(x)$", curve.iter().map(|point| point.1)),
    )
    .line(curve.clone(), Stroke::new(Color::BLUE, 1.4));
    if let (Some(&first), Some(&last)) = (preimages.first(), preimages.last()) {
        chart = chart.line(vec![(first, level), (last, level)], dashed);
    }
    for &x in &preimages {
        let at = if x < 0.0 { Style::new(7.5).right() } else { Style::new(7.5) };
        let gap = if x < 0.0 { "\u{a0}\u{a0}" } else { "" };
        let words = format!("{}{}{gap}", if x < 0.0 { "" } else { "\u{a0}\u{a0}" }, show::fixed(x, 2));
        chart = chart
            .line(vec![(x, level), (x, -1.0e9)], dashed)
            .dots(vec![(x, level)], 2.2, Color::ORANGE)
            .note((x, level * 0.35), &words, at.color(Color::ORANGE));
    }
    chart
}

/// The map within the window of z, with the preimages of its middle.
fn any_map(report: &TransformReport) -> Chart {
    let (from, to) = report.window();
    let level = f64::midpoint(from, to);
    let margin = 0.2 * (to - from);
    let dashed = Stroke::new(Color::ORANGE, 0.9).dashed(3.0, 2.0);
    let stroke = Stroke::new(Color::BLUE, 1.4);
    let curve = &report.map_curve;
    let mut chart = Chart::new(
        "Map and preimages",
        spanning("$x$", curve),
        Axis::linear("$z = f(x)$", from - margin, to + margin),
    );
    for run in curve.split(|point| !point.1.is_finite()).filter(|run| run.len() > 1) {
        chart = chart.line(run.to_vec(), stroke);
    }
    let (low, high) = (curve.first().map_or(0.0, |point| point.0), curve.last().map_or(1.0, |point| point.0));
    let preimages: Vec<(f64, f64)> = report.pair.terms(level).iter().map(|term| (term.x, level)).collect();
    let inside = preimages.into_iter().filter(|(x, _)| (low..=high).contains(x)).collect();
    chart.across(level, dashed).dots(inside, 2.2, Color::ORANGE)
}

fn density_of_z(report: &TransformReport) -> Chart {
    let bars = Stroke::new(Color::MEDIUM_BLUE, 0.6);
    let curve = Stroke::new(Color::BLUE, 1.4);
    let end = report.histogram_edges.last().copied().unwrap_or(1.0);
    let x = Axis::linear("$z$", report.histogram_edges.first().copied().unwrap_or(0.0), end);
    let y = Axis::from_zero("$p_{Z}(z)$", report.histogram_heights.iter().map(|height| 1.2 * height));
    Chart::new("Density of Z", x, y)
        .histogram(&report.histogram_edges, &report.histogram_heights, Color::PALE_BLUE, bars)
        .line(report.density_curve.clone(), curve)
        .key("density $p_{Z}$", curve)
        .patch(&format!("histogram of {} draws", words::grouped(report.draws)), Color::PALE_BLUE)
}

fn checks(report: &TransformReport, size: f64) -> Table {
    let mut table = Table::new(
        size,
        vec![
            Column::sentences("Check", 0.75),
            Column::numbers("Found"),
            Column::numbers("Expected"),
            Column::numbers("Difference"),
            Column::numbers("Error est."),
            Column::numbers("Evals"),
            Column::words("Verdict"),
            Column::sentences("Remark", 1.0),
        ],
    );
    for check in &report.checks {
        let number = |value: Option<f64>| (Text::plain(&value.map_or_else(String::new, found)), Color::INK);
        let difference = check
            .value
            .zip(check.expected)
            .map_or_else(String::new, |(value, expected)| show::scientific(value - expected, 2));
        let error = check.error_estimate.map_or_else(String::new, |error| show::scientific(error, 2));
        let evaluations = check.evaluations.map_or_else(String::new, |count| count.to_string());
        table.row(vec![
            (formula(&check.name), Color::INK),
            number(check.value),
            number(check.expected),
            (Text::plain(&difference), Color::INK),
            (Text::plain(&error), Color::INK),
            (Text::plain(&evaluations), Color::INK),
            verdict(check),
            (formula(&check.note), Color::SOFT),
        ]);
    }
    table
}

fn verdict(check: &Check) -> (Text, Color) {
    match (check.passed, check.informative) {
        (true, _) => (Text::plain("✓ holds"), Color::GREEN),
        (false, true) => (Text::plain("✗ as expected"), Color::ORANGE),
        (false, false) => (Text::plain("✗ fails"), Color::RED),
    }
}

/// Ten decimals without trailing zeros; tiny and huge values keep their exponent.
fn found(value: f64) -> String {
    if value == 0.0 || (1e-4..1e4).contains(&value.abs()) {
        let text = show::fixed(value, 10);
        let short = text.trim_end_matches('0').trim_end_matches('.');
        short.to_owned()
    } else {
        show::scientific(value, 4)
    }
}

fn spanning(label: &str, curve: &[(f64, f64)]) -> Axis {
    let end = |point: Option<&(f64, f64)>, other: f64| point.map_or(other, |point| point.0);
    Axis::linear(label, end(curve.first(), 0.0), end(curve.last(), 1.0))
}

/// Where a curve crosses a level, by linear interpolation.
fn crossings(curve: &[(f64, f64)], level: f64) -> Vec<f64> {
    let pairs = curve.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    pairs
        .filter(|(a, b)| (a.1 - level) * (b.1 - level) < 0.0 || a.1 == level)
        .map(|(a, b)| if a.1 == level { a.0 } else { a.0 + (b.0 - a.0) * (level - a.1) / (b.1 - a.1) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_has_two_preimages() {
        let curve: Vec<_> = (-40..=40).map(|i| f64::from(i) / 10.0).map(|x| (x, x * x)).collect();
        let found = crossings(&curve, 2.0);
        assert_eq!(found.len(), 2);
        assert!((found[0] + 2f64.sqrt()).abs() < 1e-3 && (found[1] - 2f64.sqrt()).abs() < 1e-3);
        assert_eq!(crossings(&curve, 4.0), [-2.0, 2.0]);
        assert!(crossings(&curve, -1.0).is_empty());
    }
}
