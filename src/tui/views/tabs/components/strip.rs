//! A row of pictures of the selected component: the leading eigenvectors of its covariance with their eigenvalues, or the
//! training images nearest to its mean with their distances.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{Picture, significant, subscript};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::{colorbar, image, panel, text};

/// What the pictures are, how many there are, or why there are none yet.
fn known(app: &App, view: CovarianceView) -> (String, Result<usize, (String, Role)>) {
    let k = app.component();
    let computing = || ("computing …".to_owned(), Role::Dim);
    if view == CovarianceView::Axes {
        let title = axes_title(app, k);
        let count = match (app.axes.of(k), app.axes.fault(k)) {
            (Some(axes), _) => Ok(axes.variances.len() + usize::from(pictures::noise(app, k).is_some())),
            (None, Some(why)) => Err((why.to_owned(), Role::Bad)),
            (None, None) => Err(computing()),
        };
        return (title, count);
    }
    let title = format!("training images nearest to μ{} of the fit", subscript(k + 1));
    let count = app.overviews.known.get(k).map(|overview| overview.nearest.len());
    (title, count.ok_or_else(computing))
}

/// What the principal axes of component `k` are: of a covariance with factors, these and what they leave.
fn axes_title(app: &App, k: usize) -> String {
    let name = subscript(k + 1);
    match pictures::noise(app, k) {
        Some(_) => format!("factors of Σ{name} = W Wᵀ + diag(ψ), orthogonal, and ψ, what they leave"),
        None => format!("eigenvectors of Σ{name}: how the images of component {} vary", k + 1),
    }
}

/// Picture `index`, and its caption.
fn picture(app: &App, view: CovarianceView, index: usize) -> Option<(Picture, String)> {
    let k = app.component();
    if view == CovarianceView::Axes {
        let axes = app.axes.of(k)?;
        let Some(&variance) = axes.variances.get(index) else {
            let (picture, share) = pictures::noise(app, k)?;
            return Some((picture, format!("ψ {} %", significant(100.0 * share, 2))));
        };
        let share = significant(100.0 * variance / axes.total.max(f64::MIN_POSITIVE), 2);
        let caption = format!("λ{} {} {share} %", subscript(index + 1), significant(variance, 3));
        return Some((pictures::axis(app, k, index)?, caption));
    }
    let (picture, distance) = pictures::near(app, k, index)?;
    Some((picture, significant(distance, 3)))
}

/// The indices of the pictures that `area` has room for; the selected one is among them.
fn visible(app: &App, area: Rect, size: usize, known: usize) -> std::ops::Range<usize> {
    let columns = ((usize::from(area.width) + 1) / (size + 1)).min(known);
    let selected = app.cursors.axis.min(known.saturating_sub(1));
    let first = selected.saturating_sub(columns / 2).min(known - columns);
    first..first + columns
}

fn column(area: Rect, place: usize, size: usize) -> Rect {
    let offset = u16::try_from(place * (size + 1)).unwrap_or(u16::MAX);
    let width = u16::try_from(size).unwrap_or(u16::MAX);
    Rect { x: area.x.saturating_add(offset), width, ..area }.intersection(area)
}

/// Draws them, each in a rectangle of `size` columns and `rows` rows.
pub fn draw(
    app: &App,
    view: CovarianceView,
    buffer: &mut Buffer,
    area: Rect,
    (size, rows): (usize, usize),
    hits: &mut Hits,
) {
    let theme = app.theme;
    let (title, count) = known(app, view);
    let short = title.split(':').next().unwrap_or_default();
    let titles = [&*title, short, CovarianceView::NAMES[view as usize]];
    let (rest, title) = panel::heading_of(buffer, area, &titles, theme);
    let count = match count {
        Ok(count) => count,
        Err((why, role)) => {
            text::put(buffer, rest, 1, 2, &why, role, theme);
            return;
        }
    };
    // Where there is no line for captions, the pictures take precedence.
    let captions = usize::from(rest.height) > rows;
    for (place, index) in visible(app, area, size, count).enumerate() {
        let column = column(rest, place, size);
        hits.note(Rect { y: area.y, height: area.height, ..column }, Target::Axis(index));
        let Some((picture, caption)) = picture(app, view, index) else { continue };
        let role = if index == app.cursors.axis { Role::Selected } else { Role::Text };
        let below = if captions { text::put(buffer, column, 0, 0, &caption, role, theme).min(1) } else { 0 };
        image::show(buffer, panel::below(column, below), &picture, theme, hits);
        if place == 0 && view == CovarianceView::Axes {
            colorbar::draw_in_heading(buffer, area, text::width(title, theme), "", &picture, theme);
        }
    }
}
