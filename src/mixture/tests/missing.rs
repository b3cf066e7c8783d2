//! Images of which pixels are missing, against plain formulas for one image after the other.

use proptest::prelude::*;

use super::*;

/// What one iteration of EM does: the mean NLL of the observed pixels, weights, means, covariances.
///
/// Every pair (image, component): Sigma_oo and its inverse, nothing shared, nothing dropped.
pub(super) fn plain_iteration(
    images: &DMatrix<f64>,
    mixture: &Mixture,
    ridge: f64,
) -> (f64, DVector<f64>, DMatrix<f64>, Vec<DMatrix<f64>>) {
    let (dim, samples, components) = (images.nrows(), images.ncols(), mixture.components());
    let covariances = matrices(mixture);
    let mut log_likelihood = 0.0;
    let mut counts: DVector<f64> = DVector::zeros(components);
    let mut sums: DMatrix<f64> = DMatrix::zeros(dim, components);
    let mut squares: Vec<DMatrix<f64>> = vec![DMatrix::zeros(dim, dim); components];
    for image in images.column_iter() {
        let (observed, missing): (Vec<usize>, Vec<usize>) = (0..dim).partition(|&i| !image[i].is_nan());
        let mut log_joint = Vec::new();
        let mut expected = Vec::new();
        for (k, covariance) in covariances.iter().enumerate() {
            let mean = mixture.means().column(k);
            let part =
                |rows: &[usize], columns: &[usize]| covariance.select_rows(rows).select_columns(columns);
            let inverse = part(&observed, &observed).try_inverse().unwrap();
            let d = DVector::from_fn(observed.len(), |i, _| image[observed[i]] - mean[observed[i]]);
            let squared = (d.transpose() * &inverse * &d)[(0, 0)];
            let constant = observed.len() as f64 * std::f64::consts::TAU.ln();
            let determinant = part(&observed, &observed).determinant().ln();
            log_joint.push(mixture.weights()[k].ln() - 0.5 * (constant + determinant + squared));
            let gain = part(&missing, &observed) * inverse;
            let (shift, mut whole) = (&gain * d, image.into_owned());
            missing.iter().enumerate().for_each(|(i, &pixel)| whole[pixel] = mean[pixel] + shift[i]);
            let conditional = part(&missing, &missing) - gain * part(&observed, &missing);
            let mut square = &whole * whole.transpose();
            for (i, &row) in missing.iter().enumerate() {
                for (j, &column) in missing.iter().enumerate() {
                    square[(row, column)] += conditional[(i, j)];
                }
            }
            expected.push((whole, square));
        }
        let best = log_joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = log_joint.iter().map(|value| (value - best).exp()).sum();
        log_likelihood += best + total.ln();
        for (k, (whole, square)) in expected.into_iter().enumerate() {
            let weight = (log_joint[k] - best).exp() / total;
            counts[k] += weight;
            sums.set_column(k, &(sums.column(k) + whole * weight));
            squares[k] += square * weight;
        }
    }
    for k in 0..components {
        let mean = sums.column(k) / counts[k];
        squares[k] = &squares[k] / counts[k] - &mean * mean.transpose() + DMatrix::identity(dim, dim) * ridge;
        sums.set_column(k, &mean);
    }
    (-log_likelihood / samples as f64, counts / samples as f64, sums, squares)
}

/// Hides pixels: each image keeps a share of its own, and every fifth the pixels of image 0.
pub(super) fn hide(images: &DMatrix<f64>, shares: &[f64], seed: u64) -> DMatrix<f64> {
    let mut rng = seeded(seed);
    let mut hidden = images.clone();
    for s in 0..images.ncols() {
        let share = shares[s % shares.len()];
        for i in 0..images.nrows() {
            let draw: f64 = rng.random();
            let missing = if s % 5 == 4 { hidden[(i, 0)].is_nan() } else { draw >= share };
            if missing {
                hidden[(i, s)] = f64::NAN;
            }
        }
    }
    hidden
}

