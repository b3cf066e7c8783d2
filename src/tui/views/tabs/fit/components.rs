//! The components: weight, images, and the labels that they are made of.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::composition::{group_sizes, labels_by_group, majority};
use crate::show::words::grouped;
use crate::show::{fixed, significant};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::{bars, panel, text};

/// Columns before the labels: "  1  0.239    478 "; on a narrow panel without the images.
fn numbers(area: Rect) -> u16 {
    if area.width < 40 { 11 } else { 18 }
}

/// The weights at the iteration under the cursor.
fn weights(app: &App) -> (Vec<f64>, String) {
    match pictures::shown(app).filter(|_| app.iteration().is_some() || app.outcome.fit.is_some()) {
        Some(shown) => (shown.weights.iter().copied().collect(), shown.name),
        None => (Vec::new(), String::new()),
    }
}

/// The word for a component that models next to nothing: of images that count `images`, fewer than one
/// ([`dead_components`](crate::mixture::dead_components)); or less than a tenth of an equal share.
pub fn fault(weight: f64, components: usize, images: f64) -> Option<&'static str> {
    if weight * images < 1.0 {
        Some("dead")
    } else if weight * (components as f64) < 0.1 {
        Some("tiny")
    } else {
        None
    }
}

/// Columns of a line of the table, where it has several beside each other, and between two of them.
const COLUMN: u16 = 35;
const GAP: u16 = 2;

/// The share of the width that the panel takes at most.
fn most(area: Rect) -> u16 {
    area.width * 3 / 5
}

fn count(app: &App) -> u16 {
    u16::try_from(app.outcome.settings.kmeans.components).unwrap_or(u16::MAX)
}

/// The lines that the components take below each other, where they are at most half of `area`.
pub fn in_one_column(app: &App, area: Rect) -> Option<u16> {
    Some(count(app)).filter(|&count| count <= area.height / 2)
}

/// The lines that the components take: one each, at most half of `area`; beside each other where they are more.
pub fn lines(app: &App, area: Rect) -> u16 {
    let beside = || count(app).div_ceil((most(area) / COLUMN).max(1)).min(area.height / 2);
    in_one_column(app, area).unwrap_or_else(beside)
}

/// The columns of the panel beside the chart in `area`: more where the components need a second row of lines.
pub fn width(app: &App, area: Rect) -> u16 {
    let (lines, around) = panel::around(app.size);
    let rows = area.height.saturating_sub(lines + 1).max(1);
    let components = count(app);
    let wanted = components.div_ceil(rows).saturating_mul(COLUMN).saturating_add(around.saturating_sub(GAP));
    let usual = (area.width * 9 / 20).clamp(30, 76);
    let most = if panel::bordered(app.size) { most(area) } else { usual };
    let width = if components > rows { wanted.clamp(usual, most.max(usual)) } else { usual };
    width.min(area.width)
}

/// Draws the table, in as many columns as the components need and there is room for: of more components than that,
/// the first.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let (weights, mut remark) = weights(app);
    // Images and labels are known of the fit alone.
    let is_fit = app.cursors.iteration.is_none();
    if !is_fit && app.outcome.fit.is_some() && !app.outcome.labels().is_empty() {
        remark += "; labels of the fit";
    }
    let area = Panel { title: "Components", remark: &remark, ..Panel::default() }.draw(buffer, area, theme);
    if weights.is_empty() {
        text::put(buffer, area, 0, 0, "still to come", Role::Dim, theme);
        return;
    }
    let (count, fit) = (weights.len(), app.outcome.fit.as_ref());
    let sizes = fit.filter(|_| is_fit).map(|fit| group_sizes(&fit.assignments, count));
    let counts = match (app.outcome.labels(), fit) {
        ([], _) | (_, None) => Vec::new(),
        (_, Some(fit)) => labels_by_group(&app.outcome, &fit.assignments, count),
    };
    let rows = panel::below(area, 1);
    let lines = usize::from(rows.height).max(1);
    let columns = count.div_ceil(lines).clamp(1, usize::from((area.width + GAP) / COLUMN).max(1));
    let room = columns * usize::from(rows.height);
    // The last line says how many are left out.
    let shown = if count > room { room.saturating_sub(1) } else { count };
    // No column is much shorter than the others.
    let lines = lines.min(count.div_ceil(columns));
    let parts: Vec<Rect> = panel::columns(area, columns as u16, GAP).collect();
    let table = Components { app, weights: &weights, sizes, counts };
    for (place, part) in parts.iter().enumerate() {
        table.draw_head(buffer, *part, place == 0);
        for (row, k) in (place * lines..((place + 1) * lines).min(shown)).enumerate() {
            table.draw_line(buffer, panel::below(*part, 1 + row as u16), k);
        }
    }
    if let (true, Some(last)) = (shown < count, parts.last()) {
        let more = format!("and {} more, weights up to {}", count - shown, fixed(weights[shown], 3));
        text::put(buffer, *last, last.height.saturating_sub(1), 0, &more, Role::Dim, theme);
    }
}

