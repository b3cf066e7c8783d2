//! One picture, full screen, with a cursor that reads a pixel out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::show::{Picture, significant};
use crate::tui::hits::{Hits, OpenPicture};
use crate::tui::state::App;
use crate::tui::state::overlay::{Open, Subject};
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::{colorbar, panel, text};

/// Where the picture goes: below the heading, above the readings; the left half when another stands beside it.
fn canvas(body: Rect, halved: bool) -> Rect {
    let below = panel::below(body, 1);
    let whole = Rect { height: below.height.saturating_sub(1), ..below };
    if halved { Rect { width: whole.width.saturating_sub(1) / 2, ..whole } } else { whole }
}

/// The size of a picture of `size` pixels in `area` at a zoom; 0 fits it to `area`.
fn shown(app: &App, size: (usize, usize), area: Rect, zoom: usize) -> Size {
    let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
    match (zoom, image::zoom_to_fit(size, area)) {
        (0, 0) if size.0 != size.1 => image::fitted(ImageShape::new(size.1, size.0), area),
        (0, 0) => {
            let side = even_size(size.0.max(size.1), app.shape().columns, width.min(height));
            Size { columns: side, half_rows: side }
        }
        (0, zoom) | (zoom, _) => Size { columns: size.0 * zoom, half_rows: size.1 * zoom },
    }
}

/// The side at which to average a `side` x `side` picture into `room`.
///
/// A covariance repeats with the length of an image's `row`. Averages over squares of another length beat against that,
/// in a plaid; squares that hold whole rows, or that divide a row, do not.
fn even_size(side: usize, row: usize, room: usize) -> usize {
    let row = row.max(1);
    let even = |size: usize| {
        let square = side / size;
        side.is_multiple_of(size) && (row.is_multiple_of(square) || square.is_multiple_of(row))
    };
    let room = room.min(side);
    (room / 3..=room).rev().find(|&size| size > 0 && even(size)).unwrap_or(room)
}

/// Draws the picture.
pub fn draw(app: &App, open: &Open, buffer: &mut Buffer, body: Rect, hits: &mut Hits) {
    let theme = app.theme;
    let title = pictures::title(app, open.subject);
    let Some(size) = pictures::size(app, open.subject) else {
        let area = panel::heading(buffer, body, &title, theme);
        text::put(buffer, area, 1, 2, "This picture no longer exists.", Role::Dim, theme);
        return;
    };
    let companion = pictures::companion(app, open.subject);
    let area = canvas(body, companion.is_some());
    let shown_size = shown(app, size, area, open.zoom);
    let fitting_zoom = image::zoom_to_fit(size, area);
    let zoom = if open.zoom == 0 { fitting_zoom } else { open.zoom };
    // Where the picture is shrunk, a step of the cursor is a column of the screen.
    let step = if open.zoom == 0 { size.0.div_ceil(shown_size.columns.max(1)).max(1) } else { 1 };
    hits.picture = Some(OpenPicture { step, fitting_zoom });
    let (columns, rows) = image::resolution(shown_size, theme);
    let scale = match zoom {
        0 => format!("{} × {} averaged to {columns} × {rows}", size.0, size.1),
        1 => format!("{} × {}, pixel for pixel", size.0, size.1),
        zoom => format!("{} × {}, {zoom} times", size.0, size.1),
    };
    // The name and the scale of a picture beside it take the place of this remark.
    panel::heading_with(buffer, body, &title, if companion.is_some() { "" } else { &scale }, theme);

    let place = centred(area, shown_size);
    let picture = if zoom == 0 {
        let averaged = pictures::averaged(app, open.subject, columns.min(size.0), rows.min(size.1));
        averaged.map(|picture| (picture, (0, 0)))
    } else {
        // The window of a picture larger than the screen follows the cursor.
        let room = (usize::from(area.width).div_ceil(zoom), (2 * usize::from(area.height)).div_ceil(zoom));
        let origin = (window(open.x, room.0, size.0), window(open.y, room.1, size.1));
        pictures::part(app, open.subject, origin, room.0, room.1).map(|picture| (picture, origin))
    };
    let Some((picture, origin)) = picture else { return };
    match zoom {
        0 => {
            let (width, height) = (clamped(shown_size.columns), clamped(shown_size.rows()));
            image::draw_to_fit(buffer, Rect { width, height, ..place }.intersection(place), &picture, theme);
        }
        _ if (picture.width, picture.height) == size => {
            let whole =
                Rect { width: clamped(shown_size.columns), height: clamped(shown_size.rows()), ..place };
            let taken = image::show(buffer, whole.intersection(place), &picture, theme, hits);
            if !hits.sprites.is_empty() {
                image::mark_shown(buffer, taken, &picture, (open.x, open.y), theme, hits);
            }
        }
        zoom => image::draw(buffer, place, &picture, zoom, (0, 0), theme),
    }
    let cursor = match zoom {
        0 => (open.x * shown_size.columns / size.0.max(1), open.y * shown_size.half_rows / size.1.max(1)),
        zoom => (open.x.saturating_sub(origin.0) * zoom, open.y.saturating_sub(origin.1) * zoom),
    };
    draw_cursor(buffer, place, cursor, zoom.max(1));
    draw_reading(app, open, &picture, buffer, body);
    if let Some(other) = companion {
        draw_companion(app, other, buffer, hits, Rect { x: area.right() + 1, ..area }.intersection(body));
    }
}

