//! A model's log-density and responsibilities for any images.
//!
//! The same E-step as in `em`, for a model at rest.

use nalgebra::DMatrix;

use super::expectation::{Component, Expectation, Shape};
use super::{Mixture, MixtureError, check};

impl Mixture {
    /// log p(x_s) = log sum_k pi_k N(x_s; mu_k, Sigma_k) of every column of `images` (D x S), in nats.
    ///
    /// Cost: K D^3 / 3 flops for the factors and at most K S D^2 for the images.
    ///
    /// # Errors
    /// As [`Mixture::factors`]; [`MixtureError::Shape`] when the rows are not D; [`MixtureError::NonFinitePixel`].
    pub fn log_density(&self, images: &DMatrix<f64>) -> Result<Vec<f64>, MixtureError> {
        Ok(self.expectation(images)?.log_density)
    }

    /// Responsibilities w_sk = pi_k N(x_s; mu_k, Sigma_k) / p(x_s), as a K x S matrix whose columns sum to 1.
    ///
    /// Those below 1e-17 are zero.
    ///
    /// # Errors
    /// As [`Mixture::log_density`].
    pub fn responsibilities(&self, images: &DMatrix<f64>) -> Result<DMatrix<f64>, MixtureError> {
        let expectation = self.expectation(images)?;
        let mut responsibilities = DMatrix::zeros(self.components(), images.ncols());
        for (component, members) in expectation.members.iter().enumerate() {
            for &(image, responsibility) in members {
                responsibilities[(component, image as usize)] = responsibility;
            }
        }
        Ok(responsibilities)
    }

    fn expectation(&self, images: &DMatrix<f64>) -> Result<Expectation, MixtureError> {
        check::images(images, self.dim())?;
        let order: Vec<usize> = (0..self.dim()).collect();
        let components: Vec<Component> = self
            .factors()?
            .into_iter()
            .enumerate()
            .map(|(k, factor)| Component {
                mean: self.means().column(k).iter().copied().collect(),
                shape: Shape::Factored(factor.into_lower()),
                log_weight: self.weights()[k].ln(),
            })
            .collect();
        let mut expectation = Expectation::default();
        expectation.guess_owners(images, &order, &components);
        expectation.run(images, &order, &components);
        Ok(expectation)
    }
}
