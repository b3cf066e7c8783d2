//! The textbook formulas, written down as they stand with nalgebra's LU decomposition: no Cholesky
//! factor and none of the kernels under test.

use nalgebra::{DMatrix, DVector};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;

use crate::inverse::Mask;
use crate::mixture::Mixture;

/// The conditional mixture by inverses.
pub struct Textbook {
    pub weights: DVector<f64>,
    pub means: DMatrix<f64>,
    pub covariances: Vec<DMatrix<f64>>,
    pub log_evidence: f64,
}

/// mu1 + S12 S22^-1 (x2 - mu2), S11 - S12 S22^-1 S21 and the weights of the components.
pub fn textbook(mixture: &Mixture, mask: &Mask, image: &[f64]) -> Textbook {
    let (o, m) = (mask.observed(), mask.missing());
    let x2 = DVector::from_iterator(o.len(), o.iter().map(|&i| image[i]));
    let (mut means, mut covariances, mut log_joint) = (Vec::new(), Vec::new(), Vec::new());
    for k in 0..mixture.components() {
        let (mu, sigma) = (mixture.means().column(k), mixture.covariances()[k].dense());
        let (mu1, mu2) = (mu.select_rows(m), mu.select_rows(o));
        let s11 = sigma.select_rows(m).select_columns(m);
        let s12 = sigma.select_rows(m).select_columns(o);
        let s22 = sigma.select_rows(o).select_columns(o);
        let inverse = s22.clone().lu().try_inverse().unwrap();
        means.push(&mu1 + &s12 * &inverse * (&x2 - &mu2));
        covariances.push(s11 - &s12 * inverse * s12.transpose());
        log_joint.push(mixture.weights()[k].ln() + log_normal(&x2, &mu2, &s22));
    }
    let log_evidence = log_sum_exp(&log_joint);
    let weights = DVector::from_iterator(means.len(), log_joint.iter().map(|l| (l - log_evidence).exp()));
    Textbook { weights, means: DMatrix::from_columns(&means), covariances, log_evidence }
}

/// log p(x) of one point.
pub fn log_density(mixture: &Mixture, x: &DVector<f64>) -> f64 {
    let of_component = |k: usize| {
        let mean = mixture.means().column(k).into_owned();
        mixture.weights()[k].ln() + log_normal(x, &mean, &mixture.covariances()[k].dense())
    };
    log_sum_exp(&(0..mixture.components()).map(of_component).collect::<Vec<_>>())
}

fn log_normal(x: &DVector<f64>, mu: &DVector<f64>, sigma: &DMatrix<f64>) -> f64 {
    if x.is_empty() {
        return 0.0; // nalgebra's LU cannot solve a system of no equations
    }
    let lu = sigma.clone().lu();
    let log_det: f64 = lu.u().diagonal().iter().map(|pivot| pivot.abs().ln()).sum();
    let centred = x - mu;
    let squared = centred.dot(&lu.solve(&centred).unwrap());
    -0.5 * (x.len() as f64 * std::f64::consts::TAU.ln() + log_det + squared)
}

/// The mixture of the observed pixels alone, p(x2) = sum_k pi_k N(x2; mu_k2, Sigma_k22), in the mask's order.
pub fn marginal(mixture: &Mixture, mask: &Mask) -> Mixture {
    let observed = mask.observed();
    let sigma22 = |k: usize| mixture.covariances()[k].dense().select_rows(observed).select_columns(observed);
    let covariances = (0..mixture.components()).map(sigma22).collect();
    Mixture::new(mixture.weights().clone(), mixture.means().select_rows(observed), covariances).unwrap()
}

fn log_sum_exp(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + values.iter().map(|value| (value - largest).exp()).sum::<f64>().ln()
}

/// A mixture with overlapping components: means in [0, 1], covariances 0.2 (A A^T / D + ridge I).
pub fn random_mixture(dim: usize, components: usize, ridge: f64, rng: &mut ChaCha8Rng) -> Mixture {
    let raw = DVector::from_fn(components, |_, _| rng.random_range(0.2..1.0));
    let weights = &raw / raw.sum();
    let means = DMatrix::from_fn(dim, components, |_, _| rng.random::<f64>());
    let covariance = |_| {
        let root = normal(dim, dim, rng) / (dim as f64).sqrt();
        let gram = &root * root.transpose();
        let symmetric = (&gram + gram.transpose()) * 0.5;
        (symmetric + DMatrix::identity(dim, dim) * ridge) * 0.2
    };
    let covariances = (0..components).map(covariance).collect();
    Mixture::new(weights, means, covariances).unwrap()
}

/// A matrix of standard normal numbers.
pub fn normal(rows: usize, columns: usize, rng: &mut ChaCha8Rng) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |_, _| rng.sample(StandardNormal))
}

pub fn seeded(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Asserts |found - expected| <= tolerance (1 + |expected|) for every pair.
#[track_caller]
pub fn assert_close<'a>(
    what: &str,
    found: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
    tolerance: f64,
) {
    let (mut found, mut expected) = (found.into_iter(), expected.into_iter());
    for index in 0.. {
        match (found.next(), expected.next()) {
            (None, None) => return,
            (Some(f), Some(e)) if (f - e).abs() <= tolerance * (1.0 + e.abs()) => {}
            (f, e) => panic!("{what}[{index}]: found {f:?}, expected {e:?}"),
        }
    }
}
