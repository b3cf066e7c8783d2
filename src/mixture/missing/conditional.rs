//! One Gaussian given the observed pixels of an image: density, conditional mean, conditional covariance.
//!
//! With o the observed and m the missing pixels of x, P = Sigma^-1 and d = x - mu,
//!
//! log N(x_o; mu_o, Sigma_oo) = -(|o| log 2 pi + log det Sigma_oo + q) / 2,   q = d_o^T Sigma_oo^-1 d_o,
//! E[x_m - mu_m | x_o] = Sigma_mo Sigma_oo^-1 d_o = -P_mm^-1 P_mo d_o,
//! Cov[x_m | x_o] = Sigma_mm - Sigma_mo Sigma_oo^-1 Sigma_om = P_mm^-1.
//!
//! **By precision.** P_mm is factored: log det Sigma_oo = log det Sigma + log det P_mm, and the conditional covariance is its
//! inverse; m^3 flops in all. q is |L^-1 e|^2 of the completed e = (d_o, E[x_m - mu_m]): e minimises that, so that errors of
//! the conditional mean count squared, and nothing cancels.
//!
//! **By covariance.** Sigma_oo is factored: o^3 / 3 + o^2 m + o m^2 flops. Taken where few pixels are observed, and where P has
//! lost too many digits.
//!
//! **A bound.** With L the factor of Sigma and pixels in one order, Var(x_i | x_j, j in o, j < i) >= L_ii^2, as the right one is
//! given more pixels. So the rows of the factor of Sigma_oo that are not computed yet add at least log L_ii^2 each to
//! log det Sigma_oo, and nothing negative to q: after the first rows the density is bounded from above.

use nalgebra::DMatrix;

use crate::linalg::{self, FactorMemory};
use crate::mixture::component::Component;
use crate::mixture::expectation::may_matter;

/// The part of m from which on o pixels are few: o^3 / 3 + o^2 m + o m^2 = m^3.
const FEW: f64 = 0.59;

/// The largest condition, max Sigma_ii max P_ii, at which P is relied on: it loses as many digits.
pub(super) const CONDITION: f64 = 1e10;

/// Rows of the factor of Sigma_oo from bound to bound: at first, and at most; as many again in between.
const ROWS: (usize, usize) = (48, 96);

/// Rows for bounds alone, at most.
const BOUND: usize = 192;

/// The part of m up to which the factor of Sigma_oo is the quickest way to a density: for one of P_mm, with m^3 / 3 flops, three
/// substitutions of D^2 come on top.
const MANY: f64 = 1.25;

/// A component with what all masks share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gaussian<'a> {
    pub component: &'a Component,
    /// Sigma, lower triangle; not read where it is the identity.
    pub covariance: &'a DMatrix<f64>,
    /// Sigma^-1, lower triangle; not read where Sigma is the identity.
    pub precision: &'a DMatrix<f64>,
    /// Whether P is exact enough.
    pub is_sound: bool,
}

/// Which pixels of a group of images are observed, ascending, and which are missing.
#[derive(Debug, Default)]
pub(super) struct Mask {
    pub observed: Vec<usize>,
    pub missing: Vec<usize>,
}

impl Mask {
    /// That of an image, whose missing pixels are NaN.
    pub fn read(&mut self, image: &[f64]) {
        self.observed.clear();
        self.missing.clear();
        for (pixel, value) in image.iter().enumerate() {
            if value.is_nan() { &mut self.missing } else { &mut self.observed }.push(pixel);
        }
    }
}

/// What a factorisation left in memory.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Nothing,
    /// The factor of P_mm.
    Precision,
    /// The factor of Sigma_oo, and Sigma_om overwritten by L_oo^-1 Sigma_om.
    Covariance,
    /// Sigma = I.
    Identity,
}

/// One thread's memory for one Gaussian under one mask.
pub(super) struct Conditional {
    factor: Vec<f64>,
    cross: Vec<f64>,
    inverse: Vec<f64>,
    pub covariance: Vec<f64>,
    rhs: Vec<f64>,
    memory: FactorMemory,
    state: State,
}

impl Default for Conditional {
    fn default() -> Self {
        Self {
            factor: Vec::new(),
            cross: Vec::new(),
            inverse: Vec::new(),
            covariance: Vec::new(),
            rhs: Vec::new(),
            memory: FactorMemory::default(),
            state: State::Nothing,
        }
    }
}

