//! Squared distances to centroids, and bounds of their rounding errors.

use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::linalg::squared_distance;

/// Images a block: with 784 pixels, what fits into a core's own cache.
pub(super) const BLOCK: usize = 64;

/// Bounds of a true distance from a computed square of it.
///
/// A computed |a - b|^2 of D terms, in eight sums, is within (D / 8 + 14) eps / 2 of the true one, relative; the
/// margin is four times that of its root. Below 1e-150 squares lose their digits: the absolute part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    relative: f64,
}

const ABSOLUTE: f64 = 1e-150;

impl Margin {
    /// For D pixels.
    pub fn new(dim: usize) -> Self {
        Self { relative: (dim as f64 / 8.0 + 16.0) * f64::EPSILON }
    }

    /// Not less than the distance, whose computed square this is.
    pub fn above(self, squared: f64) -> f64 {
        self.clear_of(squared.sqrt())
    }

    /// Not more than the distance, whose computed square this is (a negative one or a NaN counts as 0).
    pub fn below(self, squared: f64) -> f64 {
        // An overflow only tells that the square is that large.
        let squared = if squared > 0.0 { squared.min(f64::MAX) } else { 0.0 };
        squared.sqrt() * (1.0 - self.relative) - ABSOLUTE
    }

    /// What the distance to another centroid must exceed for its computed square to be greater than that of a
    /// centroid within `upper`.
    pub fn clear_of(self, upper: f64) -> f64 {
        upper * (1.0 + self.relative) + ABSOLUTE
    }
}

/// |x_s - c_k|^2 of every image s, with k its own cluster.
pub(super) fn to_own_centroids(
    images: &DMatrix<f64>,
    centroids: &DMatrix<f64>,
    clusters: &[u32],
) -> Vec<f64> {
    let own = images.as_slice().par_chunks(images.nrows()).zip(clusters).with_min_len(64);
    own.map(|(image, &k)| squared_distance(image, centroids.column(k as usize).as_slice())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_hold_the_true_distance() {
        // |a - b|^2 = D / 9, which no sum gives exactly.
        for dim in [1, 7, 8, 100, 784, 5000] {
            let (a, b) = (vec![1.0 / 3.0; dim], vec![0.0; dim]);
            let (margin, squared) = (Margin::new(dim), squared_distance(&a, &b));
            let truth = (dim as f64).sqrt() / 3.0;
            assert!(margin.below(squared) < truth && truth < margin.above(squared));
            assert!(margin.above(squared) - margin.below(squared) < 1e-12 * (dim as f64) * truth);
        }
        // Overflow and NaN rule nothing out.
        let margin = Margin::new(3);
        assert!(margin.below(f64::INFINITY) < 1.35e154 && margin.above(f64::INFINITY) == f64::INFINITY);
        assert!(margin.below(f64::NAN) <= 0.0 && margin.below(-1.0) <= 0.0);
    }
}
