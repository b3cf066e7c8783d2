//! Tab 4: means in gray and covariances in viridis, each titled with its weight; the history can be scrubbed.
//!
//! ```text
//! ── means μₖ ───────────────────────── iteration 12 of 34 ─
//! π₁ = 0.312    π₂ = 0.251    ...
//! gray images
//! ── covariances Σₖ, 784 × 784, averaged ── −0.01 ▇▇▇ 0.12 ─
//! viridis images
//! ── variances, the diagonal of Σₖ ──────── 0.00 ▇▇▇▇ 0.21 ─     (when there is room, else by v)
//! ── row of pixel (14, 9) ───────────────  −0.05 ▇▇▇▇ 0.05 ─     (by v)
//! ── eigenvectors of Σ₂ ─────────────────  −0.12 ▇▇▇▇ 0.12 ─     (by v)
//! ```

mod axes;
mod pictures;

use nalgebra::{DMatrix, DVector};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, CovarianceView};
use super::super::theme::Role;
use super::super::widgets::tiles;
use super::super::widgets::{colorbar, image, panel, progress, text};
use crate::show::{Picture, fixed, image_shape};

pub use pictures::{Overview, axis_picture, mean_picture, on_own_scale, overviews, row_picture, variance};

/// The means and weights under the cursor, and what they are.
struct Shown<'a> {
    weights: DVector<f64>,
    means: &'a DMatrix<f64>,
    what: String,
}

/// The iteration of EM under the cursor, else the result of k-means.
fn shown(app: &App) -> Option<Shown<'_>> {
    let history = &app.outcome.em.history;
    if let Some(step) = app.iteration().and_then(|at| history.get(at)) {
        let (at, of) = (step.iteration.iteration, history.len());
        let what = match (app.cursors.iteration, &app.outcome.fit) {
            (None, Some(_)) => format!("← → the fit, after {of} iterations"),
            (None, None) if app.running() => format!("iteration {at}, running"),
            (_, _) => format!("← → iteration {at} of {of}"),
        };
        return Some(Shown { weights: step.iteration.weights.clone(), means: &step.iteration.means, what });
    }
    if let Some(fit) = &app.outcome.fit {
        let mixture = &fit.mixture;
        return Some(Shown {
            weights: mixture.weights().clone(),
            means: mixture.means(),
            what: "the start".into(),
        });
    }
    let fit = app.outcome.kmeans.fit.as_ref()?;
    let count = fit.centroids.ncols();
    let shares = (0..count).map(|k| {
        let members = fit.assignments.iter().filter(|&&cluster| cluster == k).count();
        members as f64 / fit.assignments.len().max(1) as f64
    });
    let weights = DVector::from_iterator(count, shares);
    Some(Shown { weights, means: &fit.centroids, what: "centroids and shares of k-means".into() })
}

/// How the pictures are laid out.
struct Plan {
    /// Pixels and columns of a picture.
    size: usize,
    /// The component in the first column.
    first: usize,
    /// Components beside each other.
    columns: usize,
    /// Views of the covariances below the means.
    views: usize,
}

fn plan(app: &App, area: Rect, components: usize, side: usize) -> Plan {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    // The means have a line for their weights.
    let lines = |size: usize, rows: usize| rows * (image::cell_rows(size) + 1) + 1;
    let fits = |size: usize| components * (size + 1) <= width + 1 && lines(size, 2) <= height;
    let size = tiles::sizes(side).find(|&size| fits(size)).unwrap_or(tiles::least(side));
    let columns = ((width + 1) / (size + 1)).clamp(1, components.max(1));
    let selected = app.cursors.component.min(components.saturating_sub(1));
    let first = selected.saturating_sub(columns / 2).min(components - columns.min(components));
    Plan { size, first, columns, views: if lines(size, 3) <= height { 2 } else { 1 } }
}

