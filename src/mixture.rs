//! Task 2: k-means, expectation-maximisation, the mixture itself, sampling.
//!
//! p(x) = sum_k pi_k N(x; mu_k, Sigma_k).

mod averages;
mod categorical;
mod check;
mod chunks;
mod component;
mod covariance;
mod em;
mod em_fit;
mod em_run;
mod em_steps;
mod em_tiles;
mod error;
mod evaluation;
mod expectation;
mod families;
mod kmeans;
mod missing;
mod model;
mod moments;
mod observed;
mod parameters;
mod pixel_order;
mod pool;
mod principal;
mod ranks;
mod repair;
mod reseed;
mod sampling;
mod scores;
mod selection;
mod shrinkage;
mod source;
mod statistics;
mod taper;
mod tiles;
mod training_set;

pub(crate) use categorical::categorical;
pub use covariance::{Covariance, CovarianceFactor, CovarianceFamily};
pub use em::{fit, fit_owned, fit_training_set, pair_bytes};
pub use em_fit::{EmFit, EmIteration, EmSettings, HeldOut, StopReason};
pub use em_tiles::{fit_source, own_images};
pub use error::MixtureError;
pub use evaluation::{Evaluation, Evaluator};
pub use kmeans::{
    KMeansFit, KMeansInit, KMeansIteration, KMeansSettings, KMeansStop, kmeans, kmeans_sample, kmeans_source,
    kmeans_training_set,
};
pub use model::Mixture;
pub use principal::PrincipalAxes;
pub use ranks::{Alone, Ranks};
pub use repair::Repair;
pub use reseed::dead_components;
pub use sampling::{Draws, Sampler};
pub use scores::{DEQUANTISATION_VARIANCE, bits_per_dim, dequantise, trimmed_nll, worst_first};
pub use selection::{FreeParameters, aic, bic};
pub use shrinkage::{FIRST_SHRINKAGE, ShrinkageChoice, choose_shrinkage};
pub use source::ImageSource;
pub use statistics::Statistics;
pub use taper::Taper;
pub use training_set::TrainingSet;

#[cfg(test)]
mod tests;
