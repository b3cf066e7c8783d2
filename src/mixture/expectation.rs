//! The E-step: log-densities of images under every component that could matter, and responsibilities.
//!
//! Used by `em` at every iteration and by `evaluation` for a model's log-density.
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
//!
//! **Order.** The component that owned the image before is computed first and whole: its log-density
//! is b, and it is nearly always the best one, so the bound is as tight as can be. Pixels are taken
//! in the order that the caller chose, the most telling first, so that pairs part early.
//!
//! Pairs are worked off in blocks of images; which images make a block and every sum within it
//! depend on the data alone, so results are the same for every number of threads.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::kmeans::squared_distance;
use super::pool::Pool;
use crate::linalg;

/// Images a block: a block of Z (D x 256 doubles, 1.6 MB at D = 784) stays in a core's cache.
const BLOCK: usize = 256;

/// Rows after which pairs are tested for the first times; later panels are `PANEL` rows.
const FIRST_PANELS: [usize; 2] = [32, 96];

/// Rows a panel: large enough for matrix products at full speed, small enough to stop early.
const PANEL: usize = 112;

/// T - log K of the module's proof.
const MARGIN: f64 = 40.0;

/// Responsibilities at most this are taken as zero: below what dropped pairs may hold anyway.
const NEGLIGIBLE: f64 = 1e-17;

/// One component, ready to be evaluated: its pixels in the caller's order.
#[derive(Debug, Clone)]
pub(super) struct Component {
    /// mu, D.
    pub mean: Vec<f64>,
    /// What the covariance is.
    pub shape: Shape,
    /// log pi_k.
    pub log_weight: f64,
}

/// The covariance of a component, factored.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Sigma = I: a distance instead of a triangular solve.
    Identity,
    /// L, lower triangular, D x D.
    Factored(DMatrix<f64>),
}

impl Component {
    /// c_k = log pi_k - D/2 log 2 pi - sum_i log L_ii.
    fn log_norm(&self) -> f64 {
        let dim = self.mean.len() as f64;
        let half_log_determinant = match &self.shape {
            Shape::Identity => 0.0,
            Shape::Factored(lower) => lower.diagonal().iter().map(|d| d.ln()).sum(),
        };
        self.log_weight - 0.5 * dim * std::f64::consts::TAU.ln() - half_log_determinant
    }
}

/// What an E-step finds, with all the memory that it needs, to be used again at the next one.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    /// For every component the images that it has a part in, ascending, each with its responsibility.
    pub members: Vec<Vec<(u32, f64)>>,
    /// log p(x) of every image.
    pub log_density: Vec<f64>,
    /// The component of largest responsibility of every image.
    pub owners: Vec<u32>,
    jobs: Vec<Job>,
    spare_jobs: Vec<Job>,
    workspaces: Pool<Workspace>,
    best: Vec<f64>,
}

/// Some images to be evaluated under one component.
#[derive(Debug, Default)]
struct Job {
    component: usize,
    images: Vec<u32>,
    /// (image, log joint density) of the pairs that were not dropped.
    found: Vec<(u32, f64)>,
}

/// One thread's memory for a block.
#[derive(Debug)]
struct Workspace {
    z: DMatrix<f64>,
    partial: Vec<f64>,
}

impl Expectation {
    /// Sets the first owners: for each image the component whose mean is nearest. Any owners give
    /// the same result; good ones give it sooner.
    pub fn guess_owners(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        self.owners.clear();
        self.owners.resize(images.ncols(), 0);
        let rows = images.nrows().max(1);
        self.owners.par_iter_mut().zip(images.as_slice().par_chunks(rows)).for_each(|(owner, image)| {
            let nearest = |(best, at), (k, component): (usize, &Component)| {
                let distance = squared_distance(image, &component.mean);
                if distance < best { (distance, k) } else { (best, at) }
            };
            let start = (f64::INFINITY, 0);
            *owner = components.iter().enumerate().fold(start, nearest).1 as u32;
        });
    }

