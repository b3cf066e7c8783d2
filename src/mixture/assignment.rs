//! The nearest centroid of every image, by matrix products. Used by `kmeans`.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::kmeans::squared_distance;
use crate::linalg;

/// Images a block.
const BLOCK: usize = 256;

/// Where every image belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    /// The nearest centroid of every image, ties to the lowest index.
    pub clusters: Vec<u32>,
    /// The squared distance to it.
    pub squared: Vec<f64>,
}

impl Assignment {
    /// Sum of the squared distances, in the order of the images.
    pub fn inertia(&self) -> f64 {
        self.squared.iter().sum()
    }
}

/// Assigns the columns of `images` (D x S) to the nearest of the columns of `centroids` (D x K).
///
/// |x - c|^2 / 2 = |x|^2 / 2 - (x.c - |c|^2 / 2): a product C^T X finds the candidates; those within rounding of the best
/// are decided by distances summed directly, so that the result is the one of the plain definition
/// and exact ties go to the lowest index. Cost: 2 K S D flops.
pub(super) fn assign(images: &DMatrix<f64>, centroids: &DMatrix<f64>) -> Assignment {
    let dim = images.nrows();
    let half_norms: Vec<f64> = centroids.column_iter().map(|c| 0.5 * c.norm_squared()).collect();
    let largest = half_norms.iter().fold(0.0, |a: f64, &b| a.max(b));
    let transposed = centroids.transpose();
    let decided: Vec<(u32, f64)> = images
        .as_slice()
        .par_chunks(dim * BLOCK)
        .flat_map_iter(|block| {
            let scores = linalg::product_with_columns(&transposed, block);
            let decide =
                |(image, scores): (&[f64], &[f64])| decide(image, scores, &half_norms, largest, centroids);
            let pairs = block.chunks_exact(dim).zip(scores.as_slice().chunks_exact(half_norms.len()));
            pairs.map(decide).collect::<Vec<_>>()
        })
        .collect();
    let (clusters, squared) = decided.into_iter().unzip();
    Assignment { clusters, squared }
}

fn decide(
    image: &[f64],
    products: &[f64],
    half_norms: &[f64],
    largest: f64,
    centroids: &DMatrix<f64>,
) -> (u32, f64) {
    let score = |k: usize| products[k] - half_norms[k];
    let best = (0..products.len()).map(score).fold(f64::NEG_INFINITY, f64::max);
    // Rounding of a product of D terms: D eps |x| |c|, with |x| |c| <= (|x|^2 + |c|^2) / 2.
    let norm: f64 = image.iter().map(|x| x * x).sum();
    let slack = 4.0 * image.len() as f64 * f64::EPSILON * (0.5 * norm + largest);
    let mut nearest = (0, f64::INFINITY);
    for k in (0..products.len()).filter(|&k| score(k) >= best - slack) {
        let squared = squared_distance(image, centroids.column(k).as_slice());
        if squared < nearest.1 {
            nearest = (k as u32, squared);
        }
    }
    nearest
}
