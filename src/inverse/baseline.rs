//! Restorations that people know, to compare the mixture's with.

mod bicubic;
mod fill;
mod harmonic;
mod non_local_means;
mod total_variation;

use std::collections::BTreeMap;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

pub use bicubic::bicubic;
pub use fill::{mean_fill, nearest_fill};
pub use harmonic::harmonic_fill;
pub use non_local_means::non_local_means;
pub use total_variation::total_variation;

use super::{InverseError, Noise, Observation, Operator, Quality, psnr, restore_measurements, ssim};
use crate::mixture::{Mixture, MixtureError};

/// A method to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Baseline {
    /// The measurements themselves, where they are a picture of the image's size: nothing is done.
    Measured,
    /// The expectation of x, the mixture's mean, which is that of its training images; where pixels are observed, they are kept.
    MeanImage,
    /// [`nearest_fill`].
    NearestPixel,
    /// [`harmonic_fill`].
    Harmonic,
    /// [`bicubic`].
    Bicubic,
    /// [`total_variation`], where every pixel is observed with noise of one standard deviation; the weight is 0.6 of that.
    TotalVariation,
    /// [`non_local_means`], where every pixel is observed with noise of one standard deviation.
    NonLocalMeans,
    /// The Wiener filter: the posterior expectation under one normal distribution with the mean and the covariance of the mixture
    /// ([`single_component`]).
    Wiener,
}

impl Baseline {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "as measured",
            Self::MeanImage => "mean image",
            Self::NearestPixel => "nearest pixel",
            Self::Harmonic => "harmonic",
            Self::Bicubic => "bicubic",
            Self::TotalVariation => "total variation",
            Self::NonLocalMeans => "non-local means",
            Self::Wiener => "Wiener",
        }
    }

    /// Its name over a column of numbers.
    pub fn short(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::MeanImage => "mean",
            Self::NearestPixel => "nearest",
            Self::TotalVariation => "TV",
            Self::NonLocalMeans => "NLM",
            other => other.name(),
        }
    }

    /// Those that apply to what is observed.
    fn of(observation: &Observation) -> Vec<Self> {
        match observation.operator() {
            Operator::Mask(mask) if mask.observed().is_empty() => vec![Self::MeanImage],
            Operator::Mask(_) => vec![Self::MeanImage, Self::NearestPixel, Self::Harmonic, Self::Wiener],
            Operator::Reduction(_) => vec![Self::MeanImage, Self::Bicubic, Self::Wiener],
            Operator::Identity(_) if matches!(observation.noise(), Noise::Equal(_)) => {
                vec![Self::Measured, Self::MeanImage, Self::TotalVariation, Self::NonLocalMeans, Self::Wiener]
            }
            Operator::Identity(_) | Operator::Blur(_) => vec![Self::Measured, Self::MeanImage, Self::Wiener],
            _ => vec![Self::MeanImage, Self::Wiener],
        }
    }
}

/// A baseline and its restorations, D values an image.
pub type BaselineImages = (Baseline, Vec<Vec<f64>>);

/// The weight of the total variation, in standard deviations of the noise: the best of 0.4 to 1.1 on images of Fashion-MNIST with noise of 0.1.
const TV_WEIGHT: f64 = 0.6;

/// Pixels above which there is no Wiener filter: it takes a D x D matrix, whatever the covariances of the mixture are.
const MOST_PIXELS: usize = 4096;

/// The baselines that apply to all `observations` (one for each of the `measurements`, or one for all), each with its restorations (D values an image).
///
/// The Wiener filter is left out for a mixture of one component, which is that, and above 4,096 pixels.
///
/// # Errors
/// As [`restore_measurements`].
pub fn baselines(
    mixture: &Mixture,
    measurements: &[Vec<f64>],
    observations: &[Observation],
) -> Result<Vec<BaselineImages>, InverseError> {
    let Some(first) = observations.first() else { return Ok(Vec::new()) };
    let mut applying = Baseline::of(first);
    for observation in &observations[1..] {
        let others = Baseline::of(observation);
        applying.retain(|baseline| others.contains(baseline));
    }
    if mixture.components() == 1 || mixture.dim() > MOST_PIXELS {
        applying.retain(|&baseline| baseline != Baseline::Wiener);
    }
    let mean: Vec<f64> = (mixture.means() * mixture.weights()).as_slice().to_vec();
    let each = |baseline: Baseline| -> Result<Vec<Vec<f64>>, InverseError> {
        if baseline == Baseline::Wiener {
            let restored =
                restore_measurements(&single_component(mixture)?, measurements, observations, None)?;
            return Ok(restored.into_iter().map(|restoration| restoration.restored).collect());
        }
        let one =
            |(n, y): (usize, &Vec<f64>)| simple(baseline, observations.get(n).unwrap_or(first), y, &mean);
        measurements.par_iter().enumerate().map(one).collect::<Vec<_>>().into_iter().collect()
    };
    applying.into_iter().map(|baseline| Ok((baseline, each(baseline)?))).collect()
}

