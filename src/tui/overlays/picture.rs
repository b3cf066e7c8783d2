//! One picture on the whole screen, with a cursor that reads a pixel out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Command;
use super::super::app::{App, CovarianceView, Part, Tab};
use super::super::layout;
use super::super::tabs::inpaint::Panel;
use super::super::theme::Role;
use super::super::widgets::{colorbar, image, panel, text};
use crate::show::{Picture, significant};

pub use super::subject::Subject;

/// A picture that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// Which.
    pub subject: Subject,
    /// The cursor's column, in pixels.
    pub x: usize,
    /// The cursor's row, in pixels.
    pub y: usize,
    /// Columns a pixel; 0 = the whole picture, shrunk where it must be.
    pub zoom: usize,
}

/// The greatest enlargement.
const MOST: usize = 8;

impl Open {
    /// The picture under the cursor of the tab in front.
    pub fn selected(app: &App) -> Option<Self> {
        let cursors = &app.cursors;
        let component = cursors.component.min(app.outcome.settings.kmeans.components.saturating_sub(1));
        let subject = match app.tab {
            Tab::Data => Subject::Train(cursors.train),
            Tab::Components if app.outcome.fit.is_none() => Subject::Mean(component),
            Tab::Components => match cursors.covariance {
                CovarianceView::Full => Subject::Covariance(component),
                CovarianceView::Diagonal => Subject::Variance(component),
                CovarianceView::Row => Subject::Row(component),
                CovarianceView::Axes => Subject::Axis(component, cursors.axis),
            },
            Tab::Samples => Subject::Sample(cursors.sample),
            Tab::Inpaint if app.at_canvas() => match app.bench.panel {
                Panel::Draw(index) => Subject::Completion(index),
                panel => Subject::Inpaint(app.image(), panel.part().unwrap_or(cursors.part)),
            },
            Tab::Inpaint => Subject::Inpaint(cursors.image, cursors.part),
            Tab::Transform | Tab::Fit => return None,
        };
        let (width, height) = subject.size(app)?;
        let (y, x) = if subject.companion(app).is_some() { app.pixel() } else { (height / 2, width / 2) };
        Some(Self { subject, x, y, zoom: 0 })
    }

    /// A key of the open picture. The tab's cursor follows to the picture shown.
    pub fn command(&mut self, app: &mut App, command: Command) {
        let Some(size) = self.subject.size(app) else { return };
        let (right, bottom) = (size.0.saturating_sub(1), size.1.saturating_sub(1));
        // Where the picture is shrunk a step is a column of the screen.
        let body = layout::frame(app.size).body;
        let step = size.0.div_ceil(self.shown(app, size, body).0.max(1)).max(1);
        let step = if self.zoom == 0 { step } else { 1 };
        match command {
            Command::Left => self.x = self.x.saturating_sub(step),
            Command::Right => self.x += step,
            Command::Up => self.y = self.y.saturating_sub(step),
            Command::Down => self.y += step,
            Command::First => (self.x, self.y) = (0, 0),
            Command::Last => (self.x, self.y) = (right, bottom),
            Command::Enlarge => {
                let fitting = image::zoom_to_fit(size, self.canvas(app, body));
                self.zoom = if self.zoom == 0 { fitting + 1 } else { (self.zoom + 1).min(MOST) };
            }
            Command::Reduce => self.zoom = self.zoom.saturating_sub(1),
            Command::PageDown => self.turn(app, true),
            Command::PageUp => self.turn(app, false),
            _ => {}
        }
        (self.x, self.y) = (self.x.min(right), self.y.min(bottom));
        if self.subject.companion(app).is_some() {
            app.choose_pixel(self.y, self.x);
        }
    }

