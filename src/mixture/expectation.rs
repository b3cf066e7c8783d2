//! The E-step: log-densities of images under every component that could matter, and responsibilities.
//!
//! Used by `em` at every iteration and by `evaluation` for a model's log-density.
//!
//! Pairs (image, component) that cannot matter are dropped early: `block` says when, and proves that no
//! responsibility moves by as much as 1e-16.
//!
//! **Order.** The component that owned the image before is computed first and whole: its log-density
//! is b, and it is nearly always the best one, so the bound is as tight as can be. Pixels are taken
//! in the order that the caller chose, the most telling first, so that pairs part early.
//!
//! Pairs are worked off in blocks of images; which images make a block and every sum within it
//! depend on the data alone, so results are the same for every number of threads.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::block::{BLOCK, Block, Job, MARGIN, Workspace};
use super::component::Component;
use super::kmeans::squared_distance;
use super::pool::Pool;

/// Responsibilities at most this are taken as zero: below what dropped pairs may hold anyway.
const NEGLIGIBLE: f64 = 1e-17;

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
    /// (component, log joint density), sorted by image; where the images end; and work space.
    pairs: Vec<(u32, f64)>,
    ends: Vec<usize>,
    next: Vec<usize>,
    terms: Vec<f64>,
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
            let log_norm = log_norms[job.component];
            Block { images, component, log_norm, best, margin }.evaluate(job, workspaces);
        });
    }

    /// Log-sum-exp over each image's pairs; responsibilities into `members`.
    fn normalise(&mut self, components: usize) {
        self.sort_pairs();
        self.members.resize_with(components, Vec::new);
        self.members.iter_mut().for_each(Vec::clear);
        self.log_density.clear();
        for (image, owner) in (0..).zip(&mut self.owners) {
            let pairs = &self.pairs[self.ends[image as usize]..self.ends[image as usize + 1]];
            let mut best = f64::NEG_INFINITY;
            for &(component, value) in pairs.iter().filter(|(_, value)| !value.is_nan()) {
                if value > best {
                    (best, *owner) = (value, component);
                }
            }
            // By falling size: the sum does not depend on the order of the components.
            self.terms.clear();
            self.terms.extend(pairs.iter().map(|&(_, value)| (value - best).exp()));
            self.terms.sort_unstable_by(|a, b| b.total_cmp(a));
            let sum: f64 = self.terms.iter().sum();
            self.log_density.push(if best.is_finite() { best + sum.ln() } else { best });
            for &(component, value) in pairs {
                // Divided by the sum itself: exp(value - log p(x)) would round where log p(x) is large.
                let responsibility = (value - best).exp() / sum;
                if responsibility > NEGLIGIBLE {
                    self.members[component as usize].push((image, responsibility));
                }
            }
        }
    }

    /// The pairs of all jobs by image: those of image s are `pairs[ends[s]..ends[s + 1]]`, by component.
    fn sort_pairs(&mut self) {
        self.jobs.sort_by_key(|job| job.component);
        self.ends.clear();
        self.ends.resize(self.owners.len() + 1, 0);
        let found = || self.jobs.iter().flat_map(|job| job.found.iter().map(|pair| (job.component, pair)));
        for (_, &(image, _)) in found() {
            self.ends[image as usize + 1] += 1;
        }
        for image in 1..self.ends.len() {
            self.ends[image] += self.ends[image - 1];
        }
        self.next.clear();
        self.next.extend_from_slice(&self.ends);
        self.pairs.clear();
        self.pairs.resize(self.ends.last().copied().unwrap_or(0), (0, 0.0));
        for (component, &(image, value)) in found() {
            let at = &mut self.next[image as usize];
            self.pairs[*at] = (component as u32, value);
            *at += 1;
        }
    }

    /// Mean NLL per image, in nats.
    pub fn nll(&self) -> f64 {
        -self.log_density.iter().sum::<f64>() / self.log_density.len().max(1) as f64
    }
}
