//! metrics.json: the numbers that the figures show, with settings, versions and timings.
//!
//! The only exported file with wall-clock times, and so the only one that differs between equal runs. Numbers
//! that are not finite are `null`.

mod gather;

use serde::Serialize;

use super::baselines::{Baselines, Quality};
use crate::density::Check;
use crate::mixture::{KMeansStop, StopReason};
use crate::study::{Outcome, Settings};

/// Everything in metrics.json. A part is `null` while the study has not come to it.
#[derive(Debug, Serialize)]
pub struct Metrics<'a> {
    /// The program that made it.
    pub program: Program,
    /// The settings of the study, as on the command line.
    pub settings: &'a Settings,
    /// Whether EM started from means that were given instead of k-means.
    pub means_given: bool,
    /// Whether every stage was done.
    pub finished: bool,
    /// The stages that are done, with their wall-clock times.
    pub stages: Vec<StageTime>,
    /// Why not, when an error stopped the study.
    pub failure: Option<&'a str>,
    /// Task 1.
    pub transform: Option<Transform<'a>>,
    /// The images.
    pub data: Option<Data>,
    /// k-means.
    pub kmeans: Option<KMeans>,
    /// EM.
    pub em: Option<Em>,
    /// The fitted mixture.
    pub mixture: Option<MixtureNumbers>,
    /// The component of each sample, from 0.
    pub sample_components: Option<&'a [usize]>,
    /// Task 3.
    pub inpainting: Option<Inpainting<'a>>,
}

/// The program and the machine's kind.
#[derive(Debug, Serialize)]
pub struct Program {
    /// "gmmscope".
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Operating system and processor.
    pub platform: String,
}

/// How long a stage took.
#[derive(Debug, Serialize)]
pub struct StageTime {
    /// Its name.
    pub stage: &'static str,
    /// Wall-clock time without pauses, in seconds.
    pub seconds: f64,
}

/// Task 1.
#[derive(Debug, Serialize)]
pub struct Transform<'a> {
    /// Whether every check that counts holds.
    pub passed: bool,
    /// The table of checks.
    pub checks: &'a [Check],
    /// Draws of Z behind the histogram.
    pub draws: usize,
    /// n + 1 edges of the histogram.
    pub histogram_edges: &'a [f64],
    /// n heights of the histogram, as a density.
    pub histogram_heights: &'a [f64],
}

/// The images of the study.
#[derive(Debug, Serialize)]
pub struct Data {
    /// Where they came from.
    pub source: String,
    /// Height and width in pixels.
    pub side: usize,
    /// Training images of the chosen labels.
    pub train_images: usize,
    /// Test images of the chosen labels.
    pub test_images: usize,
    /// Images used, by label.
    pub samples: Vec<LabelCount>,
    /// Test images that EM is scored on.
    pub held_out: usize,
}

/// A label and a count.
#[derive(Debug, Serialize)]
pub struct LabelCount {
    /// 0 to 9.
    pub label: u8,
    /// Its class name.
    pub name: &'static str,
    /// Images.
    pub count: usize,
}

/// k-means.
#[derive(Debug, Serialize)]
pub struct KMeans {
    /// Iterations of all runs, in order.
    pub history: Vec<KMeansStep>,
    /// The run that was kept.
    pub result: Option<KMeansResult>,
}

/// One iteration of k-means.
#[derive(Debug, Serialize)]
pub struct KMeansStep {
    /// The run, from 0.
    pub restart: usize,
    /// From 1.
    pub iteration: usize,
    /// Sum of squared distances to the nearest centroid, in squared pixel values.
    pub inertia: f64,
    /// Squared movement of all centroids, in squared pixel values.
    pub movement: f64,
    /// Images that changed their cluster.
    pub changed: usize,
}

