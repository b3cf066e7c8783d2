//! Task 3 in numbers: every restored image, with its baselines and how well its uncertainty was judged.

use serde::Serialize;

use crate::export::baselines::baselines;
use crate::inverse::{BaselineQualities, Quality, mean_quality, serialize_psnr};
use crate::study::{InpaintReport, Outcome};

/// Task 3.
#[derive(Debug, Serialize)]
pub struct Inpainting<'a> {
    /// Averages over the images of the mixture's restorations.
    pub mixture: Quality,
    /// The same of other restorations, those that apply.
    pub baselines: Option<BaselineQualities>,
    /// Mean NLL of the whole test images under the mixture, in nats.
    pub test_nll: Option<f64>,
    /// Each image.
    pub images: Vec<Restored<'a>>,
}

/// One restored image.
#[derive(Debug, Serialize)]
pub struct Restored<'a> {
    /// Its position among the test images.
    pub test_index: Option<usize>,
    /// Its label, if it has one.
    pub label: Option<u8>,
    /// Observed pixels.
    pub observed: usize,
    /// In dB.
    #[serde(serialize_with = "serialize_psnr")]
    pub psnr: f64,
    /// Structural similarity, at most 1.
    pub ssim: f64,
    /// The same of other restorations, those that apply.
    pub baselines: Option<BaselineQualities>,
    /// log p(observed pixels), in nats.
    pub log_evidence: f64,
    /// log p(whole image), in nats.
    pub log_density: Option<f64>,
    /// The share of missing pixels that are within two posterior standard deviations of the restoration.
    pub within_two_std: Option<f64>,
    /// Posterior weights of the components.
    pub weights: &'a [f64],
}

pub(super) fn inpainting(outcome: &Outcome) -> Option<Inpainting<'_>> {
    let report = outcome.inpaint.as_deref()?;
    let baselines = baselines(outcome);
    let mixture = outcome.fit.as_deref().map(|fit| &fit.mixture);
    let densities = mixture.and_then(|mixture| mixture.log_density(&report.truth).ok());
    let images: Vec<Restored<'_>> = report
        .restorations
        .iter()
        .enumerate()
        .map(|(i, restoration)| Restored {
            test_index: report.indices.get(i).copied(),
            label: report.label(i),
            observed: report
                .observations
                .get(i)
                .map_or(0, |observation| observation.operator().measurements()),
            psnr: restoration.psnr,
            ssim: restoration.ssim,
            baselines: baselines.as_ref().and_then(|all| all.each.get(i).cloned()),
            log_evidence: restoration.log_evidence,
            log_density: densities.as_ref().and_then(|all| all.get(i).copied()),
            within_two_std: within_two_std(report, i),
            weights: &restoration.weights,
        })
        .collect();
    let test_nll = densities.map(|all| -all.iter().sum::<f64>() / all.len() as f64);
    let quality = mean_quality(&report.restorations);
    Some(Inpainting { mixture: quality, baselines: baselines.map(|all| all.mean), test_nll, images })
}

fn within_two_std(report: &InpaintReport, image: usize) -> Option<f64> {
    let restoration = report.restorations.get(image)?;
    let missing = report.mask(image)?.missing();
    let within = missing.iter().filter(|&&pixel| {
        let truth = report.truth.get((pixel, image));
        let guess = restoration.restored.get(pixel).zip(restoration.std.get(pixel));
        truth.zip(guess).is_some_and(|(truth, (restored, std))| (restored - truth).abs() <= 2.0 * std)
    });
    (!missing.is_empty()).then(|| within.count() as f64 / missing.len() as f64)
}