pub(super) fn incomplete(images: &DMatrix<f64>, begin: Mixture, ridge: f64, max_iterations: usize) -> EmFit {
    let settings = EmSettings { ridge, tolerance: 0.0, max_iterations, ..EmSettings::default() };
    fit_training_set(images.clone().into(), begin, &settings, None, &mut |_| GO).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// From the identity and from covariances, for every way to condition: few, half and nearly all pixels observed.
    #[test]
    fn an_iteration_is_that_of_plain_formulas(
        dim in 1..9_usize, components in 1..4_usize, share in 0.05..0.98_f64, seed: u64,
    ) {
        let images = hide(&normal(dim, 90, &mut seeded(seed)), &[share, 1.0, 0.0, 0.5], seed ^ 1);
        let begin = Mixture::standard_start(normal(dim, components, &mut seeded(seed ^ 2))).unwrap();
        let mut current = begin;
        for _ in 0..3 {
            let (nll, weights, means, covariances) = plain_iteration(&images, &current, 1e-2);
            let step = incomplete(&images, current.clone(), 1e-2, 1);
            prop_assert!((step.history[0].nll - nll).abs() < 1e-10 * nll.abs().max(1.0));
            let expected = Mixture::new(weights, means, covariances).unwrap();
            let apart = difference(&step.mixture, &expected);
            prop_assert!(apart < 1e-9, "{apart:e}");
            // The final NLL is that which the next iteration starts from.
            let next = plain_iteration(&images, &step.mixture, 1e-2).0;
            prop_assert!((step.final_nll - next).abs() < 1e-9 * next.abs().max(1.0));
            current = step.mixture;
        }
        let of_each = current.log_density_of_observed(&images).unwrap();
        let nll = -of_each.iter().sum::<f64>() / 90.0;
        prop_assert!((nll - plain_iteration(&images, &current, 0.0).0).abs() < 1e-9 * nll.abs().max(1.0));
    }

    #[test]
    fn without_ridge_the_nll_of_observed_pixels_never_rises(
        dim in 1..7_usize, components in 1..4_usize, share in 0.3..0.95_f64, seed: u64,
    ) {
        let images = hide(&normal(dim, 200, &mut seeded(seed)), &[share], seed ^ 1);
        let begin = Mixture::standard_start(normal(dim, components, &mut seeded(seed ^ 2))).unwrap();
        let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 20, ..EmSettings::default() };
        if let Ok(fit) = fit_training_set(images.into(), begin, &settings, None, &mut |_| GO) {
            let nll = nll(&fit);
            prop_assert!(nll.windows(2).all(|pair| pair[1] <= pair[0] + 1e-11 * dim as f64), "{nll:?}");
        }
    }
}

#[test]
fn real_images_with_pixels_hidden_are_those_of_plain_formulas() {
    let whole = patches(250);
    for shares in [&[0.5][..], &[0.2], &[0.9, 1.0]] {
        let images = hide(&whole, shares, 3);
        let begin = incomplete(&images, start(&whole, 3), 1e-3, 3).mixture;
        let (nll, weights, means, covariances) = plain_iteration(&images, &begin, 1e-3);
        let step = incomplete(&images, begin, 1e-3, 1);
        assert!((step.history[0].nll - nll).abs() < 1e-8, "{} and {nll}", step.history[0].nll);
        let apart = difference(&step.mixture, &Mixture::new(weights, means, covariances).unwrap());
        assert!(apart < 1e-9, "{shares:?}: {apart:e}");
    }
}

#[test]
fn whole_images_are_fitted_as_ever_and_one_missing_pixel_changes_little() {
    let images = real_images(200);
    let settings = EmSettings { ridge: 1e-3, tolerance: 0.0, max_iterations: 3, ..EmSettings::default() };
    let whole = fit(&images, start(&images, 2), &settings, None, &mut |_| GO).unwrap();
    let same =
        fit_training_set(images.clone().into(), start(&images, 2), &settings, None, &mut |_| GO).unwrap();
    assert_eq!(whole, same);

    // A constant pixel of one image: what is missing is known, up to the ridge.
    let mut images = images;
    images[(0, 17)] = f64::NAN;
    let fit =
        fit_training_set(images.clone().into(), start(&images, 2), &settings, None, &mut |_| GO).unwrap();
    assert_eq!(fit.assignments, whole.assignments);
    // -log N of the pixel itself is what the image no longer costs.
    assert!((fit.final_nll - whole.final_nll).abs() < 0.1, "{} and {}", fit.final_nll, whole.final_nll);
    assert!((fit.mixture.means() - whole.mixture.means()).amax() < 1e-3);
    assert_ne!(fit.mixture, whole.mixture);
}

