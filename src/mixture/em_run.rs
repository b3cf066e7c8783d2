//! The state of a run of EM of full covariances by pairs (image, component): its two steps, and the memory that they use again and
//! again.
//!
//! `expectation` keeps responsibilities from step to step, and the M-step reads the images once more. Where pixels are missing,
//! both steps are those of `missing`.
//!
//! Without missing pixels, from the third iteration on nothing is allocated but the history's entries, and working memory for
//! threads that take part for the first time.

use nalgebra::{DMatrix, DVector};

use super::em_fit::EmSettings;
use super::em_steps::Steps;
use super::expectation::Expectation;
use super::missing::Incomplete;
use super::moments::Gathered;
use super::parameters::Parameters;
use super::pixel_order::PixelOrder;
use super::tiles::log_likelihood;
use super::{Mixture, MixtureError, Statistics, check};
use crate::linalg;

/// The state of a run: everything with its pixels in one order, and all memory that iterations need.
pub(super) struct Run {
    images: DMatrix<f64>,
    held_out: Option<DMatrix<f64>>,
    parameters: Parameters,
    /// The members that each component was last estimated from.
    estimated_from: Vec<Vec<(u32, f64)>>,
    gathered: Gathered,
    /// sum_s w_sk x_s, D x K.
    sums: DMatrix<f64>,
    pub expectation: Expectation,
    held_out_expectation: Expectation,
    /// Where pixels of images, and of those held out, are missing.
    incomplete: Option<Incomplete>,
    held_out_incomplete: Option<Incomplete>,
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
        let held_out = held_out.map(|held_out| order.arrange(held_out));
        let sums = DMatrix::zeros(start.dim(), start.components());
        Ok(Self {
            held_out_incomplete: held_out.as_ref().and_then(Incomplete::of),
            incomplete: Incomplete::of(&images),
            images,
            held_out,
            parameters: Parameters::new(order, start)?,
            estimated_from: Vec::new(),
            gathered: Gathered::default(),
            sums,
            expectation: Expectation::of(image_weights),
            held_out_expectation: Expectation::default(),
        })
    }

    /// The sums of the last E-step over incomplete images, as [`Statistics`].
    pub fn statistics(mut self) -> Statistics {
        if let Some(incomplete) = &self.incomplete {
            let Parameters { moments, components, .. } = &mut self.parameters;
            for (k, (moments, component)) in moments.iter_mut().zip(components).enumerate() {
                // What no image belongs to is about its mean too.
                moments.restart(&component.mean);
                moments.scatter.fill(0.0);
                incomplete.unpack(k, moments);
            }
        }
        let Expectation { log_density, image_weights, .. } = &self.expectation;
        let log_likelihood = log_likelihood(log_density, image_weights.as_deref());
        Statistics::of(self.parameters.moments, self.images.ncols(), log_likelihood)
    }
}

impl Steps for Run {
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>) {
        let Self { parameters, expectation, held_out_expectation, .. } = self;
        let components = &parameters.components;
        let covariances =
            || -> Vec<&DMatrix<f64>> { parameters.moments.iter().map(|moments| &moments.scatter).collect() };
        let held_out = self.held_out.as_ref().filter(|_| scored);
        if let Some(incomplete) = &mut self.incomplete {
            let Expectation { log_density, assignments, image_weights, .. } = expectation;
            let (images, weights) = (&self.images, image_weights.as_deref());
            incomplete.run((images, weights), components, &covariances(), !is_last, log_density, assignments);
        } else {
            expectation.run(&self.images, components);
        }
        match (held_out, &mut self.held_out_incomplete) {
            (Some(held_out), Some(incomplete)) => {
                let Expectation { log_density, assignments, .. } = held_out_expectation;
                incomplete.run((held_out, None), components, &covariances(), false, log_density, assignments);
            }
            (Some(held_out), None) => held_out_expectation.run(held_out, components),
            _ => {}
        }
        (expectation.nll(), held_out.map(|_| held_out_expectation.nll()))
    }

    /// One whose members are those of its last estimate, with the same responsibilities, costs nothing. Whether any was
    /// estimated anew.
    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError> {
        let Self { images, parameters, gathered, expectation, sums, .. } = self;
        if let Some(incomplete) = &mut self.incomplete {
            let mut each = vec![(); parameters.components.len()];
            let sums = &*incomplete;
            parameters
                .estimate(iteration, settings, &mut each, |k, (), moments, _| sums.unpack(k, moments))?;
            incomplete.forget();
            return Ok(true);
        }
        if self.estimated_from == expectation.members {
            return Ok(false);
        }
        // One product reads each image once for all components.
        linalg::product_with_rows(sums, images, &expectation.responsibilities);
        self.estimated_from.resize_with(parameters.components.len(), || Vec::with_capacity(images.ncols()));
        let (members, sums) = (&expectation.members, &*sums);
        parameters.estimate(
            iteration,
            settings,
            &mut self.estimated_from,
            |k, estimated_from, moments, mean| {
                let members = &members[k];
                // Equal members with equal responsibilities: the estimate would be the same.
                if members == estimated_from {
                    return false;
                }
                estimated_from.clone_from(members);
                moments.count = 0.0;
                if members.is_empty() {
                    return false;
                }
                let count: f64 = members.iter().map(|&(_, weight)| weight).sum();
                mean.iter_mut().zip(sums.column(k).iter()).for_each(|(mean, sum)| *mean = sum / count);
                moments.restart(mean);
                moments.add(images, members, gathered);
                true
            },
        )?;
        Ok(true)
    }

    fn weights(&self) -> &DVector<f64> {
        &self.parameters.weights
    }

    fn means(&self) -> DMatrix<f64> {
        self.parameters.means()
    }

    fn variances(&self) -> DMatrix<f64> {
        self.parameters.variances()
    }

    fn averages(&self, most: usize) -> DMatrix<f32> {
        self.parameters.averages(most)
    }

    fn check_densities(&self) -> Result<(), MixtureError> {
        check::densities(&self.expectation.log_density, self.expectation.image_weights.as_deref())
    }

    fn finish(mut self) -> (Mixture, Vec<usize>, Vec<f64>) {
        let assignments = self.expectation.assignments.iter().map(|&k| k as usize).collect();
        let held_out_log_density = std::mem::take(&mut self.held_out_expectation.log_density);
        (self.parameters.into_mixture(), assignments, held_out_log_density)
    }
}
