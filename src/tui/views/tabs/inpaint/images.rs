//! Test images in rows: corrupted, restored and true, with the standard deviation, quality and posterior probabilities.
//!
//! ```text
//!  corrupted      restored       truth          std dev        0 ▇▇▇ 0.31
//!  ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       ▒▒▒▒▒▒▒▒       3 Bag
//!                                                              PSNR 18.3 dB
//!                                                              SSIM 0.712
//!                                                              r₂ ███▌  0.93
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words;
use crate::data::ImageShape;
use crate::show::{Colormap, deviation_range};
use crate::study::InpaintReport;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Part};
use crate::tui::state::inpaint::InpaintView;
use crate::tui::theme::Role;
use crate::tui::views::pictures;
use crate::tui::views::widgets::image::{self, Size};
use crate::tui::views::widgets::{colorbar, panel, text, tiles, weights};

/// Columns left for the text beside the pictures.
const TEXT: usize = 18;
/// The least columns of a picture with its title.
const CAPTION: usize = 9;
/// The least lines for the text: label, PSNR, SSIM, the largest posterior weight.
const LINES: usize = 4;

/// The pictures that there is room for beside the text: on a narrow screen not the standard deviation.
fn parts(area: Rect, shape: ImageShape) -> &'static [Part] {
    if usize::from(area.width) < TEXT + 4 * (width(tiles::least(shape)) + 1) {
        &[Part::Corrupted, Part::Restored, Part::Truth]
    } else {
        &Part::ALL
    }
}

/// The size of a picture when the inside of the tab is `area`.
fn size(area: Rect, shape: ImageShape) -> Size {
    let width = usize::from(area.width).saturating_sub(TEXT + 1) / parts(area, shape).len();
    let height = 2 * usize::from(area.height.saturating_sub(2));
    let fits = |size: &Size| size.columns < width && size.half_rows <= height;
    // As many images as possible at their own size take precedence over larger pixels.
    let native = Size::of(shape, 1);
    let sizes = tiles::sizes(shape).filter(|size| size.columns <= native.columns);
    let least = || {
        let least = tiles::least(shape);
        if shape.rows == shape.columns || fits(&least) {
            return least;
        }
        let cells = |n: usize| u16::try_from(n.max(1)).unwrap_or(u16::MAX);
        let (width, height) = (width.saturating_sub(1).min(least.columns), (height / 2).min(least.rows()));
        image::fitted(shape, Rect { width: cells(width), height: cells(height), ..area })
    };
    sizes.into_iter().find(fits).unwrap_or_else(least)
}

/// Columns of a picture with its title.
fn width(size: Size) -> usize {
    size.columns.max(CAPTION)
}

/// Rows of cells of an image: its pictures, or the text beside them.
fn rows_of(size: Size) -> usize {
    if size.rows() < LINES { LINES } else { size.rows() }
}

/// Images that are visible at once when the inside of the tab is `area`.
fn rows(area: Rect, size: Size) -> usize {
    // The blank line below the last image may be cut.
    (usize::from(area.height.saturating_sub(1)) + 1) / (rows_of(size) + 1)
}

/// The first visible image, so that the selected one is as near the middle as can be.
fn first_row(selected: usize, rows: usize, count: usize) -> usize {
    selected.saturating_sub(rows.saturating_sub(1) / 2).min(count.saturating_sub(rows))
}

/// The columns of rows, side by side, and the size of a picture: as few columns as bring every image into sight; one where none do.
fn layout(area: Rect, shape: ImageShape, count: usize) -> (usize, Size) {
    let of = |columns: usize| {
        let column = column(area, 0, columns);
        let size = size(column, shape);
        let fits = parts(column, shape).len() * (width(size) + 1) + TEXT <= usize::from(column.width);
        (fits && columns * rows(column, size) >= count).then_some((columns, size))
    };
    (1..=3).find_map(of).unwrap_or_else(|| (1, size(area, shape)))
}

/// Column `at` of `columns`, with a gap to the next one.
fn column(area: Rect, at: usize, columns: usize) -> Rect {
    let gap = if columns > 1 { 2 } else { 0 };
    let width = area.width.saturating_add(gap) / columns as u16;
    Rect { x: area.x.saturating_add(at as u16 * width), width: width.saturating_sub(gap), ..area }
}

