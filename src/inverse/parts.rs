//! Few pixels to a measurement under Sigma = W W^T + diag(psi), by matrices of R rows or columns.
//!
//! For A and y scaled, Q = A diag(psi) A^T + diag(sigma_n^2) is what the factors z leave of the covariance of y. Q = C C^T has few
//! entries: it is diagonal where no two measurements share a pixel (a mask, the identity, means of blocks), and banded for blurs. With
//! V = C^-1 A W (m x R), M = I + V^T V = L L^T and u = C^-1 (y - A mu), the factors given y are normal, of mean M^-1 V^T u and covariance M^-1.
//! Given z and y, what is left of x has the covariance P = diag(psi) - H Q^-1 H^T, for H = diag(psi) A^T. So
//!
//! - E[x|y] = mu + B L^-1 V^T u + H C^-T u, with B = (W - H C^-T V) L^-T,
//! - the posterior covariance is B B^T + P,
//! - log det S = log det Q + log det M, and the squared distance of y is |u|^2 - |L^-1 V^T u|^2.

use nalgebra::{DMatrix, DVector};

use super::InverseError;
use super::given::Given;
use super::operator::Sparse;
use crate::linalg::{self, Banded, BandedFactor, Factor};
use crate::mixture::Covariance;

/// A component under an observation of few pixels to a measurement.
#[derive(Debug, Clone)]
pub(super) struct PartsSolver {
    root: Root,
    /// V, m x R.
    scaled: DMatrix<f64>,
    /// L.
    capacitance: Factor,
    /// B, free x R.
    spread: DMatrix<f64>,
    /// H, free x m.
    gains: Sparse,
    /// psi where free.
    psi: DVector<f64>,
    /// diag(P) where free.
    left: DVector<f64>,
}

/// C, lower triangular with C C^T = Q.
#[derive(Debug, Clone)]
enum Root {
    Diagonal(DVector<f64>),
    Banded(BandedFactor),
}

impl Root {
    /// Of Q, for A^T (D x m, scaled). Cost: m b^2 flops, for b the number of diagonals of Q below its main one.
    fn new(
        columns: &Sparse,
        psi: &DVector<f64>,
        given: &Given,
        component: usize,
    ) -> Result<Self, InverseError> {
        let count = given.scale.len();
        let mut sums = DVector::from_fn(count, |i, _| given.noise(i));
        for (pixel, &variance) in psi.iter().enumerate() {
            columns.row(pixel).for_each(|(i, weight)| sums[i] += variance * weight * weight);
        }
        let singular = |measurement| InverseError::Singular { component, measurement };
        if let Some(measurement) = sums.iter().position(|&sum| !(sum > 0.0 && sum.is_finite())) {
            return Err(singular(measurement));
        }
        if columns.spread() == 0 {
            return Ok(Self::Diagonal(sums.map(f64::sqrt)));
        }
        let mut q = Banded::zeros(count, columns.spread());
        let mut set = |i, j, value: f64| q.get_mut(i, j).map(|entry| *entry += value);
        for (i, &sum) in sums.iter().enumerate() {
            set(i, i, sum);
        }
        for (pixel, &variance) in psi.iter().enumerate() {
            for (j, weight) in columns.row(pixel) {
                for (i, value) in columns.row(pixel).filter(|&(i, _)| i > j) {
                    set(i, j, variance * weight * value);
                }
            }
        }
        let factor = q.factor().map_err(|fault| singular(fault.pivot))?;
        // A pivot that is only the rounding error of its sum says nothing.
        let least = 4.0 * f64::EPSILON * count as f64;
        let is_lost = |&i: &usize| factor.pivot(i).is_none_or(|pivot| pivot * pivot <= least * sums[i]);
        match (0..count).find(is_lost) {
            Some(measurement) => Err(singular(measurement)),
            None => Ok(Self::Banded(factor)),
        }
    }

    fn log_determinant(&self) -> f64 {
        match self {
            Self::Diagonal(deviations) => deviations.iter().map(|deviation| 2.0 * deviation.ln()).sum(),
            Self::Banded(factor) => factor.log_determinant(),
        }
    }

    /// Overwrites every column v of `columns` (m x N) by C^-1 v.
    fn solve(&self, columns: &mut DMatrix<f64>) {
        match self {
            Self::Diagonal(deviations) => divide(columns, deviations),
            Self::Banded(factor) => factor.solve_lower_in_place(columns),
        }
    }

    /// Overwrites every column v of `columns` (m x N) by C^-T v.
    fn solve_transposed(&self, columns: &mut DMatrix<f64>) {
        match self {
            Self::Diagonal(deviations) => divide(columns, deviations),
            Self::Banded(factor) => factor.solve_transposed_in_place(columns),
        }
    }

    /// h^T Q^-1 h for every row h of `gains` (free x m): of Q^-1 it takes what is within the band.
    fn explained(&self, gains: &Sparse) -> DVector<f64> {
        match self {
            Self::Diagonal(deviations) => DVector::from_fn(gains.rows(), |row, _| {
                gains.row(row).map(|(i, value)| (value / deviations[i]).powi(2)).sum()
            }),
            Self::Banded(factor) => {
                let inverse = factor.inverse();
                let of_pair = |(i, left): (usize, f64), (j, right): (usize, f64)| {
                    inverse.get(i.max(j), i.min(j)).map_or(0.0, |entry| left * right * entry)
                };
                DVector::from_fn(gains.rows(), |row, _| {
                    let each = gains.row(row).enumerate();
                    each.map(|(n, one)| {
                        let before: f64 = gains.row(row).take(n).map(|other| of_pair(one, other)).sum();
                        2.0 * before + of_pair(one, one)
                    })
                    .sum()
                })
            }
        }
    }
}

