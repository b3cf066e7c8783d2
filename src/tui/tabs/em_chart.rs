//! The chart of EM on the tab Fit: the NLL, its change with the tolerance drawn in, the NLL of images held out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, NllView};
use super::super::theme::Role;
use super::super::widgets::chart::{Axis, Chart, Layer};
use super::super::widgets::{panel, progress, text};
use super::fit::{iterations, nlls, numbered};

/// What is drawn, as points over iterations.
struct Curves {
    main: Vec<(f64, f64)>,
    /// The tolerance that ends EM, above and below.
    limits: Vec<[(f64, f64); 2]>,
    role: Role,
}

/// The NLL of the images held out, an iteration each; empty when there are none.
pub fn held_out(app: &App) -> Vec<f64> {
    app.outcome.em.history.iter().filter_map(|step| step.iteration.held_out_nll).collect()
}

fn curves(app: &App) -> Curves {
    let nlls = nlls(app);
    let x = iterations(nlls.len());
    let tolerance = app.outcome.settings.em.tolerance;
    let level = |value: f64| [(x.low, value), (x.high, value)];
    let changes = nlls.windows(2).zip(2..).map(|(pair, at)| (f64::from(at), pair[1] - pair[0]));
    match app.cursors.nll {
        NllView::Whole | NllView::Close => {
            Curves { main: numbered(&nlls), limits: Vec::new(), role: Role::Series(1) }
        }
        NllView::HeldOut => {
            Curves { main: numbered(&held_out(app)), limits: Vec::new(), role: Role::Series(2) }
        }
        NllView::Change => Curves {
            main: changes.map(|(at, change)| (at, change.abs())).filter(|point| point.1 > 0.0).collect(),
            limits: if tolerance > 0.0 { vec![level(tolerance)] } else { Vec::new() },
            role: Role::Series(1),
        },
        NllView::LinearChange => Curves {
            main: changes.collect(),
            limits: vec![level(tolerance), level(-tolerance)],
            role: Role::Series(1),
        },
    }
}

/// The chart; none when there is nothing to draw yet.
fn chart<'a>(app: &App, curves: &'a Curves) -> Option<Chart<'a>> {
    let points = &curves.main;
    if points.is_empty() {
        return None;
    }
    let values = || points.iter().map(|point| point.1).chain(curves.limits.iter().map(|limit| limit[0].1));
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
    let main = [Layer::Curve(points, curves.role), Layer::Dots(points, curves.role)];
    let cursor = app.cursors.iteration.and(app.iteration()).map(|at| at as f64 + 1.0);
    let x = iterations(app.outcome.em.history.len());
    Some(Chart { x, y, layers: limits.chain(main).collect(), cursor })
}

/// Draws the chart under its heading.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let remark = match &app.outcome.fit {
        Some(fit) => progress::em_stop(fit.stop).to_owned(),
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
        NllView::HeldOut => "EM: NLL of held-out images",
    };
    let area = panel::heading_with(buffer, area, title, &remark, app.theme);
    let curves = curves(app);
    match chart(app, &curves) {
        Some(chart) => chart.draw(buffer, area, app.theme),
        None if app.outcome.em.history.len() == 1 => {
            text::put(buffer, area, 1, 2, "needs two iterations", Role::Dim, app.theme);
        }
        None => {}
    }
}

/// The iteration, from 0, whose place in the chart is nearest to a cell.
pub fn iteration_at(app: &App, area: Rect, cell: (u16, u16)) -> Option<usize> {
    let curves = curves(app);
    let x = chart(app, &curves)?.x_at(panel::below(area, 1), cell, app.theme)?;
    let last = app.outcome.em.history.len().checked_sub(1)?;
    Some((x.round().max(1.0) as usize - 1).min(last))
}
