//! The E- and M-step as they are written in textbooks: every image under every component, with nalgebra's own
//! Cholesky factorisation, no early exit, no sparsity, one thread.

use super::*;

/// What an E-step gives, and how exact it can be.
pub struct Dense {
    /// K x S.
    pub responsibilities: DMatrix<f64>,
    /// log p(x_s), S.
    pub log_density: Vec<f64>,
    /// How far log_density and log-responsibilities may be off by rounding: S.
    pub rounding: Vec<f64>,
}

/// log pi_k + log N(x_s; mu_k, Sigma_k) for all pairs, log-sum-exp over k, responsibilities.
///
/// No covariance has an eigenvalue below `floor`: the ridge of the last M-step, 1 for the identity.
pub fn expect(images: &DMatrix<f64>, mixture: &Mixture, floor: f64) -> Dense {
    let (dim, samples, components) = (images.nrows(), images.ncols(), mixture.components());
    let mut log_joint = DMatrix::zeros(components, samples);
    let mut rounding = vec![0.0_f64; samples];
    for (k, covariance) in matrices(mixture).iter().enumerate() {
        let lower = covariance.clone().cholesky().unwrap().l();
        let half_log_determinant: f64 = lower.diagonal().iter().map(|d| d.ln()).sum();
        // At least the condition number: the Frobenius norm is no less than the largest eigenvalue.
        let condition = covariance.norm() / floor;
        for (s, image) in images.column_iter().enumerate() {
            let z = lower.solve_lower_triangular(&(image - mixture.means().column(k))).unwrap();
            let squared = z.norm_squared();
            let log_normal =
                -0.5 * (dim as f64 * std::f64::consts::TAU.ln() + squared) - half_log_determinant;
            log_joint[(k, s)] = mixture.weights()[k].ln() + log_normal;
            // A factorisation is exact for a matrix within rounding of the given one: relative to the largest
            // eigenvalue, which a small one feels by the condition number.
            if log_joint[(k, s)] > f64::NEG_INFINITY {
                rounding[s] = rounding[s].max(f64::EPSILON * condition * (dim as f64 + squared));
            }
        }
    }
    let mut responsibilities = log_joint.clone();
    let mut log_density = Vec::with_capacity(samples);
    for mut column in responsibilities.column_iter_mut() {
        let largest = column.max();
        let total: f64 = column.iter().map(|value| (value - largest).exp()).sum();
        log_density.push(largest + total.ln());
        column.apply(|value| *value = (*value - largest).exp() / total);
    }
    Dense { responsibilities, log_density, rounding }
}

/// pi_k = N_k / S, mu_k = sum_s w_sk x_s / N_k, Sigma_k = sum_s w_sk (x_s - mu_k)(x_s - mu_k)^T / N_k + ridge I.
///
/// Returns weights, means, covariances; those of a component that owns nothing hold no number.
pub fn maximise(
    images: &DMatrix<f64>,
    responsibilities: &DMatrix<f64>,
    ridge: f64,
) -> (DVector<f64>, DMatrix<f64>, Vec<DMatrix<f64>>) {
    let (dim, samples) = images.shape();
    let counts = responsibilities.column_sum();
    let mut means = images * responsibilities.transpose();
    for (k, mut mean) in means.column_iter_mut().enumerate() {
        mean /= counts[k];
    }
    let covariance = |k: usize| {
        let mut sum = DMatrix::zeros(dim, dim);
        for (s, image) in images.column_iter().enumerate() {
            let centred = image - means.column(k);
            sum += &centred * centred.transpose() * responsibilities[(k, s)];
        }
        sum / counts[k] + DMatrix::identity(dim, dim) * ridge
    };
    let covariances = (0..counts.len()).map(covariance).collect();
    (counts / samples as f64, means, covariances)
}
