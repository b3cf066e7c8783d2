//! The mixture of the observed pixels alone, and the blocks of a matrix that belong to index lists.
//!
//! Used by `conditioner`; [`marginal`] is also what a conditional is tested against.

use nalgebra::DMatrix;

use super::{InverseError, Mask};
use crate::mixture::Mixture;

/// The marginal of the observed pixels, p(x2) = sum_k pi_k N(x2; mu_k2, Sigma_k22).
///
/// Rows and columns are those of `mask.observed()`, in that order. Cost: a copy of K o^2 numbers.
///
/// # Errors
/// [`InverseError::Size`]; [`InverseError::NoPixel`] when none is observed.
pub fn marginal(mixture: &Mixture, mask: &Mask) -> Result<Mixture, InverseError> {
    check_size(mixture, mask)?;
    let observed = mask.observed();
    if observed.is_empty() {
        return Err(InverseError::NoPixel("observed"));
    }
    let covariances = mixture.covariances().iter().map(|sigma| block(sigma, observed, observed)).collect();
    let means = mixture.means().select_rows(observed);
    Ok(Mixture::new(mixture.weights().clone(), means, covariances)?)
}

/// Refuses a mask that is not of the model's size.
pub(super) fn check_size(mixture: &Mixture, mask: &Mask) -> Result<(), InverseError> {
    match mask.dim() == mixture.dim() {
        true => Ok(()),
        false => Err(InverseError::Size { what: "mask", found: mask.dim(), expected: mixture.dim() }),
    }
}

/// The rows `rows` and columns `columns` of a matrix, read column by column as it is stored.
pub(super) fn block(matrix: &DMatrix<f64>, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
    let mut values = Vec::with_capacity(rows.len() * columns.len());
    for &column in columns {
        let source = matrix.column(column);
        values.extend(rows.iter().map(|&row| source[row]));
    }
    DMatrix::from_vec(rows.len(), columns.len(), values)
}
