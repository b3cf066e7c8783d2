//! Rectangles of a page, in points, with the origin in the upper left corner and y downwards.

/// A position on the page.
pub type Point = (f64, f64);

/// A rectangle of the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width, never negative.
    pub width: f64,
    /// Height, never negative.
    pub height: f64,
}

impl Rect {
    /// A rectangle; negative sizes become 0.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width: width.max(0.0), height: height.max(0.0) }
    }

    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Centre, horizontally.
    pub fn center_x(&self) -> f64 {
        self.x + self.width / 2.0
    }

    /// Centre, vertically.
    pub fn center_y(&self) -> f64 {
        self.y + self.height / 2.0
    }

    /// The rectangle without a margin on each side.
    pub fn inset(&self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self::new(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)
    }

    /// The upper part of the given height, and what remains below it after a gap.
    pub fn split_top(&self, height: f64, gap: f64) -> (Self, Self) {
        let top = Self::new(self.x, self.y, self.width, height.min(self.height));
        (top, self.inset(0.0, height + gap, 0.0, 0.0))
    }

    /// The left part of the given width, and what remains to its right after a gap.
    pub fn split_left(&self, width: f64, gap: f64) -> (Self, Self) {
        let left = Self::new(self.x, self.y, width.min(self.width), self.height);
        (left, self.inset(width + gap, 0.0, 0.0, 0.0))
    }

    /// Columns whose widths are in the given proportions, with gaps between them.
    pub fn columns(&self, proportions: &[f64], gap: f64) -> Vec<Self> {
        let gaps = gap * proportions.len().saturating_sub(1) as f64;
        let unit = (self.width - gaps) / proportions.iter().sum::<f64>();
        let mut x = self.x;
        proportions
            .iter()
            .map(|&part| {
                let column = Self::new(x, self.y, part * unit, self.height);
                x += part * unit + gap;
                column
            })
            .collect()
    }

    /// Rows whose heights are in the given proportions, with gaps between them.
    pub fn rows(&self, proportions: &[f64], gap: f64) -> Vec<Self> {
        let gaps = gap * proportions.len().saturating_sub(1) as f64;
        let unit = (self.height - gaps) / proportions.iter().sum::<f64>();
        let mut y = self.y;
        proportions
            .iter()
            .map(|&part| {
                let row = Self::new(self.x, y, self.width, part * unit);
                y += part * unit + gap;
                row
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows_fill_the_rectangle() {
        let area = Rect::new(10.0, 20.0, 100.0, 50.0);
        let columns = area.columns(&[1.0, 3.0], 20.0);
        assert_eq!(columns, [Rect::new(10.0, 20.0, 20.0, 50.0), Rect::new(50.0, 20.0, 60.0, 50.0)]);
        let rows = area.rows(&[1.0, 1.0], 10.0);
        assert_eq!(rows, [Rect::new(10.0, 20.0, 100.0, 20.0), Rect::new(10.0, 50.0, 100.0, 20.0)]);
    }

    #[test]
    fn a_split_too_large_leaves_nothing_negative() {
        let (top, rest) = Rect::new(0.0, 0.0, 10.0, 10.0).split_top(30.0, 5.0);
        assert_eq!((top.height, rest.height), (10.0, 0.0));
    }
}
