//! The order in which EM takes the pixels: those of largest variance first. Images and parameters are arranged once, at
//! the start, and the pixels' own order is restored at the end.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::linalg;

/// Pixels that one task sums up.
const PIXELS: usize = 112;

/// A permutation of the D pixels: position i holds pixel `pixels[i]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PixelOrder {
    pixels: Vec<usize>,
}

impl PixelOrder {
    /// The pixels by falling variance over the columns of `images` (ties: lower index first): an image that
    /// is far from a component shows it within the first few dozen of these.
    pub fn by_variance(images: &DMatrix<f64>) -> Self {
        let count = images.ncols().max(1) as f64;
        let dim = images.nrows().max(1);
        let (mut sums, mut squares) = (vec![0.0; images.nrows()], vec![0.0; images.nrows()]);
        // Pieces of the pixels: every sum runs over the images in their order.
        let pieces = sums.par_chunks_mut(PIXELS).zip(squares.par_chunks_mut(PIXELS)).enumerate();
        pieces.for_each(|(piece, (sums, squares))| {
            for image in images.as_slice().chunks_exact(dim) {
                let pixels = &image[piece * PIXELS..][..sums.len()];
                for ((sum, square), value) in sums.iter_mut().zip(&mut *squares).zip(pixels) {
                    *sum += value;
                    *square += value * value;
                }
            }
        });
        // Good enough to sort by: cancellation blurs pixels that hardly vary, and those come last anyway.
        let variances: Vec<f64> =
            sums.iter().zip(&squares).map(|(sum, square)| square - sum * sum / count).collect();
        Self::by_falling(&variances)
    }

    /// The pixels by falling value of these (ties: lower index first).
    pub fn by_falling(variances: &[f64]) -> Self {
        let mut pixels: Vec<usize> = (0..variances.len()).collect();
        pixels.sort_by(|&a, &b| f64::total_cmp(&variances[b], &variances[a]));
        Self { pixels }
    }

    /// The order that they have.
    pub fn own(dim: usize) -> Self {
        Self { pixels: (0..dim).collect() }
    }

    /// As [`PixelOrder::by_variance`], of images of which pixels are missing (NaN): over those observed.
    pub fn by_observed_variance(images: &DMatrix<f64>) -> Self {
        let dim = images.nrows();
        let mut sums = vec![[0.0; 3]; dim];
        for image in images.as_slice().chunks_exact(dim.max(1)) {
            for ([count, sum, square], value) in
                sums.iter_mut().zip(image).filter(|(_, value)| !value.is_nan())
            {
                *count += 1.0;
                *sum += value;
                *square += value * value;
            }
        }
        // A pixel that is never observed says nothing.
        let variances: Vec<f64> = sums
            .iter()
            .map(
                |[count, sum, square]| if *count > 0.0 { (square - sum * sum / count) / count } else { -1.0 },
            )
            .collect();
        Self::by_falling(&variances)
    }

    /// The pixel at `position`.
    pub fn pixel(&self, position: usize) -> usize {
        self.pixels[position]
    }

    /// The rows of `columns` (D x N) in this order.
    pub fn arrange(&self, columns: &DMatrix<f64>) -> DMatrix<f64> {
        let mut arranged = DMatrix::zeros(columns.nrows(), columns.ncols());
        self.arrange_columns(columns.as_slice(), arranged.as_mut_slice());
        arranged
    }

    /// [`PixelOrder::arrange`] of columns one after the other.
    pub fn arrange_columns(&self, columns: &[f64], arranged: &mut [f64]) {
        let dim = self.pixels.len().max(1);
        let targets = arranged.par_chunks_mut(dim).with_min_len(64);
        targets.zip(columns.par_chunks(dim)).for_each(|(target, column)| {
            for (value, &pixel) in target.iter_mut().zip(&self.pixels) {
                *value = column[pixel];
            }
        });
    }

    /// [`PixelOrder::arrange`] in the memory of `columns` itself.
    pub fn arrange_in_place(&self, columns: &mut DMatrix<f64>) {
        let dim = self.pixels.len().max(1);
        let targets = columns.as_mut_slice().par_chunks_mut(dim).with_min_len(64);
        targets.for_each_init(
            || vec![0.0; dim],
            |column, target| {
                column.copy_from_slice(target);
                for (value, &pixel) in target.iter_mut().zip(&self.pixels) {
                    *value = column[pixel];
                }
            },
        );
    }

    /// The D values of `arranged` in the pixels' own order, into `own`.
    pub fn restore_one(&self, arranged: &[f64], own: &mut [f64]) {
        for (value, &pixel) in arranged.iter().zip(&self.pixels) {
            own[pixel] = *value;
        }
    }

    /// Rows and columns of the symmetric `matrix` (D x D, lower triangle read) in this order; the result is whole.
    pub fn arrange_symmetric(&self, matrix: &mut DMatrix<f64>) {
        linalg::mirror_lower(matrix);
        let source = matrix.clone();
        self.gather_symmetric(&source, matrix);
    }

    /// Undoes [`PixelOrder::arrange_symmetric`], into `own` (D x D); `matrix` becomes whole.
    pub fn restore_symmetric(&self, matrix: &mut DMatrix<f64>, own: &mut DMatrix<f64>) {
        linalg::mirror_lower(matrix);
        self.inverse().gather_symmetric(matrix, own);
    }

    fn gather_symmetric(&self, source: &DMatrix<f64>, target: &mut DMatrix<f64>) {
        let dim = self.pixels.len().max(1);
        for (target, &pixel) in target.as_mut_slice().chunks_exact_mut(dim).zip(&self.pixels) {
            let column = source.column(pixel);
            let column = column.as_slice();
            for (value, &row) in target.iter_mut().zip(&self.pixels) {
                *value = column[row];
            }
        }
    }

    fn inverse(&self) -> Self {
        let mut pixels = vec![0; self.pixels.len()];
        for (position, &pixel) in self.pixels.iter().enumerate() {
            pixels[pixel] = position;
        }
        Self { pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images() -> DMatrix<f64> {
        // Variances 0, 2/3, 8/3, 2/3.
        DMatrix::from_row_slice(4, 3, &[5.0, 5.0, 5.0, 0.0, 1.0, 2.0, 0.0, 2.0, 4.0, 1.0, 0.0, 2.0])
    }

    #[test]
    fn the_pixel_that_varies_most_comes_first_and_ties_keep_their_order() {
        let order = PixelOrder::by_variance(&images());
        assert_eq!(order.pixels, [2, 1, 3, 0]);
        assert_eq!(order.pixel(0), 2);
        assert_eq!(order.arrange(&images()).row(0), images().row(2));
    }

    #[test]
    fn restoring_undoes_arranging() {
        let order = PixelOrder::by_variance(&images());
        for (arranged, own) in order.arrange(&images()).column_iter().zip(images().column_iter()) {
            let mut restored = [0.0; 4];
            order.restore_one(arranged.as_slice(), &mut restored);
            assert_eq!(restored, own.as_slice());
        }
        let mut in_place = images();
        order.arrange_in_place(&mut in_place);
        assert_eq!(in_place, order.arrange(&images()));
        let symmetric = DMatrix::from_fn(4, 4, |i, j| (10 * i.max(j) + i.min(j)) as f64);
        let mut turned = symmetric.clone();
        order.arrange_symmetric(&mut turned);
        assert_eq!(turned[(0, 1)], symmetric[(2, 1)]);
        turned.fill_upper_triangle(0.0, 1);
        let mut restored = DMatrix::zeros(4, 4);
        order.restore_symmetric(&mut turned, &mut restored);
        assert_eq!(restored, symmetric);
    }
}
