//! Weights, means, standard deviations and evidence.

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use rand::RngExt;

use super::given;
use super::reference::{assert_close, log_density, marginal, normal, random_mixture, seeded, textbook};
use crate::data::ImageShape;
use crate::inverse::{InverseError, Mask, Posterior};
use crate::mixture::{Mixture, MixtureError};

/// Holds everything that a posterior says against the textbook, to 1e-8.
fn assert_textbook(mixture: &Mixture, mask: &Mask, image: &[f64]) {
    let conditioner = given(mixture, mask).unwrap();
    let posterior = conditioner.posterior(image).unwrap();
    let expected = textbook(mixture, mask, image);
    assert_close("evidence", &[posterior.log_evidence()], &[expected.log_evidence], 1e-8);
    assert_close("weights", &posterior.weights().clone(), &expected.weights, 1e-8);
    assert_close("means", posterior.means(), &expected.means, 1e-8);
    for (found, expected) in conditioner.covariances().iter().zip(&expected.covariances) {
        assert_close("covariance", found, expected, 1e-8);
        assert_eq!(found, &found.transpose());
    }

    let (mut restored, mut std) = (image.to_vec(), vec![0.0; image.len()]);
    for (row, &pixel) in mask.missing().iter().enumerate() {
        let second = |k: usize| expected.covariances[k][(row, row)] + expected.means[(row, k)].powi(2);
        let average = |f: &dyn Fn(usize) -> f64| -> f64 {
            (0..expected.weights.len()).map(|k| expected.weights[k] * f(k)).sum()
        };
        restored[pixel] = average(&|k| expected.means[(row, k)]);
        std[pixel] = (average(&second) - restored[pixel].powi(2)).sqrt();
    }
    assert_close("expectation", &posterior.expectation(), &restored, 1e-8);
    assert_close("std", &posterior.standard_deviation(), &std, 1e-7);
    for &pixel in mask.observed() {
        assert_eq!(posterior.expectation()[pixel].to_bits(), image[pixel].to_bits());
        assert_eq!(posterior.standard_deviation()[pixel], 0.0);
    }
}

fn random_image(dim: usize, rng: &mut rand::rngs::ChaCha8Rng) -> Vec<f64> {
    (0..dim).map(|_| rng.random()).collect()
}

#[test]
fn textbook_at_a_moderate_size() {
    let mut rng = seeded(1);
    let mixture = random_mixture(150, 3, 0.1, &mut rng);
    for fraction in [0.1, 0.5, 0.9] {
        let mask = Mask::random(ImageShape::of_vector(150), fraction, &mut rng).unwrap();
        let image = random_image(150, &mut rng);
        assert_textbook(&mixture, &mask, &image);
    }
}

