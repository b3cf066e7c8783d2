//! A mixture conditioned on the observed pixels of one mask, in closed form.
//!
//! With the observed pixels first, Sigma_k = [[L_oo, 0], [L_mo, L_mm]] [[L_oo, 0], [L_mo, L_mm]]^T.
//! What images under one mask share is computed once, here. L_oo and L_mo suffice for weights, means and standard
//! deviations; L_mm, which costs many times more when most pixels are missing, is made only by [`Conditioner::drawer`].

use std::f64::consts::TAU;
use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::{Drawer, InverseError, Mask, Observation, Operator, Posterior};
use crate::linalg::{self, Factor};
use crate::mixture::{Covariance, Mixture};

/// A mixture made ready for one observation: everything that images under the mask share.
///
/// Components are worked on in parallel, each by sequential kernels: results are bit-equal for any
/// number of threads. A conditioner is cheap enough to be made anew for each change of the mask.
#[derive(Debug, Clone)]
pub struct Conditioner<'m> {
    mixture: &'m Mixture,
    mask: Arc<Mask>,
    components: Vec<Component>,
    /// diag(Sigma_{k,1|2}), missing x K.
    variances: Arc<DMatrix<f64>>,
}

/// One component under the mask.
#[derive(Debug, Clone)]
struct Component {
    /// L_oo.
    factor: Factor,
    /// L_mo = Sigma_mo L_oo^-T, missing x observed.
    cross: DMatrix<f64>,
    /// mu_2.
    observed_mean: DVector<f64>,
    /// mu_1.
    missing_mean: DVector<f64>,
    /// log pi_k - (o log(2 pi) + log det Sigma_oo) / 2.
    log_scale: f64,
}

/// One component given the observed pixels of N images.
struct Conditioned {
    /// log pi_k N(x2; mu_k2, Sigma_k22), N.
    log_joint: Vec<f64>,
    /// mu_{k,1|2}, missing x N.
    means: DMatrix<f64>,
}

impl<'m> Conditioner<'m> {
    /// Factors the observed blocks: L_oo = chol(Sigma_oo), L_mo = Sigma_mo L_oo^-T.
    ///
    /// Cost: K (o^3 / 3 + m o^2) flops for o observed and m missing pixels.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NotPositiveDefinite`].
    pub fn new(mixture: &'m Mixture, observation: &Observation) -> Result<Self, InverseError> {
        let Operator::Mask(mask) = observation.operator();
        if mask.dim() != mixture.dim() {
            return Err(InverseError::Size { what: "mask", found: mask.dim(), expected: mixture.dim() });
        }
        // All are finished before the first failure is looked for: which one is reported must not
        // depend on the threads.
        let components: Vec<_> =
            (0..mixture.components()).into_par_iter().map(|k| Component::new(mixture, mask, k)).collect();
        let components = components.into_iter().collect::<Result<Vec<_>, _>>()?;

        let mut variances = DMatrix::zeros(mask.missing().len(), components.len());
        for (k, component) in components.iter().enumerate() {
            variances.set_column(k, &component.variances(&mixture.covariances()[k], mask.missing()));
        }
        Ok(Self { mixture, mask: Arc::new(mask.clone()), components, variances: Arc::new(variances) })
    }

    /// The mask.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The posterior given the observed pixels of `image` (D values; those that are missing are not read).
    ///
    /// With nothing observed it is the prior, and the evidence is 1; with everything observed it has no
    /// pixel left, and the evidence is the density of the image. Cost: K (o^2 + 2 m o) flops.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NonFinitePixel`], [`InverseError::Evidence`].
    pub fn posterior(&self, image: &[f64]) -> Result<Posterior, InverseError> {
        let observed = self.mask.read(image, 0)?;
        let observed = DMatrix::from_vec(observed.len(), 1, observed);
        self.assemble(&observed, 0, &self.condition(&observed), 0)
    }

    /// The posteriors of the columns of `images` (D x N), all at once: as [`Conditioner::posterior`]
    /// one by one up to rounding, and faster.
    ///
    /// # Errors
    /// As [`Conditioner::posterior`], of the first image at fault.
    pub fn posteriors(&self, images: &DMatrix<f64>) -> Result<Vec<Posterior>, InverseError> {
        self.posteriors_of(images, &(0..images.ncols()).collect::<Vec<_>>())
    }

    /// The posteriors of some columns of `images`, which must exist.
    pub(super) fn posteriors_of(
        &self,
        images: &DMatrix<f64>,
        columns: &[usize],
    ) -> Result<Vec<Posterior>, InverseError> {
        let mut values = Vec::with_capacity(columns.len() * self.mask.observed().len());
        for &column in columns {
            values.extend(self.mask.read(images.column(column).as_slice(), column)?);
        }
        let observed = DMatrix::from_vec(self.mask.observed().len(), columns.len(), values);
        let conditioned = self.condition(&observed);
        let each = columns.iter().enumerate();
        each.map(|(n, &column)| self.assemble(&observed, n, &conditioned, column)).collect()
    }

    /// Sigma_{k,1|2} = Sigma_mm - L_mo L_mo^T of every component: K symmetric matrices of m x m.
    ///
    /// They depend on the mask alone. Cost: K m^2 o flops.
    pub fn covariances(&self) -> Vec<DMatrix<f64>> {
        let mut covariances = self.lower_covariances();
        covariances
            .par_iter_mut()
            .for_each(|covariance| covariance.fill_upper_triangle_with_lower_triangle());
        covariances
    }

