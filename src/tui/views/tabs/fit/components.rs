//! The components: weight, images, and the labels that they are made of.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::composition::{group_sizes, labels_by_group, majority};
use crate::show::words::grouped;
use crate::show::{fixed, significant};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::{bars, panel, text};

/// Columns before the labels: "  1  0.239    478 "; on a narrow panel without the images.
fn numbers(area: Rect) -> u16 {
    if area.width < 40 { 11 } else { 18 }
}

/// The weights at the iteration under the cursor.
fn weights(app: &App) -> (Vec<f64>, String) {
    let step = app.iteration().and_then(|at| app.outcome.em.history.get(at));
    match (step, &app.outcome.fit) {
        (Some(step), _) => (
            step.iteration.weights.iter().copied().collect(),
            format!("iteration {}", step.iteration.iteration),
        ),
        (None, Some(fit)) => (fit.mixture.weights().iter().copied().collect(), "the start".into()),
        (None, None) => (Vec::new(), String::new()),
    }
}

/// The word for a component that models next to nothing: of S images, fewer than one; or less than a tenth of an equal
/// share.
pub fn fault(weight: f64, components: usize, images: usize) -> Option<&'static str> {
    if weight * images as f64 <= 1.0 {
        Some("dead")
    } else if weight * (components as f64) < 0.1 {
        Some("tiny")
    } else {
        None
    }
}

/// Draws the table: of more components than there is room for, the first.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let (weights, remark) = weights(app);
    let area = Panel { title: "Components", remark: &remark, ..Panel::default() }.draw(buffer, area, theme);
    if weights.is_empty() {
        text::put(buffer, area, 0, 0, "still to come", Role::Dim, theme);
        return;
    }
    let count = weights.len();
    let labels = app.outcome.labels();
    let fit = app.outcome.fit.as_ref();
    let sizes = fit.map(|fit| group_sizes(&fit.assignments, count));
    let counts = fit.map(|fit| labels_by_group(&app.outcome, &fit.assignments, count)).unwrap_or_default();
    let most = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let numbers = numbers(area);
    let cut = |line: &str| line.chars().take(usize::from(numbers)).collect::<String>();
    text::put(buffer, area, 0, 0, &cut("  k weight images"), Role::Dim, theme);
    let rest =
        Rect { x: area.x + numbers.min(area.width), width: area.width.saturating_sub(numbers), ..area };
    let of_labels = !labels.is_empty() && fit.is_some();
    legend(app, buffer, rest, of_labels);
    let rows = panel::below(area, 1);
    let room = usize::from(rows.height);
    let shown = if count > room { room.saturating_sub(1) } else { count };
    for (k, &weight) in weights.iter().enumerate().take(shown) {
        let images = sizes.as_ref().and_then(|sizes| sizes.get(k)).copied();
        let images = images.map_or_else(
            || format!("≈{}", grouped((weight * app.outcome.samples() as f64).round() as usize)),
            grouped,
        );
        let line = format!("{:>3} {:>6} {images:>6}", k + 1, fixed(weight, 3));
        text::put(buffer, rows, k as u16, 0, &cut(&line), Role::Text, theme);
        let line = panel::below(rest, 1 + k as u16);
        match (fault(weight, count, app.outcome.samples()), counts.get(k).filter(|_| of_labels)) {
            (Some(fault), _) => {
                text::put(buffer, line, 0, 0, &format!("! {fault}"), Role::Warning, theme);
            }
            (None, Some(counts)) => draw_labels(app, buffer, line, labels, counts),
            (None, None) => {
                let bar = bars::bar(weight / most, usize::from(line.width));
                text::put(buffer, line, 0, 0, &bar, Role::Bar, theme);
            }
        }
    }
    if shown < count {
        let more = format!("and {} more, weights below {}", count - shown, fixed(weights[shown], 3));
        text::put(buffer, rows, shown as u16, 0, &more, Role::Dim, theme);
    }
}

/// The glyphs and colours of the labels, in order; more labels than these share them.
const PARTS: [(&str, Role); 4] =
    [("█", Role::Series(0)), ("▒", Role::Series(1)), ("░", Role::Series(2)), ("·", Role::Series(3))];

/// What the glyphs of the bars stand for.
fn legend(app: &App, buffer: &mut Buffer, area: Rect, of_labels: bool) {
    if !of_labels {
        text::put(buffer, area, 0, 0, "weight", Role::Dim, app.theme);
        return;
    }
    let mut column = 0;
    for (&label, (glyph, role)) in app.outcome.labels().iter().zip(PARTS) {
        let name = app.outcome.label_name(label);
        let name = if area.width < 40 { name.chars().take(7).collect() } else { name.into_owned() };
        if column + text::width(&name, app.theme) + 2 > area.width {
            break;
        }
        column = text::put(buffer, area, 0, column, glyph, role, app.theme);
        column = text::put(buffer, area, 0, column + 1, &name, Role::Dim, app.theme) + 1;
    }
}

/// A bar of the labels in a component, and its most frequent one in words: "95 % Trouser".
fn draw_labels(app: &App, buffer: &mut Buffer, line: Rect, labels: &[u8], counts: &[usize]) {
    let Some((label, share)) = majority(labels, counts) else {
        text::put(buffer, line, 0, 0, "no image", Role::Warning, app.theme);
        return;
    };
    let words = format!("{:>3} % {}", significant(100.0 * share, 2), app.outcome.label_name(label));
    // The words have the columns that the longest of them takes, as far as the bar keeps some.
    let names = labels.iter().map(|&label| app.outcome.label_name(label).chars().count() + 7).max();
    let words_width = (names.unwrap_or(0) as u16).min(line.width.saturating_sub(4)).min(24);
    let width = line.width.saturating_sub(words_width + 1);
    let total: usize = counts.iter().sum();
    let (mut column, mut before) = (0, 0);
    for (place, &count) in counts.iter().enumerate() {
        before += count;
        let end = (f64::from(width) * before as f64 / total.max(1) as f64).round() as u16;
        let (glyph, role) = PARTS[place % PARTS.len()];
        let part = glyph.repeat(usize::from(end.saturating_sub(column)));
        column = text::put(buffer, line, 0, column, &part, role, app.theme).max(column);
    }
    text::put(buffer, line, 0, width + 1, &words, Role::Text, app.theme);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_that_model_nothing_are_named() {
        assert_eq!(fault(0.2, 5, 2000), None);
        assert_eq!(fault(0.01, 5, 2000), Some("tiny"));
        assert_eq!(fault(0.0004, 5, 2000), Some("dead"));
        assert_eq!(fault(1.0, 1, 1), Some("dead"));
    }
}
