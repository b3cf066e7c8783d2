//! Sigma of one component: how it is kept, and the operations that everything else needs of it.
//!
//! Two forms serve every family: a matrix ([`Form::Own`], [`Form::Shared`]), and W W^T + diag(psi) ([`Form::Parts`]), where W
//! has no column for diagonal and spherical covariances. Outside `mixture` the family is asked for to draw or to write it, and where
//! something is done of some families only: covariances shrunk for comparison, flat directions, memory.

mod family;
mod low_rank;

use std::borrow::Cow;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};

use super::taper::TaperTable;
use crate::linalg::{self, Factor, NotPositiveDefinite};

pub use family::CovarianceFamily;
pub(super) use low_rank::{LowRank, LowRankFactor};

/// How far apart, relative to the geometric mean of the two variances, mirrored covariances may be.
pub(super) const SYMMETRY_TOLERANCE: f64 = 1e-8;

/// What is wrong with a parameter that is NaN or infinite.
pub(super) const NOT_FINITE: &str = "it holds a value that is not finite";

/// A covariance matrix Sigma, D x D, symmetric with a positive diagonal.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    family: CovarianceFamily,
    form: Form,
}

/// How a covariance is kept.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// Every entry.
    Own(DMatrix<f64>),
    /// Every entry, the same for all components.
    Shared(Arc<DMatrix<f64>>),
    /// W and psi.
    Parts(LowRank),
}

