//! Images of which pixels are missing (NaN), by the observed pixels alone: densities, and the sums of the M-step.
//!
//! With o the observed and m the missing pixels of x, log N(x_o; mu_o, Sigma_oo) takes the factor of Sigma_oo, or by Woodbury's
//! identity that of I + V_o^T V_o. The sums take the expectations of x and x x^T given x_o for x and x x^T: mu_m and the noise
//! variances under diagonal and spherical covariances, those of the factors z besides under low rank, and a matrix a mask under tied ones.
//!
//! Consecutive images of one mask share their factors. Everything is a function of the mixture and of the images of a tile, so that
//! no bit depends on threads or on earlier iterations.

use std::ops::Range;

use nalgebra::DMatrix;

use super::{Memory, Prepared, Tile};
use crate::linalg::{self, Factor};
use crate::mixture::covariance::LowRankFactor;
use crate::mixture::families::sums::{Basis, FactorSums, Sums, TileSums};

/// Consecutive images of one mask.
struct Group {
    images: Range<usize>,
    missing: Vec<bool>,
}

impl Group {
    /// All of `images`, `dim` values each.
    fn all(images: &[f64], dim: usize) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for (n, image) in images.chunks_exact(dim).enumerate() {
            let missing = image.iter().map(|pixel| pixel.is_nan());
            match groups.last_mut() {
                Some(last) if missing.clone().eq(last.missing.iter().copied()) => last.images.end = n + 1,
                _ => groups.push(Self { images: n..n + 1, missing: missing.collect() }),
            }
        }
        groups
    }

    /// The observed pixels, and the missing ones.
    fn pixels(&self) -> (Vec<usize>, Vec<usize>) {
        (0..self.missing.len()).partition(|&pixel| !self.missing[pixel])
    }
}

/// log N of a squared distance over `observed` pixels.
fn log_normal(observed: usize, log_determinant: f64, squared: f64) -> f64 {
    -0.5 * (observed as f64 * std::f64::consts::TAU.ln() + log_determinant + squared)
}

impl Prepared {
    /// log pi_k N(x_o; mu_k,o, Sigma_k,oo) of every image and component; NaN where no factor could be taken.
    ///
    /// Cost: for each mask o^3 / 3 flops, and o^2 for each image and component (tied); 2 D R^2 for each mask and component, and
    /// 2 D R for each of its images.
    pub(super) fn log_joint_of_observed(&self, images: &[f64], memory: &mut Memory) {
        let dim = self.means.nrows();
        let image = |n: usize| &images[n * dim..(n + 1) * dim];
        let Memory { joint, images: whitened, .. } = memory;
        for group in Group::all(images, dim) {
            let (observed, _) = group.pixels();
            let of_tied =
                self.tied.as_ref().map(|tied| Factor::new(tied.covariance.block(&observed, &observed)));
            for (k, log_weight) in self.log_weights.iter().enumerate() {
                let mean = self.means.column(k);
                let (log_determinant, squared) = match (&of_tied, self.factors[k].triangle()) {
                    (Some(Ok(factor)), _) => {
                        let entry = |i, n| image(group.images.start + n)[observed[i]] - mean[observed[i]];
                        let mut centred = DMatrix::from_fn(observed.len(), group.images.len(), entry);
                        (factor.log_determinant(), factor.squared_mahalanobis(&mut centred))
                    }
                    (_, Err(parts)) => match parts.of_observed(&group.missing) {
                        Some(parts) => {
                            let columns = whitened.as_mut_slice().chunks_exact_mut(dim);
                            for (column, n) in columns.zip(group.images.clone()) {
                                parts.whiten_observed(column, image(n), mean.as_slice());
                            }
                            (parts.log_determinant(), parts.distances_of(whitened, group.images.len()))
                        }
                        None => (f64::NAN, vec![0.0; group.images.len()]),
                    },
                    _ => (f64::NAN, vec![0.0; group.images.len()]),
                };
                for (n, squared) in group.images.clone().zip(squared) {
                    joint[(k, n)] = log_weight + log_normal(observed.len(), log_determinant, squared);
                }
            }
        }
    }