/// The rows x columns matrix in the memory of `values`, to be given back by [`give`]; its entries are unspecified.
fn take(values: &mut Vec<f64>, rows: usize, columns: usize) -> DMatrix<f64> {
    let mut values = std::mem::take(values);
    values.resize(rows * columns, 0.0);
    DMatrix::from_vec(rows, columns, values)
}

fn give(values: &mut Vec<f64>, matrix: DMatrix<f64>) {
    *values = matrix.data.into();
}

/// The rows `rows` of the lower triangle of the symmetric `matrix` restricted to `pixels`, ascending.
fn gather_lower(
    target: &mut DMatrix<f64>,
    matrix: &DMatrix<f64>,
    pixels: &[usize],
    rows: std::ops::Range<usize>,
) {
    let height = target.nrows();
    for (j, &column) in pixels[..rows.end].iter().enumerate() {
        let (first, source) = (rows.start.max(j), matrix.column(column));
        let source = source.as_slice();
        let target = &mut target.as_mut_slice()[j * height..][first..rows.end];
        for (value, &row) in target.iter_mut().zip(&pixels[first..rows.end]) {
            *value = source[row];
        }
    }
}

/// log det A from its factor's rows.
fn log_determinant(lower: &DMatrix<f64>, rows: std::ops::Range<usize>) -> f64 {
    2.0 * rows.map(|i| lower[(i, i)].ln()).sum::<f64>()
}

impl Gaussian<'_> {
    fn dim(&self) -> usize {
        self.component.mean.len()
    }

    fn log_constant(&self, observed: usize) -> f64 {
        self.component.log_weight - 0.5 * observed as f64 * std::f64::consts::TAU.ln()
    }

    /// x - mu of `image` where it is observed, else 0, into `target`.
    pub fn centre(&self, target: &mut [f64], image: &[f64]) {
        for ((target, pixel), mean) in target.iter_mut().zip(image).zip(&self.component.mean) {
            let difference = pixel - mean;
            *target = if difference.is_nan() { 0.0 } else { difference };
        }
    }

    /// Overwrites the first `count` columns d of `products` (D x n) by P d; nothing where Sigma is the identity.
    ///
    /// Cost: 2 D^2 flops a column.
    pub fn apply_precision(&self, products: &mut DMatrix<f64>, count: usize) {
        if let Some(lower) = self.component.lower() {
            linalg::solve_panel(lower, 0..self.dim(), products, count);
            linalg::solve_transposed(lower, products, count);
        }
    }
}

impl Conditional {
    /// Completes images of one mask, the columns of `centred` (D x n, x - mu with zeros where it is missing), by their
    /// conditional means, and writes log(pi N(x_o; mu_o, Sigma_oo)) of each into `log_joint`. `products` are the columns'
    /// products with P. NaN where no factor could be taken.
    ///
    /// Cost: m^3 / 3 + n D^2 flops, or what covariances cost.
    pub fn complete(
        &mut self,
        gaussian: &Gaussian<'_>,
        mask: &Mask,
        centred: &mut [f64],
        products: &[f64],
        log_joint: &mut [f64],
    ) {
        let (dim, observed) = (gaussian.dim(), mask.observed.len());
        let Some(lower) = gaussian.component.lower() else {
            self.state = State::Identity;
            for (log_joint, centred) in log_joint.iter_mut().zip(centred.chunks_exact(dim)) {
                *log_joint = gaussian.log_constant(observed) - 0.5 * linalg::squared_length(centred);
            }
            return;
        };
        let by_precision = gaussian.is_sound && observed as f64 >= FEW * mask.missing.len() as f64;
        if by_precision
            && let Some(log_determinant) = self.complete_by_precision(gaussian, mask, centred, products)
        {
            // The completed images are whole: log det Sigma and |L^-1 e|^2.
            let whole = self::log_determinant(lower, 0..dim);
            let mut z = take(&mut self.rhs, dim, log_joint.len());
            z.as_mut_slice().copy_from_slice(centred);
            linalg::solve_panel(lower, 0..dim, &mut z, log_joint.len());
            for (log_joint, z) in log_joint.iter_mut().zip(z.as_slice().chunks_exact(dim)) {
                let squared = linalg::squared_length(z);
                *log_joint = gaussian.log_constant(observed) - 0.5 * (whole + log_determinant + squared);
            }
            give(&mut self.rhs, z);
            return;
        }
        self.complete_by_covariance(gaussian, mask, centred, log_joint);
    }

