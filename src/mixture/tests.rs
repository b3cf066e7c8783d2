//! k-means, EM, sampling and selection against what must hold for them. One idea a file; `dense.rs` is an
//! independent E- and M-step, without any of the core's short cuts.

mod clusters;
mod dead;
mod degenerate;
mod dense;
mod draws;
mod families;
mod invariance;
mod laws;
mod lloyd;
mod missing;
mod missing_families;
mod reference;
mod refused;
mod selection;
mod shrunk;
mod sources;
mod threads;
mod tiles;
mod warm_start;
mod weights;

use std::ops::ControlFlow;

use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;

use super::*;
use crate::data::{Dataset, Source};

const GO: ControlFlow<()> = ControlFlow::Continue(());

/// The first `count` training images of the labels 0, 1 and 8.
fn real_images(count: usize) -> DMatrix<f64> {
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    data.train.matrix(&(0..count).collect::<Vec<_>>())
}

/// The `side` x `side` patch from the middle of each of the first images.
fn patches_of(side: usize, count: usize) -> DMatrix<f64> {
    let range = || 14 - side / 2..14 - side / 2 + side;
    let rows: Vec<usize> = range().flat_map(|y| range().map(move |x| y * 28 + x)).collect();
    real_images(count).select_rows(&rows)
}

/// Patches of 6 x 6: D = 36.
fn patches(count: usize) -> DMatrix<f64> {
    patches_of(6, count)
}

/// EM without a tolerance: `max_iterations` of them.
fn em(images: &DMatrix<f64>, start: Mixture, ridge: f64, max_iterations: usize) -> EmFit {
    let settings = EmSettings { ridge, tolerance: 0.0, max_iterations, ..EmSettings::default() };
    fit(images, start, &settings, None, &mut |_| GO).unwrap()
}

/// Every seventh image as a mean, uniform weights, identity covariances.
fn start(images: &DMatrix<f64>, components: usize) -> Mixture {
    let chosen: Vec<usize> = (0..components).map(|k| 7 * k).collect();
    Mixture::standard_start(images.select_columns(&chosen)).unwrap()
}

/// k-means from one seed, until nothing changes.
fn clusters(images: &DMatrix<f64>, components: usize, init: KMeansInit, restarts: usize) -> KMeansFit {
    let settings = KMeansSettings { components, init, restarts, tolerance: 0.0, max_iterations: 300 };
    kmeans(images, &settings, &mut seeded(1), &mut |_| GO).unwrap()
}

fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Standard normal numbers.
fn normal(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| rng.sample(StandardNormal))
}

/// Mean and biased covariance of the columns.
fn moments(images: &DMatrix<f64>) -> (DVector<f64>, DMatrix<f64>) {
    let mean = images.column_mean();
    let mut centred = images.clone();
    centred.column_iter_mut().for_each(|mut image| image -= &mean);
    let covariance = &centred * centred.transpose() / images.ncols() as f64;
    (mean, covariance)
}

/// The covariances as matrices.
fn matrices(mixture: &Mixture) -> Vec<DMatrix<f64>> {
    mixture.covariances().iter().map(|covariance| covariance.dense().into_owned()).collect()
}

/// The largest difference of two mixtures' weights, means and covariances, their components in the same order.
fn difference(a: &Mixture, b: &Mixture) -> f64 {
    assert_eq!((a.components(), a.dim()), (b.components(), b.dim()));
    let covariances = matrices(a).into_iter().zip(matrices(b)).map(|(a, b)| (a - b).amax());
    let rest = [(a.weights() - b.weights()).amax(), (a.means() - b.means()).amax()];
    covariances.chain(rest).fold(0.0, f64::max)
}

/// NLL of every iteration, and the final one.
fn nll(fit: &EmFit) -> Vec<f64> {
    fit.history.iter().map(|step| step.nll).chain([fit.final_nll]).collect()
}
