//! Parts of a Cholesky factorisation: some rows more of a factor, the inverse of what was factored.

use std::ops::Range;

use faer::dyn_stack::MemStack;
use faer::linalg::cholesky::llt::factor::{self, LltError};
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::{triangular_inverse, triangular_solve};
use faer::{Accum, Par};
use nalgebra::DMatrix;

use super::{FactorMemory, NotPositiveDefinite, view, view_mut};

/// Turns the rows `rows` of the lower triangle of A into those of its Cholesky factor; the rows above them must be those of
/// the factor already. Further rows of `a` are not read.
///
/// Cost: |r| (s^2 + |r| s + |r|^2 / 3) flops for r = `rows` from s on.
///
/// # Errors
/// [`NotPositiveDefinite`]; these rows are then partly overwritten.
pub fn extend_factor(
    a: &mut DMatrix<f64>,
    rows: Range<usize>,
    memory: &mut FactorMemory,
) -> Result<(), NotPositiveDefinite> {
    let dim = a.nrows();
    let count = rows.len();
    let stack = MemStack::new(memory.of(count));
    let (above, _, left, below) = view_mut(a).split_at_mut(rows.start, rows.start);
    let mut left = left.subrows_mut(0, count);
    let mut diagonal = below.submatrix_mut(0, 0, count, count);
    triangular_solve::solve_lower_triangular_in_place(
        above.as_ref(),
        left.as_mut().transpose_mut(),
        Par::Seq,
    );
    triangular::matmul(
        diagonal.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Add,
        left.as_ref(),
        BlockStructure::Rectangular,
        left.as_ref().transpose(),
        BlockStructure::Rectangular,
        -1.0,
        Par::Seq,
    );
    factor::cholesky_in_place(diagonal, Default::default(), Par::Seq, stack, Default::default()).map_err(
        |LltError::NonPositivePivot { index }| NotPositiveDefinite { pivot: rows.start + index, dim },
    )?;
    match rows.clone().find(|&i| !(a[(i, i)] > 0.0 && a[(i, i)].is_finite())) {
        Some(pivot) => Err(NotPositiveDefinite { pivot, dim }),
        None => Ok(()),
    }
}

/// Writes the lower triangle of A^-1 = L^-T L^-1 into `out`, and L^-1 into the lower triangle of `inverse`; all are n x n.
///
/// Cost: 2 n^3 / 3 flops.
pub fn inverse_of_factor(out: &mut DMatrix<f64>, lower: &DMatrix<f64>, inverse: &mut DMatrix<f64>) {
    triangular_inverse::invert_lower_triangular(view_mut(inverse), view(lower), Par::Seq);
    triangular::matmul(
        view_mut(out),
        BlockStructure::TriangularLower,
        Accum::Replace,
        view(inverse).transpose(),
        BlockStructure::TriangularUpper,
        view(inverse),
        BlockStructure::TriangularLower,
        1.0,
        Par::Seq,
    );
}

/// Overwrites the first `active` columns b of `rhs` (n x m) by L^-T b, by backward substitution.
///
/// Cost: n^2 flops a column.
pub fn solve_transposed(lower: &DMatrix<f64>, rhs: &mut DMatrix<f64>, active: usize) {
    let upper = view(lower).transpose();
    let rhs = view_mut(rhs).subcols_mut(0, active);
    triangular_solve::solve_upper_triangular_in_place(upper, rhs, Par::Seq);
}

/// Adds `alpha` Y Y^T to the lower triangle of the square `out` (D x D), with the first `active` columns of Y (D x n); the
/// strict upper triangle is left as it is.
///
/// Cost: D^2 flops a column.
pub fn add_gram_lower(out: &mut DMatrix<f64>, alpha: f64, y: &DMatrix<f64>, active: usize) {
    let y = view(y).subcols(0, active);
    triangular::matmul(
        view_mut(out),
        BlockStructure::TriangularLower,
        Accum::Add,
        y,
        BlockStructure::Rectangular,
        y.transpose(),
        BlockStructure::Rectangular,
        alpha,
        Par::Seq,
    );
}

/// Subtracts A^T A from the lower triangle of the square `out` (m x m), with A (n x m); the strict upper triangle is left
/// as it is.
///
/// Cost: m^2 n flops.
pub fn subtract_transposed_gram_lower(out: &mut DMatrix<f64>, a: &DMatrix<f64>) {
    triangular::matmul(
        view_mut(out),
        BlockStructure::TriangularLower,
        Accum::Add,
        view(a).transpose(),
        BlockStructure::Rectangular,
        view(a),
        BlockStructure::Rectangular,
        -1.0,
        Par::Seq,
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::{Factor, mirror_lower};

    fn matrix(dim: usize) -> DMatrix<f64> {
        let a = DMatrix::from_fn(dim, dim, |i, j| ((i * 31 + j * 17 + i * j) % 101) as f64 / 50.0 - 1.0);
        &a * a.transpose() + DMatrix::identity(dim, dim)
    }

    #[test]
    fn a_factor_by_parts_is_the_factor_and_leaves_further_rows_alone() {
        let whole = matrix(40);
        let expected = Factor::new(whole.clone()).unwrap();
        let mut a = whole.clone();
        for rows in [0..7, 7..20, 20..33] {
            extend_factor(&mut a, rows, &mut FactorMemory::default()).unwrap();
        }
        for j in 0..40 {
            for i in j..33 {
                assert!((a[(i, j)] - expected.lower()[(i, j)]).abs() < 1e-12);
            }
            assert_eq!(a[(39, j)], whole[(39, j)]);
        }
        a[(35, 35)] = -1.0;
        let fault = extend_factor(&mut a, 33..40, &mut FactorMemory::default()).unwrap_err();
        assert_eq!(fault.pivot, 35);
    }

    #[test]
    fn the_inverse_from_a_factor_is_that_of_the_matrix() {
        for dim in [1, 5, 33, 70] {
            let whole = matrix(dim);
            let lower = Factor::new(whole.clone()).unwrap().into_lower();
            let (mut out, mut memory) = (DMatrix::zeros(dim, dim), DMatrix::zeros(dim, dim));
            inverse_of_factor(&mut out, &lower, &mut memory);
            mirror_lower(&mut out);
            assert!((out * whole - DMatrix::identity(dim, dim)).amax() < 1e-9);
            let mut rhs = DMatrix::identity(dim, dim);
            solve_transposed(&lower, &mut rhs, dim);
            assert!((lower.transpose() * rhs - DMatrix::identity(dim, dim)).amax() < 1e-10);
        }
    }

    #[test]
    fn products_of_one_triangle() {
        let y = DMatrix::from_fn(6, 4, |i, j| (i * j) as f64 - 2.0);
        let (mut sum, mut difference) = (DMatrix::repeat(6, 6, 1.0), DMatrix::repeat(4, 4, 1.0));
        add_gram_lower(&mut sum, 0.5, &y, 3);
        subtract_transposed_gram_lower(&mut difference, &y);
        let first = y.columns(0, 3).into_owned();
        let (expected, other) = (&first * first.transpose() * 0.5, y.transpose() * &y);
        for j in 0..6 {
            for i in 0..6 {
                let expected = if i >= j { expected[(i, j)] } else { 0.0 };
                assert!((sum[(i, j)] - 1.0 - expected).abs() < 1e-12);
            }
        }
        assert!((difference[(3, 1)] - 1.0 + other[(3, 1)]).abs() < 1e-12);
        assert_eq!(difference[(1, 3)], 1.0);
    }
}
