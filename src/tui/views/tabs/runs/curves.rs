//! The NLL of the marked runs over their iterations, in one chart.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::fixed;
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::chart::{Axis, Chart, Layer};
use crate::tui::views::widgets::{panel, text};

/// The glyph and the colour of curve `at`: more curves than these share them.
fn mark(at: usize) -> (&'static str, Role) {
    const MARKS: [&str; 6] = ["●", "○", "◆", "▲", "×", "+"];
    (MARKS[at % MARKS.len()], Role::Series(at))
}

/// Draws the chart, and a legend above it.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let runs = app.runs.marked();
    let legend = runs.len().min(usize::from(area.height) / 3) as u16;
    for (row, entry) in runs.iter().take(usize::from(legend)).enumerate() {
        let record = &entry.record;
        // The last line says how many have none.
        if row + 1 == usize::from(legend) && runs.len() > row + 1 {
            let more = format!("and {} more", runs.len() - row);
            text::put(buffer, area, row as u16, 0, &more, Role::Dim, app.theme);
            break;
        }
        let line = format!(
            "{} {}  K {}, ends at {} after {}",
            mark(row).0,
            record.run,
            record.components,
            fixed(record.nll, 2),
            crate::show::words::iterations(record.nll_history.len())
        );
        text::put(buffer, area, row as u16, 0, &line, Role::Series(row), app.theme);
    }
    // The first iteration is far from all others, where there are some.
    let skip = usize::from(runs.iter().any(|entry| entry.record.nll_history.len() > 2));
    let curve = |history: &[f64]| -> Vec<(f64, f64)> {
        (1..).map(f64::from).zip(history.iter().copied()).skip(skip).collect()
    };
    let curves: Vec<Vec<(f64, f64)>> = runs.iter().map(|entry| curve(&entry.record.nll_history)).collect();
    let longest = curves.iter().flatten().map(|point| point.0).fold(2.0, f64::max);
    let mut layers: Vec<Layer> =
        curves.iter().enumerate().map(|(at, points)| Layer::Curve(points, Role::Series(at))).collect();
    layers.extend(curves.iter().enumerate().map(|(at, points)| {
        let (glyph, role) = mark(at);
        Layer::Marks(points, glyph, role)
    }));
    let x = Axis { counts: true, ..Axis::linear(1.0, longest + 0.5, "iteration") };
    let y = Axis::around(curves.iter().flatten().map(|point| point.1), 0.05, "NLL, nats");
    Chart { x, y, layers, cursor: None }.draw(buffer, panel::below(area, legend), app.theme);
}
