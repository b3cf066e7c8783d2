//! Sums along lines: a tomography of four directions.

use super::Linear;
use crate::data::ImageShape;

/// The sums of the R rows, the C columns, the R + C - 1 diagonals (down to the right, from the bottom left corner to the top
/// right one) and the R + C - 1 antidiagonals (from the top left corner to the bottom right one), in this order.
///
/// They depend on each other (rows and columns have one total), and so take noise above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    shape: ImageShape,
}

impl Sums {
    /// The sums of images of this shape.
    pub fn new(shape: ImageShape) -> Self {
        Self { shape }
    }

    /// The row, column, diagonal and antidiagonal through every pixel, as indices of sums.
    fn lines(&self) -> impl Iterator<Item = [usize; 4]> {
        let shape = self.shape;
        let ImageShape { rows, columns } = shape;
        let (diagonals, antidiagonals) = (rows + columns, 2 * (rows + columns) - 1);
        (0..shape.len()).map(move |pixel| {
            let (row, column) = shape.position(pixel);
            [row, rows + column, diagonals + column + rows - 1 - row, antidiagonals + row + column]
        })
    }
}

impl Linear for Sums {
    fn input(&self) -> ImageShape {
        self.shape
    }

    fn output(&self) -> ImageShape {
        let lines = self.shape.rows + self.shape.columns;
        // An image without pixels has no line.
        ImageShape::new(1, if self.shape.is_empty() { 0 } else { 3 * lines - 2 })
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (lines, pixel) in self.lines().zip(x) {
            lines.iter().for_each(|&line| y[line] += pixel);
        }
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        for (lines, pixel) in self.lines().zip(x) {
            *pixel = lines.iter().map(|&line| y[line]).sum();
        }
    }
}
