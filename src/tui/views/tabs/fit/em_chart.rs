//! The chart of EM: the NLL of training and held-out images, its change with the tolerance; under it the iteration at the
//! cursor, and how far EM is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::series::{held_out, iterations, nlls, numbered};
use crate::show::words::{self, grouped};
use crate::show::{duration, fixed, nll_changes, significant};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::NllView;
use crate::tui::theme::Role;
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::{progress, text};

/// What is drawn, as points over iterations.
#[derive(Default)]
struct Curves {
    main: Vec<(f64, f64)>,
    /// The NLL of held-out images beside that of training images; empty where it is on another scale.
    held_out: Vec<(f64, f64)>,
    /// Whether there is one on another scale.
    beyond: bool,
    /// The least of the held-out curve, or of the main one.
    least: Vec<(f64, f64)>,
    /// The tolerance that ends EM, above and below.
    limits: Vec<[(f64, f64); 2]>,
}

/// How many times its span the training curve may be shrunk to show the held-out one beside it.
const SHRUNK: f64 = 5.0;

fn least(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    points.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect()
}

/// The least and the greatest of some points.
fn span<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> f64 {
    let (low, high) = points
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), point| (low.min(point.1), high.max(point.1)));
    high - low
}

fn curves(app: &App) -> Curves {
    let nlls = nlls(app);
    let x = iterations(nlls.len());
    let tolerance = app.outcome.settings.em.tolerance;
    let level = |value: f64| [(x.low, value), (x.high, value)];
    let changes = nll_changes(&app.outcome.em.history).map(|(iteration, change)| (iteration as f64, change));
    match app.cursors.nll {
        NllView::Whole => {
            let (main, held_out) = (numbered(&nlls), numbered(&held_out(app)));
            let beyond =
                !held_out.is_empty() && span(main.iter().chain(&held_out)) > SHRUNK * span(main.iter());
            let held_out = if beyond { Vec::new() } else { held_out };
            let least = least(if held_out.is_empty() { &main } else { &held_out });
            Curves { main, held_out, beyond, least, ..Curves::default() }
        }
        NllView::Close => {
            let main = numbered(&nlls);
            Curves { least: least(&main), main, ..Curves::default() }
        }
        NllView::HeldOut => {
            let main = numbered(&held_out(app));
            Curves { least: least(&main), main, ..Curves::default() }
        }
        NllView::Change => Curves {
            main: changes.map(|(at, change)| (at, change.abs())).filter(|point| point.1 > 0.0).collect(),
            limits: if tolerance > 0.0 { vec![level(tolerance)] } else { Vec::new() },
            ..Curves::default()
        },
        NllView::LinearChange => Curves {
            main: changes.collect(),
            limits: vec![level(tolerance), level(-tolerance)],
            ..Curves::default()
        },
    }
}

/// The chart; none when there is nothing to draw yet.
fn chart<'a>(app: &App, curves: &'a Curves) -> Option<Chart<'a>> {
    let points = &curves.main;
    if points.is_empty() {
        return None;
    }
    let values = || {
        points
            .iter()
            .chain(&curves.held_out)
            .map(|point| point.1)
            .chain(curves.limits.iter().map(|limit| limit[0].1))
    };
    let y = match app.cursors.nll {
        NllView::Change => {
            let low = values().fold(f64::INFINITY, f64::min);
            let high = values().fold(low, f64::max);
            Axis { low: low / 2.0, high: 2.0 * high, title: "", log: true, counts: false }
        }
        NllView::Close if points.len() > 2 => Axis::around(values().skip(1), 0.05, ""),
        _ => Axis::around(values(), 0.05, ""),
    };
    let limits = curves.limits.iter().map(|limit| Layer::Curve(limit, Role::Dim));
    let (mark, role) = main_mark(app);
    let held_out = &curves.held_out;
    let curves_of = [Layer::Curve(held_out, Role::Series(2)), Layer::Curve(points, role)];
    let marks = [
        Layer::Marks(held_out, HELD_OUT.0, HELD_OUT.1),
        Layer::Marks(points, mark, role),
        Layer::Marks(&curves.least, LEAST.0, LEAST.1),
    ];
    // The start has no NLL of its own: that of iteration 1 is its.
    let cursor = app.cursors.iteration.and(app.iteration()).map(|at| at.max(1) as f64);
    let x = iterations(app.outcome.em.history.len());
    Some(Chart { x, y, layers: limits.chain(curves_of).chain(marks).collect(), cursor })
}

