//! `gmmscope sweep`: one fit for every K, family, ridge and shrinkage, and the scores of each.

mod text;

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use gmmscope::mixture::{CovarianceFamily, KMeansStop, StopReason};
use gmmscope::study::{
    self, Criterion, Settings, Shrinkage, SweepCell, SweepEvent, SweepGrid, SweepReport, SweepRow,
    SweepScores,
};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde::Serialize;

use super::options::with_options;
use super::{Common, NO_RANK, Usage, interrupt, log, output, progress};

/// Fit a mixture for every K, family of covariances, ridge and shrinkage, and compare the fits
///
/// Prints for each: the mean negative log-likelihood (NLL) of the training images and of test images that were
/// held out (without the worst 1 % of them), their bits per dimension, BIC, AIC, the mean PSNR and SSIM of the test images restored under the study's mask, the
/// iterations of EM, why it stopped, and its time. The best fit by each criterion is marked. Several fits run side by side.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope sweep
  gmmscope sweep --components 2,3,5 --ridge 1e-6 --shrinkage 0,20,50,100 --held-out 1000
  gmmscope sweep -k 5,10 --covariance full,diagonal,low-rank --rank 10,20
  gmmscope sweep --samples 6000 --json > sweep.json")]
pub struct Options {
    /// Values of K, separated by commas
    #[arg(
        short = 'k',
        long,
        value_name = "K,...",
        value_delimiter = ',',
        default_value = "1,2,3,5,8,13",
        allow_negative_numbers = true
    )]
    components: Vec<usize>,

    /// Families of covariances, separated by commas: full, tied, diagonal, spherical, low-rank
    #[arg(long, value_name = "FAMILY,...", value_delimiter = ',', default_value = "full")]
    covariance: Vec<CovarianceFamily>,

    /// Ranks of low-rank covariances, separated by commas
    #[arg(long, value_name = "R,...", value_delimiter = ',', default_value = "20")]
    rank: Vec<usize>,

    /// Ridges, separated by commas
    #[arg(
        long,
        alias = "ridges",
        value_name = "RIDGE,...",
        value_delimiter = ',',
        default_value = "1e-6,1e-3",
        allow_negative_numbers = true
    )]
    ridge: Vec<f64>,

    /// Shrinkages, separated by commas: numbers, or auto
    #[arg(
        long,
        value_name = "NU,...",
        value_delimiter = ',',
        default_value = "0,50",
        allow_negative_numbers = true
    )]
    shrinkage: Vec<Shrinkage>,

    /// Test images, drawn at random from those that are not restored, that fits are scored on; 0 for none
    #[arg(id = "held-out", long, value_name = "N", default_value_t = 500, allow_negative_numbers = true)]
    held_out: usize,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the sweep, prints its rows.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    if common.study.is_given("rank") && !options.covariance.contains(&CovarianceFamily::LowRank) {
        return Err(Usage(NO_RANK.to_owned()).into());
    }
    let grid = SweepGrid {
        components: options.components.clone(),
        families: options.covariance.clone(),
        ranks: options.rank.clone(),
        ridges: options.ridge.clone(),
        shrinkages: options.shrinkage.clone(),
    };
    let mut settings = Settings { held_out: options.held_out, ..common.study.settings() };
    // What the grid has replaces that of the settings, which need not be good.
    (settings.kmeans.components, settings.em.ridge) = (1, 0.0);
    (settings.covariance, settings.rank) = (CovarianceFamily::Full, 1);
    settings.shrinkage = Shrinkage::Images(0.0);
    let settings = settings.check()?;
    log::begin();
    interrupt::wait_for_results();
    let progress = Progress::new(&grid, common.quiet);
    let report = study::sweep(&settings, &grid, &common.control, &mut |event| progress.show(event));
    progress.clear();
    let report = report?;
    if options.json {
        output::print_json(&Printed::new(&report, settings.get()))?;
    } else {
        output::print(&text::text(&report))?;
    }
    if report.cancelled {
        let done = format!("{} of {} fits were done", report.rows.len(), grid.cells());
        return Err(interrupt::Interrupted(done).into());
    }
    Ok(())
}

/// One line on standard error: the number of fits that are done, and the latest iteration of any.
pub(super) struct Progress {
    line: ProgressBar,
}

impl Progress {
    /// A line for the fits of `grid`; shows nothing when `quiet`, or when standard error is no terminal.
    pub fn new(grid: &SweepGrid, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let style = progress::style("{spinner} sweep [{bar:24}] {pos}/{len} {elapsed} {msg}");
        let line = ProgressBar::with_draw_target(Some(grid.cells() as u64), target).with_style(style);
        if !line.is_hidden() {
            line.enable_steady_tick(Duration::from_millis(100));
        }
        line.set_message("k-means");
        Self { line }
    }

