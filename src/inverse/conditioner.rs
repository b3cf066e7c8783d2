//! A mixture conditioned on an observation, in closed form.
//!
//! What images under one observation share is computed once, here. What draws need besides, a factor of every covariance, is
//! made only by [`Conditioner::drawer`].

use std::sync::Arc;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::component::{Component, Conditioned};
use super::given::Given;
use super::{Drawer, InverseError, Marginal, Mask, Observation, Operator, Posterior, Spectra};
use crate::mixture::{Mixture, Sampler};

/// A mixture made ready for one observation: everything that images under it share.
///
/// Components are worked on in parallel, each by sequential kernels: results are bit-equal for any
/// number of threads. A conditioner is cheap enough to be made anew for each change of the observation.
#[derive(Debug, Clone)]
pub struct Conditioner<'m> {
    mixture: &'m Mixture,
    prepared: Prepared,
}

/// What a conditioner computes once, to be kept where its mixture lives elsewhere ([`Conditioner::of`]). Copies share it.
#[derive(Debug, Clone)]
pub struct Prepared {
    given: Arc<Given>,
    components: Arc<Vec<Component>>,
    /// diag(Sigma_{k|y}), free x K.
    variances: Arc<DMatrix<f64>>,
}

impl<'m> Conditioner<'m> {
    /// Factors S_k = A Sigma_k A^T + diag(sigma_n^2) of every component.
    ///
    /// Cost: K (m^3 / 3 + m^2 D) flops and K times that of [`Operator::gram`], for m measurements. Pixels that are observed without
    /// noise are blocks of Sigma_k: K (m^3 / 3 + m^2 (D - m)) flops and no more.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NotPositiveDefinite`], [`InverseError::Singular`].
    pub fn new(mixture: &'m Mixture, observation: &Observation) -> Result<Self, InverseError> {
        let given = Self::checked(mixture, observation)?;
        // All are finished before the first failure is looked for: which one is reported must not
        // depend on the threads.
        let components: Vec<_> =
            (0..mixture.components()).into_par_iter().map(|k| Component::new(mixture, &given, k)).collect();
        Ok(Self::of_components(mixture, given, components.into_iter().collect::<Result<_, _>>()?))
    }

    /// As [`Conditioner::new`], by the eigendecompositions of the covariances where they serve: for every pixel observed
    /// (`Operator::Identity`) with noise of one standard deviation above 0.
    ///
    /// Cost: K 3 D^2 flops.
    ///
    /// # Errors
    /// As [`Conditioner::new`]; [`InverseError::Mismatch`] for the spectra of a mixture with other components.
    pub fn with_spectra(
        mixture: &'m Mixture,
        observation: &Observation,
        spectra: &Spectra,
    ) -> Result<Self, InverseError> {
        if !spectra.fit(mixture) {
            return Err(InverseError::Mismatch);
        }
        let served = matches!(
            (observation.operator(), observation.noise()),
            (Operator::Identity(_), super::Noise::Equal(noise)) if *noise > 0.0
        );
        // What has factors needs no eigenvectors.
        let has_factors = mixture.covariances().iter().any(|sigma| sigma.parts().is_some());
        if !served || has_factors {
            return Self::new(mixture, observation);
        }
        let given = Self::checked(mixture, observation)?;
        let each = spectra.each().par_iter().enumerate();
        let components = each.map(|(k, eigen)| Component::spectral(mixture, &given, k, eigen)).collect();
        Ok(Self::of_components(mixture, given, components))
    }

    fn checked(mixture: &Mixture, observation: &Observation) -> Result<Given, InverseError> {
        let (found, expected) = (observation.shape().len(), mixture.dim());
        if found != expected {
            return Err(InverseError::Size { what: observation.operator().name(), found, expected });
        }
        Ok(Given::new(observation))
    }

    fn of_components(mixture: &'m Mixture, given: Given, components: Vec<Component>) -> Self {
        let mut variances = DMatrix::zeros(given.known.missing().len(), components.len());
        for (k, component) in components.iter().enumerate() {
            variances.set_column(k, component.variances());
        }
        let (given, components, variances) = (Arc::new(given), Arc::new(components), Arc::new(variances));
        Self { mixture, prepared: Prepared { given, components, variances } }
    }

    /// That of which [`Conditioner::prepared`] is, without cost; `mixture` is the same.
    ///
    /// # Errors
    /// [`InverseError::Mismatch`] for a mixture of another size.
    pub fn of(mixture: &'m Mixture, prepared: Prepared) -> Result<Self, InverseError> {
        let dim = prepared.given.observation.shape().len();
        match (mixture.components(), mixture.dim()) == (prepared.components.len(), dim) {
            true => Ok(Self { mixture, prepared }),
            false => Err(InverseError::Mismatch),
        }
    }

    /// What it has computed.
    pub fn prepared(&self) -> Prepared {
        self.prepared.clone()
    }