    /// The posterior as a [`Mixture`] over the missing pixels, in the order of `mask().missing()`.
    ///
    /// Cost: as [`Conditioner::covariances`].
    ///
    /// # Errors
    /// [`InverseError::NoPixel`] when none is missing, [`InverseError::Mismatch`] for the posterior of
    /// another conditioner.
    pub fn posterior_mixture(&self, posterior: &Posterior) -> Result<Mixture, InverseError> {
        if self.mask.missing().is_empty() {
            return Err(InverseError::NoPixel("missing"));
        }
        posterior.check_origin(&self.mask, self.components.len())?;
        let (weights, means) = (posterior.weights().clone(), posterior.means().clone());
        Ok(Mixture::new(weights, means, self.covariances())?)
    }

    /// Factors the covariances of the missing pixels given the observed ones, to draw from the
    /// posteriors of this conditioner.
    ///
    /// Cost: K (m^3 / 3 + m^2 o) flops.
    ///
    /// # Errors
    /// [`InverseError::NotPositiveDefinite`].
    pub fn drawer(&self) -> Result<Drawer, InverseError> {
        let factors: Vec<_> = self.lower_covariances().into_par_iter().map(Factor::new).collect();
        let factors = factors.into_iter().enumerate().map(|(component, factor)| {
            factor.map_err(|fault| {
                let pixel = self.mask.missing()[fault.pivot];
                InverseError::NotPositiveDefinite { block: "missing", component, pixel }
            })
        });
        Ok(Drawer::new(Arc::clone(&self.mask), factors.collect::<Result<_, _>>()?))
    }

    /// The lower triangles of Sigma_{k,1|2}; what stands above the diagonal is without meaning.
    fn lower_covariances(&self) -> Vec<DMatrix<f64>> {
        let missing = self.mask.missing();
        let pairs = self.components.par_iter().zip(self.mixture.covariances());
        let of_one = |(component, sigma): (&Component, &Covariance)| {
            let mut covariance = sigma.block(missing, missing);
            linalg::subtract_gram_lower(&mut covariance, &component.cross);
            covariance
        };
        pairs.map(of_one).collect()
    }

    /// Every component given the columns of `observed` (o x N).
    fn condition(&self, observed: &DMatrix<f64>) -> Vec<Conditioned> {
        self.components.par_iter().map(|component| component.condition(observed)).collect()
    }

    /// The posterior of column `n` of a batch; `image` is its number in an error.
    fn assemble(
        &self,
        observed: &DMatrix<f64>,
        n: usize,
        conditioned: &[Conditioned],
        image: usize,
    ) -> Result<Posterior, InverseError> {
        let log_joint = DVector::from_iterator(conditioned.len(), conditioned.iter().map(|c| c.log_joint[n]));
        let mut means = DMatrix::zeros(self.mask.missing().len(), conditioned.len());
        for (k, component) in conditioned.iter().enumerate() {
            means.set_column(k, &component.means.column(n));
        }
        let observed = observed.column(n).iter().copied().collect();
        Posterior::new(Arc::clone(&self.mask), observed, log_joint, means, Arc::clone(&self.variances))
            .ok_or(InverseError::Evidence { image })
    }
}

impl Component {
    fn new(mixture: &Mixture, mask: &Mask, component: usize) -> Result<Self, InverseError> {
        let (observed, missing) = (mask.observed(), mask.missing());
        let sigma = &mixture.covariances()[component];
        let factor = Factor::new(sigma.block(observed, observed)).map_err(|fault| {
            let pixel = observed[fault.pivot];
            InverseError::NotPositiveDefinite { block: "observed", component, pixel }
        })?;
        let mut cross = sigma.block(missing, observed);
        factor.solve_rows_in_place(&mut cross);
        let mean = mixture.means().column(component);
        let log_normaliser = 0.5 * (observed.len() as f64 * TAU.ln() + factor.log_determinant());
        Ok(Self {
            cross,
            observed_mean: mean.select_rows(observed),
            missing_mean: mean.select_rows(missing),
            // The logarithm of a weight of 0 is minus infinity, and stays so: the component takes no part.
            log_scale: mixture.weights()[component].ln() - log_normaliser,
            factor,
        })
    }

    /// diag(Sigma_mm) - row sums of squares of L_mo.
    fn variances(&self, sigma: &Covariance, missing: &[usize]) -> DVector<f64> {
        let mut variances = sigma.diagonal().select_rows(missing);
        for column in self.cross.column_iter() {
            for (variance, &value) in variances.iter_mut().zip(column.iter()) {
                *variance -= value * value;
            }
        }
        // Never negative in exact arithmetic; where the observed pixels all but determine this one,
        // the difference of nearly equal numbers may round below zero, and its root would be NaN.
        variances.apply(|variance| *variance = variance.max(0.0));
        variances
    }

    /// z = L_oo^-1 (x2 - mu2): the weight from |z|^2, the mean as mu1 + L_mo z.
    fn condition(&self, observed: &DMatrix<f64>) -> Conditioned {
        let mut z = observed.clone();
        for mut column in z.column_iter_mut() {
            column -= &self.observed_mean;
        }
        let squared = self.factor.squared_mahalanobis(&mut z);
        let mut means = DMatrix::zeros(self.missing_mean.len(), z.ncols());
        for mut column in means.column_iter_mut() {
            column.copy_from(&self.missing_mean);
        }
        linalg::product(&mut means, true, 1.0, &self.cross, &z);
        Conditioned { log_joint: squared.iter().map(|d| self.log_scale - 0.5 * d).collect(), means }
    }
}