const TRAINING: (&str, Role) = ("●", Role::Series(1));
const HELD_OUT: (&str, Role) = ("○", Role::Series(2));
const LEAST: (&str, Role) = ("◆", Role::Accent);

fn main_mark(app: &App) -> (&'static str, Role) {
    if app.cursors.nll == NllView::HeldOut { HELD_OUT } else { TRAINING }
}

/// What the marks stand for, in the upper right of the chart, where falling curves leave room.
fn legend(app: &App, curves: &Curves) -> Vec<(&'static str, Role, String)> {
    let images = app.outcome.data.as_ref().map_or(0, |data| data.held_out_indices.len());
    let held_out = format!("held out ({})", grouped(images));
    let (mark, role) = main_mark(app);
    let name = match app.cursors.nll {
        NllView::HeldOut => held_out.clone(),
        NllView::Change | NllView::LinearChange => "training; dim: the tolerance".into(),
        _ => "training".into(),
    };
    let mut lines = vec![(mark, role, name)];
    if !curves.held_out.is_empty() {
        lines.push((HELD_OUT.0, HELD_OUT.1, held_out));
    } else if curves.beyond {
        lines.push((HELD_OUT.0, HELD_OUT.1, "held out: another scale, see v".into()));
    }
    if let Some((at, _)) = curves.least.first() {
        lines.push((LEAST.0, LEAST.1, format!("least, iteration {at}")));
    }
    lines
}

fn draw_legend(app: &App, curves: &Curves, buffer: &mut Buffer, plot: Rect) {
    let lines = legend(app, curves);
    let width = lines.iter().map(|(_, _, name)| text::width(name, app.theme)).max().unwrap_or(0) + 2;
    // Not where it would cover most of the chart.
    if width + 6 > plot.width || plot.height < 4 {
        return;
    }
    let area = Rect { x: plot.right() - width, width, ..plot };
    for (row, (mark, role, name)) in lines.iter().enumerate() {
        let row = row as u16;
        text::put(buffer, area, row, 0, mark, *role, app.theme);
        let name = format!(" {name:<0$}", usize::from(width) - 2);
        text::put(buffer, area, row, 1, &name, Role::Text, app.theme);
    }
}

/// The NLL at the iteration under the cursor: "iteration 4: training −2732.400 (−181.0), held out 446029.0"; at the end
/// "held out 99 % 440110.1 (all 472644.0)".
fn reading(app: &App, width: u16) -> String {
    let history = &app.outcome.em.history;
    let Some(at) = app.iteration() else { return "EM: still to come".to_owned() };
    let Some(step) = app.em_step() else {
        return format!(
            "the start: training {}",
            history.first().map_or_else(String::new, |first| fixed(first.iteration.nll, 3))
        );
    };
    let before = at.checked_sub(2).and_then(|before| history.get(before));
    let change = before.map(|before| step.iteration.nll - before.iteration.nll);
    let change = change.map_or_else(String::new, |change| format!(" ({})", significant(change, 2)));
    let at_end =
        app.outcome.fit.as_ref().filter(|_| at == history.len()).and_then(|fit| fit.held_out.as_ref());
    let held_out = |decimals: usize, all: bool| match (at_end, step.iteration.held_out_nll) {
        // As the table of runs has it, and the plain mean.
        (Some(score), _) => {
            let all = if all { format!(" (all {})", fixed(score.nll, decimals)) } else { String::new() };
            format!(", {} {}{all}", words::HELD_OUT_TRIMMED, fixed(score.trimmed_nll, decimals))
        }
        (None, Some(nll)) => format!(", held out {}", fixed(nll, decimals)),
        (None, None) => String::new(),
    };
    let forms = [
        (format!("iteration {at}: training "), 3, true),
        (format!("iteration {at}: "), 3, true),
        (format!("{at}: "), 3, true),
        (format!("{at}: "), 1, true),
        (format!("{at}: "), 1, false),
    ];
    let texts = forms.map(|(name, decimals, all)| {
        format!("{name}{}{change}{}", fixed(step.iteration.nll, decimals), held_out(decimals, all))
    });
    let shortest = format!("{at}: {}{}", fixed(step.iteration.nll, 1), held_out(1, false));
    texts.into_iter().find(|text| text::width(text, app.theme) <= width).unwrap_or(shortest)
}

