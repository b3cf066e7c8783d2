//! Tab 3: the convergence of k-means and of EM (`em_chart`), weights, settings, parameters.
//!
//! ```text
//! ── k-means: inertia ───────────────  ── EM: NLL per image, nats ────────────
//! chart                                chart with the cursor
//! inertia  █▃▂▁▁▁     81234 → 71203
//! NLL      █▂▁▁▁      720.12 → −612.38
//! seconds  ▂▂▃▂▂      0.31 an iteration, 10.2 in all
//! ── weights ─────────  ── settings ──────────  ── parameters ─────────────
//! π₁ ██████ 0.312       K = 5, S = 2,000        π  5                    4
//! ```

mod em_chart;
mod parameters;
mod series;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::show::words;
use crate::show::{duration, fixed, setting, significant};
use crate::study::{Shrinkage, Stage, with_labels};
use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::keymap::{Binding, DOWN, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::Cursor;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::table::{Table, number};
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::sparkline::sparkline;
use crate::tui::views::widgets::{panel, progress, text, weights};
use series::{held_out, inertias, iterations, nlls, numbered};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Fit,
    stage: Stage::Em,
    theory: include_str!("../../theory/fit.txt"),
    keys: KEYS,
    draw,
    selected: |_| None,
    numbers: |app| {
        let at = app.iteration()?;
        Some(table(app, at..at + 1).copied(format!("iteration {}", at + 1)))
    },
    table: |app| {
        let len = app.outcome.em.history.len();
        (len > 0).then(|| table(app, 0..len).copied(format!("{len} iterations of EM")))
    },
};

const ON: KeyContext = KeyContext::On(Tab::Fit);

const KEYS: &[Binding] = &[
    bind(Command::Play, ON, &[plain('p')], "replay", "start or stop the replay of EM"),
    bind(
        Command::CycleView,
        ON,
        &[plain('v')],
        "view",
        "next view: NLL, its change (log or linear), held-out NLL",
    ),
    bind(Command::Left, ON, LEFT, "", "select an iteration of EM"),
    bind(Command::Right, ON, RIGHT, "", "select an iteration of EM"),
    bind(Command::Up, ON, UP, "", "select an iteration of EM"),
    bind(Command::Down, ON, DOWN, "", "select an iteration of EM"),
];

/// Where the parts of the tab are.
struct Areas {
    kmeans: Rect,
    em: Rect,
    strip: Rect,
    lower: Rect,
}

fn areas(app: &App, area: Rect) -> Areas {
    let settings = &app.outcome.settings;
    // Lines of sparklines.
    let strip_lines = if app.holds_out() { 4 } else { 3 };
    let lower = (settings.kmeans.components as u16).saturating_add(1).clamp(7, (area.height / 3).max(7));
    // On a low screen the charts take precedence over the panels.
    let lower = if area.height < lower + strip_lines + 6 { 0 } else { lower };
    let (charts, rest) = panel::split_top(area, area.height.saturating_sub(lower + strip_lines));
    let (strip, lower) = panel::split_top(rest, strip_lines);
    let mut halves = panel::columns(charts, 2, 2);
    let mut next = || halves.next().unwrap_or_default();
    Areas { kmeans: next(), em: next(), strip, lower }
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let outcome = &app.outcome;
    if outcome.kmeans.history.is_empty() && outcome.em.history.is_empty() && outcome.fit.is_none() {
        return progress::waiting(buffer, area, outcome, "The fit", app.theme);
    }
    let step = Some((Cursor::Iteration, 1));
    hits.note_keys(step, step, (Cursor::Iteration, 10));
    let Areas { kmeans, em, strip, lower } = areas(app, area);
    draw_kmeans(app, buffer, kmeans);
    em_chart::draw(app, buffer, em, hits);
    match outcome.status.failure() {
        // The status line is too short for the whole message.
        Some(why) => {
            for (row, line) in text::wrapped(&with_labels(why), usize::from(strip.width))
                .iter()
                .take(usize::from(strip.height))
                .enumerate()
            {
                text::put(buffer, strip, row as u16, 0, line, Role::Bad, app.theme);
            }
        }
        None => draw_strip(app, buffer, strip),
    }
    let mut thirds = panel::columns(lower, 3, 2);
    draw_weights(app, buffer, thirds.next().unwrap_or_default());
    draw_settings(app, buffer, thirds.next().unwrap_or_default());
    parameters::draw(app, buffer, thirds.next().unwrap_or_default());
}

