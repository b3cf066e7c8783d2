//! The Cholesky factorisation, and what is solved with its factor.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{self, LltError};
use faer::linalg::{matmul, triangular_solve};
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};

use super::{view, view_mut};

/// A symmetric matrix that is not positive definite to working precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the matrix is not positive definite (pivot {pivot} of {dim})")]
pub struct NotPositiveDefinite {
    /// Index of the first pivot that is not positive, counted from 0.
    pub pivot: usize,
    /// Order of the matrix.
    pub dim: usize,
}

/// The lower Cholesky factor L of a symmetric positive definite matrix A = L L^T.
///
/// The strict upper triangle of the stored matrix is zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    lower: DMatrix<f64>,
}

impl Factor {
    /// Factors A = L L^T, reading the lower triangle of `a` only. Takes `a` over as storage.
    ///
    /// Cost: n^3 / 3 flops.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] with the pivot at which the factorisation stopped.
    pub fn new(mut a: DMatrix<f64>) -> Result<Self, NotPositiveDefinite> {
        factor_lower_in_place(&mut a, &mut FactorMemory::default())?;
        a.fill_upper_triangle(0.0, 1);
        Ok(Self { lower: a })
    }

    /// L, n x n, lower triangular with exact zeros above the diagonal.
    pub fn lower(&self) -> &DMatrix<f64> {
        &self.lower
    }

    /// L itself, without a copy.
    pub fn into_lower(self) -> DMatrix<f64> {
        self.lower
    }

    /// Order n of the matrix.
    pub fn dim(&self) -> usize {
        self.lower.nrows()
    }

    /// log det A = 2 sum_i log L_ii.
    pub fn log_determinant(&self) -> f64 {
        2.0 * self.lower.diagonal().iter().map(|d| d.ln()).sum::<f64>()
    }

    /// Overwrites each column b of `rhs` (n x m) by L^-1 b, by forward substitution.
    ///
    /// Cost: n^2 m flops.
    pub fn solve_lower_in_place(&self, rhs: &mut DMatrix<f64>) {
        triangular_solve::solve_lower_triangular_in_place(view(&self.lower), view_mut(rhs), Par::Seq);
    }

    /// Squared Mahalanobis lengths ||L^-1 b||^2 of the columns b of `centred` (n x m), which is
    /// overwritten by L^-1 b.
    pub fn squared_mahalanobis(&self, centred: &mut DMatrix<f64>) -> Vec<f64> {
        self.solve_lower_in_place(centred);
        centred.column_iter().map(|z| z.norm_squared()).collect()
    }

    /// L v for one vector of length n.
    pub fn multiply(&self, v: &DVector<f64>) -> DVector<f64> {
        &self.lower * v
    }

    /// Overwrites `rows` (m x n) by `rows` L^-T: each row b by L^-1 b, by forward substitution.
    ///
    /// With A = L L^T the observed block of a covariance and `rows` the block of the missing against
    /// the observed pixels, this is the lower left block of the whole matrix's Cholesky factor.
    ///
    /// Blocks of rows are pieces of parallel work, so that few matrices keep all threads busy. Cost: n^2 m flops.
    pub fn solve_rows_in_place(&self, rows: &mut DMatrix<f64>) {
        solve_rows(view(&self.lower), view_mut(rows));
    }
}

/// Entries that are solved in one piece.
const PIECE: usize = 1 << 18;

/// Overwrites `rows` by `rows` L^-T, by halves.
fn solve_rows(lower: MatRef<'_, f64>, rows: MatMut<'_, f64>) {
    if rows.nrows() > 1 && rows.nrows() * rows.ncols() > PIECE {
        let half = rows.nrows() / 2;
        let (above, below) = rows.split_at_row_mut(half);
        rayon::join(|| solve_rows(lower, above), || solve_rows(lower, below));
    } else {
        // X L^T = B is the same as L X^T = B^T, and a transposed view costs nothing.
        triangular_solve::solve_lower_triangular_in_place(lower, rows.transpose_mut(), Par::Seq);
    }
}

/// Working memory of a factorisation, n doubles, to be used again.
pub struct FactorMemory {
    dim: usize,
    buffer: MemBuffer,
}

impl Default for FactorMemory {
    fn default() -> Self {
        Self::new(0)
    }
}

impl FactorMemory {
    fn new(dim: usize) -> Self {
        let scratch = factor::cholesky_in_place_scratch::<f64>(dim, Par::Seq, Default::default());
        Self { dim, buffer: MemBuffer::new(scratch) }
    }

    /// Enough for a matrix of order `dim`.
    pub(super) fn of(&mut self, dim: usize) -> &mut MemBuffer {
        if self.dim < dim {
            *self = Self::new(dim);
        }
        &mut self.buffer
    }
}

/// Overwrites the lower triangle of `a` by its Cholesky factor; the strict upper triangle is left as it is.
///
/// Cost: n^3 / 3 flops. `memory` grows where it is too small.
///
/// # Errors
/// [`NotPositiveDefinite`]; `a` is then partly overwritten.
pub fn factor_lower_in_place(
    a: &mut DMatrix<f64>,
    memory: &mut FactorMemory,
) -> Result<(), NotPositiveDefinite> {
    let dim = a.nrows();
    factor::cholesky_in_place(
        view_mut(a),
        Default::default(),
        Par::Seq,
        MemStack::new(memory.of(dim)),
        Default::default(),
    )
    .map_err(|LltError::NonPositivePivot { index }| NotPositiveDefinite { pivot: index, dim })?;
    // A NaN passes every comparison of the factorisation; it must not pass this door.
    if let Some(pivot) = (0..dim).find(|&i| !(a[(i, i)] > 0.0 && a[(i, i)].is_finite())) {
        return Err(NotPositiveDefinite { pivot, dim });
    }
    Ok(())
}

/// One panel of a forward substitution L Z = B, done in place on the first `active` columns of `z`.
///
/// With r = `rows` and the rows above r already solved,
/// Z_r = L_rr^-1 (B_r - L_{r,<r} Z_{<r}). Calling this for consecutive panels solves the system; a
/// caller may stop after any of them.
///
/// Cost: `active` (2 |r| r.start + |r|^2) flops. Ranges past the ends are cut.
pub fn solve_panel(lower: &DMatrix<f64>, rows: std::ops::Range<usize>, z: &mut DMatrix<f64>, active: usize) {
    let end = rows.end.min(lower.nrows()).min(z.nrows());
    let start = rows.start.min(end);
    let active = active.min(z.ncols());
    let lower = view(lower);
    let z = view_mut(z).subcols_mut(0, active);
    let (above, from_start) = z.split_at_row_mut(start);
    let mut panel = from_start.subrows_mut(0, end - start);
    if start > 0 {
        let left = lower.submatrix(start, 0, end - start, start);
        matmul::matmul(panel.as_mut(), Accum::Add, left, above.as_ref(), -1.0, Par::Seq);
    }
    let diagonal = lower.submatrix(start, start, end - start, end - start);
    triangular_solve::solve_lower_triangular_in_place(diagonal, panel, Par::Seq);
}

/// Overwrites each column b of `rhs` (n x m) by L^-T b, by backward substitution; the strict upper triangle of `lower` is
/// not read. Cost: n^2 m flops.
pub fn solve_lower_transposed(lower: &DMatrix<f64>, rhs: &mut DMatrix<f64>) {
    let upper = view(lower).transpose();
    triangular_solve::solve_upper_triangular_in_place(upper, view_mut(rhs), Par::Seq);
}
