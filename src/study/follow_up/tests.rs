//! "The same again, but other": repeat 0 is the study's own, the others are fresh, and all repeat themselves.

use nalgebra::{DMatrix, DVector};

use super::*;
use crate::study::load_data;

const SHAPE: ImageShape = ImageShape::new(28, 28);

fn settings() -> Settings {
    Settings { test_images: 3, ..Settings::default() }
}

/// Two components of 784 pixels, wide apart.
fn mixture() -> Mixture {
    let means = DMatrix::from_fn(784, 2, |_, k| k as f64);
    let covariance = DMatrix::from_fn(784, 784, |i, j| if i == j { 1e-2 } else { 5e-3 });
    Mixture::new(DVector::from_vec(vec![0.75, 0.25]), means, vec![covariance; 2]).unwrap()
}

#[test]
fn other_test_images_are_other_and_different() {
    let data = load_data(&settings()).unwrap();
    let chosen = |repeat| choose_test_images(&settings(), &data, repeat).unwrap();
    assert_eq!(chosen(0), data.test_indices);
    assert_ne!(chosen(1), chosen(0));
    assert_eq!(chosen(1), chosen(1));
    let all = Settings { test_images: 3000, ..settings() };
    let mut every = choose_test_images(&all, &data, 0).unwrap();
    every.sort_unstable();
    assert!(every.into_iter().eq(0..3000));
    let too_many = Settings { test_images: 3001, ..settings() };
    assert_eq!(
        choose_test_images(&too_many, &data, 0).unwrap_err().to_string(),
        "`test-images` is 3001: choose at most 3000, the number of test images of `labels` 0,1,8"
    );
}

#[test]
fn masks_are_one_for_all_or_one_for_each() {
    let one = draw_observations(&settings(), SHAPE, 0).unwrap();
    assert_eq!((one.len(), one[0].operator().measurements()), (1, 78));
    assert_ne!(draw_observations(&settings(), SHAPE, 1).unwrap(), one);
    let each = draw_observations(&Settings { mask_per_image: true, ..settings() }, SHAPE, 0).unwrap();
    assert_eq!(each.len(), 3);
    assert_eq!(each[0], one[0]);
    assert_ne!(each[1], each[0]);
}

#[test]
fn the_order_of_pixels_continues_the_studys_mask() {
    let (order, mask) =
        (mask_order(&settings(), SHAPE, 0).unwrap(), draw_observations(&settings(), SHAPE, 0).unwrap());
    assert_eq!(Some(&Mask::first_of(SHAPE, &order, 78)), mask[0].mask());
    assert_eq!(order, mask_order(&settings(), SHAPE, 0).unwrap());
    assert_ne!(order, mask_order(&settings(), SHAPE, 1).unwrap());
}

#[test]
fn completions_keep_what_was_observed_and_scatter_around_the_restoration() {
    let data = load_data(&settings()).unwrap();
    let mixture = mixture();
    let mask = Mask::margin(SHAPE, crate::inverse::Edge::Top, 22);
    let observation = Observation::from(mask.clone());
    let report = restore_with(&mixture, &data, &[7], std::slice::from_ref(&observation), 0).unwrap();
    let conditioner = Conditioner::new(&mixture, &observation).unwrap();
    let posterior = conditioner.posterior_given(&report.measurements[0]).unwrap();
    let drawer = conditioner.drawer().unwrap();
    let truth = report.truth.column(0).into_owned();
    let draw = |count, repeat| draw_completions(&drawer, &posterior, count, 0, repeat).unwrap().images;
    let (drawn, restoration) = (draw(400, 0), &report.restorations[0]);
    for &pixel in mask.observed() {
        assert!(drawn.row(pixel).iter().all(|&value| value == truth[pixel]));
    }
    for &pixel in mask.missing() {
        // The mean of 400 draws has a twentieth of their deviation; five of those.
        let error = drawn.row(pixel).mean() - restoration.restored[pixel];
        assert!(error.abs() < 0.25 * restoration.std[pixel], "pixel {pixel}: {error}");
    }
    assert_eq!(draw(400, 0), drawn);
    assert_ne!(draw(400, 1), drawn);
    // Nothing observed, and everything.
    for bit in [false, true] {
        let conditioner = Conditioner::new(&mixture, &everywhere(bit)).unwrap();
        let posterior = conditioner.posterior(truth.as_slice()).unwrap();
        let drawn = draw_completions(&conditioner.drawer().unwrap(), &posterior, 2, 0, 0).unwrap();
        assert_eq!(drawn.images.column(0) == truth, bit);
        let other = Conditioner::new(&mixture, &everywhere(!bit)).unwrap().drawer().unwrap();
        assert!(draw_completions(&other, &posterior, 1, 0, 0).is_err());
    }
}

fn everywhere(bit: bool) -> Observation {
    Mask::new(vec![bit; 784]).into()
}

#[test]
fn samples_of_all_or_of_one_component() {
    let sampler = Sampler::new(&mixture()).unwrap();
    let first = resample(&sampler, 0, 40, None, 0);
    assert_eq!(first.images.shape(), (784, 40));
    assert!(first.components.contains(&0) && first.components.contains(&1));
    assert_ne!(resample(&sampler, 0, 40, None, 1).images, first.images);
    let second = resample(&sampler, 0, 5, Some(1), 0);
    assert_eq!(second.components, [1; 5]);
    assert!(second.images.mean() > 0.5);
    assert_eq!(resample(&sampler, 0, 5, Some(2), 0).images.ncols(), 0);
}

#[test]
fn a_restoration_keeps_what_was_observed() {
    let data = load_data(&settings()).unwrap();
    let masks = draw_observations(&settings(), SHAPE, 0).unwrap();
    let report = restore_with(&mixture(), &data, &[7, 5], &masks, 0).unwrap();
    assert_eq!(report.indices, [7, 5]);
    assert_eq!(report.labels, [Some(data.test.labels()[7]), Some(data.test.labels()[5])]);
    assert_eq!(report.observations, [masks[0].clone(), masks[0].clone()]);
    for (image, restoration) in report.restorations.iter().enumerate() {
        for &pixel in masks[0].mask().unwrap().observed() {
            assert_eq!(restoration.restored[pixel], report.truth[(pixel, image)]);
        }
    }
    // Restored by itself, an image comes out the same but for rounding.
    let alone = restore_with(&mixture(), &data, &[5], &masks, 0).unwrap();
    for (alone, together) in alone.restorations[0].restored.iter().zip(&report.restorations[1].restored) {
        assert!((alone - together).abs() < 1e-12);
    }
    let small = crate::inverse::Mask::new(vec![true; 9]);
    assert!(restore_with(&mixture(), &data, &[5], &[small.into()], 0).is_err());
}
