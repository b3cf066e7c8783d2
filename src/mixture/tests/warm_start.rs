//! A mixture is a start like any other.

use super::*;

#[test]
fn no_iteration_returns_the_start() {
    let images = patches(400);
    let begin = em(&images, start(&images, 3), 1e-3, 2).mixture;
    for begin in [start(&images, 3), begin] {
        let none = em(&images, begin.clone(), 1e-3, 0);
        assert_eq!(none.mixture, begin);
        assert_eq!((none.stop, none.history.len()), (StopReason::IterationLimit, 0));
        let log_density = begin.log_density(&images).unwrap();
        let expected = -log_density.iter().sum::<f64>() / 400.0;
        assert!((none.final_nll - expected).abs() <= 1e-12 * expected.abs());
    }
}

#[test]
fn one_and_one_iterations_are_two_to_the_bit() {
    for (images, components) in [(patches(400), 3), (patches_of(14, 700), 5), (real_images(150), 2)] {
        let begin = start(&images, components);
        for (first, then) in [(1, 1), (2, 3)] {
            let whole = em(&images, begin.clone(), 1e-3, first + then);
            let half = em(&images, begin.clone(), 1e-3, first);
            let warm = em(&images, half.mixture, 1e-3, then);
            assert!(warm.mixture == whole.mixture, "D = {}, {first} + {then}", images.nrows());
            assert_eq!(nll(&warm), nll(&whole)[first..]);
            assert_eq!(half.final_nll, whole.history[first].nll);
            assert_eq!(warm.assignments, whole.assignments);
        }
    }
}

#[test]
fn iterations_one_by_one_are_a_run_to_the_bit() {
    // A run remembers distances, and spares components whose images stay: a start knows nothing. Under the small
    // ridge everything comes to rest, under the large one nothing does.
    for (images, components, ridge) in [(patches_of(14, 700), 5, 1e-6), (patches_of(10, 700), 4, 1e-2)] {
        let whole = em(&images, start(&images, components), ridge, 9);
        let mut mixture = start(&images, components);
        for step in &whole.history {
            let one = em(&images, mixture, ridge, 1);
            assert_eq!(one.history[0].nll, step.nll, "iteration {}", step.iteration);
            assert_eq!((&one.history[0].means, &one.history[0].weights), (&step.means, &step.weights));
            mixture = one.mixture;
        }
        assert!(mixture == whole.mixture);
        let rests = whole.history[7].means == whole.history[8].means;
        assert_eq!(rests, ridge < 1e-3, "the two cases are to differ");
    }
}

#[test]
fn the_order_of_the_components_changes_nothing_to_the_bit() {
    // What a model file needs, whose components are by falling weight, for 1 + 1 iterations to be 2 to the bit.
    let images = patches(400);
    let half = em(&images, start(&images, 5), 1e-2, 3).mixture;
    let order = [3, 1, 4, 0, 2];
    let straight = em(&images, half.clone(), 1e-2, 2);
    let mixed = em(&images, half.reordered(&order), 1e-2, 2);
    assert_eq!(nll(&mixed), nll(&straight));
    assert!(mixed.mixture == straight.mixture.reordered(&order));
}

/// By tiles, by pairs, and under every family.
#[test]
fn the_history_keeps_the_covariances_of_each_iteration_in_small() {
    for (dim, family) in
        CovarianceFamily::ALL.into_iter().map(|family| (7, family)).chain([(100, CovarianceFamily::Full)])
    {
        let images = normal(dim, 150, &mut seeded(8));
        let begin = Mixture::start(images.columns(0, 3).into_owned(), family, 2).unwrap();
        let settings = EmSettings { tolerance: 0.0, ridge: 1e-3, averages: 5, ..EmSettings::default() };
        let run = |max_iterations| {
            fit(&images, begin.clone(), &EmSettings { max_iterations, ..settings }, None, &mut |_| GO)
                .unwrap()
        };
        let whole = run(3);
        for (index, step) in whole.history.iter().enumerate() {
            let expected = run(index + 1).mixture.covariance_averages(5);
            assert_eq!(step.averages.as_deref(), Some(&expected), "{family} {dim} {index}");
        }
        let without = EmSettings { max_iterations: 3, averages: 0, ..settings };
        let without = fit(&images, begin, &without, None, &mut |_| GO).unwrap();
        assert!(without.history.iter().all(|step| step.averages.is_none()));
        assert_eq!(without.mixture, whole.mixture);
    }
}

#[test]
fn the_ridge_of_the_start_is_in_its_covariances() {
    // Nothing of a start is regularised again, and a fit under another ridge begins at the same place.
    let images = patches(400);
    let begin = em(&images, start(&images, 2), 1e-2, 3);
    let [with, without] = [1e-2, 0.0].map(|ridge| em(&images, begin.mixture.clone(), ridge, 1));
    assert_eq!(with.history[0].nll, begin.final_nll);
    assert_eq!(without.history[0].nll, begin.final_nll);
    let ridge = DMatrix::identity(36, 36) * 1e-2;
    for (with, without) in matrices(&with.mixture).into_iter().zip(matrices(&without.mixture)) {
        assert!((with - without - &ridge).amax() < 1e-14);
    }
}
