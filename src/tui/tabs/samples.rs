//! Tab 5: samples of the mixture, each with the component that it came from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::App;
use super::super::theme::Role;
use super::super::widgets::tiles::Tiles;
use super::super::widgets::{image, panel, progress, text};
use crate::show::{Picture, fixed};
use crate::study::SamplesReport;

/// Where the samples go when the tab has `area`.
pub fn tiles(app: &App, area: Rect) -> Tiles {
    let Some(samples) = &app.outcome.samples else { return Tiles::of(Rect::default(), 1, 1) };
    Tiles::fit(panel::below(area, 1), samples.components.len(), samples.images.nrows().isqrt(), 1)
}

/// Selects the sample under a cell.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let count = app.outcome.samples.as_ref().map_or(0, |samples| samples.components.len());
    let hit = tiles(app, area).at(x, y, app.cursors.sample, count);
    if let Some(index) = hit {
        app.cursors.sample = index;
    }
    hit.is_some()
}

/// Sample `index`; values outside [0, 1] are shown as black or white.
pub fn picture(samples: &SamplesReport, index: usize) -> Option<Picture> {
    if index >= samples.images.ncols() {
        return None;
    }
    let column = samples.images.column(index);
    Some(Picture::image(column.len().isqrt(), column.as_slice()))
}

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(samples) = &app.outcome.samples else {
        return progress::waiting(buffer, area, &app.outcome, "Samples of the mixture", theme);
    };
    let remark = if app.resampling { "drawing …" } else { "r draws others" };
    panel::heading_with(buffer, area, "Samples: k with probability πₖ, then x = μₖ + Lₖ ε", remark, theme);
    let count = samples.components.len();
    let selected = app.cursors.sample.min(count.saturating_sub(1));
    for (index, rect) in tiles(app, area).visible(selected, count) {
        let Some(picture) = picture(samples, index) else { continue };
        let role = if index == selected { Role::Selected } else { Role::Text };
        text::put(buffer, rect, 0, 0, &caption(app, samples, index, rect.width), role, theme);
        image::draw_to_fit(buffer, panel::below(rect, 1), &picture, theme);
    }
}

/// "component 2", with its weight where there is room.
fn caption(app: &App, samples: &SamplesReport, index: usize, width: u16) -> String {
    let component = samples.components.get(index).copied().unwrap_or_default();
    let short = format!("component {}", component + 1);
    let weight = app.outcome.fit.as_ref().and_then(|fit| fit.mixture.weights().get(component).copied());
    match weight {
        Some(weight) if width >= 24 => {
            format!("{short} ({} = {})", super::weight_name(component), fixed(weight, 3))
        }
        _ => short,
    }
}
