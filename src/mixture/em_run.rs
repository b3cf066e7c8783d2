//! The state of a run of EM: its two steps, and the memory that they use again and again.
//!
//! From the third iteration on nothing is allocated but the history's entries, and working memory for threads that take
//! part for the first time.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::component::{Component, Shape};
use super::covariance::is_identity;
use super::expectation::Expectation;
use super::moments::{Gathered, Moments};
use super::pixel_order::PixelOrder;
use super::pool::Pool;
use super::{Covariance, Mixture, MixtureError};
use crate::linalg::{self, FactorMemory};

/// The state of a run: everything with its pixels in `order`, and all memory that iterations need.
pub(super) struct Run {
    order: PixelOrder,
    images: DMatrix<f64>,
    held_out: Option<DMatrix<f64>>,
    pub weights: DVector<f64>,
    components: Vec<Component>,
    /// Between iterations each scatter is the component's covariance (lower triangle).
    moments: Vec<Moments>,
    /// The members that each component was last estimated from.
    estimated_from: Vec<Vec<(u32, f64)>>,
    gathered: Gathered,
    factors: Pool<FactorMemory>,
    counts: Vec<f64>,
    /// sum_s w_sk x_s, D x K.
    sums: DMatrix<f64>,
    pub expectation: Expectation,
    pub held_out_expectation: Expectation,
}

impl Run {
    /// Arranges the parameters as the images are, and factors what the start has; its matrices become the run's.
    pub fn new(
        order: PixelOrder,
        images: DMatrix<f64>,
        held_out: Option<&DMatrix<f64>>,
        start: Mixture,
    ) -> Result<Self, MixtureError> {
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
        Ok(Self {
            images,
            held_out: held_out.map(|held_out| order.arrange(held_out)),
            order,
            weights,
            components,
            moments: covariances.into_iter().map(Moments::in_memory).collect(),
            estimated_from: Vec::new(),
            gathered: Gathered::default(),
            factors: Pool::default(),
            counts: Vec::new(),
            sums: means,
            expectation: Expectation::default(),
            held_out_expectation: Expectation::default(),
        })
    }

    /// The E-step; the mean NLL of the images, and of those held out where they are `scored`.
    pub fn expect(&mut self, scored: bool) -> (f64, Option<f64>) {
        self.expectation.run(&self.images, &self.components);
        let held_out = self.held_out.as_ref().filter(|_| scored).map(|held_out| {
            self.held_out_expectation.run(held_out, &self.components);
            self.held_out_expectation.nll()
        });
        (self.expectation.nll(), held_out)
    }

    /// The M-step, and the factors for the next E-step: component by component, so that one is factored
    /// while another still gathers its images.
    ///
    /// A component that no image belongs to gets weight 0, and keeps its mean and covariance. One whose members are
    /// those of its last estimate, with the same responsibilities, costs nothing. Whether any was estimated anew.
    pub fn maximise(&mut self, iteration: usize, ridge: f64, shrinkage: f64) -> Result<bool, MixtureError> {
        if self.estimated_from == self.expectation.members {
            return Ok(false);
        }
        let Self { images, order, gathered, factors, expectation, sums, .. } = self;
        // One product reads each image once for all components.
        linalg::product_with_rows(sums, images, &expectation.responsibilities);
        self.estimated_from.resize_with(self.components.len(), || Vec::with_capacity(images.ncols()));
        let sums = sums.as_slice().par_chunks(images.nrows());
        let parts =
            (&mut self.moments, &mut self.components, &mut self.estimated_from, &expectation.members, sums);
        let parts = parts.into_par_iter().with_max_len(1).enumerate();
        parts.try_for_each(|(k, (moments, component, estimated_from, members, sum))| {
            // Equal members with equal responsibilities: the estimate would be the same.
            if members == estimated_from {
                return Ok(());
            }
            estimated_from.clone_from(members);
            moments.count = 0.0;
            if members.is_empty() {
                return Ok(());
            }
            component.generation += 1;
            let count: f64 = members.iter().map(|&(_, weight)| weight).sum();
            component.mean.iter_mut().zip(sum).for_each(|(mean, sum)| *mean = sum / count);
            moments.restart(&component.mean);
            moments.add(images, members, gathered);
            moments.finalize(ridge, shrinkage, &mut component.mean);
            let factored =
                factors.lend(FactorMemory::default, |memory| component.factor(&moments.scatter, memory));
            factored.map_err(|pivot| not_positive_definite(k, iteration, order, pivot))
        })?;
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
        Ok(true)
    }

    /// mu, D x K, in the pixels' own order.
    pub fn means(&self) -> DMatrix<f64> {
        let mut means = DMatrix::zeros(self.images.nrows(), self.components.len());
        for (mut column, component) in means.column_iter_mut().zip(&self.components) {
            self.order.restore_one(&component.mean, column.as_mut_slice());
        }
        means
    }

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
