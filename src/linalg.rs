//! Dense kernels over nalgebra's storage, computed by faer.
//!
//! Everything here is deterministic, and sequential but for what says so:
//! callers run many of these in parallel, which costs less than parallelism inside one of them.

mod banded;
pub mod eigen;
mod factor;
mod partial;
mod product;
mod vector;
pub(crate) mod wide;

use faer::{MatMut, MatRef};
use nalgebra::DMatrix;

pub use banded::{Banded, BandedFactor};
pub use factor::{
    Factor, FactorMemory, NotPositiveDefinite, factor_lower_in_place, solve_lower_transposed, solve_panel,
};
pub use partial::{
    add_gram_lower, extend_factor, inverse_of_factor, solve_transposed, subtract_transposed_gram_lower,
};
pub use product::{
    add_product_transposed, add_scatter, product, product_with_columns, product_with_rows,
    subtract_gram_lower, transposed_product,
};
pub use vector::{
    difference, scaled_difference, squared_distance, squared_distance_observed, squared_length,
};

/// faer's view of a nalgebra matrix: the same memory, column by column.
pub fn view(m: &DMatrix<f64>) -> MatRef<'_, f64> {
    MatRef::from_column_major_slice(m.as_slice(), m.nrows(), m.ncols())
}

/// faer's mutable view of a nalgebra matrix.
pub fn view_mut(m: &mut DMatrix<f64>) -> MatMut<'_, f64> {
    let (rows, cols) = m.shape();
    MatMut::from_column_major_slice_mut(m.as_mut_slice(), rows, cols)
}

/// Copies the lower triangle of the square `from` into `to`, of the same size.
pub fn copy_lower(to: &mut DMatrix<f64>, from: &DMatrix<f64>) {
    let dim = to.nrows().max(1);
    let columns = to.as_mut_slice().chunks_exact_mut(dim).zip(from.as_slice().chunks_exact(dim));
    for (j, (target, source)) in columns.enumerate() {
        target[j..].copy_from_slice(&source[j..]);
    }
}

/// A^T, tile by tile: rows and columns of a tile share a core's cache.
pub fn transposed(a: &DMatrix<f64>) -> DMatrix<f64> {
    const TILE: usize = 32;
    let (rows, columns) = a.shape();
    let mut out = DMatrix::zeros(columns, rows);
    for first in (0..columns).step_by(TILE) {
        for top in (0..rows).step_by(TILE) {
            for i in top..(top + TILE).min(rows) {
                for j in first..(first + TILE).min(columns) {
                    out[(j, i)] = a[(i, j)];
                }
            }
        }
    }
    out
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
