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
use crate::show::{Picture, Range, fixed, matrix, square};

/// Most rows and columns of an overview: 112 divides 784, so that smaller pictures whose side divides it are exact
/// averages of the whole matrix too.
const OVERVIEW: usize = 112;

/// What is shown of a covariance most often.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The covariance, averaged to at most 112 x 112.
    pub picture: Picture,
    /// The range of its own values.
    pub range: Range,
}

/// The overviews of all covariances. Cost: K D^2, so once a fit, not once a frame.
pub fn overviews(mixture: &Mixture) -> Vec<Overview> {
    let overview = |covariance: &DMatrix<f64>| {
        let whole = matrix(covariance);
        let size = whole.width.min(OVERVIEW);
        Overview { picture: whole.shrunk(size, size), range: whole.range }
    };
    mixture.covariances().iter().map(overview).collect()
}

/// The diagonal of covariance `k` as an image, on a scale from 0.
pub fn variance(mixture: &Mixture, k: usize) -> Option<Picture> {
    let mut picture = square(mixture.covariances().get(k)?.diagonal().as_slice());
    picture.range.low = 0.0;
    Some(picture)
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
    let Some((components, side)) = shown(app).map(|shown| (shown.means.ncols(), shown.means.nrows().isqrt()))
    else {
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
        format!("means μₖ, components {} to {} of {components}, ↑ ↓", visible.start + 1, visible.end)
    } else {
        "means μₖ, ↑ ↓".to_owned()
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
    let blocks: &[CovarianceView] = match app.cursors.covariance {
        _ if plan.both => &[CovarianceView::Full, CovarianceView::Diagonal],
        CovarianceView::Full => &[CovarianceView::Full],
        CovarianceView::Diagonal => &[CovarianceView::Diagonal],
    };
    let mut rest = rest;
    for &view in blocks {
        let title = match view {
            CovarianceView::Full => format!("covariances Σₖ{final_only}, {dim} × {dim}, averaged"),
            CovarianceView::Diagonal => format!("variances{final_only}, the diagonals of Σₖ"),
        };
        let (block, below) = panel::split_top(rest, rows + 1);
        if block.height <= rows {
            text::put(
                buffer,
                block,
                0,
                0,
                "Enter shows the covariance; a higher screen has room for it here.",
                Role::Dim,
                theme,
            );
            break;
        }
        let row = panel::heading(buffer, block, &title, theme);
        for k in visible.clone() {
            let Some(picture) = covariance_picture(app, view, k, plan.size) else { continue };
            image::draw_to_fit(buffer, plan.column(row, k), &picture, theme);
            if k == selected {
                draw_scale(buffer, block, text::width(&title, theme), k, &picture, app);
            }
        }
        rest = below;
    }
}

/// Covariance `k`, or its diagonal, at most `size` pixels wide, on the scale of what is then seen of it: components
/// differ too much in their variances for a common one.
fn covariance_picture(app: &App, view: CovarianceView, k: usize, size: usize) -> Option<Picture> {
    match view {
        CovarianceView::Full => {
            Some(on_own_scale(image::fitted(&app.overviews.get(k)?.picture, size, size).into_owned()))
        }
        CovarianceView::Diagonal => {
            Some(image::fitted(&variance(&app.outcome.fit.as_ref()?.mixture, k)?, size, size).into_owned())
        }
    }
}

/// The picture over the range of its own values.
pub fn on_own_scale(picture: Picture) -> Picture {
    let range = Range::of(&picture.values);
    picture.over(range)
}

/// The scale of the selected component's picture, at the right end of the heading: "Σ₂ −0.012 ▇▇▇▇ 0.045".
fn draw_scale(buffer: &mut Buffer, heading: Rect, title: u16, k: usize, picture: &Picture, app: &App) {
    const WIDTH: u16 = 30;
    let room = heading.width.saturating_sub(title + 6);
    let width = WIDTH.min(room);
    let place = Rect {
        x: heading.right().saturating_sub(width + 1),
        width,
        height: heading.height.min(1),
        ..heading
    };
    let name = format!(" Σ{}", super::subscript(k + 1));
    let end = text::put(buffer, place, 0, 0, &name, Role::Text, app.theme);
    let bar = Rect { x: place.x + end.min(width), width: width.saturating_sub(end), ..place };
    colorbar::draw(buffer, bar, picture.colormap, picture.range, 12, app.theme);
}
