//! Images of which pixels are missing under every family, against plain formulas for one image after the other.

use proptest::prelude::*;

use super::families::random;
use super::missing::{hide, incomplete, plain_iteration};
use super::*;

/// [`plain_iteration`] of covariances of a family: what its M-step makes of the expected scatters. Of low rank, that of the factors by the joint
/// density of pixels and factors.
fn plain_iteration_of(images: &DMatrix<f64>, mixture: &Mixture, ridge: f64) -> (f64, Mixture) {
    let (nll, weights, means, full) = plain_iteration(images, &mixture.to_full(), 0.0);
    let dim = images.nrows();
    let each = full.iter();
    let covariances = match mixture.family() {
        CovarianceFamily::Full => {
            each.map(|full| (full + DMatrix::identity(dim, dim) * ridge).into()).collect()
        }
        CovarianceFamily::Tied => {
            let pooled = each
                .zip(&weights)
                .fold(DMatrix::identity(dim, dim) * ridge, |sum, (full, &pi)| sum + full * pi);
            Covariance::tied(pooled, full.len())
        }
        CovarianceFamily::Diagonal => {
            each.map(|full| Covariance::from_variances(full.diagonal().add_scalar(ridge))).collect()
        }
        CovarianceFamily::Spherical => {
            each.map(|full| Covariance::spherical(full.diagonal().mean() + ridge, dim)).collect()
        }
        CovarianceFamily::LowRank => return (nll, plain_analysers(images, mixture, ridge)),
    };
    (nll, Mixture::new(weights, means, covariances).unwrap())
}

/// The M-step of factor analysers from moments of (x, z), which are jointly normal: image by image, by dense inverses.
fn plain_analysers(images: &DMatrix<f64>, mixture: &Mixture, ridge: f64) -> Mixture {
    let (dim, rank, components) = (images.nrows(), mixture.rank(), mixture.components());
    let all = dim + rank;
    let joint = |k: usize| {
        let (factors, _) = mixture.covariances()[k].parts().unwrap();
        let mut joint = DMatrix::identity(all, all);
        joint.view_mut((0, 0), (dim, dim)).copy_from(&*mixture.covariances()[k].dense());
        joint.view_mut((0, dim), (dim, rank)).copy_from(factors);
        joint.view_mut((dim, 0), (rank, dim)).copy_from(&factors.transpose());
        let mut mean = DVector::zeros(all);
        mean.rows_mut(0, dim).copy_from(&mixture.means().column(k));
        (mean, joint)
    };
    // log N(x_o), E[(x, z, 1)] and E[(x, z, 1)(x, z, 1)^T] given x_o.
    let given = |k: usize, image: &[f64]| {
        let (mean, joint) = joint(k);
        let (observed, hidden): (Vec<usize>, Vec<usize>) =
            (0..all).partition(|&i| i < dim && !image[i].is_nan());
        let part = |rows: &[usize], columns: &[usize]| joint.select_rows(rows).select_columns(columns);
        let inverse = part(&observed, &observed).try_inverse().unwrap();
        let d = DVector::from_fn(observed.len(), |i, _| image[observed[i]] - mean[observed[i]]);
        let gain = part(&hidden, &observed) * &inverse;
        let mut whole = mean.clone();
        observed.iter().for_each(|&i| whole[i] = image[i]);
        let shift = &gain * &d;
        hidden.iter().enumerate().for_each(|(at, &i)| whole[i] += shift[at]);
        let conditional = part(&hidden, &hidden) - gain * part(&observed, &hidden);
        let whole = whole.push(1.0);
        let mut square = &whole * whole.transpose();
        for (a, &i) in hidden.iter().enumerate() {
            hidden.iter().enumerate().for_each(|(b, &j)| square[(i, j)] += conditional[(a, b)]);
        }
        let determinant = part(&observed, &observed).determinant().ln();
        let constant = observed.len() as f64 * std::f64::consts::TAU.ln();
        (-0.5 * (constant + determinant + (d.transpose() * inverse * d)[(0, 0)]), square)
    };
    let mut squares = vec![DMatrix::zeros(all + 1, all + 1); components];
    for image in images.column_iter() {
        let of_each: Vec<_> = (0..components).map(|k| given(k, image.clone_owned().as_slice())).collect();
        let log = |k: usize| mixture.weights()[k].ln() + of_each[k].0;
        let best = (0..components).map(log).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = (0..components).map(|k| (log(k) - best).exp()).sum();
        for (k, (_, square)) in of_each.iter().enumerate() {
            squares[k] += square * ((log(k) - best).exp() / total);
        }
    }
    let (mut weights, mut means, mut covariances) = (Vec::new(), Vec::new(), Vec::new());
    for square in squares {
        let count = square[(all, all)];
        // (W, mu) = C A^-1 with the factors (z, 1).
        let cross = square.view((0, dim), (dim, rank + 1)).into_owned();
        let solution =
            &cross * square.view((dim, dim), (rank + 1, rank + 1)).into_owned().try_inverse().unwrap();
        let left = square.view((0, 0), (dim, dim)) - &solution * cross.transpose();
        let noise = left.diagonal() / count;
        covariances
            .push(Covariance::low_rank(solution.columns(0, rank).into_owned(), noise.add_scalar(ridge)));
        means.push(solution.column(rank).into_owned());
        weights.push(count / images.ncols() as f64);
    }
    Mixture::new(DVector::from_vec(weights), DMatrix::from_columns(&means), covariances).unwrap()
}