    /// The observation.
    pub fn observation(&self) -> &Observation {
        &self.prepared.given.observation
    }

    /// The pixels that are known without error, as a mask: those of a mask without noise, none under other operators. The rest are *free*.
    pub fn known(&self) -> &Mask {
        &self.prepared.given.known
    }

    /// The posterior given y = A x of `image` (D values; those that a mask leaves out are not read), without noise added.
    ///
    /// As [`Conditioner::posterior_given`].
    ///
    /// # Errors
    /// As [`Conditioner::posterior_given`]; [`InverseError::Size`], [`InverseError::NonFinitePixel`].
    pub fn posterior(&self, image: &[f64]) -> Result<Posterior, InverseError> {
        self.posterior_given(&self.prepared.given.observation.measure(image, 0)?)
    }

    /// The posteriors of the columns of `images` (D x N), all at once: as [`Conditioner::posterior`]
    /// one by one up to rounding, and faster.
    ///
    /// # Errors
    /// As [`Conditioner::posterior`], of the first image at fault.
    pub fn posteriors(&self, images: &DMatrix<f64>) -> Result<Vec<Posterior>, InverseError> {
        let columns = images.column_iter().enumerate();
        let measured = columns.map(|(n, image)| self.prepared.given.observation.measure(image.as_slice(), n));
        let measured = measured.collect::<Result<Vec<_>, _>>()?;
        let each: Vec<_> = measured.iter().map(Vec::as_slice).enumerate().collect();
        self.posteriors_of(&each)
    }

    /// The posterior given the measurements y (m values).
    ///
    /// With nothing observed it is the prior, and the evidence is 1; with every pixel observed without noise it has no free pixel left,
    /// and the evidence is the density of the image. Cost: K (m^2 + 2 m D) flops.
    ///
    /// # Errors
    /// [`InverseError::Length`], [`InverseError::NonFiniteMeasurement`], [`InverseError::Evidence`].
    pub fn posterior_given(&self, measurements: &[f64]) -> Result<Posterior, InverseError> {
        Ok(self.posteriors_of(&[(0, measurements)])?.swap_remove(0))
    }

    /// The posteriors given measurements, each with the number of its image in an error.
    pub(super) fn posteriors_of(&self, each: &[(usize, &[f64])]) -> Result<Vec<Posterior>, InverseError> {
        let expected = self.prepared.given.scale.len();
        let mut scaled = DMatrix::zeros(expected, each.len());
        for (n, &(image, measurements)) in each.iter().enumerate() {
            if measurements.len() != expected {
                let found = measurements.len();
                return Err(InverseError::Length { what: "measurement", found, expected });
            }
            if let Some(measurement) = measurements.iter().position(|value| !value.is_finite()) {
                return Err(InverseError::NonFiniteMeasurement { image, measurement });
            }
            for (i, (&value, &scale)) in measurements.iter().zip(&self.prepared.given.scale).enumerate() {
                scaled[(i, n)] = value * scale;
            }
        }
        let conditioned = self.condition(&scaled);
        let assemble = |(n, &(image, _)): (usize, &(usize, &[f64]))| {
            let log_joint = conditioned.iter().map(|component| component.log_joint[n]);
            let log_joint = DVector::from_iterator(conditioned.len(), log_joint);
            let mut means = DMatrix::zeros(self.known().missing().len(), conditioned.len());
            for (k, component) in conditioned.iter().enumerate() {
                means.set_column(k, &component.means.column(n));
            }
            let measurements = scaled.columns(n, 1).into_owned();
            Posterior::new(
                Arc::clone(&self.prepared.given),
                measurements,
                log_joint,
                means,
                Arc::clone(&self.prepared.variances),
            )
            .ok_or(InverseError::Evidence { image })
        };
        each.iter().enumerate().map(assemble).collect()
    }

    /// (y - A mu_k)^T S_k^-1 (y - A mu_k) / m for the component k of largest responsibility: about 1 where the model is right, and large where y lies
    /// where the model has next to no variance. NaN where nothing is observed.
    ///
    /// # Errors
    /// [`InverseError::Mismatch`] for the posterior of another conditioner.
    pub fn misfit(&self, posterior: &Posterior) -> Result<f64, InverseError> {
        posterior.check_origin(&self.prepared.given, self.prepared.components.len())?;
        let best = posterior.weights().imax();
        let squared =
            self.prepared.components.get(best).map(|one| one.squared_distance(posterior.measurements()));
        Ok(squared.unwrap_or(f64::NAN) / self.prepared.given.scale.len() as f64)
    }

