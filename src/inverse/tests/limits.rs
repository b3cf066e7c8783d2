//! Noise from nothing to more than anything, measurements that repeat each other, and draws.

use nalgebra::{DMatrix, DVector};

use super::reference::{assert_close, random_mixture, seeded};
use crate::data::ImageShape;
use crate::inverse::{
    Blur, Conditioner, InverseError, Mask, Matrix, Observation, Operator, Sums, restore, restore_measurements,
};

const SHAPE: ImageShape = ImageShape::new(2, 3);

fn operators() -> Vec<Operator> {
    vec![
        Operator::Identity(SHAPE),
        Operator::Blur(Blur::gaussian(SHAPE, 0.7).unwrap()),
        Operator::Sums(Sums::new(SHAPE)),
        Operator::Matrix(Matrix::random(SHAPE, 9, &mut seeded(1))),
        Operator::Mask(Mask::from_fn(SHAPE, |row, _| row == 0)),
    ]
}

#[test]
fn under_endless_noise_the_posterior_is_the_prior() {
    let mixture = random_mixture(6, 3, 0.1, &mut seeded(31));
    let prior = Observation::from(Mask::from_fn(SHAPE, |_, _| false));
    let prior = Conditioner::new(&mixture, &prior).unwrap().posterior(&[0.0; 6]).unwrap();
    for operator in operators() {
        for noise in [1e9, 1e160, 1e300] {
            let observation = Observation::new(operator.clone(), noise).unwrap();
            let posterior = Conditioner::new(&mixture, &observation).unwrap().posterior(&[0.3; 6]).unwrap();
            assert_close("weights", posterior.weights(), prior.weights(), 1e-8);
            assert_close("expectation", &posterior.expectation(), &prior.expectation(), 1e-8);
            assert_close("std", &posterior.standard_deviation(), &prior.standard_deviation(), 1e-8);
            let m = operator.measurements() as f64;
            let evidence = -m * (0.5 * std::f64::consts::TAU.ln() + noise.ln());
            assert_close("evidence", &[posterior.log_evidence()], &[evidence], 1e-8);
        }
    }
}

#[test]
fn with_less_and_less_noise_the_posterior_tends_to_that_without() {
    let mixture = random_mixture(6, 2, 0.1, &mut seeded(32));
    let image = [0.1, 0.5, 0.3, 0.9, 0.2, 0.4];
    for operator in [&operators()[0], &operators()[1], &operators()[4]] {
        let posterior = |noise| {
            let observation = Observation::new(operator.clone(), noise).unwrap();
            Conditioner::new(&mixture, &observation).unwrap().posterior(&image).unwrap()
        };
        let (without, with) = (posterior(0.0), posterior(1e-5));
        assert_close("expectation", &with.expectation(), &without.expectation(), 1e-6);
        assert_close("std", &with.standard_deviation(), &without.standard_deviation(), 1e-3);
        assert_close("weights", with.weights(), without.weights(), 1e-5);
    }
}

#[test]
fn measurements_that_repeat_each_other_need_noise() {
    let mixture = random_mixture(6, 2, 0.1, &mut seeded(33));
    // More rows than pixels, and rows that are equal.
    let double = DMatrix::from_fn(2, 6, |_, j| 1.0 + j as f64);
    for operator in [&operators()[2], &operators()[3], &Operator::Matrix(Matrix::new(SHAPE, double).unwrap())]
    {
        let conditioner = |noise| {
            Conditioner::new(&mixture, &Observation::new(operator.clone(), noise).unwrap()).map(|_| ())
        };
        assert!(matches!(conditioner(0.0), Err(InverseError::Singular { component: 0, .. })));
        let hint = conditioner(0.0).unwrap_err().to_string();
        assert!(hint.ends_with("choose `noise` above 0, or larger"), "{hint}");
        conditioner(1e-4).unwrap();
    }
}

#[test]
fn draws_have_the_moments_of_the_posterior_under_every_operator() {
    let mixture = random_mixture(6, 2, 0.1, &mut seeded(34));
    let image = [0.1, 0.5, 0.3, 0.9, 0.2, 0.4];
    for (n, operator) in operators().into_iter().enumerate() {
        // Noise of several sizes, larger than 1 among them.
        let noises: Vec<f64> = (0..operator.measurements()).map(|i| [0.3, 0.05, 2.0][i % 3]).collect();
        let observation = Observation::with_noises(operator, noises).unwrap();
        let conditioner = Conditioner::new(&mixture, &observation).unwrap();
        let posterior = conditioner.posterior(&image).unwrap();
        let count = 20_000;
        let draws = conditioner.drawer().unwrap().draw(&posterior, count, &mut seeded(35)).unwrap().images;
        let (mean, std) = (draws.column_mean(), posterior.standard_deviation());
        let expectation = DVector::from_vec(posterior.expectation());
        for pixel in 0..6 {
            let error = 5.0 * std[pixel] / f64::from(count as u32).sqrt();
            assert!((mean[pixel] - expectation[pixel]).abs() < error, "operator {n}, mean of {pixel}");
            let column = conditioner.covariance_column(&posterior, pixel).unwrap();
            assert!((column[pixel] - std[pixel].powi(2)).abs() < 1e-12);
            for other in 0..6 {
                // The average of products and its standard error, from the draws themselves.
                let product = |i: usize| {
                    (draws[(pixel, i)] - expectation[pixel]) * (draws[(other, i)] - expectation[other])
                };
                let average = (0..count).map(product).sum::<f64>() / count as f64;
                let spread = (0..count).map(|i| (product(i) - average).powi(2)).sum::<f64>() / count as f64;
                let error = 5.0 * (spread / count as f64).sqrt();
                assert!(
                    (average - column[other]).abs() < error,
                    "operator {n}, covariance of {pixel} and {other}"
                );
            }
        }
    }
}

#[test]
fn measurements_are_restored_as_images_are() {
    let mixture = random_mixture(6, 2, 0.1, &mut seeded(36));
    let images = DMatrix::from_fn(6, 3, |i, n| ((i * 5 + n) % 7) as f64 / 7.0);
    for operator in operators() {
        let observations = [Observation::new(operator, 0.1).unwrap()];
        let measured: Vec<Vec<f64>> =
            images.column_iter().map(|image| observations[0].measure(image.as_slice(), 0).unwrap()).collect();
        let of_images = restore(&mixture, &images, &observations).unwrap();
        let given = restore_measurements(&mixture, &measured, &observations, Some(0.8)).unwrap();
        for (a, b) in of_images.iter().zip(&given) {
            assert_eq!((&a.restored, &a.std, a.log_evidence), (&b.restored, &b.std, b.log_evidence));
            assert!(a.psnr.is_finite() && b.psnr.is_nan() && a.interval.is_none());
            let interval = b.interval.as_ref().unwrap();
            assert!(interval.lower.iter().zip(&interval.upper).all(|(lower, upper)| lower < upper));
        }
        let error = restore_measurements(&mixture, &[vec![0.0]], &observations, None).unwrap_err();
        assert!(matches!(error, InverseError::Length { what: "measurement", found: 1, .. }));
        let bad = vec![vec![f64::NAN; measured[0].len()]];
        let error = restore_measurements(&mixture, &bad, &observations, None).unwrap_err();
        assert_eq!(error, InverseError::NonFiniteMeasurement { image: 0, measurement: 0 });
    }
}
