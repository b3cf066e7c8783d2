//! Any linear operator, given by its entries, and random projections.

use std::sync::Arc;

use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{Linear, check_finite};
use crate::data::ImageShape;
use crate::inverse::InverseError;
use crate::linalg;

/// A given by its entries, m x D. Copies share them.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    shape: ImageShape,
    entries: Arc<DMatrix<f64>>,
}

impl Matrix {
    /// The operator with these entries, for images of this shape.
    ///
    /// # Errors
    /// [`InverseError::Size`] unless it has a column a pixel, [`InverseError::Operator`] for an entry that is not finite.
    pub fn new(shape: ImageShape, entries: DMatrix<f64>) -> Result<Self, InverseError> {
        if entries.ncols() != shape.len() {
            return Err(InverseError::Size {
                what: "operator",
                found: entries.ncols(),
                expected: shape.len(),
            });
        }
        check_finite(entries.as_slice())?;
        Ok(Self { shape, entries: Arc::new(entries) })
    }

    /// `count` random projections, as in compressed sensing: entries are normal with variance 1 / D, so that a row has a length
    /// of about 1, and noise means for a projection what it means for a pixel.
    pub fn random<R: Rng>(shape: ImageShape, count: usize, rng: &mut R) -> Self {
        let dim = shape.len();
        let scale = 1.0 / (dim as f64).sqrt();
        let normal = |_, _| {
            let value: f64 = rng.sample(StandardNormal);
            value * scale
        };
        Self { shape, entries: Arc::new(DMatrix::from_fn(count, dim, normal)) }
    }

    /// The entries, m x D.
    pub fn entries(&self) -> &DMatrix<f64> {
        &self.entries
    }

    /// A X.
    pub(super) fn product(&self, images: &DMatrix<f64>) -> DMatrix<f64> {
        let mut out = DMatrix::zeros(self.entries.nrows(), images.ncols());
        linalg::product(&mut out, false, 1.0, &self.entries, images);
        out
    }
}

impl Linear for Matrix {
    fn input(&self) -> ImageShape {
        self.shape
    }

    fn output(&self) -> ImageShape {
        ImageShape::new(1, self.entries.nrows())
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        for (&pixel, column) in x.iter().zip(self.entries.column_iter()) {
            y.iter_mut().zip(column.iter()).for_each(|(y, &entry)| *y += entry * pixel);
        }
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        for (pixel, column) in x.iter_mut().zip(self.entries.column_iter()) {
            *pixel = column.iter().zip(y).map(|(&entry, &value)| entry * value).sum();
        }
    }
}
