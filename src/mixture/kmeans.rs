//! k-means (Algorithm 2, Lloyd's iteration): the start of EM. Called by `study`.

use std::ops::ControlFlow;

use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use rayon::prelude::*;
use serde::Serialize;

use super::assignment::{Assignment, assign};
use super::seeding::{self, KMeansInit};
use super::{MixtureError, check};

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
    /// At most so many iterations a run.
    pub max_iterations: usize,
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
/// Cost an iteration: 2 K S D flops. The result is the same, to the bit, for every number of threads.
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
    check::images(images, images.nrows())?;
    check::non_negative("k-means tolerance", settings.tolerance)?;
    if settings.restarts == 0 {
        return Err(MixtureError::Setting { what: "restarts", value: 0.0, mend: "choose at least 1" });
    }
    let threshold = settings.tolerance * mean_pixel_variance(images);
    let seeds: Vec<u64> = (0..settings.restarts).map(|_| rng.next_u64()).collect();
    if let [seed] = seeds[..] {
        return Ok(run(images, settings, threshold, 0, seed, observer));
    }
    let mut best: Option<KMeansFit> = None;
    let mut first = 0;
    for batch in seeds.chunks(rayon::current_num_threads().max(1)) {
        let fits: Vec<KMeansFit> = (first..first + batch.len())
            .into_par_iter()
            .zip(batch)
            .map(|(restart, &seed)| {
                run(images, settings, threshold, restart, seed, &mut |_| ControlFlow::Continue(()))
            })
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
    best.ok_or(MixtureError::Setting { what: "restarts", value: 0.0, mend: "choose at least 1" })
}

/// One run from one seed.
fn run(
    images: &DMatrix<f64>,
    settings: &KMeansSettings,
    threshold: f64,
    restart: usize,
    seed: u64,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> KMeansFit {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let start = seeding::pick(images, settings.components, settings.init, &mut rng);
    let mut centroids = images.select_columns(&start);
    let mut history: Vec<KMeansIteration> = Vec::new();
    let mut current = assign(images, &centroids);
    let mut stop = KMeansStop::IterationLimit;
    for iteration in 1..=settings.max_iterations {
        let moved = means_of(images, &current, settings.components);
        let movement = (&moved - &centroids).norm_squared();
        centroids = moved;
        let next = assign(images, &centroids);
        let changed = next.clusters.iter().zip(&current.clusters).filter(|(a, b)| a != b).count();
        let step = KMeansIteration { restart, iteration, inertia: current.inertia(), movement, changed };
        current = next;
        let flow = observer(&step);
        history.push(step);
        if changed == 0 {
            stop = KMeansStop::FixedPoint;
            break;
        }
        if movement < threshold {
            stop = KMeansStop::Tolerance;
            break;
        }
        if flow.is_break() {
            stop = KMeansStop::Cancelled;
            break;
        }
    }
    let inertia = current.inertia();
    let assignments = current.clusters.iter().map(|&k| k as usize).collect();
    KMeansFit { centroids, assignments, inertia, history, restart, stop }
}

/// The mean of each cluster; an empty cluster becomes the image farthest from its centroid that no
/// other empty cluster has taken, and that image leaves its old cluster.
fn means_of(images: &DMatrix<f64>, assignment: &Assignment, components: usize) -> DMatrix<f64> {
    let mut clusters = assignment.clusters.clone();
    let mut counts = vec![0_usize; components];
    clusters.iter().for_each(|&k| counts[k as usize] += 1);
    let empty: Vec<usize> = (0..components).filter(|&k| counts[k] == 0).collect();
    if !empty.is_empty() {
        let mut farthest: Vec<usize> = (0..clusters.len()).collect();
        farthest.sort_by(|&a, &b| assignment.squared[b].total_cmp(&assignment.squared[a]));
        let mut candidates = farthest.into_iter();
        for k in empty {
            // An image that is alone in its cluster stays: taking it would empty that one.
            if let Some(image) = candidates.find(|&image| counts[clusters[image] as usize] > 1) {
                counts[clusters[image] as usize] -= 1;
                counts[k] = 1;
                clusters[image] = k as u32;
            }
        }
    }
    let mut means = DMatrix::zeros(images.nrows(), components);
    means.as_mut_slice().par_chunks_mut(images.nrows()).enumerate().for_each(|(k, mean)| {
        for (image, _) in clusters.iter().enumerate().filter(|&(_, &cluster)| cluster as usize == k) {
            mean.iter_mut().zip(images.column(image).iter()).for_each(|(sum, pixel)| *sum += pixel);
        }
        let count = counts[k].max(1) as f64;
        mean.iter_mut().for_each(|sum| *sum /= count);
    });
    means
}

/// |a - b|^2, summed in one fixed order.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    // Eight sums side by side: independent additions, which the compiler turns into vectors.
    let mut lanes = [0.0; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 =
        a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| (x - y) * (x - y)).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for (lane, (x, y)) in lanes.iter_mut().zip(x.iter().zip(y)) {
            *lane += (x - y) * (x - y);
        }
    }
    lanes.iter().sum::<f64>() + rest
}

fn mean_pixel_variance(images: &DMatrix<f64>) -> f64 {
    let count = images.ncols().max(1) as f64;
    let mean = images.column_sum() / count;
    let total: f64 = images.column_iter().map(|image| (image - &mean).norm_squared()).sum();
    total / (count * images.nrows().max(1) as f64)
}
