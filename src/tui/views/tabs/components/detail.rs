//! What is known of the selected component, beside the pictures of all on a wide screen: weight, images, labels, variance,
//! and the training images nearest to its mean.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::composition::{group_sizes, labels_by_group};
use crate::show::words::grouped;
use crate::show::{fixed, significant};
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::panel::Panel;
use crate::tui::views::widgets::tiles::Tiles;
use crate::tui::views::widgets::{bars, image, panel, text};

/// Columns of the panel.
pub const WIDTH: u16 = 50;
/// Lines of the panel below the pictures, at least.
pub const LEAST: u16 = 7;
/// Columns of the panel from which facts and pictures are beside each other.
pub const WIDE: u16 = 100;
/// Columns of the facts beside pictures.
const FACTS: u16 = 48;
/// The nearest images that are in view, where there is room at half size.
const NEAREST: usize = 4;
/// Columns of a name.
const NAME: u16 = 14;

/// A line: name, value, share of a bar.
type Fact = (String, String, Option<f64>);

fn facts(app: &App, k: usize) -> Vec<Fact> {
    let Some(shown) = pictures::shown(app) else { return Vec::new() };
    let weight = shown.weights.get(k).copied().unwrap_or_default();
    let mut facts = vec![("weight".to_owned(), fixed(weight, 4), Some(weight))];
    if let Some(variances) = shown.variances.filter(|variances| k < variances.ncols()) {
        let column = variances.column(k);
        let mean = significant(column.mean(), 3);
        facts.push((
            "variance".into(),
            format!("{mean} a pixel, largest {}", significant(column.max(), 3)),
            None,
        ));
    }
    let Some(fit) = &app.outcome.fit else { return facts };
    let count = fit.mixture.components();
    let images = group_sizes(&fit.assignments, count).get(k).copied().unwrap_or_default();
    facts.push(("images".into(), format!("{} of {}", grouped(images), grouped(fit.assignments.len())), None));
    let counts = labels_by_group(&app.outcome, &fit.assignments, count);
    let labels = app.outcome.labels().iter().zip(counts.get(k).into_iter().flatten());
    facts.extend(labels.map(|(&label, &count)| {
        let share = count as f64 / images.max(1) as f64;
        (app.outcome.label_name(label).into_owned(), format!("{:>5}", grouped(count)), Some(share))
    }));
    if let Some(axes) = app.axes.of(k) {
        let shares: f64 =
            axes.variances.iter().map(|variance| variance / axes.total.max(f64::MIN_POSITIVE)).sum();
        let (count, share) = (axes.variances.len(), significant(100.0 * shares, 3));
        facts.push(("eigenvectors".into(), format!("first {count}: {share} % of variance"), None));
    }
    facts
}

/// Draws the panel.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, k: usize, hits: &mut Hits) {
    let theme = app.theme;
    let title = format!("Component {}", k + 1);
    let is_fit = app.cursors.iteration.is_none();
    let remark = if is_fit { "# chooses" } else { "images: of the fit" };
    let inside = Panel { title: &title, remark, ..Panel::default() }.draw(buffer, area, theme);
    let facts = facts(app, k);
    let is_wide = inside.width + 4 >= WIDE;
    let (facts_area, beside) = match is_wide {
        true => {
            let x = inside.x + FACTS.min(inside.width);
            (Rect { width: FACTS - 2, ..inside }, Rect { x, width: inside.right() - x, ..inside })
        }
        false => (inside, inside),
    };
    // Many labels leave room for pictures.
    let room = usize::from(if is_wide { inside.height } else { inside.height / 2 });
    for (row, (name, value, share)) in facts.iter().take(room).enumerate() {
        let row = row as u16;
        let name: String = name.chars().take(usize::from(NAME) - 2).collect();
        text::put(buffer, facts_area, row, 0, &name, Role::Dim, theme);
        let end = text::put(buffer, facts_area, row, NAME, value, Role::Text, theme) + 1;
        if let Some(share) = share {
            let bar = bars::bar(*share, usize::from(facts_area.width.saturating_sub(end)).min(24));
            text::put(buffer, facts_area, row, end, &bar, Role::Bar, theme);
        }
    }
    let below = if is_wide { beside } else { panel::below(inside, facts.len().min(room) as u16 + 1) };
    let known = app.overviews.known.get(k).map_or(0, |overview| overview.nearest.len());
    if known == 0 || app.outcome.fit.is_none() {
        return;
    }
    let below = panel::heading(buffer, below, "nearest training images, by distance", theme);
    let tiles = Tiles::filling(below, NEAREST.min(known), app.shape(), 1);
    for place in 0..known.min(tiles.grid.capacity()) {
        let Some((picture, distance)) = pictures::near(app, k, place) else { continue };
        let rect = tiles.rect(place);
        hits.note(rect, Target::Near(k, place));
        text::put(buffer, rect, 0, 0, &significant(distance, 3), Role::Text, theme);
        image::show(buffer, panel::below(rect, 1), &picture, theme, hits);
    }
}