/// How far EM is: "24 iterations, 0.33 s each, 7.8 s in all".
fn pace(app: &App, width: u16) -> String {
    let outcome = &app.outcome;
    let Some(each) = progress::iteration_time(outcome) else { return String::new() };
    let count = outcome.em.history.len();
    let each = format!("{} each", duration(each, 2));
    match progress::most_left(outcome) {
        Some(left) => {
            let limit = grouped(outcome.settings.em.max_iterations);
            let left = duration(left, 0);
            let long = format!("{count} of at most {limit} iterations, {each}, at most {left} left");
            if text::width(&long, app.theme) <= width {
                long
            } else {
                format!("{count} of ≤ {limit}, {each}, ≤ {left} left")
            }
        }
        None => {
            let stop = match &outcome.fit {
                Some(fit) => format!(", {}", words::fit_stop(fit)),
                None => ", stopped".into(),
            };
            let total: f64 = outcome.em.history.iter().map(|step| step.time.as_secs_f64()).sum();
            let (iterations, total) = (words::iterations(count), duration(total, 1));
            let forms = [
                format!("{iterations}{stop}; {each}, {total} in all"),
                format!("{iterations}{stop}; {total}"),
            ];
            let short = format!("{iterations}; {total}");
            forms.into_iter().find(|text| text::width(text, app.theme) <= width).unwrap_or(short)
        }
    }
}

/// Draws the chart in its panel, and what is said of it in `foot`; below the chart where there is none.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, foot: Option<Rect>, hits: &mut Hits) {
    let panel = Panel {
        title: if area.width < 70 { "NLL, nats ←→" } else { "NLL, nats an image ←→" },
        remark: "",
        views: NllView::names(app.holds_out()),
        view: app.cursors.nll as usize,
        focus: true,
    };
    let area = panel.draw_with(buffer, area, app.theme, hits);
    let (area, foot) = match foot {
        Some(foot) => (area, foot),
        None => panel::split_top(area, area.height.saturating_sub(2)),
    };
    text::put(buffer, foot, 0, 0, &reading(app, foot.width), Role::Text, app.theme);
    text::put(buffer, foot, 1, 0, &pace(app, foot.width), Role::Dim, app.theme);
    let curves = curves(app);
    match chart(app, &curves) {
        Some(chart) => {
            if let Some(plot) = chart.draw(buffer, area, app.theme) {
                draw_legend(app, &curves, buffer, plot);
                hits.note_axis(plot, (chart.x.low, chart.x.high), Target::Iteration);
            }
        }
        None if app.outcome.em.history.len() == 1 => {
            text::put(buffer, area, 1, 2, "needs two iterations", Role::Dim, app.theme);
        }
        None if app.cursors.nll == NllView::HeldOut && app.outcome.fit.is_some() => {
            text::put(buffer, area, 1, 2, "scored at the end only", Role::Dim, app.theme);
        }
        None => {}
    }
}
