//! The dimensions of the mixture's parameters and how many of them are free: a panel of the Fit tab, and numbers for
//! its derivation.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::App;
use super::super::theme::Role;
use super::super::widgets::{panel, text};
use super::grouped;
use crate::mixture::FreeParameters;

/// Draws the table.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let area = panel::heading(buffer, area, "parameters", app.theme);
    let k = app.outcome.settings.kmeans.components;
    let d = app.outcome.data.as_ref().map_or(784, |data| data.train.dim());
    let free = FreeParameters::full(k, d);
    let lines = [
        ("", "dimensions".to_owned(), "free".to_owned(), Role::Dim),
        ("π", format!("{k}"), grouped(free.weights), Role::Text),
        ("μ", format!("{k}×{d}"), grouped(free.means), Role::Text),
        ("Σ", format!("{k}×{d}×{d}"), grouped(free.covariances), Role::Text),
        ("all", String::new(), grouped(free.total()), Role::Accent),
    ];
    let table = Rect { width: area.width.min(34), ..area };
    for (row, (name, dimensions, count, role)) in lines.iter().enumerate() {
        text::put(buffer, table, row as u16, 0, name, Role::Accent, app.theme);
        text::put(buffer, table, row as u16, 6, dimensions, *role, app.theme);
        text::right(buffer, table, row as u16, count, *role, app.theme);
    }
    if area.width >= 34 {
        text::put(buffer, area, 6, 0, "K − 1 + K D + K D (D + 1)/2", Role::Dim, app.theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_parameters_are_counted() {
        // By hand: 5 * 784 = 3920, 784 * 785 / 2 = 307720, times 5 = 1538600.
        let free = FreeParameters::full(5, 784);
        assert_eq!((free.weights, free.means, free.covariances), (4, 3920, 1_538_600));
        assert_eq!(free.total(), 1_542_524);
    }
}
