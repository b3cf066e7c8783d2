//! Tab 5: samples of the mixture or of one component, each with the component that it came from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::App;
use super::super::theme::Role;
use super::super::widgets::tiles::Tiles;
use super::super::widgets::{image, panel, progress, text};
use crate::show::{Picture, column, fixed, image_shape};

/// Where the samples go when the tab has `area`: as large as the first batch fits, and further rows of that size.
pub fn tiles(app: &App, area: Rect) -> Tiles {
    let Some(samples) = &app.outcome.samples else { return Tiles::of(Rect::default(), 1, 1) };
    let first = app.outcome.settings.draws.max(1);
    let tiles = Tiles::fit(panel::below(area, 1), first, samples.images.nrows().isqrt(), 1);
    let fitting = Tiles::of(tiles.area, tiles.size, tiles.caption);
    Tiles { rows: fitting.rows, ..tiles }
}

/// Selects the sample under a cell.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let count = app.sample_count();
    let hit = tiles(app, area).at(x, y, app.cursors.sample.min(count.saturating_sub(1)), count);
    if let Some(index) = hit {
        app.cursors.sample = index;
    }
    hit.is_some()
}

/// Sample `index`; values outside [0, 1] are shown as black or white.
pub fn picture(app: &App, index: usize) -> Option<Picture> {
    let (samples, at) = app.sample(index)?;
    column(&samples.images, at, image_shape(&app.outcome, samples.images.nrows()))
}

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    if app.outcome.samples.is_none() {
        return progress::waiting(buffer, area, &app.outcome, "Samples of the mixture", theme);
    }
    let count = app.sample_count();
    let selected = app.cursors.sample.min(count.saturating_sub(1));
    let tiles = tiles(app, area);
    panel::heading_with(buffer, area, &title(app), &remark(app, &tiles, selected, count), theme);
    for (index, rect) in tiles.visible(selected, count) {
        let role = if index == selected { Role::Selected } else { Role::Text };
        let Some(picture) = picture(app, index) else {
            text::put(buffer, rect, 0, 0, "drawing …", Role::Dim, theme);
            continue;
        };
        text::put(buffer, rect, 0, 0, &caption(app, index, rect.width), role, theme);
        image::draw_to_fit(buffer, panel::below(rect, 1), &picture, theme);
    }
}

fn title(app: &App) -> String {
    match app.stream().component {
        None => "Samples: k with probability πₖ, then x = μₖ + Lₖ ε".into(),
        Some(k) => {
            let k = super::subscript(k + 1);
            format!("Samples of one component: x = μ{k} + L{k} ε")
        }
    }
}

/// "1 to 10, ↓ draws more".
fn remark(app: &App, tiles: &Tiles, selected: usize, count: usize) -> String {
    if app.drawing() {
        return "drawing …".into();
    }
    let first = tiles.first_row(selected, count) * tiles.columns;
    let last = (first + tiles.columns * tiles.rows).min(count);
    format!("{} to {last}, ↓ draws more", super::grouped(first + 1))
}

/// "component 2", with its weight where there is room.
fn caption(app: &App, index: usize, width: u16) -> String {
    let Some((samples, column)) = app.sample(index) else { return String::new() };
    let component = samples.components.get(column).copied().unwrap_or_default();
    let short = format!("component {}", component + 1);
    let weight = app.outcome.fit.as_ref().and_then(|fit| fit.mixture.weights().get(component).copied());
    match weight {
        Some(weight) if width >= 24 => {
            format!("{short} ({} = {})", super::weight_name(component), fixed(weight, 3))
        }
        _ => short,
    }
}
