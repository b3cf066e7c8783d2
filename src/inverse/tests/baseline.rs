//! Which baselines apply, and the Wiener filter against its formula.

use nalgebra::{DMatrix, DVector};

use super::reference::{random_mixture, seeded};
use crate::data::ImageShape;
use crate::inverse::{
    Baseline, Blur, Mask, Matrix, Observation, Operator, Reduction, baselines, compare_baselines,
    non_local_means, psnr, single_component, total_variation,
};
use crate::mixture::Sampler;

const SHAPE: ImageShape = ImageShape::new(2, 4);

#[test]
fn each_observation_has_its_own() {
    use Baseline::{
        Bicubic, Harmonic, MeanImage, Measured, NearestPixel, NonLocalMeans, TotalVariation, Wiener,
    };
    let mixture = random_mixture(8, 3, 0.1, &mut seeded(1));
    let operators = [
        (
            Operator::Mask(Mask::from_fn(SHAPE, |_, column| column != 1)),
            vec![MeanImage, NearestPixel, Harmonic, Wiener],
        ),
        (Operator::Mask(Mask::from_fn(SHAPE, |_, _| false)), vec![MeanImage]),
        (Operator::Identity(SHAPE), vec![Measured, MeanImage, TotalVariation, NonLocalMeans, Wiener]),
        (Operator::Blur(Blur::gaussian(SHAPE, 1.0).unwrap()), vec![Measured, MeanImage, Wiener]),
        (Operator::Reduction(Reduction::new(SHAPE, 2).unwrap()), vec![MeanImage, Bicubic, Wiener]),
        (Operator::Matrix(Matrix::random(SHAPE, 3, &mut seeded(2))), vec![MeanImage, Wiener]),
    ];
    let mut all = Vec::new();
    let mut measurements = Vec::new();
    for (operator, expected) in operators {
        let observation = Observation::new(operator, 0.1).unwrap();
        let y = vec![0.5; observation.measurements()];
        let found =
            baselines(&mixture, std::slice::from_ref(&y), std::slice::from_ref(&observation)).unwrap();
        assert_eq!(found.iter().map(|(baseline, _)| *baseline).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|(_, images)| images.len() == 1 && images[0].len() == 8));
        all.push(observation);
        measurements.push(y);
    }
    let common = baselines(&mixture, &measurements, &all).unwrap();
    assert_eq!(common.len(), 1, "the mean image alone serves them all");
    assert_eq!(common[0].1.len(), 6);
    let one = single_component(&mixture).unwrap();
    let alone = baselines(&one, &measurements[2..3], &all[2..3]).unwrap();
    assert!(alone.iter().all(|(baseline, _)| *baseline != Wiener));
}

#[test]
fn one_component_has_the_moments_of_the_mixture_and_is_the_best_linear_estimate() {
    let mixture = random_mixture(8, 3, 0.1, &mut seeded(3));
    let one = single_component(&mixture).unwrap();
    let draws = Sampler::new(&mixture).unwrap().draw(40_000, &mut seeded(4)).images;
    let mean = draws.column_mean();
    let centred = DMatrix::from_fn(8, draws.ncols(), |i, n| draws[(i, n)] - mean[i]);
    let sample = &centred * centred.transpose() / draws.ncols() as f64;
    let covariance = one.covariances()[0].dense().into_owned();
    let scale = covariance.diagonal().max();
    assert!((sample - &covariance).amax() < 0.05 * scale);
    assert!((mean - one.means().column(0)).amax() < 0.05 * scale.sqrt());
    // m + Sigma (Sigma + s^2 I)^-1 (y - m), by an inverse.
    let observation = Observation::new(Operator::Identity(SHAPE), 0.3).unwrap();
    let y = vec![0.7; 8];
    let inverse = (&covariance + DMatrix::identity(8, 8) * 0.09).try_inverse().unwrap();
    let m = one.means().column(0);
    let expected = m + &covariance * inverse * (DVector::from_vec(y.clone()) - m);
    let found = baselines(&mixture, &[y], std::slice::from_ref(&observation)).unwrap();
    let (_, wiener) = found.iter().find(|(baseline, _)| *baseline == Baseline::Wiener).unwrap();
    for (a, b) in wiener[0].iter().zip(expected.iter()) {
        assert!((a - b).abs() < 1e-10, "{a} {b}");
    }
}

/// Values computed by `tests/fixtures/inverse/denoised.py`, by scikit-image and numpy; pixels in hundredths.
#[derive(serde::Deserialize)]
struct Denoised {
    rows: usize,
    columns: usize,
    noise: f64,
    measured: Vec<i32>,
    total_variation: Vec<f64>,
    non_local_means: Vec<f64>,
}

#[test]
fn total_variation_and_non_local_means_are_those_of_python() {
    let cases: Vec<Denoised> =
        serde_json::from_str(include_str!("../../../tests/fixtures/inverse/denoised.json")).unwrap();
    assert_eq!(cases.len(), 3);
    for case in cases {
        let y: Vec<f64> = case.measured.iter().map(|&value| f64::from(value) / 100.0).collect();
        let shape = ImageShape::new(case.rows, case.columns);
        let tv = total_variation(&y, shape, 0.6 * case.noise);
        let nlm = non_local_means(&y, shape, case.noise);
        for (found, expected) in [(tv, case.total_variation), (nlm, case.non_local_means)] {
            for (a, b) in found.iter().zip(&expected) {
                assert!((a - b).abs() < 1e-9, "{a} {b}");
            }
        }
    }
}

#[test]
fn the_quality_of_each_is_that_of_its_images() {
    let mixture = random_mixture(8, 3, 0.1, &mut seeded(5));
    let truth = DMatrix::from_fn(8, 3, |i, n| 0.1 * ((i * 3 + n * 5) % 10) as f64);
    let observation = Observation::from(Mask::from_fn(SHAPE, |row, _| row == 0));
    let measured: Vec<Vec<f64>> =
        truth.column_iter().map(|image| observation.measure(image.as_slice(), 0).unwrap()).collect();
    let compared =
        compare_baselines(&mixture, &truth, &measured, std::slice::from_ref(&observation)).unwrap();
    let images = baselines(&mixture, &measured, std::slice::from_ref(&observation)).unwrap();
    assert_eq!(compared.each.len(), 3);
    for (baseline, images) in images {
        let each: Vec<f64> =
            images.iter().zip(truth.column_iter()).map(|(a, b)| psnr(a, b.as_slice())).collect();
        for (of_image, expected) in compared.each.iter().zip(&each) {
            assert_eq!(of_image[&baseline].psnr.to_bits(), expected.to_bits());
        }
        assert!((compared.mean[&baseline].psnr - each.iter().sum::<f64>() / 3.0).abs() < 1e-12);
    }
}