/// Either form, to be read.
enum Read<'a> {
    Matrix(&'a DMatrix<f64>),
    Parts(&'a LowRank),
}

/// A covariance factored, to solve with and to draw from: Sigma = L L^T, or W W^T + diag(psi) by Woodbury's identity.
#[derive(Debug, Clone, PartialEq)]
pub struct CovarianceFactor(FactorForm);

#[derive(Debug, Clone, PartialEq)]
enum FactorForm {
    /// L, lower triangular.
    Own(Factor),
    /// The same for all components.
    Shared(Arc<Factor>),
    Parts(LowRankFactor),
}

impl From<DMatrix<f64>> for Covariance {
    /// The full covariance with these entries.
    fn from(matrix: DMatrix<f64>) -> Self {
        Self { family: CovarianceFamily::Full, form: Form::Own(matrix) }
    }
}

impl Covariance {
    /// One matrix for each of `count` components, held once.
    pub fn tied(matrix: DMatrix<f64>, count: usize) -> Vec<Self> {
        let shared = Arc::new(matrix);
        vec![Self { family: CovarianceFamily::Tied, form: Form::Shared(shared) }; count]
    }

    /// diag(`variances`), D of them.
    pub fn from_variances(variances: DVector<f64>) -> Self {
        let parts = LowRank { factors: DMatrix::zeros(variances.len(), 0), noise: variances };
        Self { family: CovarianceFamily::Diagonal, form: Form::Parts(parts) }
    }

    /// `variance` times the identity of order `dim`.
    pub fn spherical(variance: f64, dim: usize) -> Self {
        let diagonal = Self::from_variances(DVector::repeat(dim, variance));
        Self { family: CovarianceFamily::Spherical, ..diagonal }
    }

    /// W W^T + diag(psi) for the `factors` W (D x R) and the `noise` variances psi (as many as W has rows).
    pub fn low_rank(factors: DMatrix<f64>, noise: DVector<f64>) -> Self {
        Self { family: CovarianceFamily::LowRank, form: Form::Parts(LowRank { factors, noise }) }
    }

    /// Its family.
    pub fn family(&self) -> CovarianceFamily {
        self.family
    }

    /// D.
    pub fn dim(&self) -> usize {
        self.shape().0
    }

    /// diag(Sigma), the variances, D.
    pub fn diagonal(&self) -> DVector<f64> {
        match self.read() {
            Read::Matrix(matrix) => matrix.diagonal(),
            Read::Parts(parts) => parts.diagonal(),
        }
    }

    /// tr(Sigma), the sum of the variances.
    pub fn trace(&self) -> f64 {
        match self.read() {
            Read::Matrix(matrix) => matrix.trace(),
            Read::Parts(parts) => parts.diagonal().sum(),
        }
    }

    /// W (D x R) and psi (D) where the family has the form W W^T + diag(psi): low rank, and with R = 0 diagonal and spherical.
    /// None where it is a matrix.
    pub fn parts(&self) -> Option<(&DMatrix<f64>, &DVector<f64>)> {
        match self.read() {
            Read::Matrix(_) => None,
            Read::Parts(parts) => Some((&parts.factors, &parts.noise)),
        }
    }

    /// The entries at these rows and columns, in their order, each at most once. Cost: a copy; with W, 2 R flops an entry.
    pub fn block(&self, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
        let matrix = match self.read() {
            Read::Matrix(matrix) => matrix,
            Read::Parts(parts) => return parts.block(rows, columns),
        };
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
        match self.read() {
            Read::Matrix(matrix) => matrix.column(pixel).into_owned(),
            Read::Parts(parts) => {
                let mut column = &parts.factors * parts.factors.row(pixel).transpose();
                column[pixel] += parts.noise[pixel];
                column
            }
        }
    }

    /// Sigma V for V (D x N). Cost: 2 D^2 N flops; 4 D R N with W.
    pub fn product(&self, v: &DMatrix<f64>) -> DMatrix<f64> {
        match self.read() {
            Read::Matrix(matrix) => {
                let mut out = DMatrix::zeros(matrix.nrows(), v.ncols());
                linalg::product(&mut out, false, 1.0, matrix, v);
                out
            }
            Read::Parts(parts) => parts.product(v),
        }
    }

    /// Every entry, D x D: for files and pictures. Not copied where the family keeps it.
    pub fn dense(&self) -> Cow<'_, DMatrix<f64>> {
        match self.read() {
            Read::Matrix(matrix) => Cow::Borrowed(matrix),
            Read::Parts(parts) => Cow::Owned(parts.dense()),
        }
    }

    /// What solves with Sigma. Cost: D^3 / 3 flops; D R^2 with W.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] with the pivot at which the factorisation stopped.
    pub fn factor(&self) -> Result<CovarianceFactor, NotPositiveDefinite> {
        Ok(CovarianceFactor(match &self.form {
            Form::Own(matrix) => FactorForm::Own(Factor::new(matrix.clone())?),
            Form::Shared(matrix) => FactorForm::Shared(Arc::new(Factor::new(matrix.as_ref().clone())?)),
            Form::Parts(parts) => FactorForm::Parts(parts.factor()?),
        }))
    }

    /// Sigma + `variance` I.
    pub(super) fn with_noise(&self, variance: f64) -> Self {
        let add = |matrix: &DMatrix<f64>| {
            let mut matrix = matrix.clone();
            (0..matrix.nrows()).for_each(|pixel| matrix[(pixel, pixel)] += variance);
            matrix
        };
        let form = match &self.form {
            Form::Own(matrix) => Form::Own(add(matrix)),
            Form::Shared(matrix) => Form::Shared(Arc::new(add(matrix))),
            Form::Parts(parts) => Form::Parts(LowRank {
                factors: parts.factors.clone(),
                noise: parts.noise.add_scalar(variance),
            }),
        };
        Self { family: self.family, form }
    }

    /// (1 - a) Sigma + a Sigma ∘ C, with 1 - a = `kept` and C that of `taper`; with W a diag(Sigma) instead.
    pub(super) fn shrunk(&self, kept: f64, taper: &TaperTable) -> Self {
        let form = match &self.form {
            Form::Own(matrix) => Form::Own(taper.shrunk(kept, matrix)),
            Form::Shared(matrix) => Form::Shared(Arc::new(taper.shrunk(kept, matrix))),
            Form::Parts(parts) => Form::Parts(parts.shrunk(kept)),
        };
        Self { family: self.family, form }
    }

    /// The same covariance, the factors of low rank turned to orthogonal ones by falling length.
    pub(super) fn turned(&self) -> Self {
        match &self.form {
            Form::Parts(parts) => Self { family: self.family, form: Form::Parts(parts.turned()) },
            _ => self.clone(),
        }
    }

    /// Changes the matrices of a mixture's covariances, those that there are; a tied one once.
    pub(super) fn change_matrices(covariances: &mut Vec<Self>, mut change: impl FnMut(&mut DMatrix<f64>)) {
        let count = covariances.len();
        let is_tied = covariances.first().is_some_and(|first| matches!(first.form, Form::Shared(_)));
        if is_tied {
            covariances.truncate(1);
        }
        for covariance in covariances.iter_mut() {
            match &mut covariance.form {
                Form::Own(matrix) => change(matrix),
                Form::Shared(matrix) => change(Arc::make_mut(matrix)),
                Form::Parts(_) => {}
            }
        }
        if is_tied && let Some(first) = covariances.first().cloned() {
            covariances.resize(count, first);
        }
    }

    /// Every entry, D x D; not copied where the family keeps it.
    pub(super) fn into_dense(self) -> DMatrix<f64> {
        match self.form {
            Form::Own(matrix) => matrix,
            Form::Shared(matrix) => Arc::unwrap_or_clone(matrix),
            Form::Parts(parts) => parts.dense(),
        }
    }

    /// Rows and columns, as given.
    pub(super) fn shape(&self) -> (usize, usize) {
        match self.read() {
            Read::Matrix(matrix) => matrix.shape(),
            Read::Parts(parts) => (parts.factors.nrows(), parts.noise.len()),
        }
    }

    /// R, the columns of W; 0 where there is none.
    pub(super) fn rank(&self) -> usize {
        self.parts().map_or(0, |(factors, _)| factors.ncols())
    }

    /// Why it cannot stand beside `first` in a mixture.
    pub(super) fn mismatch(&self, first: &Self) -> Option<&'static str> {
        match (&self.form, &first.form) {
            _ if self.family != first.family => Some("it is of another family than the first"),
            (Form::Shared(own), Form::Shared(first)) if !Arc::ptr_eq(own, first) => {
                Some("it is not the matrix of the first: tied covariances are one")
            }
            (Form::Parts(own), Form::Parts(first)) if own.factors.ncols() != first.factors.ncols() => {
                Some("it has another rank than the first")
            }
            _ => None,
        }
    }

    /// Why it is not a covariance, its shape being right; definiteness takes a factorisation and is not checked.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if !self.is_finite() {
            return Some(NOT_FINITE);
        }
        let (variances, matrix) = match self.read() {
            Read::Matrix(matrix) => (Cow::Owned(matrix.diagonal()), Some(matrix)),
            Read::Parts(parts) => (Cow::Borrowed(&parts.noise), None),
        };
        if variances.iter().any(|&variance| variance <= 0.0) {
            return Some("a variance is not positive: fit with a larger `ridge`");
        }
        matrix.is_some_and(|matrix| asymmetry(matrix) > SYMMETRY_TOLERANCE).then_some("it is not symmetric")
    }

    /// Whether every entry is finite.
    pub(super) fn is_finite(&self) -> bool {
        match self.read() {
            Read::Matrix(matrix) => matrix.iter().all(|value| value.is_finite()),
            Read::Parts(parts) => parts.factors.iter().chain(&parts.noise).all(|value| value.is_finite()),
        }
    }

    /// Whether it is a matrix of its own, and the identity, exactly.
    pub(super) fn is_identity(&self) -> bool {
        matches!(&self.form, Form::Own(matrix) if is_identity(matrix))
    }

    fn read(&self) -> Read<'_> {
        match &self.form {
            Form::Own(matrix) => Read::Matrix(matrix),
            Form::Shared(matrix) => Read::Matrix(matrix),
            Form::Parts(parts) => Read::Parts(parts),
        }
    }
}

