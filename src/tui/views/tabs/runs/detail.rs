//! The selected run, below the table: its settings, and its curve or those of the marked ones.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value as Json;

use super::curves;
use crate::study::{RunRecord, SETTINGS, Settings};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::{panel, text};

/// The least lines of it.
pub const LEAST: u16 = 8;
/// Columns of a setting, and of its name.
const SETTING: (u16, u16) = (38, 22);

/// Names and values of the settings: those that are not the default ones first.
fn settings(record: &RunRecord) -> Vec<(String, String)> {
    let default = Settings::default();
    let usual: BTreeMap<String, Json> = SETTINGS
        .iter()
        .filter_map(|setting| Some((setting.json_key(), serde_json::to_value(setting.value(&default)).ok()?)))
        .collect();
    let (usual, others): (Vec<_>, Vec<_>) =
        record.settings.iter().partition(|(name, value)| usual.get(*name) == Some(*value));
    let shown = |(name, value): (&String, &Json)| (name.replace('_', " "), super::setting(Some(value)));
    others.into_iter().chain(usual).map(shown).filter(|(_, value)| value != "-").collect()
}

/// Draws it: settings beside the curves, on a narrow screen above them.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(entry) = app.runs.selected().and_then(|at| app.runs.entries.get(at)) else { return };
    let record = &entry.record;
    // The row may have no room for its note.
    let note = match record.note() {
        "" => String::new(),
        note => format!(" ({note})"),
    };
    let title = format!("run {} of {}{note}, changed settings first", record.run, record.data);
    let inside = panel::heading(buffer, area, &title, app.theme);
    let wide = inside.width >= 3 * SETTING.0;
    let across = if wide { (inside.width / 2 / SETTING.0).max(1) } else { (inside.width / SETTING.0).max(1) };
    let settings = settings(record);
    let lines = (settings.len() as u16).div_ceil(across);
    let lines = if wide { lines.min(inside.height) } else { lines.min(inside.height / 3) };
    for (place, (name, value)) in settings.iter().take(usize::from(lines * across)).enumerate() {
        let (column, row) = (place as u16 / lines.max(1), place as u16 % lines.max(1));
        let x = inside.x + column * SETTING.0;
        let line = Rect { x, width: SETTING.0 - 1, ..panel::below(inside, row) }.intersection(inside);
        text::put(buffer, line, 0, 0, name, Role::Dim, app.theme);
        text::put(buffer, line, 0, SETTING.1, value, Role::Text, app.theme);
    }
    let chart = if wide {
        let left = across * SETTING.0;
        Rect { x: inside.x + left, width: inside.width - left, ..inside }
    } else {
        panel::below(inside, lines)
    };
    curves::draw(app, buffer, chart);
}
