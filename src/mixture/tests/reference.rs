//! The core, with its early exit and its sparse M-step, held to the dense reference.
//!
//! Each property goes through a fit iteration by iteration: the core's own parameters are given to the reference,
//! whose next step the core must take too. Errors cannot pile up, so that the bounds are those of one step.

use std::ops::Range;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::dense::{self, Dense};
use super::*;

/// What the images are like.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Clusters of noise.
    Plain,
    /// Every second image is a copy of the one before.
    Duplicated,
    /// Every third pixel is constant.
    ConstantPixels,
    /// All images are the same.
    Constant,
    /// Pixels are 0 or 1.
    Binary,
    /// The last image is far from all others.
    Outlier,
}

#[derive(Debug, Clone)]
struct Problem {
    dim: usize,
    samples: usize,
    components: usize,
    /// Distance of the clusters' centres in standard deviations.
    apart: f64,
    ridge: f64,
    kind: Kind,
    /// Start from a fitted mixture, not from the identity.
    warm: bool,
    seed: u64,
}

fn problems(dims: Range<usize>, samples: Range<usize>) -> impl Strategy<Value = Problem> {
    let kinds = prop_oneof![
        4 => Just(Kind::Plain), 1 => Just(Kind::Duplicated), 1 => Just(Kind::ConstantPixels), 1 => Just(Kind::Constant),
        1 => Just(Kind::Binary), 1 => Just(Kind::Outlier),
    ];
    (dims, samples, 1..7_usize, -1.5..2.0_f64, -5.0..0.0_f64, kinds, any::<bool>(), any::<u64>()).prop_map(
        |(dim, samples, components, apart, ridge, kind, warm, seed)| Problem {
            dim,
            samples,
            components: components.min(samples),
            apart: 10_f64.powf(apart),
            ridge: 10_f64.powf(ridge),
            kind,
            warm,
            seed,
        },
    )
}

impl Problem {
    /// Clusters of noise in [0, 1] or thereabouts, with pixels of different variance.
    fn images(&self) -> DMatrix<f64> {
        let (dim, samples) = (self.dim, self.samples);
        let mut rng = seeded(self.seed);
        let centres = normal(dim, self.components, &mut rng) * (self.apart / (dim as f64).sqrt());
        let mut images = normal(dim, samples, &mut rng);
        for (s, mut image) in images.column_iter_mut().enumerate() {
            for (i, pixel) in image.iter_mut().enumerate() {
                let spread = 0.02 + 0.2 * (i % 5) as f64;
                *pixel = 0.5 + 0.2 * spread * (*pixel + 3.0 * centres[(i, s % self.components)]);
            }
        }
        match self.kind {
            Kind::Plain => images,
            Kind::Duplicated => DMatrix::from_fn(dim, samples, |i, s| images[(i, s - s % 2)]),
            Kind::ConstantPixels => {
                DMatrix::from_fn(dim, samples, |i, s| if i % 3 == 0 { 0.25 } else { images[(i, s)] })
            }
            Kind::Constant => DMatrix::from_fn(dim, samples, |i, _| images[(i, 0)]),
            Kind::Binary => images.map(|pixel| f64::from(u8::from(pixel > 0.5))),
            Kind::Outlier => {
                images.column_mut(samples - 1).add_scalar_mut(30.0);
                images
            }
        }
    }

    /// The start, and what its eigenvalues are not below.
    fn start(&self, images: &DMatrix<f64>) -> (Mixture, f64) {
        let begin = Mixture::standard_start(images.columns(0, self.components).into_owned()).unwrap();
        if self.warm { (em(images, begin, 1e-2, 3).mixture, 1e-2) } else { (begin, 1.0) }
    }
}

/// The core's E-step at `mixture` against the dense one.
fn assert_expectation(
    images: &DMatrix<f64>,
    mixture: &Mixture,
    nll: f64,
    dense: &Dense,
) -> Result<(), TestCaseError> {
    let found = mixture.responsibilities(images).unwrap();
    for (s, (found, expected)) in found.column_iter().zip(dense.responsibilities.column_iter()).enumerate() {
        let relative = 1e-13 + dense.rounding[s];
        for (found, expected) in found.iter().zip(expected.iter()) {
            // Rounding moves a responsibility relative to itself; what is dropped, by no more than 1e-16.
            let allowed = 1e-16 + expected * relative;
            prop_assert!((found - expected).abs() <= allowed, "image {s}: {found:e}, not {expected:e}");
        }
    }
    for (found, (&expected, &rounding)) in
        mixture.log_density(images).unwrap().iter().zip(dense.log_density.iter().zip(&dense.rounding))
    {
        let allowed = 1e-12 * expected.abs().max(1.0) + rounding;
        prop_assert!((found - expected).abs() <= allowed, "log-density {found}, not {expected}");
    }
    let count = images.ncols() as f64;
    let expected = -dense.log_density.iter().sum::<f64>() / count;
    let rounding = dense.rounding.iter().sum::<f64>() / count;
    let magnitude = dense.log_density.iter().map(|value| value.abs()).sum::<f64>() / count;
    let allowed = 1e-12 * magnitude.max(1.0) + rounding;
    prop_assert!((nll - expected).abs() <= allowed, "NLL {nll}, not {expected}");
    Ok(())
}

