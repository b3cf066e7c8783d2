//! Curves and bars over axes with ticks at round numbers.
//!
//! The curves are ratatui's canvas in braille (two by four dots a cell; "*" in ASCII); axes, bars and the
//! cursor are laid around and under them.

mod axis;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::symbols::Marker;
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Line, Points};

use crate::show::Ticks;
use crate::tui::theme::{Glyphs, Role, Theme};
use crate::tui::views::widgets::text;
pub use axis::Axis;

/// What a chart shows.
#[derive(Debug, Clone, Copy)]
pub enum Layer<'a> {
    /// A line through points, interrupted at one that is not finite.
    Curve(&'a [(f64, f64)], Role),
    /// Single points.
    Dots(&'a [(f64, f64)], Role),
    /// A glyph at each point, above all curves.
    Marks(&'a [(f64, f64)], &'static str, Role),
    /// Bars from 0, over bins with these edges (one more than heights).
    Bars(&'a [f64], &'a [f64]),
}

/// A chart.
#[derive(Debug, Clone)]
pub struct Chart<'a> {
    /// Horizontal.
    pub x: Axis<'a>,
    /// Vertical.
    pub y: Axis<'a>,
    /// From back to front.
    pub layers: Vec<Layer<'a>>,
    /// A vertical line at this x.
    pub cursor: Option<f64>,
}

