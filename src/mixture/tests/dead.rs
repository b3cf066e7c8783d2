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

#[test]
fn the_largest_component_is_split_along_its_principal_axis() {
    // Two clusters that one component has, and a component that has nothing.
    let mut images = normal(4, 200, &mut seeded(3));
    images.columns_mut(100, 100).row_mut(2).add_scalar_mut(12.0);
    let means = DMatrix::from_fn(4, 2, |i, k| if k == 0 { 6.0 * f64::from(u8::from(i == 2)) } else { 90.0 });
    let fit = em(&images, Mixture::standard_start(means).unwrap(), 1e-3, 10);
    let [largest, dead] = fit.mixture.order_by_weight()[..] else { panic!("two components") };
    assert_eq!(dead_components(fit.mixture.weights(), 200.0), [dead]);
    let mixture = fit.mixture.split(200.0).unwrap().unwrap();
    let axes = fit.mixture.principal_axes(largest, 1).unwrap();
    let apart = mixture.means().column(dead) - mixture.means().column(largest);
    assert!((apart.norm() - 2.0 * axes.variances[0].sqrt()).abs() < 1e-9);
    assert!((apart.dot(&axes.axes.column(0)).abs() - apart.norm()).abs() < 1e-9);
    let middle = (mixture.means().column(dead) + mixture.means().column(largest)) / 2.0;
    assert!((middle - fit.mixture.means().column(largest)).amax() < 1e-9);
    assert_eq!(mixture.covariances()[dead], fit.mixture.covariances()[largest]);
    assert!((mixture.weights()[dead] - 0.5).abs() < 1e-9);
    // Each half finds its cluster.
    let again = em(&images, mixture, 1e-3, 40);
    assert!(again.final_nll < fit.final_nll - 0.5, "{} and {}", again.final_nll, fit.final_nll);
    assert!((again.mixture.weights()[0] - 0.5).abs() < 0.01);
    assert_eq!(again.mixture.split(200.0).unwrap(), None);
}

#[test]
fn one_image_is_alive_whatever_rounding_makes_of_its_weight() {
    let weights = DVector::from_vec(vec![1.0 - 1.0 / 300.0, (1.0 / 300.0) * (1.0 - 4e-16)]);
    assert!(dead_components(&weights, 300.0).is_empty());
    assert_eq!(dead_components(&weights, 299.0), [1]);
}