/// PSNR and SSIM of the baselines that apply.
pub type BaselineQualities = BTreeMap<Baseline, Quality>;

/// The baselines on images that are known.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedBaselines {
    /// Means over the images.
    pub mean: BaselineQualities,
    /// Of each image.
    pub each: Vec<BaselineQualities>,
}

/// The quality of the [`baselines`] on the images `truth` (D x N).
///
/// # Errors
/// As [`baselines`].
pub fn compare_baselines(
    mixture: &Mixture,
    truth: &DMatrix<f64>,
    measurements: &[Vec<f64>],
    observations: &[Observation],
) -> Result<ComparedBaselines, InverseError> {
    let Some(shape) = observations.first().map(Observation::shape) else {
        return Ok(ComparedBaselines { mean: BTreeMap::new(), each: Vec::new() });
    };
    let quality = |(restored, image): (&Vec<f64>, &[f64])| Quality {
        psnr: psnr(restored, image),
        ssim: ssim(restored, image, shape),
    };
    let mut each = vec![BTreeMap::new(); truth.ncols()];
    let mut mean = BTreeMap::new();
    for (baseline, images) in baselines(mixture, measurements, observations)? {
        let pairs: Vec<_> = images.iter().zip(truth.as_slice().chunks_exact(truth.nrows().max(1))).collect();
        let qualities: Vec<Quality> = pairs.into_par_iter().map(quality).collect();
        mean.insert(baseline, Quality::mean(qualities.iter().copied()));
        for (of_image, quality) in each.iter_mut().zip(qualities) {
            of_image.insert(baseline, quality);
        }
    }
    Ok(ComparedBaselines { mean, each })
}

/// The restoration of one image by a baseline other than the Wiener filter.
fn simple(
    baseline: Baseline,
    observation: &Observation,
    y: &[f64],
    mean: &[f64],
) -> Result<Vec<f64>, InverseError> {
    if let Operator::Mask(mask) = observation.operator() {
        let seen = observation.operator().adjoint(&DMatrix::from_column_slice(y.len(), 1, y));
        return match baseline {
            Baseline::NearestPixel => nearest_fill(seen.as_slice(), mask),
            Baseline::Harmonic => harmonic_fill(seen.as_slice(), mask),
            _ => mean_fill(seen.as_slice(), mask, mean),
        };
    }
    Ok(match (baseline, observation.operator()) {
        (Baseline::Measured, _) => y.to_vec(),
        (Baseline::TotalVariation, _) => {
            total_variation(y, observation.shape(), TV_WEIGHT * observation.noise().of(0))
        }
        (Baseline::NonLocalMeans, _) => non_local_means(y, observation.shape(), observation.noise().of(0)),
        (Baseline::Bicubic, Operator::Reduction(reduction)) => {
            bicubic(y, observation.operator().output(), reduction.factor())?
        }
        _ => mean.to_vec(),
    })
}

/// One normal distribution with the mixture's mean, m = sum_k pi_k mu_k, and covariance, sum_k pi_k (Sigma_k + (mu_k - m) (mu_k - m)^T).
///
/// Cost: K D^2 flops, and a D x D matrix.
///
/// # Errors
/// [`MixtureError::Parameter`] where the sums overflow.
pub fn single_component(mixture: &Mixture) -> Result<Mixture, MixtureError> {
    let mean = mixture.means() * mixture.weights();
    let mut covariance = DMatrix::zeros(mixture.dim(), mixture.dim());
    for (k, sigma) in mixture.covariances().iter().enumerate() {
        let weight = mixture.weights()[k];
        covariance.zip_apply(&*sigma.dense(), |sum, value| *sum += weight * value);
        let offset = mixture.means().column(k) - &mean;
        covariance.ger(weight, &offset, &offset, 1.0);
    }
    // Equal to the last bit on both sides of the diagonal, as the check of a mixture wants it to rounding.
    covariance.fill_upper_triangle_with_lower_triangle();
    let means = DMatrix::from_column_slice(mean.len(), 1, mean.as_slice());
    Mixture::new(DVector::from_element(1, 1.0), means, vec![covariance])
}
