//! The state of a run of EM: its two steps, and the memory that they use again and again.
//!
//! Where pixels are missing, both steps are those of `missing`. Where [`tiles::pays`], the E-step takes the sums of the M-step along; else `expectation` keeps responsibilities, and
//! the M-step reads the images once more.
//!
//! From the third iteration on nothing is allocated but the history's entries, and working memory for threads that take
//! part for the first time.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::component::{Component, Shape};
use super::covariance::is_identity;
use super::em_fit::EmSettings;
use super::em_steps::Steps;
use super::expectation::Expectation;
use super::missing::Incomplete;
use super::moments::{Gathered, Moments};
use super::pixel_order::PixelOrder;
use super::pool::Pool;
use super::tiles::{self, Tiles};
use super::{Covariance, Mixture, MixtureError, Statistics};
use crate::linalg::{self, FactorMemory};

/// The state of a run: everything with its pixels in `order`, and all memory that iterations need.
pub(super) struct Run {
    order: PixelOrder,
    images: DMatrix<f64>,
    held_out: Option<DMatrix<f64>>,
    weights: DVector<f64>,
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
    held_out_expectation: Expectation,
    tiles: Option<Tiles>,
    /// Where pixels of images, and of those held out, are missing.
    incomplete: Option<Incomplete>,
    held_out_incomplete: Option<Incomplete>,
    /// The least and the largest value of every pixel, D each.
    range: (Vec<f64>, Vec<f64>),
}

impl Run {
    /// Arranges the parameters as the images are, and factors what the start has; its matrices become the run's.
    pub fn new(
        order: PixelOrder,
        images: DMatrix<f64>,
        image_weights: Option<Vec<f64>>,
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
        let incomplete = Incomplete::of(&images);
        let tiles = (incomplete.is_none() && tiles::pays(images.nrows())).then(Tiles::default);
        let held_out = held_out.map(|held_out| order.arrange(held_out));
        Ok(Self {
            held_out_incomplete: held_out.as_ref().and_then(Incomplete::of),
            incomplete,
            range: if tiles.is_some() { range(&images) } else { Default::default() },
            tiles,
            images,
            held_out,
            order,
            weights,
            components,
            moments: covariances.into_iter().map(Moments::in_memory).collect(),
            estimated_from: Vec::new(),
            gathered: Gathered::default(),
            factors: Pool::default(),
            counts: Vec::new(),
            sums: means,
            expectation: Expectation::of(image_weights),
            held_out_expectation: Expectation::default(),
        })
    }

    /// The sums of the last E-step over incomplete images, as [`Statistics`].
    pub fn statistics(mut self) -> Statistics {
        if let Some(incomplete) = &self.incomplete {
            self.moments.iter_mut().enumerate().for_each(|(k, moments)| {
                incomplete.unpack(k, moments);
            });
        }
        let log_likelihood = self.expectation.log_density.iter().sum();
        Statistics::of(self.moments, self.images.ncols(), log_likelihood)
    }