    /// [`Sums::of`] of a tile of which pixels are missing; under tied covariances with the scatter of all images about the means of their
    /// components.
    ///
    /// Cost besides [`Sums::of`]: as the densities, and for each mask 2 D R^2 flops a component; m D^2 and for each responsibility that is not zero
    /// 2 D^2 (tied).
    pub(in crate::mixture::families) fn sums_of_observed(
        &self,
        tile: &Tile<'_>,
        image_weights: Option<&[f64]>,
        bases: &[Basis],
        listed: &[bool],
    ) -> TileSums {
        let dim = self.means.nrows();
        let groups = Group::all(tile.images, dim);
        let times = |n: usize| image_weights.map_or(1.0, |weights| weights[tile.first + n]);
        let members = |k: usize, group: &Group| -> Vec<(usize, f64)> {
            let weighted = group.images.clone().map(|n| (n, tile.responsibilities[(k, n)] * times(n)));
            weighted.filter(|&(_, weight)| weight > 0.0).collect()
        };
        let mut each: Vec<Sums> = bases.iter().map(Sums::new).collect();
        let mut scatter = self.tied.as_ref().map(|_| DMatrix::zeros(dim, dim));
        for group in &groups {
            if let Some(scatter) = &mut scatter {
                self.add_tied(tile, group, &members, &mut each, scatter);
                continue;
            }
            for (k, sums) in each.iter_mut().enumerate() {
                let members = members(k, group);
                if !members.is_empty() {
                    add(tile, group, &members, &bases[k], sums);
                }
            }
        }
        for (k, sums) in each.iter_mut().enumerate().filter(|&(k, _)| listed[k]) {
            let listed = groups.iter().flat_map(|group| members(k, group));
            sums.members = listed.map(|(n, weight)| ((tile.first + n) as u32, weight)).collect();
        }
        let each = each.into_iter().map(|sums| (sums.count > 0.0).then_some(sums)).collect();
        TileSums { each, scatter }
    }

    /// Adds a group's images under tied covariances: e = (x_o - mu_o, Sigma_mo Sigma_oo^-1 (x_o - mu_o)) to the sums, and
    /// w (e e^T + Cov[x_m | x_o]) to the lower triangle of the scatter.
    fn add_tied(
        &self,
        tile: &Tile<'_>,
        group: &Group,
        members: &impl Fn(usize, &Group) -> Vec<(usize, f64)>,
        each: &mut [Sums],
        scatter: &mut DMatrix<f64>,
    ) {
        let Some(tied) = &self.tied else { return };
        let dim = self.means.nrows();
        let (observed, missing) = group.pixels();
        let Ok(factor) = Factor::new(tied.covariance.block(&observed, &observed)) else { return };
        let mut cross = tied.covariance.block(&observed, &missing);
        factor.solve_lower_in_place(&mut cross);
        // In an order of their own: no bit depends on that of the components.
        let pairs: Vec<(usize, usize, f64)> = tied
            .order
            .iter()
            .flat_map(|&k| members(k, group).into_iter().map(move |(n, weight)| (k, n, weight)))
            .collect();
        let mut completed = DMatrix::zeros(dim, pairs.len());
        let mut solved = DMatrix::from_fn(observed.len(), pairs.len(), |i, pair| {
            let (k, n, _) = pairs[pair];
            tile.images[n * dim + observed[i]] - self.means[(observed[i], k)]
        });
        for (mut column, centred) in completed.column_iter_mut().zip(solved.column_iter()) {
            observed.iter().zip(centred.iter()).for_each(|(&pixel, &value)| column[pixel] = value);
        }
        factor.solve_lower_in_place(&mut solved);
        let expected = cross.tr_mul(&solved);
        let mut total = 0.0;
        for (pair, mut column) in completed.column_iter_mut().enumerate() {
            missing.iter().enumerate().for_each(|(i, &pixel)| column[pixel] = expected[(i, pair)]);
            let (k, _, weight) = pairs[pair];
            each[k].count += weight;
            each[k].first.axpy(weight, &column, 1.0);
            total += weight;
            column *= weight.sqrt();
        }
        linalg::add_gram_lower(scatter, 1.0, &completed, pairs.len());
        if missing.is_empty() || total == 0.0 {
            return;
        }
        let mut conditional = tied.covariance.block(&missing, &missing);
        linalg::subtract_transposed_gram_lower(&mut conditional, &cross);
        for (j, &column) in missing.iter().enumerate() {
            for (i, &row) in missing.iter().enumerate().skip(j) {
                scatter[(row, column)] += total * conditional[(i, j)];
            }
        }
    }
}

