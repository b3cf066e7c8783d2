//! The inertia of k-means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::series::{inertias, iterations, numbered};
use crate::show::{significant, words};
use crate::study::{Stage, StartMeans};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::progress;

/// Why k-means ended, or how far it is.
fn remark(app: &App) -> String {
    match &app.outcome.kmeans.fit {
        Some(fit) => words::kmeans_stop(fit.stop).to_owned(),
        None if app.outcome.settings.means_init.is_some() => "the means are given".into(),
        None if app.outcome.settings.em_start != StartMeans::KMeans => "not run: EM has another start".into(),
        None => progress::detail(&app.outcome, Stage::KMeans),
    }
}

/// "inertia 3300.0 → 2414.1 in 7 iterations, no assignment changed".
pub fn line(app: &App) -> String {
    let values = inertias(app);
    let [first, .., last] = values.as_slice() else { return remark(app) };
    let span = format!("{} → {}", significant(*first, 5), significant(*last, 5));
    format!("inertia {span} in {}, {}", words::iterations(values.len()), remark(app))
}

/// Draws the chart.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let points = numbered(&inertias(app));
    let title = match points.last() {
        Some((_, last)) => format!("k-means: inertia {}", significant(*last, 5)),
        None => "k-means: inertia".into(),
    };
    let inside =
        Panel { title: &title, remark: &remark(app), ..Panel::default() }.draw(buffer, area, app.theme);
    if points.is_empty() {
        return;
    }
    Chart {
        x: iterations(points.len()),
        y: Axis::around(points.iter().map(|point| point.1), 0.05, ""),
        layers: vec![Layer::Curve(&points, Role::Series(0)), Layer::Dots(&points, Role::Series(0))],
        cursor: None,
    }
    .draw(buffer, inside, app.theme);
}
