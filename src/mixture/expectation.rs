//! The E-step: log-densities of images under every component that could matter, and responsibilities.
//!
//! Most pairs (image, component) cannot matter, and little is computed of them: `block` says when a pair is dropped, and
//! proves that no responsibility moves by as much as 1e-16.
//!
//! **Order.** The component that an image was assigned to is evaluated first and to the end: its log-density is nearly
//! always the best one, so it gives the tightest threshold for the others. A product with a few
//! directions then drops most of the others (`screening`), forward substitution by panels the rest (`block`). Pixels
//! are taken in the order that the caller chose, the most informative first, so that pairs are dropped early.
//!
//! **Memory of earlier steps.** For components that the M-step did not change everything is known already (`pairs`).
//!
//! Every sum and the borders of all pieces of work depend on the data alone, so results are the same for every
//! number of threads.

mod block;
mod pairs;
mod queue;
mod screening;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::component::Component;
use super::pool::Pool;
use super::scores::mean_nll;
use crate::linalg::squared_distance;
use block::{Block, Workspace};
pub(super) use block::{MARGIN, may_matter};
use pairs::Pairs;
use queue::Queue;
use screening::Screening;

/// Responsibilities up to this are set to zero: dropped pairs may hold more.
const NEGLIGIBLE: f64 = 1e-17;

/// Images that a thread takes at once where little is done for each.
const IMAGES: usize = 256;

/// What an E-step finds, with all the memory that it needs, to be used again at the next one.
#[derive(Debug, Default)]
pub(super) struct Expectation {
    /// For every component the images that it has a part in, ascending, each with its responsibility (times its weight).
    pub members: Vec<Vec<(u32, f64)>>,
    /// The weight of every image; 1 without.
    pub image_weights: Option<Vec<f64>>,
    /// log p(x) of every image.
    pub log_density: Vec<f64>,
    /// The component of largest responsibility of every image.
    pub assignments: Vec<u32>,
    /// The generation of every component that `pairs` is about.
    generations: Vec<Option<u64>>,
    /// c_k.
    log_norms: Vec<f64>,
    /// The components that are new to this step, and those of them that have a factor.
    fresh: Vec<usize>,
    factored: Vec<usize>,
    pairs: Pairs,
    queue: Queue,
    screening: Screening,
    workspaces: Pool<Workspace>,
    /// b - T of every image.
    floors: Vec<f64>,
    /// S x K, those of an image side by side (times its weight); the negligible ones are 0.
    pub responsibilities: Vec<f64>,
    /// To be sorted.
    terms: Pool<Vec<f64>>,
}

impl Expectation {
    /// Of images with these weights; 1 each without.
    pub fn of(image_weights: Option<Vec<f64>>) -> Self {
        Self { image_weights, ..Self::default() }
    }

    /// Evaluates every image (columns of `images`, D x S), always the same ones.
    pub fn run(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        if !self.note_changes(images.ncols(), components) {
            return;
        }
        self.pairs.forget(&self.fresh);
        self.measure_distances(images, components);
        if components.iter().any(|component| component.lower().is_some()) {
            if self.assignments.is_empty() {
                self.guess_assignments(images, components);
            }
            self.evaluate_assigned(images, components);
            self.evaluate_others(images, components);
        }
        self.normalise(images.ncols(), components.len());
    }

    /// Finds the components that changed; returns whether any did.
    fn note_changes(&mut self, images: usize, components: &[Component]) -> bool {
        if self.generations.len() != components.len() {
            self.generations.resize(components.len(), None);
            self.log_norms.resize(components.len(), f64::NAN);
            self.pairs.reset(images, components.len());
            self.responsibilities.resize(images * components.len(), 0.0);
            self.members.resize_with(components.len(), || Vec::with_capacity(images));
        }
        self.fresh.clear();
        self.factored.clear();
        let mut changed = false;
        for (k, component) in components.iter().enumerate() {
            let log_norm = component.log_norm();
            changed |= log_norm != self.log_norms[k];
            self.log_norms[k] = log_norm;
            if self.generations[k] != Some(component.generation) {
                self.generations[k] = Some(component.generation);
                self.fresh.push(k);
                if component.lower().is_some() {
                    self.factored.push(k);
                }
            }
        }
        changed || !self.fresh.is_empty()
    }

