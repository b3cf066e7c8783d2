//! The held-out test images of greatest and of least density under the mixture, each with its negative log-density.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::fixed;
use crate::show::words::counted;
use crate::study::DataReport;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::Cursor;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::tiles::Tiles;
use crate::tui::views::widgets::{image, panel, text};

/// The least columns of a screen with these images beside the training images.
const WIDE: u16 = 160;
/// The share of its columns that training images have there.
const TRAINING: f64 = 0.65;
/// The images of each kind that are in view, where there is room at half size.
const WANTED: usize = 4;

/// What they are: "500 held-out test images under the mixture".
pub fn title(data: &DataReport) -> String {
    let images = counted(data.held_out_indices.len(), "held-out test image", "held-out test images");
    format!("{images} under the mixture")
}

/// The places of the training images and of these, where both fit; as many whole columns of the former as there is room for.
pub fn beside(app: &App, data: &DataReport, area: Rect) -> Option<(Rect, Rect)> {
    if !panel::bordered(app.size) || area.width < WIDE || app.explained_count() == 0 {
        return None;
    }
    let (_, around) = panel::around(app.size);
    let each = data.train.shape().columns + 1;
    let room = (f64::from(area.width) * TRAINING) as usize;
    let columns = (room + 1).saturating_sub(usize::from(around)) / each;
    let width = if columns > 2 { columns * each - 1 + usize::from(around) } else { room } as u16;
    Some((Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area }))
}

/// Draws the best in the upper and the worst in the lower half; the arrow keys move among them where they have the `focus`.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, focus: bool, hits: &mut Hits) {
    let theme = app.theme;
    let images = app.explained();
    let (count, each) = (images.len(), images.len() / 2);
    let selected = app.cursors.explained.min(count.saturating_sub(1));
    let (best, worst) = panel::split_top(area, area.height / 2);
    let halves =
        [("explained best, negative log-density in nats", best, 0), ("explained worst", worst, each)];
    for (title, area, first) in halves {
        let inside = panel::heading(buffer, area, title, theme);
        let tiles = Tiles::filling(inside, WANTED.min(each), app.shape(), 1);
        if focus && first == 0 {
            hits.note_grid(Cursor::Explained, tiles.grid.columns, 2 * tiles.grid.rows);
        }
        // The half without the cursor shows its first images.
        let at = selected.checked_sub(first).filter(|&at| at < each);
        for (place, index) in tiles.visible(at.unwrap_or(0), each).enumerate() {
            let one = images.get(first + index);
            let Some(image) = one.and_then(|&one| pictures::explained(app, one)) else { continue };
            let rect = tiles.rect(place);
            hits.note(rect, Target::Explained(first + index));
            let role = if focus && at == Some(index) { Role::Selected } else { Role::Text };
            let nll = fixed(image.nll, 0);
            let long = image.name.map(|name| format!("{name} {nll}"));
            let long = long.filter(|long| text::width(long, theme) <= rect.width);
            text::put(buffer, rect, 0, 0, &long.unwrap_or(nll), role, theme);
            image::show(buffer, panel::below(rect, 1), &image.picture, theme, hits);
        }
    }
}
