//! Where the pictures of the Components tab are.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::{panel, tiles};

/// How the pictures are laid out.
pub struct Plan {
    /// The size of an image.
    pub image: Size,
    /// Columns and half rows of a whole covariance.
    pub matrix: usize,
    /// Columns of a component.
    pub width: usize,
    /// The components in view.
    pub visible: Range<usize>,
    /// Views of the covariances below the means.
    views: usize,
}

/// The least columns of a component, for its weight.
const CAPTION: usize = 10;

impl Plan {
    /// The layout of `components` components when the tab has `area`.
    pub fn new(app: &App, area: Rect, components: usize) -> Self {
        let (shape, view) = (app.shape(), app.cursors.covariance);
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let each = |image: Size| image.columns.max(matrix_side(image)).max(CAPTION);
        // Each row of pictures has a line above it, and the means one more for their weights.
        let lines = |image: Size, views: usize| {
            let views = (0..views).map(|by| view_rows(view.moved(by), image, matrix_side(image)) + 1);
            image.rows() + 2 + views.sum::<usize>()
        };
        let fits = |image: &Size| components * (each(*image) + 1) <= width + 1 && lines(*image, 1) <= height;
        let image = tiles::sizes(shape).find(fits).unwrap_or(tiles::least(shape));
        let (image, matrix) = narrowed(shape, image, width, height);
        let each = image.columns.max(matrix).max(CAPTION).min(width.max(1));
        let columns = ((width + 1) / (each + 1)).clamp(1, components.max(1));
        let selected = app.cursors.component.min(components.saturating_sub(1));
        let first = selected.saturating_sub(columns / 2).min(components - columns.min(components));
        Self {
            image,
            matrix,
            width: each,
            visible: first..(first + columns).min(components),
            views: if lines(image, 2) <= height { 2 } else { 1 },
        }
    }

    /// The column of component `k` in `area`.
    pub fn column(&self, area: Rect, k: usize) -> Rect {
        let offset = k.saturating_sub(self.visible.start) * (self.width + 1);
        Rect { x: area.x.saturating_add(offset as u16), width: self.width as u16, ..area }.intersection(area)
    }

    /// Rows of cells of the pictures of a view.
    pub fn rows(&self, view: CovarianceView) -> u16 {
        view_rows(view, self.image, self.matrix) as u16
    }
}

/// Columns and half rows of a whole covariance beside images of this size.
fn matrix_side(image: Size) -> usize {
    image.columns.max(image.half_rows)
}

fn view_rows(view: CovarianceView, image: Size, matrix: usize) -> usize {
    if view == CovarianceView::Full { image::cell_rows(matrix) } else { image.rows() }
}

/// The sizes of images and of whole covariances, cut to `width` x `height` cells where the images are not square: the
/// longer side may not fit.
fn narrowed(shape: ImageShape, image: Size, width: usize, height: usize) -> (Size, usize) {
    if shape.rows == shape.columns {
        return (image, image.columns);
    }
    let room = |rows: usize| Rect {
        width: u16::try_from(image.columns.min(width)).unwrap_or(u16::MAX),
        height: u16::try_from(image.rows().min(rows)).unwrap_or(u16::MAX),
        ..Rect::default()
    };
    let image = image::fitted(shape, room((height.saturating_sub(4) / 2).max(1)));
    let below = height.saturating_sub(image.rows() + 3);
    (image, matrix_side(image).min(width).min(2 * below).max(1))
}

/// A part of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Means, with a line of weights above them.
    Means,
    /// A view of the covariances.
    View(CovarianceView),
}

impl Block {
    /// Whether its pictures have the pixels of an image.
    pub fn has_pixels(self) -> bool {
        matches!(self, Self::Means | Self::View(CovarianceView::Diagonal | CovarianceView::Row))
    }
}

/// The parts of the tab below its heading, each with its heading or captions as the first line.
pub fn blocks(app: &App, plan: &Plan, area: Rect) -> Vec<(Block, Rect)> {
    let (means, mut rest) = panel::split_top(panel::below(area, 1), plan.image.rows() as u16 + 1);
    let mut blocks = vec![(Block::Means, means)];
    for by in 0..plan.views {
        let view = app.cursors.covariance.moved(by);
        // Axes have captions of their own, where there is room for them.
        let lines = plan.rows(view) + 1 + u16::from(view == CovarianceView::Axes);
        let (block, below) = panel::split_top(rest, lines);
        blocks.push((Block::View(view), block));
        rest = below;
    }
    blocks
}
