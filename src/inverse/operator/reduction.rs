//! A smaller image: super-resolution is its inverse problem.

use super::{Linear, Sparse};
use crate::data::ImageShape;
use crate::inverse::InverseError;

/// The means of blocks of `factor` x `factor` pixels, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reduction {
    shape: ImageShape,
    factor: usize,
}

impl Reduction {
    /// Reduces images of this shape by an integer factor.
    ///
    /// # Errors
    /// [`InverseError::Factor`] when it does not divide rows and columns.
    pub fn new(shape: ImageShape, factor: usize) -> Result<Self, InverseError> {
        let ImageShape { rows, columns } = shape;
        match factor > 0 && rows.is_multiple_of(factor) && columns.is_multiple_of(factor) {
            true => Ok(Self { shape, factor }),
            false => Err(InverseError::Factor { factor, rows, columns }),
        }
    }

    /// The width of a block.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// The block of every pixel.
    fn blocks(&self) -> impl Iterator<Item = usize> {
        let (shape, factor, width) = (self.shape, self.factor, self.shape.columns / self.factor);
        (0..shape.len()).map(move |pixel| {
            let (row, column) = shape.position(pixel);
            row / factor * width + column / factor
        })
    }

    fn weight(&self) -> f64 {
        1.0 / (self.factor * self.factor) as f64
    }
}

impl Linear for Reduction {
    fn input(&self) -> ImageShape {
        self.shape
    }

    fn output(&self) -> ImageShape {
        ImageShape::new(self.shape.rows / self.factor, self.shape.columns / self.factor)
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (block, pixel) in self.blocks().zip(x) {
            y[block] += pixel;
        }
        y.iter_mut().for_each(|sum| *sum *= self.weight());
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        for (block, pixel) in self.blocks().zip(x) {
            *pixel = y[block] * self.weight();
        }
    }

    fn sparse(&self) -> Option<Sparse> {
        let (rows, columns) = (self.output().len(), self.shape.len());
        Some(Sparse::new(rows, columns, |entry| {
            self.blocks().enumerate().for_each(|(pixel, block)| entry(block, pixel, self.weight()));
        }))
    }
}
