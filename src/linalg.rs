//! Dense kernels over nalgebra's storage, computed by faer.
//!
//! Used by `mixture` and `inverse`. Everything here is deterministic, and sequential but for
//! two kernels that say so: callers run many of these in parallel, which costs less than parallelism inside one of them.

pub mod eigen;
pub(crate) mod wide;

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{self, LltError};
use faer::linalg::{matmul, triangular_solve};
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use wide::{Kernel, wide};

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
        factor_in_place(&mut a)?;
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
}

/// Overwrites the symmetric matrix `a` (lower triangle read) by its Cholesky factor.
///
/// # Errors
/// [`NotPositiveDefinite`]; `a` is then partly overwritten.
pub fn factor_in_place(a: &mut DMatrix<f64>) -> Result<(), NotPositiveDefinite> {
    factor_lower_in_place(a, &mut FactorMemory::default())?;
    a.fill_upper_triangle(0.0, 1);
    Ok(())
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
    if memory.dim < dim {
        *memory = FactorMemory::new(dim);
    }
    factor::cholesky_in_place(
        view_mut(a),
        Default::default(),
        Par::Seq,
        MemStack::new(&mut memory.buffer),
        Default::default(),
    )
    .map_err(|LltError::NonPositivePivot { index }| NotPositiveDefinite { pivot: index, dim })?;
    // A NaN passes every comparison of the factorisation; it must not pass this door.
    if let Some(pivot) = (0..dim).find(|&i| !(a[(i, i)] > 0.0 && a[(i, i)].is_finite())) {
        return Err(NotPositiveDefinite { pivot, dim });
    }
    Ok(())
}

/// Copies the lower triangle of the square `from` into `to`, of the same size.
pub fn copy_lower(to: &mut DMatrix<f64>, from: &DMatrix<f64>) {
    let dim = to.nrows().max(1);
    let columns = to.as_mut_slice().chunks_exact_mut(dim).zip(from.as_slice().chunks_exact(dim));
    for (j, (target, source)) in columns.enumerate() {
        target[j..].copy_from_slice(&source[j..]);
    }
}

/// v^T v, summed in one fixed order.
pub fn squared_length(v: &[f64]) -> f64 {
    wide(SquaredLength(v))
}

struct SquaredLength<'a>(&'a [f64]);

impl Kernel for SquaredLength<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        // Eight sums side by side: independent additions, which the compiler turns into vectors.
        let mut lanes = [0.0; 8];
        let chunks = self.0.chunks_exact(8);
        let mut rest = 0.0;
        for x in chunks.remainder() {
            rest += x * x;
        }
        for chunk in chunks {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x * x;
            }
        }
        let mut sum = 0.0;
        for lane in lanes {
            sum += lane;
        }
        sum + rest
    }
}

/// `out` = a - b, value by value.
pub fn difference(out: &mut [f64], a: &[f64], b: &[f64]) {
    wide(Difference { out, a, b });
}

struct Difference<'a> {
    out: &'a mut [f64],
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for Difference<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (out, (a, b)) in self.out.iter_mut().zip(self.a.iter().zip(self.b)) {
            *out = a - b;
        }
    }
}

/// `out` = `beta` `out` + `alpha` A B, with A (n x p), B (p x m); `beta` is 0 or 1.
pub fn product(out: &mut DMatrix<f64>, keep: bool, alpha: f64, a: &DMatrix<f64>, b: &DMatrix<f64>) {
    let accum = if keep { Accum::Add } else { Accum::Replace };
    matmul::matmul(view_mut(out), accum, view(a), view(b), alpha, Par::Seq);
}

/// faer's view of a nalgebra matrix: the same memory, column by column.
pub fn view(m: &DMatrix<f64>) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(m.as_slice(), m.nrows(), m.ncols())
}

/// faer's mutable view of a nalgebra matrix.
pub fn view_mut(m: &mut DMatrix<f64>) -> MatMut<'_, f64> {
    let (rows, cols) = m.shape();
    MatMut::from_column_major_slice_mut(m.as_mut_slice(), rows, cols)
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

/// Rows of a scatter matrix that are one piece of work: the height of faer's innermost kernel with AVX-512, so that
/// little is computed above the diagonal, and that at full speed.
const SCATTER_ROWS: usize = 48;

/// Rows of a product that are one piece of work.
const PRODUCT_ROWS: usize = 96;

/// Adds Y Y^T to the lower triangle of the square `out` (D x D), or sets it where `keep` is false; Y is the first `active`
/// columns of `y` (D x n).
///
/// Parallel inside, unlike most kernels here: blocks of rows are not contiguous memory, which callers could share out. Each block is one product, and so the result does not depend on the number of threads. Inside the
/// blocks on the diagonal the sums above it are whole too; the rest of the upper triangle is left alone.
///
/// Cost: D^2 flops a column of Y.
pub fn add_scatter(out: &mut DMatrix<f64>, keep: bool, y: &DMatrix<f64>, active: usize) {
    let y = view(y).subcols(0, active.min(y.ncols()));
    let accum = if keep { Accum::Add } else { Accum::Replace };
    view_mut(out).par_row_chunks_mut(SCATTER_ROWS).enumerate().for_each(|(block, rows)| {
        let first = block * SCATTER_ROWS;
        let (height, end) = (rows.nrows(), first + rows.nrows());
        let across = y.subrows(0, end).transpose();
        matmul::matmul(rows.subcols_mut(0, end), accum, y.subrows(first, height), across, 1.0, Par::Seq);
    });
}

