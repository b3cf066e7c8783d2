//! A model's log-density and responsibilities for any images: the E-step of a given model.

use nalgebra::DMatrix;

use super::component::{Component, Shape};
use super::expectation::Expectation;
use super::families::{Densities, Prepared};
use super::moments::Members;
use super::scores::mean_nll;
use super::{Covariance, CovarianceFactor, CovarianceFamily, Mixture, MixtureError, check};

/// A mixture made ready to be evaluated: its factors are computed once.
///
/// Memory: K D^2 doubles; D^2 of tied covariances, K D R of low-rank ones.
#[derive(Debug, Clone)]
pub struct Evaluator {
    parts: Parts,
    dim: usize,
}

/// By the family of the covariances.
#[derive(Debug, Clone)]
enum Parts {
    Full(Vec<Component>),
    Other(Box<Prepared>),
}

impl Evaluator {
    /// Factors the covariances. Cost: K D^3 / 3 flops; nothing for covariances that are the identity.
    ///
    /// # Errors
    /// As [`Mixture::factors`].
    pub fn new(mixture: &Mixture) -> Result<Self, MixtureError> {
        let dim = mixture.dim();
        if mixture.family() != CovarianceFamily::Full {
            return Ok(Self { parts: Parts::Other(Box::new(Prepared::new(mixture)?)), dim });
        }
        let shapes: Vec<Shape> = if mixture.covariances().iter().all(Covariance::is_identity) {
            vec![Shape::Identity; mixture.components()]
        } else {
            let lower = mixture.factors()?.into_iter().filter_map(CovarianceFactor::into_lower);
            lower.map(Shape::Factored).collect()
        };
        let components = shapes.into_iter().enumerate().map(|(k, shape)| Component {
            mean: mixture.means().column(k).iter().copied().collect(),
            shape,
            log_weight: mixture.weights()[k].ln(),
            generation: 0,
        });
        Ok(Self { parts: Parts::Full(components.collect()), dim })
    }

    /// log p(x_s) and responsibilities of every column of `images` (D x S).
    ///
    /// Cost: at most K S D^2 flops; about S D^2 where responsibilities are nearly one-hot. S D^2 with tied covariances, 2 K S D R
    /// with low-rank ones.
    ///
    /// # Errors
    /// [`MixtureError::Shape`] when the rows are not D; [`MixtureError::NonFinitePixel`].
    pub fn evaluate(&self, images: &DMatrix<f64>) -> Result<Evaluation, MixtureError> {
        check::images(images, self.dim)?;
        let components = match &self.parts {
            Parts::Full(components) => components,
            Parts::Other(prepared) => {
                let mut densities = Densities::default();
                let members = prepared.members(images, &mut densities);
                let Densities { log_density, assignments } = densities;
                return Ok(Evaluation { log_density, assignments, members });
            }
        };
        let mut expectation = Expectation::default();
        expectation.run(images, components);
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
        mean_nll(&self.log_density, None)
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
    /// log pi_k N(x_s; mu_k, Sigma_k) of every column of `images` (D x S), K x S, in nats.
    ///
    /// Cost: factors, and K S D^2 flops; S D^2 of tied covariances, 2 K S D R of low-rank ones.
    ///
    /// # Errors
    /// As [`Mixture::factors`] and [`Evaluator::evaluate`].
    pub fn log_joint(&self, images: &DMatrix<f64>) -> Result<DMatrix<f64>, MixtureError> {
        check::images(images, self.dim())?;
        Ok(Prepared::new(self)?.log_joints(images))
    }

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
