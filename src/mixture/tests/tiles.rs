//! One pass over tiles, held to the E-step and the M-step one after the other.

use proptest::prelude::*;

use super::*;

/// Overlapping clusters: a responsibility of nearly every pair.
fn overlapping(dim: usize, samples: usize, seed: u64) -> DMatrix<f64> {
    let mut rng = seeded(seed);
    let centres = normal(dim, 3, &mut rng) * (1.5 / (dim as f64).sqrt());
    let mut images = normal(dim, samples, &mut rng);
    images.column_iter_mut().enumerate().for_each(|(s, mut image)| image += centres.column(s % 3));
    images
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Tiles and spans of every filling, and dimensions that fill no block of rows or columns.
    #[test]
    fn an_iteration_by_tiles_is_the_one_by_pairs(
        dim in 1..97_usize, samples in 100..1300_usize, components in 1..7_usize, warm: bool, seed: u64,
    ) {
        let images = overlapping(dim, samples, seed);
        let mut begin = start(&images, components);
        if warm {
            begin = em(&images, begin, 0.3, 2).mixture;
        }
        let one = em(&images, begin.clone(), 0.3, 1);
        let statistics = begin.statistics(&images).unwrap();
        prop_assert!((one.history[0].nll + statistics.log_likelihood() / samples as f64).abs() < 1e-10);
        let expected = statistics.maximise(&begin, 0.3, 0.0).unwrap();
        let apart = difference(&one.mixture, &expected);
        prop_assert!(apart < 1e-10, "{apart:e}");
        let evaluated = Evaluator::new(&one.mixture).unwrap().evaluate(&images).unwrap();
        prop_assert!((one.final_nll - evaluated.nll()).abs() < 1e-10);
        prop_assert_eq!(one.assignments, evaluated.assignments);
    }
}

#[test]
fn a_start_far_from_all_images_loses_no_digits() {
    let images = overlapping(5, 300, 1);
    let begin = Mixture::standard_start(DMatrix::from_fn(5, 2, |i, k| 1e5 + (i + k) as f64)).unwrap();
    let one = em(&images, begin, 1e-6, 1).mixture;
    // Whatever the responsibilities are, the mixture's mean and covariance are those of the images.
    let (mean, covariance) = moments(&images);
    let (weights, means) = (one.weights(), one.means());
    assert!((means * weights - &mean).amax() < 1e-12);
    let total: DMatrix<f64> = (0..2)
        .map(|k| {
            let shift = means.column(k) - &mean;
            (&matrices(&one)[k] + &shift * shift.transpose()) * weights[k]
        })
        .fold(DMatrix::zeros(5, 5), |sum, part| sum + part);
    assert!((total - covariance - DMatrix::identity(5, 5) * 1e-6).amax() < 1e-12);
}