    /// log det P_mm; none where P_mm cannot be factored.
    fn complete_by_precision(
        &mut self,
        gaussian: &Gaussian<'_>,
        mask: &Mask,
        centred: &mut [f64],
        products: &[f64],
    ) -> Option<f64> {
        let (dim, missing) = (gaussian.dim(), &mask.missing);
        let mut factor = take(&mut self.factor, missing.len(), missing.len());
        gather_lower(&mut factor, gaussian.precision, missing, 0..missing.len());
        let sound = linalg::factor_lower_in_place(&mut factor, &mut self.memory).is_ok();
        if sound {
            let mut rhs = take(&mut self.rhs, missing.len(), centred.len() / dim);
            for (rhs, product) in rhs.column_iter_mut().zip(products.chunks_exact(dim)) {
                rhs.into_iter().zip(missing).for_each(|(value, &pixel)| *value = -product[pixel]);
            }
            let count = rhs.ncols();
            linalg::solve_panel(&factor, 0..missing.len(), &mut rhs, count);
            linalg::solve_transposed(&factor, &mut rhs, count);
            for (centred, completed) in centred.chunks_exact_mut(dim).zip(rhs.column_iter()) {
                missing.iter().zip(completed.iter()).for_each(|(&pixel, &value)| centred[pixel] = value);
            }
            give(&mut self.rhs, rhs);
        }
        let log_determinant = log_determinant(&factor, 0..missing.len());
        give(&mut self.factor, factor);
        self.state = State::Precision;
        sound.then_some(log_determinant)
    }

    fn complete_by_covariance(
        &mut self,
        gaussian: &Gaussian<'_>,
        mask: &Mask,
        centred: &mut [f64],
        log_joint: &mut [f64],
    ) {
        let (dim, Mask { observed, missing }) = (gaussian.dim(), mask);
        let mut factor = take(&mut self.factor, observed.len(), observed.len());
        gather_lower(&mut factor, gaussian.covariance, observed, 0..observed.len());
        let sound = linalg::factor_lower_in_place(&mut factor, &mut self.memory).is_ok();
        let mut z = take(&mut self.rhs, observed.len(), log_joint.len());
        for (z, centred) in z.column_iter_mut().zip(centred.chunks_exact(dim)) {
            z.into_iter().zip(observed).for_each(|(value, &pixel)| *value = centred[pixel]);
        }
        let count = z.ncols();
        linalg::solve_panel(&factor, 0..observed.len(), &mut z, count);
        // L_oo^-1 Sigma_om: the entries of Sigma stand below its diagonal.
        let mut cross = take(&mut self.cross, observed.len(), missing.len());
        for (column, &j) in cross.column_iter_mut().zip(missing) {
            column
                .into_iter()
                .zip(observed)
                .for_each(|(value, &i)| *value = gaussian.covariance[(i.max(j), i.min(j))]);
        }
        linalg::solve_panel(&factor, 0..observed.len(), &mut cross, missing.len());
        let completed = cross.tr_mul(&z);
        for (centred, completed) in centred.chunks_exact_mut(dim).zip(completed.column_iter()) {
            missing.iter().zip(completed.iter()).for_each(|(&pixel, &value)| centred[pixel] = value);
        }
        let log_determinant = if sound { log_determinant(&factor, 0..observed.len()) } else { f64::NAN };
        for (log_joint, z) in log_joint.iter_mut().zip(z.column_iter()) {
            *log_joint = gaussian.log_constant(observed.len()) - 0.5 * (log_determinant + z.norm_squared());
        }
        give(&mut self.factor, factor);
        give(&mut self.rhs, z);
        give(&mut self.cross, cross);
        self.state = State::Covariance;
    }

