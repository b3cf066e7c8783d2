//! Tab 7: every run of the session and every saved one, as a table (`table`) above what the selected one is (`detail`), as curves
//! (`curves`), and two of them side by side (`beside`).

mod beside;
mod curves;
mod detail;
mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use serde_json::Value as Json;

use super::spec::TabSpec;
use crate::show;
use crate::study::Stage;
use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::keymap::{Binding, DOWN, ENTER, KeyContext, UP, bind, plain};
use crate::tui::state::App;
use crate::tui::state::cursors::Cursor;
use crate::tui::state::runs::RunsView;
use crate::tui::tab::Tab;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// The tab.
pub const TAB: TabSpec = TabSpec {
    tab: Tab::Runs,
    stage: Stage::Inpaint,
    theory: |_| include_str!("../../theory/runs.txt"),
    keys: KEYS,
    draw,
    selected: |_| None,
    numbers: table::selected,
    table: table::all,
};

const ON: KeyContext = KeyContext::On(Tab::Runs);

const KEYS: &[Binding] = &[
    bind(Command::Open, ON, ENTER, "bring back", "bring the selected run back"),
    bind(Command::Mark, ON, &[plain('a')], "mark", "mark a run for curves and comparison"),
    bind(Command::CycleView, ON, &[plain('v')], "view", "next view: table, curves, side by side"),
    bind(Command::Sort, ON, &[plain('o')], "sort", "sort by the next column"),
    bind(Command::DeleteRun, ON, &[plain('x')], "delete", "delete a run"),
    bind(Command::Up, ON, UP, "", "select a run"),
    bind(Command::Down, ON, DOWN, "", "select a run"),
];

/// Draws the tab.
fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let runs = &app.runs;
    let saved = runs.entries.iter().filter(|entry| entry.saved).count();
    let title = match saved {
        0 => format!("{} this session", runs.entries.len()),
        _ => format!("{} runs, {saved} saved", runs.entries.len()),
    };
    let sweep = app.sweep.words().map_or_else(String::new, |words| format!("{words} under way, "));
    let remark = format!("{sweep}by {}", runs.order.name());
    let (views, view) = (&RunsView::NAMES, runs.view as usize);
    let panel = Panel { title: &title, remark: &remark, views, view, focus: true };
    let inside = panel.draw_with(buffer, area, app.theme, hits);
    hits.note_keys(None, Some((Cursor::Run, 1)), (Cursor::Run, usize::from(inside.height).max(1)));
    if runs.entries.is_empty() {
        let line = "No run has ended yet: each stands here when it does.";
        text::put(buffer, inside, 0, 0, line, Role::Text, app.theme);
        return;
    }
    match runs.view {
        RunsView::Table => {
            let lines = u16::try_from(runs.entries.len() + 2).unwrap_or(u16::MAX);
            let below = panel::below(inside, lines);
            match below.height < detail::LEAST {
                true => table::draw(app, buffer, inside, hits),
                false => {
                    table::draw(app, buffer, Rect { height: lines, ..inside }, hits);
                    detail::draw(app, buffer, below);
                }
            }
        }
        RunsView::Curves => curves::draw(app, buffer, inside),
        RunsView::Beside => beside::draw(app, buffer, inside, hits),
    }
}

/// A setting of a run, as its record has it.
fn setting(value: Option<&Json>) -> String {
    match value {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Null) | None => "-".to_owned(),
        Some(Json::Number(number)) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, show::setting)
        }
        Some(value) => value.to_string(),
    }
}
