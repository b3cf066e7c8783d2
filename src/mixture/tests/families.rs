//! Covariances that are not full, held to scikit-learn, to brute force on dense matrices, and to what EM must do.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;

const RANK: usize = 3;

/// What `tests/fixtures/em/families.py` wrote.
#[derive(Deserialize)]
struct Golden {
    start: Vec<usize>,
    ridge: f64,
    iterations: usize,
    families: BTreeMap<String, Scores>,
    factor_analysis: Analysis,
}

#[derive(Deserialize)]
struct Scores {
    log_likelihood: f64,
    held_out_log_likelihood: f64,
    weights: Vec<f64>,
    bic: f64,
}

#[derive(Deserialize)]
struct Analysis {
    rank: usize,
    log_likelihood: f64,
    noise_variances: Vec<f64>,
}

fn golden() -> Golden {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/em/families.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn others() -> impl Iterator<Item = CovarianceFamily> {
    CovarianceFamily::ALL.into_iter().filter(|&family| family != CovarianceFamily::Full)
}

/// [`start`] of a family.
fn start_of(images: &DMatrix<f64>, components: usize, family: CovarianceFamily) -> Mixture {
    let chosen: Vec<usize> = (0..components).map(|k| 7 * k).collect();
    Mixture::start(images.select_columns(&chosen), family, RANK).unwrap()
}

/// A mixture of a family with random parameters.
pub(super) fn random(
    family: CovarianceFamily,
    dim: usize,
    components: usize,
    rng: &mut ChaCha8Rng,
) -> Mixture {
    let positive = |count, rng: &mut ChaCha8Rng| DVector::from_fn(count, |_, _| rng.random_range(0.2..1.0));
    let mut matrix = || {
        let a = normal(dim, dim, rng);
        &a * a.transpose() / dim as f64 + DMatrix::identity(dim, dim) * 0.2
    };
    let covariances: Vec<Covariance> = match family {
        CovarianceFamily::Tied => Covariance::tied(matrix(), components),
        CovarianceFamily::Full => (0..components).map(|_| matrix().into()).collect(),
        CovarianceFamily::Diagonal => {
            (0..components).map(|_| Covariance::from_variances(positive(dim, rng))).collect()
        }
        CovarianceFamily::Spherical => {
            (0..components).map(|k| Covariance::spherical(0.3 + k as f64, dim)).collect()
        }
        CovarianceFamily::LowRank => (0..components)
            .map(|_| Covariance::low_rank(normal(dim, RANK.min(dim), rng), positive(dim, rng)))
            .collect(),
    };
    let weights = positive(components, rng);
    Mixture::new(&weights / weights.sum(), normal(dim, components, rng), covariances).unwrap()
}

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found - expected).abs();
    assert!(error <= tolerance * expected.abs().max(1.0), "{what}: {found} instead of {expected}");
}

#[test]
fn tied_diagonal_and_spherical_are_scikit_learns() {
    let golden = golden();
    let (images, all) = (real_images(1000), real_images(1100));
    let held_out = all.columns(1000, 100).into_owned();
    for (name, expected) in &golden.families {
        let family = CovarianceFamily::ALL.into_iter().find(|family| family.name() == name).unwrap();
        let start = Mixture::start(images.select_columns(&golden.start), family, 0).unwrap();
        let settings = EmSettings {
            ridge: golden.ridge,
            tolerance: 0.0,
            max_iterations: golden.iterations,
            ..EmSettings::default()
        };
        let found = fit(&images, start, &settings, Some(&held_out), &mut |_| GO).unwrap();
        close(-found.final_nll, expected.log_likelihood, 1e-9, name);
        close(-found.final_held_out_nll.unwrap(), expected.held_out_log_likelihood, 1e-9, name);
        let parameters = found.mixture.free_parameters().total();
        close(bic(found.final_nll, parameters, 1000.0), expected.bic, 1e-9, name);
        for (&found, &expected) in found.mixture.weights().iter().zip(&expected.weights) {
            close(found, expected, 1e-9, name);
        }
    }
}

