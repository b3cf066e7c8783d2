//! Pictures in cells: two pixels a cell, exact at native size and at whole multiples of it; below that shrunk, by
//! choice to more than two pixels a cell (`fine`).
//!
//! A half block "▀" shows the upper pixel in its foreground colour and the lower in its background. Without
//! colours or without Unicode a cell shows the mean of its two pixels in a ramp of glyphs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::data::ImageShape;
use crate::show::{Colormap, Picture};
use crate::tui::hits::{Hits, Raster, Sprite};
use crate::tui::theme::{Blocks, Glyphs, Ground, Pictures, Theme};

mod fine;

/// The size of a picture on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Columns of cells.
    pub columns: usize,
    /// Half rows of cells.
    pub half_rows: usize,
}

impl Size {
    /// Every pixel of `shape` `zoom` columns wide and `zoom` half rows high.
    pub fn of(shape: ImageShape, zoom: usize) -> Self {
        Self { columns: shape.columns.saturating_mul(zoom), half_rows: shape.rows.saturating_mul(zoom) }
    }

    /// Rows of cells.
    pub fn rows(self) -> usize {
        self.half_rows.div_ceil(2)
    }
}

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
    if zoom > 0 {
        let pixel = |column: usize, half_row: usize| (origin.0 + column / zoom, origin.1 + half_row / zoom);
        draw_pixels(buffer, area, picture, pixel, |_| None, theme);
    }
}

/// Draws `picture` at `size`, a multiple of its own size or less, with some pixels (column, row) marked: the outline of a
/// brush, which paints when it is `down`.
pub fn draw_marked(
    buffer: &mut Buffer,
    area: Rect,
    picture: &Picture,
    size: Size,
    marked: &dyn Fn(usize, usize) -> bool,
    down: bool,
    theme: Theme,
) {
    let scaled = |at: usize, size: usize, pixels: usize| if at < size { at * pixels / size } else { pixels };
    let pixel = |column: usize, half_row: usize| {
        (scaled(column, size.columns, picture.width), scaled(half_row, size.half_rows, picture.height))
    };
    let mark = |(x, y): (usize, usize)| marked(x, y).then(|| theme.mark(down));
    draw_pixels(buffer, area, picture, pixel, mark, theme);
}

/// Draws the pixels that `pixel` names for each column and half row of `area`; `mark` gives some another colour.
fn draw_pixels(
    buffer: &mut Buffer,
    area: Rect,
    picture: &Picture,
    pixel: impl Fn(usize, usize) -> (usize, usize),
    mark: impl Fn((usize, usize)) -> Option<Color>,
    theme: Theme,
) {
    let area = area.intersection(buffer.area);
    let color = |at: (usize, usize)| mark(at).unwrap_or_else(|| theme.pixel(picture, at.0, at.1));
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
                } else if mark(upper).or(lower.and_then(&mark)).is_some() {
                    cell.set_symbol("+").set_style(cursor_style());
                } else {
                    cell.set_char(ramp(picture, upper, lower, theme));
                }
            }
        }
    }
}

/// The size at which a picture of `shape` fits `area`: a whole multiple of its own, or shrunk with its ratio kept, but to
/// no less than a pixel.
pub fn fitted(shape: ImageShape, area: Rect) -> Size {
    let zoom = zoom_to_fit((shape.columns, shape.rows), area);
    if zoom > 0 {
        return Size::of(shape, zoom);
    }
    let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
    // Whichever side is the tighter: width / columns against height / rows.
    let (w, h) = (shape.columns.max(1), shape.rows.max(1));
    let (columns, half_rows) =
        if width * h <= height * w { (width, h * width / w) } else { (w * height / h, height) };
    Size { columns: columns.max(1).min(width), half_rows: half_rows.max(1).min(height) }
}

/// The greatest whole multiple at which a picture of `columns` x `rows` pixels fits `area`; 0 when it does not fit at
/// native size.
pub fn zoom_to_fit((columns, rows): (usize, usize), area: Rect) -> usize {
    let (width, height) = (usize::from(area.width), 2 * usize::from(area.height));
    let most = |room: usize, pixels: usize| room.checked_div(pixels).unwrap_or(0);
    most(width, columns).min(most(height, rows))
}

/// Draws `picture` as large as it fits `area`, at a whole multiple of its size or shrunk; the rectangle that it took.
pub fn draw_to_fit(buffer: &mut Buffer, area: Rect, picture: &Picture, theme: Theme) -> Rect {
    let size = fitted(ImageShape::new(picture.height, picture.width), area);
    let zoom = zoom_to_fit((picture.width, picture.height), area);
    if zoom > 0 {
        draw(buffer, area, picture, zoom, (0, 0), theme);
    } else {
        let (columns, rows) = resolution(size, theme);
        let shrunk = picture.shrunk(columns, rows);
        match theme.fine_blocks() {
            Blocks::Half => draw(buffer, area, &shrunk, 1, (0, 0), theme),
            blocks => fine::draw(buffer, taken(area, size), &shrunk, blocks, theme),
        }
    }
    taken(area, size)
}

