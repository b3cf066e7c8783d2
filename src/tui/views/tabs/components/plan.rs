//! Where the pictures of the Components tab are.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::data::ImageShape;
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::{panel, tiles};

/// How the pictures are laid out: components stand beside each other, in as many bands as it takes; in a band the means
/// are above the views of their covariances.
pub struct Plan {
    /// The size of an image.
    pub image: Size,
    /// Columns and half rows of a whole covariance.
    pub matrix: usize,
    /// Columns of a component.
    pub width: usize,
    /// The components in view.
    pub visible: Range<usize>,
    /// Components beside each other.
    columns: usize,
    /// Views of the covariances below the means.
    views: usize,
}

/// The least columns of a component, for its weight.
const CAPTION: usize = 10;

impl Plan {
    /// The layout of `components` components in `area`.
    pub fn new(app: &App, area: Rect, components: usize) -> Self {
        let (shape, view) = (app.shape(), app.cursors.covariance);
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        let each = |image: Size| image.columns.max(matrix_side(image)).max(CAPTION);
        let across = |image: Size| ((width + 1) / (each(image) + 1)).max(1);
        // Each view has a line above it, and the means one for their weights.
        let lines = |image: Size, views: usize| {
            let views = (0..views).map(|by| view_rows(view.moved(by), image, matrix_side(image)) + 1);
            image.rows() + 1 + views.sum::<usize>()
        };
        // Eigenvectors are of one component: they stand below one band.
        let most = |image: Size| if view == CovarianceView::Axes { 1 } else { height / lines(image, 1) };
        let fits = |image: &Size| {
            each(*image) <= width && lines(*image, 1) <= height && across(*image) * most(*image) >= components
        };
        let image = tiles::sizes(shape).find(fits).unwrap_or(tiles::least(shape));
        let (image, matrix) = narrowed(shape, image, width, height);
        let each = image.columns.max(matrix).max(CAPTION).min(width.max(1));
        let columns = ((width + 1) / (each + 1)).clamp(1, components.max(1));
        let bands = most(image).clamp(1, components.div_ceil(columns).max(1));
        // The last band is as full as the others.
        let columns = if columns * bands >= components { components.div_ceil(bands).max(1) } else { columns };
        let selected = app.cursors.component.min(components.saturating_sub(1));
        let shown = (columns * bands).min(components);
        let first = selected.saturating_sub(shown / 2).min(components - shown);
        let two = bands * lines(image, 2) <= height;
        let visible = first..first + shown;
        Self { image, matrix, width: each, visible, columns, views: if two { 2 } else { 1 } }
    }

    /// The bands of components in view.
    pub fn bands(&self) -> impl Iterator<Item = Range<usize>> {
        let (end, columns) = (self.visible.end, self.columns.max(1));
        self.visible.clone().step_by(columns).map(move |first| first..(first + columns).min(end))
    }

    /// The column of component `k` of a band that begins with `first`, in `area`.
    pub fn column(&self, area: Rect, first: usize, k: usize) -> Rect {
        let offset = k.saturating_sub(first) * (self.width + 1);
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
    let image = image::fitted(shape, room((height.saturating_sub(3) / 2).max(1)));
    let below = height.saturating_sub(image.rows() + 2);
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
        matches!(
            self,
            Self::Means | Self::View(CovarianceView::Diagonal | CovarianceView::Row | CovarianceView::Change)
        )
    }
}

/// The parts of the tab, each with its heading or captions as the first line, and the components in it.
pub fn blocks(app: &App, plan: &Plan, area: Rect) -> Vec<(Block, Rect, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut rest = area;
    for band in plan.bands() {
        let (means, below) = panel::split_top(rest, plan.image.rows() as u16 + 1);
        blocks.push((Block::Means, means, band.clone()));
        rest = below;
        for by in 0..plan.views {
            let view = app.cursors.covariance.moved(by);
            // Axes have captions of their own, where there is room for them.
            let lines = plan.rows(view) + 1 + u16::from(view == CovarianceView::Axes);
            let (block, below) = panel::split_top(rest, lines);
            blocks.push((Block::View(view), block, band.clone()));
            rest = below;
        }
    }
    blocks
}
