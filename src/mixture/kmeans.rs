//! k-means (Algorithm 2, Lloyd's iteration): the start of EM.
//!
//! `seeding` picks the first centroids, `assignment` finds the nearest one of every image by a product, `bounds` follows
//! the centroids' movements without looking at most images again, `cluster_sums` keeps the sums.

mod assignment;
mod bounds;
mod cluster_sums;
mod distance;
mod emptied;
mod observed;
mod prepared;
pub(super) mod seeding;
mod sketch;
mod streamed;

use std::ops::ControlFlow;

use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

use super::{MixtureError, TrainingSet, check};
use assignment::assign;
use cluster_sums::ClusterSums;
use observed::Observed;
use prepared::Prepared;

pub use seeding::KMeansInit;
pub use streamed::{kmeans_sample, kmeans_source};

/// Parameters of k-means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KMeansSettings {
    /// K.
    pub components: usize,
    /// How to start.
    pub init: KMeansInit,
    /// Independent runs; the one with the least inertia wins.
    pub restarts: usize,
    /// Stops when the centroids' squared movement is below this times the mean pixel variance.
    pub tolerance: f64,
    /// The largest number of iterations of a run.
    pub max_iterations: usize,
}

impl Default for KMeansSettings {
    /// Five components, one run from random images; tolerance and limit of iterations are scikit-learn's.
    fn default() -> Self {
        Self { components: 5, init: KMeansInit::Random, restarts: 1, tolerance: 1e-4, max_iterations: 300 }
    }
}

/// One iteration of k-means: every image to its nearest centroid, then every centroid to its images' mean.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansIteration {
    /// Which restart, from 0.
    pub restart: usize,
    /// From 1.
    pub iteration: usize,
    /// Sum over the images of the squared distance to the nearest centroid, before the centroids move.
    pub inertia: f64,
    /// Squared movement of all centroids together.
    pub movement: f64,
    /// How many images changed their cluster.
    pub changed: usize,
}

/// Why k-means stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum KMeansStop {
    /// No image changed its cluster.
    FixedPoint,
    /// The centroids moved by less than the tolerance.
    Tolerance,
    /// The limit of iterations was reached.
    IterationLimit,
    /// The observer asked to stop.
    Cancelled,
}

impl KMeansStop {
    /// Why to stop after an iteration that gave so many images another cluster, if at all.
    fn after(changed: usize, is_small: bool, flow: ControlFlow<()>) -> Option<Self> {
        match (changed, is_small) {
            (0, _) => Some(Self::FixedPoint),
            (_, true) => Some(Self::Tolerance),
            _ => flow.is_break().then_some(Self::Cancelled),
        }
    }
}

/// The result of k-means: the best restart.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansFit {
    /// D x K.
    pub centroids: DMatrix<f64>,
    /// The cluster of every image: its nearest centroid, ties to the lowest index.
    pub assignments: Vec<usize>,
    /// Sum of squared distances to these centroids.
    pub inertia: f64,
    /// The iterations of the winning restart.
    pub history: Vec<KMeansIteration>,
    /// Index of the winning restart.
    pub restart: usize,
    /// Why the winning restart stopped.
    pub stop: KMeansStop,
}

/// Clusters the columns of `images` (D x S), minimising sum_s min_k |x_s - c_k|^2.
///
/// A cluster that is left without images takes the image that is farthest from its own centroid.
/// Restarts run in parallel, each with a generator of its own seeded from `rng`, and the least inertia
/// wins (ties: the first). With one restart the observer is told of every iteration as it happens, with
/// several after each batch of them; it may block (a pause) or stop the run.
///
/// Cost: 2 K S D flops for the first iteration; later ones compute only the distances that bounds do not settle,
/// from images of one byte a pixel where that suffices. Memory: S D bytes, and S K doubles a restart. The result is the
/// same, to the bit, for every number of threads.
///
/// # Errors
/// [`MixtureError::Components`], [`MixtureError::NonFinitePixel`], [`MixtureError::Setting`].
pub fn kmeans<R: Rng>(
    images: &DMatrix<f64>,
    settings: &KMeansSettings,
    rng: &mut R,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, MixtureError> {
    check::components(settings.components, images.ncols())?;
    if images.nrows() == 0 {
        check::images(images, 0)?;
    }
    let prepared = Prepared::new(images);
    // Pixels are checked one by one only when the sum of their squares is not finite.
    if !prepared.finite() {
        check::images(images, images.nrows())?;
    }
    check::non_negative("k-means tolerance", settings.tolerance)?;
    let threshold = prepared.threshold(settings.tolerance);
    let run = |restart, seed, observer: &mut Observer<'_>| {
        run(&prepared, settings, threshold, restart, seed, observer)
    };
    best_of(settings.restarts, run, rng, observer)
}

