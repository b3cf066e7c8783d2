//! Many images at once, and their quality.

use nalgebra::{DMatrix, DVector};
use rand::RngExt;

use super::given;
use super::reference::{assert_close, random_mixture, seeded};
use crate::data::ImageShape;
use crate::inverse::{Conditioner, InverseError, Mask, Observation, Restoration, psnr, restore, ssim};
use crate::mixture::Mixture;

const SIDE: usize = 12;
const SHAPE: ImageShape = ImageShape::new(SIDE, SIDE);

/// A model of 12 x 12 pixels, more images than a batch holds, and masks of which some are equal.
fn setting() -> (Mixture, DMatrix<f64>, Vec<Observation>) {
    let mut rng = seeded(21);
    let mixture = random_mixture(SIDE * SIDE, 3, 0.1, &mut rng);
    let images = DMatrix::from_fn(SIDE * SIDE, 150, |_, _| rng.random::<f64>());
    let different: Vec<Mask> = (0..3).map(|_| Mask::random(SHAPE, 0.2, &mut rng).unwrap()).collect();
    let masks = (0..150).map(|n| different[if n % 5 == 0 { n % 3 } else { 0 }].clone());
    (mixture, images, masks.map(Observation::from).collect())
}

#[test]
fn images_come_back_in_their_order_each_under_its_mask() {
    let (mixture, images, observations) = setting();
    let restorations = restore(&mixture, &images, &observations).unwrap();
    assert_eq!(restorations.len(), 150);
    for (n, found) in restorations.iter().enumerate() {
        let image = images.column(n).into_owned();
        let conditioner = Conditioner::new(&mixture, &observations[n]).unwrap();
        let posterior = conditioner.posterior(image.as_slice()).unwrap();
        assert_close("restored", &found.restored, &posterior.expectation(), 1e-12);
        assert_close("std", &found.std, &posterior.standard_deviation(), 1e-12);
        assert_close("weights", &found.weights, posterior.weights(), 1e-11);
        assert_close("evidence", &[found.log_evidence], &[posterior.log_evidence()], 1e-12);
        assert_eq!(found.psnr, psnr(&found.restored, image.as_slice()));
        assert_eq!(found.ssim, ssim(&found.restored, image.as_slice(), SHAPE));
    }
}

#[test]
fn one_mask_serves_all_images() {
    let (mixture, images, observations) = setting();
    let one = restore(&mixture, &images, &observations[..1]).unwrap();
    assert_eq!(one, restore(&mixture, &images, &vec![observations[0].clone(); 150]).unwrap());
    assert_eq!(restore(&mixture, &DMatrix::zeros(SIDE * SIDE, 0), &[]).unwrap(), []);
}

#[test]
fn results_are_bit_equal_for_any_number_of_threads() {
    let (mixture, images, observations) = setting();
    let with_threads = |threads: usize| -> Vec<Restoration> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| restore(&mixture, &images, &observations).unwrap())
    };
    let single = with_threads(1);
    // Equality of f64 is equality of bits but for NaN and the sign of zero, and there is no NaN.
    assert!(single.iter().all(|r| r.psnr.is_finite() && r.ssim.is_finite()));
    for threads in [2, 3] {
        assert!(single == with_threads(threads), "{threads} threads");
    }
}

#[test]
fn more_pixels_restore_images_of_the_model_better() {
    let mut rng = seeded(22);
    // Smooth images: the covariance falls with the distance between pixels.
    let distance = |a: usize, b: usize| {
        let (rows, columns) = ((a / SIDE).abs_diff(b / SIDE), (a % SIDE).abs_diff(b % SIDE));
        ((rows * rows + columns * columns) as f64).sqrt()
    };
    let dim = SIDE * SIDE;
    let covariance = DMatrix::from_fn(dim, dim, |a, b| 0.01 * (-distance(a, b) / 6.0).exp());
    let mean = DMatrix::from_element(dim, 1, 0.5);
    let mixture = Mixture::new(DVector::from_vec(vec![1.0]), mean, vec![covariance]).unwrap();
    let prior = given(&mixture, &Mask::new(vec![false; dim])).unwrap();
    let nothing = prior.posterior(&vec![0.0; dim]).unwrap();
    let images = prior.drawer().unwrap().draw(&nothing, 20, &mut rng).unwrap().images;
    let average_psnr = |fraction: f64, rng: &mut _| {
        let mask = Mask::random(SHAPE, fraction, rng).unwrap();
        let restorations = restore(&mixture, &images, &[mask.into()]).unwrap();
        restorations.iter().map(|r| r.psnr).sum::<f64>() / 20.0
    };
    let psnrs: Vec<f64> = [0.0, 0.1, 0.5, 0.9].iter().map(|&f| average_psnr(f, &mut rng)).collect();
    assert!(psnrs.is_sorted_by(|a, b| a + 1.0 < *b), "{psnrs:?}");
}

