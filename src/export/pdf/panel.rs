//! Panels: pictures with a title above and notes below, and grids of them.

use super::{Canvas, Color, Raster, Rect, Style, Text};
use crate::show::Grid;

/// A picture with its words.
#[derive(Debug, Clone)]
pub struct Panel {
    /// The square picture.
    pub raster: Raster,
    /// Above it.
    pub title: Text,
    /// Lines below it.
    pub notes: Vec<Text>,
}

impl Panel {
    /// A picture with a title.
    pub fn new(raster: Raster, title: &str) -> Self {
        Self { raster, title: Text::new(title), notes: Vec::new() }
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
    /// Greatest side of a picture.
    pub largest: f64,
}

impl PanelGrid {
    /// Draws the panels as large as they fit, in rows of equal length; returns the rectangle that they take.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: &Rect, panels: &[Panel]) -> Rect {
        let notes = panels.iter().map(|panel| panel.notes.len()).max().unwrap_or(0);
        let above = if panels.iter().all(|panel| panel.title.characters().is_empty()) {
            0.0
        } else {
            self.text + 4.0
        };
        let below = if notes == 0 { 0.0 } else { 2.0 + notes as f64 * (self.note_size() + 2.5) };
        let (grid, side) = self.arrange(area, panels.len(), above + below);
        let taken = Rect::new(
            area.x,
            area.y,
            grid.columns as f64 * (side + self.gap) - self.gap,
            grid.rows as f64 * (side + above + below + self.gap) - self.gap,
        );
        // Centred, and above the middle where there is height to spare.
        let left = area.x + (area.width - taken.width).max(0.0) / 2.0;
        let top = area.y + (area.height - taken.height).max(0.0) * 0.35;
        for (i, panel) in panels.iter().enumerate() {
            let (column, row) = grid.place(i);
            let x = left + column as f64 * (side + self.gap);
            let y = top + row as f64 * (side + above + below + self.gap);
            let picture = Rect::new(x, y + above, side, side);
            self.draw_panel(canvas, &picture, panel);
        }
        Rect { x: left, y: top, ..taken }
    }

    /// The grid and the side of a picture for `count` panels whose words take `words` points of height.
    fn arrange(&self, area: &Rect, count: usize, words: f64) -> (Grid, f64) {
        let side = |grid: Grid| {
            let wide = (area.width + self.gap) / grid.columns as f64 - self.gap;
            let high = (area.height + self.gap) / grid.rows as f64 - self.gap - words;
            wide.min(high).min(self.largest).max(1.0)
        };
        let grid = Grid::largest(count, side);
        (grid, side(grid))
    }

    fn note_size(&self) -> f64 {
        self.text * 0.86
    }

    fn draw_panel(&self, canvas: &mut Canvas<'_>, picture: &Rect, panel: &Panel) {
        canvas.image(picture, &panel.raster);
        let title = Style::new(self.text).centered();
        let widest = picture.width + self.gap * 0.8;
        fitted(canvas, (picture.center_x(), picture.y - 4.0), &panel.title, &title, widest);
        let note = Style::new(self.note_size()).color(Color::SOFT).centered();
        for (i, text) in panel.notes.iter().enumerate() {
            let y = picture.bottom() + 1.5 + (i + 1) as f64 * (self.note_size() + 2.5);
            fitted(canvas, (picture.center_x(), y), text, &note, widest);
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
    fn panels_fit_into_the_area_for_every_count() {
        let grid = PanelGrid { text: 9.0, gap: 10.0, largest: 250.0 };
        let area = Rect::new(0.0, 0.0, 760.0, 420.0);
        for count in 1..=64 {
            let (Grid { columns, rows }, side) = grid.arrange(&area, count, 20.0);
            assert!(columns as f64 * (side + 10.0) - 10.0 <= area.width + 1e-9, "{count}");
            assert!(rows as f64 * (side + 30.0) - 10.0 <= area.height + 1e-9, "{count}");
            assert!(side > 40.0, "{count}: {side}");
        }
        assert_eq!(grid.arrange(&area, 10, 20.0).0.columns, 5);
    }
}
