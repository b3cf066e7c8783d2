//! The means of the components in one row, at the iteration under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::column;
use crate::show::words::weight_name;
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::panel::{self, Panel};
use crate::tui::views::widgets::{text, tiles};

/// The size of a mean in a panel of at most `room`: the largest at which all components are in view, else the least; none
/// where there is no room.
fn size(app: &App, room: Rect) -> Option<Size> {
    let (lines, columns) = panel::around(app.size);
    let (width, height) =
        (room.width.saturating_sub(columns), room.height.saturating_sub(lines + caption(app)));
    let k = app.outcome.settings.kmeans.components;
    let fits = |size: &Size| size.rows() <= usize::from(height) && size.columns < usize::from(width);
    let all = |size: &Size| k * (size.columns + 1) <= usize::from(width) + 1;
    let sizes = || tiles::sizes(app.shape()).filter(fits);
    sizes().find(all).or_else(|| sizes().last())
}

/// Lines above a picture.
fn caption(app: &App) -> u16 {
    u16::from(panel::bordered(app.size))
}

/// The lines of the panel, of at most `room`; 0 where there is no room for it.
pub fn height(app: &App, room: Rect) -> u16 {
    let (lines, _) = panel::around(app.size);
    size(app, room).map_or(0, |size| size.rows() as u16 + lines + caption(app))
}

/// Draws as many as there is room for.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(size) = size(app, area) else { return };
    let Some(shown) = pictures::shown(app) else {
        Panel { title: "Means μₖ", remark: "still to come", ..Panel::default() }
            .draw(buffer, area, app.theme);
        return;
    };
    let count = shown.means.ncols();
    let across = (panel::inner(area, app.size).width as usize + 1) / (size.columns + 1);
    let title = match across < count {
        true => format!("Means μₖ, the first {across} of {count}"),
        false => "Means μₖ".to_owned(),
    };
    let panel = Panel { title: &title, remark: &shown.what, ..Panel::default() };
    let inside = panel.draw(buffer, area, app.theme);
    for k in 0..count.min(across) {
        let x = inside.x + (k * (size.columns + 1)) as u16;
        let place = Rect { x, width: size.columns as u16, ..inside }.intersection(inside);
        if caption(app) > 0 {
            text::put(buffer, place, 0, 0, &weight_name(k), Role::Accent, app.theme);
        }
        if let Some(picture) = column(shown.means, k, app.shape()) {
            image::draw_to_fit(buffer, panel::below(place, caption(app)), &picture, app.theme);
        }
    }
}