#[test]
fn one_factor_analyser_is_scikit_learns() {
    let expected = golden().factor_analysis;
    let images = patches_of(8, 1000);
    let start = Mixture::start(images.columns(0, 1).into_owned(), CovarianceFamily::LowRank, expected.rank);
    let settings =
        EmSettings { ridge: 0.0, tolerance: 1e-11, max_iterations: 20_000, ..EmSettings::default() };
    let found = fit(&images, start.unwrap(), &settings, None, &mut |_| GO).unwrap();
    assert_eq!(found.stop, StopReason::Converged);
    close(-found.final_nll, expected.log_likelihood, 1e-8, "log-likelihood");
    let (factors, noise) = found.mixture.covariances()[0].parts().unwrap();
    for (&found, &expected) in noise.iter().zip(&expected.noise_variances) {
        assert!((found - expected).abs() < 1e-4 * expected, "noise {found} instead of {expected}");
    }
    // The factors stand at right angles, the longest first.
    let gram = factors.transpose() * factors;
    for i in 0..expected.rank {
        for j in 0..i {
            assert!(gram[(i, j)].abs() < 1e-10 && gram[(i, i)] <= gram[(j, j)]);
        }
    }
}

#[test]
fn a_start_without_factors_begins_with_the_principal_axes() {
    // Tipping and Bishop's closed form from the eigenvectors of the whole scatter.
    // Where there are more directions than pixels it is exact, else near.
    for (side, tolerance) in [(3, 1e-12), (6, 1e-3)] {
        let (images, dim) = (patches_of(side, 900), side * side);
        let fitted = em(&images, start_of(&images, 1, CovarianceFamily::LowRank), 0.0, 1).mixture;
        let (_, scatter) = moments(&images);
        let eigen = crate::linalg::eigen::symmetric_eigen(&scatter).unwrap();
        let noise = eigen.values.rows(RANK, dim - RANK).mean();
        let mut expected = DMatrix::identity(dim, dim) * noise;
        for i in 0..RANK {
            let axis = eigen.vectors.column(i);
            expected += axis * axis.transpose() * (eigen.values[i] - noise);
        }
        let error = (&matrices(&fitted)[0] - &expected).amax() / expected.amax();
        assert!(error < tolerance, "{side}: {error}");
    }
}

#[test]
fn every_operation_is_that_of_the_dense_matrix() {
    let mut rng = seeded(3);
    for family in CovarianceFamily::ALL {
        let mixture = random(family, 7, 2, &mut rng);
        let full = mixture.to_full();
        assert_eq!((mixture.family(), full.family()), (family, CovarianceFamily::Full));
        let v = normal(7, 4, &mut rng);
        for (one, dense) in mixture.covariances().iter().zip(full.covariances()) {
            let matrix = dense.dense();
            assert!((one.diagonal() - dense.diagonal()).amax() < 1e-14);
            close(one.trace(), dense.trace(), 1e-14, "trace");
            let (rows, columns) = (vec![5, 0, 3], vec![3, 6]);
            assert!((one.block(&rows, &columns) - dense.block(&rows, &columns)).amax() < 1e-14);
            assert!((one.column(2) - dense.column(2)).amax() < 1e-14);
            assert!((one.product(&v) - &*matrix * &v).amax() < 1e-13);
            let noisy = &*matrix + DMatrix::identity(7, 7) * 0.5;
            assert!((&*one.with_noise(0.5).dense() - noisy).amax() < 1e-13);
            let shrunk = one.shrunk(0.25, &taper::TaperTable::default());
            assert!((shrunk.diagonal() - one.diagonal()).amax() < 1e-14);
            close(shrunk.dense()[(4, 1)], 0.25 * matrix[(4, 1)], 1e-13, "shrunk");
            let (factor, reference) = (one.factor().unwrap(), dense.factor().unwrap());
            close(factor.log_determinant(), reference.log_determinant(), 1e-13, "log det");
            let distances = reference.squared_mahalanobis(&mut v.clone());
            for (found, expected) in factor.squared_mahalanobis(&mut v.clone()).into_iter().zip(distances) {
                close(found, expected, 1e-12, "distance");
            }
            // The draws of all unit vectors are a root of Sigma.
            let count = factor.normals();
            let unit = |i: usize| DVector::from_fn(count, |j, _| f64::from(i == j));
            let root = DMatrix::from_columns(&(0..count).map(|i| factor.draw(&unit(i))).collect::<Vec<_>>());
            assert!((&root * root.transpose() - &*matrix).amax() < 1e-13, "{family}");
        }
        let images = normal(7, 600, &mut rng);
        let (own, dense) = (mixture.log_density(&images).unwrap(), full.log_density(&images).unwrap());
        own.iter().zip(dense).for_each(|(&own, dense)| close(own, dense, 1e-12, family.name()));
        let difference = mixture.responsibilities(&images).unwrap() - full.responsibilities(&images).unwrap();
        assert!(difference.amax() < 1e-12);
    }
}

