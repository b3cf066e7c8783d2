//! Pixels observed under Sigma = W W^T + diag(psi), by matrices of R rows or columns.
//!
//! Measurement i is s_i (x_p + n), of pixel p. With d_i = s_i^2 (psi_p + sigma_n^2), V = diag(d)^(-1/2) S W_o (m x R) and M = I + V^T V,
//! the factors given y are normal, of mean M^-1 V^T u for u = diag(d)^(-1/2) (y - A mu) and covariance M^-1. Given them a pixel is independent of the others: measured with noise, it takes the share
//! g = psi / (psi + sigma_n^2) of what the factors leave of its measurement, and keeps the variance psi (1 - g). So the posterior
//! covariance is B B^T + diag(psi (1 - g)) with B = diag(1 - g) W L^-T, M = L L^T.

use nalgebra::{DMatrix, DVector};

use super::given::Given;
use super::{InverseError, Operator};
use crate::linalg::{self, Factor};
use crate::mixture::Covariance;

/// A component under an observation of pixels.
#[derive(Debug, Clone)]
pub(super) struct PartsSolver {
    /// d^(1/2), m.
    deviations: DVector<f64>,
    /// V, m x R.
    scaled: DMatrix<f64>,
    /// L.
    capacitance: Factor,
    /// B, free x R.
    root: DMatrix<f64>,
    /// psi (1 - g) where free.
    noise: DVector<f64>,
    /// The free pixels that are measured: row among the free, measurement, and what a residual adds, g / s.
    gains: Vec<(usize, usize, f64)>,
}

impl PartsSolver {
    /// None where the covariance is a matrix, or what is observed are not pixels. Cost: D R^2 flops.
    ///
    /// # Errors
    /// [`InverseError::NotPositiveDefinite`] for a noise psi that is not positive.
    pub fn new(sigma: &Covariance, given: &Given, component: usize) -> Result<Option<Self>, InverseError> {
        let Some((factors, psi)) = sigma.parts() else { return Ok(None) };
        let pixels: Vec<usize> = match given.observation.operator() {
            Operator::Mask(mask) => mask.observed().to_vec(),
            Operator::Identity(_) => (0..sigma.dim()).collect(),
            _ => return Ok(None),
        };
        let free = given.known.missing();
        let rank = factors.ncols();
        let mut shares = DVector::zeros(sigma.dim());
        let mut deviations = DVector::zeros(pixels.len());
        let mut gains = Vec::new();
        for (i, &pixel) in pixels.iter().enumerate() {
            let scale = given.scale[i];
            let variance = psi[pixel] * scale * scale + given.noise(i);
            if !(variance > 0.0 && variance.is_finite()) {
                return Err(InverseError::NotPositiveDefinite { component, pixel });
            }
            deviations[i] = variance.sqrt();
            shares[pixel] = psi[pixel] * scale * scale / variance;
            if let Ok(row) = free.binary_search(&pixel) {
                gains.push((row, i, shares[pixel] / scale));
            }
        }
        let scaled = DMatrix::from_fn(pixels.len(), rank, |i, r| {
            factors[(pixels[i], r)] * given.scale[i] / deviations[i]
        });
        let mut capacitance = DMatrix::zeros(rank, rank);
        linalg::transposed_product(capacitance.as_mut_slice(), &scaled, rank, &scaled, rank);
        (0..rank).for_each(|r| capacitance[(r, r)] += 1.0);
        let not_finite = |_| InverseError::NotPositiveDefinite { component, pixel: 0 };
        let capacitance = Factor::new(capacitance).map_err(not_finite)?;
        let kept = |pixel: usize| 1.0 - shares[pixel];
        let mut root = DMatrix::from_fn(free.len(), rank, |row, r| kept(free[row]) * factors[(free[row], r)]);
        capacitance.solve_rows_in_place(&mut root);
        let noise = DVector::from_fn(free.len(), |row, _| psi[free[row]] * kept(free[row]));
        Ok(Some(Self { deviations, scaled, capacitance, root, noise, gains }))
    }

    /// log det S.
    pub fn log_determinant(&self) -> f64 {
        let noise: f64 = self.deviations.iter().map(|deviation| deviation.ln()).sum();
        self.capacitance.log_determinant() + 2.0 * noise
    }

    /// diag of the posterior covariance where free.
    pub fn variances(&self) -> DVector<f64> {
        let mut variances = self.noise.clone();
        for column in self.root.column_iter() {
            variances.iter_mut().zip(column.iter()).for_each(|(variance, value)| *variance += value * value);
        }
        variances
    }

    /// r^T S^-1 r of the columns r of `residuals` (m x N), of which Sigma A^T S^-1 r is added to `free` (free x N) where free.
    pub fn correct(&self, free: &mut DMatrix<f64>, residuals: &DMatrix<f64>) -> Vec<f64> {
        let (rank, count) = (self.root.ncols(), residuals.ncols());
        let mut whitened = residuals.clone();
        whitened.column_iter_mut().for_each(|mut column| column.component_div_assign(&self.deviations));
        let mut z = DMatrix::zeros(rank, count);
        linalg::transposed_product(z.as_mut_slice(), &self.scaled, rank, &whitened, count);
        self.capacitance.solve_lower_in_place(&mut z);
        linalg::product(free, true, 1.0, &self.root, &z);
        for (mut column, residual) in free.column_iter_mut().zip(residuals.column_iter()) {
            self.gains
                .iter()
                .for_each(|&(row, measurement, gain)| column[row] += gain * residual[measurement]);
        }
        let squared = whitened.column_iter().zip(z.column_iter());
        squared.map(|(u, z)| u.norm_squared() - z.norm_squared()).collect()
    }

    /// The posterior covariance where free times `v`.
    pub fn product(&self, v: &DVector<f64>) -> DVector<f64> {
        &self.root * self.root.tr_mul(v) + self.noise.component_mul(v)
    }

    /// The posterior covariance where free.
    pub fn covariance(&self) -> DMatrix<f64> {
        let mut covariance = DMatrix::from_diagonal(&self.noise);
        linalg::add_product_transposed(&mut covariance, &self.root, &self.root, self.root.ncols());
        covariance
    }
}
