//! The first centroids of k-means.

use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::linalg::squared_distance;
use crate::mixture::categorical;

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
pub(in crate::mixture) fn pick<R: Rng>(
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
    let mut nearest = distances_left(images, &vec![f64::INFINITY; samples], &chosen);
    while chosen.len() < components {
        let candidates: Vec<usize> = (0..trials).map(|_| categorical(&nearest, rng)).collect();
        let left = distances_left(images, &nearest, &candidates);
        let mut best = (f64::INFINITY, 0);
        for trial in 0..trials {
            let inertia: f64 = left[trial..].iter().step_by(trials).sum();
            if trial == 0 || inertia < best.0 {
                best = (inertia, trial);
            }
        }
        chosen.push(candidates[best.1]);
        nearest = left[best.1..].iter().step_by(trials).copied().collect();
    }
    chosen
}

/// The squared distance of every image to the nearest centroid if each candidate became one: for every image,
/// one number a candidate.
fn distances_left(images: &DMatrix<f64>, nearest: &[f64], candidates: &[usize]) -> Vec<f64> {
    let dim = images.nrows();
    let pixels = images.as_slice();
    let mut left = vec![0.0; nearest.len() * candidates.len()];
    let per_image = left.par_chunks_mut(candidates.len()).zip(pixels.par_chunks(dim)).zip(nearest);
    per_image.with_min_len(64).for_each(|((left, image), &old)| {
        for (left, &candidate) in left.iter_mut().zip(candidates) {
            *left = squared_distance(image, &pixels[candidate * dim..][..dim]).min(old);
        }
    });
    left
}
