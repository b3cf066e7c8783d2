//! The nearest centroid of every image, by matrix products.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::distance::{BLOCK, Margin};
use super::prepared::Prepared;
use crate::linalg;
use crate::linalg::squared_distance;

/// The cluster of every image, and bounds of its distances.
pub(super) struct Assignment {
    /// The nearest centroid of every image, ties to the lowest index.
    pub clusters: Vec<u32>,
    /// Not less than the distance to it.
    pub upper: Vec<f64>,
    /// Not more than the distances to all centroids: K for every image, block by block; empty where there are more of them than
    /// pixels.
    pub lower: Vec<Vec<f64>>,
}

/// Assigns the images to the nearest of the columns of `centroids` (D x K).
///
/// |x - c|^2 = |x|^2 - 2 (x.c - |c|^2 / 2): a product C^T X bounds the distances; centroids within
/// rounding of the nearest are decided by distances summed directly, so that the result is the one of the
/// plain definition and exact ties go to the lowest index. Cost: 2 K S D flops.
pub(super) fn assign(images: &Prepared, centroids: &DMatrix<f64>) -> Assignment {
    let Prepared { pixels, norms, .. } = images;
    let (dim, components) = centroids.shape();
    let half_norms: Vec<f64> =
        centroids.column_iter().map(|c| 0.5 * linalg::squared_length(c.as_slice())).collect();
    let largest = half_norms.iter().fold(0.0, |a: f64, &b| a.max(b));
    let transposed = centroids.transpose();
    let mut found =
        Assignment { clusters: vec![0; norms.len()], upper: vec![0.0; norms.len()], lower: Vec::new() };
    let blocks = pixels.as_slice().par_chunks(dim * BLOCK).zip(norms.par_chunks(BLOCK));
    let results = found.clusters.par_chunks_mut(BLOCK).zip(found.upper.par_chunks_mut(BLOCK));
    let lower = blocks.zip(results).map(|((block, norms), (clusters, upper))| {
        let mut products = linalg::product_with_columns(&transposed, block);
        let images = block.chunks_exact(dim).zip(norms);
        let images = images.zip(products.as_mut_slice().chunks_exact_mut(components));
        for (((image, &norm), products), (cluster, upper)) in images.zip(clusters.iter_mut().zip(upper)) {
            let norms = Norms { image: norm, halves: &half_norms, largest };
            (*cluster, *upper) = decide(image, products, norms, centroids);
        }
        if components > dim { Vec::new() } else { products.data.into() }
    });
    found.lower = lower.collect();
    found
}

/// |x|^2, every |c|^2 / 2, and the largest of these.
struct Norms<'a> {
    image: f64,
    halves: &'a [f64],
    largest: f64,
}

/// The nearest centroid, and an upper bound of its distance; makes the products x.c lower bounds of the distances.
fn decide(image: &[f64], products: &mut [f64], norms: Norms, centroids: &DMatrix<f64>) -> (u32, f64) {
    // Rounding of a product of D terms: D eps |x| |c|, with |x| |c| <= (|x|^2 + |c|^2) / 2.
    let terms = image.len() as f64 + 8.0;
    let slack = 4.0 * terms * f64::EPSILON * (0.5 * norms.image + norms.largest) + f64::MIN_POSITIVE;
    let margin = Margin::new(image.len());
    let mut best = f64::NEG_INFINITY;
    for (product, half) in products.iter_mut().zip(norms.halves) {
        *product -= half;
        best = best.max(*product);
    }
    let mut nearest = (0, f64::INFINITY);
    for (k, lower) in products.iter_mut().enumerate() {
        let score = *lower;
        // A NaN is not ruled out.
        let out = score < best - slack;
        if !out {
            let squared = squared_distance(image, centroids.column(k).as_slice());
            if squared < nearest.1 {
                nearest = (k as u32, squared);
            }
        }
        *lower = margin.below(norms.image - 2.0 * (score + slack));
    }
    (nearest.0, margin.above(nearest.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_kept_for_no_more_clusters_than_pixels() {
        let images = DMatrix::from_fn(3, 700, |i, s| ((s * 37 + i * 11) % 101) as f64 / 101.0);
        let prepared = Prepared::new(&images);
        for components in [3, 4] {
            let found = assign(&prepared, &images.columns(0, components).into_owned());
            let bounds: usize = found.lower.iter().map(Vec::len).sum();
            assert_eq!(bounds, if components > 3 { 0 } else { 700 * components });
            assert!((0..components).all(|k| found.clusters[k] == k as u32 && found.upper[k] < 1e-6));
        }
    }
}