fn draw_kmeans(app: &App, buffer: &mut Buffer, area: Rect) {
    let remark = match &app.outcome.kmeans.fit {
        Some(fit) => words::kmeans_stop(fit.stop).to_owned(),
        None if app.outcome.settings.means_init.is_some() => "the means are given".into(),
        None => progress::detail(&app.outcome, crate::study::Stage::KMeans),
    };
    let area = panel::heading_with(buffer, area, "k-means: inertia", &remark, app.theme);
    let points = numbered(&inertias(app));
    if points.is_empty() {
        return;
    }
    Chart {
        x: iterations(points.len()),
        y: Axis::around(points.iter().map(|point| point.1), 0.05, ""),
        layers: vec![Layer::Curve(&points, Role::Series(0)), Layer::Dots(&points, Role::Series(0))],
        cursor: None,
    }
    .draw(buffer, area, app.theme);
}

/// Sparklines: label, series, and its first and last value.
fn draw_strip(app: &App, buffer: &mut Buffer, area: Rect) {
    let (inertias, nlls) = (inertias(app), nlls(app));
    let times: Vec<f64> = app.outcome.em.history.iter().map(|step| step.time.as_secs_f64()).collect();
    let from_to = |values: &[f64], write: fn(f64) -> String| match values {
        [] => "still to come".to_owned(),
        [one] => write(*one),
        [first, .., last] => format!("{} → {}", write(*first), write(*last)),
    };
    let mut nll = from_to(&nlls, |value| fixed(value, 3));
    if let (Some(at), Some(_)) = (app.iteration(), app.cursors.iteration) {
        let value = nlls.get(at).copied().unwrap_or(f64::NAN);
        let before = at.checked_sub(1).and_then(|before| nlls.get(before));
        let change = before.map(|before| format!(", change {}", significant(value - before, 2)));
        nll = format!("iteration {}: {}{}", at + 1, fixed(value, 3), change.unwrap_or_default());
    }
    let seconds = match times.last() {
        None => "still to come".to_owned(),
        Some(last) => {
            let at = app.iteration().and_then(|at| times.get(at)).unwrap_or(last);
            format!("{}, {} in all", duration(*at, 3), duration(times.iter().sum(), 1))
        }
    };
    let held_out = held_out(app);
    let held_out_reading = match app.cursors.iteration.and(app.iteration()).and_then(|at| held_out.get(at)) {
        Some(&value) => fixed(value, 3),
        None => match app.outcome.fit.as_ref().and_then(|fit| fit.held_out.as_ref()) {
            Some(score) => format!("{} at the end", fixed(score.nll, 3)),
            None => from_to(&held_out, |value| fixed(value, 3)),
        },
    };
    let mut lines = vec![
        ("inertia", &inertias, from_to(&inertias, |value| significant(value, 5)), 0),
        ("NLL", &nlls, nll, 1),
    ];
    if app.holds_out() {
        lines.push(("held out", &held_out, held_out_reading, 2));
    }
    lines.push(("time", &times, seconds, 3));
    let width = usize::from(area.width.saturating_sub(46)).min(100);
    for (row, (label, values, reading, series)) in lines.into_iter().enumerate() {
        let row = row as u16;
        text::put(buffer, area, row, 0, label, Role::Dim, app.theme);
        let end = text::put(buffer, area, row, 9, &sparkline(values, width), Role::Series(series), app.theme);
        text::put(buffer, area, row, end.max(9) + 2, &reading, Role::Text, app.theme);
    }
}

