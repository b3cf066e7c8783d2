//! Where EM of a factor analyser begins: the principal axes of a component's images. W = 0 would stay so for ever.

use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;

use super::sums::Basis;
use super::tile::TILE;
use crate::linalg;
use crate::linalg::eigen::symmetric_eigen;
use crate::mixture::covariance::LowRank;

/// Directions beyond the rank.
const MORE: usize = 10;

/// Products with the scatter: each brings the directions nearer to the leading eigenvectors.
const PRODUCTS: usize = 5;

/// W and an equal noise of greatest likelihood for images with responsibilities (`members`) about `mean` (D), among those
/// whose W spans directions that are nearly the leading eigenvectors of their scatter S, the trace of which is given.
///
/// A missing pixel is that of `basis`, as W was 0, and its variance is added to S.
///
/// With the Ritz values lambda_i of S and their vectors u_i, sigma^2 = (tr S - sum_i lambda_i) / (D - R) and
/// w_i = sqrt(lambda_i - sigma^2) u_i. S, D x D, is not formed: cost 4 N D (R + 10) flops for each of six products. The first
/// directions are random, of a fixed seed.
///
/// Source: M. E. Tipping and C. M. Bishop, "Probabilistic principal component analysis", Journal of the Royal Statistical
/// Society B 61 (1999), 611-622; N. Halko, P. G. Martinsson, J. A. Tropp, SIAM Review 53 (2011), 217-288.
pub(super) fn principal_start(
    images: &DMatrix<f64>,
    members: &[(u32, f64)],
    mean: &DVector<f64>,
    basis: &Basis,
    rank: usize,
    trace: f64,
) -> LowRank {
    let dim = images.nrows();
    let centred =
        Centred { images, members, mean, fill: &basis.mean, spread: spread(images, members, basis) };
    let directions = (rank + MORE).min(dim);
    let mut generator = ChaCha8Rng::seed_from_u64(0);
    let mut span = DMatrix::from_fn(dim, directions, |_, _| generator.sample(StandardNormal));
    let mut product = DMatrix::zeros(dim, directions);
    for _ in 0..PRODUCTS {
        centred.scatter_product(&mut product, &span);
        span = product.clone().qr().q();
    }
    centred.scatter_product(&mut product, &span);
    let mut gram = DMatrix::zeros(directions, directions);
    linalg::transposed_product(gram.as_mut_slice(), &span, directions, &product, directions);
    let mut factors = DMatrix::zeros(dim, rank);
    let mut left = trace;
    // Nothing but numbers that are not finite has no decomposition: then W stays 0.
    if let Some(eigen) = symmetric_eigen(&gram) {
        left -= eigen.values.rows(0, rank).iter().map(|value| value.max(0.0)).sum::<f64>();
        linalg::product(&mut factors, false, 1.0, &span, &eigen.vectors.columns(0, rank).into_owned());
        let noise = if rank < dim { left.max(0.0) / (dim - rank) as f64 } else { 0.0 };
        for (mut column, &value) in factors.column_iter_mut().zip(eigen.values.iter()) {
            column *= (value - noise).max(0.0).sqrt();
        }
    }
    let noise = if rank < dim { left.max(0.0) / (dim - rank) as f64 } else { 0.0 };
    LowRank { factors, noise: DVector::repeat(dim, noise) }
}

/// The variance that missing pixels have, D: the share of the weight that lacks a pixel, times its noise.
fn spread(images: &DMatrix<f64>, members: &[(u32, f64)], basis: &Basis) -> DVector<f64> {
    let mut spread = DVector::zeros(images.nrows());
    let mut count = 0.0;
    for &(image, weight) in members {
        count += weight;
        let pixels = spread.iter_mut().zip(images.column(image as usize));
        pixels.filter(|(_, pixel)| pixel.is_nan()).for_each(|(sum, _)| *sum += weight);
    }
    let noise = basis.precisions.map(|precision| precision.powi(-2));
    (spread / count).component_mul(&noise)
}

/// Images about a mean.
struct Centred<'a> {
    images: &'a DMatrix<f64>,
    members: &'a [(u32, f64)],
    mean: &'a DVector<f64>,
    /// What missing pixels are, D, and what they add to the variances.
    fill: &'a DVector<f64>,
    spread: DVector<f64>,
}

impl Centred<'_> {
    /// S `span` into `product` (D x p). Cost: 4 N D p flops.
    fn scatter_product(&self, product: &mut DMatrix<f64>, span: &DMatrix<f64>) {
        let (dim, directions) = span.shape();
        let count: f64 = self.members.iter().map(|(_, weight)| weight).sum();
        let mut centred = DMatrix::zeros(dim, TILE);
        let mut projected = DMatrix::zeros(TILE, directions);
        product.copy_from(span);
        product.column_iter_mut().for_each(|mut column| column.component_mul_assign(&self.spread));
        for tile in self.members.chunks(TILE) {
            for (mut column, &(image, weight)) in centred.column_iter_mut().zip(tile) {
                let root = (weight / count).sqrt();
                let pixels = self.images.column(image as usize).into_iter().zip(self.fill);
                for ((out, (x, fill)), centre) in column.iter_mut().zip(pixels).zip(self.mean) {
                    *out = root * (if x.is_nan() { fill } else { x } - centre);
                }
            }
            centred.columns_range_mut(tile.len()..).fill(0.0);
            linalg::transposed_product(projected.as_mut_slice(), &centred, TILE, span, directions);
            linalg::product(product, true, 1.0, &centred, &projected);
        }
    }
}