#[test]
fn an_iteration_is_that_of_dense_matrices() {
    // Responsibilities of the full mixture, and each family's M-step written down plainly.
    let mut rng = seeded(8);
    let images = normal(6, 700, &mut rng);
    let ridge = 1e-3;
    for family in others() {
        let before = random(family, 6, 3, &mut rng);
        let after = em(&images, before.clone(), ridge, 1).mixture;
        assert_eq!((after.family(), after.rank()), (family, before.rank()));
        let responsibilities = before.to_full().responsibilities(&images).unwrap();
        let mut pooled = DMatrix::zeros(6, 6);
        let mut expected = Vec::new();
        for k in 0..3 {
            let weights = responsibilities.row(k);
            let count = weights.sum();
            close(after.weights()[k], count / 700.0, 1e-12, "weight");
            let mean = &images * weights.transpose() / count;
            let scatter = |about: &DVector<f64>| {
                let mut sum = DMatrix::zeros(6, 6);
                for (image, weight) in images.column_iter().zip(weights.iter()) {
                    let offset = image - about;
                    sum += &offset * offset.transpose() * *weight;
                }
                sum / count
            };
            pooled += scatter(&mean) * (count / 700.0);
            let variances = scatter(&mean).diagonal();
            let identity = DMatrix::identity(6, 6);
            let (mean, covariance) = match family {
                CovarianceFamily::Diagonal => (mean, DMatrix::from_diagonal(&variances)),
                CovarianceFamily::Spherical => (mean, &identity * variances.mean()),
                CovarianceFamily::LowRank => {
                    // E[z|x] = b (x - mu), with the factors and a one as regressors.
                    let (w, psi) = before.covariances()[k].parts().unwrap();
                    let b =
                        w.transpose() * before.covariances()[k].dense().into_owned().try_inverse().unwrap();
                    let old = before.means().column(k).into_owned();
                    let (mut c, mut a) = (DMatrix::zeros(6, 4), DMatrix::zeros(4, 4));
                    let mut squares = DMatrix::zeros(6, 6);
                    for (image, weight) in images.column_iter().zip(weights.iter()) {
                        let z = &b * (image - &old);
                        let extended = DVector::from_fn(4, |i, _| if i < 3 { z[i] } else { 1.0 });
                        c += image * extended.transpose() * *weight;
                        a += &extended * extended.transpose() * *weight;
                        squares += image * image.transpose() * *weight;
                    }
                    let posterior = (DMatrix::identity(3, 3) - &b * w) * count;
                    let mut block = a.view_mut((0, 0), (3, 3));
                    block += posterior;
                    let solution = &c * a.try_inverse().unwrap();
                    let noise = ((squares - &solution * c.transpose()) / count).diagonal();
                    let w = solution.columns(0, 3).into_owned();
                    assert_eq!(psi.len(), 6);
                    (solution.column(3).into_owned(), &w * w.transpose() + DMatrix::from_diagonal(&noise))
                }
                _ => (mean, DMatrix::zeros(6, 6)),
            };
            assert!((after.means().column(k) - mean).amax() < 1e-11, "{family}");
            expected.push(covariance + identity * ridge);
        }
        for (found, expected) in matrices(&after).iter().zip(expected) {
            let expected = match family {
                CovarianceFamily::Tied => &pooled + DMatrix::identity(6, 6) * ridge,
                _ => expected,
            };
            assert!((found - expected).amax() < 1e-11, "{family}");
        }
    }
}

