//! Two runs side by side: the settings and scores that differ, their means, and one test image restored by both.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{by_value, column, fixed};
use crate::study::{Outcome, RunRecord};
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::runs::RunEntry;
use crate::tui::theme::Role;
use crate::tui::views::widgets::tiles::Tiles;
use crate::tui::views::widgets::{image, panel, text};

/// Columns of the names of settings.
const NAME: usize = 18;

/// The lines that tell two runs apart: what it is, and both values.
fn differences(one: &RunRecord, other: &RunRecord) -> Vec<[String; 3]> {
    let text = super::setting;
    let keys =
        one.settings.keys().chain(other.settings.keys().filter(|key| !one.settings.contains_key(*key)));
    let settings =
        keys.map(|key| [key.replace('_', " "), text(one.settings.get(key)), text(other.settings.get(key))]);
    let number =
        |value: Option<f64>, decimals| value.map_or_else(|| "-".to_owned(), |value| fixed(value, decimals));
    let row = |name: &str, value: &dyn Fn(&RunRecord) -> String| [name.to_owned(), value(one), value(other)];
    let scores = [
        row("NLL", &|run| fixed(run.nll, 2)),
        row("held-out NLL", &|run| number(run.held_out_nll, 2)),
        row("bits/dim", &|run| number(run.bits_per_dim, 3)),
        row("PSNR", &|run| number(run.psnr, 2)),
        row("iterations", &|run| run.nll_history.len().to_string()),
    ];
    settings.chain(scores).filter(|[_, one, other]| one != other).collect()
}

/// Draws the two that are marked.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let marked = app.runs.marked();
    let [one, other, ..] = marked[..] else {
        let line = "Mark two runs in the table: a marks the selected one.";
        text::put(buffer, area, 0, 0, line, Role::Text, app.theme);
        return;
    };
    let value = usize::from(area.width).saturating_sub(NAME) / 2;
    let cut = |text: &str| text.chars().take(value.saturating_sub(1)).collect::<String>();
    let line = |name: &str, a: &str, b: &str| format!("{name:<NAME$}{:<value$}{}", cut(a), cut(b));
    let head = line("", &one.record.run, &other.record.run);
    text::put(buffer, area, 0, 0, &head, Role::Title, app.theme);
    let lines = differences(&one.record, &other.record);
    let shown = lines.len().min(usize::from(area.height.saturating_sub(1)));
    for (row, [name, a, b]) in lines.iter().take(shown).enumerate() {
        text::put(buffer, area, row as u16 + 1, 0, &line(name, a, b), Role::Text, app.theme);
    }
    let rest = panel::below(area, shown as u16 + 2);
    let start = NAME.min(usize::from(rest.width)) as u16;
    for (at, entry) in [one, other].into_iter().enumerate() {
        let x = rest.x.saturating_add(start + (at * value) as u16);
        let half = Rect { x, width: (value as u16).saturating_sub(1), ..rest }.intersection(rest);
        draw_pictures(entry, app, buffer, half, hits);
    }
}

/// The restoration of the selected test image, and the means, of a run that is kept whole.
fn draw_pictures(entry: &RunEntry, app: &App, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let Some(outcome) = &entry.outcome else {
        text::put(buffer, area, 0, 0, "Enter in the table computes its pictures", Role::Dim, app.theme);
        return;
    };
    let pictures = pictures(outcome, app.cursors.image);
    let Some(shape) = outcome.shape() else { return };
    let tiles = Tiles::fit(area, pictures.len(), shape, 1);
    for (place, (name, picture)) in pictures.iter().enumerate() {
        if place >= tiles.grid.columns * tiles.grid.rows {
            break;
        }
        let rect = tiles.rect(place);
        text::put(buffer, Rect { width: rect.width, ..rect }, 0, 0, name, Role::Dim, app.theme);
        image::show(buffer, panel::below(rect, 1), picture, app.theme, hits);
    }
}

/// One test image as it is and restored, then the means.
fn pictures(outcome: &Outcome, image: usize) -> Vec<(String, crate::show::Picture)> {
    let Some((fit, shape)) = outcome.fit.as_ref().zip(outcome.shape()) else { return Vec::new() };
    let column =
        |images: &_, index: usize| Some(by_value(column(images, index, shape)?, outcome.data.as_deref()));
    let mut pictures = Vec::new();
    if let Some(inpaint) = &outcome.inpaint {
        let image = image.min(inpaint.restorations.len().saturating_sub(1));
        pictures.extend(column(&inpaint.truth, image).map(|picture| ("truth".to_owned(), picture)));
        if let Some(restoration) = inpaint.restorations.get(image) {
            let picture = crate::show::Picture::image(shape, &restoration.restored);
            let picture = by_value(picture, outcome.data.as_deref());
            pictures.push((format!("{} dB", fixed(restoration.psnr, 2)), picture));
        }
    }
    let means = fit.mixture.means();
    let mean = |k: usize| Some((format!("μ{}", crate::show::subscript(k + 1)), column(means, k)?));
    pictures.extend((0..means.ncols()).filter_map(mean));
    pictures
}
