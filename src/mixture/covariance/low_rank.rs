//! Sigma = W W^T + diag(psi), a factor analyser; with no column in W, a diagonal covariance.
//!
//! With V = diag(psi)^(-1/2) W (D x R) and the capacitance matrix M = I + V^T V (R x R), Woodbury's identity gives
//! v^T Sigma^-1 v = |u|^2 - (V^T u)^T M^-1 (V^T u) for u = diag(psi)^(-1/2) v, and det Sigma = det M prod_i psi_i. No matrix is D x D.

use nalgebra::{DMatrix, DVector};

use crate::linalg::{self, Factor, NotPositiveDefinite};

/// W and psi.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::mixture) struct LowRank {
    /// W, D x R.
    pub factors: DMatrix<f64>,
    /// psi, D variances.
    pub noise: DVector<f64>,
}

impl LowRank {
    /// diag(Sigma).
    pub fn diagonal(&self) -> DVector<f64> {
        let mut variances = self.noise.clone();
        add_squares(&mut variances, &self.factors, 1.0);
        variances
    }

    /// The entries at these rows and columns. Cost: 2 R flops for each.
    pub fn block(&self, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
        let mut out = DMatrix::zeros(rows.len(), columns.len());
        let (left, right) = (self.factors.select_rows(rows), self.factors.select_rows(columns));
        linalg::add_product_transposed(&mut out, &left, &right, left.ncols());
        let mut row_of = vec![usize::MAX; self.noise.len()];
        rows.iter().enumerate().for_each(|(row, &pixel)| row_of[pixel] = row);
        for (column, &pixel) in columns.iter().enumerate() {
            if let Some(entry) = out.get_mut((row_of[pixel], column)) {
                *entry += self.noise[pixel];
            }
        }
        out
    }

    /// Sigma V. Cost: 4 D R flops for each column of V.
    pub fn product(&self, v: &DMatrix<f64>) -> DMatrix<f64> {
        let mut out = v.clone();
        out.column_iter_mut().for_each(|mut column| column.component_mul_assign(&self.noise));
        let mut inner = DMatrix::zeros(self.factors.ncols(), v.ncols());
        linalg::transposed_product(inner.as_mut_slice(), &self.factors, self.factors.ncols(), v, v.ncols());
        linalg::product(&mut out, true, 1.0, &self.factors, &inner);
        out
    }

    /// Every entry, D x D.
    pub fn dense(&self) -> DMatrix<f64> {
        let mut out = DMatrix::from_diagonal(&self.noise);
        linalg::add_product_transposed(&mut out, &self.factors, &self.factors, self.factors.ncols());
        linalg::mirror_lower(&mut out);
        out
    }

    /// (1 - a) Sigma + a diag(Sigma), which is of the family too: W is scaled by the root of 1 - a = `kept`, and psi takes
    /// up what the variances lose.
    pub fn shrunk(&self, kept: f64) -> Self {
        let mut noise = self.noise.clone();
        add_squares(&mut noise, &self.factors, 1.0 - kept);
        Self { factors: self.factors.scale(kept.sqrt()), noise }
    }

    /// W turned to orthogonal columns by falling length, the entry of largest size of each positive; Sigma stays.
    pub fn turned(&self) -> Self {
        let rank = self.factors.ncols();
        let mut gram = DMatrix::zeros(rank, rank);
        linalg::transposed_product(gram.as_mut_slice(), &self.factors, rank, &self.factors, rank);
        let Some(eigen) = linalg::eigen::symmetric_eigen(&gram) else { return self.clone() };
        let mut factors = DMatrix::zeros(self.factors.nrows(), rank);
        linalg::product(&mut factors, false, 1.0, &self.factors, &eigen.vectors);
        for mut column in factors.column_iter_mut() {
            if column.iter().fold(0.0_f64, |most, &v| if v.abs() > most.abs() { v } else { most }) < 0.0 {
                column.neg_mut();
            }
        }
        Self { factors, noise: self.noise.clone() }
    }

    /// V, M and the roots of psi. Cost: D R^2 and R^3 / 3 flops.
    pub fn factor(&self) -> Result<LowRankFactor, NotPositiveDefinite> {
        let dim = self.factors.nrows();
        if let Some(pivot) = self.noise.iter().position(|&psi| !(psi > 0.0 && psi.is_finite())) {
            return Err(NotPositiveDefinite { pivot, dim });
        }
        let deviations = self.noise.map(f64::sqrt);
        let mut scaled = self.factors.clone();
        scaled.column_iter_mut().for_each(|mut column| column.component_div_assign(&deviations));
        // Only what is not finite fails, and no pixel is to blame.
        let capacitance = capacitance(&scaled).ok_or(NotPositiveDefinite { pivot: 0, dim })?;
        let log_determinant =
            capacitance.log_determinant() + 2.0 * deviations.iter().map(|root| root.ln()).sum::<f64>();
        Ok(LowRankFactor {
            precisions: deviations.map(f64::recip),
            deviations,
            scaled,
            capacitance,
            log_determinant,
        })
    }
}

/// The factor of M = I + V^T V, which is at least I.
fn capacitance(scaled: &DMatrix<f64>) -> Option<Factor> {
    let rank = scaled.ncols();
    let mut matrix = DMatrix::zeros(rank, rank);
    linalg::transposed_product(matrix.as_mut_slice(), scaled, rank, scaled, rank);
    (0..rank).for_each(|i| matrix[(i, i)] += 1.0);
    Factor::new(matrix).ok()
}

