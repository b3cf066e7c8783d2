//! The first centroids of k-means. Used by `kmeans`.

use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

/// How the first centroids are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KMeansInit {
    /// K distinct images picked at random.
    #[default]
    Random,
    /// Greedy k-means++ (Arthur and Vassilvitskii 2007): each next centroid is drawn with probability
    /// proportional to the squared distance from those before; of 2 + log K such candidates the one
    /// that leaves the least inertia is taken.
    PlusPlus,
}

/// The indices of K images to start from.
pub(super) fn pick<R: Rng>(
    images: &DMatrix<f64>,
    components: usize,
    init: KMeansInit,
    rng: &mut R,
) -> Vec<usize> {
    match init {
        KMeansInit::Random => rand::seq::index::sample(rng, images.ncols(), components).into_vec(),
        KMeansInit::PlusPlus => plus_plus(images, components, rng),
    }
}

fn plus_plus<R: Rng>(images: &DMatrix<f64>, components: usize, rng: &mut R) -> Vec<usize> {
    let samples = images.ncols();
    let trials = 2 + (components as f64).ln() as usize;
    let mut chosen = vec![rng.random_range(0..samples)];
    let mut nearest = squared_distances(images, chosen[0]);
    while chosen.len() < components {
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let candidate = draw(&nearest, rng);
            // The distance to the nearest centroid if the candidate became one.
            let mut distances = squared_distances(images, candidate);
            distances.iter_mut().zip(&nearest).for_each(|(new, &old)| *new = new.min(old));
            let inertia: f64 = distances.iter().sum();
            if best.as_ref().is_none_or(|(least, ..)| inertia < *least) {
                best = Some((inertia, candidate, distances));
            }
        }
        if let Some((_, candidate, distances)) = best {
            chosen.push(candidate);
            nearest = distances;
        }
    }
    chosen
}

/// An index drawn with probability proportional to `weights`; uniformly when all are zero.
fn draw<R: Rng>(weights: &[f64], rng: &mut R) -> usize {
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return rng.random_range(0..weights.len());
    }
    let mut left = rng.random::<f64>() * total;
    for (index, &weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return index;
        }
    }
    // Rounding can leave a little: the last index that could have been drawn.
    weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0)
}

fn squared_distances(images: &DMatrix<f64>, from: usize) -> Vec<f64> {
    use rayon::prelude::*;
    let centre = images.column(from);
    let centre = centre.as_slice();
    images
        .as_slice()
        .par_chunks(images.nrows())
        .with_min_len(64)
        .map(|image| super::kmeans::squared_distance(image, centre))
        .collect()
}
