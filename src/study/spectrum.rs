//! The eigenvalues of the covariances, and the directions in which a component has the variance of the ridge alone.

use nalgebra::DMatrix;
use rayon::prelude::*;
use serde::Serialize;

use crate::linalg::eigen::symmetric_eigen;
use crate::mixture::Mixture;

/// Of the largest eigenvalue: what is less above the ridge is rounding.
const ROUNDING: f64 = 1e-10;

/// The eigenvalues of a covariance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spectrum {
    /// The rank of the scatter: eigenvalues above the ridge by more than rounding.
    pub rank: usize,
    /// The number of directions of largest variance that have 90 % of the trace together.
    pub ninety_percent: usize,
    /// The largest eigenvalue.
    pub largest: f64,
}

/// What the images of a component span.
#[derive(Debug, Clone)]
pub struct Span {
    /// The eigenvalues.
    pub spectrum: Spectrum,
    /// D x (D - rank), the directions at right angles to it.
    pub outside: DMatrix<f64>,
}

impl Span {
    /// The spans of all components under the `ridge` that their covariances hold; none when an eigenvalue is not found.
    ///
    /// Cost: 9 K D^3 flops, components in parallel.
    pub fn of(mixture: &Mixture, ridge: f64) -> Option<Vec<Self>> {
        mixture.covariances().par_iter().map(|covariance| Self::new(&covariance.dense(), ridge)).collect()
    }

    fn new(covariance: &DMatrix<f64>, ridge: f64) -> Option<Self> {
        let eigen = symmetric_eigen(covariance)?;
        let largest = eigen.values.iter().copied().next()?;
        let rank = eigen.values.iter().filter(|&&value| value - ridge > ROUNDING * largest).count();
        let total: f64 = eigen.values.sum();
        let mut sum = 0.0;
        let below = eigen.values.iter().take_while(|&&value| {
            sum += value;
            sum < 0.9 * total
        });
        let ninety_percent = (below.count() + 1).min(eigen.values.len());
        let outside = eigen.vectors.columns_range(rank..).into_owned();
        Some(Self { spectrum: Spectrum { rank, ninety_percent, largest }, outside })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scatter_of_rank_two_under_a_ridge() {
        // 6 and 3 along two axes of four, and the ridge.
        let mut covariance = DMatrix::identity(4, 4) * 1e-3;
        covariance[(0, 0)] += 3.0;
        covariance[(2, 2)] += 6.0;
        let span = Span::new(&covariance, 1e-3).unwrap();
        assert_eq!((span.spectrum.rank, span.spectrum.ninety_percent), (2, 2));
        assert!((span.spectrum.largest - 6.001).abs() < 1e-12);
        assert_eq!(span.outside.shape(), (4, 2));
        assert!(span.outside.row(0).amax() < 1e-12 && span.outside.row(2).amax() < 1e-12);
    }
}
