//! A, what an observation makes of an image: m values from D pixels.
//!
//! A kind of operator is a file in `operator/`, which implements [`Linear`], and a variant of [`Operator`].

mod blur;
mod composition;
mod matrix;
mod reduction;
mod sparse;
mod sums;

use std::hash::{Hash, Hasher};

use nalgebra::DMatrix;

pub use blur::{Blur, Kernel};
pub use composition::Composition;
pub use matrix::Matrix;
pub use reduction::Reduction;
pub(super) use sparse::Sparse;
pub use sums::Sums;

use super::{InverseError, Mask};
use crate::data::ImageShape;
use crate::linalg;
use crate::mixture::Covariance;

/// A, of m rows and D columns.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// The observed pixels of a mask, in ascending order of their indices: a row of A has a single 1.
    Mask(Mask),
    /// Every pixel, A = I: with noise, its removal.
    Identity(ImageShape),
    /// A convolution; outside the image is black.
    Blur(Blur),
    /// The means of square blocks: a smaller image.
    Reduction(Reduction),
    /// The sums of rows, columns and diagonals.
    Sums(Sums),
    /// Any matrix; among them, random projections.
    Matrix(Matrix),
    /// Operators one after the other.
    Composition(Composition),
}

/// A linear map of images.
trait Linear {
    /// Height and width of x.
    fn input(&self) -> ImageShape;

    /// Height and width of y, 1 x m where it is no picture.
    fn output(&self) -> ImageShape;

    /// A x into `y`, which is zero.
    fn apply(&self, x: &[f64], y: &mut [f64]);

    /// A^T y into `x`, which is zero.
    fn adjoint(&self, y: &[f64], x: &mut [f64]);

    /// A by its entries that are not zero, where a value is made of few pixels, near to each other in number.
    fn sparse(&self) -> Option<Sparse> {
        None
    }
}

impl Operator {
    /// Height and width of x.
    pub fn shape(&self) -> ImageShape {
        self.linear().input()
    }

    /// Height and width of y where it is a picture, else 1 x m.
    pub fn output(&self) -> ImageShape {
        self.linear().output()
    }

    /// m, the number of values that are observed.
    pub fn measurements(&self) -> usize {
        self.output().len()
    }

    /// A X for images X (D x N), m x N; columns of another length give zeros.
    ///
    /// A pixel that a mask leaves out is not read. Cost: that of the operator an image; 2 m D flops where it is a matrix.
    pub fn apply(&self, images: &DMatrix<f64>) -> DMatrix<f64> {
        match self {
            Self::Matrix(matrix) if images.nrows() == self.shape().len() => matrix.product(images),
            _ => each_column(images, self.shape(), self.output(), |x, y| self.linear().apply(x, y)),
        }
    }

    /// A^T Y for measurements Y (m x N), D x N; columns of another length give zeros. Cost: as [`Operator::apply`].
    pub fn adjoint(&self, measurements: &DMatrix<f64>) -> DMatrix<f64> {
        each_column(measurements, self.output(), self.shape(), |y, x| self.linear().adjoint(y, x))
    }

    /// A Sigma, m x D. A is not formed: a mask takes rows, and operators with structure are applied to the columns. Of
    /// Sigma = W W^T + diag(psi) no matrix of D x D is made unless m is D: (A W) W^T + A diag(psi).
    ///
    /// Cost: D applications; 2 m D^2 flops where A is a matrix; m applications and 2 m D R flops with W.
    pub fn product(&self, covariance: &Covariance) -> DMatrix<f64> {
        match (self, covariance.parts()) {
            (Self::Mask(mask), _) => {
                let all: Vec<usize> = (0..covariance.dim()).collect();
                covariance.block(mask.observed(), &all)
            }
            (Self::Matrix(matrix), _) => covariance.product(&matrix.entries().transpose()).transpose(),
            (_, Some((factors, psi))) => {
                let count = self.measurements();
                let mut columns = self.adjoint(&DMatrix::identity(count, count));
                columns.column_iter_mut().for_each(|mut column| column.component_mul_assign(psi));
                let mut product = columns.transpose();
                let measured = self.apply(factors);
                linalg::add_product_transposed(&mut product, &measured, factors, factors.ncols());
                product
            }
            (Self::Composition(composition), None) => composition.product(covariance),
            _ => self.apply(&covariance.dense()),
        }
    }

    /// A Sigma A^T, m x m. Cost: as [`Operator::product`], and m applications.
    pub fn gram(&self, covariance: &Covariance) -> DMatrix<f64> {
        self.apply(&self.product(covariance).transpose())
    }

    /// A by its entries that are not zero, where there are few.
    pub(super) fn sparse(&self) -> Option<Sparse> {
        self.linear().sparse()
    }

    /// The name of the kind, for errors.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mask(_) => "mask",
            _ => "operator",
        }
    }

    fn linear(&self) -> &dyn Linear {
        match self {
            Self::Mask(mask) => mask,
            Self::Identity(shape) => shape,
            Self::Blur(blur) => blur,
            Self::Reduction(reduction) => reduction,
            Self::Sums(sums) => sums,
            Self::Matrix(matrix) => matrix,
            Self::Composition(composition) => composition,
        }
    }
}

/// Applies `map` to every column.
fn each_column(
    columns: &DMatrix<f64>,
    from: ImageShape,
    to: ImageShape,
    map: impl Fn(&[f64], &mut [f64]),
) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(to.len(), columns.ncols());
    if columns.nrows() == from.len() && !from.is_empty() && !to.is_empty() {
        let pairs =
            columns.as_slice().chunks_exact(from.len()).zip(out.as_mut_slice().chunks_exact_mut(to.len()));
        pairs.for_each(|(from, to)| map(from, to));
    }
    out
}

/// Constructors refuse entries that are not numbers: an operator is equal to itself.
impl Eq for Operator {}

impl Hash for Operator {
    /// Kind and sizes, and the mask; operators that differ in their entries alone have one hash.
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::Mask(mask) => mask.hash(state),
            other => (other.shape(), other.output()).hash(state),
        }
    }
}

impl Linear for Mask {
    fn input(&self) -> ImageShape {
        self.shape()
    }

    fn output(&self) -> ImageShape {
        ImageShape::new(1, self.observed().len())
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (y, &pixel) in y.iter_mut().zip(self.observed()) {
            *y = x[pixel];
        }
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        for (&y, &pixel) in y.iter().zip(self.observed()) {
            x[pixel] = y;
        }
    }

    fn sparse(&self) -> Option<Sparse> {
        Some(Sparse::selection(self.observed(), self.shape().len()))
    }
}

/// The identity on images of this shape.
impl Linear for ImageShape {
    fn input(&self) -> ImageShape {
        *self
    }

    fn output(&self) -> ImageShape {
        *self
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.copy_from_slice(x);
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.copy_from_slice(y);
    }

    fn sparse(&self) -> Option<Sparse> {
        let pixels: Vec<usize> = (0..self.len()).collect();
        Some(Sparse::selection(&pixels, self.len()))
    }
}

/// Refuses what is not finite.
fn check_finite(entries: &[f64]) -> Result<(), InverseError> {
    match entries.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(InverseError::Operator("an entry is not finite: give numbers")),
    }
}

#[cfg(test)]
mod tests;
