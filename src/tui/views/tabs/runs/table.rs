//! The runs, a row each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::words::{self, HELD_OUT_TRIMMED, grouped};
use crate::show::{duration, fixed, setting};
use crate::study::RunRecord;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::runs::RunEntry;
use crate::tui::theme::Role;
use crate::tui::views::table::{Copied, Table, number};
use crate::tui::views::widgets::{panel, text};

/// A column: its head, in which place it gives way to the others where there is no room (0: never), and its cells.
struct Column(&'static str, u8, fn(&RunRecord) -> String);

fn optional(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| fixed(value, decimals))
}

const COLUMNS: [Column; 11] = [
    Column("K", 0, |run| run.components.to_string()),
    Column("family", 4, |run| run.family.clone()),
    // Its reach has a column of its own.
    Column("shrink", 5, |run| words::shrinkage_in_short(run.shrinkage, 0.0, run.shrinkage_chosen)),
    Column("reach", 1, |run| setting(run.shrinkage_reach)),
    Column("ridge", 3, |run| setting(run.ridge)),
    Column("S", 2, |run| grouped(run.samples)),
    Column("NLL", 0, |run| fixed(run.nll, 1)),
    Column(HELD_OUT_TRIMMED, 0, |run| optional(run.held_out_nll, 1)),
    Column("bits/dim", 6, |run| optional(run.bits_per_dim, 2)),
    Column("PSNR", 0, |run| optional(run.psnr, 2)),
    Column("time", 1, |run| duration(run.seconds, 1)),
];

/// Columns before those of numbers: the mark and the name.
const NAME: usize = 11;

/// The columns that there is room for beside a note of `note` columns in `room`, each with its width.
fn fitting(app: &App, room: usize, note: usize) -> Vec<(&'static Column, usize)> {
    let width = |column: &Column| {
        let cells = app.runs.entries.iter().map(|entry| column.2(&entry.record).chars().count());
        cells.chain([column.0.chars().count()]).max().unwrap_or(0)
    };
    let mut columns: Vec<(&Column, usize)> =
        COLUMNS.iter().map(|column| (column, width(column) + 1)).collect();
    for least in 1..=6 {
        if NAME + columns.iter().map(|(_, width)| width + 1).sum::<usize>() + note <= room {
            break;
        }
        columns.retain(|(column, _)| column.1 != least);
    }
    columns
}

/// What is said of a run behind its numbers: what is wrong with it, and whether it is in front and saved.
fn note(entry: &RunEntry, front: Option<&str>) -> (String, String) {
    let is_front = front == Some(&entry.record.run);
    let kept = [(is_front, "in front"), (entry.saved, "saved")].into_iter().filter(|(is, _)| *is);
    let warning = match entry.record.note() {
        "" => String::new(),
        note => format!("! {note}  "),
    };
    (warning, kept.map(|(_, word)| word).collect::<Vec<_>>().join(", "))
}

/// The row that is in front, is marked, or neither.
fn mark(entry: &RunEntry) -> &'static str {
    if entry.marked { "● " } else { "  " }
}

/// Draws as many rows as there is room for, about the selected one.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let front = app.outcome.run_id();
    let notes = app.runs.entries.iter().map(|entry| note(entry, front.as_deref()));
    let longest = notes.map(|(warning, kept)| warning.chars().count() + kept.chars().count()).max();
    let columns = fitting(app, usize::from(area.width), longest.unwrap_or(0) + 2);
    let cells = |cell: &dyn Fn(&Column) -> String| -> String {
        columns.iter().map(|(column, width)| format!(" {:>width$}", cell(column))).collect()
    };
    let head = format!("  {:<9}{}  note", "run", cells(&|column| column.0.to_owned()));
    text::put(buffer, area, 0, 0, &head, Role::Dim, theme);
    let rows = panel::below(area, 1);
    let shown = app.runs.shown();
    let selected = app.runs.selected.min(shown.len().saturating_sub(1));
    let room = usize::from(rows.height).max(1);
    let first = (selected + 1).saturating_sub(room);
    for (place, &at) in shown.iter().skip(first).take(room).enumerate() {
        let entry = &app.runs.entries[at];
        let line = Rect { height: 1, ..panel::below(rows, place as u16) };
        hits.note(line, Target::Run(first + place));
        let role = if first + place == selected { Role::Selected } else { Role::Text };
        text::put(buffer, line, 0, 0, mark(entry), Role::Accent, theme);
        let record = &entry.record;
        let text = format!("{:<9}{}", record.run, cells(&|column| column.2(record)));
        let column = text::put(buffer, line, 0, 2, &text, role, theme) + 2;
        let (warning, kept) = note(entry, front.as_deref());
        let column = text::put(buffer, line, 0, column, &warning, Role::Warning, theme);
        text::put(buffer, line, 0, column, &kept, Role::Dim, theme);
    }
}

/// Some runs, for the clipboard.
fn copied(runs: &[&RunRecord]) -> Table {
    let mut table = Table::of(&[
        "run",
        "K",
        "family",
        "shrinkage",
        "reach",
        "ridge",
        "seed",
        "S",
        "NLL",
        "held-out NLL",
        "bits/dim",
        "PSNR",
        "seconds",
        "note",
    ]);
    for run in runs {
        table.row([
            run.run.clone(),
            run.components.to_string(),
            run.family.clone(),
            run.shrinkage.to_string(),
            run.shrinkage_reach.to_string(),
            run.ridge.to_string(),
            run.seed.to_string(),
            run.samples.to_string(),
            run.nll.to_string(),
            number(run.held_out_nll),
            number(run.bits_per_dim),
            number(run.psnr),
            run.seconds.to_string(),
            run.note().to_owned(),
        ]);
    }
    table
}

/// All runs, in the order shown.
pub fn all(app: &App) -> Option<Copied> {
    let shown: Vec<&RunRecord> =
        app.runs.shown().into_iter().map(|at| &app.runs.entries[at].record).collect();
    (!shown.is_empty()).then(|| copied(&shown).copied(format!("{} runs", shown.len())))
}

/// The selected run.
pub fn selected(app: &App) -> Option<Copied> {
    let record = &app.runs.entries[app.runs.selected()?].record;
    Some(copied(&[record]).copied(format!("run {}", record.run)))
}