impl Chart<'_> {
    /// Draws the chart into `area`; the rectangle of the curves. Nothing when it is too small for axes.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: Theme) -> Option<Rect> {
        let area = area.intersection(buffer.area);
        let (plot, rows) = self.plot(area, theme)?;
        self.draw_axes(buffer, area, plot, &rows, theme);
        self.draw_bars(buffer, plot, theme);
        self.draw_cursor(buffer, plot, theme);
        self.draw_curves(buffer, plot, theme);
        self.draw_marks(buffer, plot, theme);
        Some(plot)
    }

    /// The rectangle of the curves, and the ticks to the left of it; none when there is no room.
    fn plot(&self, area: Rect, theme: Theme) -> Option<(Rect, Ticks)> {
        let height = area.height.saturating_sub(2);
        let rows = self.y.ticks(usize::from(height).div_ceil(3).max(2));
        let labels = rows.labels.iter().map(|label| text::width(label, theme)).max().unwrap_or(0);
        let plot = Rect {
            x: area.x + (labels + 1).min(area.width),
            width: area.width.saturating_sub(labels + 1),
            height,
            ..area
        };
        (height > 0 && plot.width >= 4).then_some((plot, rows))
    }

    fn draw_axes(&self, buffer: &mut Buffer, area: Rect, plot: Rect, rows: &Ticks, theme: Theme) {
        let gutter = plot.x - area.x;
        for row in 0..plot.height {
            text::put(buffer, area, row, gutter - 1, "│", Role::Dim, theme);
        }
        for (&value, label) in rows.positions.iter().zip(&rows.labels) {
            let Some(row) = place(1.0 - self.y.fraction(value), plot.height, 4) else { continue };
            let start = (gutter - 1).saturating_sub(text::width(label, theme));
            text::put(buffer, area, row, start, label, Role::Dim, theme);
            text::put(buffer, area, row, gutter - 1, "┤", Role::Dim, theme);
        }
        let line = format!("└{}", "─".repeat(usize::from(plot.width)));
        text::put(buffer, area, plot.height, gutter - 1, &line, Role::Dim, theme);
        // The title ends the line of labels; labels that would touch it or each other are left out.
        let end = text::right(buffer, area, plot.height + 1, self.x.title, Role::Dim, theme);
        let mut free = 0;
        let columns = self.x.ticks(usize::from(plot.width / 6).max(2));
        for (&value, label) in columns.positions.iter().zip(&columns.labels) {
            let Some(column) = place(self.x.fraction(value), plot.width, 2) else { continue };
            text::put(buffer, area, plot.height, gutter + column, "┬", Role::Dim, theme);
            let width = text::width(label, theme);
            let start = (gutter + column).saturating_sub(width / 2);
            if start >= free && start + width < end {
                text::put(buffer, area, plot.height + 1, start, label, Role::Dim, theme);
                free = start + width + 1;
            }
        }
    }

    fn draw_bars(&self, buffer: &mut Buffer, plot: Rect, theme: Theme) {
        let [low, high] = self.x.bounds();
        for layer in &self.layers {
            let Layer::Bars(edges, heights) = layer else { continue };
            for column in 0..plot.width {
                let x = low + (high - low) * (f64::from(column) + 0.5) / f64::from(plot.width);
                let bin = edges.partition_point(|&edge| edge <= x).checked_sub(1);
                let Some(&value) = bin.and_then(|bin| heights.get(bin)) else { continue };
                let eighths = self.y.fraction(value).clamp(0.0, 1.0) * 8.0 * f64::from(plot.height);
                let eighths = eighths.round() as usize;
                for row in 0..plot.height {
                    let below = 8 * usize::from(plot.height - 1 - row);
                    let fill = eighths.saturating_sub(below).min(8);
                    let glyph = match theme.glyphs {
                        Glyphs::Unicode => EIGHTHS[fill],
                        Glyphs::Ascii => [" ", ":"][usize::from(fill >= 4)],
                    };
                    if fill > 0 {
                        text::put(buffer, plot, row, column, glyph, Role::Bar, theme);
                    }
                }
            }
        }
    }

    fn draw_cursor(&self, buffer: &mut Buffer, plot: Rect, theme: Theme) {
        let Some(column) = self.cursor.and_then(|x| place(self.x.fraction(x), plot.width, 2)) else { return };
        for row in 0..plot.height {
            let Some(cell) = buffer.cell_mut((plot.x + column, plot.y + row)) else { continue };
            let bar = &EIGHTHS[least_ground(plot.y + row, plot)..];
            let ground = if bar.contains(&cell.symbol()) { cell.fg } else { cell.bg };
            cell.reset();
            cell.set_symbol("│").set_style(theme.style(Role::Cursor)).set_bg(ground);
        }
    }

    /// Draws each curve on a buffer of its own and lays its dots over what is there, so that bars behind it stay visible.
    fn draw_curves(&self, buffer: &mut Buffer, plot: Rect, theme: Theme) {
        let marker = match theme.glyphs {
            Glyphs::Unicode => Marker::Braille,
            Glyphs::Ascii => Marker::Custom('*'),
        };
        for layer in &self.layers {
            let (points, role, joined) = match layer {
                Layer::Curve(points, role) => (*points, *role, true),
                Layer::Dots(points, role) => (*points, *role, false),
                Layer::Bars(..) | Layer::Marks(..) => continue,
            };
            let placed: Vec<(f64, f64)> = points
                .iter()
                .map(|&(x, y)| (self.x.fraction(x), self.y.fraction(y)))
                .filter(|(x, y)| joined || x.is_finite() && y.is_finite())
                .collect();
            let mut sheet = Buffer::empty(plot);
            Canvas::default()
                .marker(marker)
                .x_bounds([0.0, 1.0])
                .y_bounds([0.0, 1.0])
                .paint(|context| {
                    if joined {
                        for pair in placed.windows(2) {
                            if let Some([(x1, y1), (x2, y2)]) = clipped(pair[0], pair[1]) {
                                context.draw(&Line { x1, y1, x2, y2, color: Color::Reset });
                            }
                        }
                    } else {
                        context.draw(&Points { coords: &placed, color: Color::Reset });
                    }
                })
                .render(plot, &mut sheet);
            overlay(buffer, &sheet, role, theme);
        }
    }
}

