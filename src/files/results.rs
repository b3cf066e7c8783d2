//! samples.npz and restored.npz: N images are N x D in a file and D x N in memory, which is the same order of numbers.

use std::path::Path;

use nalgebra::DMatrix;

use super::FileError;
use crate::data::npz;
use crate::inverse::{Interval, Mask, Observation, Restoration};

/// Writes samples: `samples` (N, D), unclipped, and `components` (N,), int64 from 0.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_samples(path: &Path, images: &DMatrix<f64>, components: &[usize]) -> Result<(), FileError> {
    let components: Vec<i64> = components.iter().map(|&k| k as i64).collect();
    npz::write(path, |npz| {
        npz.array("samples", &[images.ncols(), images.nrows()], images.iter())?;
        npz.array("components", &[components.len()], &components)
    })?;
    Ok(())
}

/// Writes the scores of N images: `log_density` (N,) in nats, `responsibilities` (N, K) and `assignments` (N,), int64 from 0.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_scores(
    path: &Path,
    log_density: &[f64],
    responsibilities: &DMatrix<f64>,
    assignments: &[usize],
) -> Result<(), FileError> {
    let assignments: Vec<i64> = assignments.iter().map(|&k| k as i64).collect();
    npz::write(path, |npz| {
        npz.array("log_density", &[log_density.len()], log_density)?;
        let shape = [responsibilities.ncols(), responsibilities.nrows()];
        npz.array("responsibilities", &shape, responsibilities.iter())?;
        npz.array("assignments", &[assignments.len()], &assignments)
    })?;
    Ok(())
}

/// Restorations, with what they were made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// The images, D x N, where they are known.
    pub truth: Option<DMatrix<f64>>,
    /// One an image, or one for all.
    pub observations: Vec<Observation>,
    /// y of each image.
    pub measurements: Vec<Vec<f64>>,
    /// N.
    pub restorations: Vec<Restoration>,
}

impl Restored {
    /// The observation of an image.
    pub fn observation(&self, image: usize) -> Option<&Observation> {
        self.observations.get(image).or(self.observations.first())
    }
}

/// Writes restorations: `restored`, `std` (N, D), `weights` (N, K), `evidence` (N,) and `measurements` (N, m), m being that of the image with
/// most of them, the rest NaN; where all observations are masks, `masks` (N, D); with intervals, `lower` and `upper` (N, D); where the images are known,
/// `images` (N, D), `psnr` and `ssim` (N,).
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_restored(path: &Path, restored: &Restored) -> Result<(), FileError> {
    let Restored { truth, measurements, restorations, .. } = restored;
    let n = restorations.len();
    let (d, k) = restorations.first().map_or((0, 0), |first| (first.restored.len(), first.weights.len()));
    let m = measurements.iter().map(Vec::len).max().unwrap_or(0);
    let masks: Option<Vec<&Mask>> =
        (0..n).filter_map(|i| restored.observation(i)).map(Observation::mask).collect();
    let intervals: Option<Vec<&Interval>> = restorations.iter().map(|r| r.interval.as_ref()).collect();
    let padded = |y: &Vec<f64>| (0..m).map(|i| y.get(i).copied().unwrap_or(f64::NAN)).collect::<Vec<_>>();
    let padded: Vec<f64> = measurements.iter().flat_map(padded).collect();
    npz::write(path, |npz| {
        if let Some(truth) = truth {
            npz.array("images", &[n, d], truth.iter())?;
        }
        if let Some(masks) = masks {
            npz.array("masks", &[n, d], masks.into_iter().flat_map(Mask::bits))?;
        }
        npz.array("measurements", &[n, m], &padded)?;
        npz.array("restored", &[n, d], restorations.iter().flat_map(|r| &r.restored))?;
        npz.array("weights", &[n, k], restorations.iter().flat_map(|r| &r.weights))?;
        npz.array("std", &[n, d], restorations.iter().flat_map(|r| &r.std))?;
        if let Some(intervals) = intervals.filter(|intervals| !intervals.is_empty()) {
            npz.array("lower", &[n, d], intervals.iter().flat_map(|interval| &interval.lower))?;
            npz.array("upper", &[n, d], intervals.iter().flat_map(|interval| &interval.upper))?;
        }
        npz.array("evidence", &[n], restorations.iter().map(|r| &r.log_evidence))?;
        if truth.is_some() {
            npz.array("psnr", &[n], restorations.iter().map(|r| &r.psnr))?;
            npz.array("ssim", &[n], restorations.iter().map(|r| &r.ssim))?;
        }
        Ok(())
    })?;
    Ok(())
}