/// The picture of the pixel under the cursor, in the right half; its name stands in the line of the heading.
fn draw_companion(app: &App, subject: Subject, buffer: &mut Buffer, hits: &mut Hits, area: Rect) {
    let Some((width, height)) = pictures::size(app, subject) else { return };
    let Some(picture) = pictures::part(app, subject, (0, 0), width, height) else { return };
    let zoom = image::zoom_to_fit((width, height), area).max(1);
    let place = centred(area, Size::of(ImageShape::new(height, width), zoom));
    let taken = image::show(buffer, place, &picture, app.theme, hits);
    let (row, column) = app.pixel();
    image::mark_shown(buffer, taken, &picture, (column, row), app.theme, hits);
    let caption = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
    let name = text::put(buffer, caption, 0, 0, " its covariances ", Role::Title, app.theme);
    let bar =
        Rect { x: caption.x + name.min(caption.width), width: caption.width.saturating_sub(name), ..caption };
    colorbar::draw(buffer, bar, picture.colormap, picture.range, 12, app.theme);
}

fn clamped(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// `area` without the columns and rows left free on the left and above a picture of `size`.
fn centred(area: Rect, size: Size) -> Rect {
    let free = |space: u16, taken: usize| space.saturating_sub(clamped(taken)) / 2;
    let (left, top) = (free(area.width, size.columns), free(area.height, size.rows()));
    Rect { x: area.x + left, y: area.y + top, width: area.width - left, height: area.height - top }
}

/// The first pixel of a window of `room` over `len` pixels that shows `at`.
fn window(at: usize, room: usize, len: usize) -> usize {
    at.saturating_sub(room / 2).min(len.saturating_sub(room))
}

/// Marks the pixel whose upper left corner is at `column` and `half_row` of `place`.
fn draw_cursor(buffer: &mut Buffer, place: Rect, (column, half_row): (usize, usize), zoom: usize) {
    let cells = clamped;
    let cross = Rect {
        x: place.x.saturating_add(cells(column)),
        y: place.y.saturating_add(cells(half_row / 2)),
        width: cells(zoom),
        height: cells((zoom / 2).max(1)),
    };
    for position in cross.intersection(place).intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_symbol("+").set_style(image::cursor_style());
        }
    }
}

fn draw_reading(app: &App, open: &Open, picture: &Picture, buffer: &mut Buffer, body: Rect) {
    let line = panel::below(body, body.height.saturating_sub(1));
    let value = match pictures::value(app, open.subject, open.x, open.y) {
        Some(value) => significant(value, 4),
        None => "not observed".into(),
    };
    let pieces = [
        (&*format!(" row {}, column {}: ", open.y, open.x), Role::Dim),
        (&*value, Role::Accent),
        ("   ", Role::Text),
    ];
    let end = text::pieces(buffer, line, 0, &pieces, app.theme);
    let rest = Rect { x: line.x + end.min(line.width), width: line.width.saturating_sub(end), ..line };
    let bar = 40.min(rest.width);
    let bar = Rect { x: rest.right() - bar, width: bar, ..rest };
    colorbar::draw(buffer, bar, picture.colormap, picture.range, 24, app.theme);
}

#[cfg(test)]
mod tests;
