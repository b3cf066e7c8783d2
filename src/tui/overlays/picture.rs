//! One picture on the whole screen, with a cursor that reads a pixel out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::action::Command;
use super::super::app::{App, CovarianceView, Part, Tab};
use super::super::layout;
use super::super::tabs;
use super::super::theme::Role;
use super::super::widgets::{colorbar, image, panel, text};
use crate::show::{Picture, Range, matrix, significant};

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A training image.
    Train(usize),
    /// The mean of a component.
    Mean(usize),
    /// The covariance of a component.
    Covariance(usize),
    /// The diagonal of a component's covariance.
    Variance(usize),
    /// A sample.
    Sample(usize),
    /// A part of an inpainting row.
    Inpaint(usize, Part),
}

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
        let component = cursors.component.min(app.outcome.settings.components.saturating_sub(1));
        let subject = match app.tab {
            Tab::Data => Subject::Train(cursors.train),
            Tab::Components if app.outcome.fit.is_none() => Subject::Mean(component),
            Tab::Components if cursors.covariance == CovarianceView::Diagonal => Subject::Variance(component),
            Tab::Components => Subject::Covariance(component),
            Tab::Samples => Subject::Sample(cursors.sample),
            Tab::Inpaint => Subject::Inpaint(cursors.image, cursors.part),
            Tab::Transform | Tab::Fit => return None,
        };
        let picture = subject.picture(app)?;
        Some(Self { subject, x: picture.width / 2, y: picture.height / 2, zoom: 0 })
    }

    /// A key of the open picture. The tab's cursor follows to the picture shown.
    pub fn command(&mut self, app: &mut App, command: Command) {
        let Some(picture) = self.subject.picture(app) else { return };
        let (right, bottom) = (picture.width.saturating_sub(1), picture.height.saturating_sub(1));
        // Where the picture is shrunk a step is a column of the screen.
        let body = layout::frame(app.size).body;
        let step = picture.width.div_ceil(self.shown(&picture, body).0.max(1)).max(1);
        let step = if self.zoom == 0 { step } else { 1 };
        match command {
            Command::Left => self.x = self.x.saturating_sub(step),
            Command::Right => self.x += step,
            Command::Up => self.y = self.y.saturating_sub(step),
            Command::Down => self.y += step,
            Command::First => (self.x, self.y) = (0, 0),
            Command::Last => (self.x, self.y) = (right, bottom),
            Command::Enlarge => {
                let fitting = image::zoom_to_fit(&picture, canvas(body));
                self.zoom = if self.zoom == 0 { fitting + 1 } else { (self.zoom + 1).min(MOST) };
            }
            Command::Reduce => self.zoom = self.zoom.saturating_sub(1),
            Command::PageDown => self.turn(app, true),
            Command::PageUp => self.turn(app, false),
            _ => {}
        }
        (self.x, self.y) = (self.x.min(right), self.y.min(bottom));
    }

    /// To the next picture or the previous one.
    fn turn(&mut self, app: &mut App, on: bool) {
        let near = |index: usize| if on { Some(index + 1) } else { index.checked_sub(1) };
        let next = match self.subject {
            Subject::Train(index) => near(index).map(Subject::Train),
            Subject::Sample(index) => near(index).map(Subject::Sample),
            // Mean, covariance and diagonal of one component, then the next component.
            Subject::Mean(k) => match on {
                true => Some(Subject::Covariance(k)),
                false => k.checked_sub(1).map(Subject::Variance),
            },
            Subject::Covariance(k) => Some(if on { Subject::Variance(k) } else { Subject::Mean(k) }),
            Subject::Variance(k) => Some(if on { Subject::Mean(k + 1) } else { Subject::Covariance(k) }),
            Subject::Inpaint(index, part) => {
                let parts = Part::ALL.len();
                near(index * parts + part as usize)
                    .map(|at| Subject::Inpaint(at / parts, Part::ALL[at % parts]))
            }
        };
        let Some((subject, picture)) = next.and_then(|subject| Some((subject, subject.picture(app)?))) else {
            return;
        };
        // The cursor stays on its pixel among pictures of one size.
        if self.subject.picture(app).is_none_or(|old| old.width != picture.width) {
            (self.x, self.y) = (picture.width / 2, picture.height / 2);
        }
        self.subject = subject;
        match subject {
            Subject::Train(index) => app.cursors.train = index,
            Subject::Sample(index) => app.cursors.sample = index,
            Subject::Mean(k) | Subject::Covariance(k) | Subject::Variance(k) => app.cursors.component = k,
            Subject::Inpaint(index, part) => (app.cursors.image, app.cursors.part) = (index, part),
        }
    }

    /// Columns and half rows that the picture takes in `body` at this zoom.
    fn shown(&self, picture: &Picture, body: Rect) -> (usize, usize) {
        let area = canvas(body);
        let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
        match (self.zoom, image::zoom_to_fit(picture, area)) {
            (0, 0) => {
                let size = even_size(picture.width.max(picture.height), width.min(height));
                (size, size)
            }
            (0, zoom) | (zoom, _) => (picture.width * zoom, picture.height * zoom),
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

impl Subject {
    /// The picture, when there is one.
    pub fn picture(self, app: &App) -> Option<Picture> {
        let outcome = &app.outcome;
        let mixture = || outcome.fit.as_ref().map(|fit| &fit.mixture);
        match self {
            Self::Train(index) => {
                tabs::data::picture(outcome.data.as_ref()?, index).map(|(picture, _)| picture)
            }
            Self::Mean(k) => tabs::components::mean_picture(app, k),
            Self::Covariance(k) => mixture()?.covariances().get(k).map(matrix),
            Self::Variance(k) => tabs::components::variance(mixture()?, k),
            Self::Sample(index) => tabs::samples::picture(outcome.samples.as_ref()?, index),
            Self::Inpaint(index, part) => tabs::inpaint::picture(outcome.inpaint.as_ref()?, index, part),
        }
    }

    fn title(self, app: &App) -> String {
        match self {
            Self::Train(index) => {
                app.outcome.data.as_ref().map_or_else(String::new, |data| tabs::data::title(data, index))
            }
            Self::Mean(k) => format!("mean of component {}", k + 1),
            Self::Covariance(k) => format!("covariance of component {}", k + 1),
            Self::Variance(k) => format!("variances of component {}", k + 1),
            Self::Sample(index) => format!("sample {}", index + 1),
            Self::Inpaint(index, part) => format!("test image {}, {}", index + 1, part.title()),
        }
    }
}

/// Where the picture goes: below the heading, above the readings.
fn canvas(body: Rect) -> Rect {
    let below = panel::below(body, 1);
    Rect { height: below.height.saturating_sub(1), ..below }
}

/// Draws the picture.
pub fn draw(app: &App, open: &Open, buffer: &mut Buffer, body: Rect) {
    let theme = app.theme;
    let title = open.subject.title(app);
    let Some(picture) = open.subject.picture(app) else {
        let area = panel::heading(buffer, body, &title, theme);
        text::put(buffer, area, 1, 2, "There is no such picture any more.", Role::Dim, theme);
        return;
    };
    let area = canvas(body);
    let (width, height) = open.shown(&picture, body);
    let fitting = if open.zoom == 0 { image::zoom_to_fit(&picture, area) } else { open.zoom };
    let scale = match fitting {
        0 => format!("{} × {} averaged to {width} × {height}", picture.width, picture.height),
        1 => format!("{} × {}, pixel for pixel", picture.width, picture.height),
        zoom => format!("{} × {}, {zoom} times", picture.width, picture.height),
    };
    panel::heading_with(buffer, body, &title, &scale, theme);

    let (left, top) = centred(area, width, height);
    let place =
        Rect { x: area.x + left, y: area.y + top, width: area.width - left, height: area.height - top };
    // The window of a picture larger than the screen follows the cursor.
    let origin = match fitting {
        0 => (0, 0),
        zoom => (
            window(open.x, usize::from(area.width) / zoom, picture.width),
            window(open.y, 2 * usize::from(area.height) / zoom, picture.height),
        ),
    };
    let mut range = picture.range;
    if fitting == 0 {
        // Averages span less than what they are averages of: the scale is theirs.
        let small = tabs::components::on_own_scale(picture.shrunk(width, height));
        range = small.range;
        image::draw(buffer, place, &small, 1, (0, 0), theme);
    } else {
        image::draw(buffer, place, &picture, fitting, origin, theme);
    }
    draw_cursor(open, &picture, buffer, place, (width, height), fitting, origin);
    draw_reading(app, open, &picture, range, buffer, body);
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

fn draw_cursor(
    open: &Open,
    picture: &Picture,
    buffer: &mut Buffer,
    place: Rect,
    (width, height): (usize, usize),
    fitting: usize,
    origin: (usize, usize),
) {
    let (column, half_row) = match fitting {
        0 => (open.x * width / picture.width.max(1), open.y * height / picture.height.max(1)),
        zoom => (open.x.saturating_sub(origin.0) * zoom, open.y.saturating_sub(origin.1) * zoom),
    };
    let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let cross = Rect {
        x: place.x.saturating_add(cells(column)),
        y: place.y.saturating_add(cells(half_row / 2)),
        width: cells(fitting.max(1)),
        height: cells((fitting / 2).max(1)),
    };
    for position in cross.intersection(place).intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_symbol("+").set_style(image::cursor_style());
        }
    }
}

fn draw_reading(app: &App, open: &Open, picture: &Picture, range: Range, buffer: &mut Buffer, body: Rect) {
    let line = panel::below(body, body.height.saturating_sub(1));
    let value = match picture.value(open.x, open.y) {
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
    colorbar::draw(buffer, bar, picture.colormap, range, 24, app.theme);
}

#[cfg(test)]
mod tests;