impl Plan {
    /// The column of component `k` in `area`.
    fn column(&self, area: Rect, k: usize) -> Rect {
        let offset = k.saturating_sub(self.first) * (self.size + 1);
        Rect { x: area.x.saturating_add(offset as u16), width: self.size as u16, ..area }.intersection(area)
    }

    fn visible(&self, components: usize) -> std::ops::Range<usize> {
        self.first..(self.first + self.columns).min(components)
    }
}

/// Selects the component under a cell; and the pixel, where a row of the covariance is shown and the cell is on the
/// mean or the diagonal.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let Some((components, side)) = shown(app).map(|shown| (shown.means.ncols(), shown.means.nrows().isqrt()))
    else {
        return false;
    };
    let plan = plan(app, area, components, side);
    let blocks = blocks(app, &plan, area);
    let at = |rect: Rect| rect.contains((x, y).into());
    if let Some((_, block)) =
        blocks.iter().find(|(block, rect)| *block == Block::View(CovarianceView::Axes) && at(*rect))
    {
        let hit = axes::at(app, *block, plan.size, x);
        hit.into_iter().for_each(|axis| app.cursors.axis = axis);
        return hit.is_some();
    }
    let Some(k) = plan.visible(components).find(|&k| at(plan.column(area, k))) else { return false };
    app.cursors.component = k;
    let pixels = blocks.iter().find(|(block, rect)| block.has_pixels() && at(*rect));
    if let Some((_, block)) = pixels.filter(|_| shows_row(&blocks)) {
        let picture = plan.column(panel::below(*block, 1), k);
        let size = plan.size.max(1);
        let pixel = |cells: u16, origin: u16, each: usize| {
            (usize::from(cells.saturating_sub(origin)) * each).min(size - 1) * side / size
        };
        if at(picture) {
            app.choose_pixel(pixel(y, picture.y, 2), pixel(x, picture.x, 1));
        }
    }
    true
}

/// A part of the tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Means, with a line of weights above them.
    Means,
    /// A view of the covariances.
    View(CovarianceView),
}

impl Block {
    /// Whether its pictures have the pixels of an image to choose from.
    fn has_pixels(self) -> bool {
        matches!(self, Self::Means | Self::View(CovarianceView::Diagonal | CovarianceView::Row))
    }
}

/// The parts of the tab below its heading, each with its heading or captions as the first line.
fn blocks(app: &App, plan: &Plan, area: Rect) -> Vec<(Block, Rect)> {
    let rows = image::cell_rows(plan.size) as u16;
    let (means, mut rest) = panel::split_top(panel::below(area, 1), rows + 1);
    let mut blocks = vec![(Block::Means, means)];
    for by in 0..plan.views {
        let view = app.cursors.covariance.moved(by);
        // Axes have captions of their own, where there is room for them.
        let lines = rows + 1 + u16::from(view == CovarianceView::Axes);
        let (block, below) = panel::split_top(rest, lines);
        blocks.push((Block::View(view), block));
        rest = below;
    }
    blocks
}

/// Whether eigenvectors are to be seen when the tab has `area`.
pub fn shows_axes(app: &App, area: Rect) -> bool {
    let Some(shown) = shown(app) else { return false };
    let plan = plan(app, area, shown.means.ncols(), shown.means.nrows().isqrt());
    (0..plan.views).any(|by| app.cursors.covariance.moved(by) == CovarianceView::Axes)
}

