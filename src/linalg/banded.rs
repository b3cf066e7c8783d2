//! Symmetric positive definite matrices that are zero outside a band around the diagonal: factor, solutions, and the inverse
//! within the band.
//!
//! Columns are kept in blocks: a block on the diagonal, and below it the rows that the band reaches. Their number is bounded
//! by the band, so that memory is n (b + s) numbers for b diagonals below the main one and blocks of s columns.

use faer::linalg::{matmul, triangular_solve};
use faer::{Accum, MatMut, MatRef, Par};
use nalgebra::DMatrix;

use super::{Factor, NotPositiveDefinite, mirror_lower, solve_lower_transposed, view, view_mut};

/// Columns of a block, at most.
const BLOCK: usize = 96;

/// Which columns are in which block, and which rows a block reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    dim: usize,
    band: usize,
    block: usize,
}

impl Layout {
    fn blocks(&self) -> usize {
        self.dim.div_ceil(self.block)
    }

    /// The first column of block `j`.
    fn start(&self, j: usize) -> usize {
        j * self.block
    }

    /// The columns of block `j`.
    fn width(&self, j: usize) -> usize {
        self.block.min(self.dim - self.start(j))
    }

    /// How many rows below the diagonal block `j` reaches.
    fn below(&self, j: usize) -> usize {
        let end = self.start(j) + self.width(j);
        self.band.min(self.dim - end)
    }

    /// The blocks that the rows below block `j` belong to: block, first of these rows, their number.
    fn reached(self, j: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let (rows, end) = (self.below(j), self.start(j) + self.width(j));
        let blocks = (j + 1..self.blocks()).take_while(move |&k| self.start(k) < end + rows);
        blocks.map(move |k| (k, self.start(k) - end, self.width(k).min(end + rows - self.start(k))))
    }
}

/// A symmetric matrix A of order n with a(i, j) = 0 where |i - j| > b: its lower triangle within the band.
#[derive(Debug, Clone, PartialEq)]
pub struct Banded {
    layout: Layout,
    /// Blocks on the diagonal, of which the lower triangle is read.
    diagonal: Vec<DMatrix<f64>>,
    below: Vec<DMatrix<f64>>,
}

/// The lower Cholesky factor L of a banded A = L L^T; it has the same band.
#[derive(Debug, Clone, PartialEq)]
pub struct BandedFactor {
    layout: Layout,
    diagonal: Vec<Factor>,
    below: Vec<DMatrix<f64>>,
}

impl Banded {
    /// Zeros, of order `dim` with `band` diagonals below the main one.
    pub fn zeros(dim: usize, band: usize) -> Self {
        let band = band.min(dim.saturating_sub(1));
        let layout = Layout { dim, band, block: (band + 1).min(BLOCK) };
        let each = || 0..layout.blocks();
        Self {
            layout,
            diagonal: each().map(|j| DMatrix::zeros(layout.width(j), layout.width(j))).collect(),
            below: each().map(|j| DMatrix::zeros(layout.below(j), layout.width(j))).collect(),
        }
    }

    /// a(i, j) where it is kept: i >= j within the band.
    pub fn get(&self, i: usize, j: usize) -> Option<&f64> {
        let (block, row, column) = self.place(i, j)?;
        match row.checked_sub(self.layout.width(block)) {
            None => self.diagonal[block].get((row, column)),
            Some(row) => self.below[block].get((row, column)),
        }
    }

    /// As [`Banded::get`], to be changed.
    pub fn get_mut(&mut self, i: usize, j: usize) -> Option<&mut f64> {
        let (block, row, column) = self.place(i, j)?;
        match row.checked_sub(self.layout.width(block)) {
            None => self.diagonal[block].get_mut((row, column)),
            Some(row) => self.below[block].get_mut((row, column)),
        }
    }

    /// The block of (i, j), and row and column counted from its corner.
    fn place(&self, i: usize, j: usize) -> Option<(usize, usize, usize)> {
        let inside = i < self.layout.dim && j <= i && i - j <= self.layout.band;
        let block = j / self.layout.block;
        inside.then(|| (block, i - self.layout.start(block), j - self.layout.start(block)))
    }

