//! A model's log-density and responsibilities for any images: the E-step of a given model.

use nalgebra::DMatrix;

use super::component::{Component, Shape};
use super::expectation::Expectation;
use super::moments::Members;
use super::{Covariance, Mixture, MixtureError, check};

/// A mixture made ready to be evaluated: its factors are computed once.
///
/// Memory: K D^2 doubles.
#[derive(Debug, Clone)]
pub struct Evaluator {
    components: Vec<Component>,
    dim: usize,
}

impl Evaluator {
    /// Factors the covariances. Cost: K D^3 / 3 flops; nothing for covariances that are the identity.
    ///
    /// # Errors
    /// As [`Mixture::factors`].
    pub fn new(mixture: &Mixture) -> Result<Self, MixtureError> {
        let shapes: Vec<Shape> = if mixture.covariances().iter().all(Covariance::is_identity) {
            vec![Shape::Identity; mixture.components()]
        } else {
            mixture.factors()?.into_iter().map(|factor| Shape::Factored(factor.into_lower())).collect()
        };
        let components = shapes.into_iter().enumerate().map(|(k, shape)| Component {
            mean: mixture.means().column(k).iter().copied().collect(),
            shape,
            log_weight: mixture.weights()[k].ln(),
            generation: 0,
        });
        Ok(Self { components: components.collect(), dim: mixture.dim() })
    }

    /// log p(x_s) and responsibilities of every column of `images` (D x S).
    ///
    /// Cost: at most K S D^2 flops; about S D^2 where responsibilities are nearly one-hot.
    ///
    /// # Errors
    /// [`MixtureError::Shape`] when the rows are not D; [`MixtureError::NonFinitePixel`].
    pub fn evaluate(&self, images: &DMatrix<f64>) -> Result<Evaluation, MixtureError> {
        check::images(images, self.dim)?;
        let mut expectation = Expectation::default();
        expectation.run(images, &self.components);
        let Expectation { members, log_density, assignments, .. } = expectation;
        let assignments = assignments.into_iter().map(|k| k as usize).collect();
        Ok(Evaluation { log_density, assignments, members })
    }
}

/// Images under a mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// log p(x_s) = log sum_k pi_k N(x_s; mu_k, Sigma_k) of every image, in nats.
    pub log_density: Vec<f64>,
    /// The component of largest responsibility of every image (ties: lower index).
    pub assignments: Vec<usize>,
    members: Vec<Vec<(u32, f64)>>,
}

impl Evaluation {
    /// Mean negative log-likelihood per image, in nats.
    pub fn nll(&self) -> f64 {
        -self.log_density.iter().sum::<f64>() / self.log_density.len().max(1) as f64
    }

    /// Responsibilities w_sk = pi_k N(x_s; mu_k, Sigma_k) / p(x_s), as a K x S matrix whose columns sum to 1.
    ///
    /// Those below 1e-17 are zero.
    pub fn responsibilities(&self) -> DMatrix<f64> {
        let mut responsibilities = DMatrix::zeros(self.members.len(), self.log_density.len());
        for (component, members) in self.members.iter().enumerate() {
            for &(image, responsibility) in members {
                responsibilities[(component, image as usize)] = responsibility;
            }
        }
        responsibilities
    }

    /// For every component its images, ascending, with responsibilities that are not zero.
    pub(super) fn members(&self) -> impl Iterator<Item = &Members> {
        self.members.iter().map(Vec::as_slice)
    }
}

impl Mixture {
    /// log p(x_s) of every column of `images` (D x S), in nats; see [`Evaluator::evaluate`].
    ///
    /// Cost: K D^3 / 3 flops for the factors and at most K S D^2 for the images.
    ///
    /// # Errors
    /// As [`Evaluator::new`] and [`Evaluator::evaluate`].
    pub fn log_density(&self, images: &DMatrix<f64>) -> Result<Vec<f64>, MixtureError> {
        Ok(Evaluator::new(self)?.evaluate(images)?.log_density)
    }

    /// Responsibilities as a K x S matrix; see [`Evaluation::responsibilities`].
    ///
    /// # Errors
    /// As [`Mixture::log_density`].
    pub fn responsibilities(&self, images: &DMatrix<f64>) -> Result<DMatrix<f64>, MixtureError> {
        Ok(Evaluator::new(self)?.evaluate(images)?.responsibilities())
    }
}
