//! report.json: what the text of the report reads.
//!
//! It is metrics.json without what differs between equal runs (times, threads, the machine), and with the titles of
//! the figures. Keys mean the same in both.

use serde::Serialize;

use crate::export::numbers::Numbers;
use crate::mixture::KMeansInit;
use crate::study::Settings;

#[derive(Serialize)]
struct ReportJson<'a> {
    program: Program,
    settings: ReportSettings<'a>,
    /// The title of each page of report-figures.pdf.
    figures: &'a [String],
    #[serde(flatten)]
    numbers: &'a Numbers<'a>,
}

#[derive(Serialize)]
struct Program {
    name: &'static str,
    version: &'static str,
}

/// The settings that results depend on, under the names that they have in metrics.json.
#[derive(Serialize)]
struct ReportSettings<'a> {
    components: usize,
    samples: usize,
    labels: &'a [u8],
    seed: u64,
    ridge: f64,
    tolerance: f64,
    max_iterations: usize,
    kmeans_init: KMeansInit,
    restarts: usize,
    observed: f64,
    mask_per_image: bool,
}

/// Indented JSON with a line end.
///
/// # Errors
/// [`serde_json::Error`], which no number or title gives.
pub(super) fn json(
    settings: &Settings,
    figures: &[String],
    numbers: &Numbers<'_>,
) -> Result<String, serde_json::Error> {
    let program = Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
    let settings = ReportSettings {
        components: settings.components,
        samples: settings.samples,
        labels: &settings.labels,
        seed: settings.seed,
        ridge: settings.ridge,
        tolerance: settings.tolerance,
        max_iterations: settings.max_iterations,
        kmeans_init: settings.kmeans_init,
        restarts: settings.restarts,
        observed: settings.observed,
        mask_per_image: settings.mask_per_image,
    };
    let all = ReportJson { program, settings, figures, numbers };
    serde_json::to_string_pretty(&all).map(|json| json + "\n")
}
