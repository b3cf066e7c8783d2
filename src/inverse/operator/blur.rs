//! Convolutions: what a lens out of focus, a coarse pixel or a moving camera makes of an image.

use nalgebra::DMatrix;

use super::{Linear, Sparse, check_finite};
use crate::data::ImageShape;
use crate::inverse::InverseError;

/// h, a kernel of R x C values; its origin is row floor(R / 2), column floor(C / 2).
#[derive(Debug, Clone, PartialEq)]
pub struct Kernel(DMatrix<f64>);

/// y(r, c) = sum_{i, j} h(i, j) x(r - i, c - j), with i and j counted from the kernel's origin and x = 0 outside the image.
///
/// Several kernels, such as a vertical and a horizontal one, are applied one after the other. Cost: 2 R C flops a pixel and kernel.
#[derive(Debug, Clone, PartialEq)]
pub struct Blur {
    shape: ImageShape,
    kernels: Vec<Kernel>,
}

impl Kernel {
    /// The kernel with these values, row by row as a picture.
    ///
    /// # Errors
    /// [`InverseError::Operator`] when it has no value, or one that is not finite.
    pub fn new(values: DMatrix<f64>) -> Result<Self, InverseError> {
        check_finite(values.as_slice())?;
        match values.is_empty() {
            true => Err(InverseError::Operator("the kernel is empty: give at least one value")),
            false => Ok(Self(values)),
        }
    }

    /// h, R x C.
    pub fn values(&self) -> &DMatrix<f64> {
        &self.0
    }

    /// Calls `visit(target, source, count, weight)` for every run of `count` pixels, side by side, of which y(target) takes in
    /// weight x(source).
    fn runs(&self, shape: ImageShape, mut visit: impl FnMut(usize, usize, usize, f64)) {
        let (height, width) = self.0.shape();
        for i in 0..height {
            let (row, from_row, rows) = overlap(shape.rows, i, height / 2);
            for j in 0..width {
                let (column, from_column, columns) = overlap(shape.columns, j, width / 2);
                // A kernel wider than the image has columns that meet none of it.
                for line in 0..if columns > 0 { rows } else { 0 } {
                    let target = (row + line) * shape.columns + column;
                    let source = (from_row + line) * shape.columns + from_column;
                    visit(target, source, columns, self.0[(i, j)]);
                }
            }
        }
    }
}

/// Line t reads line t - (at - origin): the first t and the first line read, of those where both exist, and their number.
fn overlap(lines: usize, at: usize, origin: usize) -> (usize, usize, usize) {
    let (target, source) = (at.saturating_sub(origin), origin.saturating_sub(at));
    (target, source, lines.saturating_sub(target.max(source)))
}

/// Adds `weight` times `from` to `to`.
fn add(to: &mut [f64], from: &[f64], weight: f64) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
}

impl Blur {
    /// Blurs images of this shape by these kernels, the first one first.
    pub fn new(shape: ImageShape, kernels: Vec<Kernel>) -> Self {
        Self { shape, kernels }
    }

    /// A normal density of standard deviation `deviation` pixels, cut off at four of them and scaled to the sum 1.
    ///
    /// # Errors
    /// [`InverseError::Operator`] for a deviation that is negative or not finite, or reaches far beyond the image.
    pub fn gaussian(shape: ImageShape, deviation: f64) -> Result<Self, InverseError> {
        if !(0.0..=1000.0).contains(&deviation) {
            return Err(InverseError::Operator(
                "the standard deviation of the blur is out of range: choose 0 to 1000 pixels",
            ));
        }
        let radius = (4.0 * deviation).ceil() as usize;
        let weight = |i: usize| match deviation > 0.0 {
            true => (-0.5 * ((i as f64 - radius as f64) / deviation).powi(2)).exp(),
            false => 1.0,
        };
        let weights: Vec<f64> = (0..=2 * radius).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        Ok(Self::separable(shape, weights.iter().map(|weight| weight / sum).collect()))
    }

    /// The mean of `size` x `size` pixels.
    ///
    /// # Errors
    /// [`InverseError::Operator`] for a size of 0 or above 1000.
    pub fn uniform(shape: ImageShape, size: usize) -> Result<Self, InverseError> {
        check_size(size)?;
        Ok(Self::separable(shape, vec![1.0 / size as f64; size]))
    }

    /// The mean of `size` pixels side by side: motion along the rows.
    ///
    /// # Errors
    /// As [`Blur::uniform`].
    pub fn motion(shape: ImageShape, size: usize) -> Result<Self, InverseError> {
        check_size(size)?;
        Ok(Self::new(shape, vec![Kernel(DMatrix::repeat(1, size, 1.0 / size as f64))]))
    }

    /// One kernel down the columns and along the rows.
    fn separable(shape: ImageShape, weights: Vec<f64>) -> Self {
        let size = weights.len();
        let vertical = Kernel(DMatrix::from_vec(size, 1, weights.clone()));
        Self::new(shape, vec![vertical, Kernel(DMatrix::from_vec(1, size, weights))])
    }

    /// How far apart in number two pixels of one value are, at most, and no further than the image has pixels.
    fn reach(&self) -> usize {
        let lines = |kernel: &Kernel| (kernel.0.nrows() - 1) * self.shape.columns + kernel.0.ncols() - 1;
        self.kernels.iter().map(lines).sum::<usize>().min(self.shape.len())
    }

    /// The kernels, in the order in which they are applied.
    pub fn kernels(&self) -> &[Kernel] {
        &self.kernels
    }
}

fn check_size(size: usize) -> Result<(), InverseError> {
    match (1..=1000).contains(&size) {
        true => Ok(()),
        false => Err(InverseError::Operator("the size of the blur is out of range: choose 1 to 1000 pixels")),
    }
}

impl Linear for Blur {
    fn input(&self) -> ImageShape {
        self.shape
    }

    fn output(&self) -> ImageShape {
        self.shape
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let mut picture = x.to_vec();
        for kernel in &self.kernels {
            y.fill(0.0);
            kernel.runs(self.shape, |target, source, count, weight| {
                add(&mut y[target..target + count], &picture[source..source + count], weight);
            });
            picture.copy_from_slice(y);
        }
        y.copy_from_slice(&picture);
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        let mut picture = y.to_vec();
        for kernel in self.kernels.iter().rev() {
            x.fill(0.0);
            kernel.runs(self.shape, |target, source, count, weight| {
                add(&mut x[source..source + count], &picture[target..target + count], weight);
            });
            picture.copy_from_slice(x);
        }
        x.copy_from_slice(&picture);
    }

    /// None of a blur so wide that A has about as many entries as a matrix.
    fn sparse(&self) -> Option<Sparse> {
        let dim = self.shape.len();
        if 2 * self.reach() >= dim {
            return None;
        }
        let pixels: Vec<usize> = (0..dim).collect();
        let of_kernel = |kernel: &Kernel| {
            Sparse::new(dim, dim, |entry| {
                kernel.runs(self.shape, |target, source, count, weight| {
                    (0..count).for_each(|i| entry(target + i, source + i, weight));
                });
            })
        };
        let identity = Sparse::selection(&pixels, dim);
        Some(self.kernels.iter().fold(identity, |first, kernel| of_kernel(kernel).after(&first)))
    }
}
