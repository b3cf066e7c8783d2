//! The chart of EM: the NLL, its change with the tolerance, or the NLL of held-out images.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::series::{held_out, iterations, nlls, numbered};
use crate::show::{nll_changes, words};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::NllView;
use crate::tui::theme::Role;
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::{panel, text};

/// What is drawn, as points over iterations.
struct Curves {
    /// The NLL of the training images, beside that of held-out ones.
    beside: Vec<(f64, f64)>,
    /// Where the curve is least, if that is marked.
    least: Vec<(f64, f64)>,
    main: Vec<(f64, f64)>,
    /// The tolerance that ends EM, above and below.
    limits: Vec<[(f64, f64); 2]>,
    role: Role,
}

impl Curves {
    fn new() -> Self {
        Self {
            beside: Vec::new(),
            least: Vec::new(),
            main: Vec::new(),
            limits: Vec::new(),
            role: Role::Series(1),
        }
    }
}

fn curves(app: &App) -> Curves {
    let nlls = nlls(app);
    let x = iterations(nlls.len());
    let tolerance = app.outcome.settings.em.tolerance;
    let level = |value: f64| [(x.low, value), (x.high, value)];
    let changes = nll_changes(&app.outcome.em.history).map(|(iteration, change)| (iteration as f64, change));
    match app.cursors.nll {
        NllView::Whole | NllView::Close => Curves { main: numbered(&nlls), ..Curves::new() },
        NllView::HeldOut => {
            let main = numbered(&held_out(app));
            let least = main.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect();
            Curves { main, beside: numbered(&nlls), least, role: Role::Series(2), ..Curves::new() }
        }
        NllView::Change => Curves {
            main: changes.map(|(at, change)| (at, change.abs())).filter(|point| point.1 > 0.0).collect(),
            limits: if tolerance > 0.0 { vec![level(tolerance)] } else { Vec::new() },
            ..Curves::new()
        },
        NllView::LinearChange => Curves {
            main: changes.collect(),
            limits: vec![level(tolerance), level(-tolerance)],
            ..Curves::new()
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
            .chain(&curves.beside)
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
    let beside = [Layer::Curve(&curves.beside, Role::Series(1))];
    let main = [
        Layer::Curve(points, curves.role),
        Layer::Dots(points, curves.role),
        Layer::Dots(&curves.least, Role::Accent),
    ];
    let cursor = app.cursors.iteration.and(app.iteration()).map(|at| at as f64 + 1.0);
    let x = iterations(app.outcome.em.history.len());
    Some(Chart { x, y, layers: limits.chain(beside).chain(main).collect(), cursor })
}

/// Draws the chart under its heading.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let remark = match &app.outcome.fit {
        Some(fit) => words::fit_stop(fit),
        None if app.outcome.status.is_paused() => "paused".into(),
        None if app.outcome.em.history.is_empty() => "still to come".into(),
        None if app.outcome.status.has_ended() => "stopped".into(),
        None => "running".into(),
    };
    let title = match app.cursors.nll {
        NllView::Whole => "EM: NLL per image, nats",
        NllView::Close => "EM: NLL from iteration 2",
        NllView::Change => "EM: |change of the NLL|, nats",
        NllView::LinearChange => "EM: change of the NLL, nats",
        NllView::HeldOut => "EM: NLL of held-out and training images",
    };
    let area = panel::heading_with(buffer, area, title, &remark, app.theme);
    let curves = curves(app);
    match chart(app, &curves) {
        Some(chart) => {
            if let Some(plot) = chart.draw(buffer, area, app.theme) {
                // Iterations are counted from 0 in the history.
                hits.note_axis(plot, (chart.x.low - 1.0, chart.x.high - 1.0), Target::Iteration);
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
