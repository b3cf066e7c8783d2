//! Tab 2: the training images as a montage, how many of each label, and where they come from.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::app::App;
use super::super::theme::Role;
use super::super::widgets::tiles::Tiles;
use super::super::widgets::{bars, image, panel, progress, text};
use super::grouped;
use crate::data::label_name;
use crate::show::{Picture, image_of};
use crate::study::DataReport;

/// Columns of one label's count: "8 Bag            667 ██████".
const LABEL_WIDTH: u16 = 27;

/// Lines above the montage: the counts, by label, and the headings.
fn header_lines(app: &App, width: u16) -> u16 {
    let across = (width / LABEL_WIDTH).max(1);
    2 + (app.outcome.settings.labels.len() as u16).div_ceil(across)
}

/// Where the images go when the tab has `area`.
pub fn tiles(app: &App, area: Rect) -> Tiles {
    let Some(data) = &app.outcome.data else { return Tiles::of(Rect::default(), 1, 1) };
    let side = data.train.shape().columns;
    let montage = panel::below(area, header_lines(app, area.width));
    let native = Tiles::of(montage, side, 1);
    if !app.cursors.small && native.columns >= 3 && native.rows >= 2 {
        return native;
    }
    Tiles::fit(montage, data.sample_indices.len(), side, 1)
}

/// Selects the image under a cell.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let count = app.outcome.data.as_ref().map_or(0, |data| data.sample_indices.len());
    let hit = tiles(app, area).at(x, y, app.cursors.train, count);
    if let Some(index) = hit {
        app.cursors.train = index;
    }
    hit.is_some()
}

/// Training image `index` of those used, and its label.
pub fn picture(data: &DataReport, index: usize) -> Option<(Picture, u8)> {
    let position = *data.sample_indices.get(index)?;
    Some((image_of(&data.train, position)?, *data.train.labels().get(position)?))
}

/// Draws the tab.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let Some(data) = &app.outcome.data else {
        return progress::waiting(buffer, area, &app.outcome, "The training images", theme);
    };
    let source = data.source.to_string();
    panel::heading_with(buffer, area, "Fashion-MNIST", &source, theme);
    draw_counts(data, app, buffer, panel::below(area, 1));
    let count = data.sample_indices.len();
    let selected = app.cursors.train.min(count.saturating_sub(1));
    let remark = match data.sample_indices.get(selected) {
        Some(&position) => {
            format!("image {} of {}, number {position} in the file", selected + 1, grouped(count))
        }
        None => String::new(),
    };
    let title = format!("{} training images of {}", grouped(count), grouped(data.train.len()));
    let heading = panel::below(area, header_lines(app, area.width).saturating_sub(1));
    panel::heading_with(buffer, heading, &title, &remark, theme);

    let tiles = tiles(app, area);
    for (index, rect) in tiles.visible(selected, count) {
        let Some((picture, label)) = picture(data, index) else { continue };
        let role = if index == selected { Role::Selected } else { Role::Dim };
        text::put(buffer, rect, 0, 0, label_name(label), role, theme);
        image::draw_to_fit(buffer, panel::below(rect, 1), &picture, theme);
    }
}

/// How many images of each label are used, with bars.
fn draw_counts(data: &DataReport, app: &App, buffer: &mut Buffer, area: Rect) {
    let labels = &app.outcome.settings.labels;
    let counts: Vec<usize> = labels
        .iter()
        .map(|label| {
            let of_label = |&&position: &&usize| data.train.labels().get(position) == Some(label);
            data.sample_indices.iter().filter(of_label).count()
        })
        .collect();
    let most = counts.iter().copied().max().unwrap_or(1).max(1);
    let across = usize::from((area.width / LABEL_WIDTH).max(1));
    for (place, (label, count)) in labels.iter().zip(&counts).enumerate() {
        let cell = Rect {
            x: area.x.saturating_add((place % across) as u16 * LABEL_WIDTH),
            width: LABEL_WIDTH,
            ..panel::below(area, (place / across) as u16)
        }
        .intersection(area);
        let bar = bars::bar(*count as f64 / most as f64, 6);
        let line = [
            (&*format!("{label} "), Role::Accent),
            (&*format!("{:<11}", label_name(*label)), Role::Text),
            (&*format!("{:>5} ", grouped(*count)), Role::Text),
            (&*bar, Role::Bar),
        ];
        text::pieces(buffer, cell, 0, &line, app.theme);
    }
}

/// "image 17, Bag", for the head of the enlarged picture.
pub fn title(data: &DataReport, index: usize) -> String {
    let label = picture(data, index).map_or("?", |(_, label)| label_name(label));
    format!("training image {} of {}: {label}", index + 1, grouped(data.sample_indices.len()))
}
