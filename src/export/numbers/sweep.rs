//! Other K and other ridges in numbers: the report's evidence for the choice of both.

use serde::Serialize;

use crate::inverse::serialize_psnr;
use crate::mixture::StopReason;
use crate::study::{SweepReport, SweepRow};

/// Two sweeps around a study: over K at its ridge, and over the ridge at its K.
#[derive(Debug)]
pub struct Sweeps {
    /// Every K under the study's ridge.
    pub by_components: SweepReport,
    /// The study's K under every ridge.
    pub by_ridge: SweepReport,
}

/// What they found.
#[derive(Debug, Serialize)]
pub struct Sweep {
    /// Training images of every fit.
    pub samples: usize,
    /// Test images that fits are scored on.
    pub held_out: usize,
    /// Test images restored.
    pub test_images: usize,
    /// By rising K.
    pub by_components: Vec<Row>,
    /// By rising ridge.
    pub by_ridge: Vec<Row>,
}

/// One fit.
#[derive(Debug, Serialize)]
pub struct Row {
    /// K.
    pub components: usize,
    /// Added to the diagonal of every covariance.
    pub ridge: f64,
    /// Mean NLL per training image, in nats.
    pub nll: Option<f64>,
    /// The same on held-out images.
    pub held_out_nll: Option<f64>,
    /// The same without the worst 1 % of them.
    pub trimmed_nll: Option<f64>,
    /// Bayesian information criterion.
    pub bic: Option<f64>,
    /// Akaike's information criterion.
    pub aic: Option<f64>,
    /// Mean PSNR of the restored test images, in dB.
    #[serde(serialize_with = "serialize_psnr")]
    pub psnr: Option<f64>,
    /// Their mean SSIM.
    pub ssim: Option<f64>,
    /// Iterations of EM.
    pub iterations: Option<usize>,
    /// Why EM stopped.
    pub stop: Option<StopReason>,
    /// Why there are no scores.
    pub error: Option<String>,
}

pub(super) fn sweep(sweeps: &Sweeps) -> Sweep {
    let by_components = &sweeps.by_components;
    let mut ridges: Vec<&SweepRow> = sweeps.by_ridge.rows.iter().collect();
    // The fit that both have in common may be in the first alone.
    let common = by_components.rows.iter().filter(|row| {
        let same_k = sweeps.by_ridge.grid.components.contains(&row.cell.components);
        same_k && !ridges.iter().any(|other| other.cell.ridge == row.cell.ridge)
    });
    ridges.extend(common.collect::<Vec<_>>());
    ridges.sort_by(|a, b| a.cell.ridge.total_cmp(&b.cell.ridge));
    let mut components: Vec<&SweepRow> = by_components.rows.iter().collect();
    components.sort_by_key(|row| row.cell.components);
    Sweep {
        samples: by_components.samples,
        held_out: by_components.held_out_indices.len(),
        test_images: by_components.test_indices.len(),
        by_components: components.into_iter().map(row).collect(),
        by_ridge: ridges.into_iter().map(row).collect(),
    }
}

fn row(row: &SweepRow) -> Row {
    let scores = row.result.as_ref().ok();
    Row {
        components: row.cell.components,
        ridge: row.cell.ridge,
        nll: scores.map(|scores| scores.nll),
        held_out_nll: scores.and_then(|scores| scores.held_out_nll),
        trimmed_nll: scores.and_then(|scores| scores.trimmed_nll),
        bic: scores.map(|scores| scores.bic),
        aic: scores.map(|scores| scores.aic),
        psnr: scores.map(|scores| scores.psnr),
        ssim: scores.map(|scores| scores.ssim),
        iterations: scores.map(|scores| scores.iterations),
        stop: scores.map(|scores| scores.stop),
        error: row.result.as_ref().err().map(|error| error.with_causes()),
    }
}
