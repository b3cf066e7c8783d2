//! The M-step of each family, from sums.

use nalgebra::{DMatrix, DVector};

use super::sums::{Basis, FactorSums, Sums};
use super::tile::standard_order;
use crate::linalg::{self, Factor};
use crate::mixture::EmSettings;
use crate::mixture::covariance::LowRank;
use crate::mixture::pixel_order::PixelOrder;

/// mu + sum_s w_s (x_s - mu) / N.
pub(super) fn mean(basis: &Basis, sums: &Sums) -> DVector<f64> {
    let mut mean = basis.mean.clone();
    for (i, value) in mean.iter_mut().enumerate() {
        *value += sums.first[i] / sums.count / basis.precisions[i];
    }
    mean
}

/// The variance of every pixel about the mean of the images: sum_s w_s y_s^2 / N - (sum_s w_s y_s / N)^2, in its own units.
pub(super) fn variances(basis: &Basis, sums: &Sums) -> DVector<f64> {
    let variance = |i: usize| {
        let shift = sums.first[i] / sums.count;
        let scaled: f64 = sums.squares[i] / sums.count - shift * shift;
        scaled.max(0.0) / basis.precisions[i].powi(2)
    };
    DVector::from_fn(sums.first.len(), |i, _| variance(i))
}

/// W, psi and mu of a factor analyser together, mu as the column of W for a factor that is always 1; no ridge yet.
///
/// With the extended factors zt = (z, 1) and the sums C = sum_s w_s y_s E[zt|x_s]^T and A = sum_s w_s E[zt zt^T|x_s], whose
/// first block is sum_s w_s (E[z|x_s] E[z|x_s]^T + Cov[z|x_s]), and Cov[z|x_s] = M^-1 where no pixel is missing: (W, mu) = C A^-1 and psi = diag(sum_s w_s y_s y_s^T - C A^-1 C^T) / N.
/// None where A cannot be factored, as it holds what is not finite. Cost: 2 D R^2 flops.
///
/// Source: Z. Ghahramani and G. E. Hinton, "The EM algorithm for mixtures of factor analyzers", technical report
/// CRG-TR-96-1, University of Toronto (1996).
pub(super) fn analyser(basis: &Basis, sums: &Sums, factors: &FactorSums) -> Option<(DVector<f64>, LowRank)> {
    let analyser = basis.analyser.as_ref()?;
    let covariance = factors.covariance.clone().unwrap_or_else(|| analyser.factor_covariance() * sums.count);
    let (rank, dim) = factors.cross.shape();
    let mut moments = DMatrix::zeros(rank + 1, rank + 1);
    moments.view_mut((0, 0), (rank, rank)).copy_from(&(&factors.gram + covariance));
    moments.view_mut((rank, 0), (1, rank)).copy_from(&factors.sum.transpose());
    moments[(rank, rank)] = sums.count;
    let factor = Factor::new(moments).ok()?;
    let mut cross = DMatrix::zeros(rank + 1, dim);
    cross.rows_mut(0, rank).copy_from(&factors.cross);
    cross.row_mut(rank).copy_from(&sums.first.transpose());
    let mut solution = cross.clone();
    factor.solve_lower_in_place(&mut solution);
    linalg::solve_lower_transposed(factor.lower(), &mut solution);

    let deviations = basis.precisions.map(f64::recip);
    let noise = |i: usize| {
        let explained = solution.column(i).dot(&cross.column(i));
        ((sums.squares[i] - explained) / sums.count).max(0.0) * deviations[i].powi(2)
    };
    let noise = DVector::from_fn(dim, |i, _| noise(i));
    let mean = DVector::from_fn(dim, |i, _| basis.mean[i] + solution[(rank, i)] * deviations[i]);
    let factors = DMatrix::from_fn(dim, rank, |i, r| solution[(r, i)] * deviations[i]);
    Some((mean, LowRank { factors, noise }))
}

/// Images summed up once, for every M-step of a tied covariance: whatever the responsibilities, each image counts once.
#[derive(Debug)]
pub(super) struct TotalScatter {
    /// The mean of all images, D.
    centre: DVector<f64>,
    /// sum_s v_s (x_s - c)(x_s - c)^T, its lower triangle, where v_s is 1 or the image's weight.
    scatter: DMatrix<f64>,
}

