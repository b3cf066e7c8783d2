//! EM against scikit-learn on the standard task: golden values made by `fixtures/em/make.py`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::ops::ControlFlow;
use std::path::Path;

use gmmscope::data::{Dataset, Source, npz::NpzReader};
use gmmscope::mixture::{EmFit, EmSettings, Mixture, StopReason, fit};
use nalgebra::DMatrix;

/// The fit that the golden values are of, on `threads` threads.
fn standard_fit(start: &[usize], threads: usize) -> (EmFit, DMatrix<f64>) {
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    let images = data.train.matrix(&(0..2000).collect::<Vec<_>>());
    let held_out = data.train.matrix(&(2000..2100).collect::<Vec<_>>());
    let start = Mixture::standard_start(images.select_columns(start)).unwrap();
    let settings = EmSettings { ridge: 1e-6, tolerance: 1e-3, max_iterations: 100, ..EmSettings::default() };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let fit = pool
        .install(|| fit(&images, start, &settings, Some(&held_out), &mut |_| ControlFlow::Continue(())))
        .unwrap();
    (fit, images)
}

fn assert_close(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} instead of {expected}");
}

#[test]
fn the_standard_fit_is_scikit_learns_and_the_same_on_any_number_of_threads() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/em/golden.npz");
    let mut golden = NpzReader::open(&path).unwrap();
    let start: Vec<usize> = golden.i64("start").unwrap().values.iter().map(|&i| i as usize).collect();
    let (fit, images) = standard_fit(&start, 2);

    let mut scalar = |name: &str| golden.f64(name).unwrap().scalar().unwrap();
    let last = fit.history.last().unwrap();
    assert_eq!(fit.history.len(), scalar("iterations") as usize);
    assert_eq!(fit.stop, StopReason::Converged);
    let relative = |found: f64, expected: f64, what| assert_close(found / expected, 1.0, 1e-9, what);
    relative(-last.nll, scalar("last_log_likelihood"), "log-likelihood before the last M-step");
    relative(-fit.final_nll, scalar("final_log_likelihood"), "final log-likelihood");
    let held_out = -fit.final_held_out_nll.unwrap();
    // Six digits: far from the data the density hangs on the smallest eigenvalues.
    assert_close(held_out / scalar("held_out_log_likelihood"), 1.0, 1e-6, "held-out log-likelihood");

    let golden_weights = golden.f64("weights").unwrap().values;
    for (k, &weight) in golden_weights.iter().enumerate() {
        assert_close(fit.mixture.weights()[k], weight, 1e-6, "weight");
    }
    for (&found, &expected) in fit.mixture.means().iter().zip(&golden.f64("means").unwrap().values) {
        assert_close(found, expected, 1e-6, "mean");
    }
    let diagonals = golden.f64("diagonals").unwrap().values;
    let entries = golden.i64("entries").unwrap().values;
    let values = golden.f64("values").unwrap().values;
    let vector = DMatrix::from_vec(784, 1, golden.f64("vector").unwrap().values);
    let products = golden.f64("products").unwrap().values;
    for (k, covariance) in fit.mixture.covariances().iter().enumerate() {
        let (matrix, variances) = (covariance.dense(), covariance.diagonal());
        for (i, &expected) in diagonals[k * 784..(k + 1) * 784].iter().enumerate() {
            assert_close(variances[i], expected, 1e-6, "variance");
        }
        for (entry, &expected) in entries.chunks_exact(2).zip(&values[k * 2000..(k + 1) * 2000]) {
            assert_close(matrix[(entry[0] as usize, entry[1] as usize)], expected, 1e-6, "covariance");
        }
        let product = covariance.product(&vector);
        for (&found, &expected) in product.iter().zip(&products[k * 784..(k + 1) * 784]) {
            assert_close(found, expected, 1e-6, "product with a vector");
        }
    }

    let (alone, _) = standard_fit(&start, 1);
    assert!(alone == fit, "1 and 2 threads give different bits");

    // The early exit against every pair in full: one solve with the whole factor for each.
    let responsibilities = fit.mixture.responsibilities(&images).unwrap();
    let factors = fit.mixture.factors().unwrap();
    let log_joint: Vec<Vec<f64>> = factors
        .iter()
        .enumerate()
        .map(|(k, factor)| {
            let mut centred = images.clone();
            centred.column_iter_mut().for_each(|mut image| image -= fit.mixture.means().column(k));
            let constant = fit.mixture.weights()[k].ln()
                - 0.5 * (784.0 * std::f64::consts::TAU.ln() + factor.log_determinant());
            let squared = factor.squared_mahalanobis(&mut centred);
            squared.into_iter().map(|squared| constant - 0.5 * squared).collect()
        })
        .collect();
    let mut total = 0.0;
    for image in 0..images.ncols() {
        let best = (0..5).map(|k| log_joint[k][image]).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = (0..5).map(|k| (log_joint[k][image] - best).exp()).sum();
        total += best + sum.ln();
        for k in 0..5 {
            let dense = (log_joint[k][image] - best).exp() / sum;
            assert_close(responsibilities[(k, image)], dense, 1e-9, "responsibility");
        }
    }
    relative(-fit.final_nll, total / images.ncols() as f64, "log-likelihood by whole solves");
}
