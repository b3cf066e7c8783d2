//! What the numbering of images and of pixels, and the scale of a pixel, cannot change.

use rand::seq::SliceRandom;

use super::*;

fn shuffled(count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut seeded(2));
    order
}

/// A start that is not the identity.
fn warm(images: &DMatrix<f64>) -> Mixture {
    em(images, start(images, 3), 1e-3, 2).mixture
}

#[test]
fn the_order_of_the_images_changes_nothing_but_rounding() {
    let images = patches(700);
    let order = shuffled(700);
    for begin in [start(&images, 3), warm(&images)] {
        let straight = em(&images, begin.clone(), 1e-3, 8);
        let mixed = em(&images.select_columns(&order), begin, 1e-3, 8);
        assert!(difference(&straight.mixture, &mixed.mixture) < 1e-11);
        for (a, b) in nll(&straight).into_iter().zip(nll(&mixed)) {
            assert!((a - b).abs() < 1e-11 * a.abs().max(1.0), "{a} and {b}");
        }
        let expected: Vec<usize> = order.iter().map(|&image| straight.assignments[image]).collect();
        assert_eq!(mixed.assignments, expected);
    }
}

#[test]
fn the_order_of_the_pixels_changes_nothing_but_rounding() {
    let images = patches(700);
    let order = shuffled(36);
    let permuted = |mixture: &Mixture| {
        let covariances = matrices(mixture).into_iter().map(|c| c.select_rows(&order).select_columns(&order));
        Mixture::new(mixture.weights().clone(), mixture.means().select_rows(&order), covariances.collect())
            .unwrap()
    };
    for begin in [start(&images, 3), warm(&images)] {
        let straight = em(&images, begin.clone(), 1e-3, 8);
        let mixed = em(&images.select_rows(&order), permuted(&begin), 1e-3, 8);
        assert!(difference(&permuted(&straight.mixture), &mixed.mixture) < 1e-11);
        assert!((straight.final_nll - mixed.final_nll).abs() < 1e-11 * straight.final_nll.abs());
        assert_eq!(straight.assignments, mixed.assignments);
    }
}

#[test]
fn scaling_one_pixel_scales_its_parameters_and_shifts_the_nll() {
    // Equivariance under a linear map, where the scale of the data spans eight orders of magnitude in variance.
    // A ridge would not scale with the pixel.
    const SCALE: f64 = 1e4;
    let images = patches(1500);
    let begin = warm(&images);
    for pixel in [0, 17, 35] {
        let factor = |i: usize| if i == pixel { SCALE } else { 1.0 };
        let scaled = |mixture: &Mixture| {
            let means = DMatrix::from_fn(36, 3, |i, k| factor(i) * mixture.means()[(i, k)]);
            let scale = |c: &DMatrix<f64>| DMatrix::from_fn(36, 36, |i, j| factor(i) * c[(i, j)] * factor(j));
            let covariances = matrices(mixture).iter().map(scale).collect();
            Mixture::new(mixture.weights().clone(), means, covariances).unwrap()
        };
        let unscaled = |mixture: &Mixture| {
            let means = DMatrix::from_fn(36, 3, |i, k| mixture.means()[(i, k)] / factor(i));
            let scale = |c: &DMatrix<f64>| DMatrix::from_fn(36, 36, |i, j| c[(i, j)] / factor(i) / factor(j));
            let covariances = matrices(mixture).iter().map(scale).collect();
            Mixture::new(mixture.weights().clone(), means, covariances).unwrap()
        };
        let large = DMatrix::from_fn(36, 1500, |i, s| factor(i) * images[(i, s)]);
        let straight = em(&images, begin.clone(), 0.0, 6);
        let stretched = em(&large, scaled(&begin), 0.0, 6);
        assert!(difference(&straight.mixture, &unscaled(&stretched.mixture)) < 1e-9);
        for (a, b) in nll(&straight).into_iter().zip(nll(&stretched)) {
            assert!((a + SCALE.ln() - b).abs() < 1e-9, "{a} and {b}");
        }
        assert_eq!(straight.assignments, stretched.assignments);
    }
}

#[test]
fn shifting_all_images_shifts_the_means_alone() {
    // Images far from the origin: a covariance from raw second moments would lose half of its digits.
    let images = patches(700);
    let far = images.map(|pixel| pixel + 1000.0);
    let begin = warm(&images);
    let shifted = |mixture: &Mixture, by: f64| {
        let means = mixture.means().map(|mean| mean + by);
        Mixture::new(mixture.weights().clone(), means, mixture.covariances().to_vec()).unwrap()
    };
    let straight = em(&images, begin.clone(), 1e-3, 5);
    let moved = em(&far, shifted(&begin, 1000.0), 1e-3, 5);
    // Adding 1000 rounds a pixel by up to 1e-13.
    assert!(difference(&straight.mixture, &shifted(&moved.mixture, -1000.0)) < 1e-10);
    assert!((straight.final_nll - moved.final_nll).abs() < 1e-9);
}
