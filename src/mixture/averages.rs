//! Covariances in small: the means of their blocks, so that a picture of each can be kept of every iteration.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{Covariance, CovarianceFamily, Mixture};

/// The pixels 0..D in runs of one length, the last of which may be shorter.
#[derive(Debug, Clone, Copy)]
struct Runs {
    dim: usize,
    length: usize,
}

impl Runs {
    /// As short as they can be where there are to be at most `most`.
    fn new(dim: usize, most: usize) -> Self {
        Self { dim, length: dim.div_ceil(most.max(1)).max(1) }
    }

    /// How many there are.
    fn count(self) -> usize {
        self.dim.div_ceil(self.length)
    }

    /// The pixels of a run.
    fn pixels(self, run: usize) -> usize {
        self.length.min(self.dim - run * self.length)
    }

    /// Sums of blocks, one a pair of runs, as means.
    fn means(self, sums: &DMatrix<f64>) -> Vec<f32> {
        let entries = |(row, column)| (self.pixels(row) * self.pixels(column)) as f64;
        let places = (0..sums.ncols()).flat_map(|column| (0..sums.nrows()).map(move |row| (row, column)));
        places.map(|place| (sums[place] / entries(place)) as f32).collect()
    }
}

/// The means of the blocks of a symmetric matrix, column by column; `lower` has its lower triangle, and position i in it is pixel
/// `pixel(i)`. Cost: D^2 / 2 additions.
pub(super) fn of_lower(lower: &DMatrix<f64>, most: usize, pixel: impl Fn(usize) -> usize) -> Vec<f32> {
    let runs = Runs::new(lower.nrows(), most);
    let run: Vec<usize> = (0..runs.dim).map(|position| pixel(position) / runs.length).collect();
    let mut sums = DMatrix::zeros(runs.count(), runs.count());
    let mut below = vec![0.0; runs.count()];
    for (position, column) in lower.as_slice().chunks_exact(runs.dim.max(1)).enumerate() {
        let own = run[position];
        sums[(own, own)] += column[position];
        below.fill(0.0);
        for (value, &run) in column.iter().zip(&run).skip(position + 1) {
            below[run] += value;
        }
        for (run, value) in below.iter().enumerate() {
            sums[(run, own)] += value;
            sums[(own, run)] += value;
        }
    }
    runs.means(&sums)
}

/// The same of a covariance. With W, of which the rows of a run are summed: D R additions.
fn of_covariance(covariance: &Covariance, most: usize) -> Vec<f32> {
    let Some((factors, noise)) = covariance.parts() else {
        return of_lower(&covariance.dense(), most, |position| position);
    };
    let runs = Runs::new(covariance.dim(), most);
    let mut rows = DMatrix::zeros(runs.count(), factors.ncols());
    let mut own = vec![0.0; runs.count()];
    for (pixel, noise) in noise.iter().enumerate() {
        let mut row = rows.row_mut(pixel / runs.length);
        row += factors.row(pixel);
        own[pixel / runs.length] += noise;
    }
    let mut sums = &rows * rows.transpose();
    own.iter().enumerate().for_each(|(run, own)| sums[(run, run)] += own);
    runs.means(&sums)
}

/// Each component's values as a column.
pub(super) fn columns(each: Vec<Vec<f32>>) -> DMatrix<f32> {
    let rows = each.first().map_or(0, Vec::len);
    DMatrix::from_iterator(rows, each.len(), each.into_iter().flatten())
}

impl Mixture {
    /// The covariances in small: of each, as a column, the means of its blocks of b x b pixels, with b the least that makes at most
    /// `most` blocks a side; there are ceil(D / b), and the last may be smaller. Cost: K D^2 / 2 additions in parallel; K D R with W.
    pub fn covariance_averages(&self, most: usize) -> DMatrix<f32> {
        let covariances = self.covariances();
        if self.family() == CovarianceFamily::Tied {
            let one = covariances.first().map(|one| of_covariance(one, most));
            return columns(one.into_iter().cycle().take(covariances.len()).collect());
        }
        columns(covariances.par_iter().map(|covariance| of_covariance(covariance, most)).collect())
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DVector, dmatrix};

    use super::*;

    /// Block by block, of every entry.
    fn by_hand(covariance: &DMatrix<f64>, length: usize) -> Vec<f64> {
        let count = covariance.nrows().div_ceil(length);
        let span = |run: usize| run * length..((run + 1) * length).min(covariance.nrows());
        let mean = |row, column| {
            let entries: Vec<f64> =
                span(column).flat_map(|c| span(row).map(move |r| covariance[(r, c)])).collect();
            entries.iter().sum::<f64>() / entries.len() as f64
        };
        (0..count)
            .flat_map(|column| (0..count).map(move |row| (row, column)))
            .map(|(r, c)| mean(r, c))
            .collect()
    }

    fn random(rows: usize, columns: usize) -> DMatrix<f64> {
        DMatrix::from_fn(rows, columns, |i, j| ((i * 37 + j * 101 + 13) % 29) as f64 / 29.0 - 0.4)
    }

    #[test]
    fn they_are_the_means_of_blocks_under_every_family() {
        let (dim, weights, means) = (11, DVector::from_element(2, 0.5), DMatrix::zeros(11, 2));
        let (w, psi) = (random(dim, 3), DVector::from_fn(dim, |i, _| 0.5 + i as f64));
        let full = &w * w.transpose() + DMatrix::from_diagonal(&psi);
        let families = [
            vec![Covariance::from(full.clone()), Covariance::from(DMatrix::identity(dim, dim))],
            Covariance::tied(full.clone(), 2),
            vec![Covariance::from_variances(psi.clone()), Covariance::from_variances(psi.add_scalar(1.0))],
            vec![Covariance::spherical(0.3, dim), Covariance::spherical(2.0, dim)],
            vec![Covariance::low_rank(w.clone(), psi.clone()), Covariance::low_rank(w.scale(0.5), psi)],
        ];
        for covariances in families {
            let mixture = Mixture::new(weights.clone(), means.clone(), covariances).unwrap();
            for (most, length) in [(4, 3), (11, 1), (50, 1), (1, 11)] {
                let found = mixture.covariance_averages(most);
                for (k, covariance) in mixture.covariances().iter().enumerate() {
                    let expected = by_hand(&covariance.dense(), length);
                    assert_eq!(found.nrows(), expected.len());
                    for (found, expected) in found.column(k).iter().zip(expected) {
                        assert!((f64::from(*found) - expected).abs() < 1e-6, "{found} and {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn positions_stand_for_their_pixels() {
        // Pixels 2, 0, 1; what is above the diagonal is not read.
        let arranged = dmatrix![6.0, f64::NAN, f64::NAN; 3.0, 1.0, f64::NAN; 5.0, 2.0, 4.0];
        let own = dmatrix![1.0, 2.0, 3.0; 2.0, 4.0, 5.0; 3.0, 5.0, 6.0];
        let found = of_lower(&arranged, 2, |position| [2, 0, 1][position]);
        assert_eq!(found.iter().map(|&value| f64::from(value)).collect::<Vec<_>>(), by_hand(&own, 2));
    }
}
