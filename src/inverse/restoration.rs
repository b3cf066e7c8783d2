//! Restoring many images: posterior, expectation, standard deviation and quality of each.

use std::collections::HashMap;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{Conditioner, Interval, InverseError, Observation, Posterior, Quality, psnr, ssim};
use crate::data::ImageShape;
use crate::mixture::Mixture;

/// One restored image.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// E[x | y], D values, unclipped; equals the image where pixels are observed without noise.
    pub restored: Vec<f64>,
    /// Posterior standard deviation, D values, 0 where pixels are observed without noise.
    pub std: Vec<f64>,
    /// pi_{k|y}, K.
    pub weights: Vec<f64>,
    /// log p(y), in nats.
    pub log_evidence: f64,
    /// The credible interval of every pixel, where it was asked for.
    pub interval: Option<Interval>,
    /// Against the true image, in dB; NaN where it is not known, and when a pixel of it is NaN.
    pub psnr: f64,
    /// Against the true image; NaN also when SSIM's window does not fit into it.
    pub ssim: f64,
}

impl Restoration {
    /// What a posterior gives, with the credible intervals of probability `level`, if there is one; PSNR and SSIM are NaN until it is compared.
    ///
    /// # Errors
    /// [`InverseError::Level`].
    pub fn of(posterior: &Posterior, level: Option<f64>) -> Result<Self, InverseError> {
        Ok(Self {
            restored: posterior.expectation(),
            std: posterior.standard_deviation(),
            weights: posterior.weights().iter().copied().collect(),
            log_evidence: posterior.log_evidence(),
            interval: level.map(|level| posterior.interval(level)).transpose()?,
            psnr: f64::NAN,
            ssim: f64::NAN,
        })
    }

    /// Compares it with the true image, D values: sets `psnr` and `ssim`.
    pub fn compare(&mut self, truth: &[f64], shape: ImageShape) {
        self.psnr = psnr(&self.restored, truth);
        self.ssim = ssim(&self.restored, truth, shape);
    }

    /// Whether every value of restoration, deviation and interval is finite.
    pub fn is_finite(&self) -> bool {
        let interval = self.interval.iter().flat_map(|interval| interval.lower.iter().chain(&interval.upper));
        self.restored.iter().chain(&self.std).chain(interval).all(|value| value.is_finite())
    }
}

/// The mean PSNR and SSIM of `restorations`; NaN when there are none.
pub fn mean_quality(restorations: &[Restoration]) -> Quality {
    Quality::mean(restorations.iter().map(|restored| Quality { psnr: restored.psnr, ssim: restored.ssim }))
}

/// Images conditioned at once. It bounds the memory of a large restoration; being fixed, it leaves
/// results independent of the number of threads.
const BATCH: usize = 64;

/// Restores every column x of `images` (D x N) from y = A x, without noise added, of `observations` (N of them, or one for all), and compares it with
/// the image.
///
/// As [`restore_measurements`]. Pixels that a mask leaves out are read for `psnr` and `ssim` alone, and may be NaN.
///
/// # Errors
/// As [`restore_measurements`]; [`InverseError::Size`], [`InverseError::NonFinitePixel`].
pub fn restore(
    mixture: &Mixture,
    images: &DMatrix<f64>,
    observations: &[Observation],
) -> Result<Vec<Restoration>, InverseError> {
    let (dim, count) = images.shape();
    if dim != mixture.dim() {
        return Err(InverseError::Size { what: "image", found: dim, expected: mixture.dim() });
    }
    check_observations(mixture, observations, count)?;
    let each = images.column_iter().zip(each_of(observations, count)).enumerate();
    let measured = each.map(|(n, (image, observation))| observation.measure(image.as_slice(), n));
    let measured = measured.collect::<Result<Vec<_>, _>>()?;
    let mut restorations = restore_measurements(mixture, &measured, observations, None)?;
    let shape = observations.first().map_or(ImageShape::new(0, 0), Observation::shape);
    restorations
        .par_iter_mut()
        .enumerate()
        .for_each(|(n, restoration)| restoration.compare(images.column(n).as_slice(), shape));
    Ok(restorations)
}