fn divide(columns: &mut DMatrix<f64>, deviations: &DVector<f64>) {
    columns.column_iter_mut().for_each(|mut column| column.component_div_assign(deviations));
}

impl PartsSolver {
    /// None where the covariance is a matrix, or a measurement is made of many pixels. Cost: D R^2 + m b (b + R) flops.
    ///
    /// # Errors
    /// [`InverseError::Singular`] where Q is not positive definite; [`InverseError::NotPositiveDefinite`] for what is not finite.
    pub fn new(sigma: &Covariance, given: &Given, component: usize) -> Result<Option<Self>, InverseError> {
        let Some((factors, psi)) = sigma.parts() else { return Ok(None) };
        let Some(mut rows) = given.observation.operator().sparse() else { return Ok(None) };
        if let Some(pixel) = psi.iter().position(|&variance| !(variance > 0.0 && variance.is_finite())) {
            return Err(InverseError::NotPositiveDefinite { component, pixel });
        }
        rows.scale_rows(given.scale.iter().copied());
        let columns = rows.transpose();
        let root = Root::new(&columns, psi, given, component)?;

        let rank = factors.ncols();
        let mut scaled = given.measure(factors);
        root.solve(&mut scaled);
        let mut capacitance = DMatrix::zeros(rank, rank);
        linalg::transposed_product(capacitance.as_mut_slice(), &scaled, rank, &scaled, rank);
        (0..rank).for_each(|r| capacitance[(r, r)] += 1.0);
        let not_finite = |_| InverseError::NotPositiveDefinite { component, pixel: 0 };
        let capacitance = Factor::new(capacitance).map_err(not_finite)?;

        let free = given.known.missing();
        let mut gains = columns.select_rows(free);
        gains.scale_rows(free.iter().map(|&pixel| psi[pixel]));
        let psi = psi.select_rows(free);
        let left = &psi - root.explained(&gains);
        let mut spread = factors.select_rows(free);
        let mut solved = scaled.clone();
        root.solve_transposed(&mut solved);
        subtract_product(&gains, &mut spread, &solved);
        capacitance.solve_rows_in_place(&mut spread);
        Ok(Some(Self { root, scaled, capacitance, spread, gains, psi, left }))
    }

    /// log det S.
    pub fn log_determinant(&self) -> f64 {
        self.capacitance.log_determinant() + self.root.log_determinant()
    }

    /// diag of the posterior covariance where free.
    pub fn variances(&self) -> DVector<f64> {
        // Rounding may leave one below zero.
        let mut variances = self.left.map(|variance| variance.max(0.0));
        for column in self.spread.column_iter() {
            variances.iter_mut().zip(column.iter()).for_each(|(variance, value)| *variance += value * value);
        }
        variances
    }

    /// r^T S^-1 r of the columns r of `residuals` (m x N), of which Sigma A^T S^-1 r is added to `free` (free x N) where free.
    pub fn correct(&self, free: &mut DMatrix<f64>, residuals: &DMatrix<f64>) -> Vec<f64> {
        let (rank, count) = (self.spread.ncols(), residuals.ncols());
        let mut whitened = residuals.clone();
        self.root.solve(&mut whitened);
        let mut z = DMatrix::zeros(rank, count);
        linalg::transposed_product(z.as_mut_slice(), &self.scaled, rank, &whitened, count);
        self.capacitance.solve_lower_in_place(&mut z);
        linalg::product(free, true, 1.0, &self.spread, &z);
        let lengths = whitened.column_iter().zip(z.column_iter());
        let squared = lengths.map(|(u, z)| u.norm_squared() - z.norm_squared()).collect();
        self.root.solve_transposed(&mut whitened);
        for (mut column, solved) in free.column_iter_mut().zip(whitened.column_iter()) {
            self.gains.add_product(column.as_mut_slice(), solved.as_slice());
        }
        squared
    }

    /// The posterior covariance where free times `v`.
    pub fn product(&self, v: &DVector<f64>) -> DVector<f64> {
        let mut measured = self.measured(v);
        self.root.solve(&mut measured);
        self.root.solve_transposed(&mut measured);
        let mut explained = DVector::zeros(v.len());
        self.gains.add_product(explained.as_mut_slice(), measured.as_slice());
        &self.spread * self.spread.tr_mul(v) + self.psi.component_mul(v) - explained
    }

    /// The posterior covariance where free.
    pub fn covariance(&self) -> DMatrix<f64> {
        let mut covariance = DMatrix::from_diagonal(&self.psi);
        linalg::add_product_transposed(&mut covariance, &self.spread, &self.spread, self.spread.ncols());
        let mut explained = DMatrix::zeros(self.scaled.nrows(), self.psi.len());
        for row in 0..self.gains.rows() {
            self.gains.row(row).for_each(|(i, value)| explained[(i, row)] = value);
        }
        self.root.solve(&mut explained);
        linalg::subtract_transposed_gram_lower(&mut covariance, &explained);
        covariance
    }

    /// H^T v, m x 1.
    fn measured(&self, v: &DVector<f64>) -> DMatrix<f64> {
        let mut out = DMatrix::zeros(self.scaled.nrows(), 1);
        for (row, &entry) in v.iter().enumerate() {
            self.gains.row(row).for_each(|(i, value)| out[(i, 0)] += value * entry);
        }
        out
    }
}

/// Takes `gains` times `columns` from `out`.
fn subtract_product(gains: &Sparse, out: &mut DMatrix<f64>, columns: &DMatrix<f64>) {
    for (mut out, column) in out.column_iter_mut().zip(columns.column_iter()) {
        out.neg_mut();
        gains.add_product(out.as_mut_slice(), column.as_slice());
        out.neg_mut();
    }
}
