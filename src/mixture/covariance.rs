//! Sigma of one component: how it is kept, and the operations that everything else needs of it.
//!
//! A family is a variant of [`Family`] and of [`FactorFamily`]; nothing outside `mixture` sees which one it is.

use std::borrow::Cow;

use nalgebra::{DMatrix, DVector};

use crate::linalg::{self, Factor, NotPositiveDefinite};

/// How far apart, relative to the geometric mean of the two variances, mirrored covariances may be.
pub(super) const SYMMETRY_TOLERANCE: f64 = 1e-8;

/// What is wrong with a parameter that is NaN or infinite.
pub(super) const NOT_FINITE: &str = "it holds a value that is not finite";

/// A covariance matrix Sigma, D x D, symmetric with a positive diagonal.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance(Family);

/// How a covariance is kept.
#[derive(Debug, Clone, PartialEq)]
enum Family {
    /// Every entry.
    Full(DMatrix<f64>),
}

/// A covariance factored as Sigma = L L^T, to solve with and to draw from.
#[derive(Debug, Clone, PartialEq)]
pub struct CovarianceFactor(FactorFamily);

#[derive(Debug, Clone, PartialEq)]
enum FactorFamily {
    /// L, lower triangular.
    Full(Factor),
}

impl From<DMatrix<f64>> for Covariance {
    /// The full covariance with these entries.
    fn from(matrix: DMatrix<f64>) -> Self {
        Self(Family::Full(matrix))
    }
}

impl Covariance {
    /// D.
    pub fn dim(&self) -> usize {
        let Family::Full(matrix) = &self.0;
        matrix.nrows()
    }

    /// diag(Sigma), the variances, D.
    pub fn diagonal(&self) -> DVector<f64> {
        let Family::Full(matrix) = &self.0;
        matrix.diagonal()
    }

    /// tr(Sigma), the sum of the variances.
    pub fn trace(&self) -> f64 {
        let Family::Full(matrix) = &self.0;
        matrix.trace()
    }

    /// The entries at these rows and columns, in their order. Cost: a copy.
    pub fn block(&self, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
        let Family::Full(matrix) = &self.0;
        // Column by column, as it is stored.
        let mut values = Vec::with_capacity(rows.len() * columns.len());
        for &column in columns {
            let source = matrix.column(column);
            values.extend(rows.iter().map(|&row| source[row]));
        }
        DMatrix::from_vec(rows.len(), columns.len(), values)
    }

    /// Column `pixel`: the covariances of a pixel with every pixel, D.
    pub fn column(&self, pixel: usize) -> DVector<f64> {
        let Family::Full(matrix) = &self.0;
        matrix.column(pixel).into_owned()
    }

    /// Sigma V for V (D x N). Cost: 2 D^2 N flops.
    pub fn product(&self, v: &DMatrix<f64>) -> DMatrix<f64> {
        let Family::Full(matrix) = &self.0;
        let mut out = DMatrix::zeros(matrix.nrows(), v.ncols());
        linalg::product(&mut out, false, 1.0, matrix, v);
        out
    }

    /// Every entry, D x D: for files and pictures. Not copied where the family keeps it.
    pub fn dense(&self) -> Cow<'_, DMatrix<f64>> {
        let Family::Full(matrix) = &self.0;
        Cow::Borrowed(matrix)
    }

    /// L with L L^T = Sigma. Cost: D^3 / 3 flops.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] with the pivot at which the factorisation stopped.
    pub fn factor(&self) -> Result<CovarianceFactor, NotPositiveDefinite> {
        let Family::Full(matrix) = &self.0;
        Ok(CovarianceFactor(FactorFamily::Full(Factor::new(matrix.clone())?)))
    }

    /// Sigma + `variance` I.
    pub(super) fn with_noise(&self, variance: f64) -> Self {
        let Family::Full(matrix) = &self.0;
        let mut matrix = matrix.clone();
        (0..matrix.nrows()).for_each(|pixel| matrix[(pixel, pixel)] += variance);
        Self(Family::Full(matrix))
    }

    /// Every entry, D x D; not copied where the family keeps it.
    pub(super) fn into_dense(self) -> DMatrix<f64> {
        let Family::Full(matrix) = self.0;
        matrix
    }

    /// Rows and columns, as given.
    pub(super) fn shape(&self) -> (usize, usize) {
        let Family::Full(matrix) = &self.0;
        matrix.shape()
    }

    /// Why it is not a covariance, its shape being right; definiteness takes a factorisation and is not checked.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let Family::Full(matrix) = &self.0;
        if !self.is_finite() {
            return Some(NOT_FINITE);
        }
        if matrix.diagonal().iter().any(|&variance| variance <= 0.0) {
            return Some("a variance is not positive: fit with a larger `ridge`");
        }
        (asymmetry(matrix) > SYMMETRY_TOLERANCE).then_some("it is not symmetric")
    }

    /// Whether every entry is finite.
    pub(super) fn is_finite(&self) -> bool {
        let Family::Full(matrix) = &self.0;
        matrix.iter().all(|value| value.is_finite())
    }

    /// Whether it is the identity, exactly.
    pub(super) fn is_identity(&self) -> bool {
        let Family::Full(matrix) = &self.0;
        is_identity(matrix)
    }
}