    /// Adds `weight` times the conditional covariance of the images completed last to the lower triangle of `scatter`
    /// (D x D), at the rows and columns of the missing pixels.
    ///
    /// Cost: 2 m^3 / 3 flops by precision, o m^2 by covariance.
    pub fn add_covariance(
        &mut self,
        gaussian: &Gaussian<'_>,
        mask: &Mask,
        weight: f64,
        scatter: &mut DMatrix<f64>,
    ) {
        let missing = &mask.missing;
        let count = missing.len();
        if self.state == State::Identity {
            missing.iter().for_each(|&pixel| scatter[(pixel, pixel)] += weight);
            return;
        }
        let mut covariance = take(&mut self.covariance, count, count);
        match self.state {
            State::Precision => {
                let factor = take(&mut self.factor, count, count);
                let mut inverse = take(&mut self.inverse, count, count);
                linalg::inverse_of_factor(&mut covariance, &factor, &mut inverse);
                give(&mut self.factor, factor);
                give(&mut self.inverse, inverse);
            }
            _ => {
                gather_lower(&mut covariance, gaussian.covariance, missing, 0..count);
                let cross = take(&mut self.cross, mask.observed.len(), count);
                linalg::subtract_transposed_gram_lower(&mut covariance, &cross);
                give(&mut self.cross, cross);
            }
        }
        let dim = scatter.nrows();
        for (j, (&column, source)) in
            missing.iter().zip(covariance.as_slice().chunks_exact(count)).enumerate()
        {
            let target = &mut scatter.as_mut_slice()[column * dim..][..dim];
            for (&row, value) in missing[j..].iter().zip(&source[j..]) {
                target[row] += weight * value;
            }
        }
        give(&mut self.covariance, covariance);
    }

    /// Evaluates images of one mask, the columns of `centred` (D x n), where one of them may reach its log-density in `floors`:
    /// what [`Conditional::complete`] writes into `log_joint`, without completing them, or nothing.
    ///
    /// Cost: at most o^3 / 3 flops, or those of `complete`; 48^3 / 3 and little more where the first rows decide.
    pub fn evaluate(
        &mut self,
        gaussian: &Gaussian<'_>,
        mask: &Mask,
        centred: &[f64],
        floors: &[f64],
        log_joint: &mut [f64],
    ) -> Evaluated {
        let (dim, observed) = (gaussian.dim(), &mask.observed);
        let Some(lower) = gaussian.component.lower() else { return Evaluated::Open };
        self.state = State::Nothing;
        // Beyond, the missing pixels are the fewer rows.
        let is_whole = observed.len() as f64 <= MANY * mask.missing.len() as f64;
        let end = if is_whole { observed.len() } else { BOUND.min(observed.len()) };
        let (mut factor, mut z) = (take(&mut self.factor, end, end), take(&mut self.rhs, end, floors.len()));
        for (z, centred) in z.column_iter_mut().zip(centred.chunks_exact(dim)) {
            z.into_iter().zip(observed).for_each(|(value, &pixel)| *value = centred[pixel]);
        }
        log_joint.fill(0.0);
        let squared = log_joint;
        let mut rest: f64 = 2.0 * observed.iter().map(|&pixel| lower[(pixel, pixel)].ln()).sum::<f64>();
        let (mut start, mut found) = (0, Evaluated::Open);
        while start < end {
            let rows = start..(start + start.clamp(ROWS.0, ROWS.1)).min(end);
            gather_lower(&mut factor, gaussian.covariance, observed, rows.clone());
            // What cannot be bounded may matter.
            if linalg::extend_factor(&mut factor, rows.clone(), &mut self.memory).is_err() {
                break;
            }
            linalg::solve_panel(&factor, rows.clone(), &mut z, floors.len());
            for row in rows.clone() {
                rest += 2.0 * (factor[(row, row)].ln() - lower[(observed[row], observed[row])].ln());
            }
            for (squared, z) in squared.iter_mut().zip(z.as_slice().chunks_exact(end)) {
                *squared += linalg::squared_length(&z[rows.clone()]);
            }
            let log_norm = gaussian.log_constant(observed.len()) - 0.5 * rest;
            let mut pairs = squared.iter().zip(floors);
            if !pairs.any(|(&squared, &floor)| may_matter(log_norm, squared, floor)) {
                found = Evaluated::Dropped;
                break;
            }
            if rows.end == observed.len() {
                squared.iter_mut().for_each(|value| *value = log_norm - 0.5 * *value);
                found = Evaluated::Exact;
                break;
            }
            start = rows.end;
        }
        give(&mut self.factor, factor);
        give(&mut self.rhs, z);
        found
    }
}

/// What [`Conditional::evaluate`] found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Evaluated {
    /// No image reaches its floor.
    Dropped,
    /// The log-joint densities.
    Exact,
    /// Nothing: they are to be computed otherwise.
    Open,
}