/// The run of k-means that was kept.
#[derive(Debug, Serialize)]
pub struct KMeansResult {
    /// Which run, from 0.
    pub restart: usize,
    /// Iterations of that run.
    pub iterations: usize,
    /// Why it stopped.
    pub stop: KMeansStop,
    /// Its inertia.
    pub inertia: f64,
    /// Images in each cluster by label: K rows, in the order of `settings.labels`.
    pub labels_by_cluster: Vec<Vec<usize>>,
}

/// EM.
#[derive(Debug, Serialize)]
pub struct Em {
    /// Every iteration.
    pub history: Vec<EmNumbers>,
    /// Why it stopped.
    pub stop: Option<StopReason>,
    /// Mean NLL per image of the fitted mixture, in nats.
    pub final_nll: Option<f64>,
    /// Wall-clock time of all iterations, in seconds.
    pub seconds: f64,
}

/// One iteration of EM.
#[derive(Debug, Serialize)]
pub struct EmNumbers {
    /// From 1.
    pub iteration: usize,
    /// Mean NLL per image of the parameters that it started from, in nats.
    pub nll: f64,
    /// Absolute change from the iteration before, in nats.
    pub change: Option<f64>,
    /// The same as `nll` on held-out images.
    pub held_out_nll: Option<f64>,
    /// pi after it.
    pub weights: Vec<f64>,
    /// Wall-clock time, in seconds.
    pub seconds: f64,
}

/// The fitted mixture.
#[derive(Debug, Serialize)]
pub struct MixtureNumbers {
    /// K.
    pub components: usize,
    /// D.
    pub dim: usize,
    /// K - 1 + K D + K D (D + 1) / 2.
    pub free_parameters: usize,
    /// pi, by falling weight.
    pub weights: Vec<f64>,
    /// What each component is made of, in the same order.
    pub composition: Vec<Composition>,
}

/// The training images for which a component has the largest responsibility.
#[derive(Debug, Serialize)]
pub struct Composition {
    /// Images by label, in the order of `settings.labels`.
    pub labels: Vec<usize>,
    /// The most frequent label.
    pub majority: Option<u8>,
    /// Its share, 0 to 1.
    pub purity: Option<f64>,
}

/// Task 3.
#[derive(Debug, Serialize)]
pub struct Inpainting<'a> {
    /// Averages over the images of the mixture's restorations.
    pub mixture: Quality,
    /// The same of restorations without a model.
    pub baselines: Option<Baselines>,
    /// Each image.
    pub images: Vec<RestoredNumbers<'a>>,
}

/// One restored image.
#[derive(Debug, Serialize)]
pub struct RestoredNumbers<'a> {
    /// Its position among the test images.
    pub test_index: Option<usize>,
    /// Its label.
    pub label: u8,
    /// Observed pixels.
    pub observed: usize,
    /// In dB; null when the restoration is perfect.
    pub psnr: f64,
    /// Structural similarity, at most 1.
    pub ssim: f64,
    /// log p(observed pixels), in nats.
    pub log_evidence: f64,
    /// Posterior weights of the components.
    pub weights: &'a [f64],
}

impl<'a> Metrics<'a> {
    /// The numbers of what the outcome holds so far.
    pub fn new(outcome: &'a Outcome) -> Self {
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        Self {
            program: Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), platform },
            settings: &outcome.settings,
            means_given: outcome.settings.means_init.is_some(),
            finished: outcome.finished,
            stages: outcome.times.iter().map(gather::stage_time).collect(),
            failure: outcome.failure.as_deref(),
            transform: gather::transform(outcome),
            data: gather::data(outcome),
            kmeans: gather::kmeans(outcome),
            em: gather::em(outcome),
            mixture: gather::mixture(outcome),
            sample_components: outcome.samples.as_ref().map(|samples| samples.components.as_slice()),
            inpainting: gather::inpainting(outcome),
        }
    }

    /// The file's content: indented JSON, with a line end.
    ///
    /// # Errors
    /// [`serde_json::Error`], for a folder name in the settings that is not Unicode.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}
