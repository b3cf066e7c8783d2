//! What shrinkage pulls a covariance towards: itself, with less of the covariances of pixels the further they are apart.
//!
//! The target of component k is T_k = Sigma_k ∘ C, entry by entry, with C_ij = exp(-d_ij / reach) and d_ij the rows and columns from
//! pixel i to pixel j. C is the product of two exponential kernels, one along rows and one along columns, and so positive definite;
//! by Schur's product theorem T_k is positive semidefinite, and definite where no variance is 0. The correlations of near pixels,
//! of which all images tell, stay; those of far ones, which are mostly noise in few images, go. At a reach of 0 C is the
//! identity, and T_k the diagonal of Sigma_k.
//!
//! Source: R. Furrer, M. G. Genton and D. Nychka, "Covariance tapering for interpolation of large spatial datasets", Journal of
//! Computational and Graphical Statistics 15 (2006), 502-523.

use nalgebra::DMatrix;

use super::pixel_order::PixelOrder;

/// C: how much of the covariance of two pixels the target of shrinkage keeps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taper {
    /// The distance in pixels over which it falls by e; 0 keeps variances alone.
    pub reach: f64,
    /// The columns of an image, whose pixels stand row by row.
    pub columns: usize,
}

impl Taper {
    /// That of the diagonal, for pixels of any arrangement.
    pub const DIAGONAL: Self = Self { reach: 0.0, columns: 1 };

    /// C_ij = exp(-d_ij / reach), 1 of a pixel with itself.
    pub fn kept(&self, i: usize, j: usize) -> f64 {
        if i == j { 1.0 } else { at(self.reach, distance(self.place(i), self.place(j))) }
    }

    /// C for pixels in this order. Cost: D and the sum of rows and columns; no D x D matrix is made.
    pub(super) fn table(&self, order: &PixelOrder, dim: usize) -> TaperTable {
        if self.reach == 0.0 {
            return TaperTable::default();
        }
        let places: Vec<_> = (0..dim).map(|position| self.place(order.pixel(position))).collect();
        let furthest = distance((0, 0), self.place(dim.saturating_sub(1))) + self.columns.min(dim);
        TaperTable { places, values: (0..=furthest).map(|distance| at(self.reach, distance)).collect() }
    }

    /// Row and column.
    fn place(&self, pixel: usize) -> (usize, usize) {
        let columns = self.columns.max(1);
        (pixel / columns, pixel % columns)
    }
}

fn distance(a: (usize, usize), b: (usize, usize)) -> usize {
    a.0.abs_diff(b.0) + a.1.abs_diff(b.1)
}

fn at(reach: f64, distance: usize) -> f64 {
    (-(distance as f64) / reach).exp()
}

/// [`Taper::kept`] for pixels in the order of a run.
#[derive(Debug, Default)]
pub(super) struct TaperTable {
    /// Row and column by position; none for the diagonal.
    places: Vec<(usize, usize)>,
    /// C by distance.
    values: Vec<f64>,
}

impl TaperTable {
    /// Shrinks the covariances of the pixel at position `j` with those at `first` and after, to (1 - a) Sigma + a T
    /// with 1 - a = `kept`.
    pub fn shrink(&self, kept: f64, j: usize, first: usize, covariances: &mut [f64]) {
        let Some(&own) = self.places.get(j) else {
            return covariances.iter_mut().for_each(|value| *value *= kept);
        };
        let others = self.places.iter().skip(first);
        for (value, &other) in covariances.iter_mut().zip(others) {
            *value *= kept + (1.0 - kept) * self.values[distance(own, other)];
        }
    }

    /// (1 - a) Sigma + a T of a whole matrix.
    pub fn shrunk(&self, kept: f64, covariance: &DMatrix<f64>) -> DMatrix<f64> {
        let mut shrunk = covariance.clone();
        let columns = shrunk.as_mut_slice().chunks_exact_mut(covariance.nrows().max(1)).enumerate();
        columns.for_each(|(j, column)| self.shrink(kept, j, 0, column));
        shrunk.set_diagonal(&covariance.diagonal());
        shrunk
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_taper_is_positive_definite_and_so_is_what_it_leaves(
            rows in 1..6_usize, columns in 1..6_usize, reach in 0.01..50.0_f64, entries in prop::collection::vec(-1.0..1.0_f64, 72),
        ) {
            let (dim, taper) = (rows * columns, Taper { reach, columns });
            let kept = DMatrix::from_fn(dim, dim, |i, j| taper.kept(i, j));
            prop_assert!(kept.clone().symmetric_eigenvalues().min() > 0.0);
            // Of rank 2.
            let images = DMatrix::from_fn(dim, 2, |i, s| entries[2 * i + s] + 1.5);
            let covariance = &images * images.transpose();
            prop_assert!(covariance.component_mul(&kept).symmetric_eigenvalues().min() > -1e-12);
        }

        #[test]
        fn the_table_is_the_formula_in_any_order(
            rows in 1..6_usize, columns in 1..6_usize, reach in 0.0..9.0_f64, kept in 0.0..1.0_f64,
            variances in prop::collection::vec(0.0..1.0_f64, 36),
        ) {
            let (dim, taper) = (rows * columns, Taper { reach, columns });
            let order = PixelOrder::by_falling(&variances[..dim]);
            let table = taper.table(&order, dim);
            for j in 0..dim {
                let mut found = vec![1.0; dim - j - 1];
                table.shrink(kept, j, j + 1, &mut found);
                for (found, i) in found.into_iter().zip(j + 1..) {
                    let expected = kept + (1.0 - kept) * taper.kept(order.pixel(i), order.pixel(j));
                    prop_assert!((found - expected).abs() < 1e-15);
                }
            }
        }
    }

    #[test]
    fn distances_are_counted_in_rows_and_columns() {
        let taper = Taper { reach: 2.0, columns: 28 };
        for (i, j, distance) in [(0, 1, 1.0), (0, 28, 1.0), (27, 28, 28.0), (0, 29, 2.0), (5, 5, 0.0)] {
            assert_eq!(
                (taper.kept(i, j), taper.kept(j, i)),
                ((-distance / 2.0_f64).exp(), (-distance / 2.0_f64).exp())
            );
        }
        assert_eq!((Taper::DIAGONAL.kept(3, 3), Taper::DIAGONAL.kept(3, 4)), (1.0, 0.0));
    }
}