/// Images gathered at once.
const BATCH: usize = 512;

impl TotalScatter {
    /// Of images, each as often as its weight says. Cost: S D^2 flops.
    pub fn new(images: &DMatrix<f64>, image_weights: Option<&[f64]>) -> Self {
        let dim = images.nrows();
        // An image of weight 0 may be anywhere.
        let counts = |image: &usize| image_weights.is_none_or(|weights| weights[*image] > 0.0);
        let counted = || (0..images.ncols()).filter(counts);
        let mut centre = DVector::zeros(dim);
        counted().for_each(|image| centre += images.column(image));
        centre /= counted().count() as f64;
        let mut scatter = DMatrix::zeros(dim, dim);
        let mut batch = DMatrix::zeros(dim, BATCH);
        for (batch_index, images) in images.as_slice().chunks(dim * BATCH).enumerate() {
            let columns = batch.as_mut_slice().chunks_exact_mut(dim);
            columns
                .zip(images.chunks_exact(dim))
                .for_each(|(out, image)| linalg::difference(out, image, centre.as_slice()));
            if let Some(weights) = image_weights {
                let roots = weights.iter().skip(batch_index * BATCH).map(|weight| weight.sqrt());
                batch.column_iter_mut().zip(roots).for_each(|(mut column, root)| column *= root);
            }
            linalg::add_scatter(&mut scatter, true, &batch, images.len() / dim);
        }
        Self { centre, scatter }
    }

    /// (sum_s (x_s - c)(x_s - c)^T - sum_k N_k (mu_k - c)(mu_k - c)^T) / S + ridge I, shrunk by S / (S + nu)
    /// towards its target: the scatter of every image about the mean of its component. No bit depends on the order of the components.
    pub fn covariance(&self, means: &DMatrix<f64>, counts: &[f64], settings: &EmSettings) -> DMatrix<f64> {
        let order = standard_order(counts, means);
        let mut between = means.select_columns(&order);
        for (mut column, &k) in between.column_iter_mut().zip(&order) {
            column -= &self.centre;
            column *= counts[k].sqrt();
        }
        let mut covariance = self.scatter.clone();
        linalg::subtract_gram_lower(&mut covariance, &between);
        let count: f64 = order.iter().map(|&k| counts[k]).sum();
        finished(covariance, count, settings)
    }
}

/// The tied covariance of images of which pixels are missing, from the expected scatter about the means of before, which moved by
/// sum_s w_s y_s / N_k: (`scatter` - sum_k N_k shift_k shift_k^T) / S + ridge I, shrunk as [`TotalScatter::covariance`].
pub(super) fn tied(mut scatter: DMatrix<f64>, each: &[Option<Sums>], settings: &EmSettings) -> DMatrix<f64> {
    let counts: Vec<f64> = each.iter().map(|sums| sums.as_ref().map_or(0.0, |sums| sums.count)).collect();
    let mut shifts = DMatrix::zeros(scatter.nrows(), each.len());
    for (mut column, sums) in shifts.column_iter_mut().zip(each) {
        if let Some(sums) = sums {
            column.copy_from(&(&sums.first / sums.count.sqrt()));
        }
    }
    // No bit depends on the order of the components.
    let order = standard_order(&counts, &shifts);
    linalg::subtract_gram_lower(&mut scatter, &shifts.select_columns(&order));
    finished(scatter, order.iter().map(|&k| counts[k]).sum(), settings)
}

/// A scatter of `count` images, its lower triangle, as a covariance: the ridge added, covariances of two pixels shrunk.
fn finished(mut scatter: DMatrix<f64>, count: f64, settings: &EmSettings) -> DMatrix<f64> {
    let kept = count / (count + settings.shrinkage);
    let dim = scatter.ncols();
    let taper = settings.taper.table(&PixelOrder::own(dim), dim);
    for j in 0..dim {
        let mut column = scatter.column_mut(j);
        column /= count;
        let variance = column[j].max(0.0) + settings.ridge;
        taper.shrink(kept, j, 0, column.as_mut_slice());
        column[j] = variance;
    }
    linalg::mirror_lower(&mut scatter);
    scatter
}