/// Restores images from their `measurements` y under `observations`, one for each of them, or one for all; with the credible intervals
/// of probability `level`, if there is one.
///
/// Images under equal observations share their factors. Cost: for each different observation as [`Conditioner::new`], then
/// K (m^2 + 2 m D) flops an image.
///
/// # Errors
/// [`InverseError::Size`], [`InverseError::Observations`], [`InverseError::Length`], [`InverseError::NonFiniteMeasurement`],
/// [`InverseError::Evidence`], [`InverseError::NotFinite`], [`InverseError::Level`], [`InverseError::NotPositiveDefinite`],
/// [`InverseError::Singular`].
pub fn restore_measurements(
    mixture: &Mixture,
    measurements: &[Vec<f64>],
    observations: &[Observation],
    level: Option<f64>,
) -> Result<Vec<Restoration>, InverseError> {
    let count = measurements.len();
    check_observations(mixture, observations, count)?;
    let groups: Vec<_> = grouped(observations, count)
        .par_iter()
        .map(|(observation, images)| restore_group(mixture, measurements, observation, images, level))
        .collect();
    let mut restorations = Vec::with_capacity(count);
    for group in groups {
        restorations.extend(group?);
    }
    restorations.sort_unstable_by_key(|&(image, _)| image);
    Ok(restorations.into_iter().map(|(_, restoration)| restoration).collect())
}

/// The posteriors of images from their `measurements` y under `observations`, one for each of them, or one for all.
///
/// Each conditioner is shown to `seen`, with its images. Cost: as [`restore_measurements`], and 2 K D doubles an image.
///
/// # Errors
/// As [`restore_measurements`].
pub fn posteriors(
    mixture: &Mixture,
    measurements: &[Vec<f64>],
    observations: &[Observation],
    seen: &mut dyn FnMut(&Conditioner<'_>, &[usize]),
) -> Result<Vec<Posterior>, InverseError> {
    let count = measurements.len();
    check_observations(mixture, observations, count)?;
    let mut each = Vec::with_capacity(count);
    for (observation, images) in grouped(observations, count) {
        let conditioner = Conditioner::new(mixture, observation)?;
        seen(&conditioner, &images);
        let given: Vec<_> = images.iter().map(|&image| (image, measurements[image].as_slice())).collect();
        each.extend(images.iter().copied().zip(conditioner.posteriors_of(&given)?));
    }
    each.sort_unstable_by_key(|&(image, _)| image);
    Ok(each.into_iter().map(|(_, posterior)| posterior).collect())
}

/// One observation for all images, or one for each, of the mixture's size.
pub(super) fn check_observations(
    mixture: &Mixture,
    observations: &[Observation],
    images: usize,
) -> Result<(), InverseError> {
    if observations.len() != 1 && observations.len() != images {
        return Err(InverseError::Observations { observations: observations.len(), images });
    }
    match observations.iter().find(|observation| observation.shape().len() != mixture.dim()) {
        Some(other) => Err(InverseError::Size {
            what: other.operator().name(),
            found: other.shape().len(),
            expected: mixture.dim(),
        }),
        None => Ok(()),
    }
}

/// The observation of every image.
fn each_of(observations: &[Observation], images: usize) -> impl Iterator<Item = &Observation> {
    (0..images).filter_map(|image| observations.get(image).or(observations.first()))
}

/// The different observations of `count` images in order of their first image, each with its images.
pub(super) fn grouped(observations: &[Observation], count: usize) -> Vec<(&Observation, Vec<usize>)> {
    if let [one] = observations {
        return vec![(one, (0..count).collect())];
    }
    let mut groups: Vec<(&Observation, Vec<usize>)> = Vec::new();
    let mut group_of = HashMap::new();
    for (image, observation) in observations.iter().enumerate() {
        let group = *group_of.entry(observation).or_insert_with(|| {
            groups.push((observation, Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(image);
    }
    groups
}

/// The `images`, all under one observation, each with its number.
fn restore_group(
    mixture: &Mixture,
    measurements: &[Vec<f64>],
    observation: &Observation,
    images: &[usize],
    level: Option<f64>,
) -> Result<Vec<(usize, Restoration)>, InverseError> {
    let conditioner = Conditioner::new(mixture, observation)?;
    let batches: Vec<_> = images
        .par_chunks(BATCH)
        .map(|batch| -> Result<Vec<_>, InverseError> {
            let given: Vec<_> = batch.iter().map(|&image| (image, measurements[image].as_slice())).collect();
            let posteriors = conditioner.posteriors_of(&given)?;
            let each = batch.iter().zip(&posteriors);
            each.map(|(&image, posterior)| {
                let restoration = Restoration::of(posterior, level)?;
                match restoration.is_finite() {
                    true => Ok((image, restoration)),
                    false => Err(InverseError::NotFinite { image }),
                }
            })
            .collect()
        })
        .collect();
    let mut restorations = Vec::with_capacity(images.len());
    for batch in batches {
        restorations.extend(batch?);
    }
    Ok(restorations)
}