#[test]
fn shrinkage_scales_covariances_and_keeps_variances() {
    let images = patches(500);
    for family in others() {
        let once = |shrinkage| {
            let begin = em(&images, start_of(&images, 2, family), 1e-3, 1).mixture;
            let settings = EmSettings {
                ridge: 1e-3,
                shrinkage,
                tolerance: 0.0,
                max_iterations: 1,
                ..EmSettings::default()
            };
            fit(&images, begin, &settings, None, &mut |_| GO).unwrap().mixture
        };
        let (plain, shrunk) = (once(0.0), once(100.0));
        for k in 0..2 {
            let count = match family {
                CovarianceFamily::Tied => 500.0,
                _ => 500.0 * plain.weights()[k],
            };
            let mut expected = plain.covariances()[k].dense().scale(count / (count + 100.0));
            expected.set_diagonal(&plain.covariances()[k].diagonal());
            assert!((&*shrunk.covariances()[k].dense() - expected).amax() < 1e-12, "{family}");
        }
    }
}

#[test]
fn a_component_without_images_keeps_what_it_was() {
    let images = patches(300);
    for family in others() {
        let far = DMatrix::from_fn(36, 2, |i, k| if k == 0 { images[(i, 0)] } else { 1e3 });
        let start = Mixture::start(far.clone(), family, RANK).unwrap();
        let fitted = em(&images, start, 1e-3, 3).mixture;
        assert_eq!(fitted.weights().as_slice(), [1.0, 0.0], "{family}");
        assert_eq!(fitted.means().column(1), far.column(1));
        if family != CovarianceFamily::Tied {
            assert_eq!(*fitted.covariances()[1].dense(), DMatrix::identity(36, 36));
        }
    }
}