    /// L. Cost: n b^2 flops.
    ///
    /// # Errors
    /// [`NotPositiveDefinite`] with the pivot at which the factorisation stopped.
    pub fn factor(mut self) -> Result<BandedFactor, NotPositiveDefinite> {
        let layout = self.layout;
        let mut diagonal = Vec::with_capacity(layout.blocks());
        for j in 0..layout.blocks() {
            let factor = Factor::new(std::mem::take(&mut self.diagonal[j])).map_err(|fault| {
                NotPositiveDefinite { pivot: layout.start(j) + fault.pivot, dim: layout.dim }
            })?;
            let (done, rest) = self.below.split_at_mut(j + 1);
            let Some(own) = done.last_mut() else { continue };
            factor.solve_rows_in_place(own);
            let own = view(own);
            for (k, first, count) in layout.reached(j) {
                let rows = own.subrows(first, count);
                let beneath = own.subrows(first + count, own.nrows() - first - count);
                let corner = view_mut(&mut self.diagonal[k]).submatrix_mut(0, 0, count, count);
                subtract_product(corner, rows, rows.transpose());
                let target = view_mut(&mut rest[k - j - 1]).submatrix_mut(0, 0, beneath.nrows(), count);
                subtract_product(target, beneath, rows.transpose());
            }
            diagonal.push(factor);
        }
        Ok(BandedFactor { layout, diagonal, below: self.below })
    }
}

fn subtract_product(out: MatMut<'_, f64>, a: MatRef<'_, f64>, b: MatRef<'_, f64>) {
    matmul::matmul(out, Accum::Add, a, b, -1.0, Par::Seq);
}

impl BandedFactor {
    /// L(i, i).
    pub fn pivot(&self, i: usize) -> Option<f64> {
        let block = i / self.layout.block;
        let at = i - self.layout.start(block);
        self.diagonal.get(block)?.lower().get((at, at)).copied()
    }

    /// log det A = 2 sum_i log L_ii.
    pub fn log_determinant(&self) -> f64 {
        self.diagonal.iter().map(Factor::log_determinant).sum()
    }

    /// Overwrites each column c of `rhs` (n x m) by L^-1 c. Cost: 2 n b m flops.
    pub fn solve_lower_in_place(&self, rhs: &mut DMatrix<f64>) {
        for (j, (factor, below)) in self.diagonal.iter().zip(&self.below).enumerate() {
            let (mut own, rest) = self.split(j, rhs);
            let lower = view(factor.lower());
            triangular_solve::solve_lower_triangular_in_place(lower, own.as_mut(), Par::Seq);
            subtract_product(rest, view(below), own.as_ref());
        }
    }

    /// Overwrites each column c of `rhs` (n x m) by L^-T c. Cost: 2 n b m flops.
    pub fn solve_transposed_in_place(&self, rhs: &mut DMatrix<f64>) {
        for (j, (factor, below)) in self.diagonal.iter().zip(&self.below).enumerate().rev() {
            let (mut own, rest) = self.split(j, rhs);
            subtract_product(own.as_mut(), view(below).transpose(), rest.as_ref());
            let upper = view(factor.lower()).transpose();
            triangular_solve::solve_upper_triangular_in_place(upper, own, Par::Seq);
        }
    }

    /// The rows of block `j`, and those below that it reaches.
    fn split<'a>(&self, j: usize, rows: &'a mut DMatrix<f64>) -> (MatMut<'a, f64>, MatMut<'a, f64>) {
        let end = self.layout.start(j) + self.layout.width(j);
        let (above, beneath) = view_mut(rows).split_at_row_mut(end);
        let own = above.subrows_mut(self.layout.start(j), self.layout.width(j));
        (own, beneath.subrows_mut(0, self.layout.below(j)))
    }

    /// A^-1 within the band; outside it is not zero, but not computed. Cost: 2 n b^2 flops.
    ///
    /// Source: Takahashi, Fagan and Chin (1973): from the last block to the first, Z_SJ = -Z_SS Y and
    /// Z_JJ = L_JJ^-T L_JJ^-1 - Y^T Z_SJ, for the rows S below block J and Y = L_SJ L_JJ^-1.
    pub fn inverse(&self) -> Banded {
        let layout = self.layout;
        let mut inverse = Banded::zeros(layout.dim, layout.band);
        for j in (0..layout.blocks()).rev() {
            let lower = self.diagonal[j].lower();
            let mut own = DMatrix::identity(layout.width(j), layout.width(j));
            self.diagonal[j].solve_lower_in_place(&mut own);
            solve_lower_transposed(lower, &mut own);
            let mut y = self.below[j].clone();
            let rows = view_mut(&mut y).transpose_mut();
            triangular_solve::solve_upper_triangular_in_place(view(lower).transpose(), rows, Par::Seq);
            let beneath = inverse.beneath(j);
            let target = &mut inverse.below[j];
            matmul::matmul(view_mut(target), Accum::Replace, view(&beneath), view(&y), -1.0, Par::Seq);
            subtract_product(view_mut(&mut own), view(&y).transpose(), view(target));
            inverse.diagonal[j] = own;
        }
        inverse
    }
}