impl Chart<'_> {
    fn draw_marks(&self, buffer: &mut Buffer, plot: Rect, theme: Theme) {
        for layer in &self.layers {
            let Layer::Marks(points, glyph, role) = layer else { continue };
            // Marks that would touch are thinned out.
            let step = (3 * points.len()).div_ceil(usize::from(plot.width).max(1));
            for &(x, y) in points.iter().step_by(step.max(1)) {
                let column = place(self.x.fraction(x), plot.width, 2);
                let row = place(1.0 - self.y.fraction(y), plot.height, 4);
                if let (Some(column), Some(row)) = (column, row) {
                    text::put(buffer, plot, row, column, glyph, *role, theme);
                }
            }
        }
    }
}

/// Blocks that fill so many eighths of a cell.
const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// The least eighths that a bar fills of a cell for its colour to be the ground of what is drawn over it: half a cell; a quarter in
/// the lowest row, where the bar is not to be seen otherwise.
fn least_ground(row: u16, plot: Rect) -> usize {
    if row + 1 == plot.bottom() { 2 } else { 4 }
}

/// Lays the glyphs of `sheet` over `buffer`. Over a bar that fills enough of the cell, its colour becomes the ground: a curve does not
/// cut the bars behind it.
fn overlay(buffer: &mut Buffer, sheet: &Buffer, role: Role, theme: Theme) {
    for position in sheet.area.positions() {
        let (Some(dots), Some(cell)) = (sheet.cell(position), buffer.cell_mut(position)) else { continue };
        if dots.symbol() == " " || dots.symbol() == "\u{2800}" {
            continue;
        }
        let bar = &EIGHTHS[least_ground(position.y, sheet.area)..];
        let ground = if bar.contains(&cell.symbol()) { cell.fg } else { cell.bg };
        let glyph = together(cell.symbol(), dots.symbol());
        cell.reset();
        cell.set_char(glyph).set_style(theme.style(role)).set_bg(ground);
    }
}

/// The part of a segment inside the unit square (Liang and Barsky 1984).
///
/// The canvas clips too, but its loop does not end for some lines that rounding leaves outside.
fn clipped((x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> Option<[(f64, f64); 2]> {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    // Inside is where each `rise` * t <= `room`.
    for (rise, room) in [(-dx, x1), (dx, 1.0 - x1), (-dy, y1), (dy, 1.0 - y1)] {
        if rise == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if rise < 0.0 {
            from = from.max(room / rise);
        } else {
            to = to.min(room / rise);
        }
    }
    let at = |t: f64| ((x1 + t * dx).clamp(0.0, 1.0), (y1 + t * dy).clamp(0.0, 1.0));
    let ends = [at(from), at(to)];
    // Differences of huge numbers may have overflowed: what is not finite is not drawn.
    (from <= to && ends.iter().all(|(x, y)| x.is_finite() && y.is_finite())).then_some(ends)
}

/// The glyph with the dots of both, where both are braille; else the upper one.
fn together(below: &str, above: &str) -> char {
    const BRAILLE: u32 = 0x2800;
    let first = |glyph: &str| glyph.chars().next().unwrap_or(' ');
    let dots = |glyph: &str| u32::from(first(glyph)).checked_sub(BRAILLE).filter(|&dots| dots < 256);
    match (dots(below), dots(above)) {
        (Some(below), Some(above)) => char::from_u32(BRAILLE + (below | above)).unwrap_or(' '),
        _ => first(above),
    }
}

/// The cell, of `cells` with `dots` dots each, that a fraction of the way falls into, as the canvas rounds it.
fn place(fraction: f64, cells: u16, dots: u16) -> Option<u16> {
    if !(-1e-9..=1.0 + 1e-9).contains(&fraction) {
        return None;
    }
    let last = f64::from(u32::from(cells) * u32::from(dots)) - 1.0;
    Some((fraction.clamp(0.0, 1.0) * last).round() as u16 / dots)
}

#[cfg(test)]
mod tests;
