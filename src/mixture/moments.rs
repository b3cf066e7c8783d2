//! The M-step of one component: soft count, sum and scatter of its images, and what they determine.
//!
//! With responsibilities w_s and a reference point r,
//!
//! N = sum_s w_s,   a = sum_s w_s (x_s - r),   A = sum_s w_s (x_s - r)(x_s - r)^T,
//!
//! and then mu = r + a / N and, with S = A / N - (a / N)(a / N)^T, Sigma = (N S + nu S ∘ C) / (N + nu) + ridge I. `em` takes for r the mean itself,
//! found in a first and cheap pass: then a is rounding error, and images are centred explicitly,
//! without cancellation.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::pool::Pool;
use super::taper::TaperTable;
use crate::linalg;
use crate::linalg::wide::{Kernel, wide};

/// One component's images, by index, each with its responsibility.
pub(super) type Members = [(u32, f64)];

/// Images gathered at once: D x 512 doubles, 3.2 MB at D = 784.
const BATCH: usize = 512;

/// Images that one task gathers and sums up.
const CHUNK: usize = 128;

/// Memory for a batch.
#[derive(Debug)]
pub(super) struct Batch {
    /// sqrt(w_s) (x_s - r), D x 512.
    columns: DMatrix<f64>,
    /// sum_s w_s (x_s - r) of every 128 of them, D x 4.
    sums: DMatrix<f64>,
}

/// Memory for gathered images, lent from batch to batch.
pub(super) type Gathered = Pool<Batch>;

/// Soft count, sum and scatter of images about a reference point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    /// r, D.
    pub reference: DVector<f64>,
    /// N.
    pub count: f64,
    /// a, D.
    pub sum: DVector<f64>,
    /// A, D x D; its lower triangle holds, once the count is above 0.
    pub scatter: DMatrix<f64>,
}

impl Moments {
    /// Of no images, about the origin; `scatter` (D x D) is memory to use.
    pub fn in_memory(scatter: DMatrix<f64>) -> Self {
        let dim = scatter.nrows();
        Self { reference: DVector::zeros(dim), count: 0.0, sum: DVector::zeros(dim), scatter }
    }

    /// Forgets what was seen, and takes `reference` (D) from now on.
    pub fn restart(&mut self, reference: &[f64]) {
        self.reference.copy_from_slice(reference);
        self.count = 0.0;
        self.sum.fill(0.0);
    }

    /// Adds images (columns of `images`, D x S) with responsibilities.
    ///
    /// Each (image, responsibility) costs D^2 flops, one triangle of an outer product; images that are not
    /// members cost nothing. Pieces of parallel work have fixed borders, so that no sum depends on the number of
    /// threads.
    pub fn add(&mut self, images: &DMatrix<f64>, members: &Members, memory: &Gathered) {
        let dim = self.reference.len();
        let make = || Batch {
            columns: DMatrix::zeros(dim, BATCH),
            sums: DMatrix::zeros(dim, BATCH.div_ceil(CHUNK)),
        };
        for batch in members.chunks(BATCH) {
            memory.lend(make, |gathered| self.add_batch(images, batch, gathered));
        }
    }

    fn add_batch(&mut self, images: &DMatrix<f64>, batch: &Members, gathered: &mut Batch) {
        let dim = self.reference.len();
        let reference = self.reference.as_slice();
        let Batch { columns, sums } = gathered;
        let targets =
            columns.as_mut_slice().par_chunks_mut(dim * CHUNK).zip(sums.as_mut_slice().par_chunks_mut(dim));
        targets.zip(batch.par_chunks(CHUNK)).for_each(|((targets, sum), chunk)| {
            sum.fill(0.0);
            for (target, &(image, weight)) in targets.chunks_exact_mut(dim).zip(chunk) {
                let root = weight.sqrt();
                let pixels = images.column(image as usize);
                wide(Gathering { target, sum, pixels: pixels.as_slice(), reference, root });
            }
        });
        for sum in sums.column_iter().take(batch.len().div_ceil(CHUNK)) {
            self.sum += sum;
        }
        linalg::add_scatter(&mut self.scatter, self.count > 0.0, columns, batch.len());
        self.count += batch.iter().map(|&(_, weight)| weight).sum::<f64>();
    }

    /// Takes what `other` saw, about its reference point.
    pub fn copy_from(&mut self, other: &Self) {
        self.reference.copy_from(&other.reference);
        self.count = other.count;
        self.sum.copy_from(&other.sum);
        self.scatter.copy_from(&other.scatter);
    }

    /// Adds what `other` saw; both must be about the same reference point.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += &other.sum;
        self.scatter += &other.scatter;
    }

    /// Sets `mean` (D) to mu and turns the scatter into Sigma, shrunk by `shrinkage` = nu images towards what `taper` = C leaves of it and
    /// the ridge included,
    /// in place (lower triangle), and the sum into a / N.
    ///
    /// Needs a count above 0.
    pub fn finalize(&mut self, ridge: f64, shrinkage: f64, taper: &TaperTable, mean: &mut [f64]) {
        let scale = 1.0 / self.count;
        let kept = self.count / (self.count + shrinkage);
        self.sum /= self.count;
        let shift = self.sum.as_slice();
        for ((mean, reference), shift) in mean.iter_mut().zip(self.reference.as_slice()).zip(shift) {
            *mean = reference + shift;
        }
        let dim = shift.len();
        for (j, column) in self.scatter.as_mut_slice().chunks_exact_mut(dim.max(1)).enumerate() {
            let (across, lower) = (shift[j], &mut column[j..]);
            for (value, along) in lower.iter_mut().zip(&shift[j..]) {
                *value = *value * scale - along * across;
            }
            if let Some((variance, covariances)) = lower.split_first_mut() {
                *variance += ridge;
                if kept < 1.0 {
                    taper.shrink(kept, j, j + 1, covariances);
                }
            }
        }
    }
}

/// Notes sqrt(w) (x - r) of one image, and adds w (x - r) to a sum.
struct Gathering<'a> {
    target: &'a mut [f64],
    sum: &'a mut [f64],
    pixels: &'a [f64],
    reference: &'a [f64],
    /// sqrt(w).
    root: f64,
}

impl Kernel for Gathering<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let results = self.target.iter_mut().zip(self.sum);
        for ((value, sum), (pixel, centre)) in results.zip(self.pixels.iter().zip(self.reference)) {
            *value = self.root * (pixel - centre);
            *sum += self.root * *value;
        }
    }
}