/// [`kmeans`] of images with weights, of which pixels may be missing (NaN): by distances over the observed pixels of each image, and
/// weighted means of the observed values of each pixel. It minimises the weighted sum of squares over the observed pixels.
///
/// A pixel that no image of a cluster shows keeps the value that it had; first centroids are images whose missing pixels
/// have the mean of those observed, none of them of weight 0. Without missing pixels and weights it is [`kmeans`], to the
/// bit. Cost: 3 K S D flops an iteration.
///
/// # Errors
/// As [`kmeans`]; an infinite pixel is refused, [`MixtureError::ImageWeight`].
pub fn kmeans_training_set<R: Rng>(
    set: &TrainingSet,
    settings: &KMeansSettings,
    rng: &mut R,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, MixtureError> {
    if set.is_plain() {
        return kmeans(&set.images, settings, rng, observer);
    }
    set.check(settings.components, set.images.nrows())?;
    check::non_negative("k-means tolerance", settings.tolerance)?;
    let observed = Observed { images: &set.images, weights: set.weights.as_deref() };
    let counted: Vec<usize> = (0..set.images.ncols()).filter(|&image| observed.weight(image) > 0.0).collect();
    if counted.len() < set.images.ncols() {
        // Images of weight 0 begin no cluster and fill none: they are told their nearest centroid at the end.
        let fit = kmeans_training_set(&set.select(&counted), settings, rng, observer)?;
        let (clusters, _) = observed.assign(&fit.centroids);
        return Ok(KMeansFit { assignments: clusters.into_iter().map(|k| k as usize).collect(), ..fit });
    }
    let threshold = observed.threshold(settings.tolerance);
    let run = |restart, seed, observer: &mut Observer<'_>| {
        observed.run(settings, threshold, restart, seed, observer)
    };
    best_of(settings.restarts, run, rng, observer)
}

/// Is told of iterations.
type Observer<'a> = dyn FnMut(&KMeansIteration) -> ControlFlow<()> + 'a;

/// The run of least inertia (ties: the first).
fn best_of<R: Rng>(
    restarts: usize,
    run: impl Fn(usize, u64, &mut Observer<'_>) -> KMeansFit + Sync,
    rng: &mut R,
    observer: &mut Observer<'_>,
) -> Result<KMeansFit, MixtureError> {
    if restarts == 1 {
        return Ok(run(0, rng.next_u64(), observer));
    }
    let mut best: Option<KMeansFit> = None;
    let mut first = 0;
    while first < restarts {
        let count = rayon::current_num_threads().clamp(1, restarts - first);
        let batch: Vec<u64> = (0..count).map(|_| rng.next_u64()).collect();
        let fits: Vec<KMeansFit> = (first..first + batch.len())
            .into_par_iter()
            .zip(&batch)
            .map(|(restart, &seed)| run(restart, seed, &mut |_| ControlFlow::Continue(())))
            .collect();
        first += batch.len();
        let mut cancelled = false;
        for fit in fits {
            cancelled |= fit.history.iter().any(|step| observer(step).is_break());
            if best.as_ref().is_none_or(|best| fit.inertia < best.inertia) {
                best = Some(fit);
            }
        }
        if cancelled {
            best = best.map(|fit| KMeansFit { stop: KMeansStop::Cancelled, ..fit });
            break;
        }
    }
    best.ok_or(MixtureError::Setting { what: "restarts", value: 0.0, hint: "choose at least 1" })
}

/// One run from one seed.
fn run(
    images: &Prepared,
    settings: &KMeansSettings,
    threshold: f64,
    restart: usize,
    seed: u64,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> KMeansFit {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let start = seeding::pick(images.pixels, settings.components, settings.init, &mut rng);
    let mut centroids = images.pixels.select_columns(&start);
    let mut history: Vec<KMeansIteration> = Vec::new();
    let mut current = assign(images, &centroids);
    let mut sums = ClusterSums::new(images.pixels, images.largest(), settings.components);
    let mut stop = KMeansStop::IterationLimit;
    for iteration in 1..=settings.max_iterations {
        let inertia = gather(images, &centroids, &current.clusters, &mut sums);
        let moved = sums.means();
        let movement = (&moved - &centroids).norm_squared();
        let changed = current.follow(images, &centroids, &moved);
        centroids = moved;
        let step = KMeansIteration { restart, iteration, inertia, movement, changed };
        let flow = observer(&step);
        history.push(step);
        if let Some(why) = KMeansStop::after(changed, movement < threshold, flow) {
            stop = why;
            break;
        }
    }
    let inertia = distance::to_own_centroids(images.pixels, &centroids, &current.clusters).iter().sum();
    let assignments = current.clusters.iter().map(|&k| k as usize).collect();
    KMeansFit { centroids, assignments, inertia, history, restart, stop }
}

/// Makes `sums` those of the clusters, emptied ones refilled; returns the inertia before that.
fn gather(images: &Prepared, centroids: &DMatrix<f64>, clusters: &[u32], sums: &mut ClusterSums) -> f64 {
    let mut counts = emptied::counts(clusters, centroids.ncols());
    if counts.iter().all(|&count| count > 0) {
        sums.follow(images.pixels, clusters);
        if let Some(inertia) = images.inertia(centroids, sums) {
            return inertia;
        }
    }
    let squared = distance::to_own_centroids(images.pixels, centroids, clusters);
    if counts.contains(&0) {
        let mut refilled = clusters.to_vec();
        emptied::refill(&mut refilled, &mut counts, &squared);
        sums.follow(images.pixels, &refilled);
    }
    squared.iter().sum()
}
