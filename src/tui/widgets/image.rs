//! Pictures in cells: two pixels a cell, exact at native size and at whole multiples of it.
//!
//! A half block "▀" shows the upper pixel in its foreground colour and the lower in its background. Without
//! colours or without Unicode a cell shows the mean of its two pixels in a ramp of glyphs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::super::theme::{Glyphs, Theme};
use crate::show::{Colormap, Picture};

/// Rows of cells that `pixels` rows of pixels take.
pub fn cell_rows(pixels: usize) -> usize {
    pixels.div_ceil(2)
}

/// Draws `picture` from its pixel `origin` on, every pixel `zoom` columns wide and `zoom` half rows high, from
/// the upper left corner of `area`. What does not fit is cut off; `zoom` 0 draws nothing.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    picture: &Picture,
    zoom: usize,
    origin: (usize, usize),
    theme: Theme,
) {
    let area = area.intersection(buffer.area);
    if zoom == 0 {
        return;
    }
    let pixel = |column: usize, half_row: usize| (origin.0 + column / zoom, origin.1 + half_row / zoom);
    let color = |(x, y): (usize, usize)| theme.pixel(picture, x, y);
    let inside = |(x, y): (usize, usize)| x < picture.width && y < picture.height;
    for row in 0..area.height {
        for column in 0..area.width {
            let (x, y) = (usize::from(column), usize::from(row));
            let (upper, lower) = (pixel(x, 2 * y), pixel(x, 2 * y + 1));
            if !inside(upper) {
                continue;
            }
            let lower = inside(lower).then_some(lower);
            if let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) {
                cell.reset();
                if theme.half_blocks() {
                    let (top, bottom) = (color(upper), lower.map(color));
                    // Two equal pixels need no glyph: fewer bytes on the wire, and no seam in any font.
                    match bottom {
                        Some(bottom) if bottom == top => cell.set_symbol(" ").set_bg(top),
                        _ => cell.set_symbol("▀").set_fg(top).set_bg(bottom.unwrap_or(Color::Reset)),
                    };
                } else {
                    cell.set_char(ramp(picture, upper, lower, theme.glyphs));
                }
            }
        }
    }
}

/// The picture shrunk by area averaging to at most `width` x `height` pixels, as it is when it fits.
///
/// The sides keep their ratio.
pub fn fitted(picture: &Picture, width: usize, height: usize) -> std::borrow::Cow<'_, Picture> {
    if picture.width <= width && picture.height <= height {
        return std::borrow::Cow::Borrowed(picture);
    }
    // Whichever side is the tighter: width / picture.width against height / picture.height.
    let (w, h) = (picture.width.max(1), picture.height.max(1));
    let (width, height) =
        if width * h <= height * w { (width, h * width / w) } else { (w * height / h, height) };
    std::borrow::Cow::Owned(picture.shrunk(width, height))
}

/// The greatest whole multiple at which a picture of `columns` x `rows` pixels fits `area`; 0 when it does not fit at
/// native size.
pub fn zoom_to_fit((columns, rows): (usize, usize), area: Rect) -> usize {
    let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
    let most = |room: usize, pixels: usize| room.checked_div(pixels).unwrap_or(0);
    most(width, columns).min(most(height, rows))
}

/// Draws `picture` as large as it fits `area`, at a whole multiple of its size or shrunk; returns the rectangle
/// that it took.
pub fn draw_to_fit(buffer: &mut Buffer, area: Rect, picture: &Picture, theme: Theme) -> Rect {
    let zoom = zoom_to_fit((picture.width, picture.height), area);
    if zoom > 0 {
        draw(buffer, area, picture, zoom, (0, 0), theme);
        return taken(area, picture.width * zoom, picture.height * zoom);
    }
    let small = fitted(picture, usize::from(area.width), 2 * usize::from(area.height));
    draw(buffer, area, &small, 1, (0, 0), theme);
    taken(area, small.width, small.height)
}

fn taken(area: Rect, width: usize, height: usize) -> Rect {
    let clamp = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    Rect { width: clamp(width), height: clamp(cell_rows(height)), ..area }.intersection(area)
}

/// The glyph for the mean of the one or two pixels of a cell that are known.
fn ramp(picture: &Picture, upper: (usize, usize), lower: Option<(usize, usize)>, glyphs: Glyphs) -> char {
    let known = [Some(upper), lower].into_iter().flatten().filter_map(|(x, y)| picture.value(x, y));
    let (count, sum) = known.fold((0u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    if count == 0 {
        // Missing: a glyph that no ramp has, so that it is not taken for black.
        return match glyphs {
            Glyphs::Unicode => '·',
            Glyphs::Ascii => ',',
        };
    }
    let t = picture.range.position(sum / f64::from(count));
    if !t.is_finite() {
        return '?';
    }
    const UNICODE: &[char] = &[' ', '░', '▒', '▓', '█'];
    const ASCII: &[char] = &[' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
    const POSITIVE: &[char] = &[' ', '.', '+', '*', '#'];
    const NEGATIVE: &[char] = &[' ', '.', '-', '=', '%'];
    let (t, levels) = match (picture.colormap, glyphs) {
        // A signed value: its size, in one of two ramps.
        (Colormap::Diverging, _) if t < 0.5 => (1.0 - 2.0 * t, NEGATIVE),
        (Colormap::Diverging, _) => (2.0 * t - 1.0, POSITIVE),
        (_, Glyphs::Unicode) => (t, UNICODE),
        (_, Glyphs::Ascii) => (t, ASCII),
    };
    let index = (t.clamp(0.0, 1.0) * levels.len() as f64) as usize;
    levels.get(index.min(levels.len() - 1)).copied().unwrap_or(' ')
}

/// The style of a cell that a cursor stands on, in a picture of any colour.
pub fn cursor_style() -> Style {
    Style::new().add_modifier(ratatui::style::Modifier::REVERSED)
}

#[cfg(test)]
mod tests;
