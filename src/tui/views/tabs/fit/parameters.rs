//! The dimensions of the mixture's parameters, and how many of them are free.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::mixture::FreeParameters;
use crate::show::words::{covariance_dimensions, free_parameters, grouped};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::text;

/// K, D and the number of free parameters; none before the images are loaded.
fn free(app: &App) -> Option<(usize, usize, FreeParameters)> {
    let settings = &app.outcome.settings;
    let (k, d) = (settings.kmeans.components, app.outcome.shape()?.len());
    Some((k, d, FreeParameters::of(settings.covariance, k, d, settings.rank)))
}

/// The numbers in a line.
pub fn line(app: &App) -> String {
    free(app).map_or_else(String::new, |(_, _, free)| {
        let [weights, means, covariances, all] =
            [free.weights, free.means, free.covariances, free.total()].map(grouped);
        format!("{all} parameters: π {weights}, μ {means}, Σ {covariances}")
    })
}

/// Draws the table; its head alone before the images are loaded.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let area = Panel { title: "Parameters", ..Panel::default() }.draw(buffer, area, app.theme);
    let Some((k, d, free)) = free(app) else { return };
    let settings = &app.outcome.settings;
    let lines = [
        ("", "dimensions".to_owned(), "free".to_owned(), Role::Dim),
        ("π", format!("{k}"), grouped(free.weights), Role::Text),
        ("μ", format!("{k}×{d}"), grouped(free.means), Role::Text),
        ("Σ", covariance_dimensions(settings, k, d), grouped(free.covariances), Role::Text),
        ("all", String::new(), grouped(free.total()), Role::Accent),
    ];
    let table = Rect { width: area.width.min(34), ..area };
    for (row, (name, dimensions, count, role)) in lines.iter().enumerate() {
        text::put(buffer, table, row as u16, 0, name, Role::Accent, app.theme);
        text::put(buffer, table, row as u16, 6, dimensions, *role, app.theme);
        text::right(buffer, table, row as u16, count, *role, app.theme);
    }
    if area.width >= 34 {
        text::put(buffer, area, 5, 0, free_parameters(settings.covariance), Role::Dim, app.theme);
    }
}
