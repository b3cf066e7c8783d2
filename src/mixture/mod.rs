//! Task 2: k-means, expectation-maximisation, the mixture itself, sampling.
//!
//! p(x) = sum_k pi_k N(x; mu_k, Sigma_k), with full covariances. Used by `inverse` and `study`.

mod em;
mod error;
mod kmeans;
mod model;
mod sampling;

pub use em::{EmFit, EmIteration, EmSettings, StopReason, fit};
pub use error::MixtureError;
pub use kmeans::{KMeansFit, KMeansInit, KMeansIteration, KMeansSettings, KMeansStop, kmeans};
pub use model::Mixture;
pub use sampling::{Draws, Sampler};