#[test]
fn textbook_at_the_size_of_fashion_mnist() {
    let mut rng = seeded(10);
    let mixture = random_mixture(784, 2, 0.1, &mut rng);
    let mask = Mask::random(ImageShape::of_vector(784), 0.1, &mut rng).unwrap();
    let image = random_image(784, &mut rng);
    assert_textbook(&mixture, &mask, &image);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn textbook_for_every_mask(
        bits in prop::collection::vec(any::<bool>(), 1..12), components in 1_usize..4, seed in any::<u64>(),
    ) {
        let mut rng = seeded(seed);
        let mixture = random_mixture(bits.len(), components, 0.1, &mut rng);
        let image = random_image(bits.len(), &mut rng);
        assert_textbook(&mixture, &Mask::new(bits), &image);
    }

    #[test]
    fn one_observed_and_one_missing_pixel(dim in 2_usize..10, pixel in 0_usize..10, seed in any::<u64>()) {
        let mut rng = seeded(seed);
        let mixture = random_mixture(dim, 2, 0.1, &mut rng);
        let one_observed = Mask::new((0..dim).map(|i| i == pixel % dim).collect());
        let image = random_image(dim, &mut rng);
        assert_textbook(&mixture, &one_observed, &image);
        assert_textbook(&mixture, &one_observed.inverted(), &image);
    }

    #[test]
    fn joint_density_is_marginal_times_conditional(
        mut bits in prop::collection::vec(any::<bool>(), 2..10), components in 1_usize..4, seed in any::<u64>(),
    ) {
        (bits[0], bits[1]) = (true, false);
        let (dim, mask) = (bits.len(), Mask::new(bits));
        let mut rng = seeded(seed);
        let mixture = random_mixture(dim, components, 0.1, &mut rng);
        let x = DVector::from_vec(random_image(dim, &mut rng));
        let conditioner = given(&mixture, &mask).unwrap();
        let posterior = conditioner.posterior(x.as_slice()).unwrap();
        let conditional = conditioner.posterior_mixture(&posterior).unwrap();
        let marginal = marginal(&mixture, &mask);

        let of_observed = log_density(&marginal, &x.select_rows(mask.observed()));
        let of_missing = log_density(&conditional, &x.select_rows(mask.missing()));
        let joint = log_density(&mixture, &x);
        prop_assert!((of_observed + of_missing - joint).abs() <= 1e-9 * (1.0 + joint.abs()));
        prop_assert!((of_observed - posterior.log_evidence()).abs() <= 1e-9 * (1.0 + of_observed.abs()));
        prop_assert!((posterior.weights().sum() - 1.0).abs() <= 1e-14);
    }

    #[test]
    fn observing_in_two_steps_equals_observing_at_once(seed in any::<u64>()) {
        let mut rng = seeded(seed);
        let mixture = random_mixture(7, 3, 0.1, &mut rng);
        let image = random_image(7, &mut rng);
        let first = Mask::new(vec![true, false, false, true, false, false, false]);
        let both = Mask::new(vec![true, false, true, true, false, true, false]);
        // Of the missing pixels 1, 2, 4, 5 and 6 of the first step, 2 and 5 are observed in the second.
        let second = Mask::new(vec![false, true, false, true, false]);

        let step = given(&mixture, &first).unwrap();
        let half = step.posterior(&image).unwrap();
        let between = step.posterior_mixture(&half).unwrap();
        let rest: Vec<f64> = first.missing().iter().map(|&i| image[i]).collect();
        let last = given(&between, &second).unwrap().posterior(&rest).unwrap();

        let once = given(&mixture, &both).unwrap().posterior(&image).unwrap();
        assert_close("weights", last.weights(), once.weights(), 1e-10);
        assert_close("means", last.means(), once.means(), 1e-10);
        assert_close("variances", last.variances(), once.variances(), 1e-10);
        let evidence = half.log_evidence() + last.log_evidence();
        prop_assert!((evidence - once.log_evidence()).abs() <= 1e-10 * (1.0 + evidence.abs()));
    }
}

#[test]
fn everything_observed_returns_the_image_and_its_density() {
    let mut rng = seeded(2);
    let mixture = random_mixture(6, 2, 0.1, &mut rng);
    let image = random_image(6, &mut rng);
    let conditioner = given(&mixture, &Mask::new(vec![true; 6])).unwrap();
    let posterior = conditioner.posterior(&image).unwrap();
    assert_eq!(posterior.expectation(), image);
    assert_eq!(posterior.standard_deviation(), [0.0; 6]);
    assert_eq!(posterior.means().shape(), (0, 2));
    let density = log_density(&mixture, &DVector::from_vec(image));
    assert_close("evidence", &[posterior.log_evidence()], &[density], 1e-12);
    assert_eq!(conditioner.posterior_mixture(&posterior).unwrap_err(), InverseError::NoPixel("missing"));
}

