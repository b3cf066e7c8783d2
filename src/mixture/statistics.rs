//! The M-step: sufficient statistics of chunks of images, and the parameters that they determine.
//!
//! Used by `em`. [`Statistics`] is additive: those of two chunks (of one process or of several) are
//! added, as long as both were taken about the same reference points.
//!
//! With responsibilities w_sk and a reference point r_k per component,
//!
//! N_k = sum_s w_sk,   a_k = sum_s w_sk (x_s - r_k),   A_k = sum_s w_sk (x_s - r_k)(x_s - r_k)^T,
//!
//! and then mu_k = r_k + a_k / N_k and Sigma_k = A_k / N_k - (a_k / N_k)(a_k / N_k)^T + ridge I. `em` takes
//! r_k = mu_k, found by [`weighted_means`] in a first and cheap pass, so that a_k is rounding error
//! and images are centred explicitly, without cancellation.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::linalg;

/// One component's images, each with its responsibility.
pub(super) type Members = [(u32, f64)];

/// Images gathered at once: D x 512 doubles, 3.2 MB at D = 784.
const BATCH: usize = 512;

/// Columns of the scatter matrix that one thread works on at a time.
const COLUMNS: usize = 56;

/// Soft counts, sums and scatter of the images of K components about K reference points.
#[derive(Debug, Clone)]
pub(super) struct Statistics {
    /// r, D x K.
    pub reference: DMatrix<f64>,
    /// N, K.
    pub counts: DVector<f64>,
    /// a, D x K.
    pub sums: DMatrix<f64>,
    /// A, K of D x D, lower triangles.
    pub scatter: Vec<DMatrix<f64>>,
    gathered: DMatrix<f64>,
}

impl Statistics {
    /// Nothing seen yet, about the origin.
    pub fn new(dim: usize, components: usize) -> Self {
        Self {
            reference: DMatrix::zeros(dim, components),
            counts: DVector::zeros(components),
            sums: DMatrix::zeros(dim, components),
            scatter: vec![DMatrix::zeros(dim, dim); components],
            gathered: DMatrix::zeros(dim, BATCH),
        }
    }

    /// Forgets what was seen and takes new reference points (D x K); keeps its memory.
    pub fn reset(&mut self, reference: &DMatrix<f64>) {
        self.reference.copy_from(reference);
        self.counts.fill(0.0);
        self.sums.fill(0.0);
        self.scatter.par_iter_mut().for_each(|scatter| scatter.fill(0.0));
    }

    /// Adds images (columns of `images`, D x S; row `order[i]` is pixel i here) with responsibilities.
    ///
    /// Images without responsibility cost nothing. Cost: D^2 flops for every (image, component) pair
    /// in `members`.
    pub fn add(&mut self, images: &DMatrix<f64>, order: &[usize], members: &[Vec<(u32, f64)>]) {
        for (component, members) in members.iter().enumerate() {
            for batch in members.chunks(BATCH) {
                self.add_batch(component, images, order, batch);
            }
        }
    }

    fn add_batch(&mut self, component: usize, images: &DMatrix<f64>, order: &[usize], batch: &Members) {
        let dim = order.len();
        let reference = self.reference.column(component);
        let reference = reference.as_slice();
        let gathered = &mut self.gathered.as_mut_slice()[..dim * batch.len()];
        gathered.par_chunks_mut(dim).with_min_len(16).zip(batch).for_each(|(target, &(image, weight))| {
            let pixels = images.column(image as usize);
            let pixels = pixels.as_slice();
            let root = weight.sqrt();
            for ((value, &pixel), centre) in target.iter_mut().zip(order).zip(reference) {
                *value = root * (pixels[pixel] - centre);
            }
        });
        self.counts[component] += batch.iter().map(|&(_, weight)| weight).sum::<f64>();
        let mut sums = self.sums.column_mut(component);
        for (column, &(_, weight)) in self.gathered.column_iter().zip(batch) {
            sums.axpy(weight.sqrt(), &column, 1.0);
        }
        let (gathered, active) = (&self.gathered, batch.len());
        self.scatter[component].as_mut_slice().par_chunks_mut(dim * COLUMNS).enumerate().for_each(
            |(block, columns)| linalg::add_scatter_columns(columns, block * COLUMNS, gathered, active),
        );
    }

    /// The parameters of greatest likelihood, with the ridge on the diagonals: sets `weights` (K),
    /// `means` (D x K) and `covariances` (K of D x D, whole).
    ///
    /// A component without any responsibility keeps its mean and covariance, and gets weight 0.
    pub fn maximise(
        &self,
        ridge: f64,
        weights: &mut DVector<f64>,
        means: &mut DMatrix<f64>,
        covariances: &mut [DMatrix<f64>],
    ) {
        let total: f64 = self.counts.sum();
        weights.copy_from(&(&self.counts / total));
        for (component, &count) in self.counts.iter().enumerate() {
            if count > 0.0 {
                let mean = self.reference.column(component) + self.sums.column(component) / count;
                means.set_column(component, &mean);
            }
        }
        covariances.par_iter_mut().enumerate().for_each(|(component, covariance)| {
            let count = self.counts[component];
            if count > 0.0 {
                let shift = self.sums.column(component) / count;
                covariance.copy_from(&self.scatter[component]);
                *covariance /= count;
                covariance.syger(-1.0, &shift, &shift, 1.0);
                for variance in 0..covariance.nrows() {
                    covariance[(variance, variance)] += ridge;
                }
                linalg::mirror_lower(covariance);
            }
        });
    }
}

/// The responsibility-weighted mean of each component's images, in `order`'s pixels; a component without
/// any keeps `previous`. Cost: 2 D flops for every pair in `members`.
pub(super) fn weighted_means(
    images: &DMatrix<f64>,
    order: &[usize],
    members: &[Vec<(u32, f64)>],
    previous: &DMatrix<f64>,
) -> DMatrix<f64> {
    let mut means = previous.clone();
    let dim = order.len();
    means.as_mut_slice().par_chunks_mut(dim).zip(members).for_each(|(mean, members)| {
        let count: f64 = members.iter().map(|&(_, weight)| weight).sum();
        if count > 0.0 {
            let mut sums = DVector::zeros(dim);
            for &(image, weight) in members {
                sums.axpy(weight, &images.column(image as usize), 1.0);
            }
            for (value, &pixel) in mean.iter_mut().zip(order) {
                *value = sums[pixel] / count;
            }
        }
    });
    means
}