#[test]
fn a_pixel_that_is_never_observed_keeps_its_mean_and_gains_the_ridge() {
    let mut images = patches(60);
    images.row_mut(5).fill(f64::NAN);
    let begin = start(&patches(60), 2);
    let fit = incomplete(&images, begin.clone(), 1e-3, 4);
    for (k, covariance) in matrices(&fit.mixture).iter().enumerate() {
        assert!((fit.mixture.means()[(5, k)] - begin.means()[(5, k)]).abs() < 1e-12);
        assert!((covariance[(5, 5)] - 1.0 - 4e-3).abs() < 1e-9);
        assert!(covariance.column(5).iter().enumerate().all(|(i, value)| i == 5 || value.abs() < 1e-9));
    }
}

#[test]
fn it_is_the_same_on_any_number_of_threads() {
    let images = hide(&patches_of(10, 400), &[0.5, 0.3, 1.0], 9);
    let held_out = hide(&patches_of(10, 440), &[0.5], 8).columns(400, 40).into_owned();
    let settings = EmSettings {
        ridge: 1e-4,
        shrinkage: 10.0,
        tolerance: 0.0,
        max_iterations: 4,
        ..EmSettings::default()
    };
    let run = || {
        let held_out = HeldOut { images: &held_out, every_iteration: true };
        let begin = start(&patches_of(10, 400), 4);
        fit_training_set(images.clone().into(), begin, &settings, Some(held_out), &mut |_| GO).unwrap()
    };
    let on =
        |threads: usize| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run);
    let alone = on(1);
    for threads in [2, 4] {
        assert!(on(threads) == alone, "{threads} threads");
    }
    let scored = alone.mixture.log_density_of_observed(&held_out).unwrap();
    let apart =
        scored.iter().zip(&alone.held_out_log_density).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(apart < 1e-8, "{apart}");
}

#[test]
fn no_iteration_scores_the_start_and_what_is_no_pixel_is_refused() {
    let images = hide(&patches(40), &[0.5], 1);
    let begin = start(&patches(40), 2);
    let rest = incomplete(&images, begin.clone(), 1e-3, 0);
    assert_eq!((rest.mixture, rest.history.len()), (begin.clone(), 0));
    assert!((rest.final_nll - plain_iteration(&images, &begin, 0.0).0).abs() < 1e-10);
    let settings = EmSettings::default();
    let mut bad = images.clone();
    bad[(3, 7)] = f64::INFINITY;
    let refused = |images: DMatrix<f64>| {
        fit_training_set(images.into(), begin.clone(), &settings, None, &mut |_| GO).unwrap_err()
    };
    assert_eq!(refused(bad), MixtureError::NonFinitePixel { image: 7, pixel: 3 });
    assert!(matches!(refused(images.columns(0, 1).into_owned()), MixtureError::Components { .. }));
    // Without being told that they are missing, they are refused.
    assert!(matches!(
        fit(&images, begin.clone(), &settings, None, &mut |_| GO),
        Err(MixtureError::NonFinitePixel { .. })
    ));
}

#[test]
fn statistics_merge_where_a_component_has_no_image() {
    let images = hide(&normal(4, 80, &mut seeded(5)), &[0.7], 6);
    let mut means = normal(4, 3, &mut seeded(7));
    means.column_mut(2).fill(1e4);
    let mixture = incomplete(&images, Mixture::standard_start(means).unwrap(), 1e-2, 1).mixture;
    let part = |range: std::ops::Range<usize>| images.columns_range(range).into_owned().into();
    let mut merged = mixture.statistics_of(&part(0..30)).unwrap();
    merged.merge(&mixture.statistics_of(&part(30..80)).unwrap()).unwrap();
    // Complete images are merged with incomplete ones.
    let whole = normal(4, 9, &mut seeded(11));
    merged.merge(&mixture.statistics(&whole).unwrap()).unwrap();
    let mut all = images.clone().insert_columns(80, 9, 0.0);
    all.columns_mut(80, 9).copy_from(&whole);
    let expected = mixture.statistics_of(&all.into()).unwrap().maximise(&mixture, 0.1, 0.0).unwrap();
    assert!(difference(&merged.maximise(&mixture, 0.1, 0.0).unwrap(), &expected) < 1e-11);
}
