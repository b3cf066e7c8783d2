//! The quality of restorations without a model, to compare the mixture's with.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use crate::inverse::{InverseError, Mask, Observation, Quality, mean_fill, nearest_fill, psnr, ssim};
use crate::study::Outcome;

/// The two baselines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Baselines {
    /// Missing pixels taken from the mean of the S training images.
    pub mean_image: Quality,
    /// Each missing pixel taken from the nearest observed one.
    pub nearest_pixel: Quality,
}

/// The baselines on all test images.
#[derive(Debug, Clone, PartialEq)]
pub struct AllBaselines {
    /// Averages over the images.
    pub mean: Baselines,
    /// Each image.
    pub each: Vec<Baselines>,
}

/// The baselines on the outcome's test images; none before task 3, and under masks that observe nothing.
///
/// Cost: D S additions for the mean image, and (missing x observed) comparisons an image.
pub fn baselines(outcome: &Outcome) -> Option<AllBaselines> {
    let report = outcome.inpaint.as_deref()?;
    let data = outcome.data.as_deref()?;
    let mean = observed_mean(&data.train.matrix(&data.sample_indices));
    let images = report.truth.column_iter().zip(report.observations.iter().filter_map(Observation::mask));
    let each: Result<Vec<Baselines>, InverseError> = images
        .map(|(image, mask)| {
            let truth: Vec<f64> = image.iter().copied().collect();
            one(&truth, mask, mean.as_slice())
        })
        .collect();
    let each = each.ok()?;
    Some(AllBaselines {
        mean: Baselines {
            mean_image: Quality::mean(each.iter().map(|image| image.mean_image)),
            nearest_pixel: Quality::mean(each.iter().map(|image| image.nearest_pixel)),
        },
        each,
    })
}

/// The mean of the observed values of every pixel; 0 where there is none.
fn observed_mean(images: &DMatrix<f64>) -> DVector<f64> {
    let mean = images.column_mean();
    let of_row = |row: usize| {
        let observed = images.row(row).into_iter().copied().filter(|pixel| !pixel.is_nan());
        let (count, sum) = observed.fold((0.0_f64, 0.0), |(count, sum), pixel| (count + 1.0, sum + pixel));
        sum / count.max(1.0)
    };
    DVector::from_fn(mean.len(), |row, _| if mean[row].is_nan() { of_row(row) } else { mean[row] })
}

fn one(truth: &[f64], mask: &Mask, mean: &[f64]) -> Result<Baselines, InverseError> {
    let quality =
        |filled: Vec<f64>| Quality { psnr: psnr(&filled, truth), ssim: ssim(&filled, truth, mask.shape()) };
    Ok(Baselines {
        mean_image: quality(mean_fill(truth, mask, mean)?),
        nearest_pixel: quality(nearest_fill(truth, mask)?),
    })
}
