//! One component of a mixture, given what is observed of an image.
//!
//! With S = A Sigma A^T + diag(sigma_n^2) and W S W^T = I, the gain Sigma A^T S^-1 is C W for C = Sigma A^T W^T: for z = W (y - A mu), the weight
//! comes from |z|^2, the mean is mu + C z, and the covariance is Sigma - C C^T. Where Sigma is W W^T + diag(psi) and pixels are observed,
//! [`PartsSolver`] does the same without a matrix of m x m.

use std::f64::consts::TAU;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};

use super::given::Given;
use super::parts::PartsSolver;
use super::{InverseError, Mask};
use crate::linalg::eigen::SymmetricEigen;
use crate::linalg::{self, Factor};
use crate::mixture::{Covariance, Mixture};

/// One component under the observation.
#[derive(Debug, Clone)]
pub(super) struct Component {
    solver: Solver,
    /// A mu, scaled, m.
    measured_mean: DVector<f64>,
    /// mu where free.
    free_mean: DVector<f64>,
    /// diag(Sigma - C C^T) where free.
    variances: DVector<f64>,
    /// log pi - (m log(2 pi) + log det S) / 2.
    log_scale: f64,
}

/// What takes y to the posterior.
#[derive(Debug, Clone)]
enum Solver {
    /// W and C, free x m.
    Whitened(Whitening, DMatrix<f64>),
    Parts(Box<PartsSolver>),
}

/// W.
#[derive(Debug, Clone)]
enum Whitening {
    /// L^-1 with S = L L^T.
    Cholesky(Factor),
    /// diag(`deviations`)^-1 U^T, for A = I and Sigma = U diag(lambda) U^T.
    Spectral {
        eigen: Arc<SymmetricEigen>,
        /// The roots of the eigenvalues of S.
        deviations: DVector<f64>,
        /// The eigenvalues of the posterior covariance, lambda sigma_n^2 / (lambda + sigma_n^2).
        posterior: DVector<f64>,
    },
}

impl Whitening {
    /// Overwrites the columns v of `centred` (m x N) by W v.
    fn whiten(&self, centred: &mut DMatrix<f64>) {
        match self {
            Self::Cholesky(factor) => factor.solve_lower_in_place(centred),
            Self::Spectral { eigen, deviations, .. } => {
                let mut out = DMatrix::zeros(centred.nrows(), centred.ncols());
                let (rows, columns) = centred.shape();
                linalg::transposed_product(out.as_mut_slice(), &eigen.vectors, rows, centred, columns);
                for mut column in out.column_iter_mut() {
                    column.component_div_assign(deviations);
                }
                *centred = out;
            }
        }
    }
}

/// One component given the measurements of N images.
pub(super) struct Conditioned {
    /// log pi_k N(y; A mu_k, S_k), N.
    pub log_joint: Vec<f64>,
    /// The posterior means where free, free x N.
    pub means: DMatrix<f64>,
}

impl Component {
    /// Factors S. Cost: as `Operator::gram`, and m^3 / 3 + m^2 D flops; D R^2 with [`PartsSolver`].
    pub fn new(mixture: &Mixture, given: &Given, component: usize) -> Result<Self, InverseError> {
        let sigma = &mixture.covariances()[component];
        if let Some(parts) = PartsSolver::new(sigma, given, component)? {
            let (variances, log_determinant) = (parts.variances(), parts.log_determinant());
            let solver = Solver::Parts(Box::new(parts));
            return Ok(Self::assemble(mixture, given, component, solver, variances, log_determinant));
        }
        let (factor, mut cross) = match given.is_exact() {
            true => exact(sigma, &given.known, component)?,
            false => general(sigma, given, component)?,
        };
        factor.solve_rows_in_place(&mut cross);
        let mut variances = sigma.diagonal().select_rows(given.known.missing());
        for column in cross.column_iter() {
            for (variance, &value) in variances.iter_mut().zip(column.iter()) {
                *variance -= value * value;
            }
        }
        let log_determinant = factor.log_determinant();
        let solver = Solver::Whitened(Whitening::Cholesky(factor), cross);
        Ok(Self::assemble(mixture, given, component, solver, variances, log_determinant))
    }

