//! The formulas of task 3, evaluated both ways with the run's own numbers.
//!
//! They hold by proof; here they are seen to hold in floating point, on the study's first test image and mask.

use serde::Serialize;

use crate::inverse::{Conditioner, InverseError, Observation, Posterior};
use crate::mixture::Mixture;
use crate::study::{Outcome, Purpose};

/// Draws of the posterior whose average is held against its expectation.
const DRAWS: usize = 1000;

/// Both sides of each identity, or how far apart they are.
#[derive(Debug, Serialize)]
pub struct Identities {
    /// sum_k pi_{k,1|2} = 1: the largest difference over all test images.
    pub weight_sum_error: f64,
    /// E[x1 | x2] against an average of draws; none when no pixel is missing.
    pub expectation: Option<Expectation>,
    /// p(x1, x2) = p(x2) p(x1 | x2); none when no pixel is missing.
    pub product_rule: Option<ProductRule>,
}

/// The posterior expectation against the average of seeded draws, pixel by pixel.
#[derive(Debug, Serialize)]
pub struct Expectation {
    /// Draws of the whole posterior mixture.
    pub draws: usize,
    /// Missing pixels.
    pub pixels: usize,
    /// Root mean square over the missing pixels of (average - expectation) / (standard deviation / sqrt(draws)): about 1.
    pub rms: f64,
    /// The largest of these quotients.
    pub largest: f64,
}

/// Logarithms of the three densities, in nats.
#[derive(Debug, Serialize)]
pub struct ProductRule {
    /// log p(x1, x2), from the mixture.
    pub log_joint: f64,
    /// log p(x2), from the conditioner; 0 when no pixel is observed.
    pub log_marginal: f64,
    /// log p(x1 | x2), from the posterior mixture.
    pub log_conditional: f64,
    /// |joint - (marginal + conditional)| / |joint|.
    pub relative_error: f64,
}

pub(super) fn identities(outcome: &Outcome) -> Option<Identities> {
    let (report, fit) = (outcome.inpaint.as_deref()?, outcome.fit.as_deref()?);
    let sums = report.restorations.iter().map(|restoration| restoration.weights.iter().sum::<f64>());
    let image: Vec<f64> = report.truth.column_iter().next()?.iter().copied().collect();
    let first = First::new(&fit.mixture, report.observations.first()?, &image).ok();
    Some(Identities {
        weight_sum_error: sums.map(|sum| (sum - 1.0).abs()).fold(0.0, f64::max),
        expectation: first.as_ref().and_then(|first| first.expectation(outcome.settings.seed).ok()),
        product_rule: first.as_ref().and_then(|first| first.product_rule().ok()),
    })
}

/// The first test image and its posterior.
struct First<'a> {
    mixture: &'a Mixture,
    image: &'a [f64],
    conditioner: Conditioner<'a>,
    posterior: Posterior,
}

impl<'a> First<'a> {
    fn new(mixture: &'a Mixture, observation: &Observation, image: &'a [f64]) -> Result<Self, InverseError> {
        let conditioner = Conditioner::new(mixture, observation)?;
        let posterior = conditioner.posterior(image)?;
        Ok(Self { mixture, image, conditioner, posterior })
    }

    fn missing(&self) -> &[usize] {
        self.conditioner.known().missing()
    }

    fn expectation(&self, seed: u64) -> Result<Expectation, InverseError> {
        if self.missing().is_empty() {
            return Err(InverseError::NoPixel("missing"));
        }
        let mut generator = Purpose::Posterior.generator(seed, 0);
        let draws = self.conditioner.drawer()?.draw(&self.posterior, DRAWS, &mut generator)?;
        let average = draws.images.column_mean();
        let (expectation, std) = (self.posterior.expectation(), self.posterior.standard_deviation());
        let standard_error = |std: f64| std / (DRAWS as f64).sqrt();
        let quotients: Vec<f64> = average
            .iter()
            .zip(&expectation)
            .zip(&std)
            .filter(|&(_, &std)| std > 0.0)
            .map(|((average, expectation), &std)| (average - expectation).abs() / standard_error(std))
            .collect();
        let squares = quotients.iter().map(|quotient| quotient * quotient).sum::<f64>();
        Ok(Expectation {
            draws: DRAWS,
            pixels: quotients.len(),
            rms: (squares / quotients.len() as f64).sqrt(),
            largest: quotients.iter().copied().fold(0.0, f64::max),
        })
    }

    fn product_rule(&self) -> Result<ProductRule, InverseError> {
        let conditional = self.conditioner.posterior_mixture(&self.posterior)?;
        let missing: Vec<f64> = self.missing().iter().filter_map(|&i| self.image.get(i).copied()).collect();
        let log_joint = log_density(self.mixture, self.image.to_vec())?;
        let log_conditional = log_density(&conditional, missing)?;
        let log_marginal = self.posterior.log_evidence();
        let difference = (log_joint - (log_marginal + log_conditional)).abs();
        Ok(ProductRule {
            log_joint,
            log_marginal,
            log_conditional,
            relative_error: difference / log_joint.abs(),
        })
    }
}

fn log_density(mixture: &Mixture, x: Vec<f64>) -> Result<f64, InverseError> {
    let x = nalgebra::DMatrix::from_vec(x.len(), 1, x);
    Ok(mixture.log_density(&x)?.iter().sum())
}
