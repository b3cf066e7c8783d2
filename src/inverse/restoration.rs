//! Restoring many images: posterior, expectation, standard deviation and quality of each.

use std::collections::HashMap;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{Conditioner, InverseError, Observation, Posterior, Quality, psnr, ssim};
use crate::mixture::Mixture;

/// One restored image.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// E[x | x2], D values, unclipped; equals the image where observed.
    pub restored: Vec<f64>,
    /// Posterior standard deviation, D values, 0 where observed.
    pub std: Vec<f64>,
    /// pi_{k,1|2}, K.
    pub weights: Vec<f64>,
    /// log p(x2), in nats.
    pub log_evidence: f64,
    /// Against the given image, in dB; NaN when a pixel of it is NaN.
    pub psnr: f64,
    /// Against the given image; NaN also when SSIM's window does not fit into it.
    pub ssim: f64,
}

/// The mean PSNR and SSIM of `restorations`; NaN when there are none.
pub fn mean_quality(restorations: &[Restoration]) -> Quality {
    Quality::mean(restorations.iter().map(|restored| Quality { psnr: restored.psnr, ssim: restored.ssim }))
}

/// Images conditioned at once. It bounds the memory of a large restoration; being fixed, it leaves
/// results independent of the number of threads.
const BATCH: usize = 64;

/// Restores every column of `images` (D x N) from what `observations` (N of them, or one for all) show of it.
///
/// Images under equal observations share their factors. Missing pixels are read for `psnr` and `ssim` alone,
/// and may be NaN. Cost: for each different observation as [`Conditioner::new`], then K (o^2 + 2 m o) flops
/// an image.
///
/// # Errors
/// [`InverseError::Size`], [`InverseError::Observations`], [`InverseError::NonFinitePixel`],
/// [`InverseError::Evidence`], [`InverseError::NotFinite`], [`InverseError::NotPositiveDefinite`].
pub fn restore(
    mixture: &Mixture,
    images: &DMatrix<f64>,
    observations: &[Observation],
) -> Result<Vec<Restoration>, InverseError> {
    let (dim, count) = images.shape();
    if dim != mixture.dim() {
        return Err(InverseError::Size { what: "image", found: dim, expected: mixture.dim() });
    }
    let groups: Vec<(&Observation, Vec<usize>)> = match observations {
        [one] => vec![(one, (0..count).collect())],
        each if each.len() == count => grouped(each),
        other => return Err(InverseError::Observations { observations: other.len(), images: count }),
    };
    let groups: Vec<_> = groups
        .par_iter()
        .map(|(observation, columns)| restore_group(mixture, images, observation, columns))
        .collect();
    let mut restorations = Vec::with_capacity(count);
    for group in groups {
        restorations.extend(group?);
    }
    restorations.sort_unstable_by_key(|&(column, _)| column);
    Ok(restorations.into_iter().map(|(_, restoration)| restoration).collect())
}

/// The different observations in order of their first image, each with its images.
fn grouped(observations: &[Observation]) -> Vec<(&Observation, Vec<usize>)> {
    let mut groups: Vec<(&Observation, Vec<usize>)> = Vec::new();
    let mut group_of = HashMap::new();
    for (column, observation) in observations.iter().enumerate() {
        let group = *group_of.entry(observation).or_insert_with(|| {
            groups.push((observation, Vec::new()));
            groups.len() - 1
        });
        groups[group].1.push(column);
    }
    groups
}

/// The images `columns`, all under one observation, each with its column.
fn restore_group(
    mixture: &Mixture,
    images: &DMatrix<f64>,
    observation: &Observation,
    columns: &[usize],
) -> Result<Vec<(usize, Restoration)>, InverseError> {
    let conditioner = Conditioner::new(mixture, observation)?;
    let batches: Vec<_> = columns
        .par_chunks(BATCH)
        .map(|batch| -> Result<Vec<_>, InverseError> {
            let posteriors = conditioner.posteriors_of(images, batch)?;
            let each = batch.iter().zip(&posteriors);
            each.map(|(&column, posterior)| {
                let restoration = summarise(posterior, images.column(column).as_slice());
                let mut values = restoration.restored.iter().chain(&restoration.std);
                match values.all(|value| value.is_finite()) {
                    true => Ok((column, restoration)),
                    false => Err(InverseError::NotFinite { image: column }),
                }
            })
            .collect()
        })
        .collect();
    let mut restorations = Vec::with_capacity(columns.len());
    for batch in batches {
        restorations.extend(batch?);
    }
    Ok(restorations)
}

fn summarise(posterior: &Posterior, truth: &[f64]) -> Restoration {
    let restored = posterior.expectation();
    Restoration {
        psnr: psnr(&restored, truth),
        ssim: ssim(&restored, truth, posterior.mask().shape()),
        std: posterior.standard_deviation(),
        weights: posterior.weights().iter().copied().collect(),
        log_evidence: posterior.log_evidence(),
        restored,
    }
}
