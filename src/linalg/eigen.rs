//! Eigenvalues and eigenvectors of a symmetric matrix, by faer.

use faer::Par;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors};
use nalgebra::{DMatrix, DVector};

use super::{view, view_mut};

/// A = U diag(lambda) U^T of a symmetric matrix, largest eigenvalue first.
#[derive(Debug, Clone, PartialEq)]
pub struct SymmetricEigen {
    /// lambda, n, falling.
    pub values: DVector<f64>,
    /// U, n x n, its columns of length 1 and at right angles; column i belongs to value i.
    pub vectors: DMatrix<f64>,
}

/// Decomposes a symmetric matrix, of which the lower triangle alone is read. `None` when it does not converge, as
/// with values that are not finite.
///
/// Each eigenvector's entry of largest size is positive (the first of equals): else its sign would be a matter of
/// chance. Cost: about 9 n^3 flops, sequential.
pub fn symmetric_eigen(a: &DMatrix<f64>) -> Option<SymmetricEigen> {
    let mut vectors = DMatrix::zeros(a.nrows(), a.nrows());
    let values = decompose(a, Some(&mut vectors))?;
    let order: Vec<usize> = (0..a.nrows()).rev().collect();
    let mut vectors = vectors.select_columns(&order);
    for mut vector in vectors.column_iter_mut() {
        let largest =
            vector.iter().fold(0.0f64, |most, &value| if value.abs() > most.abs() { value } else { most });
        if largest < 0.0 {
            vector.neg_mut();
        }
    }
    Some(SymmetricEigen { values, vectors })
}

/// The eigenvalues of a symmetric matrix, of which the lower triangle alone is read, falling; `None` as [`symmetric_eigen`].
///
/// Cost: about 4 n^3 / 3 flops, sequential.
pub fn symmetric_eigenvalues(a: &DMatrix<f64>) -> Option<DVector<f64>> {
    decompose(a, None)
}

/// The eigenvalues, falling; their vectors, where they are asked for, in the opposite order into `vectors` (n x n).
fn decompose(a: &DMatrix<f64>, vectors: Option<&mut DMatrix<f64>>) -> Option<DVector<f64>> {
    let dim = a.nrows();
    if !a.is_square() || a.iter().any(|value| !value.is_finite()) {
        return None;
    }
    if dim == 0 {
        return Some(DVector::zeros(0));
    }
    let wanted = if vectors.is_some() { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let need = evd::self_adjoint_evd_scratch::<f64>(dim, wanted, Par::Seq, Default::default());
    let mut ascending = Diag::<f64>::zeros(dim);
    evd::self_adjoint_evd(
        view(a),
        ascending.as_mut(),
        vectors.map(view_mut),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(need)),
        Default::default(),
    )
    .ok()?;
    let ascending = ascending.column_vector();
    Some(DVector::from_fn(dim, |i, _| ascending[dim - 1 - i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric matrix without structure.
    fn matrix(dim: usize) -> DMatrix<f64> {
        let a = DMatrix::from_fn(dim, dim, |i, j| ((i * 31 + j * 17 + i * j) % 101) as f64 / 50.0 - 1.0);
        &a + a.transpose()
    }

    #[test]
    fn it_is_nalgebras_decomposition() {
        let a = matrix(40);
        let found = symmetric_eigen(&a).unwrap();
        let reference = nalgebra::SymmetricEigen::new(a);
        let mut order: Vec<usize> = (0..40).collect();
        order.sort_by(|&i, &j| reference.eigenvalues[j].total_cmp(&reference.eigenvalues[i]));
        for (place, &index) in order.iter().enumerate() {
            assert!((found.values[place] - reference.eigenvalues[index]).abs() < 1e-12 * 40.0);
            let cosine = found.vectors.column(place).dot(&reference.eigenvectors.column(index));
            assert!((cosine.abs() - 1.0).abs() < 1e-10, "vector {place}: {cosine}");
        }
    }

    #[test]
    fn it_solves_its_equation_and_has_a_sign() {
        let a = matrix(33);
        let SymmetricEigen { values, vectors } = symmetric_eigen(&a).unwrap();
        assert!(values.as_slice().is_sorted_by(|a, b| a >= b));
        let residual = &a * &vectors - &vectors * DMatrix::from_diagonal(&values);
        assert!(residual.amax() < 1e-12 * 33.0);
        assert!((vectors.transpose() * &vectors - DMatrix::identity(33, 33)).amax() < 1e-13);
        for vector in vectors.column_iter() {
            assert!(vector.max() >= -vector.min());
        }
    }

    #[test]
    fn odd_matrices() {
        assert_eq!(symmetric_eigen(&DMatrix::zeros(0, 0)).unwrap().values.len(), 0);
        let one = symmetric_eigen(&DMatrix::repeat(1, 1, -3.0)).unwrap();
        assert_eq!((one.values[0], one.vectors[(0, 0)]), (-3.0, 1.0));
        assert!(symmetric_eigen(&DMatrix::repeat(2, 2, f64::NAN)).is_none());
        assert!(symmetric_eigen(&DMatrix::zeros(2, 3)).is_none());
        // The upper triangle is not read.
        let lower = DMatrix::from_row_slice(2, 2, &[2.0, 77.0, 1.0, 2.0]);
        assert!((symmetric_eigen(&lower).unwrap().values[0] - 3.0).abs() < 1e-14);
    }
}
