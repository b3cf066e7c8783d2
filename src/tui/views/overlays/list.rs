//! A list to choose from, with what there is to say on the selected line: pairs of a law and a map, experiments.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::density::examples::EXAMPLES;
use crate::study::EXPERIMENTS;
use crate::tui::hits::{Hits, Scroll, Target};
use crate::tui::state::overlay::{List, Listed};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::text;

/// Lines for what there is to say.
const NOTE: u16 = 5;

/// A line of a list: three columns, and what there is to say.
struct Line {
    cells: [String; 3],
    note: String,
}

/// How many lines a list has.
pub fn len(of: Listed) -> usize {
    match of {
        Listed::Pairs => EXAMPLES.len(),
        Listed::Experiments => EXPERIMENTS.len(),
    }
}

fn title(of: Listed) -> (&'static str, [&'static str; 3]) {
    match of {
        Listed::Pairs => ("Pairs of a law and a map", ["f(x)", "law of X", "law of Z"]),
        Listed::Experiments => ("Experiments", ["", "name", "settings"]),
    }
}

/// The least columns of a list with the settings of experiments beside their names; else they are said of the selected one.
const WIDE: u16 = 120;

fn lines(of: Listed, width: u16) -> Vec<Line> {
    match of {
        Listed::Pairs => EXAMPLES
            .iter()
            .map(|example| Line {
                cells: [example.map, example.law, example.closed_form.map_or("", |(name, _)| name)]
                    .map(str::to_owned),
                note: example.look_for.to_owned(),
            })
            .collect(),
        Listed::Experiments => EXPERIMENTS
            .iter()
            .map(|experiment| {
                let settings = experiment.settings.iter().map(|(key, text)| format!("{key} {text}"));
                let settings = settings.collect::<Vec<_>>().join(", ");
                let (settings, note) = match width < WIDE {
                    true => (String::new(), format!("{} Settings: {settings}.", experiment.look_for)),
                    false => (settings, experiment.look_for.to_owned()),
                };
                Line { cells: [experiment.title.to_owned(), experiment.name.to_owned(), settings], note }
            })
            .collect(),
    }
}

/// Draws the list.
pub fn draw(list: &List, buffer: &mut Buffer, body: Rect, theme: Theme, hits: &mut Hits) {
    let lines = lines(list.of, body.width);
    let selected = list.selected.min(lines.len().saturating_sub(1));
    let (title, mut heads) = title(list.of);
    let has_third = lines.iter().any(|line| !line.cells[2].is_empty());
    if !has_third {
        heads[2] = "";
    }
    let remark = format!("{} of {}", selected + 1, lines.len());
    let area = Panel { title, remark: &remark, focus: true, ..Panel::default() }.draw(buffer, body, theme);
    let (table, note) = panel::split_top(area, area.height.saturating_sub(NOTE));
    let widths = [0, 1].map(|column| {
        let widest =
            lines.iter().filter_map(|line| line.cells.get(column)).map(|cell| text::width(cell, theme));
        (widest.max().unwrap_or(0) + 2).min(table.width / 5 * if has_third { 2 } else { 3 })
    });
    let [first, second] = widths;
    let row = |buffer: &mut Buffer, at: u16, cells: [&str; 3], role: Role| {
        let columns = [(3, first), (3 + first, second), (3 + first + second, table.width)];
        for (cell, (column, width)) in cells.into_iter().zip(columns) {
            let end = (column + width).saturating_sub(1).min(table.width);
            text::put(buffer, Rect { width: end, ..table }, at, column, cell, role, theme);
        }
    };
    row(buffer, 0, heads, Role::Dim);
    let room = usize::from(table.height.saturating_sub(1)).max(1);
    hits.scroll = Scroll { lines: lines.len(), room };
    let from = (selected + 1).saturating_sub(room);
    for (at, (index, line)) in lines.iter().enumerate().skip(from).take(room).enumerate() {
        let at = at as u16 + 1;
        hits.note(Rect { height: 1, ..panel::below(table, at) }, Target::Line(index));
        let role = if index == selected { Role::Selected } else { Role::Text };
        if index == selected {
            text::put(buffer, table, at, 1, "▸", Role::Accent, theme);
        }
        row(buffer, at, line.cells.each_ref().map(String::as_str), role);
    }
    if let Some(line) = lines.get(selected) {
        let width = usize::from(note.width.saturating_sub(4));
        for (at, words) in text::wrapped(&line.note, width).iter().take(usize::from(NOTE) - 1).enumerate() {
            text::put(buffer, note, at as u16 + 1, 3, words, Role::Accent, theme);
        }
    }
}