    /// Where Sigma = I: the squared distance of every image.
    fn measure_distances(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        if self.fresh.len() == self.factored.len() {
            return;
        }
        let fresh = &self.fresh;
        let images = images.as_slice().par_chunks(images.nrows().max(1));
        let pairs = self.pairs.par_images_mut().zip(images).with_min_len(IMAGES);
        pairs.for_each(|((squared, exact), image)| {
            for &k in fresh.iter().filter(|&&k| components[k].lower().is_none()) {
                (squared[k], exact[k]) = (squared_distance(image, &components[k].mean), true);
            }
        });
    }

    /// The first assignments: for each image the component whose mean is nearest. Any assignments give the same result;
    /// good ones give it sooner.
    fn guess_assignments(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        self.assignments.resize(images.ncols(), 0);
        let rows = images.nrows().max(1);
        self.assignments.par_iter_mut().zip(images.as_slice().par_chunks(rows)).for_each(
            |(assigned, image)| {
                let nearest = |(best, at), (k, component): (usize, &Component)| {
                    let distance = squared_distance(image, &component.mean);
                    if distance < best { (distance, k) } else { (best, at) }
                };
                let start = (f64::INFINITY, 0);
                *assigned = components.iter().enumerate().fold(start, nearest).1 as u32;
            },
        );
    }

    /// The squared distance of every image under the component that it is assigned to, and bounds of those under all
    /// other new components.
    fn evaluate_assigned(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        let Self { queue, pairs, screening, workspaces, assignments, factored, log_norms, .. } = self;
        screening.aim(components, factored, images.ncols());
        let screened = screening.is_aimed();
        let known = &*pairs;
        queue.fill(components.len(), || {
            let pairs = assignments.iter().enumerate().map(|(image, &assigned)| (image, assigned as usize));
            pairs.filter(|&(image, assigned)| screened || !known.get(image, assigned).1)
        });
        let (aim, products) = screening.split();
        queue.jobs().zip(products).for_each(|(mut job, products)| {
            let component = &components[job.component];
            let mean = &component.mean;
            let make = || Workspace::new(images.nrows());
            workspaces.lend(make, |workspace| {
                if screened {
                    let centred = workspace.centre(images, job.images, mean);
                    aim.project(job.component, centred, job.images.len(), products);
                }
                // A component that is not new was evaluated when the images were assigned to it.
                if let Some(lower) = component.lower().filter(|_| factored.contains(&job.component)) {
                    let log_norm = log_norms[job.component];
                    let block = Block { images, mean, lower, log_norm, floors: None, is_centred: screened };
                    block.substitute(&mut job, workspace);
                }
            });
        });
        for (image, k, squared, exact) in queue.found() {
            if exact {
                pairs.set(image, k, squared, true);
            }
        }
        if screened {
            for (block, (assigned, list)) in queue.blocks().enumerate() {
                for (&image, bounds) in list.iter().zip(screening.bounds(block, assigned)) {
                    for (k, bound) in bounds.filter(|&(k, _)| k != assigned) {
                        pairs.set(image as usize, k, bound, false);
                    }
                }
            }
        }
    }