    /// The M-step from the sums of the last pass over tiles, or over incomplete images.
    fn maximise_sums(&mut self, iteration: usize, ridge: f64, shrinkage: f64) -> Result<(), MixtureError> {
        let Self { order, factors, tiles, incomplete, moments, components, .. } = self;
        let sums = |k, moments: &mut Moments| match (&*tiles, &*incomplete) {
            (Some(tiles), _) => tiles.unpack(k, moments),
            (None, Some(incomplete)) => incomplete.unpack(k, moments),
            (None, None) => false,
        };
        let parts = moments.par_iter_mut().zip(components).with_max_len(1).enumerate();
        parts.try_for_each(|(k, (moments, component))| {
            if !sums(k, moments) {
                return Ok(());
            }
            component.generation += 1;
            let estimated = estimate(component, moments, factors, ridge, shrinkage);
            estimated.map_err(|pivot| not_positive_definite(k, iteration, order, pivot))
        })?;
        tiles.iter_mut().for_each(Tiles::forget);
        incomplete.iter_mut().for_each(Incomplete::forget);
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

    fn into_mixture(self) -> Mixture {
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

impl Steps for Run {
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>) {
        let Self { components, expectation, held_out_expectation, moments, .. } = self;
        let held_out = self.held_out.as_ref().filter(|_| scored);
        if let Some(incomplete) = &mut self.incomplete {
            let covariances: Vec<&DMatrix<f64>> = moments.iter().map(|moments| &moments.scatter).collect();
            let Expectation { log_density, assignments, image_weights, .. } = expectation;
            let (images, weights) = (&self.images, image_weights.as_deref());
            incomplete.run((images, weights), components, &covariances, !is_last, log_density, assignments);
        } else if let Some(tiles) = &mut self.tiles {
            let (least, most) = (&self.range.0, &self.range.1);
            for (moments, component) in moments.iter_mut().zip(&*components) {
                // Sums about a point that is far from all images would lose digits.
                let range = least.iter().zip(most);
                let means = moments.reference.iter_mut().zip(&component.mean).zip(range);
                means.for_each(|((reference, mean), (least, most))| *reference = mean.clamp(*least, *most));
            }
            let Expectation { log_density, assignments, .. } = held_out_expectation;
            if let Some(held_out) = held_out.filter(|_| self.held_out_incomplete.is_none()) {
                tiles.run(held_out, components, None, None, log_density, assignments);
            }
            let Expectation { log_density, assignments, image_weights, .. } = expectation;
            let (weights, moments) = (image_weights.as_deref(), (!is_last).then_some(&**moments));
            tiles.run(&self.images, components, weights, moments, log_density, assignments);
        } else {
            expectation.run(&self.images, components);
        }
        match (held_out, &mut self.held_out_incomplete) {
            (Some(held_out), Some(incomplete)) => {
                let covariances: Vec<&DMatrix<f64>> =
                    moments.iter().map(|moments| &moments.scatter).collect();
                let Expectation { log_density, assignments, .. } = held_out_expectation;
                incomplete.run((held_out, None), components, &covariances, false, log_density, assignments);
            }
            (Some(held_out), None) if self.tiles.is_none() => held_out_expectation.run(held_out, components),
            _ => {}
        }
        (expectation.nll(), held_out.map(|_| held_out_expectation.nll()))
    }

    /// The M-step, and the factors for the next E-step: component by component, so that one is factored
    /// while another still gathers its images.
    ///
    /// A component that no image belongs to gets weight 0, and keeps its mean and covariance. One whose members are
    /// those of its last estimate, with the same responsibilities, costs nothing. Whether any was estimated anew.
    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError> {
        let EmSettings { ridge, shrinkage, .. } = *settings;
        if self.tiles.is_some() || self.incomplete.is_some() {
            self.maximise_sums(iteration, ridge, shrinkage)?;
            self.weigh();
            return Ok(true);
        }
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
            let estimated = estimate(component, moments, factors, ridge, shrinkage);
            estimated.map_err(|pivot| not_positive_definite(k, iteration, order, pivot))
        })?;
        self.weigh();
        Ok(true)
    }

    fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    fn means(&self) -> DMatrix<f64> {
        let mut means = DMatrix::zeros(self.images.nrows(), self.components.len());
        for (mut column, component) in means.column_iter_mut().zip(&self.components) {
            self.order.restore_one(&component.mean, column.as_mut_slice());
        }
        means
    }

    fn variances(&self) -> DMatrix<f64> {
        let mut variances = DMatrix::zeros(self.images.nrows(), self.components.len());
        let columns = variances.as_mut_slice().chunks_exact_mut(self.images.nrows().max(1));
        for (column, moments) in columns.zip(&self.moments) {
            // Position by position: a diagonal taken out would be allocated.
            for at in 0..column.len() {
                column[self.order.pixel(at)] = moments.scatter[(at, at)];
            }
        }
        variances
    }

    fn log_density(&self) -> &[f64] {
        &self.expectation.log_density
    }

    fn finish(mut self) -> (Mixture, Vec<usize>, Vec<f64>) {
        let assignments = self.expectation.assignments.iter().map(|&k| k as usize).collect();
        let held_out_log_density = std::mem::take(&mut self.held_out_expectation.log_density);
        (self.into_mixture(), assignments, held_out_log_density)
    }
}

/// The least and the largest value of every pixel.
fn range(images: &DMatrix<f64>) -> (Vec<f64>, Vec<f64>) {
    let (mut least, mut most) =
        (vec![f64::INFINITY; images.nrows()], vec![f64::NEG_INFINITY; images.nrows()]);
    for image in images.as_slice().chunks_exact(images.nrows().max(1)) {
        for ((least, most), &value) in least.iter_mut().zip(&mut most).zip(image) {
            *least = least.min(value);
            *most = most.max(value);
        }
    }
    (least, most)
}

/// The mean, and the factor of the covariance, from the moments of a component; the pivot that is not positive, if one is
/// not.
fn estimate(
    component: &mut Component,
    moments: &mut Moments,
    factors: &Pool<FactorMemory>,
    ridge: f64,
    shrinkage: f64,
) -> Result<(), usize> {
    moments.finalize(ridge, shrinkage, &mut component.mean);
    factors.lend(FactorMemory::default, |memory| component.factor(&moments.scatter, memory))
}

fn not_positive_definite(
    component: usize,
    iteration: usize,
    order: &PixelOrder,
    pivot: usize,
) -> MixtureError {
    MixtureError::NotPositiveDefinite { component, iteration, pivot: order.pixel(pivot) }
}
