//! What k-means computes of the images once, before all restarts.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::cluster_sums::ClusterSums;
use super::distance::BLOCK;
use super::sketch::Sketch;
use crate::linalg;
use crate::linalg::squared_distance;

/// The share of sum |x|^2 that must remain after a subtraction, so that at most four binary digits are lost.
const KEPT: f64 = 1.0 / 16.0;

/// The images, and what is known of them.
pub(super) struct Prepared<'a> {
    /// D x S.
    pub pixels: &'a DMatrix<f64>,
    /// |x_s|^2.
    pub norms: Vec<f64>,
    /// The sum of these.
    total: f64,
    /// The mean image.
    mean: Vec<f64>,
    /// The images again, in bytes.
    pub sketch: Sketch,
}

/// Of a block of images.
struct Summary {
    norms: Vec<f64>,
    sum: Vec<f64>,
    range: (f64, f64),
}

impl<'a> Prepared<'a> {
    /// Of the columns of `images`, which are not empty.
    pub fn new(images: &'a DMatrix<f64>) -> Self {
        let (dim, samples) = images.shape();
        let blocks = images.as_slice().par_chunks(dim * BLOCK);
        let blocks: Vec<Summary> = blocks.map(|block| Summary::of(block, dim)).collect();
        let (mut norms, mut mean) = (Vec::with_capacity(samples), vec![0.0; dim]);
        let mut range = (f64::INFINITY, f64::NEG_INFINITY);
        for block in blocks {
            norms.extend(block.norms);
            mean.iter_mut().zip(&block.sum).for_each(|(mean, sum)| *mean += sum);
            range = (range.0.min(block.range.0), range.1.max(block.range.1));
        }
        mean.iter_mut().for_each(|sum| *sum /= samples as f64);
        let total = norms.iter().sum();
        Self { pixels: images, norms, total, mean, sketch: Sketch::new(images, range) }
    }

    /// Whether every pixel is finite, and small enough to be squared.
    pub fn finite(&self) -> bool {
        self.total.is_finite()
    }

    /// Not less than any pixel's magnitude.
    pub fn largest(&self) -> f64 {
        // The square of a tiny number underflows to 0; this is large enough for it.
        2.0 * self.norms.iter().fold(f64::MIN_POSITIVE, |a, &b| a.max(b)).sqrt()
    }

    /// sum_s |x_s - c|^2 = sum_s |x_s|^2 - sum_k c_k (2 T_k - n_k c_k), with T_k the sum of a cluster's n_k images.
    ///
    /// None when little is left of the first sum: then the difference has lost digits. Cost: K D.
    pub fn inertia(&self, centroids: &DMatrix<f64>, sums: &ClusterSums) -> Option<f64> {
        let explained = centroids.column_iter().enumerate().map(|(k, centroid)| {
            let count = sums.count(k) as f64;
            centroid.iter().zip(sums.sum(k)).map(|(c, sum)| c * (2.0 * sum - count * c)).sum::<f64>()
        });
        self.left_of_total(explained.sum())
    }

    /// `tolerance` times the mean pixel variance, sum_s |x_s - m|^2 / (S D) with m the mean image.
    pub fn threshold(&self, tolerance: f64) -> f64 {
        let explained = self.norms.len() as f64 * linalg::squared_length(&self.mean);
        let total = self.left_of_total(explained).unwrap_or_else(|| {
            let columns = self.pixels.as_slice().par_chunks(self.mean.len()).with_min_len(BLOCK);
            columns.map(|image| squared_distance(image, &self.mean)).collect::<Vec<f64>>().iter().sum()
        });
        tolerance * total / self.pixels.len() as f64
    }

    fn left_of_total(&self, explained: f64) -> Option<f64> {
        let left = self.total - explained;
        (left >= KEPT * self.total).then_some(left)
    }
}

impl Summary {
    fn of(block: &[f64], dim: usize) -> Self {
        let mut sum = vec![0.0; dim];
        // Eight of each side by side, as in the sums.
        let (mut low, mut high) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
        for image in block.chunks_exact(dim) {
            sum.iter_mut().zip(image).for_each(|(sum, x)| *sum += x);
            for pixels in image.chunks(8) {
                for ((low, high), &x) in low.iter_mut().zip(&mut high).zip(pixels) {
                    *low = if x < *low { x } else { *low };
                    *high = if x > *high { x } else { *high };
                }
            }
        }
        let norms = block.chunks_exact(dim).map(linalg::squared_length).collect();
        let low = low.into_iter().fold(f64::INFINITY, f64::min);
        Self { norms, sum, range: (low, high.into_iter().fold(f64::NEG_INFINITY, f64::max)) }
    }
}