    /// Shows one event.
    pub fn show(&self, event: &SweepEvent) {
        match event {
            SweepEvent::Started(start) => self.line.set_message(format!("k-means, K = {}", start.components)),
            SweepEvent::Iterated { cell, iteration, nll } => {
                let SweepCell { components, ridge, shrinkage, .. } = cell;
                let family = cell.covariances();
                self.line.set_message(format!(
                    "K = {components}, {family}, ridge {ridge:e}, shrinkage {shrinkage}: iteration {iteration}, NLL {nll:.3} nats \
                     per image"
                ));
            }
            SweepEvent::Done(_) => self.line.inc(1),
        }
    }

    /// Removes the line.
    pub fn clear(&self) {
        self.line.finish_and_clear();
    }
}

/// The report as JSON.
#[derive(Serialize)]
struct Printed {
    samples: usize,
    held_out: usize,
    test_images: usize,
    observed: f64,
    dim: usize,
    labels: Vec<u8>,
    seed: u64,
    tolerance: f64,
    max_iterations: usize,
    cancelled: bool,
    kmeans: Vec<KMeansPart>,
    rows: Vec<RowPart>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct KMeansPart {
    components: usize,
    inertia: f64,
    iterations: usize,
    stop: KMeansStop,
    seconds: f64,
}

#[derive(Serialize)]
struct RowPart {
    components: usize,
    covariance: &'static str,
    /// R of low-rank covariances.
    rank: Option<usize>,
    ridge: f64,
    /// What was asked for: a number, or auto.
    shrinkage: String,
    #[serde(flatten)]
    scores: Option<ScoresPart>,
    /// Why there are no scores.
    error: Option<String>,
    /// The criteria by which no other fit is better.
    best: Vec<Criterion>,
    overfitted: bool,
}

#[derive(Serialize)]
struct ScoresPart {
    free_parameters: usize,
    /// In nats per image.
    nll: f64,
    held_out_nll: Option<f64>,
    /// Without the worst 1 % of the images.
    trimmed_nll: Option<f64>,
    bits_per_dim: Option<f64>,
    /// nu, and the reach of its target in pixels.
    shrinkage_used: f64,
    shrinkage_reach_used: f64,
    bic: f64,
    aic: f64,
    /// In dB.
    #[serde(serialize_with = "gmmscope::inverse::serialize_psnr")]
    mean_psnr: Option<f64>,
    mean_ssim: f64,
    iterations: usize,
    stop: StopReason,
    seconds: f64,
}

impl From<&SweepScores> for ScoresPart {
    fn from(scores: &SweepScores) -> Self {
        Self {
            free_parameters: scores.free_parameters,
            nll: scores.nll,
            held_out_nll: scores.held_out_nll,
            trimmed_nll: scores.trimmed_nll,
            bits_per_dim: scores.bits_per_dim,
            shrinkage_used: scores.shrinkage,
            shrinkage_reach_used: scores.reach,
            bic: scores.bic,
            aic: scores.aic,
            mean_psnr: Some(scores.psnr),
            mean_ssim: scores.ssim,
            iterations: scores.iterations,
            stop: scores.stop,
            seconds: scores.time.as_secs_f64(),
        }
    }
}

impl Printed {
    fn new(report: &SweepReport, settings: &Settings) -> Self {
        let kmeans = report.starts.iter().map(|start| KMeansPart {
            components: start.components,
            inertia: start.inertia,
            iterations: start.iterations,
            stop: start.stop,
            seconds: start.time.as_secs_f64(),
        });
        let rows = report.rows.iter().map(|row| RowPart {
            components: row.cell.components,
            covariance: row.cell.covariance.name(),
            rank: row.cell.rank,
            ridge: row.cell.ridge,
            shrinkage: row.cell.shrinkage.to_string(),
            scores: row.result.as_ref().ok().map(ScoresPart::from),
            error: row.result.as_ref().err().map(|error| with_options(&error.to_string())),
            best: Criterion::ALL.into_iter().filter(|&by| is_best(report, row, by)).collect(),
            overfitted: report.overfitted().any(|other| std::ptr::eq(other, row)),
        });
        Self {
            samples: report.samples,
            held_out: report.held_out_indices.len(),
            test_images: report.test_indices.len(),
            observed: settings.observed,
            dim: report.dim,
            labels: report.labels.clone(),
            seed: settings.seed,
            tolerance: settings.em.tolerance,
            max_iterations: settings.em.max_iterations,
            cancelled: report.cancelled,
            kmeans: kmeans.collect(),
            rows: rows.collect(),
            notes: text::notes(report),
        }
    }
}

fn is_best(report: &SweepReport, row: &SweepRow, by: Criterion) -> bool {
    report.best(by).is_some_and(|best| std::ptr::eq(best, row))
}
