//! The leading eigenvectors of the selected component's covariance, as signed images with their eigenvalues.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::mixture::CovarianceFamily;
use crate::show::{significant, subscript};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::{colorbar, image, panel, text};

/// The indices of the axes that `area` has room for; the selected one is among them.
fn visible(app: &App, area: Rect, size: usize) -> std::ops::Range<usize> {
    let known = app.axes.of(app.component()).map_or(0, |axes| axes.variances.len());
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
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, (size, rows): (usize, usize), hits: &mut Hits) {
    let theme = app.theme;
    let k = app.component();
    let name = subscript(k + 1);
    let covariance = app.outcome.fit.as_ref().and_then(|fit| fit.mixture.covariances().get(k));
    let noise = covariance.filter(|covariance| covariance.family() == CovarianceFamily::LowRank);
    let title = match noise.and_then(|covariance| Some((covariance.parts()?.1, covariance.trace()))) {
        Some((noise, trace)) => {
            let share = significant(100.0 * noise.sum() / trace, 2);
            format!("factors of Σ{name} = W Wᵀ + diag(ψ), orthogonal; ψ, what they leave, has {share} %")
        }
        None => format!("eigenvectors of Σ{name}: how the images of component {} vary", k + 1),
    };
    let rest = panel::heading(buffer, area, &title, theme);
    let Some(axes) = app.axes.of(k) else {
        let (why, role) = match app.axes.fault(k) {
            Some(why) => (why.to_owned(), Role::Bad),
            None => ("computing …".into(), Role::Dim),
        };
        text::put(buffer, rest, 1, 2, &why, role, theme);
        return;
    };
    // Where there is no line for captions, the pictures take precedence.
    let captions = usize::from(rest.height) > rows;
    for (place, index) in visible(app, area, size).enumerate() {
        let column = column(rest, place, size);
        hits.note(Rect { y: area.y, height: area.height, ..column }, Target::Axis(index));
        let (Some(picture), Some(&variance)) = (pictures::axis(app, k, index), axes.variances.get(index))
        else {
            continue;
        };
        let share = 100.0 * variance / axes.total.max(f64::MIN_POSITIVE);
        let caption =
            format!("λ{} {} {} %", subscript(index + 1), significant(variance, 3), significant(share, 2));
        let role = if index == app.cursors.axis { Role::Selected } else { Role::Text };
        let below = if captions { text::put(buffer, column, 0, 0, &caption, role, theme).min(1) } else { 0 };
        image::draw_to_fit(buffer, panel::below(column, below), &picture, theme);
        if place == 0 {
            colorbar::draw_in_heading(buffer, area, text::width(&title, theme), "", &picture, theme);
        }
    }
}
