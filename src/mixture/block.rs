//! The log-densities of a block of images under one component, with early exit. Used by `expectation`.
//!
//! For image x and component k, with L the Cholesky factor of Sigma_k and z = L^-1 (x - mu_k),
//!
//! log pi_k N(x; mu_k, Sigma_k) = c_k - |z|^2 / 2,   c_k = log pi_k - D/2 log 2 pi - sum_i log L_ii.
//!
//! **Early exit.** Forward substitution yields z from the top. After p pixels the partial sum
//! m_p = z_1^2 + ... + z_p^2 can only grow, so c_k - m_p / 2 bounds the log-density from above. A pair
//! whose bound lies more than T below a log-density b that image x is known to reach is dropped.
//!
//! **Margin.** Let e_j be the joint densities of one image and R the set of dropped components. Each
//! r in R has e_r <= exp(-T) e^b <= exp(-T) sum_j e_j, so that R holds at most the fraction
//! q = (K - 1) exp(-T) of the total. Dropping R turns w_j = e_j / E into w_j / (1 - q') with q' <= q: no
//! responsibility moves by more than q / (1 - q), and log p(x) by no more than -log(1 - q). With
//! T = log K + 37 + 3, q < exp(-40) < 4.3e-18, below 1e-16 with room for the rounding of m_p.

use nalgebra::DMatrix;

use super::component::{Component, Shape};
use super::kmeans::squared_distance;
use super::pool::Pool;
use crate::linalg;

/// Images a block: a block of Z (D x 256 doubles, 1.6 MB at D = 784) stays in a core's cache.
pub(super) const BLOCK: usize = 256;

/// Rows after which pairs are tested for the first times; later panels are `PANEL` rows.
const FIRST_PANELS: [usize; 2] = [32, 96];

/// Rows a panel: large enough for matrix products at full speed, small enough to stop early.
const PANEL: usize = 112;

/// T - log K of the module's proof.
pub(super) const MARGIN: f64 = 40.0;

/// Some images to be evaluated under one component.
#[derive(Debug, Default)]
pub(super) struct Job {
    pub component: usize,
    pub images: Vec<u32>,
    /// (image, log joint density) of the pairs that were not dropped.
    pub found: Vec<(u32, f64)>,
}

/// One thread's memory for a block.
#[derive(Debug)]
pub(super) struct Workspace {
    z: DMatrix<f64>,
    partial: Vec<f64>,
}

/// A component and the images that it is evaluated on.
pub(super) struct Block<'a> {
    pub images: &'a DMatrix<f64>,
    pub component: &'a Component,
    /// c_k.
    pub log_norm: f64,
    /// b of every image.
    pub best: &'a [f64],
    /// T.
    pub margin: f64,
}

impl Block<'_> {
    /// Whether a pair whose squared Mahalanobis length is at least `partial` can still matter.
    fn may_matter(&self, image: u32, partial: f64) -> bool {
        let floor = self.best[image as usize] - self.margin;
        // A NaN is kept: it must come to light, not vanish.
        let bound = self.log_norm - 0.5 * partial;
        bound >= floor || bound.is_nan()
    }

    /// Does the job: fills `found`. Cost: at most D^2 flops an image.
    pub fn evaluate(&self, job: &mut Job, workspaces: &Pool<Workspace>) {
        match &self.component.shape {
            Shape::Identity => self.distances(job),
            Shape::Factored(lower) => workspaces.lend(
                || Workspace::new(self.images.nrows()),
                |workspace| self.substitute(lower, job, workspace),
            ),
        }
    }

    /// Sigma = I: squared distances.
    fn distances(&self, job: &mut Job) {
        job.found.clear();
        for &image in &job.images {
            let pixels = self.images.column(image as usize);
            let squared = squared_distance(pixels.as_slice(), &self.component.mean);
            if self.may_matter(image, squared) {
                job.found.push((image, self.log_norm - 0.5 * squared));
            }
        }
    }

    /// Forward substitution by panels, dropping images that cannot matter after each.
    fn substitute(&self, lower: &DMatrix<f64>, job: &mut Job, workspace: &mut Workspace) {
        let Workspace { z, partial } = workspace;
        let dim = self.component.mean.len();
        let mut active = job.images.len();
        partial.clear();
        partial.resize(active, 0.0);

        let mut start = 0;
        let mut panels = FIRST_PANELS.iter().copied();
        while start < dim && active > 0 {
            let end = panels.next().unwrap_or(start + PANEL).min(dim);
            for (column, &image) in job.images[..active].iter().enumerate() {
                let pixels = self.images.column(image as usize);
                let mut target = z.column_mut(column);
                let target = target.as_mut_slice()[start..end].iter_mut();
                let centred = pixels.as_slice()[start..end].iter().zip(&self.component.mean[start..end]);
                target.zip(centred).for_each(|(value, (pixel, mean))| *value = pixel - mean);
            }
            linalg::solve_panel(lower, start..end, z, active);
            for (column, sum) in partial[..active].iter_mut().enumerate() {
                *sum += linalg::squared_length(&z.column(column).as_slice()[start..end]);
            }
            active = self.retain(end, active, job, z, partial);
            start = end;
        }
        job.found.clear();
        let pairs = job.images[..active].iter().zip(&*partial);
        job.found.extend(pairs.map(|(&image, squared)| (image, self.log_norm - 0.5 * squared)));
    }

    /// Moves the columns that may still matter to the front; returns how many they are.
    fn retain(
        &self,
        solved: usize,
        active: usize,
        job: &mut Job,
        z: &mut DMatrix<f64>,
        partial: &mut [f64],
    ) -> usize {
        let stride = z.nrows();
        let mut kept = 0;
        for column in 0..active {
            if self.may_matter(job.images[column], partial[column]) {
                if kept < column {
                    // The image list keeps the dropped ones behind: swap, not overwrite.
                    job.images.swap(kept, column);
                    partial[kept] = partial[column];
                    let from = column * stride;
                    z.as_mut_slice().copy_within(from..from + solved, kept * stride);
                }
                kept += 1;
            }
        }
        kept
    }
}

impl Workspace {
    fn new(dim: usize) -> Self {
        Self { z: DMatrix::zeros(dim, BLOCK), partial: Vec::with_capacity(BLOCK) }
    }
}
