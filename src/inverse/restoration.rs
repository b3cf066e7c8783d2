//! Restoring many images: posterior, expectation, standard deviation and quality of each.

use nalgebra::DMatrix;

use super::{InverseError, Mask};
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
    /// log p(x2).
    pub log_evidence: f64,
    /// Against the given image, in dB.
    pub psnr: f64,
    /// Against the given image.
    pub ssim: f64,
}

/// Restores every column of `images` (D x N) under `masks` (N of them, or one for all).
///
/// Images under equal masks share their factors.
///
/// # Errors
/// [`InverseError`].
pub fn restore(
    mixture: &Mixture,
    images: &DMatrix<f64>,
    masks: &[Mask],
) -> Result<Vec<Restoration>, InverseError> {
    let _ = (mixture, images, masks);
    todo!()
}
