//! Squared distances, and what rounding leaves certain about them. Used by k-means.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::wide::{Kernel, wide};

/// |a - b|^2, summed in one fixed order.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    wide(Squared { a, b })
}

struct Squared<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Kernel for Squared<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        // Eight sums side by side: independent additions, which the compiler turns into vectors.
        let mut lanes = [0.0; 8];
        let (a, b) = (self.a.chunks_exact(8), self.b.chunks_exact(8));
        let mut rest = 0.0;
        for (x, y) in a.remainder().iter().zip(b.remainder()) {
            rest += (x - y) * (x - y);
        }
        for (x, y) in a.zip(b) {
            for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
                *lane += (x - y) * (x - y);
            }
        }
        let mut sum = 0.0;
        for lane in lanes {
            sum += lane;
        }
        sum + rest
    }
}

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

    /// Not more than the distance, whose computed square this is (one below 0, or no number, counts as 0).
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
