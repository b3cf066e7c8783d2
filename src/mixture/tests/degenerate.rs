//! Data that leaves a covariance nothing to be estimated from: with a ridge every fit survives.

use super::*;

fn assert_sound(fit: &EmFit, ridge: f64) {
    assert!(fit.final_nll.is_finite());
    assert!((fit.mixture.weights().sum() - 1.0).abs() < 1e-12);
    fit.mixture.factors().unwrap();
    for covariance in matrices(&fit.mixture) {
        assert_eq!(covariance, covariance.transpose());
        // Nothing is smaller than the ridge, but for rounding.
        let least = covariance.symmetric_eigenvalues().min();
        assert!(least > ridge * (1.0 - 1e-6), "{least}");
    }
}

#[test]
fn constant_images_survive_with_a_ridge_and_are_named_without() {
    let images = DMatrix::from_element(5, 8, 0.25);
    let begin = Mixture::standard_start(images.select_columns(&[0, 4])).unwrap();
    for ridge in [1e-6, 1e-2] {
        let fitted = em(&images, begin.clone(), ridge, 4);
        assert_sound(&fitted, ridge);
        for (k, covariance) in matrices(&fitted.mixture).iter().enumerate() {
            assert!((covariance - DMatrix::identity(5, 5) * ridge).amax() < 1e-15);
            assert!((fitted.mixture.means().column(k).add_scalar(-0.25)).amax() < 1e-15);
            assert!((fitted.mixture.weights()[k] - 0.5).abs() < 1e-12);
        }
    }
    let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 30, ..EmSettings::default() };
    let error = fit(&images, begin, &settings, None, &mut |_| GO).unwrap_err();
    assert!(matches!(error, MixtureError::NotPositiveDefinite { iteration: 1, .. }), "{error}");
}

#[test]
fn duplicated_images_survive_with_a_ridge() {
    // Two different images, four times each.
    let images = DMatrix::from_fn(5, 8, |i, s| if s < 4 { 0.25 } else { 0.5 + 0.01 * i as f64 });
    let begin = Mixture::standard_start(images.select_columns(&[0, 4])).unwrap();
    assert_sound(&em(&images, begin, 1e-6, 6), 1e-6);
    // Images twice over are the images: every sum doubles, every average stays.
    let (once, ridge) = (patches(200), 1e-3);
    let twice = DMatrix::from_fn(36, 400, |i, s| once[(i, s % 200)]);
    let [a, b] = [&once, &twice].map(|images| em(images, start(&once, 3), ridge, 5));
    assert!(difference(&a.mixture, &b.mixture) < 1e-12);
    assert!((a.final_nll - b.final_nll).abs() < 1e-11 * a.final_nll.abs());
}

#[test]
fn a_component_of_a_single_image_is_that_image_and_the_ridge() {
    let mut images = patches(300);
    // Far from everything else: nobody shares it.
    images.column_mut(7).fill(40.0);
    let begin = Mixture::standard_start(images.select_columns(&[0, 7])).unwrap();
    let fitted = em(&images, begin, 1e-3, 5);
    assert_sound(&fitted, 1e-3);
    assert_eq!(fitted.mixture.means().column(1), images.column(7));
    assert_eq!(matrices(&fitted.mixture)[1], DMatrix::identity(36, 36) * 1e-3);
    assert!((fitted.mixture.weights()[1] - 1.0 / 300.0).abs() < 1e-15);
}

#[test]
fn as_many_components_as_images_survive_with_a_ridge() {
    let images = patches(6);
    let begin = Mixture::standard_start(images.clone()).unwrap();
    let fitted = em(&images, begin, 1e-4, 10);
    assert_sound(&fitted, 1e-4);
}

#[test]
fn a_component_that_owns_nothing_gets_no_weight_and_harms_nobody() {
    let images = patches(300);
    let mut means = images.select_columns(&[0, 7, 14]);
    means.column_mut(1).fill(1e6);
    let begin = Mixture::standard_start(means).unwrap();
    let fitted = em(&images, begin, 1e-3, 6);
    assert_eq!(fitted.mixture.weights()[1], 0.0);
    assert!(fitted.final_nll.is_finite() && fitted.assignments.iter().all(|&k| k != 1));
    // The others are as if it had never been there.
    let two = Mixture::standard_start(images.select_columns(&[0, 14])).unwrap();
    let two = em(&images, two, 1e-3, 6);
    assert!(difference(&fitted.mixture.reordered(&[0, 2]), &two.mixture) < 1e-10);
    assert!((fitted.final_nll - two.final_nll).abs() < 1e-10 * two.final_nll.abs());
}