/// The core's M-step to `next` against the dense one.
fn assert_maximisation(
    images: &DMatrix<f64>,
    next: &Mixture,
    dense: &Dense,
    ridge: f64,
) -> Result<(), TestCaseError> {
    let (weights, means, covariances) = dense::maximise(images, &dense.responsibilities, ridge);
    let scale = images.amax().max(1.0);
    let rounding = dense.rounding.iter().fold(0.0_f64, |a, &b| a.max(b)).min(1.0);
    let allowed = 1e-10 + rounding;
    prop_assert!((next.weights() - &weights).amax() <= allowed);
    for (k, covariance) in covariances.iter().enumerate() {
        // Of a component that owns next to nothing, dropped responsibilities may be the better part.
        if weights[k] * images.ncols() as f64 <= 1e-3 {
            continue;
        }
        let apart = (next.means().column(k) - means.column(k)).amax();
        prop_assert!(apart <= allowed * scale, "mean {k}: {apart:e}");
        let apart = (&*next.covariances()[k].dense() - covariance).amax();
        prop_assert!(apart <= allowed * scale * scale, "covariance {k}: {apart:e}");
    }
    Ok(())
}

fn assert_steps(
    images: &DMatrix<f64>,
    (begin, floor): (Mixture, f64),
    ridge: f64,
    steps: usize,
) -> Result<(), TestCaseError> {
    let (mut mixture, mut floor) = (begin, floor);
    for _ in 0..steps {
        let dense = dense::expect(images, &mixture, floor);
        let step = em(images, mixture.clone(), ridge, 1);
        assert_expectation(images, &mixture, step.history[0].nll, &dense)?;
        assert_maximisation(images, &step.mixture, &dense, ridge)?;
        (mixture, floor) = (step.mixture, ridge);
    }
    let dense = dense::expect(images, &mixture, floor);
    assert_expectation(images, &mixture, em(images, mixture.clone(), ridge, 0).final_nll, &dense)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_step_is_the_dense_one(problem in problems(1..61, 1..90)) {
        let images = problem.images();
        assert_steps(&images, problem.start(&images), problem.ridge, 3)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    /// So many images that pairs are screened by directions.
    #[test]
    fn every_step_is_the_dense_one_with_many_images(problem in problems(1..40, 400..460)) {
        let images = problem.images();
        assert_steps(&images, problem.start(&images), problem.ridge, 3)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// More pixels than the first panels have: pairs are dropped after each of them.
    #[test]
    fn every_step_is_the_dense_one_over_several_panels(problem in problems(100..260, 1..90)) {
        let images = problem.images();
        assert_steps(&images, problem.start(&images), problem.ridge, 2)?;
    }
}

#[test]
fn every_step_on_real_patches_is_the_dense_one() {
    let images = patches_of(12, 500);
    assert_steps(&images, (start(&images, 5), 1.0), 1e-3, 4).unwrap();
}

#[test]
fn responsibilities_sum_to_one_far_from_the_data() {
    let images = patches(300);
    let mixture = em(&images, start(&images, 3), 1e-3, 3).mixture;
    let far = images.map(|pixel| 40.0 * pixel);
    for column in mixture.responsibilities(&far).unwrap().column_iter() {
        assert!((column.sum() - 1.0).abs() < 1e-15, "{:e}", column.sum() - 1.0);
    }
}

/// What the properties must be able to tell: a responsibility of 1e-13 that was dropped.
#[test]
#[should_panic(expected = "not")]
fn a_dropped_responsibility_would_be_found() {
    let images = patches(60);
    let mixture = em(&images, start(&images, 3), 1.0, 2).mixture;
    let mut dense = dense::expect(&images, &mixture, 1.0);
    let nll = -dense.log_density.iter().sum::<f64>() / 60.0;
    dense.responsibilities[(0, 0)] += 1e-13;
    dense.responsibilities[(1, 0)] *= 1.0 + 1e-11;
    assert_expectation(&images, &mixture, nll, &dense).unwrap();
}