impl Banded {
    /// The entries among the rows below block `j` that it reaches, all of them within the band.
    fn beneath(&self, j: usize) -> DMatrix<f64> {
        let rows = self.layout.below(j);
        let mut out = DMatrix::zeros(rows, rows);
        for (k, first, count) in self.layout.reached(j) {
            let corner = self.diagonal[k].view((0, 0), (count, count));
            out.view_mut((first, first), (count, count)).copy_from(&corner);
            let beneath = rows - first - count;
            let block = self.below[k].view((0, 0), (beneath, count));
            out.view_mut((first + count, first), (beneath, count)).copy_from(&block);
        }
        mirror_lower(&mut out);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A banded matrix that is far from diagonal, dense and within its band.
    fn matrices(dim: usize, band: usize) -> (DMatrix<f64>, Banded) {
        let root = DMatrix::from_fn(dim, dim, |i, j| match i >= j && i - j <= band {
            true if i == j => 1.0 + (i % 5) as f64 / 5.0,
            true => (((i * 7 + j * 13) % 11) as f64 - 5.0) / (11.0 * (band as f64).sqrt()),
            false => 0.0,
        });
        let dense = &root * root.transpose();
        let mut banded = Banded::zeros(dim, band);
        for j in 0..dim {
            for i in j..dim {
                if let Some(entry) = banded.get_mut(i, j) {
                    *entry = dense[(i, j)];
                }
            }
        }
        (dense, banded)
    }

    #[test]
    fn factors_solutions_and_inverses_are_those_of_the_dense_matrix() {
        for (dim, band) in [(1, 0), (7, 0), (9, 1), (40, 7), (230, 95), (250, 96), (300, 130), (210, 400)] {
            let (dense, banded) = matrices(dim, band);
            let (own, exact) = (banded.factor().unwrap(), Factor::new(dense.clone()).unwrap());
            let error = (own.log_determinant() - exact.log_determinant()).abs();
            assert!(error < 1e-9 * dim as f64, "{dim} {band}: {error}");
            assert!((own.pivot(dim - 1).unwrap() - exact.lower()[(dim - 1, dim - 1)]).abs() < 1e-9);
            let rhs = DMatrix::from_fn(dim, 3, |i, j| ((i * 5 + j) % 7) as f64 - 3.0);
            let (mut found, mut expected) = (rhs.clone(), rhs);
            own.solve_lower_in_place(&mut found);
            exact.solve_lower_in_place(&mut expected);
            let scale = expected.amax();
            assert!((&found - &expected).amax() < 1e-9 * scale, "{dim} {band}");
            own.solve_transposed_in_place(&mut found);
            solve_lower_transposed(exact.lower(), &mut expected);
            let scale = expected.amax();
            assert!((found - expected).amax() < 1e-9 * scale, "{dim} {band}");
            let inverse = dense.try_inverse().unwrap();
            let within = own.inverse();
            for j in 0..dim {
                for i in j..dim {
                    let found = within.get(i, j);
                    assert_eq!(found.is_some(), i - j <= band, "{i} {j}");
                    let error = found.map_or(0.0, |found| (found - inverse[(i, j)]).abs());
                    assert!(error < 1e-9 * inverse.amax(), "{dim} {band}: {i} {j}: {error}");
                }
            }
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_is_refused_with_its_pivot() {
        let (_, mut banded) = matrices(200, 10);
        *banded.get_mut(150, 150).unwrap() = -1.0;
        assert_eq!(banded.factor().unwrap_err(), NotPositiveDefinite { pivot: 150, dim: 200 });
        assert_eq!(Banded::zeros(3, 1).get(2, 0), None);
        assert_eq!(Banded::zeros(3, 1).get(0, 1), None);
    }
}