impl CovarianceFactor {
    /// log det Sigma.
    pub fn log_determinant(&self) -> f64 {
        let FactorFamily::Full(factor) = &self.0;
        factor.log_determinant()
    }

    /// Squared Mahalanobis distances v^T Sigma^-1 v of the columns v of `centred` (D x N), which is overwritten by
    /// L^-1 v. Cost: D^2 N flops.
    pub fn squared_mahalanobis(&self, centred: &mut DMatrix<f64>) -> Vec<f64> {
        let FactorFamily::Full(factor) = &self.0;
        factor.squared_mahalanobis(centred)
    }

    /// L eps, a draw of mean 0 and covariance Sigma where eps (D) is standard normal. Cost: D^2 flops.
    pub fn draw(&self, eps: &DVector<f64>) -> DVector<f64> {
        let FactorFamily::Full(factor) = &self.0;
        factor.multiply(eps)
    }

    /// L, lower triangular, D x D.
    pub(super) fn into_lower(self) -> DMatrix<f64> {
        let FactorFamily::Full(factor) = self.0;
        factor.into_lower()
    }
}

/// Whether `matrix` is the identity, exactly.
pub(super) fn is_identity(matrix: &DMatrix<f64>) -> bool {
    matrix.column_iter().enumerate().all(|(j, column)| {
        column.iter().enumerate().all(|(i, &value)| value == if i == j { 1.0 } else { 0.0 })
    })
}

/// The largest difference of mirrored entries, relative to the geometric mean of the two variances, which must be
/// positive; infinite where it is not a number.
pub(super) fn asymmetry(matrix: &DMatrix<f64>) -> f64 {
    let mut largest = 0.0_f64;
    for j in 0..matrix.nrows() {
        for i in 0..j {
            let difference = (matrix[(i, j)] - matrix[(j, i)]).abs();
            if difference > 0.0 || difference.is_nan() {
                let relative = difference / (matrix[(i, i)] * matrix[(j, j)]).sqrt();
                largest = largest.max(if relative.is_nan() { f64::INFINITY } else { relative });
            }
        }
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_that_of_the_matrix() {
        let matrix = DMatrix::from_row_slice(3, 3, &[4.0, 1.0, 0.5, 1.0, 3.0, -1.0, 0.5, -1.0, 2.0]);
        let covariance = Covariance::from(matrix.clone());
        assert_eq!(
            (covariance.dim(), covariance.trace(), covariance.diagonal()),
            (3, 9.0, matrix.diagonal())
        );
        assert_eq!(covariance.block(&[2, 0], &[1]), DMatrix::from_column_slice(2, 1, &[-1.0, 1.0]));
        assert_eq!(covariance.column(2), matrix.column(2));
        let v = DMatrix::from_fn(3, 2, |i, n| (i + 2 * n) as f64 - 1.5);
        assert!((covariance.product(&v) - &matrix * &v).amax() < 1e-14);
        assert_eq!(*covariance.dense(), matrix);

        let factor = covariance.factor().unwrap();
        assert!((factor.log_determinant() - matrix.determinant().ln()).abs() < 1e-14);
        let inverse = matrix.clone().try_inverse().unwrap();
        for (found, v) in factor.squared_mahalanobis(&mut v.clone()).into_iter().zip(v.column_iter()) {
            assert!((found - (v.transpose() * &inverse * v)[(0, 0)]).abs() < 1e-13);
        }
        let draws: Vec<_> =
            (0..3).map(|i| factor.draw(&DVector::from_fn(3, |j, _| f64::from(i == j)))).collect();
        let lower = DMatrix::from_columns(&draws);
        assert!((&lower * lower.transpose() - matrix).amax() < 1e-14);
    }

    #[test]
    fn what_is_no_covariance_says_why() {
        let fault = |entries: [f64; 4]| Covariance::from(DMatrix::from_row_slice(2, 2, &entries)).fault();
        assert_eq!(fault([1.0, 0.5, 0.5, 1.0]), None);
        assert_eq!(fault([1.0, f64::NAN, 0.5, 1.0]), Some("it holds a value that is not finite"));
        assert_eq!(
            fault([0.0, 0.0, 0.0, 1.0]),
            Some("a variance is not positive: fit with a larger `ridge`")
        );
        assert_eq!(fault([1.0, 0.5, 0.4, 1.0]), Some("it is not symmetric"));
    }
}
