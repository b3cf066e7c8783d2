//! Where the pictures of the Components tab are.

use std::ops::Range;

use ratatui::layout::Rect;

use super::is_of_iterations;
use crate::data::ImageShape;
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::tiles;

/// How the pictures are laid out: components stand beside each other, in as many bands as it takes; in a band the means
/// are above views of their covariances. Where one band holds all components and leaves room beside it, there are further
/// views.
pub struct Plan {
    /// The size of an image.
    pub image: Size,
    /// Columns and half rows of a whole covariance.
    pub matrix: usize,
    /// Columns of a component.
    pub width: usize,
    /// The components in view.
    pub visible: Range<usize>,
    /// Columns that the pictures take.
    pub taken: u16,
    /// Components beside each other.
    columns: usize,
    /// The parts of a band.
    parts: Vec<Part>,
    /// Lines of a band.
    lines: usize,
    /// Whether all of the first view fits.
    fits: bool,
    /// The share of the area that the parts take.
    filled: f64,
}

/// A part of a band.
struct Part {
    block: Block,
    /// Columns from the left edge, and lines from the top of the band.
    at: (usize, usize),
    width: usize,
    lines: usize,
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
        match self {
            Self::Means => true,
            Self::View(view) => view != CovarianceView::Full && !view.is_of_one(),
        }
    }
}

/// The least columns of a component, for its weight.
const CAPTION: usize = 10;
/// Columns between views that stand beside each other.
const GAP: usize = 2;
/// The share of the area that pictures fill where that is possible and views are out of sight.
const FILLED: f64 = 0.7;
/// The share that suffices for every view there is.
const HALF: f64 = 0.5;

/// The view in force, and those after it, around the end; before there is a fit, of the others those that need none.
fn views(app: &App) -> impl Iterator<Item = CovarianceView> {
    let each = (0..CovarianceView::ALL.len()).map(|by| (by, app.cursors.covariance.moved(by)));
    let is_there =
        move |(by, view): &(usize, _)| *by == 0 || app.outcome.fit.is_some() || is_of_iterations(app, *view);
    each.filter(is_there).map(|(_, view)| view)
}

impl Plan {
    /// The layout of `components` components in `area`: at the largest size at which all are in view and the area is
    /// all but filled, or every view there is.
    pub fn new(app: &App, area: Rect, components: usize) -> Self {
        let shape = app.shape();
        let of = |image: Size| Self::of(app, area, components, image, matrix_side(image));
        let whole = |plan: &Self| plan.fits && plan.visible.len() == components;
        let good = |plan: &Self| {
            let all_views = plan.parts.len() > views(app).count();
            whole(plan) && (all_views && plan.filled >= HALF || plan.filled >= FILLED)
        };
        let plans = || tiles::sizes(shape).map(of);
        // What pictures leave goes to the numbers of a component, where there are any.
        let found = plans().find(good).or_else(|| match app.outcome.fit {
            Some(_) => plans().find(whole),
            None => plans().filter(whole).max_by(|a, b| a.filled.total_cmp(&b.filled)),
        });
        let image = found.as_ref().map_or(tiles::least(shape), |plan| plan.image);
        let (image, matrix) = narrowed(shape, image, usize::from(area.width), usize::from(area.height));
        Self::of(app, area, components, image, matrix)
    }

