//! samples.npz and restored.npz: N images are N x D in a file and D x N in memory, which is the same order of numbers.

use std::path::Path;

use nalgebra::DMatrix;

use super::FileError;
use crate::data::npz;
use crate::inverse::{Mask, Observation, Restoration};

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

/// Writes restorations: `images`, `masks`, `restored`, `std` (N, D), `weights` (N, K), `psnr`, `ssim` (N,).
///
/// `observations` holds one an image, or one for all; `masks` is written where all of them are masks.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_restored(
    path: &Path,
    images: &DMatrix<f64>,
    observations: &[Observation],
    restorations: &[Restoration],
) -> Result<(), FileError> {
    let (n, d) = (restorations.len(), images.nrows());
    let k = restorations.first().map_or(0, |restoration| restoration.weights.len());
    let observed = (0..n).filter_map(|i| observations.get(i).or(observations.first()));
    let masks: Option<Vec<&Mask>> = observed.map(Observation::mask).collect();
    npz::write(path, |npz| {
        npz.array("images", &[n, d], images.iter())?;
        if let Some(masks) = masks {
            npz.array("masks", &[n, d], masks.into_iter().flat_map(Mask::bits))?;
        }
        npz.array("restored", &[n, d], restorations.iter().flat_map(|r| &r.restored))?;
        npz.array("weights", &[n, k], restorations.iter().flat_map(|r| &r.weights))?;
        npz.array("std", &[n, d], restorations.iter().flat_map(|r| &r.std))?;
        npz.array("psnr", &[n], restorations.iter().map(|r| &r.psnr))?;
        npz.array("ssim", &[n], restorations.iter().map(|r| &r.ssim))
    })?;
    Ok(())
}
