//! The quality of restorations without a model, to hold the mixture's against.
//!
//! Used by the page on inpainting and by metrics.json.

use serde::Serialize;

use crate::inverse::{InverseError, Mask, Restoration, mean_fill, nearest_fill, psnr, ssim};
use crate::study::{InpaintReport, Outcome};

/// Quality of restorations, averaged over the test images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// Mean peak signal-to-noise ratio, in dB.
    pub psnr: f64,
    /// Mean structural similarity, at most 1.
    pub ssim: f64,
}

impl Quality {
    /// The quality of the mixture's restorations; NaN when there are none.
    pub fn of(restorations: &[Restoration]) -> Self {
        Self::mean(restorations.iter().map(|r| Self { psnr: r.psnr, ssim: r.ssim }))
    }

    fn mean(each: impl Iterator<Item = Self>) -> Self {
        let (count, psnr, ssim) =
            each.fold((0.0, 0.0, 0.0), |(count, psnr, ssim), q| (count + 1.0, psnr + q.psnr, ssim + q.ssim));
        Self { psnr: psnr / count, ssim: ssim / count }
    }
}

/// The two baselines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baselines {
    /// Missing pixels taken from the mean of the S training images.
    pub mean_image: Quality,
    /// Each missing pixel taken from the nearest observed one.
    pub nearest_pixel: Quality,
}

/// The baselines on the outcome's test images; none before task 3, and under masks that observe nothing.
///
/// Cost: D S additions for the mean image, and (missing x observed) comparisons an image.
pub fn baselines(outcome: &Outcome) -> Option<Baselines> {
    let report = outcome.inpaint.as_deref()?;
    let data = outcome.data.as_deref()?;
    let side = data.train.side();
    let mean = data.train.matrix(&data.sample_indices).column_mean();
    Some(Baselines {
        mean_image: quality(report, side, |image, mask| mean_fill(image, mask, mean.as_slice())).ok()?,
        nearest_pixel: quality(report, side, |image, mask| nearest_fill(image, mask, side)).ok()?,
    })
}

fn quality(
    report: &InpaintReport,
    side: usize,
    fill: impl Fn(&[f64], &Mask) -> Result<Vec<f64>, InverseError>,
) -> Result<Quality, InverseError> {
    let images = report.truth.column_iter().zip(&report.masks);
    let each: Result<Vec<Quality>, InverseError> = images
        .map(|(image, mask)| {
            let truth: Vec<f64> = image.iter().copied().collect();
            let filled = fill(&truth, mask)?;
            Ok(Quality { psnr: psnr(&filled, &truth), ssim: ssim(&filled, &truth, side) })
        })
        .collect();
    Ok(Quality::mean(each?.into_iter()))
}
