//! Tab 4: means in gray and covariances in viridis, each titled with its weight; the history can be scrubbed.
//!
//! ```text
//! ── means μₖ ───────────────────────── iteration 12 of 34 ─
//! π₁ = 0.312    π₂ = 0.251    ...
//! gray images
//! ── covariances Σₖ, 784 × 784, averaged ── −0.01 ▇▇▇ 0.12 ─
//! viridis images
//! ── variances, the diagonal of Σₖ ──────── 0.00 ▇▇▇▇ 0.21 ─     (when there is room, else by v)
//! ```

use nalgebra::{DMatrix, DVector};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::{App, CovarianceView};
use super::super::theme::Role;
use super::super::widgets::tiles;
use super::super::widgets::{colorbar, image, panel, progress, text};
use crate::mixture::Mixture;
use crate::show::{Picture, fixed, matrix, share_range, square};

/// Most rows and columns of an overview: 112 divides 784, so that smaller pictures whose side divides it are exact
/// averages of the whole matrix too.
const OVERVIEW: usize = 112;

/// The covariances, averaged to at most 112 x 112, all on one scale. Cost: K D^2, so once a fit, not once a frame.
pub fn overviews(mixture: &Mixture) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = mixture
        .covariances()
        .iter()
        .map(|covariance| {
            let whole = matrix(covariance);
            let size = whole.width.min(OVERVIEW);
            whole.shrunk(size, size)
        })
        .collect();
    share_range(&mut pictures);
    pictures
}

/// The diagonal of every covariance as an image, all on one scale from 0.
pub fn variances(mixture: &Mixture) -> Vec<Picture> {
    let diagonals = mixture.covariances().iter().map(|covariance| square(covariance.diagonal().as_slice()));
    let mut pictures: Vec<Picture> = diagonals.collect();
    share_range(&mut pictures);
    for picture in &mut pictures {
        picture.range.low = 0.0;
    }
    pictures
}

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
        return Some(Shown { weights: mixture.weights().clone(), means: mixture.means(), what: "the start".into() });
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

/// The mean of component `k` under the cursor.
pub fn mean_picture(app: &App, k: usize) -> Option<Picture> {
    let shown = shown(app)?;
    (k < shown.means.ncols()).then(|| {
        let column = shown.means.column(k);
        Picture::image(column.len().isqrt(), column.as_slice())
    })
}

/// How the pictures are laid out.
struct Plan {
    /// Pixels and columns of a picture.
    size: usize,
    /// The component in the first column.
    first: usize,
    /// Components beside each other.
    columns: usize,
    /// Whether covariances and variances are both shown.
    both: bool,
}

fn plan(app: &App, area: Rect, components: usize, side: usize) -> Plan {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let lines = |size: usize, rows: usize| rows * (image::cell_rows(size) + 1) + 1;
    let fits = |size: usize| components * (size + 1) <= width + 1 && lines(size, 2) <= height;
    let size = tiles::sizes(side).find(|&size| fits(size)).unwrap_or(tiles::least(side));
    let columns = ((width + 1) / (size + 1)).clamp(1, components.max(1));
    let selected = app.cursors.component.min(components.saturating_sub(1));
    let first = selected.saturating_sub(columns / 2).min(components - columns.min(components));
    Plan { size, first, columns, both: lines(size, 3) <= height }
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

/// Selects the component under a cell.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let Some((components, side)) = shown(app).map(|shown| (shown.means.ncols(), shown.means.nrows().isqrt())) else {
        return false;
    };
    let plan = plan(app, area, components, side);
    let hit = plan.visible(components).find(|&k| plan.column(area, k).contains((x, y).into()));
    if let Some(component) = hit {
        app.cursors.component = component;
    }
    hit.is_some()
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
        format!("means μₖ, components {} to {} of {components}", visible.start + 1, visible.end)
    } else {
        "means μₖ".to_owned()
    };
    let rest = panel::heading_with(buffer, area, &title, &shown.what, theme);
    let (means, rest) = panel::split_top(rest, rows + 1);
    let selected = app.cursors.component.min(components.saturating_sub(1));
    for k in visible.clone() {
        let column = plan.column(means, k);
        let role = if k == selected { Role::Selected } else { Role::Text };
        let caption = format!("{} = {}", super::weight_name(k), fixed(shown.weights[k], 3));
        text::put(buffer, column, 0, 0, &caption, role, theme);
        let values = shown.means.column(k);
        let picture = Picture::image(values.len().isqrt(), values.as_slice());
        image::draw_to_fit(buffer, panel::below(column, 1), &picture, theme);
    }
    let Some(fit) = &app.outcome.fit else {
        let rest = panel::heading(buffer, rest, "covariances Σₖ", theme);
        return progress::waiting(buffer, rest, &app.outcome, "The covariances of the fit", theme);
    };
    let dim = fit.mixture.dim();
    let final_only = if app.cursors.iteration.is_some() { " of the fit" } else { "" };
    let full = (format!("covariances Σₖ{final_only}, {dim} × {dim}, averaged"), None);
    let diagonal = (format!("variances{final_only}, the diagonals of Σₖ"), Some(variances(&fit.mixture)));
    let blocks = match app.cursors.covariance {
        _ if plan.both => vec![full, diagonal],
        CovarianceView::Full => vec![full],
        CovarianceView::Diagonal => vec![diagonal],
    };
    let mut rest = rest;
    for (title, pictures) in blocks {
        let pictures = pictures.as_ref().unwrap_or(&app.overviews);
        let (block, below) = panel::split_top(rest, rows + 1);
        draw_row(app, buffer, block, &title, pictures, &plan, visible.clone());
        rest = below;
    }
}

/// One row of pictures under a heading with their common scale.
fn draw_row(
    app: &App,
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    pictures: &[Picture],
    plan: &Plan,
    visible: std::ops::Range<usize>,
) {
    let row = panel::heading(buffer, area, title, app.theme);
    if let Some(first) = pictures.first() {
        let start = text::width(title, app.theme) + 6;
        let most = 32;
        let bar = Rect { x: area.x.saturating_add(start), width: area.width.saturating_sub(start + 1), ..area };
        let bar = bar.intersection(area);
        let bar = Rect { x: bar.right().saturating_sub(bar.width.min(most)), width: bar.width.min(most), ..bar };
        colorbar::draw(buffer, bar, first.colormap, first.range, 16, app.theme);
    }
    for k in visible {
        let Some(picture) = pictures.get(k) else { continue };
        let column = plan.column(row, k);
        let small = image::fitted(picture, plan.size, plan.size);
        image::draw_to_fit(buffer, column, &small, app.theme);
    }
}
