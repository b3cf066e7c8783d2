//! What cannot be fitted is refused with its name and a hint.

use super::*;

#[test]
fn impossible_numbers_of_components_and_pixels_are_refused() {
    let mut images = patches(3);
    let settings = |components| KMeansSettings {
        components,
        init: KMeansInit::Random,
        restarts: 1,
        tolerance: 0.0,
        max_iterations: 9,
    };
    let mut rng = seeded(0);
    for components in [0, 4] {
        let error = kmeans(&images, &settings(components), &mut rng, &mut |_| GO).unwrap_err();
        assert_eq!(error, MixtureError::Components { components, samples: 3 });
    }
    let em = EmSettings { ridge: 1e-3, tolerance: 0.0, max_iterations: 1, ..EmSettings::default() };
    let begin = start(&patches(30), 4);
    let error = fit(&images, begin.clone(), &em, None, &mut |_| GO).unwrap_err();
    assert_eq!(error, MixtureError::Components { components: 4, samples: 3 });

    images[(5, 2)] = f64::NAN;
    let error = kmeans(&images, &settings(2), &mut rng, &mut |_| GO).unwrap_err();
    assert_eq!(error, MixtureError::NonFinitePixel { image: 2, pixel: 5 });
    let good = patches(30);
    let error = fit(&good, begin.clone(), &em, Some(&images), &mut |_| GO).unwrap_err();
    assert_eq!(error, MixtureError::NonFinitePixel { image: 2, pixel: 5 });
    let error = fit(&good.rows(0, 35).into_owned(), begin, &em, None, &mut |_| GO).unwrap_err();
    assert_eq!(error.to_string(), "images has shape 35 x 30, expected 36 rows");
}

#[test]
fn a_covariance_that_cannot_be_factored_names_component_iteration_pivot_and_remedies() {
    // The second component gets images whose third pixel never changes.
    let mut images = normal(4, 120, &mut seeded(8)) * 0.1;
    for image in 60..120 {
        images[(1, image)] += 50.0;
        images[(2, image)] = 0.5;
    }
    let begin = Mixture::standard_start(images.select_columns(&[0, 60])).unwrap();
    let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 5, ..EmSettings::default() };
    let error = fit(&images, begin, &settings, None, &mut |_| GO).unwrap_err();
    assert_eq!(error, MixtureError::NotPositiveDefinite { component: 1, iteration: 1, pivot: 2 });
    assert_eq!(
        error.to_string(),
        "covariance of component 2 is not positive definite at iteration 1 (pixel 2, counted from 0): use a larger `ridge`, fewer \
         `components` or more `samples`"
    );

    // A model that was given: iteration 0.
    let mut covariance = DMatrix::identity(4, 4);
    (covariance[(3, 0)], covariance[(0, 3)]) = (2.0, 2.0);
    let weights = DVector::from_vec(vec![0.5, 0.5]);
    let given =
        Mixture::new(weights, DMatrix::zeros(4, 2), vec![covariance, DMatrix::identity(4, 4)]).unwrap();
    let error = given.log_density(&images).unwrap_err();
    assert_eq!(error, MixtureError::NotPositiveDefinite { component: 0, iteration: 0, pivot: 3 });
    let error = fit(&images, given, &settings, None, &mut |_| GO).unwrap_err();
    assert!(matches!(error, MixtureError::NotPositiveDefinite { component: 0, iteration: 0, .. }), "{error}");
}