/// What the table shows.
struct Components<'a> {
    app: &'a App,
    weights: &'a [f64],
    /// Images of each component; none before the fit.
    sizes: Option<Vec<usize>>,
    /// Of each component, how many images have each label; empty before the fit, and without labels.
    counts: Vec<Vec<usize>>,
}

impl Components<'_> {
    /// The head of a column of lines; `whole` with what the glyphs of the bars stand for.
    fn draw_head(&self, buffer: &mut Buffer, area: Rect, whole: bool) {
        let numbers = numbers(area);
        let head: String = "  k weight images".chars().take(usize::from(numbers)).collect();
        text::put(buffer, area, 0, 0, &head, Role::Dim, self.app.theme);
        if whole {
            legend(self.app, buffer, right_of(area, numbers), !self.counts.is_empty());
        }
    }

    /// What the training images count together.
    fn training_weight(&self) -> f64 {
        let weighted = self.app.outcome.data.as_ref().and_then(|data| data.training_weight());
        weighted.unwrap_or(self.app.outcome.samples() as f64)
    }

    /// Draws component `k` in the first line of `area`.
    fn draw_line(&self, buffer: &mut Buffer, area: Rect, k: usize) {
        let Self { app, weights, sizes, counts } = self;
        let Some(&weight) = weights.get(k) else { return };
        let theme = app.theme;
        let numbers = numbers(area);
        let images = sizes.as_ref().and_then(|sizes| sizes.get(k)).copied();
        let images = images.map_or_else(
            || format!("≈{}", grouped((weight * app.outcome.samples() as f64).round() as usize)),
            grouped,
        );
        let line = format!("{:>3} {:>6} {images:>6}", k + 1, fixed(weight, 3));
        let line: String = line.chars().take(usize::from(numbers)).collect();
        text::put(buffer, area, 0, 0, &line, Role::Text, theme);
        let rest = right_of(area, numbers);
        match (fault(weight, weights.len(), self.training_weight()), counts.get(k)) {
            (Some(fault), _) => {
                text::put(buffer, rest, 0, 0, &format!("! {fault}"), Role::Warning, theme);
            }
            (None, Some(counts)) => draw_labels(app, buffer, rest, app.outcome.labels(), counts),
            (None, None) => {
                let most = weights.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
                text::put(
                    buffer,
                    rest,
                    0,
                    0,
                    &bars::bar(weight / most, usize::from(rest.width)),
                    Role::Bar,
                    theme,
                );
            }
        }
    }
}

/// `area` without its first `columns`.
fn right_of(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width);
    Rect { x: area.x + columns, width: area.width - columns, ..area }
}

/// The glyphs and colours of the labels, in order; of more labels than these, of the commonest one and of the others.
const PARTS: [(&str, Role); 4] =
    [("█", Role::Series(0)), ("▓", Role::Series(1)), ("▒", Role::Series(2)), ("░", Role::Series(3))];

/// What the glyphs of the bars stand for: as many letters of each name as there is room for.
fn legend(app: &App, buffer: &mut Buffer, area: Rect, of_labels: bool) {
    if !of_labels {
        return;
    }
    let labels = app.outcome.labels();
    let names: Vec<String> = match labels.len() <= PARTS.len() {
        true => labels.iter().map(|&label| app.outcome.label_name(label).into_owned()).collect(),
        false => vec!["commonest label".into(), "others".into()],
    };
    let cut = |letters: usize| -> Vec<String> {
        names.iter().map(|name| format!(" {}", name.chars().take(letters).collect::<String>())).collect()
    };
    let width = |names: &[String]| -> u16 { names.iter().map(|name| text::width(name, app.theme) + 2).sum() };
    let fitting = (1..=20).rev().map(cut).find(|names| width(names) <= area.width + 1);
    let mut column = 0;
    for (name, (glyph, role)) in fitting.iter().flatten().zip(PARTS) {
        column = text::put(buffer, area, 0, column, glyph, role, app.theme);
        column = text::put(buffer, area, 0, column, name, Role::Dim, app.theme) + 1;
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
    let most = counts.iter().copied().max().unwrap_or(0);
    let parts = if counts.len() <= PARTS.len() { counts.to_vec() } else { vec![most, total - most] };
    let (mut column, mut before) = (0, 0);
    for (count, (glyph, role)) in parts.into_iter().zip(PARTS) {
        before += count;
        let end = (f64::from(width) * before as f64 / total.max(1) as f64).round() as u16;
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
        assert_eq!(fault(0.2, 5, 2000.0), None);
        assert_eq!(fault(0.01, 5, 2000.0), Some("tiny"));
        assert_eq!(fault(0.0004, 5, 2000.0), Some("dead"));
        assert_eq!((fault(1.0, 1, 1.0), fault(1.0, 1, 0.5)), (None, Some("dead")));
    }
}