    /// All other pairs that may matter.
    fn evaluate_others(&mut self, images: &DMatrix<f64>, components: &[Component]) {
        let Self { queue, pairs, workspaces, assignments, log_norms, floors, .. } = self;
        let margin = MARGIN + (components.len() as f64).ln();
        floors.clear();
        floors.extend(assignments.iter().enumerate().map(|(image, &assigned)| {
            let assigned = assigned as usize;
            log_norms[assigned] - 0.5 * pairs.get(image, assigned).0 - margin
        }));
        let (known, log_norms, floors) = (&*pairs, &log_norms[..], &floors[..]);
        queue.fill(components.len(), || {
            (0..floors.len()).flat_map(move |image| {
                let (bounds, exact) = known.of_image(image);
                let open = move |&k: &usize| !exact[k] && may_matter(log_norms[k], bounds[k], floors[image]);
                (0..bounds.len()).filter(open).map(move |k| (image, k))
            })
        });
        queue.jobs().for_each(|mut job| {
            let component = &components[job.component];
            if let Some(lower) = component.lower() {
                let mean = &component.mean;
                let (log_norm, floors) = (log_norms[job.component], Some(floors));
                let block = Block { images, mean, lower, log_norm, floors, is_centred: false };
                let make = || Workspace::new(images.nrows());
                workspaces.lend(make, |workspace| block.substitute(&mut job, workspace));
            }
        });
        for (image, k, squared, exact) in queue.found() {
            pairs.set(image, k, squared, exact);
        }
    }

    /// Log-sum-exp over each image's pairs; responsibilities into `members`.
    fn normalise(&mut self, images: usize, components: usize) {
        self.assignments.resize(images, 0);
        self.log_density.resize(images, 0.0);
        let Self { pairs, log_norms, terms, .. } = self;
        let image_weights = self.image_weights.as_deref();
        let results = self.assignments.par_chunks_mut(IMAGES).zip(self.log_density.par_chunks_mut(IMAGES));
        let results = results.zip(self.responsibilities.par_chunks_mut(IMAGES * components));
        results.enumerate().for_each(|(chunk, ((assignments, log_densities), rows))| {
            terms.lend(Vec::new, |terms| {
                let results =
                    assignments.iter_mut().zip(log_densities).zip(rows.chunks_exact_mut(components));
                for (image, ((assigned, log_density), row)) in (chunk * IMAGES..).zip(results) {
                    *log_density = normalise_one(pairs.of_image(image), log_norms, assigned, row, terms);
                    if let Some(weights) = image_weights {
                        row.iter_mut().for_each(|share| *share *= weights[image]);
                    }
                }
            });
        });
        self.members.iter_mut().for_each(Vec::clear);
        for (image, row) in (0..).zip(self.responsibilities.chunks_exact(components)) {
            for (members, &responsibility) in self.members.iter_mut().zip(row) {
                if responsibility > 0.0 {
                    members.push((image, responsibility));
                }
            }
        }
    }

    /// Mean NLL per image, weighted, in nats.
    pub fn nll(&self) -> f64 {
        mean_nll(&self.log_density, self.image_weights.as_deref())
    }
}

/// log p(x) of one image from what is known of its pairs; sets its assignment and its responsibilities.
fn normalise_one(
    (squared, exact): (&[f64], &[bool]),
    log_norms: &[f64],
    assigned: &mut u32,
    responsibilities: &mut [f64],
    terms: &mut Vec<f64>,
) -> f64 {
    // A distance so large that it is NaN is that of a component without a part: `max` takes the other number.
    let value = |k: usize| {
        if exact[k] { (log_norms[k] - 0.5 * squared[k]).max(f64::NEG_INFINITY) } else { f64::NEG_INFINITY }
    };
    let mut best = f64::NEG_INFINITY;
    for k in 0..log_norms.len() {
        if value(k) > best {
            (best, *assigned) = (value(k), k as u32);
        }
    }
    terms.clear();
    for (k, target) in responsibilities.iter_mut().enumerate() {
        *target = 0.0;
        if exact[k] {
            *target = (value(k) - best).exp();
            terms.push(*target);
        }
    }
    // By falling size: the sum does not depend on the order of the components.
    terms.sort_unstable_by(|a, b| b.total_cmp(a));
    let sum: f64 = terms.iter().sum();
    // Divided by the sum itself: exp(value - log p(x)) would round where log p(x) is large.
    responsibilities.iter_mut().for_each(|target| {
        *target /= sum;
        // A NaN is no responsibility either.
        *target = if *target > NEGLIGIBLE { *target } else { 0.0 };
    });
    if best.is_finite() { best + sum.ln() } else { best }
}