    /// The layout with images of a size.
    fn of(app: &App, area: Rect, components: usize, image: Size, matrix: usize) -> Self {
        let view = app.cursors.covariance;
        let (width, height) = (usize::from(area.width), usize::from(area.height));
        // Each view has a line above it, and one for scales where each picture has its own; the means one for weights.
        let scales = usize::from(app.cursors.own_scales);
        let means = image.rows() + 1;
        let lines = |view: CovarianceView| {
            view_rows(view, image, matrix) + 1 + if view.is_of_one() { 0 } else { scales }
        };
        let wanted = image.columns.max(matrix).max(CAPTION);
        let each = wanted.min(width.max(1));
        let across = ((width + 1) / (each + 1)).clamp(1, components.max(1));
        // Where a view is of one component, it stands below one band.
        let most = if view.is_of_one() { 1 } else { (height / (means + lines(view))).max(1) };
        let bands = components.div_ceil(across).clamp(1, most);
        // The last band is as full as the others.
        let columns = if across * bands >= components { components.div_ceil(bands).max(1) } else { across };
        let selected = app.cursors.component.min(components.saturating_sub(1));
        let shown = (columns * bands).min(components);
        let first = selected.saturating_sub(shown / 2).min(components - shown);

        let band = (columns * (each + 1)).saturating_sub(1);
        // A row of pictures of one component takes the whole width.
        let alone = bands == 1 && shown == components && !view.is_of_one();
        let beside = if alone { ((width + GAP) / (band + GAP)).max(1) } else { 1 };
        // With others beside it, a heading is as long as its pictures.
        let band = if beside > 1 { band } else { width };
        let room = height / bands;
        let mut parts = vec![Part { block: Block::Means, at: (0, 0), width: band, lines: means }];
        let (mut place, mut top) = (0, means);
        for (by, view) in views(app).enumerate() {
            if top + lines(view) > room && place + 1 < beside && (by > 0 || top > 0) {
                (place, top) = (place + 1, 0);
            }
            // Of the first view, what there is room for.
            if top + lines(view) > room && by > 0 {
                break;
            }
            // Pictures of one component have captions of their own, where there is a line for them.
            let lines = (lines(view) + usize::from(view.is_of_one())).min(room.saturating_sub(top));
            parts.push(Part {
                block: Block::View(view),
                at: (place * (band + GAP), top),
                width: band,
                lines,
            });
            top += lines;
        }
        let lines_taken: usize = parts.iter().map(|part| part.lines * columns * (each + 1)).sum();
        let taken = place * (band + GAP) + (columns * (each + 1)).saturating_sub(1);
        Self {
            image,
            matrix,
            width: each,
            visible: first..first + shown,
            columns,
            fits: wanted <= width && means + lines(view) <= room,
            taken: if view.is_of_one() { cells(width) } else { cells(taken) },
            filled: (bands * lines_taken) as f64 / (width * height).max(1) as f64,
            lines: if bands > 1 {
                parts.iter().map(|part| part.at.1 + part.lines).max().unwrap_or(0)
            } else {
                height
            },
            parts,
        }
    }

    /// Lines that the pictures take.
    pub fn height(&self) -> u16 {
        let band = self.parts.iter().map(|part| part.at.1 + part.lines).max().unwrap_or(0);
        let bands = self.visible.len().div_ceil(self.columns.max(1)).max(1);
        cells((bands - 1) * self.lines + band)
    }

    /// Whether two layouts are the same but for their room.
    pub fn is_like(&self, other: &Self) -> bool {
        let key = |plan: &Self| (plan.image, plan.visible.clone(), plan.columns, plan.parts.len());
        key(self) == key(other)
    }

    /// The column of component `k` of a band that begins with `first`, in `area`.
    pub fn column(&self, area: Rect, first: usize, k: usize) -> Rect {
        let offset = k.saturating_sub(first) * (self.width + 1);
        Rect { x: area.x.saturating_add(cells(offset)), width: cells(self.width), ..area }.intersection(area)
    }

    /// Rows of cells of the pictures of a view.
    pub fn rows(&self, view: CovarianceView) -> u16 {
        cells(view_rows(view, self.image, self.matrix))
    }

    /// The parts of the tab, each with its heading or captions as the first line, and the components in it.
    pub fn blocks(&self, area: Rect) -> Vec<(Block, Rect, Range<usize>)> {
        let (end, columns) = (self.visible.end, self.columns.max(1));
        let bands = self.visible.clone().step_by(columns).map(|first| first..(first + columns).min(end));
        let mut blocks = Vec::new();
        for (index, band) in bands.enumerate() {
            for part in &self.parts {
                let place = Rect {
                    x: area.x.saturating_add(cells(part.at.0)),
                    y: area.y.saturating_add(cells(index * self.lines + part.at.1)),
                    width: cells(part.width),
                    height: cells(part.lines),
                };
                blocks.push((part.block, place.intersection(area), band.clone()));
            }
        }
        blocks
    }
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
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
        width: cells(image.columns.min(width)),
        height: cells(image.rows().min(rows)),
        ..Rect::default()
    };
    let image = image::fitted(shape, room((height.saturating_sub(3) / 2).max(1)));
    let below = height.saturating_sub(image.rows() + 2);
    (image, matrix_side(image).min(width).min(2 * below).max(1))
}
