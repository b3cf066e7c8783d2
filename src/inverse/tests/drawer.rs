//! Draws from the posterior, and its covariances.

use nalgebra::{DMatrix, DVector};

use super::given;
use super::reference::{random_mixture, seeded};
use crate::inverse::{InverseError, Mask};

/// Images of five pixels, three missing, with the components' weights far from 0 and 1.
fn mask() -> Mask {
    Mask::new(vec![false, true, false, true, false])
}
const IMAGE: [f64; 5] = [f64::NAN, 0.4, f64::NAN, 0.6, f64::NAN];

#[test]
fn draws_have_the_mean_and_covariance_of_the_posterior() {
    let mixture = random_mixture(5, 2, 0.1, &mut seeded(11));
    let conditioner = given(&mixture, &mask()).unwrap();
    let posterior = conditioner.posterior(&IMAGE).unwrap();
    assert!(posterior.weights().iter().all(|&weight| weight > 0.1), "{}", posterior.weights());

    let count = 40_000;
    let n = count as f64;
    let draws = conditioner.drawer().unwrap().draw(&posterior, count, &mut seeded(12)).unwrap();
    assert_eq!(draws.images.shape(), (5, count));

    // Shares of the components.
    let share = draws.components.iter().filter(|&&k| k == 1).count() as f64 / n;
    let weight = posterior.weights()[1];
    assert!((share - weight).abs() < 5.0 * (weight * (1.0 - weight) / n).sqrt(), "{share} {weight}");

    // The average over all draws is the expectation, each pixel within five standard errors.
    let (expectation, std) = (posterior.expectation(), posterior.standard_deviation());
    for pixel in 0..5 {
        let average = draws.images.row(pixel).mean();
        let error = 5.0 * std[pixel] / n.sqrt() + 1e-12;
        assert!((average - expectation[pixel]).abs() <= error, "{pixel}: {average} {}", expectation[pixel]);
    }

    // Mean and covariance within each component.
    let covariances = conditioner.covariances();
    for (k, covariance) in covariances.iter().enumerate() {
        let of_component: Vec<usize> = (0..count).filter(|&i| draws.components[i] == k).collect();
        let n = of_component.len() as f64;
        let missing = draws.images.select_rows(mask().missing()).select_columns(&of_component);
        let mean = missing.column_mean();
        let centred = DMatrix::from_fn(3, of_component.len(), |i, j| missing[(i, j)] - mean[i]);
        let sample = &centred * centred.transpose() / (n - 1.0);
        for i in 0..3 {
            let error = 5.0 * (covariance[(i, i)] / n).sqrt();
            assert!((mean[i] - posterior.means()[(i, k)]).abs() <= error, "mean {i} of component {k}");
            for j in 0..3 {
                // Var of a sample covariance of normals: (s_ii s_jj + s_ij^2) / n.
                let (product, square) = (covariance[(i, i)] * covariance[(j, j)], covariance[(i, j)].powi(2));
                let error = 5.0 * ((product + square) / n).sqrt();
                assert!((sample[(i, j)] - covariance[(i, j)]).abs() <= error, "({i}, {j}) of {k}");
            }
        }
    }
}

#[test]
fn draws_keep_the_observed_pixels_and_follow_the_seed() {
    let mixture = random_mixture(5, 2, 0.1, &mut seeded(15));
    let conditioner = given(&mixture, &mask()).unwrap();
    let (posterior, drawer) = (conditioner.posterior(&IMAGE).unwrap(), conditioner.drawer().unwrap());
    let of_seed = |seed| drawer.draw(&posterior, 20, &mut seeded(seed)).unwrap();
    let draws = of_seed(1);
    assert!(draws.images.row(1).iter().all(|&pixel| pixel == 0.4));
    assert!(draws.images.row(3).iter().all(|&pixel| pixel == 0.6));
    assert!(draws.images.iter().all(|pixel| pixel.is_finite()));
    assert_eq!(draws, of_seed(1));
    assert_ne!(draws, of_seed(2));
    assert_eq!(drawer.draw(&posterior, 0, &mut seeded(1)).unwrap().images.shape(), (5, 0));
}

#[test]
fn with_everything_observed_every_draw_is_the_image() {
    let mixture = random_mixture(3, 2, 0.1, &mut seeded(16));
    let conditioner = given(&mixture, &Mask::new(vec![true; 3])).unwrap();
    let posterior = conditioner.posterior(&[0.1, 0.2, 0.3]).unwrap();
    let draws = conditioner.drawer().unwrap().draw(&posterior, 2, &mut seeded(1)).unwrap();
    let image = DVector::from_vec(vec![0.1, 0.2, 0.3]);
    assert_eq!(draws.images, DMatrix::from_columns(&[image.clone(), image]));
}

#[test]
fn posterior_and_drawer_of_different_origin_are_refused() {
    let mixture = random_mixture(5, 2, 0.1, &mut seeded(17));
    let more = random_mixture(5, 3, 0.1, &mut seeded(17));
    let conditioner = given(&mixture, &mask()).unwrap();
    let drawer = conditioner.drawer().unwrap();
    let other_mask = given(&mixture, &mask().inverted()).unwrap().posterior(&[0.5; 5]).unwrap();
    let other_model = given(&more, &mask()).unwrap().posterior(&[0.5; 5]).unwrap();
    for posterior in [other_mask, other_model] {
        assert_eq!(drawer.draw(&posterior, 1, &mut seeded(1)).unwrap_err(), InverseError::Mismatch);
        assert_eq!(conditioner.posterior_mixture(&posterior).unwrap_err(), InverseError::Mismatch);
    }
}
