//! Tab 6: test images restored under a mask, in rows (`images`), or one of them with the mask to paint on (`bench`).

mod bench;
mod images;
mod plan;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, BenchView, Part, Shape};
use super::super::widgets::progress;
use crate::inverse;
use crate::show::{Picture, column, corrupted, deviation_range, heatmap, image_shape, words};
use crate::study::InpaintReport;

pub use bench::{canvas_at, hit, slider_at};
pub use images::{rows, select_at};

/// A picture of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Panel {
    /// The mask over the image, to paint on.
    Canvas,
    /// The posterior expectation.
    #[default]
    Restored,
    /// The standard deviation.
    Deviation,
    /// The true image.
    Truth,
    /// A draw from the posterior.
    Draw(usize),
}

impl Panel {
    /// The picture of the bench that shows a part of an image's row.
    pub fn of(part: Part) -> Self {
        match part {
            Part::Corrupted => Self::Canvas,
            Part::Restored => Self::Restored,
            Part::Truth => Self::Truth,
            Part::Deviation => Self::Deviation,
        }
    }

    /// The part of an image's row that it is; none for a draw.
    pub fn part(self) -> Option<Part> {
        match self {
            Self::Canvas => Some(Part::Corrupted),
            Self::Restored => Some(Part::Restored),
            Self::Deviation => Some(Part::Deviation),
            Self::Truth => Some(Part::Truth),
            Self::Draw(_) => None,
        }
    }
}

/// What stands under a cell of the bench.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Hit {
    /// A pixel of the canvas: row and column.
    Canvas((usize, usize)),
    /// A name in the list of masks.
    Shape(Shape),
    /// A position of the slider.
    Slider(f64),
    /// A test image.
    Image(usize),
    /// A picture.
    Panel(Panel),
}

/// Rows and columns of an image.
fn side(app: &App) -> usize {
    app.inpainted().map_or(28, |report| report.truth.nrows().isqrt())
}

/// Whether draws from the posterior are to be seen when the tab has `area`.
pub fn shows_draws(app: &App, area: Rect) -> bool {
    app.at_canvas() && plan::plan(app, area).panels.iter().any(|place| matches!(place.panel, Panel::Draw(_)))
}

/// Whether there is room for every picture of the bench at once.
pub fn shows_everything(app: &App, area: Rect) -> bool {
    plan::whole(area, side(app)).is_some()
}

/// Part `part` of image `index`.
pub fn picture(app: &App, index: usize, part: Part) -> Option<Picture> {
    let report = app.inpainted()?;
    let restoration = report.restorations.get(index)?;
    if index >= report.truth.ncols() {
        return None;
    }
    let truth = report.truth.column(index);
    let shape = image_shape(&app.outcome, truth.len());
    Some(match part {
        Part::Corrupted => corrupted(shape, truth.as_slice(), app.mask(index)?.bits()),
        Part::Restored => Picture::image(shape, &restoration.restored),
        Part::Truth => Picture::image(shape, truth.as_slice()),
        Part::Deviation => heatmap(shape, &restoration.std).over(deviation_range(&report.restorations)),
    })
}

/// Draw `index` from the posterior of the selected image.
pub fn draw_picture(app: &App, index: usize) -> Option<Picture> {
    let (draws, _) = app.completions()?;
    column(&draws.images, index, image_shape(&app.outcome, draws.images.nrows()))
}

/// "mean PSNR 18.11 dB, SSIM 0.610".
fn mean_quality(report: &InpaintReport) -> String {
    format!("mean {}", words::quality(inverse::mean_quality(&report.restorations)))
}

/// "78 of 784", as the mask of image `index` has it.
fn observed(app: &App, index: usize) -> String {
    app.mask(index).map_or_else(String::new, |mask| format!("{} of {}", mask.observed().len(), mask.dim()))
}

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(report) = app.inpainted() else {
        return progress::waiting(buffer, area, &app.outcome, "Restored test images", app.theme);
    };
    match (&app.bench.painter, app.bench.view) {
        (Some(painter), view) if view != BenchView::Images => bench::draw(app, report, painter, buffer, area),
        _ => images::draw(app, report, buffer, area),
    }
}
