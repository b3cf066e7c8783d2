//! The means of the components, in as many rows as there is room for, at the iteration under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::words::weight_name;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::tiles::{self, Tiles};
use crate::tui::views::widgets::{image, text};

/// Rows of a mean that it may always take.
const LOW: usize = 12;

/// The grid of the means in a panel of at most `room`: the largest size at which all components are in view, else as many
/// as there is room for; none where there is no room.
fn tiles(app: &App, room: Rect) -> Option<Tiles> {
    let (lines, columns) = panel::around(app.size);
    let inside =
        Rect { width: room.width.saturating_sub(columns), height: room.height.saturating_sub(lines), ..room };
    let count = app.outcome.settings.kmeans.components;
    // A single mean leaves a chart above it its room.
    let is_below = room.width < app.size.0;
    let most = usize::from(if is_below { room.height } else { room.height / 2 }).max(LOW);
    let least = tiles::least(app.shape());
    let sizes = || tiles::sizes(app.shape()).filter(move |size| size.rows() <= most || *size == least);
    let grids = || sizes().map(|size| Tiles::of(inside, size, caption(app)));
    let all = grids().find(|tiles| tiles.grid.capacity() >= count);
    let tiles = all.or_else(|| grids().last()).filter(|tiles| tiles.grid.capacity() > 0)?;
    Some(Tiles { grid: tiles.grid.balanced(count), ..tiles })
}

/// Lines above a picture.
fn caption(app: &App) -> usize {
    usize::from(panel::bordered(app.size))
}

/// The lines of the panel, of at most `room`; 0 where there is no room for it.
pub fn height(app: &App, room: Rect) -> u16 {
    let (lines, _) = panel::around(app.size);
    tiles(app, room).map_or(0, |tiles| {
        let each = tiles.size.rows() + tiles.caption;
        (tiles.grid.rows * each) as u16 + lines
    })
}

/// Whether all are in view in a panel of at most `room`, and how high each is; none where there is no room for it.
pub fn size(app: &App, room: Rect) -> Option<(bool, usize)> {
    let tiles = tiles(app, room)?;
    Some((tiles.grid.capacity() >= app.outcome.settings.kmeans.components, tiles.size.rows()))
}

/// Draws as many as there is room for.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let Some(tiles) = tiles(app, area) else { return };
    let Some(shown) = pictures::shown(app) else {
        Panel { title: "Means μₖ", remark: "still to come", ..Panel::default() }
            .draw(buffer, area, app.theme);
        return;
    };
    let count = shown.means.ncols();
    let room = tiles.grid.capacity();
    let title = match room < count {
        true => format!("Means μₖ, the first {room} of {count}"),
        false => "Means μₖ".to_owned(),
    };
    let panel = Panel { title: &title, remark: &shown.what, ..Panel::default() };
    let tiles = Tiles { area: panel.draw(buffer, area, app.theme), ..tiles };
    for k in 0..count.min(room) {
        let place = tiles.rect(k);
        if caption(app) > 0 {
            text::put(buffer, place, 0, 0, &weight_name(k), Role::Accent, app.theme);
        }
        if let Some(picture) = pictures::mean(app, k) {
            image::show(buffer, panel::below(place, caption(app) as u16), &picture, app.theme, hits);
        }
    }
}