#[test]
fn a_pixel_that_does_not_vary_needs_a_ridge_and_is_named() {
    let mut images = patches(200);
    images.row_mut(17).fill(0.5);
    for family in [CovarianceFamily::Diagonal, CovarianceFamily::LowRank, CovarianceFamily::Tied] {
        let run = |ridge| {
            let settings = EmSettings { ridge, tolerance: 0.0, max_iterations: 3, ..EmSettings::default() };
            fit(&images, start_of(&images, 2, family), &settings, None, &mut |_| GO)
        };
        match run(0.0) {
            Err(MixtureError::NotPositiveDefinite { pivot: 17, .. }) => {}
            other => panic!("{family}: {:?}", other.map(|fit| fit.final_nll)),
        }
        assert!(run(1e-6).unwrap().mixture.covariances()[0].diagonal()[17] >= 1e-6);
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let mean = || DMatrix::zeros(2, 2);
    let half = || DVector::repeat(2, 0.5);
    let refused = |covariances: Vec<Covariance>| Mixture::new(half(), mean(), covariances).unwrap_err();
    let diagonal = Covariance::from_variances(DVector::repeat(2, 1.0));
    let error = refused(vec![diagonal.clone(), Covariance::spherical(1.0, 2)]);
    assert_eq!(error.to_string(), "covariance of component 2: it is of another family than the first");
    let tied = |value| Covariance::tied(DMatrix::identity(2, 2) * value, 1).swap_remove(0);
    assert!(refused(vec![tied(1.0), tied(1.0)]).to_string().contains("tied covariances are one"));
    let low = |rank| Covariance::low_rank(DMatrix::zeros(2, rank), DVector::repeat(2, 1.0));
    assert!(refused(vec![low(1), low(2)]).to_string().contains("another rank"));
    let negative = Covariance::from_variances(DVector::from_vec(vec![1.0, -1.0]));
    assert!(refused(vec![negative.clone(), negative]).to_string().contains("a variance is not positive"));
    for rank in [0, 3] {
        let error = Mixture::start(mean(), CovarianceFamily::LowRank, rank).unwrap_err();
        assert!(matches!(error, MixtureError::Setting { what: "rank", .. }));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn without_ridge_the_nll_never_rises(
        dim in 2..9_usize,
        components in 1..5_usize,
        family in 0..5_usize,
        apart in 0.0..4.0_f64,
        seed: u64,
    ) {
        let family = CovarianceFamily::ALL[family];
        let mut rng = seeded(seed);
        let images = DMatrix::from_fn(dim, 300, |_, s| rng.sample::<f64, _>(StandardNormal) + apart * (s % 3) as f64);
        let begin = Mixture::start(images.columns(0, components).into_owned(), family, RANK.min(dim)).unwrap();
        let settings = EmSettings { ridge: 0.0, tolerance: 0.0, max_iterations: 25, ..EmSettings::default() };
        // A component may shrink to too few images for a covariance: then the fit ends in its error.
        if let Ok(fit) = fit(&images, begin, &settings, None, &mut |_| GO) {
            let nll = nll(&fit);
            prop_assert!(nll.windows(2).all(|pair| pair[1] <= pair[0] + 1e-10 * dim as f64), "{family} {nll:?}");
        }
    }
}

#[test]
fn every_family_is_the_same_on_any_number_of_threads() {
    let images = real_images(1300);
    let held_out = real_images(1360).columns(1300, 60).into_owned();
    for family in others() {
        let settings = EmSettings {
            ridge: 1e-4,
            shrinkage: 20.0,
            tolerance: 0.0,
            max_iterations: 3,
            ..EmSettings::default()
        };
        let run =
            || fit(&images, start_of(&images, 4, family), &settings, Some(&held_out), &mut |_| GO).unwrap();
        let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run);
        let alone = on(1);
        for threads in [2, 5] {
            assert!(on(threads) == alone, "{family}, {threads} threads");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// From each family's own identities, with weights of images, and in another order of components each time, as a model file has them.
    #[test]
    fn iterations_one_by_one_are_a_run_to_the_bit_under_every_family(
        seed: u64, components in 2..6_usize, is_weighted: bool, shrinkage in prop::sample::select(vec![0.0, 20.0]),
    ) {
        let mut rng = seeded(seed);
        let images = random(CovarianceFamily::LowRank, 9, 4, &mut rng);
        let images = Sampler::new(&images).unwrap().draw(700, &mut rng).images;
        let weights = is_weighted.then(|| (0..700).map(|_| rng.random_range(0.0..2.0)).collect());
        let set = TrainingSet { images, weights };
        for family in CovarianceFamily::ALL {
            // Low-rank covariances are shown shrunk and estimated unshrunk.
            let shrinkage = if family == CovarianceFamily::LowRank { 0.0 } else { shrinkage };
            let run = |begin: Mixture, max_iterations| {
                let settings = EmSettings { ridge: 1e-3, shrinkage, tolerance: 0.0, max_iterations, ..EmSettings::default() };
                fit_training_set(set.clone(), begin, &settings, None, &mut |_| GO).unwrap()
            };
            let begin = start_of(&set.images, components, family);
            let whole = run(begin.clone(), 5);
            let mut mixture = begin;
            for step in &whole.history {
                let one = run(mixture, 1);
                prop_assert_eq!(one.history[0].nll, step.nll, "{} at iteration {}", family, step.iteration);
                let order = one.mixture.order_by_weight();
                mixture = one.mixture.reordered(&order);
            }
            let order = whole.mixture.order_by_weight();
            prop_assert!(mixture == whole.mixture.reordered(&order), "{}", family);
        }
    }
}

#[test]
fn log_joint_densities_sum_to_the_density() {
    let mut rng = seeded(12);
    let images = normal(6, 300, &mut rng);
    for family in CovarianceFamily::ALL {
        let mixture = random(family, 6, 3, &mut rng);
        let joint = mixture.log_joint(&images).unwrap();
        let log_density = mixture.log_density(&images).unwrap();
        for (joint, log_density) in joint.column_iter().zip(log_density) {
            let sum: f64 = joint.iter().map(|log| (log - log_density).exp()).sum();
            assert!((sum - 1.0).abs() < 1e-10, "{family}: {sum}");
        }
    }
}