    /// Evaluates every image (columns of `images`, D x S).
    ///
    /// Needs owners for all images, see [`Expectation::guess_owners`]; leaves better ones behind.
    pub fn run(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        let log_norms: Vec<f64> = components.iter().map(Component::log_norm).collect();
        self.best.clear();
        self.best.resize(images.ncols(), f64::NEG_INFINITY);

        self.spare_jobs.append(&mut self.jobs);
        self.assign_jobs(components.len(), true);
        self.work(0, images, components, &log_norms, f64::INFINITY);
        for (image, value) in self.jobs.iter().flat_map(|job| &job.found) {
            self.best[*image as usize] = *value;
        }
        let done = self.jobs.len();
        self.assign_jobs(components.len(), false);
        let margin = MARGIN + (components.len() as f64).ln();
        self.work(done, images, components, &log_norms, margin);
        self.normalise(components.len());
    }

    /// Adds jobs for the pairs (image, component): those of owners, or all others.
    fn assign_jobs(&mut self, components: usize, of_owners: bool) {
        for component in 0..components {
            let mut images =
                (0..).zip(&self.owners).filter(|&(_, &k)| (k as usize == component) == of_owners).peekable();
            while images.peek().is_some() {
                let mut job = self.spare_jobs.pop().unwrap_or_default();
                job.component = component;
                job.images.clear();
                job.images.extend(images.by_ref().take(BLOCK).map(|(image, _)| image));
                self.jobs.push(job);
            }
        }
    }

    /// Does the jobs from number `first` on, in parallel; `margin` is how far below `best` a pair may lie.
    fn work(
        &mut self,
        first: usize,
        images: &DMatrix<f64>,
        components: &[Component],
        log_norms: &[f64],
        margin: f64,
    ) {
        let (best, workspaces) = (&self.best, &self.workspaces);
        self.jobs[first..].par_iter_mut().with_max_len(1).for_each(|job| {
            let component = &components[job.component];
            let block = Block { images, component, log_norm: log_norms[job.component], best, margin };
            match &component.shape {
                Shape::Identity => block.distances(job),
                Shape::Factored(lower) => workspaces.lend(
                    || Workspace::new(images.nrows()),
                    |workspace| block.substitute(lower, job, workspace),
                ),
            }
        });
    }

    /// Log-sum-exp over each image's pairs; responsibilities into `members`.
    fn normalise(&mut self, components: usize) {
        // Component by component, then by image: one fixed order of summation.
        self.jobs.sort_by_key(|job| (job.component, job.images.first().copied()));
        let pairs = || {
            self.jobs
                .iter()
                .flat_map(|job| job.found.iter().map(move |&(s, v)| (job.component, s as usize, v)))
        };

        self.best.fill(f64::NEG_INFINITY);
        for (component, image, value) in pairs() {
            if value > self.best[image] {
                self.best[image] = value;
                self.owners[image] = component as u32;
            }
        }
        self.log_density.clear();
        self.log_density.resize(self.best.len(), 0.0);
        for (_, image, value) in pairs() {
            self.log_density[image] += (value - self.best[image]).exp();
        }
        for (sum, best) in self.log_density.iter_mut().zip(&self.best) {
            *sum = if best.is_finite() { best + sum.ln() } else { *best };
        }
        self.members.resize_with(components, Vec::new);
        self.members.iter_mut().for_each(Vec::clear);
        for (component, image, value) in pairs() {
            let responsibility = (value - self.log_density[image]).exp();
            if responsibility > NEGLIGIBLE {
                self.members[component].push((image as u32, responsibility));
            }
        }
        self.members.iter_mut().for_each(|members| members.sort_unstable_by_key(|&(image, _)| image));
    }

    /// Mean NLL per image, in nats.
    pub fn nll(&self) -> f64 {
        -self.log_density.iter().sum::<f64>() / self.log_density.len().max(1) as f64
    }
}

/// A component and the images that it is evaluated on.
struct Block<'a> {
    images: &'a DMatrix<f64>,
    component: &'a Component,
    log_norm: f64,
    best: &'a [f64],
    margin: f64,
}

impl Block<'_> {
    /// Whether a pair whose squared Mahalanobis length is at least `partial` can still matter.
    fn may_matter(&self, image: u32, partial: f64) -> bool {
        let floor = self.best[image as usize] - self.margin;
        // A NaN is kept: it must come to light, not vanish.
        let bound = self.log_norm - 0.5 * partial;
        bound >= floor || bound.is_nan()
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