#[test]
fn faults_are_named_by_the_image() {
    let (mixture, mut images, observations) = setting();
    let missing = observations[149].mask().unwrap().missing()[0];
    images[(missing, 149)] = f64::NAN;
    let restorations = restore(&mixture, &images, &observations).unwrap();
    assert!(restorations[149].restored.iter().chain(&restorations[149].std).all(|v| v.is_finite()));
    assert!(restorations[149].psnr.is_nan() && restorations[149].ssim.is_nan());
    assert!(restorations[148].psnr.is_finite());

    let observed = observations[149].mask().unwrap().observed()[3];
    images[(observed, 149)] = f64::NAN;
    let error = restore(&mixture, &images, &observations).unwrap_err();
    assert_eq!(error, InverseError::NonFinitePixel { image: 149, pixel: observed });

    images[(observed, 149)] = 1e200;
    let error = restore(&mixture, &images, &observations).unwrap_err();
    assert_eq!(error, InverseError::Evidence { image: 149 });
}

#[test]
fn wrong_sizes_and_numbers_of_masks_are_errors() {
    let (mixture, images, observations) = setting();
    let error = restore(&mixture, &images, &observations[..2]).unwrap_err();
    assert_eq!(error, InverseError::Observations { observations: 2, images: 150 });
    let error = restore(&mixture, &images, &[]).unwrap_err();
    assert_eq!(error, InverseError::Observations { observations: 0, images: 150 });
    let error = restore(&mixture, &DMatrix::zeros(9, 2), &observations[..1]).unwrap_err();
    assert_eq!(error, InverseError::Size { what: "image", found: 9, expected: 144 });
    let error = restore(&mixture, &images, &[Mask::new(vec![true; 9]).into()]).unwrap_err();
    assert_eq!(error, InverseError::Size { what: "mask", found: 9, expected: 144 });
}

#[test]
fn quality_of_equal_and_of_clipped_images() {
    let truth: Vec<f64> = (0..SIDE * SIDE).map(|i| (i % 7) as f64 / 6.0).collect();
    assert_eq!(psnr(&truth, &truth), f64::INFINITY);
    assert!((ssim(&truth, &truth, SHAPE) - 1.0).abs() < 1e-15);
    // Beyond white and black there is nothing: pixels of 1 and 0 may be overshot.
    let over: Vec<f64> = truth
        .iter()
        .map(|&p| {
            if p == 1.0 {
                1.5
            } else if p == 0.0 {
                -2.0
            } else {
                p
            }
        })
        .collect();
    assert_eq!(psnr(&over, &truth), f64::INFINITY);
    assert_eq!(ssim(&over, &truth, SHAPE), ssim(&truth, &truth, SHAPE));
    // An error of 0.1 everywhere is 20 dB.
    assert!((psnr(&[0.5; 9], &[0.4; 9]) - 20.0).abs() < 1e-12);
}

#[test]
fn quality_without_meaning_is_nan() {
    assert!(psnr(&[0.5], &[0.5, 0.5]).is_nan() && psnr(&[], &[]).is_nan());
    let ssim_of = |pixels: usize, rows, columns| {
        let flat = vec![0.5; pixels];
        ssim(&flat, &flat, ImageShape::new(rows, columns))
    };
    for (pixels, rows, columns) in
        [(100, 10, 10), (200, 10, 20), (200, 20, 10), (64, 1, 64), (121, 11, 12), (0, usize::MAX, 2)]
    {
        assert!(ssim_of(pixels, rows, columns).is_nan(), "{rows} x {columns}");
    }
    assert!(ssim(&[0.5; 121], &[0.5; 120], ImageShape::new(11, 11)).is_nan());
    assert_eq!((ssim_of(121, 11, 11), ssim_of(143, 11, 13), ssim_of(143, 13, 11)), (1.0, 1.0, 1.0));
}

#[test]
fn ssim_of_a_picture_is_that_of_its_transpose_and_the_average_of_its_windows() {
    let (rows, columns) = (14, 19);
    let pixel = |row: usize, column: usize, salt: usize| {
        ((row * 31 + column * 17 + row * column * salt) % 23) as f64 / 22.0
    };
    let picture =
        |salt| -> Vec<f64> { (0..rows * columns).map(|i| pixel(i / columns, i % columns, salt)).collect() };
    let turned =
        |salt| -> Vec<f64> { (0..rows * columns).map(|i| pixel(i % rows, i / rows, salt)).collect() };
    let found = ssim(&picture(1), &picture(2), ImageShape::new(rows, columns));
    assert!((found - ssim(&turned(1), &turned(2), ImageShape::new(columns, rows))).abs() < 1e-12);
    // Every window by itself: an 11 x 11 picture has one.
    let window = |salt, top: usize, left: usize| -> Vec<f64> {
        (0..121).map(|i| pixel(top + i / 11, left + i % 11, salt)).collect()
    };
    let positions = (0..=rows - 11).flat_map(|top| (0..=columns - 11).map(move |left| (top, left)));
    let each = positions
        .map(|(top, left)| ssim(&window(1, top, left), &window(2, top, left), ImageShape::new(11, 11)));
    let each: Vec<f64> = each.collect();
    assert!((found - each.iter().sum::<f64>() / each.len() as f64).abs() < 1e-12);
}