/// [`difference`] of mixtures of any family.
fn apart(one: &Mixture, other: &Mixture) -> f64 {
    difference(&one.to_full(), &other.to_full())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Few, half and nearly all pixels observed, and none.
    #[test]
    fn an_iteration_of_every_family_is_that_of_plain_formulas(
        dim in 2..8_usize, components in 1..4_usize, share in 0.05..0.98_f64, seed: u64,
    ) {
        let images = hide(&normal(dim, 320, &mut seeded(seed)), &[share, 1.0, 0.0, 0.5], seed ^ 1);
        for family in CovarianceFamily::ALL {
            let mut current = random(family, dim, components, &mut seeded(seed ^ 2));
            for _ in 0..2 {
                let (nll, expected) = plain_iteration_of(&images, &current, 1e-2);
                let step = incomplete(&images, current.clone(), 1e-2, 1);
                prop_assert!((step.history[0].nll - nll).abs() < 1e-9 * nll.abs().max(1.0), "{}", family);
                let apart = apart(&step.mixture, &expected);
                prop_assert!(apart < 1e-7, "{}: {:e}", family, apart);
                current = step.mixture;
            }
            let of_each = current.log_density_of_observed(&images).unwrap();
            let nll = -of_each.iter().sum::<f64>() / 320.0;
            prop_assert!((nll - plain_iteration(&images, &current.to_full(), 0.0).0).abs() < 1e-9 * nll.abs().max(1.0));
        }
    }

    #[test]
    fn the_nll_of_observed_pixels_never_rises_under_any_family(
        dim in 3..8_usize, components in 1..4_usize, share in 0.3..0.95_f64, is_weighted: bool, seed: u64,
    ) {
        let images = hide(&normal(dim, 300, &mut seeded(seed)), &[share], seed ^ 1);
        let mut rng = seeded(seed ^ 3);
        let weights = is_weighted.then(|| (0..300).map(|_| rng.random_range(0.0..3.0)).collect());
        let set = TrainingSet { images, weights };
        for family in CovarianceFamily::ALL {
            let begin = Mixture::start(normal(dim, components, &mut seeded(seed ^ 2)), family, 2).unwrap();
            let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 12, ..EmSettings::default() };
            let fit = fit_training_set(set.clone(), begin, &settings, None, &mut |_| GO).unwrap();
            let nlls = nll(&fit);
            prop_assert!(nlls.windows(2).all(|pair| pair[1] <= pair[0] + 1e-9), "{}: {:?}", family, nlls);
        }
    }
}

#[test]
fn incomplete_families_go_on_to_the_bit_on_any_number_of_threads() {
    let images = hide(&normal(6, 900, &mut seeded(21)), &[0.6, 1.0], 22);
    for family in CovarianceFamily::ALL.into_iter().filter(|&family| family != CovarianceFamily::Full) {
        let begin = random(family, 6, 3, &mut seeded(23));
        let whole = incomplete(&images, begin.clone(), 1e-3, 3);
        let mut mixture = begin.reordered(&[2, 0, 1]);
        for step in &whole.history {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(step.iteration).build().unwrap();
            let one = pool.install(|| incomplete(&images, mixture, 1e-3, 1));
            assert_eq!(one.history[0].nll, step.nll, "{family}");
            mixture = one.mixture;
        }
        assert!(mixture.reordered(&[1, 2, 0]) == whole.mixture, "{family}");
    }
}

#[test]
fn one_missing_pixel_changes_little_under_every_family() {
    let images = patches(400);
    let mut lacking = images.clone();
    lacking[(17, 3)] = f64::NAN;
    for family in CovarianceFamily::ALL {
        let begin = Mixture::start(start(&images, 3).means().clone(), family, 2).unwrap();
        let (whole, other) =
            (incomplete(&images, begin.clone(), 1e-2, 6), incomplete(&lacking, begin, 1e-2, 6));
        assert!(
            apart(&whole.mixture, &other.mixture) < 0.02,
            "{family}: {}",
            apart(&whole.mixture, &other.mixture)
        );
    }
}
