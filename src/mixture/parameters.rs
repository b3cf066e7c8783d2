//! The parameters of full covariances during EM, in the order of pixels that a run chose, with their factors.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::component::{Component, Shape};
use super::covariance::is_identity;
use super::em_fit::EmSettings;
use super::moments::Moments;
use super::pixel_order::PixelOrder;
use super::pool::Pool;
use super::taper::TaperTable;
use super::{Covariance, Mixture, MixtureError, averages};
use crate::linalg::FactorMemory;

/// pi, mu and Sigma of every component, with everything that estimating them anew needs.
pub(super) struct Parameters {
    pub order: PixelOrder,
    pub weights: DVector<f64>,
    pub components: Vec<Component>,
    /// Between iterations each scatter is the component's covariance (lower triangle).
    pub moments: Vec<Moments>,
    factors: Pool<FactorMemory>,
    counts: Vec<f64>,
    /// Of the run's settings, once it has estimated.
    taper: Option<TaperTable>,
}

impl Parameters {
    /// Arranges those of `start` by `order`, and factors what it has; its matrices become the run's.
    pub fn new(order: PixelOrder, start: Mixture) -> Result<Self, MixtureError> {
        let (weights, means, covariances) = start.into_parts();
        let means = order.arrange(&means);
        let mut covariances: Vec<DMatrix<f64>> =
            covariances.into_iter().map(Covariance::into_dense).collect();
        let components = covariances
            .par_iter_mut()
            .zip(means.as_slice().par_chunks(means.nrows()))
            .enumerate()
            .map(|(k, (covariance, mean))| {
                let mut component = Component {
                    mean: mean.to_vec(),
                    shape: Shape::Identity,
                    log_weight: weights[k].ln(),
                    generation: 0,
                };
                if !is_identity(covariance) {
                    order.arrange_symmetric(covariance);
                    component
                        .factor(covariance, &mut FactorMemory::default())
                        .map_err(|pivot| not_positive_definite(k, 0, &order, pivot))?;
                }
                Ok(component)
            })
            .collect::<Result<Vec<_>, MixtureError>>()?;
        let moments = covariances.into_iter().map(Moments::in_memory).collect();
        Ok(Self {
            order,
            weights,
            components,
            moments,
            factors: Pool::default(),
            counts: Vec::new(),
            taper: None,
        })
    }

    /// The M-step, and the factors for the next E-step: component by component, so that one is factored while another still
    /// gathers its images. `gather(k, of_its_own, moments, mean)` makes the moments those of component k, with what `each` has for
    /// it, and says whether it is to be estimated anew.
    ///
    /// A component that no image belongs to gets weight 0, and keeps its mean and covariance.
    pub fn estimate<T: Send>(
        &mut self,
        iteration: usize,
        settings: &EmSettings,
        each: &mut [T],
        gather: impl Fn(usize, &mut T, &mut Moments, &mut [f64]) -> bool + Sync,
    ) -> Result<(), MixtureError> {
        let EmSettings { ridge, shrinkage, .. } = *settings;
        let dim = self.dim();
        let Self { order, factors, moments, components, taper, .. } = self;
        let taper = &*taper.get_or_insert_with(|| settings.taper.table(order, dim));
        let parts = (moments, components, each).into_par_iter().with_max_len(1).enumerate();
        parts.try_for_each(|(k, (moments, component, own))| {
            if !gather(k, own, moments, &mut component.mean) {
                return Ok(());
            }
            component.generation += 1;
            moments.finalize(ridge, shrinkage, taper, &mut component.mean);
            let factored =
                factors.lend(FactorMemory::default, |memory| component.factor(&moments.scatter, memory));
            factored.map_err(|pivot| not_positive_definite(k, iteration, order, pivot))
        })?;
        self.weigh();
        Ok(())
    }

    /// pi from the soft counts.
    fn weigh(&mut self) {
        // By falling size: the sum does not depend on the order of the components.
        self.counts.clear();
        self.counts.extend(self.moments.iter().map(|moments| moments.count));
        self.counts.sort_unstable_by(|a, b| b.total_cmp(a));
        let total: f64 = self.counts.iter().sum();
        for ((weight, component), moments) in
            self.weights.iter_mut().zip(&mut self.components).zip(&self.moments)
        {
            *weight = moments.count / total;
            component.log_weight = weight.ln();
        }
    }

    /// D.
    fn dim(&self) -> usize {
        self.components.first().map_or(0, |component| component.mean.len())
    }

    /// mu, D x K, in the pixels' own order.
    pub fn means(&self) -> DMatrix<f64> {
        let mut means = DMatrix::zeros(self.dim(), self.components.len());
        for (mut column, component) in means.column_iter_mut().zip(&self.components) {
            self.order.restore_one(&component.mean, column.as_mut_slice());
        }
        means
    }

    /// The diagonals of the covariances, D x K, in the pixels' own order.
    pub fn variances(&self) -> DMatrix<f64> {
        let mut variances = DMatrix::zeros(self.dim(), self.components.len());
        let columns = variances.as_mut_slice().chunks_exact_mut(self.dim().max(1));
        for (column, moments) in columns.zip(&self.moments) {
            // Position by position: a diagonal taken out would be allocated.
            for at in 0..column.len() {
                column[self.order.pixel(at)] = moments.scatter[(at, at)];
            }
        }
        variances
    }

    /// The covariances in small ([`Mixture::covariance_averages`]).
    pub fn averages(&self, most: usize) -> DMatrix<f32> {
        let of_one =
            |moments: &Moments| averages::of_lower(&moments.scatter, most, |at| self.order.pixel(at));
        averages::columns(self.moments.par_iter().map(of_one).collect())
    }

    /// The mixture, with its pixels in their own order.
    pub fn into_mixture(self) -> Mixture {
        let means = self.means();
        let Self { order, weights, moments, components, .. } = self;
        // The factors are no longer needed: the covariances are written into their memory.
        let covariances = moments
            .into_par_iter()
            .zip(components)
            .map(|(mut moments, component)| {
                let mut own = component.into_memory();
                order.restore_symmetric(&mut moments.scatter, &mut own);
                Covariance::from(own)
            })
            .collect();
        Mixture::from_estimates(weights, means, covariances)
    }
}

fn not_positive_definite(
    component: usize,
    iteration: usize,
    order: &PixelOrder,
    pivot: usize,
) -> MixtureError {
    MixtureError::NotPositiveDefinite { component, iteration, pivot: order.pixel(pivot) }
}
