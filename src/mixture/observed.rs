//! A given mixture and images of which pixels may be missing (NaN): densities of what is observed, and sums for an M-step.

use nalgebra::DMatrix;

use super::em_run::Run;
use super::em_steps::Steps;
use super::families::Prepared;
use super::pixel_order::PixelOrder;
use super::tiles::log_likelihood;
use super::training_set::is_complete;
use super::{CovarianceFamily, Evaluator, Mixture, MixtureError, Statistics, TrainingSet, check};

impl Mixture {
    /// log p(x_o) of the observed pixels of every column of `images` (D x S), in nats; missing pixels are NaN.
    ///
    /// Cost: K D^3 flops, and as an iteration of [`fit_training_set`](super::fit_training_set) two thirds less for the images.
    ///
    /// # Errors
    /// As [`Mixture::log_density`], which it is where no pixel is missing.
    pub fn log_density_of_observed(&self, images: &DMatrix<f64>) -> Result<Vec<f64>, MixtureError> {
        if is_complete(images) {
            return self.log_density(images);
        }
        check::observed(images, self.dim())?;
        if self.family() != CovarianceFamily::Full {
            return Ok(Prepared::new(self)?.log_density(images));
        }
        let order = PixelOrder::by_observed_variance(images);
        let mut run = Run::new(order.clone(), order.arrange(images), None, None, self.clone())?;
        run.expect(false, true);
        Ok(run.expectation.log_density)
    }

    /// [`Mixture::statistics`] of images with weights, of which pixels may be missing: of their expectations given what is observed.
    ///
    /// Cost: as an iteration of [`fit_training_set`](super::fit_training_set).
    ///
    /// # Errors
    /// As [`Mixture::log_density_of_observed`]; [`MixtureError::Shape`] and [`MixtureError::ImageWeight`] for weights that are not as
    /// many as the images, negative or not finite, and [`MixtureError::Components`] where all are 0.
    pub fn statistics_of(&self, set: &TrainingSet) -> Result<Statistics, MixtureError> {
        set.check(1, self.dim())?;
        let images = &set.images;
        match &set.weights {
            _ if !set.is_complete() && self.family() != CovarianceFamily::Full => {
                self.to_full().statistics_of(set)
            }
            _ if !set.is_complete() => {
                let order = PixelOrder::own(self.dim());
                let mut run = Run::new(order, images.clone(), set.weights.clone(), None, self.clone())?;
                run.expect(false, false);
                Ok(run.statistics())
            }
            None => self.statistics(images),
            Some(weights) => {
                let evaluation = Evaluator::new(self)?.evaluate(images)?;
                let mut responsibilities = evaluation.responsibilities();
                let columns = responsibilities.column_iter_mut().zip(weights);
                columns.for_each(|(mut column, weight)| column *= *weight);
                let mut statistics = Statistics::new(self.means());
                statistics.add(images, &responsibilities)?;
                statistics.set_log_likelihood(log_likelihood(&evaluation.log_density, Some(weights)));
                Ok(statistics)
            }
        }
    }

    /// What is read from a source is fitted by full covariances.
    pub(super) fn require_full(&self) -> Result<(), MixtureError> {
        if self.family() == CovarianceFamily::Full { Ok(()) } else { Err(MixtureError::NotFull) }
    }
}