    /// From Sigma = U diag(lambda) U^T, for A = I and noise of one standard deviation above 0. Cost: about 3 D^2 flops.
    pub fn spectral(mixture: &Mixture, given: &Given, component: usize, eigen: &Arc<SymmetricEigen>) -> Self {
        let (scale, noise) = (
            given.scale.first().copied().unwrap_or(1.0),
            if given.scale.is_empty() { 0.0 } else { given.noise(0) },
        );
        // A covariance has no negative eigenvalue; rounding may leave one.
        let lambda = eigen.values.map(|value| value.max(0.0));
        let deviations = lambda.map(|value| (value * scale * scale + noise).sqrt());
        let posterior =
            lambda.zip_map(&deviations, |value, deviation| value * (noise / deviation / deviation));
        let mut cross = eigen.vectors.clone();
        for ((mut column, &value), &deviation) in
            cross.column_iter_mut().zip(lambda.iter()).zip(deviations.iter())
        {
            column *= value * scale / deviation;
        }
        let mut variances = DVector::zeros(lambda.len());
        for (vector, &value) in eigen.vectors.column_iter().zip(posterior.iter()) {
            variances
                .iter_mut()
                .zip(vector.iter())
                .for_each(|(variance, &entry)| *variance += entry * entry * value);
        }
        let log_determinant = deviations.iter().map(|deviation| 2.0 * deviation.ln()).sum();
        let whitening = Whitening::Spectral { eigen: Arc::clone(eigen), deviations, posterior };
        let solver = Solver::Whitened(whitening, cross);
        Self::assemble(mixture, given, component, solver, variances, log_determinant)
    }

    fn assemble(
        mixture: &Mixture,
        given: &Given,
        component: usize,
        solver: Solver,
        mut variances: DVector<f64>,
        log_determinant: f64,
    ) -> Self {
        // Never negative in exact arithmetic; where the measurements all but determine a pixel, the difference of nearly
        // equal numbers may round below zero, and its root would be NaN.
        variances.apply(|variance| *variance = variance.max(0.0));
        let mean = mixture.means().columns(component, 1).into_owned();
        // The density of y is that of the scaled one times the scales.
        let unscaled: f64 = given.scale.iter().filter(|&&scale| scale != 1.0).map(|scale| scale.ln()).sum();
        let log_normaliser = 0.5 * (given.scale.len() as f64 * TAU.ln() + log_determinant) - unscaled;
        Self {
            solver,
            measured_mean: given.measure(&mean).column(0).into_owned(),
            free_mean: mean.column(0).select_rows(given.known.missing()),
            variances,
            // The logarithm of a weight of 0 is minus infinity, and stays so: the component takes no part.
            log_scale: mixture.weights()[component].ln() - log_normaliser,
        }
    }

    /// The variances of the free pixels given the measurements.
    pub fn variances(&self) -> &DVector<f64> {
        &self.variances
    }

    /// z = W (y - A mu): the weight from |z|^2, the mean as mu + C z; measurements are scaled, m x N.
    pub fn condition(&self, measurements: &DMatrix<f64>) -> Conditioned {
        let mut residuals = measurements.clone();
        for mut column in residuals.column_iter_mut() {
            column -= &self.measured_mean;
        }
        let mut means = DMatrix::zeros(self.free_mean.len(), residuals.ncols());
        for mut column in means.column_iter_mut() {
            column.copy_from(&self.free_mean);
        }
        let squared = self.corrected(&mut means, residuals);
        Conditioned { log_joint: squared.into_iter().map(|d| self.log_scale - 0.5 * d).collect(), means }
    }

    /// |W (y - A mu)|^2 of scaled measurements y, m x 1; not a number for a component of weight 0.
    pub fn squared_distance(&self, y: &DMatrix<f64>) -> f64 {
        self.condition(y).log_joint.first().map_or(f64::NAN, |log_joint| 2.0 * (self.log_scale - log_joint))
    }

    /// Adds C W times `residuals` (m x N, scaled) to `free` (free x N).
    pub fn correct(&self, free: &mut DMatrix<f64>, residuals: DMatrix<f64>) {
        self.corrected(free, residuals);
    }

