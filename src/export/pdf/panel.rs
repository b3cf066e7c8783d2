//! Panels: pictures with a title above and notes below, and grids of them.

use super::{Canvas, Color, Raster, Rect, Stroke, Style, Text};
use crate::show::Grid;

/// A picture with its words.
#[derive(Debug, Clone)]
pub struct Panel {
    /// The picture.
    pub raster: Raster,
    /// Above it.
    pub title: Text,
    /// Lines below it.
    pub notes: Vec<Text>,
    /// Rows and columns of what it shows, to have ticks at its left and lower edge.
    pub counted: Option<usize>,
}

impl Panel {
    /// A picture with a title.
    pub fn new(raster: Raster, title: &str) -> Self {
        Self { raster, title: Text::new(title), notes: Vec::new(), counted: None }
    }

    /// One more line below.
    pub fn note(mut self, note: &str) -> Self {
        self.notes.push(Text::new(note));
        self
    }
}

/// How a grid of panels is set.
#[derive(Debug, Clone, Copy)]
pub struct PanelGrid {
    /// Size of titles in points; notes are a little smaller.
    pub text: f64,
    /// Space between panels.
    pub gap: f64,
    /// Most that a picture's longer side measures.
    pub largest: f64,
}

/// Width of a panel relative to its picture's longer side, at least: words need room beside a narrow picture too.
pub const LEAST_CELL: f64 = 0.5;

impl PanelGrid {
    /// Draws the panels as large as they fit, in rows of equal length; returns the rectangle that they take. All
    /// pictures have the proportions of the first.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: &Rect, panels: &[Panel]) -> Rect {
        let notes = panels.iter().map(|panel| panel.notes.len()).max().unwrap_or(0);
        let above = if panels.iter().all(|panel| panel.title.characters().is_empty()) {
            0.0
        } else {
            self.text + 4.0
        };
        let ticks = if panels.iter().any(|panel| panel.counted.is_some()) { TICKS } else { 0.0 };
        let below = ticks + if notes == 0 { 0.0 } else { 2.0 + notes as f64 * (self.note_size() + 2.5) };
        let (across, down) = panels.first().map_or((1.0, 1.0), |panel| panel.raster.proportions());
        let (grid, side) = self.arrange(area, panels.len(), (across, down), above + below);
        let (width, height) = (side * across.max(LEAST_CELL), side * down + above + below);
        let taken = Rect::new(
            area.x,
            area.y,
            grid.columns as f64 * (width + self.gap) - self.gap,
            grid.rows as f64 * (height + self.gap) - self.gap,
        );
        // Centred, and above the middle where there is height to spare.
        let left = area.x + (area.width - taken.width).max(0.0) / 2.0;
        let top = area.y + (area.height - taken.height).max(0.0) * 0.35;
        for (i, panel) in panels.iter().enumerate() {
            let (column, row) = grid.place(i);
            let x = left + column as f64 * (width + self.gap);
            let y = top + row as f64 * (height + self.gap);
            let cell = Rect::new(x, y + above, width, side * down);
            self.draw_panel(canvas, &cell, side * across, panel);
        }
        Rect { x: left, y: top, ..taken }
    }

    /// The grid and the longer side of a picture for `count` panels whose pictures have the given proportions and
    /// whose words take `words` points of height.
    fn arrange(&self, area: &Rect, count: usize, (across, down): (f64, f64), words: f64) -> (Grid, f64) {
        let side = |grid: Grid| {
            let wide = (area.width + self.gap) / grid.columns as f64 - self.gap;
            let high = (area.height + self.gap) / grid.rows as f64 - self.gap - words;
            (wide / across.max(LEAST_CELL)).min(high / down).min(self.largest).max(1.0)
        };
        let grid = Grid::largest(count, side);
        (grid, side(grid))
    }

    fn note_size(&self) -> f64 {
        self.text * 0.86
    }

    /// A panel whose picture is `width` points wide, in the middle of `cell`.
    fn draw_panel(&self, canvas: &mut Canvas<'_>, cell: &Rect, width: f64, panel: &Panel) {
        let margin = (cell.width - width) / 2.0;
        canvas.image(&cell.inset(margin, 0.0, margin, 0.0), &panel.raster);
        let ticks = panel.counted.map_or(0.0, |count| {
            draw_ticks(canvas, &cell.inset(margin, 0.0, margin, 0.0), count);
            TICKS
        });
        let title = Style::new(self.text).centered();
        let widest = cell.width + self.gap * 0.8;
        fitted(canvas, (cell.center_x(), cell.y - 4.0), &panel.title, &title, widest);
        let note = Style::new(self.note_size()).color(Color::SOFT).centered();
        for (i, text) in panel.notes.iter().enumerate() {
            let y = cell.bottom() + ticks + 1.5 + (i + 1) as f64 * (self.note_size() + 2.5);
            fitted(canvas, (cell.center_x(), y), text, &note, widest);
        }
    }
}

/// Height of ticks with their numbers.
const TICKS: f64 = 12.5;

/// Ticks at both ends and quarters of the left and the lower edge of a picture of `count` rows and columns, the numbers
/// of both ends and the middle below.
fn draw_ticks(canvas: &mut Canvas<'_>, picture: &Rect, count: usize) {
    let stroke = Stroke::new(Color::INK, 0.6);
    let style = Style::new(7.5).color(Color::SOFT);
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let (x, y) = (picture.x + share * picture.width, picture.y + share * picture.height);
        canvas.line((x, picture.bottom()), (x, picture.bottom() + 2.5), &stroke);
        canvas.line((picture.x - 2.5, y), (picture.x, y), &stroke);
        let number = Text::plain(&(count * quarter as usize / 4).to_string());
        let at = (x, picture.bottom() + 10.5);
        match quarter {
            0 => canvas.text(at, &number, &style),
            2 => canvas.text(at, &number, &style.centered()),
            4 => canvas.text(at, &number, &style.right()),
            _ => {}
        }
    }
}

/// Text made smaller where it would be wider than `widest`.
pub fn fitted(canvas: &mut Canvas<'_>, at: (f64, f64), text: &Text, style: &Style, widest: f64) {
    let width = text.width(canvas.fonts(), style);
    let scale = if width > widest { widest / width } else { 1.0 };
    canvas.text(at, text, &Style { size: style.size * scale, ..*style });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_fit_into_the_area_for_every_count_and_shape() {
        let grid = PanelGrid { text: 9.0, gap: 10.0, largest: 250.0 };
        let area = Rect::new(0.0, 0.0, 760.0, 420.0);
        for (across, down) in [(1.0, 1.0), (1.0, 2.0 / 3.0), (0.5, 1.0), (1.0, 0.125), (0.125, 1.0)] {
            for count in 1..=64 {
                let (Grid { columns, rows }, side) = grid.arrange(&area, count, (across, down), 20.0);
                let (width, height) = (side * across.max(LEAST_CELL), side * down);
                assert!(columns * rows >= count);
                assert!(columns as f64 * (width + 10.0) - 10.0 <= area.width + 1e-9, "{count}");
                assert!(rows as f64 * (height + 30.0) - 10.0 <= area.height + 1e-9, "{count}");
                assert!(side > 40.0, "{count}: {side}");
            }
        }
        assert_eq!(grid.arrange(&area, 10, (1.0, 1.0), 20.0).0.columns, 5);
    }
}
