//! The height and width of an image.

use std::fmt;

use serde::Serialize;

/// Rows x columns of pixels. Pixels are kept row by row: (row, column) stands at `row * columns + column`.
///
/// A plain vector of D values is 1 x D.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct ImageShape {
    /// Height in pixels.
    pub rows: usize,
    /// Width in pixels.
    pub columns: usize,
}

impl ImageShape {
    /// `rows` x `columns`.
    pub const fn new(rows: usize, columns: usize) -> Self {
        Self { rows, columns }
    }

    /// The shape of `len` values that come without one, as in a file that has none: square where `len` is a square,
    /// else one row.
    pub fn of_vector(len: usize) -> Self {
        let side = len.isqrt();
        if side * side == len { Self::new(side, side) } else { Self::new(1, len) }
    }

    /// D = rows * columns, the number of pixels; the largest number where that overflows.
    pub const fn len(self) -> usize {
        self.rows.saturating_mul(self.columns)
    }

    /// Whether there is no pixel.
    pub const fn is_empty(self) -> bool {
        self.rows == 0 || self.columns == 0
    }

    /// (row, column) of a pixel. The shape must not be empty.
    pub fn position(self, pixel: usize) -> (usize, usize) {
        let columns = self.columns.max(1);
        (pixel / columns, pixel % columns)
    }
}

impl fmt::Display for ImageShape {
    /// "28 × 28".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} × {}", self.rows, self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_without_a_shape_are_a_square_or_one_row() {
        let shape = |len| ImageShape::of_vector(len);
        assert_eq!(shape(784), ImageShape::new(28, 28));
        assert_eq!(shape(600), ImageShape::new(1, 600));
        assert_eq!((shape(1), shape(0)), (ImageShape::new(1, 1), ImageShape::new(0, 0)));
        for len in 0..200 {
            assert_eq!((shape(len).len(), shape(len).is_empty()), (len, len == 0));
        }
    }

    #[test]
    fn pixels_stand_row_by_row() {
        let shape = ImageShape::new(20, 30);
        assert_eq!((shape.to_string(), shape.len()), ("20 × 30".to_owned(), 600));
        assert_eq!((shape.position(0), shape.position(31), shape.position(599)), ((0, 0), (1, 1), (19, 29)));
        assert_eq!(ImageShape::new(usize::MAX, 2).len(), usize::MAX);
    }
}