fn draw_weights(app: &App, buffer: &mut Buffer, area: Rect) {
    let step = app.iteration().and_then(|at| app.outcome.em.history.get(at));
    let remark = match step {
        Some(step) => format!("iteration {}", step.iteration.iteration),
        None => String::new(),
    };
    let area = panel::heading_with(buffer, area, "weights πₖ", &remark, app.theme);
    let values: Vec<f64> = match (step, &app.outcome.fit) {
        (Some(step), _) => step.iteration.weights.iter().copied().collect(),
        (None, Some(fit)) => fit.mixture.weights().iter().copied().collect(),
        (None, None) => Vec::new(),
    };
    if values.is_empty() {
        text::put(buffer, area, 0, 0, "still to come", Role::Dim, app.theme);
    }
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let room = usize::from(area.height);
    let shown = if values.len() > room { room.saturating_sub(1) } else { values.len() };
    let area = Rect { width: area.width.min(40), ..area };
    for (k, &weight) in values.iter().enumerate().take(shown) {
        weights::draw(buffer, panel::below(area, k as u16), k, weight, most, app.theme);
    }
    if shown < values.len() {
        let more = format!("and {} more", values.len() - shown);
        text::put(buffer, area, shown as u16, 0, &more, Role::Dim, app.theme);
    }
}

fn draw_settings(app: &App, buffer: &mut Buffer, area: Rect) {
    let area = panel::heading_with(buffer, area, "settings", "s changes", app.theme);
    let settings = &app.outcome.resolved_settings();
    let init = match (&settings.means_init, settings.kmeans.init) {
        (Some(_), _) => "the means are given".to_owned(),
        (None, init) => format!("{} × {}", words::kmeans_start(init), settings.kmeans.restarts),
    };
    let ridge = match (&app.outcome.fit, settings.shrinkage) {
        (_, Shrinkage::Images(0.0)) => setting(settings.em.ridge),
        (Some(fit), _) => {
            format!("{}, shrinkage {}", setting(settings.em.ridge), significant(fit.shrinkage, 3))
        }
        (None, _) => format!("{}, shrinkage", setting(settings.em.ridge)),
    };
    let lines = [
        ("K, S", format!("{}, {}", settings.kmeans.components, words::samples(settings.samples))),
        ("labels", settings.labels.to_string()),
        ("seed", settings.seed.to_string()),
        ("start", init),
        ("ridge", ridge),
        ("stop", format!("Δ < {} or {}", setting(settings.em.tolerance), settings.em.max_iterations)),
    ];
    for (row, (name, value)) in lines.iter().enumerate() {
        text::put(buffer, area, row as u16, 0, name, Role::Dim, app.theme);
        text::put(buffer, area, row as u16, 8, value, Role::Text, app.theme);
    }
}

/// Iterations of EM, for the clipboard.
fn table(app: &App, which: std::ops::Range<usize>) -> Table {
    let history = &app.outcome.em.history;
    let count = history.first().map_or(0, |step| step.iteration.weights.len());
    let weights: Vec<String> = (1..=count).map(|k| format!("weight_{k}")).collect();
    let fixed = ["iteration", "nll", "change", "held_out_nll", "seconds"];
    let head: Vec<&str> = fixed.into_iter().chain(weights.iter().map(String::as_str)).collect();
    let mut table = Table::of(&head);
    for at in which {
        let Some(step) = history.get(at) else { continue };
        let before = at.checked_sub(1).and_then(|before| history.get(before));
        let change = before.map(|before| step.iteration.nll - before.iteration.nll);
        let cells = [
            step.iteration.iteration.to_string(),
            number(Some(step.iteration.nll)),
            number(change),
            number(step.iteration.held_out_nll),
            number(Some(step.time.as_secs_f64())),
        ];
        let weights = step.iteration.weights.iter().map(|&weight| number(Some(weight)));
        table.row(cells.into_iter().chain(weights));
    }
    table
}