#[test]
fn nothing_observed_returns_the_prior() {
    let mixture = random_mixture(6, 3, 0.1, &mut seeded(3));
    let mask = Mask::new(vec![false; 6]);
    let posterior = given(&mixture, &mask).unwrap().posterior(&[f64::NAN; 6]).unwrap();
    assert_close("weights", posterior.weights(), mixture.weights(), 1e-15);
    assert_eq!(posterior.means(), mixture.means());
    assert_eq!(posterior.log_evidence(), 0.0);
    let mean = mixture.means() * mixture.weights();
    assert_close("expectation", &posterior.expectation(), &mean, 1e-14);
    let variance = |i: usize| -> f64 {
        let second = |k: usize| mixture.covariances()[k].diagonal()[i] + mixture.means()[(i, k)].powi(2);
        (0..3).map(|k| mixture.weights()[k] * second(k)).sum::<f64>() - mean[i].powi(2)
    };
    let std: Vec<f64> = (0..6).map(|i| variance(i).sqrt()).collect();
    assert_close("std", &posterior.standard_deviation(), &std, 1e-12);
}

#[test]
fn a_batch_equals_one_by_one() {
    let mut rng = seeded(4);
    let mixture = random_mixture(40, 3, 0.1, &mut rng);
    let images = DMatrix::from_fn(40, 9, |_, _| rng.random::<f64>());
    let conditioner =
        given(&mixture, &Mask::random(ImageShape::of_vector(40), 0.3, &mut rng).unwrap()).unwrap();
    let batch = conditioner.posteriors(&images).unwrap();
    assert_eq!(batch.len(), 9);
    for (image, found) in images.column_iter().zip(&batch) {
        let single = conditioner.posterior(image.as_slice()).unwrap();
        assert_close("weights", found.weights(), single.weights(), 1e-12);
        assert_close("expectation", &found.expectation(), &single.expectation(), 1e-12);
    }
    assert_eq!(conditioner.posteriors(&DMatrix::zeros(40, 0)).unwrap(), Vec::<Posterior>::new());
}

#[test]
fn a_component_of_weight_zero_takes_no_part() {
    let mut rng = seeded(5);
    let two = random_mixture(5, 2, 0.1, &mut rng);
    let dead =
        Mixture::new(DVector::from_vec(vec![0.0, 1.0]), two.means().clone(), two.covariances().to_vec())
            .unwrap();
    let alone = Mixture::new(
        DVector::from_vec(vec![1.0]),
        two.means().columns(1, 1).into_owned(),
        vec![two.covariances()[1].clone()],
    )
    .unwrap();
    let image = random_image(5, &mut rng);
    for observed in 0..=5 {
        let mask = Mask::new((0..5).map(|i| i < observed).collect());
        let found = given(&dead, &mask).unwrap().posterior(&image).unwrap();
        let expected = given(&alone, &mask).unwrap().posterior(&image).unwrap();
        assert_eq!(found.weights().as_slice(), [0.0, 1.0]);
        assert_eq!(found.log_weights()[0], f64::NEG_INFINITY);
        assert_close("expectation", &found.expectation(), &expected.expectation(), 1e-15);
        assert_close("std", &found.standard_deviation(), &expected.standard_deviation(), 1e-14);
        assert_close("evidence", &[found.log_evidence()], &[expected.log_evidence()], 1e-15);
    }
}

#[test]
fn far_away_images_do_not_underflow() {
    // Two unit normals a thousand standard deviations from the observed pixel, which lies nearer to
    // the second by 1e-3: log-densities of about -5e5 that differ by 1.
    let mixture = Mixture::new(
        DVector::from_vec(vec![0.5, 0.5]),
        DMatrix::from_row_slice(2, 2, &[0.0, 1e-3, 0.0, 1.0]),
        vec![DMatrix::identity(2, 2); 2],
    )
    .unwrap();
    let mask = Mask::new(vec![true, false]);
    let conditioner = given(&mixture, &mask).unwrap();
    let posterior = conditioner.posterior(&[1000.0, f64::NAN]).unwrap();
    // log-ratio = (1000^2 - (1000 - 1e-3)^2) / 2 = 1 - 5e-7.
    let second = 1.0 / (1.0 + (-(1.0 - 5e-7_f64)).exp());
    assert_close("weight", &[posterior.weights()[1]], &[second], 1e-9);
    assert_eq!(posterior.weights().sum(), 1.0);
    assert!((posterior.log_evidence() + 5e5).abs() < 2.0);

    let farther = conditioner.posterior(&[1e9, f64::NAN]).unwrap();
    assert_eq!(farther.weights().as_slice(), [0.0, 1.0]);
    assert_eq!(farther.expectation(), [1e9, 1.0]);
    // Beyond any logarithm: an error, not NaN.
    let error = conditioner.posterior(&[1e200, f64::NAN]).unwrap_err();
    assert_eq!(error, InverseError::Evidence { image: 0 });
}

