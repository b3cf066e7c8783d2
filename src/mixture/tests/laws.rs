//! What EM is known to do: it never makes the likelihood worse, it finds what generated the data.

use proptest::prelude::*;

use super::*;

#[test]
fn one_component_is_the_sample_mean_and_the_biased_covariance() {
    let images = patches(300);
    let fit = em(&images, start(&images, 1), 0.0, 2);
    let (mean, covariance) = moments(&images);
    assert!((fit.mixture.means().column(0) - mean).amax() < 1e-13);
    assert!((&matrices(&fit.mixture)[0] - &covariance).amax() < 1e-13);
    assert_eq!(fit.mixture.weights()[0], 1.0);

    // The ridge is added to the diagonal, and to nothing else.
    let ridged = em(&images, start(&images, 1), 0.25, 1).mixture;
    let expected = covariance + DMatrix::identity(36, 36) * 0.25;
    assert!((&matrices(&ridged)[0] - expected).amax() < 1e-13);
}

#[test]
fn without_ridge_the_nll_never_rises() {
    let images = patches(1500);
    let fit = em(&images, start(&images, 3), 0.0, 15);
    let nll = nll(&fit);
    assert_eq!(nll.len(), 16);
    assert!(nll.windows(2).all(|pair| pair[1] <= pair[0] + 1e-10), "{nll:?}");
    assert!(nll[15] < nll[0] - 1.0);
}

/// What the ridge r can cost an iteration: adding r I to the maximiser Sigma - r I moves the expected complete NLL by
/// sum_k pi_k (-log det(I - r Sigma_k^-1) - r tr Sigma_k^-1) / 2, and the NLL rises by no more.
fn cost_of_ridge(mixture: &Mixture, ridge: f64) -> f64 {
    let of_one = |covariance: &DMatrix<f64>| -> f64 {
        let shares = covariance.symmetric_eigenvalues().map(|value| ridge / value);
        shares.iter().map(|share| -(-share).ln_1p() - share).sum()
    };
    let each = mixture.weights().iter().zip(matrices(mixture));
    0.5 * each.map(|(weight, covariance)| weight * of_one(&covariance)).sum::<f64>()
}

#[test]
fn with_a_ridge_the_nll_rises_by_no_more_than_the_ridge_costs() {
    let images = patches(1500);
    for ridge in [1e-3, 1e-2] {
        let mut fitted = em(&images, start(&images, 4), ridge, 1);
        for _ in 0..12 {
            let next = em(&images, fitted.mixture, ridge, 1);
            let cost = cost_of_ridge(&next.mixture, ridge);
            assert!(cost.is_finite() && cost > 0.0);
            assert!(
                next.final_nll <= fitted.final_nll + cost + 1e-10,
                "{} then {}",
                fitted.final_nll,
                next.final_nll
            );
            fitted = next;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// On data without structure, where components compete for every image. A component may shrink to too few
    /// images for a covariance: then the fit ends in its error, and says nothing of the law.
    #[test]
    fn without_ridge_the_nll_never_rises_on_noise(dim in 1..8_usize, components in 1..5_usize, seed: u64) {
        let images = normal(dim, 200, &mut seeded(seed));
        let start = Mixture::standard_start(images.columns(0, components).into_owned()).unwrap();
        let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 20, ..EmSettings::default() };
        if let Ok(fit) = fit(&images, start, &settings, None, &mut |_| GO) {
            let nll = nll(&fit);
            prop_assert!(nll.windows(2).all(|pair| pair[1] <= pair[0] + 1e-11 * dim as f64), "{nll:?}");
        }
    }
}

#[test]
fn a_known_mixture_is_recovered_up_to_the_order_of_its_components() {
    let mut rng = seeded(5);
    let weights = DVector::from_vec(vec![0.2, 0.5, 0.3]);
    let means =
        DMatrix::from_fn(6, 3, |i, k| 4.0 * f64::from(u8::from(i == k)) - f64::from(u8::from(i == k + 3)));
    let covariances: Vec<_> = (0..3)
        .map(|_| {
            let a = normal(6, 6, &mut rng);
            &a * a.transpose() / 12.0 + DMatrix::identity(6, 6) * 0.3
        })
        .collect();
    let truth = Mixture::new(weights, means, covariances).unwrap();
    let images = Sampler::new(&truth).unwrap().draw(20_000, &mut rng).images;

    let begin = Mixture::standard_start(clusters(&images, 3, KMeansInit::PlusPlus, 3).centroids).unwrap();
    let settings = EmSettings { ridge: 0.0, tolerance: 1e-9, max_iterations: 300, ..EmSettings::default() };
    let fitted = fit(&images, begin, &settings, None, &mut |_| GO).unwrap();
    assert_eq!(fitted.stop, StopReason::Converged);
    // Each true component has a nearest fitted one of its own.
    let nearest = |k: usize| {
        let distance = |j: usize| (fitted.mixture.means().column(j) - truth.means().column(k)).norm();
        (0..3).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap()
    };
    let order: Vec<usize> = (0..3).map(nearest).collect();
    let mut distinct = order.clone();
    distinct.sort_unstable();
    assert_eq!(distinct, [0, 1, 2]);
    // About five standard errors: sqrt(sigma^2 / 4000) is 0.014.
    let apart = difference(&fitted.mixture.reordered(&order), &truth);
    assert!(apart < 0.08, "{apart}");
    // And it is at least as likely as what generated the images.
    let log_density = truth.log_density(&images).unwrap();
    assert!(fitted.final_nll <= -log_density.iter().sum::<f64>() / 20_000.0);
}

#[test]
fn the_history_ends_with_the_means_and_variances_of_the_mixture() {
    // By tiles, and by products.
    for dim in [6, 120] {
        let images = normal(dim, 300, &mut seeded(8));
        let start = Mixture::standard_start(images.select_columns(&[0, 1])).unwrap();
        let settings = EmSettings { ridge: 1e-2, tolerance: 0.0, max_iterations: 4, ..EmSettings::default() };
        let fitted = fit(&images, start, &settings, None, &mut |_| GO).unwrap();
        let last = fitted.history.last().unwrap();
        assert_eq!(*last.means, *fitted.mixture.means());
        for (k, covariance) in fitted.mixture.covariances().iter().enumerate() {
            assert_eq!(last.variances.column(k), covariance.diagonal(), "{dim} pixels, component {k}");
        }
    }
}

#[test]
fn it_stops_by_the_tolerance_at_the_limit_or_when_asked_to() {
    let images = patches(600);
    let run = |tolerance, max_iterations, stop_at: usize| {
        let settings = EmSettings { ridge: 1e-3, tolerance, max_iterations, ..EmSettings::default() };
        let mut observer = |step: &EmIteration| {
            if step.iteration == stop_at { ControlFlow::Break(()) } else { GO }
        };
        fit(&images, start(&images, 3), &settings, None, &mut observer).unwrap()
    };
    let converged = run(1e-2, 200, 0);
    assert_eq!(converged.stop, StopReason::Converged);
    let changes: Vec<f64> =
        converged.history.windows(2).map(|pair| (pair[1].nll - pair[0].nll).abs()).collect();
    let (last, before) = changes.split_last().unwrap();
    assert!(*last < 1e-2 && before.iter().all(|&change| change >= 1e-2), "{changes:?}");
    let limited = run(0.0, 4, 0);
    assert_eq!((limited.stop, limited.history.len()), (StopReason::IterationLimit, 4));
    let cancelled = run(0.0, 9, 2);
    assert_eq!((cancelled.stop, cancelled.history.len()), (StopReason::Cancelled, 2));
}
