//! Covariances of models that come with the factors of their inverses alone, as scikit-learn keeps `precisions_cholesky_`.

use nalgebra::DMatrix;

use crate::linalg;

/// Sigma = (U U^T)^-1 of each upper triangular U, whose rows stand one behind the other in `values` (K D^2 of them); what is below the
/// diagonal is not read. None where a diagonal entry is not positive. Cost: 2 K D^3 / 3 flops.
pub(super) fn covariances(values: &[f64], dim: usize) -> Option<Vec<DMatrix<f64>>> {
    let one = |rows: &[f64]| {
        // With the pixels in the opposite order U is lower triangular.
        let reversed = rows.iter().rev().copied();
        let lower = DMatrix::from_row_iterator(dim, dim, reversed);
        if lower.diagonal().iter().any(|&entry| entry <= 0.0) {
            return None;
        }
        let (mut covariance, mut memory) = (DMatrix::zeros(dim, dim), DMatrix::zeros(dim, dim));
        linalg::inverse_of_factor(&mut covariance, &lower, &mut memory);
        linalg::mirror_lower(&mut covariance);
        covariance.as_mut_slice().reverse();
        Some(covariance)
    };
    values.chunks_exact((dim * dim).max(1)).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covariance_is_the_inverse_of_the_product_of_its_factors() {
        let u = DMatrix::from_row_slice(3, 3, &[2.0, 0.5, -1.0, 0.0, 1.5, 0.25, 0.0, 0.0, 0.75]);
        let rows: Vec<f64> = u.transpose().iter().copied().collect();
        let found = covariances(&rows, 3).unwrap();
        let expected = (&u * u.transpose()).try_inverse().unwrap();
        assert!((&found[0] - expected).amax() < 1e-14 && found[0] == found[0].transpose());
        assert!(covariances(&[1.0, 0.0, 0.0, 0.0], 2).is_none());
    }
}