    /// As [`Component::correct`]; |W r|^2 of every residual r.
    fn corrected(&self, free: &mut DMatrix<f64>, mut residuals: DMatrix<f64>) -> Vec<f64> {
        match &self.solver {
            Solver::Parts(parts) => parts.correct(free, &residuals),
            Solver::Whitened(whitening, cross) => {
                whitening.whiten(&mut residuals);
                linalg::product(free, true, 1.0, cross, &residuals);
                residuals.column_iter().map(|z| z.norm_squared()).collect()
            }
        }
    }

    /// (Sigma - C C^T) v for v over the free pixels. Cost: as `Covariance::product` of a column, and 4 m D flops.
    pub fn posterior_product(&self, sigma: &Covariance, known: &Mask, v: &DVector<f64>) -> DVector<f64> {
        let cross = match &self.solver {
            Solver::Parts(parts) => return parts.product(v),
            Solver::Whitened(Whitening::Cholesky(_), cross) => cross,
            Solver::Whitened(Whitening::Spectral { eigen, posterior, .. }, _) => {
                return &eigen.vectors * eigen.vectors.tr_mul(v).component_mul(posterior);
            }
        };
        let mut whole = DMatrix::zeros(sigma.dim(), 1);
        for (&pixel, &value) in known.missing().iter().zip(v.iter()) {
            whole[pixel] = value;
        }
        let product = sigma.product(&whole).column(0).select_rows(known.missing());
        product - cross * cross.tr_mul(v)
    }

    /// The lower triangle of Sigma - C C^T where free; what stands above the diagonal is without meaning.
    pub fn lower_covariance(&self, sigma: &Covariance, known: &Mask) -> DMatrix<f64> {
        let cross = match &self.solver {
            Solver::Parts(parts) => return parts.covariance(),
            Solver::Whitened(Whitening::Cholesky(_), cross) => cross,
            Solver::Whitened(Whitening::Spectral { eigen, posterior, .. }, _) => {
                let mut scaled = eigen.vectors.clone();
                for (mut column, &value) in scaled.column_iter_mut().zip(posterior.iter()) {
                    column *= value;
                }
                return scaled * eigen.vectors.transpose();
            }
        };
        let mut covariance = sigma.block(known.missing(), known.missing());
        linalg::subtract_gram_lower(&mut covariance, cross);
        covariance
    }
}

/// The factor of S and Sigma A^T where A takes pixels and there is no noise: blocks of Sigma, and free pixels alone.
fn exact(sigma: &Covariance, known: &Mask, component: usize) -> Result<(Factor, DMatrix<f64>), InverseError> {
    let (observed, missing) = (known.observed(), known.missing());
    let factor = Factor::new(sigma.block(observed, observed))
        .map_err(|fault| InverseError::NotPositiveDefinite { component, pixel: observed[fault.pivot] })?;
    Ok((factor, sigma.block(missing, observed)))
}

/// The factor of S and Sigma A^T, D x m, scaled.
fn general(
    sigma: &Covariance,
    given: &Given,
    component: usize,
) -> Result<(Factor, DMatrix<f64>), InverseError> {
    let mut product = given.observation.operator().product(sigma);
    given.scale_rows(&mut product);
    let cross = linalg::transposed(&product);
    let mut s = given.measure(&cross);
    let mut diagonal = Vec::with_capacity(s.nrows());
    for i in 0..s.nrows() {
        s[(i, i)] += given.noise(i);
        diagonal.push(s[(i, i)]);
    }
    let singular = |measurement| InverseError::Singular { component, measurement };
    let factor = Factor::new(s).map_err(|fault| singular(fault.pivot))?;
    // A pivot that is only the rounding error of its sum says nothing.
    let least = 4.0 * f64::EPSILON * diagonal.len() as f64;
    match diagonal.iter().enumerate().find(|&(i, &sum)| factor.lower()[(i, i)].powi(2) <= least * sum) {
        Some((measurement, _)) => Err(singular(measurement)),
        None => Ok((factor, cross)),
    }
}
