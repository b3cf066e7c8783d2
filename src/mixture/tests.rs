//! k-means, EM and sampling against what must hold for them, on small real images.

use std::ops::ControlFlow;

use nalgebra::{DMatrix, DVector};
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

use super::*;
use crate::data::{Dataset, Source};

const GO: ControlFlow<()> = ControlFlow::Continue(());

/// A 6 x 6 patch from the middle of the first images: D = 36.
fn patches(count: usize) -> DMatrix<f64> {
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    let images = data.train.matrix(&(0..count).collect::<Vec<_>>());
    let rows: Vec<usize> = (11..17).flat_map(|y| (11..17).map(move |x| y * 28 + x)).collect();
    images.select_rows(&rows)
}

fn em(images: &DMatrix<f64>, start: Mixture, ridge: f64, max_iterations: usize) -> EmFit {
    let settings = EmSettings { ridge, tolerance: 0.0, max_iterations };
    fit(images, start, &settings, None, &mut |_| GO).unwrap()
}

fn start(images: &DMatrix<f64>, components: usize) -> Mixture {
    let chosen: Vec<usize> = (0..components).map(|k| 7 * k).collect();
    Mixture::standard_start(images.select_columns(&chosen)).unwrap()
}

fn clusters(images: &DMatrix<f64>, init: KMeansInit, restarts: usize) -> KMeansFit {
    let settings = KMeansSettings { components: 4, init, restarts, tolerance: 0.0, max_iterations: 300 };
    kmeans(images, &settings, &mut ChaCha8Rng::seed_from_u64(1), &mut |_| GO).unwrap()
}

#[test]
fn one_component_is_the_sample_mean_and_the_biased_covariance() {
    let images = patches(300);
    let fit = em(&images, start(&images, 1), 0.0, 2);
    let mean = images.column_mean();
    let centred = DMatrix::from_fn(36, 300, |i, s| images[(i, s)] - mean[i]);
    let covariance = &centred * centred.transpose() / 300.0;
    assert!((fit.mixture.means().column(0) - mean).amax() < 1e-13);
    assert!((&fit.mixture.covariances()[0] - covariance).amax() < 1e-13);
}

#[test]
fn without_ridge_the_nll_never_rises() {
    let images = patches(1500);
    let fit = em(&images, start(&images, 3), 0.0, 15);
    let nll: Vec<f64> = fit.history.iter().map(|step| step.nll).chain([fit.final_nll]).collect();
    assert_eq!(nll.len(), 16);
    assert!(nll.windows(2).all(|pair| pair[1] <= pair[0] + 1e-10), "{nll:?}");
    assert!(nll[15] < nll[0] - 1.0);
}

#[test]
fn no_iteration_returns_the_start_and_one_and_one_are_two() {
    let images = patches(400);
    let begin = start(&images, 3);
    let none = em(&images, begin.clone(), 1e-3, 0);
    assert_eq!(none.mixture, begin);
    assert_eq!(none.stop, StopReason::IterationLimit);
    let two = em(&images, begin.clone(), 1e-3, 2).mixture;
    let warm = em(&images, em(&images, begin, 1e-3, 1).mixture, 1e-3, 1).mixture;
    assert!((two.means() - warm.means()).amax() < 1e-12);
    for (a, b) in two.covariances().iter().zip(warm.covariances()) {
        assert!((a - b).amax() < 1e-12);
    }
}

#[test]
fn duplicated_and_constant_images_survive_with_a_ridge_and_are_named_without() {
    let images = DMatrix::from_fn(5, 8, |i, s| if s < 4 { 0.25 } else { 0.5 + 0.01 * i as f64 });
    let begin = Mixture::standard_start(images.select_columns(&[0, 4])).unwrap();
    let fitted = em(&images, begin.clone(), 1e-6, 3);
    assert!(fitted.final_nll.is_finite());
    let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 30 };
    let error = fit(&images, begin, &settings, None, &mut |_| GO).unwrap_err();
    assert!(matches!(error, MixtureError::NotPositiveDefinite { .. }), "{error}");
}

#[test]
fn k_means_ends_at_a_fixed_point_and_more_restarts_are_not_worse() {
    let images = patches(600);
    for init in [KMeansInit::Random, KMeansInit::PlusPlus] {
        let one = clusters(&images, init, 1);
        assert_eq!(one.stop, KMeansStop::FixedPoint);
        assert!(one.history.windows(2).all(|pair| pair[1].inertia <= pair[0].inertia));
        assert!(clusters(&images, init, 5).inertia <= one.inertia);
        for k in 0..4 {
            let members: Vec<usize> = (0..600).filter(|&s| one.assignments[s] == k).collect();
            let mean = images.select_columns(&members).column_mean();
            assert!((one.centroids.column(k) - mean).amax() < 1e-12);
        }
        for (image, &cluster) in images.column_iter().zip(&one.assignments) {
            let distance = |k: usize| (image - one.centroids.column(k)).norm_squared();
            assert!((0..4).all(|k| distance(cluster) <= distance(k) + 1e-12));
        }
    }
}

#[test]
fn impossible_numbers_of_components_and_pixels_are_refused() {
    let mut images = patches(3);
    let settings = |components| KMeansSettings {
        components,
        init: KMeansInit::Random,
        restarts: 1,
        tolerance: 0.0,
        max_iterations: 9,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    for components in [0, 4] {
        let error = kmeans(&images, &settings(components), &mut rng, &mut |_| GO).unwrap_err();
        assert_eq!(error, MixtureError::Components { components, samples: 3 });
    }
    images[(5, 2)] = f64::NAN;
    let error = kmeans(&images, &settings(2), &mut rng, &mut |_| GO).unwrap_err();
    assert_eq!(error, MixtureError::NonFinitePixel { image: 2, pixel: 5 });
}

#[test]
fn draws_have_the_moments_of_their_component() {
    let covariance = DMatrix::from_row_slice(2, 2, &[2.0, 0.6, 0.6, 0.5]);
    let means = DMatrix::from_column_slice(2, 2, &[0.0, 0.0, 10.0, -4.0]);
    let weights = DVector::from_vec(vec![0.25, 0.75]);
    let mixture = Mixture::new(weights, means, vec![DMatrix::identity(2, 2), covariance.clone()]).unwrap();
    let sampler = Sampler::new(&mixture).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let draws = sampler.draw_from(1, 40_000, &mut rng).images;
    let mean = draws.column_mean();
    assert!((mean[0] - 10.0).abs() < 0.04 && (mean[1] + 4.0).abs() < 0.02, "{mean}");
    let centred = DMatrix::from_fn(2, 40_000, |i, s| draws[(i, s)] - mean[i]);
    assert!((&centred * centred.transpose() / 40_000.0 - covariance).amax() < 0.06);
    let chosen = sampler.draw(40_000, &mut rng).components;
    let share = chosen.iter().filter(|&&k| k == 1).count() as f64 / 40_000.0;
    assert!((share - 0.75).abs() < 0.01, "{share}");
}
