//! BIC and AIC against scikit-learn's, of small fits from equal means: golden values by `tests/fixtures/selection/make.py`.

use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Golden {
    dim: usize,
    samples: usize,
    /// Pixel by pixel, image after image.
    images: Vec<f64>,
    fits: Vec<Fit>,
}

#[derive(Deserialize)]
struct Fit {
    components: usize,
    ridge: f64,
    iterations: usize,
    score: f64,
    bic: f64,
    aic: f64,
}

#[test]
fn bic_and_aic_are_scikit_learns() {
    let golden: Golden =
        serde_json::from_str(include_str!("../../../tests/fixtures/selection/golden.json")).unwrap();
    let images = DMatrix::from_vec(golden.dim, golden.samples, golden.images);
    assert!(golden.fits.len() >= 6);
    for expected in &golden.fits {
        let begin = Mixture::standard_start(images.columns(0, expected.components).into_owned()).unwrap();
        let fit = em(&images, begin, expected.ridge, expected.iterations);
        let p = FreeParameters::full(expected.components, golden.dim).total();
        let close = |found: f64, expected: f64, what: &str| {
            assert!((found - expected).abs() <= 1e-10 * expected.abs(), "{what}: {found}, not {expected}");
        };
        close(-fit.final_nll, expected.score, "score");
        close(bic(fit.final_nll, p, golden.samples as f64), expected.bic, "BIC");
        close(aic(fit.final_nll, p, golden.samples as f64), expected.aic, "AIC");
    }
}

#[test]
fn free_parameters_are_counted_by_hand() {
    // One component of one pixel: a mean and a variance. Three of two: 2 weights, 6 means, 9 covariance entries.
    let count = |components, dim| FreeParameters::full(components, dim).total();
    assert_eq!((count(1, 1), count(3, 2)), (2, 17));
    assert_eq!(count(5, 784), 4 + 5 * 784 + 5 * 784 * 785 / 2);
}