/// Overwrites each column b of `rhs` (n x m) by L^-T b, by backward substitution; the strict upper triangle of `lower` is
/// not read. Cost: n^2 m flops.
pub fn solve_lower_transposed(lower: &DMatrix<f64>, rhs: &mut DMatrix<f64>) {
    let upper = view(lower).transpose();
    triangular_solve::solve_upper_triangular_in_place(upper, view_mut(rhs), Par::Seq);
}

/// A^T B for the first `a_columns` columns of A (n x p) and the first `b_columns` of B (n x m), into the front of `out`,
/// column by column. Cost: 2 n `a_columns` `b_columns` flops. What does not fit into `out` is left out.
pub fn transposed_product(
    out: &mut [f64],
    a: &DMatrix<f64>,
    a_columns: usize,
    b: &DMatrix<f64>,
    b_columns: usize,
) {
    let rows = a_columns.min(a.ncols());
    let columns = b_columns.min(b.ncols()).min(out.len().checked_div(rows).unwrap_or(0));
    let out = MatMut::from_column_major_slice_mut(&mut out[..rows * columns], rows, columns);
    let (a, b) = (view(a).subcols(0, rows), view(b).subcols(0, columns));
    matmul::matmul(out, Accum::Replace, a.transpose(), b, 1.0, Par::Seq);
}

/// A B^T for A (n x p) and the m x p matrix B, given by its columns one after the other, into `out` (n x m).
///
/// Blocks of rows are pieces of parallel work, as in [`add_scatter`]. Cost: 2 n m p flops. What does not fill a column
/// of B counts as zero.
pub fn product_with_rows(out: &mut DMatrix<f64>, a: &DMatrix<f64>, b: &[f64]) {
    let rows = out.ncols();
    let columns = b.len().checked_div(rows).unwrap_or(0).min(a.ncols());
    let b = MatRef::from_column_major_slice(&b[..rows * columns], rows, columns);
    let a = view(a).subcols(0, columns);
    view_mut(out).par_row_chunks_mut(PRODUCT_ROWS).enumerate().for_each(|(block, out)| {
        let across = a.subrows(block * PRODUCT_ROWS, out.nrows());
        matmul::matmul(out, Accum::Replace, across, b.transpose(), 1.0, Par::Seq);
    });
}

/// Copies the lower triangle onto the upper one, block by block: rows and columns of a block share a core's cache.
pub fn mirror_lower(a: &mut DMatrix<f64>) {
    const BLOCK: usize = 32;
    let dim = a.nrows().min(a.ncols());
    for first in (0..dim).step_by(BLOCK) {
        for below in (first..dim).step_by(BLOCK) {
            for j in first..(first + BLOCK).min(dim) {
                for i in below.max(j + 1)..(below + BLOCK).min(dim) {
                    a[(j, i)] = a[(i, j)];
                }
            }
        }
    }
}

/// A B for A (n x p) and the p x m matrix B given by its columns, one after the other; n x m.
///
/// What does not fill a whole column of B is left out.
pub fn product_with_columns(a: &DMatrix<f64>, columns: &[f64]) -> DMatrix<f64> {
    let rows = a.ncols();
    let count = columns.len().checked_div(rows).unwrap_or(0);
    let mut out = DMatrix::zeros(a.nrows(), count);
    let b = MatRef::from_column_major_slice(&columns[..rows * count], rows, count);
    matmul::matmul(view_mut(&mut out), Accum::Replace, view(a), b, 1.0, Par::Seq);
    out
}

impl Factor {
    /// Overwrites `rows` (m x n) by `rows` L^-T: each row b by L^-1 b, by forward substitution.
    ///
    /// With A = L L^T the observed block of a covariance and `rows` the block of the missing against
    /// the observed pixels, this is the lower left block of the whole matrix's Cholesky factor.
    ///
    /// Cost: n^2 m flops.
    pub fn solve_rows_in_place(&self, rows: &mut DMatrix<f64>) {
        // X L^T = B is the same as L X^T = B^T, and a transposed view costs nothing.
        triangular_solve::solve_lower_triangular_in_place(
            view(&self.lower),
            view_mut(rows).transpose_mut(),
            Par::Seq,
        );
    }
}

/// Subtracts A A^T from the lower triangle of the square `out` (m x m), with A (m x n); the strict
/// upper triangle is left as it is.
///
/// Cost: m^2 n flops, half of the whole product's.
pub fn subtract_gram_lower(out: &mut DMatrix<f64>, a: &DMatrix<f64>) {
    use matmul::triangular::{self, BlockStructure};
    triangular::matmul(
        view_mut(out),
        BlockStructure::TriangularLower,
        Accum::Add,
        view(a),
        BlockStructure::Rectangular,
        view(a).transpose(),
        BlockStructure::Rectangular,
        -1.0,
        Par::Seq,
    );
}
