//! Weights of images: an image of weight n is n images.

use proptest::prelude::*;

use super::*;

fn weighted(images: &DMatrix<f64>, weights: Vec<f64>) -> TrainingSet {
    TrainingSet { images: images.clone(), weights: Some(weights) }
}

/// Each image as often as its weight says.
fn repeated(images: &DMatrix<f64>, weights: &[f64]) -> TrainingSet {
    let columns = weights.iter().enumerate().flat_map(|(s, &weight)| std::iter::repeat_n(s, weight as usize));
    images.select_columns(&columns.collect::<Vec<_>>()).into()
}

fn iterations(set: TrainingSet, begin: &Mixture, max_iterations: usize) -> EmFit {
    let settings =
        EmSettings { ridge: 0.3, shrinkage: 3.0, tolerance: 0.0, max_iterations, ..EmSettings::default() };
    fit_training_set(set, begin.clone(), &settings, None, &mut |_| GO).unwrap()
}

/// Whether both fits are the same but for rounding, and each has the assignments of its own images.
fn assert_equal(images: &DMatrix<f64>, weights: &[f64], begin: &Mixture) {
    let one = iterations(weighted(images, weights.to_vec()), begin, 3);
    let other = iterations(repeated(images, weights), begin, 3);
    let apart = difference(&one.mixture, &other.mixture);
    // Of 400 cases the furthest apart was at 5e-13: covariances of 100 pixels and soft responsibilities, in which rounding grows.
    assert!(apart < 1e-11, "{apart:e}");
    for (a, b) in nll(&one).into_iter().zip(nll(&other)) {
        assert!((a - b).abs() < 1e-12 * a.abs().max(1.0), "{a} and {b}");
    }
    let of_repeated = weights.iter().zip(&one.assignments);
    let expected = of_repeated.flat_map(|(&weight, &k)| std::iter::repeat_n(k, weight as usize));
    assert_eq!(expected.collect::<Vec<_>>(), other.assignments);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// By tiles (few pixels), by remembered pairs (100 pixels), and with missing pixels.
    #[test]
    fn a_weight_is_a_number_of_equal_images(
        many: bool, missing: bool, components in 1..4_usize, seed: u64,
    ) {
        let (dim, mut rng) = (if many { 100 } else { 7 }, seeded(seed));
        let mut images = normal(dim, 220, &mut rng);
        if missing {
            images.iter_mut().filter(|_| rng.random::<f64>() < 0.3).for_each(|pixel| *pixel = f64::NAN);
        }
        let weights: Vec<f64> = (0..220).map(|_| f64::from(rng.random_range(0..4_u8))).collect();
        let begin = Mixture::standard_start(normal(dim, components, &mut rng)).unwrap();
        assert_equal(&images, &weights, &begin);
    }
}

#[test]
fn under_every_family_a_weight_is_a_number_of_equal_images() {
    let mut rng = seeded(31);
    let images = normal(7, 600, &mut rng);
    let weights: Vec<f64> = (0..600).map(|_| f64::from(rng.random_range(0..4_u8))).collect();
    for family in CovarianceFamily::ALL {
        let begin = Mixture::start(normal(7, 3, &mut rng), family, 2).unwrap();
        assert_equal(&images, &weights, &begin);
    }
}

#[test]
fn weights_of_1_change_no_bit_and_fractions_scale() {
    let images = patches(300);
    let begin = start(&images, 3);
    let plain = iterations(images.clone().into(), &begin, 3);
    assert_eq!(iterations(weighted(&images, vec![1.0; 300]), &begin, 3).mixture, plain.mixture);
    // Without shrinkage, which counts images, only ratios of weights matter.
    let settings = EmSettings { ridge: 1e-3, tolerance: 0.0, max_iterations: 3, ..EmSettings::default() };
    let run = |weight: f64| {
        let set = weighted(&images, vec![weight; 300]);
        fit_training_set(set, begin.clone(), &settings, None, &mut |_| GO).unwrap()
    };
    let (one, quarter) = (run(1.0), run(0.25));
    assert!(difference(&one.mixture, &quarter.mixture) < 1e-11);
    assert!((one.final_nll - quarter.final_nll).abs() < 1e-10);
}

