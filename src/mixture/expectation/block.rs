//! The squared Mahalanobis distances of a block of images under one component, with early exit.
//!
//! For image x and component k, with L the Cholesky factor of Sigma_k and z = L^-1 (x - mu_k),
//!
//! log pi_k N(x; mu_k, Sigma_k) = c_k - |z|^2 / 2,   c_k = log pi_k - D/2 log 2 pi - sum_i log L_ii.
//!
//! **Early exit.** Forward substitution yields z from the top. After p pixels the partial sum
//! m_p = z_1^2 + ... + z_p^2 can only grow, so c_k - m_p / 2 bounds the log-density from above; `screening` has
//! another such bound, from before the first pixel. A pair whose bound lies more than T below a
//! log-density b that image x is known to reach is dropped.
//!
//! **Margin.** Let e_j be the joint densities of one image and R the set of dropped components. Each
//! r in R has e_r <= exp(-T) e^b <= exp(-T) sum_j e_j, so that R holds at most the fraction
//! q = (K - 1) exp(-T) of the total. Dropping R turns w_j = e_j / E into w_j / (1 - q') with q' <= q: no
//! responsibility moves by more than q / (1 - q), and log p(x) by no more than -log(1 - q). With
//! T = log K + 37 + 3, q < exp(-40) < 4.3e-18, below 1e-16 with room for the rounding of a bound.

use std::ops::Range;

use nalgebra::DMatrix;

use super::queue::{BLOCK, Job};
use crate::linalg;

/// Rows a panel: large enough for matrix products at full speed, small enough to stop early.
const PANEL: usize = 48;

/// T - log K of the module's proof.
pub(in crate::mixture) const MARGIN: f64 = 40.0;

/// One thread's memory for a block.
#[derive(Debug)]
pub(super) struct Workspace {
    z: DMatrix<f64>,
}

impl Workspace {
    /// For images of `dim` pixels.
    pub fn new(dim: usize) -> Self {
        Self { z: DMatrix::zeros(dim, BLOCK) }
    }

    /// Takes up x - mu of images, columns of `images` (D x S); the first columns of what is given back.
    pub fn centre(&mut self, images: &DMatrix<f64>, list: &[u32], mean: &[f64]) -> &DMatrix<f64> {
        self.centre_rows(images, list, mean, 0..mean.len());
        &self.z
    }

    fn centre_rows(&mut self, images: &DMatrix<f64>, list: &[u32], mean: &[f64], rows: Range<usize>) {
        let mean = &mean[rows.clone()];
        for (mut target, &image) in self.z.column_iter_mut().zip(list) {
            let pixels = images.column(image as usize);
            let target = &mut target.as_mut_slice()[rows.clone()];
            linalg::difference(target, &pixels.as_slice()[rows.clone()], mean);
        }
    }
}

/// A component and the images that it is evaluated on.
pub(super) struct Block<'a> {
    pub images: &'a DMatrix<f64>,
    pub mean: &'a [f64],
    pub lower: &'a DMatrix<f64>,
    /// c_k.
    pub log_norm: f64,
    /// b - T of every image; `None` drops nothing.
    pub floors: Option<&'a [f64]>,
    /// Whether the workspace has taken up x - mu of the job's images already.
    pub is_centred: bool,
}

impl Block<'_> {
    /// Does the job: forward substitution by panels, dropping images that cannot matter after each.
    ///
    /// A squared distance has the same bits whether or not others were dropped on the way.
    ///
    /// Cost: at most D^2 flops an image.
    pub fn substitute(&self, job: &mut Job, workspace: &mut Workspace) {
        let dim = self.mean.len();
        let mut active = job.images.len();
        job.squared.fill(0.0);
        let mut start = 0;
        while start < dim && active > 0 {
            let end = (start + PANEL).min(dim);
            if !self.is_centred {
                workspace.centre_rows(self.images, &job.images[..active], self.mean, start..end);
            }
            linalg::solve_panel(self.lower, start..end, &mut workspace.z, active);
            for (sum, z) in job.squared[..active].iter_mut().zip(workspace.z.column_iter()) {
                *sum += linalg::squared_length(&z.as_slice()[start..end]);
            }
            if let Some(floors) = self.floors {
                active = self.retain(floors, end, active, job, &mut workspace.z);
            }
            start = end;
        }
        *job.exact = active;
    }

    /// Moves the columns that may still matter to the front; returns how many they are.
    fn retain(
        &self,
        floors: &[f64],
        solved: usize,
        active: usize,
        job: &mut Job,
        z: &mut DMatrix<f64>,
    ) -> usize {
        let stride = z.nrows();
        let mut kept = 0;
        for column in 0..active {
            if may_matter(self.log_norm, job.squared[column], floors[job.images[column] as usize]) {
                if kept < column {
                    // The dropped ones stay behind: swap, not overwrite.
                    job.images.swap(kept, column);
                    job.squared.swap(kept, column);
                    let from = column * stride;
                    z.as_mut_slice().copy_within(from..from + solved, kept * stride);
                }
                kept += 1;
            }
        }
        kept
    }
}

/// Whether a pair with c_k = `log_norm`, whose squared distance is at least `squared`, can still matter to an image
/// with b - T = `floor`.
pub(in crate::mixture) fn may_matter(log_norm: f64, squared: f64, floor: f64) -> bool {
    // A NaN is kept, so that it reaches the result.
    let bound = log_norm - 0.5 * squared;
    bound >= floor || bound.is_nan() || floor.is_nan()
}
