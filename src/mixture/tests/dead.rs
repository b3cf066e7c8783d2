//! Components that die, and those that get a new start.

use super::*;

/// Two clusters of images, and a start with two components in the first, one in no image's reach.
fn case() -> (DMatrix<f64>, Mixture) {
    let mut images = normal(4, 200, &mut seeded(3));
    images.columns_mut(150, 50).add_scalar_mut(8.0);
    let means = DMatrix::from_fn(4, 3, |i, k| match k {
        0 => 0.0,
        1 => 4.0,
        _ => 40.0 + i as f64,
    });
    (images, Mixture::standard_start(means).unwrap())
}

#[test]
fn a_component_out_of_reach_dies_and_comes_back_where_images_are_least_probable() {
    let (images, begin) = case();
    let set = TrainingSet::from(images.clone());
    let fit = em(&images, begin, 1e-3, 30);
    assert_eq!(dead_components(fit.mixture.weights(), 200.0), [2]);
    let mixture = fit.mixture.reseeded(&set).unwrap().unwrap();
    let worst = worst_first(&fit.mixture.log_density(&images).unwrap())[0];
    assert_eq!(mixture.means().column(2), images.column(worst));
    let largest = fit.mixture.order_by_weight()[0];
    assert_eq!(mixture.covariances()[2], fit.mixture.covariances()[largest]);
    assert!((mixture.weights()[2] - fit.mixture.weights()[largest] / 2.0).abs() < 1e-12);
    assert!((mixture.weights().sum() - 1.0).abs() < 1e-12);
    let again = em(&images, mixture, 1e-3, 30);
    assert!(dead_components(again.mixture.weights(), 200.0).is_empty());
    assert!(again.final_nll < fit.final_nll, "{} and {}", again.final_nll, fit.final_nll);
    // Nobody is dead: nothing to do.
    assert_eq!(again.mixture.reseeded(&set).unwrap(), None);
}

#[test]
fn an_image_that_lacks_pixels_or_counts_nothing_is_a_seed_by_what_it_has() {
    let (mut images, begin) = case();
    let fit = em(&images, begin, 1e-3, 5);
    let order = worst_first(&fit.mixture.log_density(&images).unwrap());
    let mut weights = vec![1.0; 200];
    weights[order[0]] = 0.0;
    images[(1, order[1])] = f64::NAN;
    let by_observed = worst_first(&fit.mixture.log_density_of_observed(&images).unwrap());
    let seed = by_observed.into_iter().find(|&image| weights[image] > 0.0).unwrap();
    let set = TrainingSet { images: images.clone(), weights: Some(weights) };
    let mixture = fit.mixture.reseeded(&set).unwrap().unwrap();
    let largest = fit.mixture.order_by_weight()[0];
    for i in 0..4 {
        let pixel = images[(i, seed)];
        let expected = if pixel.is_nan() { fit.mixture.means()[(i, largest)] } else { pixel };
        assert_eq!(mixture.means()[(i, 2)], expected);
    }
}