#[test]
fn the_choice_of_shrinkage_counts_weights() {
    let images = patches(120);
    let begin = start(&images, 2);
    let choose = |set: &TrainingSet| {
        choose_shrinkage(set, &begin, &EmSettings::default(), &[], &mut seeded(1), &mut |_| GO)
            .unwrap()
            .unwrap()
    };
    let plain = choose(&images.clone().into());
    let (ones, tens) =
        (choose(&weighted(&images, vec![1.0; 120])), choose(&weighted(&images, vec![10.0; 120])));
    assert_eq!(ones.shrinkage, plain.shrinkage);
    // Ten times the images, ten times the shrinkage that is as strong; candidates are a factor of 1.19 apart.
    assert!(tens.shrinkage > 2.0 * plain.shrinkage, "{} and {}", tens.shrinkage, plain.shrinkage);
}

#[test]
fn what_is_no_weight_is_refused_by_name() {
    let images = patches(20);
    let begin = start(&images, 2);
    let refused = |weights: Vec<f64>| {
        let set = weighted(&images, weights);
        let settings = KMeansSettings { components: 2, ..KMeansSettings::default() };
        let clusters = kmeans_training_set(&set, &settings, &mut seeded(0), &mut |_| GO).unwrap_err();
        let fit =
            fit_training_set(set, begin.clone(), &EmSettings::default(), None, &mut |_| GO).unwrap_err();
        assert_eq!(clusters.to_string(), fit.to_string());
        fit.to_string()
    };
    for value in [-1.0, f64::NAN, f64::INFINITY] {
        let mut weights = vec![1.0; 20];
        weights[4] = value;
        let message = refused(weights);
        assert!(message.starts_with(&format!("the weight of image 4 is {value}: ")), "{message}");
    }
    assert!(refused(vec![1.0; 19]).contains("weights of images has shape 19, expected 20"));
    let mut one = vec![0.0; 20];
    one[3] = 5.0;
    assert!(refused(one).starts_with("cannot fit 2 components to 1 images"));
}

#[test]
fn an_image_of_weight_0_may_be_anywhere() {
    // By tiles, by remembered pairs, with missing pixels, and in the other families.
    for (dim, is_complete) in [(5, true), (100, true), (5, false)] {
        let mut images = normal(dim, 60, &mut seeded(8));
        images.column_mut(7).fill(1e200);
        if !is_complete {
            images[(1, 20)] = f64::NAN;
        }
        let mut weights = vec![1.0; 60];
        weights[7] = 0.0;
        let counted: Vec<usize> = (0..60).filter(|&s| s != 7).collect();
        let set = weighted(&images, weights);
        for family in CovarianceFamily::ALL
            .into_iter()
            .filter(|&family| is_complete || family == CovarianceFamily::Full)
        {
            let begin = Mixture::start(normal(dim, 2, &mut seeded(9)), family, 1).unwrap();
            let (fit, other) =
                (iterations(set.clone(), &begin, 2), iterations(set.select(&counted), &begin, 2));
            assert!(difference(&fit.mixture, &other.mixture) < 1e-11, "{family}");
            assert!((fit.final_nll - other.final_nll).abs() < 1e-10 * other.final_nll.abs());
        }
        for init in [KMeansInit::Random, KMeansInit::PlusPlus] {
            let settings = KMeansSettings { components: 3, init, ..KMeansSettings::default() };
            for seed in 0..8 {
                let fit = kmeans_training_set(&set, &settings, &mut seeded(seed), &mut |_| GO).unwrap();
                assert!(fit.centroids.amax() < 10.0 && fit.assignments.len() == 60);
            }
        }
    }
}

#[test]
fn weights_that_are_shares_kill_no_component() {
    let images = patches(60);
    let set = weighted(&images, vec![1.0 / 60.0; 60]);
    assert!((set.total() - 1.0).abs() < 1e-12 && set.scale() == 60.0);
    assert_eq!(start(&images, 3).reseeded(&set).unwrap(), None);
    assert_eq!(weighted(&images, vec![2.0; 60]).scale(), 120.0);
}

#[test]
fn statistics_have_the_weighted_log_likelihood() {
    let mut images = patches(60);
    let begin = start(&images, 2);
    let weights: Vec<f64> = (0..60).map(|s| f64::from(s % 3)).collect();
    for is_complete in [true, false] {
        if !is_complete {
            images[(3, 4)] = f64::NAN;
        }
        let found = begin.statistics_of(&weighted(&images, weights.clone())).unwrap().log_likelihood();
        let expected = begin.statistics_of(&repeated(&images, &weights)).unwrap().log_likelihood();
        assert!((found - expected).abs() < 1e-10 * expected.abs(), "{found} and {expected}");
    }
}