/// Draws the rows.
pub fn draw(app: &App, report: &InpaintReport, buffer: &mut Buffer, area: Rect, hits: &mut Hits) {
    let count = report.restorations.len();
    let area = draw_frame(app, report, buffer, area, hits);
    let (columns, size) = layout(area, app.shape(), count);
    let rows = rows(area, size);
    let visible = (columns * rows).max(1);
    hits.note_keys(Some((Cursor::Part, 1)), Some((Cursor::Image, 1)), (Cursor::Image, visible));
    let first = first_row(app.image(), visible, count);
    for at in 0..columns {
        let from = (first + at * rows).min(count);
        let images = from..(from + rows).min(count);
        draw_column(app, report, (images, size), buffer, column(area, at, columns), hits);
    }
    // Without a border there is no room for the mean in the title: a line that is left over has it.
    let used = 1 + rows * (rows_of(size) + 1);
    if !panel::bordered(app.size) && usize::from(area.height) > used {
        let last = area.height - 1;
        text::put(buffer, area, last, 0, &words::mean(app, report), Role::Dim, app.theme);
    }
}

/// Draws some of the images below each other.
fn draw_column(
    app: &App,
    report: &InpaintReport,
    (images, size): (std::ops::Range<usize>, Size),
    buffer: &mut Buffer,
    area: Rect,
    hits: &mut Hits,
) {
    let theme = app.theme;
    let parts = parts(area, app.shape());
    let column = |at: usize| (at * (width(size) + 1)) as u16;
    for (at, part) in parts.iter().copied().enumerate() {
        let role = if part == app.cursors.part { Role::Accent } else { Role::Dim };
        let place = Rect { width: area.width.min(column(at) + width(size) as u16), ..area };
        text::put(buffer, place, 0, column(at), part.title(), role, theme);
    }
    let text_column = column(parts.len()) + 1;
    let scale =
        Rect { x: area.x.saturating_add(text_column), height: area.height.min(1), ..area }.intersection(area);
    if parts.contains(&Part::Deviation) {
        colorbar::draw(
            buffer,
            scale,
            Colormap::Viridis,
            deviation_range(&report.restorations, app.data()),
            8,
            theme,
        );
    }

    let height = rows_of(size) as u16;
    for (row, index) in images.enumerate() {
        let line = panel::below(area, 1 + row as u16 * (height + 1));
        hits.note(Rect { height: line.height.min(height + 1), ..line }, Target::Image(index, None));
        let line = Rect { height: line.height.min(height), ..line };
        for (at, part) in parts.iter().copied().enumerate() {
            let x = line.x.saturating_add(column(at));
            let cell = Rect { x, width: width(size) as u16 + 1, ..line }.intersection(area);
            hits.note(cell, Target::Image(index, Some(part)));
            let Some(picture) = pictures::inpainted(app, index, part) else { continue };
            let (width, height) = (size.columns as u16, line.height.min(size.rows() as u16));
            let place = Rect { x, width, height, ..line }.intersection(area);
            image::show(buffer, place, &picture, theme, hits);
        }
        let place = Rect { x: line.x.saturating_add(text_column), ..line }.intersection(line);
        draw_text(app, report, index, index == app.image(), buffer, place);
    }
}

fn draw_frame(app: &App, report: &InpaintReport, buffer: &mut Buffer, area: Rect, hits: &mut Hits) -> Rect {
    let count = report.restorations.len();
    let what = if app.data().is_some_and(|data| data.about.vectors) { "vectors" } else { "images" };
    let title = format!("{count} {what}, observed: {}", words::observed(app, app.image()));
    let panel = panel::Panel {
        title: &title,
        remark: &words::mean(app, report),
        views: &InpaintView::NAMES,
        view: 0,
        focus: true,
    };
    panel.draw_with(buffer, area, app.theme, hits)
}

/// Label, quality and the largest posterior weights of one image.
fn draw_text(
    app: &App,
    report: &InpaintReport,
    index: usize,
    selected: bool,
    buffer: &mut Buffer,
    area: Rect,
) {
    let theme = app.theme;
    let Some(restoration) = report.restorations.get(index) else { return };
    let label = words::label(app, report, index);
    let role = if selected { Role::Selected } else { Role::Title };
    text::put(buffer, area, 0, 0, &format!("{} {label}", index + 1), role, theme);
    let numbers = words::quality(restoration);
    for (row, (name, value)) in numbers.iter().enumerate() {
        let line = panel::below(area, row as u16 + 1);
        text::pieces(buffer, line, 0, &[(name, Role::Dim), (" ", Role::Dim), (value, Role::Text)], theme);
    }
    let area = panel::below(area, numbers.len() as u16 + 1);
    let mut order: Vec<usize> = (0..restoration.weights.len()).collect();
    order.sort_by(|&a, &b| restoration.weights[b].total_cmp(&restoration.weights[a]));
    let area = Rect { width: area.width.min(24), ..area };
    for (row, k) in order.into_iter().take(usize::from(area.height)).enumerate() {
        weights::draw(buffer, panel::below(area, row as u16), k, restoration.weights[k], theme);
    }
}
