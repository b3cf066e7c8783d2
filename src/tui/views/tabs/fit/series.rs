//! The series that the charts and sparklines show.

use crate::tui::state::App;
use crate::tui::views::widgets::chart::Axis;

/// The inertia of the winning restart, or of the latest while k-means runs.
pub fn inertias(app: &App) -> Vec<f64> {
    let kmeans = &app.outcome.kmeans;
    let steps = match &kmeans.fit {
        Some(fit) => fit.history.iter().collect(),
        None => {
            let latest = kmeans.history.last().map_or(0, |step| step.restart);
            kmeans.history.iter().filter(|step| step.restart == latest).collect::<Vec<_>>()
        }
    };
    steps.into_iter().map(|step| step.inertia).collect()
}

/// The NLL of every iteration.
pub fn nlls(app: &App) -> Vec<f64> {
    app.outcome.em.history.iter().map(|step| step.iteration.nll).collect()
}

/// Values against iterations, counted from 1.
pub fn numbered(values: &[f64]) -> Vec<(f64, f64)> {
    values.iter().enumerate().map(|(i, &value)| (i as f64 + 1.0, value)).collect()
}

/// The horizontal axis of `count` iterations.
pub fn iterations(count: usize) -> Axis<'static> {
    Axis { counts: true, ..Axis::linear(1.0, (count as f64).max(2.0), "iteration") }
}

/// The NLL of the held-out images, one an iteration; empty when there are none.
pub fn held_out(app: &App) -> Vec<f64> {
    app.outcome.em.history.iter().filter_map(|step| step.iteration.held_out_nll).collect()
}