/// The longest side of a picture that is shown in pixels.
const LONGEST: usize = 112;

/// As [`draw_to_fit`], and notes the picture itself, where the terminal shows pixels, to be shown in place of the cells.
pub fn show(buffer: &mut Buffer, area: Rect, picture: &Picture, theme: Theme, hits: &mut Hits) -> Rect {
    let taken = draw_to_fit(buffer, area, picture, theme);
    let size = fitted(ImageShape::new(picture.height, picture.width), area);
    // It covers whole cells.
    let covers = usize::from(taken.width) == size.columns && 2 * usize::from(taken.height) == size.half_rows;
    if theme.pictures_in_force() != Pictures::Blocks && covers && taken.area() > 0 {
        hits.sprites.push(Sprite { area: taken, raster: Raster::of(picture, LONGEST) });
    }
    taken
}

/// As [`mark`], of a picture that was shown last.
pub fn mark_shown(
    buffer: &mut Buffer,
    taken: Rect,
    picture: &Picture,
    at: (usize, usize),
    theme: Theme,
    hits: &mut Hits,
) {
    match hits.sprites.last_mut() {
        Some(sprite) if sprite.area == taken => sprite.raster.paint(at, MARK),
        _ => mark(buffer, taken, picture, at, theme),
    }
}

/// The colour of a marked pixel: that of the 256 that [`Theme::mark`] gives it.
const MARK: [u8; 3] = [255, 175, 0];

/// Marks the pixel in column `x` and row `y` of a picture that was drawn as large as it fits, in the rectangle that it
/// took.
pub fn mark(buffer: &mut Buffer, taken: Rect, picture: &Picture, (x, y): (usize, usize), theme: Theme) {
    if picture.width == 0 || picture.height == 0 {
        return;
    }
    let zoom = zoom_to_fit((picture.width, picture.height), taken).max(1);
    let columns = usize::from(taken.width);
    // The half cells of a pixel, or the one that a shrunk pixel falls into: both sides have one ratio.
    let scaled = |at: usize| if columns >= picture.width { at * zoom } else { at * columns / picture.width };
    let (left, top) = (scaled(x), scaled(y));
    for half in (top..top + zoom).flat_map(|row| (left..left + zoom).map(move |column| (column, row))) {
        let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        let position = (taken.x.saturating_add(cells(half.0)), taken.y.saturating_add(cells(half.1 / 2)));
        if !taken.contains(position.into()) {
            continue;
        }
        let Some(cell) = buffer.cell_mut(position) else { continue };
        if !theme.half_blocks() {
            cell.reset();
            cell.set_symbol("+").set_style(cursor_style());
            continue;
        }
        let upper = if cell.symbol() == " " { cell.bg } else { cell.fg };
        let (upper, lower) =
            if half.1 % 2 == 0 { (theme.mark(false), cell.bg) } else { (upper, theme.mark(false)) };
        cell.set_symbol("▀").set_fg(upper).set_bg(lower);
    }
}

/// Columns and rows of pixels that fill `size` in the theme's glyphs, for a picture that is shrunk.
pub fn resolution(size: Size, theme: Theme) -> (usize, usize) {
    match theme.fine_blocks() {
        Blocks::Half => (size.columns, size.half_rows),
        blocks => (size.columns * blocks.grid().0, size.rows() * blocks.grid().1),
    }
}

fn taken(area: Rect, size: Size) -> Rect {
    let clamp = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    Rect { width: clamp(size.columns), height: clamp(size.rows()), ..area }.intersection(area)
}

/// The glyph for the mean of the known pixels of a cell: the denser, the brighter, on a dark background.
fn ramp(picture: &Picture, upper: (usize, usize), lower: Option<(usize, usize)>, theme: Theme) -> char {
    let known = [Some(upper), lower].into_iter().flatten().filter_map(|(x, y)| picture.value(x, y));
    let (count, sum) = known.fold((0u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    if count == 0 {
        // Missing: a glyph that no ramp has, so that it is not taken for black.
        return match theme.glyphs {
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
    // On a light background it is the empty cell that is bright.
    let t = match (picture.colormap, theme.ground) {
        (Colormap::Gray | Colormap::Viridis, Ground::Light) => 1.0 - t,
        _ => t,
    };
    let (t, levels) = match (picture.colormap, theme.glyphs) {
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
