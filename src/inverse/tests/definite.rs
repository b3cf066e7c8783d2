//! The posterior mixture of a fitted model is a proper mixture: its covariances, and the covariance of the whole, are
//! positive definite.

use std::ops::ControlFlow;

use nalgebra::DMatrix;
use rand::rngs::ChaCha8Rng;

use super::given;
use super::reference::seeded;
use crate::data::{Dataset, ImageShape, Source};
use crate::inverse::Mask;
use crate::linalg::Factor;
use crate::mixture::{EmSettings, Mixture, fit};

/// Three components of real patches, 14 x 14, under a small ridge.
fn fitted() -> (Mixture, DMatrix<f64>) {
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    let rows: Vec<usize> = (7..21).flat_map(|y| (7..21).map(move |x| y * 28 + x)).collect();
    let images = data.train.matrix(&(0..600).collect::<Vec<_>>()).select_rows(&rows);
    let start = Mixture::standard_start(images.select_columns(&[0, 1, 3])).unwrap();
    let settings = EmSettings { ridge: 1e-6, tolerance: 0.0, max_iterations: 6, ..EmSettings::default() };
    let fit = fit(&images, start, &settings, None, &mut |_| ControlFlow::Continue(())).unwrap();
    (fit.mixture, data.test.matrix(&[0, 1, 2, 3]).select_rows(&rows))
}

#[test]
fn the_covariance_of_the_posterior_mixture_is_positive_definite() {
    let (mixture, images) = fitted();
    let mut rng: ChaCha8Rng = seeded(3);
    for fraction in [0.05, 0.1, 0.5, 0.95] {
        let mask = Mask::random(ImageShape::of_vector(196), fraction, &mut rng).unwrap();
        let conditioner = given(&mixture, &mask).unwrap();
        for posterior in conditioner.posteriors(&images).unwrap() {
            let conditional = conditioner.posterior_mixture(&posterior).unwrap();
            conditional.factors().unwrap();
            // The law of total variance: sum_k w_k (Sigma_k + (mu_k - mu)(mu_k - mu)^T).
            let mean = conditional.means() * conditional.weights();
            let mut whole = DMatrix::zeros(mean.len(), mean.len());
            for (k, covariance) in conditional.covariances().iter().enumerate() {
                let shift = conditional.means().column(k) - &mean;
                whole += (&*covariance.dense() + &shift * shift.transpose()) * conditional.weights()[k];
            }
            let variances = whole.diagonal();
            Factor::new(whole).unwrap();
            // Its diagonal is what the restoration shows as standard deviation.
            let std = posterior.standard_deviation();
            for (variance, &pixel) in variances.iter().zip(mask.missing()) {
                assert!((variance.sqrt() - std[pixel]).abs() < 1e-9);
            }
        }
    }
}