impl CovarianceFactor {
    /// log det Sigma.
    pub fn log_determinant(&self) -> f64 {
        match self.triangle() {
            Ok(factor) => factor.log_determinant(),
            Err(parts) => parts.log_determinant(),
        }
    }

    /// Squared Mahalanobis distances v^T Sigma^-1 v of the columns v of `centred` (D x N), which is overwritten.
    /// Cost: D^2 N flops; 2 D R N with W.
    pub fn squared_mahalanobis(&self, centred: &mut DMatrix<f64>) -> Vec<f64> {
        match self.triangle() {
            Ok(factor) => factor.squared_mahalanobis(centred),
            Err(parts) => {
                let images = centred.clone();
                parts.distances(images.as_slice(), &vec![0.0; images.nrows()], centred)
            }
        }
    }

    /// How many standard normal numbers a draw takes: D, or R + D with W.
    pub fn normals(&self) -> usize {
        match self.triangle() {
            Ok(factor) => factor.dim(),
            Err(parts) => parts.normals(),
        }
    }

    /// A draw of mean 0 and covariance Sigma from standard normal numbers eps, [`CovarianceFactor::normals`] of them: L eps,
    /// or W z + diag(psi)^(1/2) e with eps = (z, e). Cost: D^2 flops; 2 D R with W.
    pub fn draw(&self, eps: &DVector<f64>) -> DVector<f64> {
        match self.triangle() {
            Ok(factor) => factor.multiply(eps),
            Err(parts) => parts.draw(eps),
        }
    }

    /// L, lower triangular, D x D, where Sigma is factored so.
    pub(super) fn triangle(&self) -> Result<&Factor, &LowRankFactor> {
        match &self.0 {
            FactorForm::Own(factor) => Ok(factor),
            FactorForm::Shared(factor) => Ok(factor),
            FactorForm::Parts(parts) => Err(parts),
        }
    }

    /// L, lower triangular, D x D, of a full covariance; none of others.
    pub(super) fn into_lower(self) -> Option<DMatrix<f64>> {
        match self.0 {
            FactorForm::Own(factor) => Some(factor.into_lower()),
            FactorForm::Shared(_) | FactorForm::Parts(_) => None,
        }
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
