//! Test images in rows: corrupted, restored and true, with the standard deviation, quality and posterior weights.
//!
//! ```text
//!  corrupted      restored       truth          std dev        0 ▇▇▇ 0.31
//!  ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       3 Bag
//!                                                              PSNR 18.3 dB
//!                                                              SSIM 0.712
//!                                                              π₂ ███▌  0.93
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::super::app::{App, Part};
use super::super::super::theme::{Role, Theme};
use super::super::super::widgets::tiles;
use super::super::super::widgets::{colorbar, image, panel, text};
use super::{mean_quality, observed, picture, side};
use crate::data::label_name;
use crate::show::{Colormap, deviation_range, fixed};
use crate::study::InpaintReport;

/// Columns left for the text beside the pictures.
const TEXT: usize = 18;

/// The parts that there is room for beside the text: on a narrow screen not the standard deviation.
fn parts(area: Rect) -> &'static [Part] {
    if usize::from(area.width) < TEXT + 4 * 15 {
        &[Part::Corrupted, Part::Restored, Part::Truth]
    } else {
        &Part::ALL
    }
}

/// Pixels and columns of a picture when the tab has `area`.
fn size(area: Rect, side: usize) -> usize {
    let width = usize::from(area.width).saturating_sub(TEXT + 1) / parts(area).len();
    let height = 2 * usize::from(area.height.saturating_sub(3));
    let fits = |&size: &usize| size < width && size <= height;
    // As many images as can be at native size count more than larger pixels.
    tiles::sizes(side).filter(|&size| size <= side).find(fits).unwrap_or(tiles::least(side))
}

/// Images that are visible at once when the tab has `area`.
pub fn rows(app: &App, area: Rect) -> usize {
    let each = image::cell_rows(size(area, side(app))) + 1;
    // The blank line below the last image may be cut.
    (usize::from(area.height.saturating_sub(2)) + 1) / each
}

/// The first visible image, so that the selected one is as near the middle as can be.
fn first_row(selected: usize, rows: usize, count: usize) -> usize {
    selected.saturating_sub(rows.saturating_sub(1) / 2).min(count.saturating_sub(rows))
}

/// Selects the image and the part under a cell.
pub fn select_at(app: &mut App, area: Rect, x: u16, y: u16) -> bool {
    let Some(count) = app.inpainted().map(|report| report.restorations.len()) else {
        return false;
    };
    let size = size(area, side(app));
    let (column, line) = (usize::from(x.saturating_sub(area.x)), usize::from(y.saturating_sub(area.y)));
    let (Some(line), each) = (line.checked_sub(2), image::cell_rows(size) + 1) else { return false };
    let rows = rows(app, area).max(1);
    let selected = app.cursors.image.min(count.saturating_sub(1));
    let hit = first_row(selected, rows, count) + line / each;
    if hit >= count || line / each >= rows {
        return false;
    }
    app.cursors.image = hit;
    if let Some(part) = parts(area).get(column / (size + 1)) {
        app.cursors.part = *part;
    }
    true
}

/// Draws the tab.
pub fn draw(app: &App, report: &InpaintReport, buffer: &mut Buffer, area: Rect) {
    let theme = app.theme;
    let count = report.restorations.len();
    let selected = app.cursors.image.min(count.saturating_sub(1));
    let area = draw_heading(app, report, buffer, area);
    let size = size(Rect { height: area.height + 1, ..area }, side(app));
    let column = |at: usize| (at * (size + 1)) as u16;
    let parts = parts(area);
    for (at, part) in parts.iter().copied().enumerate() {
        let role = if part == app.cursors.part { Role::Accent } else { Role::Dim };
        let place = Rect { width: area.width.min(column(at) + size as u16), ..area };
        text::put(buffer, place, 0, column(at), part.title(), role, theme);
    }
    let text_column = column(parts.len()) + 1;
    let scale =
        Rect { x: area.x.saturating_add(text_column), height: area.height.min(1), ..area }.intersection(area);
    if parts.contains(&Part::Deviation) {
        colorbar::draw(buffer, scale, Colormap::Viridis, deviation_range(&report.restorations), 8, theme);
    }

    let rows = rows(app, Rect { height: area.height + 1, ..area });
    let height = image::cell_rows(size) as u16;
    let first = first_row(selected, rows, count);
    for (row, index) in (first..count).take(rows).enumerate() {
        let line = panel::below(area, 1 + row as u16 * (height + 1));
        let line = Rect { height: line.height.min(height), ..line };
        for (at, part) in parts.iter().copied().enumerate() {
            let Some(picture) = picture(app, index, part) else { continue };
            let place =
                Rect { x: line.x.saturating_add(column(at)), width: size as u16, ..line }.intersection(area);
            image::draw_to_fit(buffer, place, &picture, theme);
        }
        let place = Rect { x: line.x.saturating_add(text_column), ..line }.intersection(line);
        draw_text(report, index, index == selected, buffer, place, theme);
    }
}

fn draw_heading(app: &App, report: &InpaintReport, buffer: &mut Buffer, area: Rect) -> Rect {
    let count = report.restorations.len();
    let title = format!("{count} test images from {} pixels", observed(app, app.image()));
    panel::heading_with(buffer, area, &title, &mean_quality(report), app.theme)
}

/// Label, quality and the largest posterior weights of one image.
fn draw_text(
    report: &InpaintReport,
    index: usize,
    selected: bool,
    buffer: &mut Buffer,
    area: Rect,
    theme: Theme,
) {
    let Some(restoration) = report.restorations.get(index) else { return };
    let label = report.labels.get(index).copied().map_or("?", label_name);
    let role = if selected { Role::Selected } else { Role::Title };
    text::put(buffer, area, 0, 0, &format!("{} {label}", index + 1), role, theme);
    let numbers =
        [("PSNR ", format!("{} dB", fixed(restoration.psnr, 2))), ("SSIM ", fixed(restoration.ssim, 3))];
    for (row, (name, value)) in numbers.iter().enumerate() {
        text::pieces(
            buffer,
            panel::below(area, row as u16 + 1),
            0,
            &[(name, Role::Dim), (value, Role::Text)],
            theme,
        );
    }
    let mut order: Vec<usize> = (0..restoration.weights.len()).collect();
    order.sort_by(|&a, &b| restoration.weights[b].total_cmp(&restoration.weights[a]));
    let area = Rect { width: area.width.min(24), ..area };
    for (row, k) in order.into_iter().take(usize::from(area.height.saturating_sub(3))).enumerate() {
        super::super::weight_line(
            buffer,
            panel::below(area, row as u16 + 3),
            k,
            restoration.weights[k],
            1.0,
            theme,
        );
    }
}
