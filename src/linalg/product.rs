//! Products of matrices, symmetric ones by one triangle.

use faer::linalg::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{view, view_mut};

/// `alpha` A B into `out` (n x m), or added to it where `keep` is true; A is n x p, B is p x m. Cost: 2 n m p flops.
pub fn product(out: &mut DMatrix<f64>, keep: bool, alpha: f64, a: &DMatrix<f64>, b: &DMatrix<f64>) {
    let accum = if keep { Accum::Add } else { Accum::Replace };
    matmul::matmul(view_mut(out), accum, view(a), view(b), alpha, Par::Seq);
}

/// Adds A B^T to `out` (n x m), for the first `columns` columns of A (n x p) and of B (m x p). Cost: 2 n m `columns` flops.
pub fn add_product_transposed(out: &mut DMatrix<f64>, a: &DMatrix<f64>, b: &DMatrix<f64>, columns: usize) {
    let columns = columns.min(a.ncols()).min(b.ncols());
    let (a, b) = (view(a).subcols(0, columns), view(b).subcols(0, columns));
    matmul::matmul(view_mut(out), Accum::Add, a, b.transpose(), 1.0, Par::Seq);
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

/// Rows of a product that are one piece of work.
const PRODUCT_ROWS: usize = 96;

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

/// Rows of a scatter matrix that are one piece of work: the height of faer's innermost kernel with AVX-512, so that
/// little is computed above the diagonal, and that at full speed.
const SCATTER_ROWS: usize = 48;

/// Adds Y Y^T to the lower triangle of the square `out` (D x D), or sets it where `keep` is false; Y is the first
/// `active` columns of `y` (D x n).
///
/// Parallel inside, unlike most kernels here: blocks of rows are not contiguous memory, which callers could share out.
/// Each block is one product, and so the result does not depend on the number of threads. Inside the blocks on the
/// diagonal the sums above it are whole too; the rest of the upper triangle is left alone.
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