    /// Sigma_{k|y} of the free pixels, of every component: K symmetric matrices.
    ///
    /// They depend on the observation alone. Cost: K m D^2 flops.
    pub fn covariances(&self) -> Vec<DMatrix<f64>> {
        let pairs = self.prepared.components.par_iter().zip(self.mixture.covariances());
        let of_one = |(component, sigma): (&Component, _)| {
            let mut covariance = component.lower_covariance(sigma, self.known());
            covariance.fill_upper_triangle_with_lower_triangle();
            covariance
        };
        pairs.map(of_one).collect()
    }

    /// The covariances of `pixel` with every pixel under the whole posterior, D; zeros where known.
    ///
    /// sum_k pi_{k|y} (Sigma_{k|y} + (mu_{k|y} - E[x|y]) (mu_{k|y} - E[x|y])^T), its column. A pixel past the end, and one that is known, have zeros.
    /// Cost: K (2 D^2 + 4 m D) flops.
    ///
    /// # Errors
    /// [`InverseError::Mismatch`] for the posterior of another conditioner.
    pub fn covariance_column(&self, posterior: &Posterior, pixel: usize) -> Result<Vec<f64>, InverseError> {
        posterior.check_origin(&self.prepared.given, self.prepared.components.len())?;
        let known = self.known();
        let mut column = DVector::zeros(known.missing().len());
        if let Ok(row) = known.missing().binary_search(&pixel) {
            let unit = DVector::from_fn(column.len(), |i, _| f64::from(i == row));
            let expectation = posterior.free_expectation();
            for (k, weight) in posterior.parts() {
                let sigma = &self.mixture.covariances()[k];
                column.axpy(weight, &self.prepared.components[k].posterior_product(sigma, known, &unit), 1.0);
                let offset = posterior.means().column(k) - &expectation;
                column.axpy(weight * offset[row], &offset, 1.0);
            }
        }
        Ok(known.merge(&vec![0.0; known.observed().len()], &column))
    }

    /// The posterior distribution of a^T x, for a = `direction` (D values): the mean of a region, say.
    ///
    /// Component k has mean a^T mu_{k|y} and variance a^T Sigma_{k|y} a. Cost: K (2 D^2 + 4 m D) flops.
    ///
    /// # Errors
    /// [`InverseError::Length`]; [`InverseError::Mismatch`] for the posterior of another conditioner.
    pub fn functional(&self, posterior: &Posterior, direction: &[f64]) -> Result<Marginal, InverseError> {
        posterior.check_origin(&self.prepared.given, self.prepared.components.len())?;
        let (known, expected) = (self.known(), self.mixture.dim());
        if direction.len() != expected {
            return Err(InverseError::Length { what: "direction", found: direction.len(), expected });
        }
        let free =
            DVector::from_iterator(known.missing().len(), known.missing().iter().map(|&i| direction[i]));
        let part = |(k, weight): (usize, f64)| {
            let sigma = &self.mixture.covariances()[k];
            let variance = free.dot(&self.prepared.components[k].posterior_product(sigma, known, &free));
            let mean = free.dot(&posterior.means().column(k)) + posterior.known_dot(direction);
            (weight, mean, variance.max(0.0).sqrt())
        };
        Ok(Marginal::new(posterior.parts().map(part).collect()))
    }

    /// The posterior as a [`Mixture`] over the free pixels, in the order of `known().missing()`.
    ///
    /// Cost: as [`Conditioner::covariances`].
    ///
    /// # Errors
    /// [`InverseError::NoPixel`] when none is free, [`InverseError::Mismatch`] for the posterior of
    /// another conditioner.
    pub fn posterior_mixture(&self, posterior: &Posterior) -> Result<Mixture, InverseError> {
        if self.known().missing().is_empty() {
            return Err(InverseError::NoPixel("missing"));
        }
        posterior.check_origin(&self.prepared.given, self.prepared.components.len())?;
        let (weights, means) = (posterior.weights().clone(), posterior.means().clone());
        Ok(Mixture::new(weights, means, self.covariances())?)
    }

    /// What draws from the posteriors of this conditioner need: factors of the covariances of the mixture.
    ///
    /// Cost: K D^3 / 3 flops; none where a [`Sampler`] of the mixture is at hand, [`Conditioner::drawer_with`].
    ///
    /// # Errors
    /// [`crate::mixture::MixtureError::NotPositiveDefinite`], as [`InverseError::Mixture`].
    pub fn drawer(&self) -> Result<Drawer, InverseError> {
        Ok(self.drawer_with(Arc::new(Sampler::new(self.mixture)?)))
    }

    /// As [`Conditioner::drawer`], with a sampler of the same mixture, which serves every observation.
    pub fn drawer_with(&self, prior: Arc<Sampler>) -> Drawer {
        Drawer::new(Arc::clone(&self.prepared.given), Arc::clone(&self.prepared.components), prior)
    }

    /// Every component given scaled measurements (m x N).
    fn condition(&self, measurements: &DMatrix<f64>) -> Vec<Conditioned> {
        self.prepared.components.par_iter().map(|component| component.condition(measurements)).collect()
    }
}