    /// To the next picture or the previous one.
    fn turn(&mut self, app: &mut App, on: bool) {
        let near = |index: usize| if on { Some(index + 1) } else { index.checked_sub(1) };
        let next = match self.subject {
            Subject::Train(index) => near(index).map(Subject::Train),
            Subject::Sample(index) => near(index).map(Subject::Sample),
            // Mean, covariance, diagonal and a row of it of one component, then the next component.
            Subject::Mean(k) => match on {
                true => Some(Subject::Covariance(k)),
                false => k.checked_sub(1).map(Subject::Row),
            },
            Subject::Covariance(k) => Some(if on { Subject::Variance(k) } else { Subject::Mean(k) }),
            Subject::Variance(k) => Some(if on { Subject::Row(k) } else { Subject::Covariance(k) }),
            Subject::Row(k) => Some(if on { Subject::Mean(k + 1) } else { Subject::Variance(k) }),
            Subject::Axis(k, index) => near(index).map(|index| Subject::Axis(k, index)),
            Subject::Completion(index) => near(index).map(Subject::Completion),
            Subject::Inpaint(index, part) => {
                let parts = Part::ALL.len();
                near(index * parts + part as usize)
                    .map(|at| Subject::Inpaint(at / parts, Part::ALL[at % parts]))
            }
        };
        let Some((subject, size)) = next.and_then(|subject| Some((subject, subject.size(app)?))) else {
            return;
        };
        // The cursor stays on its pixel among pictures of one size.
        if self.subject.size(app) != Some(size) {
            (self.x, self.y) = (size.0 / 2, size.1 / 2);
        }
        self.subject = subject;
        match subject {
            Subject::Train(index) => app.cursors.train = index,
            Subject::Sample(index) => app.cursors.sample = index,
            Subject::Mean(k) | Subject::Covariance(k) | Subject::Variance(k) | Subject::Row(k) => {
                app.cursors.component = k;
            }
            Subject::Axis(k, index) => (app.cursors.component, app.cursors.axis) = (k, index),
            Subject::Completion(index) => app.bench.panel = Panel::Draw(index),
            Subject::Inpaint(index, part) => {
                (app.cursors.image, app.cursors.part) = (index, part);
                app.bench.panel = Panel::of(part);
            }
        }
    }

    /// Where the picture goes: below the heading, above the readings; the left half when another stands beside it.
    fn canvas(&self, app: &App, body: Rect) -> Rect {
        let below = panel::below(body, 1);
        let whole = Rect { height: below.height.saturating_sub(1), ..below };
        match self.subject.companion(app) {
            Some(_) => Rect { width: whole.width.saturating_sub(1) / 2, ..whole },
            None => whole,
        }
    }

    /// Columns and half rows that the picture takes in `body` at this zoom.
    fn shown(&self, app: &App, size: (usize, usize), body: Rect) -> (usize, usize) {
        let area = self.canvas(app, body);
        let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
        match (self.zoom, image::zoom_to_fit(size, area)) {
            (0, 0) => {
                let size = even_size(size.0.max(size.1), width.min(height));
                (size, size)
            }
            (0, zoom) | (zoom, _) => (size.0 * zoom, size.1 * zoom),
        }
    }
}

/// The size at which to average a `side` x `side` picture into `room`.
///
/// A covariance repeats with the length of an image row, sqrt(`side`). Averages over squares of another length beat
/// against that, in a plaid; squares that hold whole rows, or go into one a whole number of times, do not.
fn even_size(side: usize, room: usize) -> usize {
    let row = side.isqrt().max(1);
    let even = |size: usize| {
        let square = side / size;
        side.is_multiple_of(size) && (row.is_multiple_of(square) || square.is_multiple_of(row))
    };
    let room = room.min(side);
    (room / 3..=room).rev().find(|&size| size > 0 && even(size)).unwrap_or(room)
}

