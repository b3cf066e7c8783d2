//! Values computed by `tests/fixtures/inverse/make.py`, in 80-bit arithmetic and by scikit-image.

use nalgebra::{DMatrix, DVector};
use serde::Deserialize;

use super::given;
use super::reference::assert_close;
use crate::data::ImageShape;
use crate::inverse::{Mask, psnr, ssim};
use crate::mixture::Mixture;

#[derive(Deserialize)]
struct Golden {
    posteriors: Vec<PosteriorCase>,
    qualities: Vec<QualityCase>,
}

#[derive(Deserialize)]
struct PosteriorCase {
    name: String,
    weights_prior: Vec<f64>,
    means_prior: Vec<Vec<f64>>,
    covariances_prior: Vec<Vec<Vec<f64>>>,
    image: Vec<f64>,
    mask: Vec<bool>,
    log_evidence: f64,
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    covariances: Vec<Vec<Vec<f64>>>,
    expectation: Vec<f64>,
    std: Vec<f64>,
}

/// Pixels in hundredths.
#[derive(Deserialize)]
struct QualityCase {
    side: usize,
    restored: Vec<i32>,
    truth: Vec<i32>,
    psnr: f64,
    ssim: f64,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../../tests/fixtures/inverse/golden.json")).unwrap()
}

#[test]
fn posteriors_equal_those_of_80_bit_elimination() {
    let cases = golden().posteriors;
    assert_eq!(cases.len(), 5);
    for case in cases {
        let dim = case.image.len();
        let mixture = Mixture::new(
            DVector::from_vec(case.weights_prior),
            DMatrix::from_vec(dim, case.means_prior.len(), case.means_prior.concat()),
            case.covariances_prior.iter().map(|s| DMatrix::from_row_slice(dim, dim, &s.concat())).collect(),
        )
        .unwrap();
        let conditioner = given(&mixture, &Mask::new(case.mask)).unwrap();
        let posterior = conditioner.posterior(&case.image).unwrap();

        let missing = |image: &[f64]| -> Vec<f64> {
            conditioner.known().missing().iter().map(|&pixel| image[pixel]).collect()
        };
        let name = &case.name;
        let close = |what: &str, found: &[f64], expected: &[f64]| {
            assert_close(&format!("{name}: {what}"), found, expected, 1e-8);
        };
        close("log evidence", &[posterior.log_evidence()], &[case.log_evidence]);
        close("weights", posterior.weights().as_slice(), &case.weights);
        close("means", posterior.means().as_slice(), &case.means.concat());
        close("std", &missing(&posterior.standard_deviation()), &case.std);
        close("expectation", &missing(&posterior.expectation()), &case.expectation);
        for (found, expected) in conditioner.covariances().iter().zip(&case.covariances) {
            close("covariance", found.as_slice(), &expected.concat());
        }
    }
}

#[test]
fn psnr_and_ssim_equal_those_of_scikit_image() {
    let cases = golden().qualities;
    assert_eq!(cases.len(), 4);
    for case in cases {
        let pixels = |hundredths: &[i32]| -> Vec<f64> {
            hundredths.iter().map(|&value| f64::from(value) / 100.0).collect()
        };
        let (restored, mut truth) = (pixels(&case.restored), pixels(&case.truth));
        // The restoration is clipped by the functions themselves, the truth is an image.
        truth.iter_mut().for_each(|pixel| *pixel = pixel.clamp(0.0, 1.0));
        assert_close("psnr", &[psnr(&restored, &truth)], &[case.psnr], 1e-12);
        assert_close(
            "ssim",
            &[ssim(&restored, &truth, ImageShape::new(case.side, case.side))],
            &[case.ssim],
            1e-12,
        );
    }
}
