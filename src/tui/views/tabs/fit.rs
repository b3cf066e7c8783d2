//! Tab 3: the convergence of EM (`em_chart`), its components (`components`) and their means (`means`), k-means
//! (`kmeans`), parameters and settings. On a small screen the last three are a line each.
//!
//! ```text
//! ╭ Negative log-likelihood ──────╮╭ Components ──────────────╮
//! │ chart                         ││ k  weight  images  labels │
//! ╰───────────────────────────────╯╰──────────────────────────╯
//! ╭ Means, iteration 4 ────────────────────────────────────────╮
//! ╰────────────────────────────────────────────────────────────╯
//! ╭ k-means ─────────╮╭ Parameters ──────╮╭ Settings ──────────╮
//! ╰──────────────────╯╰──────────────────╯╰────────────────────╯
//! ```
//!
//! The means stand below the table, beside a higher chart, where they are no smaller there.

mod components;
mod em_chart;
mod kmeans;
mod means;
mod parameters;
mod series;
mod settings;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::spec::TabSpec;
use crate::study::{Stage, with_labels};
use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::keymap::{Binding, DOWN, KeyContext, LEFT, RIGHT, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::Cursor;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::table::{Table, number};
use crate::tui::views::widgets::{panel, progress, text};

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Fit,
    stage: Stage::Em,
    theory: |_| include_str!("../../theory/fit.txt"),
    keys: KEYS,
    draw,
    selected: |_| None,
    numbers: |app| {
        let at = app.iteration()?.max(1);
        Some(table(app, at - 1..at).copied(format!("iteration {at}")))
    },
    table: |app| {
        let len = app.outcome.em.history.len();
        (len > 0).then(|| table(app, 0..len).copied(format!("{len} iterations of EM")))
    },
};

const ON: KeyContext = KeyContext::On(Tab::Fit);

const KEYS: &[Binding] = &[
    bind(Command::Left, ON, LEFT, "iteration", "select an iteration of EM"),
    bind(Command::Right, ON, RIGHT, "iteration", "select an iteration of EM"),
    bind(Command::Play, ON, &[plain('p')], "replay", "start or stop the replay of EM"),
    bind(
        Command::CycleView,
        ON,
        &[plain('v')],
        "view",
        "next view: NLL, from iteration 2, its change (log or linear), held out",
    ),
    bind(Command::Up, ON, UP, "", "select an iteration of EM"),
    bind(Command::Down, ON, DOWN, "", "select an iteration of EM"),
];

/// Where the parts of the tab are.
struct Areas {
    em: Rect,
    /// What is said of the iteration and of EM, on a small screen across all of it; else the chart's panel has it.
    foot: Option<Rect>,
    components: Rect,
    /// Empty where there is no room.
    means: Rect,
    /// Three panels; on a small screen three lines.
    lower: Rect,
}

fn areas(app: &App, area: Rect) -> Areas {
    let bordered = panel::bordered(app.size);
    let lower = if bordered { 8 } else { 3 };
    // The chart has at least a third, and the table as much as it needs of half the screen.
    let needed = components::lines(app, area) + 3;
    let least = if bordered { needed.max(area.height / 3).max(14) } else { 9 };
    let room = Rect { height: area.height.saturating_sub(lower + least), ..area };
    if bordered && let Some(areas) = beside(app, area, lower, room) {
        return areas;
    }
    let means = means::height(app, room);
    let (upper, rest) = panel::split_top(area, area.height.saturating_sub(lower + means));
    let (means, lower) = panel::split_top(rest, means);
    let (upper, foot) = match bordered {
        true => (upper, None),
        false => {
            let (upper, foot) = panel::split_top(upper, upper.height.saturating_sub(2));
            (upper, Some(foot))
        }
    };
    let table = components::width(app, upper);
    let gap = 2 * u16::from(!bordered);
    let em = Rect { width: upper.width.saturating_sub(table + gap), ..upper };
    let components = Rect { x: upper.right() - table, width: table, ..upper };
    Areas { em, foot, components, means, lower }
}

/// The means below the table, where that has one column and they are no smaller than across all of `below`.
fn beside(app: &App, area: Rect, lower: u16, below: Rect) -> Option<Areas> {
    let (upper, lower) = panel::split_top(area, area.height.saturating_sub(lower));
    let mut halves = panel::columns(upper, 2, 0);
    let (em, right) = (halves.next()?, halves.next()?);
    let (components, means) = panel::split_top(right, components::in_one_column(app, area)? + 3);
    let size = means::size(app, means)?;
    (Some(size) >= means::size(app, below)).then_some(Areas { em, foot: None, components, means, lower })
}

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let outcome = &app.outcome;
    if outcome.kmeans.history.is_empty() && outcome.em.history.is_empty() && outcome.fit.is_none() {
        return progress::waiting(buffer, area, outcome, "The fit", app.theme);
    }
    let step = Some((Cursor::Iteration, 1));
    hits.note_keys(step, step, (Cursor::Iteration, 10));
    let Areas { em, foot, components, means, lower } = areas(app, area);
    em_chart::draw(app, buffer, em, foot, hits);
    components::draw(app, buffer, components);
    means::draw(app, buffer, means, hits);
    match outcome.status.failure() {
        // The status line is too short for the whole message.
        Some(why) => {
            let lower = if panel::bordered(app.size) { panel::below(lower, 1) } else { lower };
            let lines = text::wrapped(&with_labels(why), usize::from(lower.width));
            for (row, line) in lines.iter().take(usize::from(lower.height)).enumerate() {
                text::put(buffer, lower, row as u16, 0, line, Role::Bad, app.theme);
            }
        }
        None => draw_lower(app, buffer, lower),
    }
}

fn draw_lower(app: &App, buffer: &mut Buffer, area: Rect) {
    if panel::bordered(app.size) {
        let mut thirds = panel::columns(area, 3, 0);
        kmeans::draw(app, buffer, thirds.next().unwrap_or_default());
        parameters::draw(app, buffer, thirds.next().unwrap_or_default());
        settings::draw(app, buffer, thirds.next().unwrap_or_default());
        return;
    }
    let lines = [
        ("k-means", kmeans::line(app)),
        ("free", parameters::line(app)),
        ("settings", settings::line(app, area.width.saturating_sub(10))),
    ];
    for (row, (name, line)) in lines.iter().enumerate() {
        text::put(buffer, area, row as u16, 0, name, Role::Dim, app.theme);
        text::put(buffer, area, row as u16, 10, line, Role::Text, app.theme);
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