/// Draws the picture.
pub fn draw(app: &App, open: &Open, buffer: &mut Buffer, body: Rect) {
    let theme = app.theme;
    let title = open.subject.title(app);
    let Some(size) = open.subject.size(app) else {
        let area = panel::heading(buffer, body, &title, theme);
        text::put(buffer, area, 1, 2, "There is no such picture any more.", Role::Dim, theme);
        return;
    };
    let area = open.canvas(app, body);
    let (width, height) = open.shown(app, size, body);
    let zoom = if open.zoom == 0 { image::zoom_to_fit(size, area) } else { open.zoom };
    let scale = match zoom {
        0 => {
            let (columns, rows) = image::resolution((width, height), theme);
            format!("{} × {} averaged to {columns} × {rows}", size.0, size.1)
        }
        1 => format!("{} × {}, pixel for pixel", size.0, size.1),
        zoom => format!("{} × {}, {zoom} times", size.0, size.1),
    };
    let companion = open.subject.companion(app);
    // Where another picture stands beside it, its name and scale take the place of this remark.
    panel::heading_with(buffer, body, &title, if companion.is_some() { "" } else { &scale }, theme);

    let (left, top) = centred(area, width, height);
    let place =
        Rect { x: area.x + left, y: area.y + top, width: area.width - left, height: area.height - top };
    let shown = if zoom == 0 {
        let (columns, rows) = image::resolution((width, height), theme);
        let averaged = open.subject.averaged(app, columns.min(size.0), rows.min(size.1));
        averaged.map(|picture| (picture, (0, 0)))
    } else {
        // The window of a picture larger than the screen follows the cursor.
        let room = (usize::from(area.width).div_ceil(zoom), (2 * usize::from(area.height)).div_ceil(zoom));
        let origin = (window(open.x, room.0, size.0), window(open.y, room.1, size.1));
        open.subject.part(app, origin, room.0, room.1).map(|picture| (picture, origin))
    };
    let Some((picture, origin)) = shown else { return };
    match zoom {
        0 => {
            let (width, height) = (clamped(width), clamped(image::cell_rows(height)));
            image::draw_to_fit(buffer, Rect { width, height, ..place }.intersection(place), &picture, theme);
        }
        zoom => image::draw(buffer, place, &picture, zoom, (0, 0), theme),
    }
    let (column, half_row) = match zoom {
        0 => (open.x * width / size.0.max(1), open.y * height / size.1.max(1)),
        zoom => (open.x.saturating_sub(origin.0) * zoom, open.y.saturating_sub(origin.1) * zoom),
    };
    draw_cursor(buffer, place, (column, half_row), zoom.max(1));
    draw_reading(app, open, &picture, buffer, body);
    if let Some(other) = companion {
        draw_companion(app, other, buffer, Rect { x: area.right() + 1, ..area }.intersection(body));
    }
}

/// The picture that goes with the cursor, in the right half: its name in the line of the heading's rule.
fn draw_companion(app: &App, subject: Subject, buffer: &mut Buffer, area: Rect) {
    let Some((width, height)) = subject.size(app) else { return };
    let Some(picture) = subject.part(app, (0, 0), width, height) else { return };
    let zoom = image::zoom_to_fit((width, height), area).max(1);
    let (left, top) = centred(area, width * zoom, height * zoom);
    let place =
        Rect { x: area.x + left, y: area.y + top, width: area.width - left, height: area.height - top };
    let taken = image::draw_to_fit(buffer, place, &picture, app.theme);
    let (row, column) = app.pixel();
    image::mark(buffer, taken, &picture, (column, row), app.theme);
    let caption = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
    let name = text::put(buffer, caption, 0, 0, " its covariances ", Role::Title, app.theme);
    let bar =
        Rect { x: caption.x + name.min(caption.width), width: caption.width.saturating_sub(name), ..caption };
    colorbar::draw(buffer, bar, picture.colormap, picture.range, 12, app.theme);
}

fn clamped(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

/// Columns and rows left free on the left and above a picture of `width` x `height` pixels.
fn centred(area: Rect, width: usize, height: usize) -> (u16, u16) {
    let free = |space: u16, taken: usize| space.saturating_sub(u16::try_from(taken).unwrap_or(u16::MAX)) / 2;
    (free(area.width, width), free(area.height, image::cell_rows(height)))
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
    let value = match open.subject.value(app, open.x, open.y) {
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