#[test]
fn variances_are_never_negative() {
    // Two equal pixels up to a ridge below the rounding error: the second is all but determined.
    let mut rng = seeded(6);
    for _ in 0..200 {
        let root = normal(6, 2, &mut rng);
        let covariance = &root * root.transpose() + DMatrix::identity(6, 6) * 1e-15;
        let mixture =
            Mixture::new(DVector::from_vec(vec![1.0]), DMatrix::zeros(6, 1), vec![covariance]).unwrap();
        let mask = Mask::new(vec![true, true, false, false, false, false]);
        let posterior = given(&mixture, &mask).unwrap().posterior(&[0.0; 6]).unwrap();
        let std = posterior.standard_deviation();
        assert!(std.iter().all(|value| (0.0..1e-4).contains(value)), "{std:?}");
    }
}

#[test]
fn bad_pixels_and_sizes_are_errors() {
    let mixture = random_mixture(4, 2, 0.1, &mut seeded(7));
    let mask = Mask::new(vec![true, false, true, false]);
    let conditioner = given(&mixture, &mask).unwrap();
    let posterior = conditioner.posterior(&[0.1, 0.2, 0.3, 0.4]).unwrap();
    assert_eq!(conditioner.posterior(&[0.1, f64::NAN, 0.3, f64::INFINITY]).unwrap(), posterior);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = conditioner.posterior(&[0.1, 0.2, bad, 0.4]).unwrap_err();
        assert_eq!(error, InverseError::NonFinitePixel { image: 0, pixel: 2 });
    }
    let error = conditioner.posterior(&[0.1; 5]).unwrap_err();
    assert_eq!(error, InverseError::Size { what: "image", found: 5, expected: 4 });
    let error = conditioner.posteriors(&DMatrix::zeros(3, 2)).unwrap_err();
    assert_eq!(error, InverseError::Size { what: "image", found: 3, expected: 4 });
    let error = given(&mixture, &Mask::new(vec![true; 3])).unwrap_err();
    assert_eq!(error, InverseError::Size { what: "mask", found: 3, expected: 4 });
}

#[test]
fn a_covariance_that_cannot_be_factored_is_named() {
    let singular = DMatrix::from_row_slice(3, 3, &[1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    let covariances = vec![DMatrix::identity(3, 3), singular];
    let mixture = Mixture::new(DVector::from_vec(vec![0.5, 0.5]), DMatrix::zeros(3, 2), covariances).unwrap();
    let error = given(&mixture, &Mask::new(vec![false, true, true])).unwrap_err();
    assert_eq!(error, InverseError::NotPositiveDefinite { component: 1, pixel: 2 });
    // With pixel 2 missing it has a mean and a standard deviation, but no density to draw from.
    let mask = Mask::new(vec![false, true, false]);
    let conditioner = given(&mixture, &mask).unwrap();
    let posterior = conditioner.posterior(&[0.0, 0.7, 0.0]).unwrap();
    assert_eq!(posterior.means().column(1).as_slice(), [0.0, 0.7]);
    assert_eq!(posterior.variances().column(1).as_slice(), [1.0, 0.0]);
    let error = conditioner.drawer().unwrap_err();
    assert_eq!(error, MixtureError::NotPositiveDefinite { component: 1, iteration: 0, pivot: 2 }.into());
}