/// Adds `scale` times the squared length of every row of `factors`.
fn add_squares(variances: &mut DVector<f64>, factors: &DMatrix<f64>, scale: f64) {
    for column in factors.column_iter() {
        variances.iter_mut().zip(column.iter()).for_each(|(sum, value)| *sum += scale * value * value);
    }
}

/// What solves with Sigma and draws from it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::mixture) struct LowRankFactor {
    /// The roots of psi, D, and their reciprocals.
    deviations: DVector<f64>,
    precisions: DVector<f64>,
    /// V, D x R.
    scaled: DMatrix<f64>,
    /// L with L L^T = M.
    capacitance: Factor,
    log_determinant: f64,
}

impl LowRankFactor {
    /// log det Sigma.
    pub fn log_determinant(&self) -> f64 {
        self.log_determinant
    }

    /// R.
    pub fn rank(&self) -> usize {
        self.scaled.ncols()
    }

    /// Writes diag(psi)^(-1/2) (x - `mean`) of every image x (columns of D values) into the first columns of `whitened`, and
    /// returns the squared Mahalanobis distances. Cost: 2 D R flops an image.
    pub fn distances(&self, images: &[f64], mean: &[f64], whitened: &mut DMatrix<f64>) -> Vec<f64> {
        let dim = self.deviations.len();
        let columns = whitened.as_mut_slice().chunks_exact_mut(dim).zip(images.chunks_exact(dim));
        let lengths: Vec<f64> = columns
            .map(|(out, image)| linalg::scaled_difference(out, image, mean, self.precisions.as_slice()))
            .collect();
        self.explained(lengths, whitened)
    }

    /// The same of what is whitened already: the first `count` columns of `whitened`.
    pub fn distances_of(&self, whitened: &DMatrix<f64>, count: usize) -> Vec<f64> {
        let columns = whitened.as_slice().chunks_exact(self.deviations.len().max(1)).take(count);
        self.explained(columns.map(linalg::squared_length).collect(), whitened)
    }

    /// Squared distances from squared lengths, less what the factors explain.
    fn explained(&self, mut lengths: Vec<f64>, whitened: &DMatrix<f64>) -> Vec<f64> {
        if self.rank() > 0 {
            let projected = self.solved(whitened, lengths.len());
            for (length, column) in lengths.iter_mut().zip(projected.column_iter()) {
                *length -= column.norm_squared();
            }
        }
        lengths
    }

    /// The same of the pixels that are not `missing` (D flags) alone: V without the rows of the others, whose whitened pixels are to
    /// be 0. None where it holds what is not finite. Cost: 2 D R^2 flops.
    pub fn of_observed(&self, missing: &[bool]) -> Option<Self> {
        let mut scaled = self.scaled.clone();
        for mut column in scaled.column_iter_mut() {
            let hidden = column.iter_mut().zip(missing).filter(|(_, missing)| **missing);
            hidden.for_each(|(value, _)| *value = 0.0);
        }
        let capacitance = capacitance(&scaled)?;
        let observed = self.deviations.iter().zip(missing).filter(|(_, missing)| !**missing);
        let log_determinant =
            capacitance.log_determinant() + 2.0 * observed.map(|(root, _)| root.ln()).sum::<f64>();
        let (deviations, precisions) = (self.deviations.clone(), self.precisions.clone());
        Some(Self { deviations, precisions, scaled, capacitance, log_determinant })
    }

    /// Writes diag(psi)^(-1/2) (x - `mean`) of one image into `out`, 0 where a pixel is missing (NaN).
    pub fn whiten_observed(&self, out: &mut [f64], image: &[f64], mean: &[f64]) {
        linalg::scaled_difference(out, image, mean, self.precisions.as_slice());
        out.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
    }

    /// V = diag(psi)^(-1/2) W, D x R.
    pub fn scaled(&self) -> &DMatrix<f64> {
        &self.scaled
    }

    /// L^-1 V^T u of the first `count` columns u of `whitened`, R x `count`.
    fn solved(&self, whitened: &DMatrix<f64>, count: usize) -> DMatrix<f64> {
        let rank = self.rank();
        let mut projected = DMatrix::zeros(rank, count);
        linalg::transposed_product(projected.as_mut_slice(), &self.scaled, rank, whitened, count);
        self.capacitance.solve_lower_in_place(&mut projected);
        projected
    }

    /// E[z|x] = M^-1 V^T u of the first `count` columns u of `whitened`, R x `count`.
    pub fn expected_factors(&self, whitened: &DMatrix<f64>, count: usize) -> DMatrix<f64> {
        let mut expected = self.solved(whitened, count);
        linalg::solve_lower_transposed(self.capacitance.lower(), &mut expected);
        expected
    }

    /// M^-1, the covariance of z given x, R x R.
    pub fn factor_covariance(&self) -> DMatrix<f64> {
        let mut inverse = DMatrix::identity(self.rank(), self.rank());
        self.capacitance.solve_lower_in_place(&mut inverse);
        linalg::solve_lower_transposed(self.capacitance.lower(), &mut inverse);
        inverse
    }

    /// The roots of psi, D.
    pub fn deviations(&self) -> &DVector<f64> {
        &self.deviations
    }

    /// R + D.
    pub fn normals(&self) -> usize {
        self.rank() + self.deviations.len()
    }

    /// diag(psi)^(1/2) (V z + e) for `normals` = (z, e), R + D of them.
    pub fn draw(&self, normals: &DVector<f64>) -> DVector<f64> {
        let (z, e) = (normals.rows(0, self.rank()), normals.rows(self.rank(), self.deviations.len()));
        (&self.scaled * z + e).component_mul(&self.deviations)
    }
}