/// Adds a group's `members`, (image, weight), to the sums of a component of covariance W W^T + diag(psi).
///
/// In units of the noise a missing y_i has, given x_o, the mean v_i^T E[z], the variance 1 + v_i^T C v_i and the covariance C v_i with z, where
/// C = Cov[z | x_o] = (I + V_o^T V_o)^-1.
fn add(tile: &Tile<'_>, group: &Group, members: &[(usize, f64)], basis: &Basis, sums: &mut Sums) {
    let Some(analyser) = &basis.analyser else { return };
    let Some(own) = analyser.of_observed(&group.missing) else { return };
    let dim = basis.mean.len();
    let mut y = DMatrix::zeros(dim, members.len());
    for (mut column, &(n, _)) in y.column_iter_mut().zip(members) {
        let image = &tile.images[n * dim..(n + 1) * dim];
        own.whiten_observed(column.as_mut_slice(), image, basis.mean.as_slice());
    }
    let total: f64 = members.iter().map(|(_, weight)| weight).sum();
    sums.count += total;
    let missing = || (0..dim).filter(|&pixel| group.missing[pixel]);
    missing().for_each(|pixel| sums.squares[pixel] += total);
    if let Some(factors) = &mut sums.factors
        && analyser.rank() > 0
    {
        add_factors(analyser, &own, group, members, &mut y, (factors, sums.squares.as_mut_slice()));
    }
    for (column, &(_, weight)) in y.column_iter().zip(members) {
        sums.first.axpy(weight, &column, 1.0);
        sums.squares.iter_mut().zip(column.iter()).for_each(|(sum, y)| *sum += weight * y * y);
    }
}

/// Completes the columns of `y`, and adds what the factors bring to `factors` and to the squares.
fn add_factors(
    analyser: &LowRankFactor,
    own: &LowRankFactor,
    group: &Group,
    members: &[(usize, f64)],
    y: &mut DMatrix<f64>,
    (factors, squares): (&mut FactorSums, &mut [f64]),
) {
    let expected = own.expected_factors(y, members.len());
    let covariance = own.factor_covariance();
    let mut completed = DMatrix::zeros(y.nrows(), members.len());
    linalg::product(&mut completed, false, 1.0, analyser.scaled(), &expected);
    let mut spread = DMatrix::zeros(y.nrows(), analyser.rank());
    linalg::product(&mut spread, false, 1.0, analyser.scaled(), &covariance);
    let total: f64 = members.iter().map(|(_, weight)| weight).sum();
    for pixel in (0..y.nrows()).filter(|&pixel| group.missing[pixel]) {
        y.row_mut(pixel).copy_from(&completed.row(pixel));
        squares[pixel] += total * spread.row(pixel).dot(&analyser.scaled().row(pixel));
        factors.cross.column_mut(pixel).axpy(total, &spread.row(pixel).transpose(), 1.0);
    }
    let mut weighted = expected.clone();
    for (mut column, &(_, weight)) in weighted.column_iter_mut().zip(members) {
        column *= weight;
        factors.sum += &column;
    }
    linalg::add_product_transposed(&mut factors.cross, &weighted, y, members.len());
    linalg::add_product_transposed(&mut factors.gram, &weighted, &expected, members.len());
    let sum = factors.covariance.get_or_insert_with(|| DMatrix::zeros(own.rank(), own.rank()));
    *sum += covariance * total;
}
