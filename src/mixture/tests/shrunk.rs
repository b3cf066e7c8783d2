//! Shrinkage: the M-step against its formula, and the choice of nu and of the target.

use proptest::prelude::*;

use super::*;

/// One iteration from `begin`, with a ridge of 1e-3.
fn iterated(images: &DMatrix<f64>, begin: &Mixture, shrinkage: f64) -> Mixture {
    towards(Taper::DIAGONAL, images, begin, shrinkage)
}

/// The same towards another target.
fn towards(taper: Taper, images: &DMatrix<f64>, begin: &Mixture, shrinkage: f64) -> Mixture {
    let settings = EmSettings {
        ridge: 1e-3,
        shrinkage,
        taper,
        tolerance: 0.0,
        max_iterations: 1,
        ..EmSettings::default()
    };
    fit(images, begin.clone(), &settings, None, &mut |_| GO).unwrap().mixture
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_covariance_is_pulled_by_nu_images_towards_its_own_diagonal(
        dim in 1..9_usize, components in 1..4_usize, nu in 0.0..500.0_f64, seed: u64,
    ) {
        let images = normal(dim, 60, &mut seeded(seed));
        let begin = Mixture::standard_start(images.columns(0, components).into_owned()).unwrap();
        let responsibilities = dense::expect(&images, &begin, 1.0).responsibilities;
        let (weights, means, covariances) = dense::maximise(&images, &responsibilities, 0.0);
        let found = iterated(&images, &begin, nu);
        prop_assert!((found.weights() - &weights).amax() < 1e-12);
        prop_assert!((found.means() - means).amax() < 1e-10);
        for (k, (found, own)) in matrices(&found).into_iter().zip(covariances).enumerate() {
            let count = weights[k] * 60.0;
            let share = nu / (count + nu);
            let target = DMatrix::from_diagonal(&own.diagonal());
            let expected =
                own * (1.0 - share) + target * share + DMatrix::identity(dim, dim) * 1e-3;
            prop_assert!((found - expected).amax() < 1e-9);
        }
        let statistics = begin.statistics(&images).unwrap();
        let merged = statistics.maximise(&begin, 1e-3, nu).unwrap();
        prop_assert!(difference(&merged, &found) < 1e-12);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_target_that_keeps_near_pixels_is_the_covariance_times_the_taper(
        rows in 1..4_usize, columns in 1..5_usize, components in 1..4_usize, nu in 0.0..500.0_f64, reach in 0.1..20.0_f64,
        is_tied: bool, seed: u64,
    ) {
        let (dim, taper) = (rows * columns, Taper { reach, columns });
        let images = normal(dim, 60, &mut seeded(seed));
        let means = images.columns(0, components).into_owned();
        let family = if is_tied { CovarianceFamily::Tied } else { CovarianceFamily::Full };
        let begin = Mixture::start(means, family, 0).unwrap();
        let c = DMatrix::from_fn(dim, dim, |i, j| taper.kept(i, j));
        let own = matrices(&iterated(&images, &begin, 0.0));
        let found = towards(taper, &images, &begin, nu);
        for (k, (found_one, with_ridge)) in matrices(&found).into_iter().zip(own).enumerate() {
            let own = with_ridge - DMatrix::identity(dim, dim) * 1e-3;
            let count = 60.0 * if is_tied { 1.0 } else { found.weights()[k] };
            let share = nu / (count + nu);
            let expected = &own * (1.0 - share) + own.component_mul(&c) * share + DMatrix::identity(dim, dim) * 1e-3;
            prop_assert!((found_one - expected).amax() < 1e-9);
        }
        if !is_tied {
            let merged = begin.statistics(&images).unwrap().maximise_towards(taper, &begin, 1e-3, nu).unwrap();
            prop_assert!(difference(&merged, &found) < 1e-12);
        }
    }
}

/// The columns of the images of [`patches`].
const COLUMNS: usize = 6;

#[test]
fn a_reach_of_0_is_the_diagonal_to_the_bit_and_a_long_one_no_shrinkage() {
    let images = patches(200);
    let begin = start(&images, 2);
    let of = |reach| towards(Taper { reach, columns: COLUMNS }, &images, &begin, 40.0);
    assert_eq!(of(0.0), iterated(&images, &begin, 40.0));
    assert_eq!(of(1e-300), of(0.0));
    assert!(difference(&of(1e300), &iterated(&images, &begin, 0.0)) < 1e-12);
    assert!(difference(&of(3.0), &of(0.0)) > 1e-3);
}

#[test]
fn iterations_towards_near_pixels_are_as_many_times_one() {
    for (count, family) in [(200, CovarianceFamily::Full), (200, CovarianceFamily::Tied)] {
        let images = patches(count);
        let begin = Mixture::start(images.columns(0, 2).into_owned(), family, 0).unwrap();
        let taper = Taper { reach: 3.0, columns: COLUMNS };
        let run = |begin: &Mixture, max_iterations| {
            let settings = EmSettings {
                ridge: 1e-3,
                shrinkage: 20.0,
                taper,
                tolerance: 0.0,
                max_iterations,
                ..EmSettings::default()
            };
            fit(&images, begin.clone(), &settings, None, &mut |_| GO).unwrap().mixture
        };
        let once = |begin: Mixture, _| run(&begin, 1);
        assert_eq!((0..3).fold(begin.clone(), once), run(&begin, 3));
    }
}

#[test]
fn endless_shrinkage_leaves_the_variances_and_none_changes_nothing() {
    let images = patches(200);
    let begin = start(&images, 2);
    let (none, endless) = (iterated(&images, &begin, 0.0), iterated(&images, &begin, 1e300));
    assert_eq!(none, em(&images, begin, 1e-3, 1).mixture);
    for (full, diagonal) in matrices(&none).into_iter().zip(matrices(&endless)) {
        assert_eq!(full.diagonal(), diagonal.diagonal());
        assert!((&diagonal - DMatrix::from_diagonal(&diagonal.diagonal())).amax() < 1e-290);
    }
}

fn choice(images: &DMatrix<f64>, seed: u64) -> ShrinkageChoice {
    let settings = EmSettings::default();
    choose_shrinkage(
        &images.clone().into(),
        &start(images, 2),
        &settings,
        &[],
        &mut seeded(seed),
        &mut |_| GO,
    )
    .unwrap()
    .unwrap()
}

#[test]
fn the_shrinkage_chosen_is_best_on_images_that_were_not_seen() {
    let all = real_images(460);
    let rows: Vec<usize> = (7..21).flat_map(|y| (7..21).map(move |x| 28 * y + x)).collect();
    let all = all.select_rows(&rows);
    let (images, unseen) = (all.columns(0, 240).into_owned(), all.columns(240, 220).into_owned());
    let chosen = choice(&images, 1);
    assert_eq!((chosen.fitted, chosen.held_out), (192, 48));
    assert!(
        chosen
            .scores
            .iter()
            .all(|(_, score)| *score >= chosen.scores.iter().map(|s| s.1).fold(f64::MAX, f64::min))
    );
    let nll = |shrinkage| {
        let settings = EmSettings { shrinkage, ..EmSettings::default() };
        let fit = fit(&images, start(&images, 2), &settings, None, &mut |_| GO).unwrap();
        trimmed_nll(&fit.mixture.log_density(&unseen).unwrap())
    };
    let own = nll(chosen.shrinkage);
    // A factor of eight to either side is worse, and none at all is far worse.
    assert!(own < nll(8.0 * chosen.shrinkage) && own < nll(chosen.shrinkage / 8.0), "{chosen:?}");
    assert!(own < nll(0.0) - 196.0);
}

#[test]
fn the_target_chosen_is_the_best_of_those_given() {
    let images = patches(240);
    let taper = |reach| Taper { reach, columns: COLUMNS };
    let choose = |targets: &[Taper]| {
        let (settings, begin) = (EmSettings::default(), start(&images, 2));
        choose_shrinkage(&images.clone().into(), &begin, &settings, targets, &mut seeded(1), &mut |_| GO)
            .unwrap()
            .unwrap()
    };
    // Correlations of pixels next to one another are real, and those across the image are not all noise either.
    let chosen = choose(&[taper(0.0), taper(3.0)]);
    assert_eq!((chosen.taper, chosen.targets.len()), (taper(3.0), 2));
    assert!(chosen.targets[0].2 > chosen.targets[1].2 + 1.0, "{:?}", chosen.targets);
    let least = chosen.scores.iter().map(|score| score.1).fold(f64::INFINITY, f64::min);
    assert!(chosen.scores.contains(&(chosen.shrinkage, least)) && least == chosen.targets[1].2.min(least));
    // Alone, a target is chosen with the candidates that the diagonal has.
    assert_eq!(
        choose(&[taper(0.0)]),
        ShrinkageChoice { taper: taper(0.0), targets: choose(&[taper(0.0)]).targets, ..choose(&[]) }
    );
}

#[test]
fn the_choice_is_that_of_its_seed_for_every_number_of_threads() {
    let images = patches(150);
    let chosen = choice(&images, 1);
    assert_ne!(chosen.scores, choice(&images, 2).scores);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| choice(&images, 1)), chosen);
    }
}

#[test]
fn too_few_images_and_a_request_to_stop_choose_nothing() {
    let images = patches(10);
    let choose = |components, flow| {
        let begin = Mixture::standard_start(images.columns(0, components).into_owned()).unwrap();
        choose_shrinkage(
            &images.clone().into(),
            &begin,
            &EmSettings::default(),
            &[],
            &mut seeded(0),
            &mut |_| flow,
        )
    };
    assert!(matches!(choose(9, GO), Err(MixtureError::Components { components: 9, samples: 8 })));
    assert_eq!(choose(2, ControlFlow::Break(())).unwrap(), None);
}