fn shows_row(blocks: &[(Block, Rect)]) -> bool {
    blocks.iter().any(|(block, _)| *block == Block::View(CovarianceView::Row))
}

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(shown) = shown(app) else {
        return progress::waiting(buffer, area, &app.outcome, "Means and covariances", theme);
    };
    let components = shown.means.ncols();
    let plan = plan(app, area, components, shown.means.nrows().isqrt());
    let rows = image::cell_rows(plan.size) as u16;
    let visible = plan.visible(components);
    let title = if visible.len() < components {
        format!("means μₖ, components {} to {} of {components}, ↑ ↓", visible.start + 1, visible.end)
    } else {
        "means μₖ, ↑ ↓".to_owned()
    };
    panel::heading_with(buffer, area, &title, &shown.what, theme);
    let selected = app.cursors.component.min(components.saturating_sub(1));
    let blocks = blocks(app, &plan, area);
    let chosen = shows_row(&blocks).then(|| app.pixel());
    for (block, area) in &blocks {
        match (block, &app.outcome.fit) {
            (Block::Means, _) => {
                for k in visible.clone() {
                    let column = plan.column(*area, k);
                    let role = if k == selected { Role::Selected } else { Role::Text };
                    let caption = format!("{} = {}", super::weight_name(k), fixed(shown.weights[k], 3));
                    text::put(buffer, column, 0, 0, &caption, role, theme);
                    let values = shown.means.column(k);
                    let picture = Picture::image(image_shape(&app.outcome, values.len()), values.as_slice());
                    draw_with_pixel(buffer, panel::below(column, 1), &picture, chosen, app);
                }
            }
            (Block::View(_), None) => {
                let rest = panel::heading(buffer, *area, "covariances Σₖ", theme);
                progress::waiting(buffer, rest, &app.outcome, "The covariances of the fit", theme);
                break;
            }
            (Block::View(_), Some(_)) if area.height <= rows => {
                let hint = "Enter shows the covariance; a higher screen has room for it here.";
                text::put(buffer, *area, 0, 0, hint, Role::Dim, theme);
                break;
            }
            (Block::View(CovarianceView::Axes), Some(_)) => axes::draw(app, buffer, *area, plan.size),
            (Block::View(view), Some(fit)) => {
                let title = view_title(app, *view, fit.mixture.dim());
                let row = panel::heading(buffer, *area, &title, theme);
                let pixel = chosen.filter(|_| block.has_pixels());
                for k in visible.clone() {
                    let Some(picture) = pictures::view_picture(app, *view, k, plan.size) else { continue };
                    draw_with_pixel(buffer, plan.column(row, k), &picture, pixel, app);
                    if k == selected {
                        let name = format!(" Σ{}", super::subscript(k + 1));
                        draw_scale(buffer, *area, text::width(&title, theme), &name, &picture, app);
                    }
                }
            }
        }
    }
}

fn view_title(app: &App, view: CovarianceView, dim: usize) -> String {
    let final_only = if app.cursors.iteration.is_some() { " of the fit" } else { "" };
    match view {
        CovarianceView::Diagonal => format!("variances{final_only}, the diagonals of Σₖ"),
        CovarianceView::Row => {
            let (row, column) = app.pixel();
            format!("covariances of pixel ({row}, {column}), marked: a row of Σₖ{final_only}")
        }
        _ => format!("covariances Σₖ{final_only}, {dim} × {dim}, averaged"),
    }
}

/// Draws a picture, with the chosen pixel marked.
fn draw_with_pixel(
    buffer: &mut Buffer,
    area: Rect,
    picture: &Picture,
    pixel: Option<(usize, usize)>,
    app: &App,
) {
    let taken = image::draw_to_fit(buffer, area, picture, app.theme);
    if let Some((row, column)) = pixel {
        image::mark(buffer, taken, picture, (column, row), app.theme);
    }
}

/// The scale of a picture, at the right end of a heading: "Σ₂ −0.012 ▇▇▇▇ 0.045".
fn draw_scale(buffer: &mut Buffer, heading: Rect, title: u16, name: &str, picture: &Picture, app: &App) {
    const WIDTH: u16 = 30;
    let room = heading.width.saturating_sub(title + 6);
    let width = WIDTH.min(room);
    let place = Rect {
        x: heading.right().saturating_sub(width + 1),
        width,
        height: heading.height.min(1),
        ..heading
    };
    let end = text::put(buffer, place, 0, 0, name, Role::Text, app.theme);
    let bar = Rect { x: place.x + end.min(width), width: width.saturating_sub(end), ..place };
    colorbar::draw(buffer, bar, picture.colormap, picture.range, 12, app.theme);
}
