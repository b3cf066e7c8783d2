//! `gmmscope fit`: k-means and EM, to a model file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use gmmscope::data::Source;
use gmmscope::files::{FileNote, ModelFile, read_means};
use gmmscope::mixture::{KMeansStop, StopReason};
use gmmscope::show::{duration, setting, words};
use gmmscope::study::{Checked, FitReport, Outcome, Stage, fit_only};
use serde::Serialize;

use super::output::{self, Name, Table};
use super::progress::Progress;
use super::{Common, Usage, interrupt, log};

/// Fit a mixture to training images by k-means and EM
///
/// Writes the arrays `weights` (K), `means` (K x D), `covariances` (K x D x D; of other families in scikit-learn's shapes, or `factors`
/// and `noise_variances`, with `family`), `nll_history`, `ridge`, `shrinkage` (if not 0),
/// `converged`, `labels`, `seed` and `sample_indices`; components by falling weight.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope fit -k 5 --out model.npz
  gmmscope fit --shrinkage auto --out model.npz
  gmmscope fit --covariance low-rank --rank 20 --out model.npz
  gmmscope fit -k 10 --samples 6000 --held-out 1000 --json
  gmmscope fit --means-init means.npz --out model.npz
  gmmscope fit --start model.npz --ridge 1e-3 --out better.npz")]
pub struct Options {
    /// The model file to write [default: none, print only]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// npz file with the array `means` (K x D) to start EM from; skips k-means, and sets K
    #[arg(long, value_name = "FILE")]
    pub means_init: Option<PathBuf>,

    /// Model file to continue from: its weights, means and covariances; skips k-means, and sets K
    #[arg(long, value_name = "FILE", conflicts_with = "means_init")]
    pub start: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the fit, writes the model, prints the summary.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = settings(common, options)?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    log::begin();
    let mut progress = Progress::new(&settings, common.quiet);
    let outcome = fit_only(&settings, &common.control, &mut |event| progress.show(event))?;
    interrupt::check(&common.control)?;
    let Some(fit) = outcome.fit.clone() else { bail!("the fit ended without a result") };
    if let Some(out) = &options.out {
        outcome.model().context("the fit ended without a result")?.save(out)?;
    }
    let report = Report::new(&outcome, &fit, options);
    if options.json { output::print_json(&report) } else { output::print(&report.text()) }
}

/// The settings, with the means or the model to start from and their K; a K that is given must be the same.
fn settings(common: &Common, options: &Options) -> Result<Checked> {
    let mut settings = common.study.settings();
    let components = |path: &Path, found: usize, what: &str| match common.study.components() {
        Some(given) if given != found => Err(Usage(format!(
            "--components is {given}, but {} has {found} {what}: leave --components out, or give {given} {what}",
            path.display()
        ))),
        _ => Ok(found),
    };
    if let Some(path) = &options.means_init {
        let shape = Source::choose(settings.data.as_deref(), &settings.labels)?.shape(&settings.reading())?;
        let means = read_means(path, shape)?;
        output::warn(&FileNote::on_scale(path, &means));
        settings.kmeans.components = components(path, means.ncols(), "means")?;
        settings.means_init = Some(means);
    }
    if let Some(path) = &options.start {
        let ModelFile { mixture: start, notes, .. } = ModelFile::load(path)?;
        output::warn(&notes);
        settings.kmeans.components = components(path, start.components(), "components")?;
        settings.start = Some(start);
    }
    Ok(settings.check()?)
}

/// What is printed, and its JSON.
#[derive(Serialize)]
struct Report<'a> {
    out: Option<Name<'a>>,
    /// The model that the fit continued from.
    start: Option<Name<'a>>,
    components: usize,
    samples: usize,
    dim: usize,
    covariance: &'static str,
    /// R of low-rank covariances.
    rank: Option<usize>,
    free_parameters: usize,
    labels: &'a [u8],
    seed: u64,
    ridge: f64,
    /// nu, which `--shrinkage auto` chose if `shrinkage_choice` is there.
    shrinkage: f64,
    shrinkage_choice: Option<ChoicePart>,
    tolerance: f64,
    kmeans: Option<KMeansPart>,
    iterations: usize,
    stop: StopReason,
    /// In nats per image.
    final_nll: f64,
    nll_history: Vec<f64>,
    held_out_nll_history: Option<Vec<f64>>,
    held_out: Option<HeldOutPart>,
    generalises: Option<bool>,
    /// How the fit ended, in words.
    #[serde(skip)]
    end: String,
    #[serde(skip)]
    rows: Vec<(&'static str, String)>,
    weights: &'a [f64],
    /// Images whose component of largest responsibility this is.
    images_per_component: Vec<usize>,
    seconds: BTreeMap<&'static str, f64>,
    #[serde(skip)]
    times: &'a [(Stage, Duration)],
    seconds_per_iteration: Option<f64>,
    /// What is unusual; components are counted from 1 in it.
    notes: Vec<String>,
}

/// How the shrinkage was chosen.
#[derive(Serialize)]
struct ChoicePart {
    fitted: usize,
    held_out: usize,
    candidates: Vec<f64>,
    /// In nats per image, without the worst 1 %.
    scores: Vec<f64>,
}

/// The scores of the test images held out, in nats per image but for the bits.
#[derive(Serialize)]
struct HeldOutPart {
    images: usize,
    nll: f64,
    trimmed_nll: f64,
    bits_per_dim: Option<f64>,
}

#[derive(Serialize)]
struct KMeansPart {
    iterations: usize,
    /// Which run was kept, from 0: that from whose centroids a few iterations of EM reached the least NLL.
    restart: usize,
    restarts: usize,
    inertia: f64,
    stop: KMeansStop,
}

impl<'a> Report<'a> {
    fn new(outcome: &'a Outcome, fit: &'a FitReport, options: &'a Options) -> Self {
        let (mixture, settings) = (&fit.mixture, &outcome.settings);
        let mut images_per_component = vec![0; mixture.components()];
        for &component in &fit.assignments {
            images_per_component[component] += 1;
        }
        let iteration_time: Duration = fit.history.iter().map(|step| step.time).sum();
        Self {
            out: options.out.as_deref().map(Name),
            start: options.start.as_deref().map(Name),
            components: mixture.components(),
            samples: fit.assignments.len(),
            dim: mixture.dim(),
            covariance: mixture.family().name(),
            rank: Some(mixture.rank()).filter(|&rank| rank > 0),
            free_parameters: mixture.free_parameters().total(),
            labels: outcome.labels(),
            seed: settings.seed,
            ridge: settings.em.ridge,
            shrinkage: fit.shrinkage,
            shrinkage_choice: outcome.shrinkage.as_ref().map(|choice| ChoicePart {
                fitted: choice.fitted,
                held_out: choice.held_out,
                candidates: choice.scores.iter().map(|score| score.0).collect(),
                scores: choice.scores.iter().map(|score| score.1).collect(),
            }),
            tolerance: settings.em.tolerance,
            kmeans: outcome.kmeans.fit.as_ref().map(|kmeans| KMeansPart {
                iterations: kmeans.history.len(),
                restart: kmeans.restart,
                restarts: settings.kmeans.restarts,
                inertia: kmeans.inertia,
                stop: kmeans.stop,
            }),
            iterations: fit.history.len(),
            stop: fit.stop,
            final_nll: fit.final_nll,
            nll_history: fit.history.iter().map(|step| step.iteration.nll).collect(),
            held_out_nll_history: fit.history.iter().map(|step| step.iteration.held_out_nll).collect(),
            held_out: fit.held_out.as_ref().map(|score| HeldOutPart {
                images: score.log_density.len(),
                nll: score.nll,
                trimmed_nll: score.trimmed_nll,
                bits_per_dim: score.bits_per_dim,
            }),
            generalises: fit.generalises(),
            end: end(outcome, fit),
            rows: further_rows(outcome, fit),
            weights: mixture.weights().as_slice(),
            images_per_component,
            seconds: outcome.times.iter().map(|(stage, time)| (stage.name(), time.as_secs_f64())).collect(),
            times: &outcome.times,
            seconds_per_iteration: (!fit.history.is_empty())
                .then(|| iteration_time.as_secs_f64() / fit.history.len() as f64),
            notes: output::notes(outcome),
        }
    }

    fn text(&self) -> String {
        let mut table = Table::default();
        let (k, s, d) = (self.components, self.samples, self.dim);
        let family = match (self.covariance, self.rank) {
            ("full", _) => String::new(),
            (family, None) => format!("{family} covariances, "),
            (family, Some(rank)) => format!("{family} covariances with R = {rank}, "),
        };
        let free = self.free_parameters;
        table.row("mixture", format!("K = {k}, S = {s}, D = {d}, {family}{free} free parameters"));
        let kmeans = match (&self.kmeans, self.start) {
            (None, Some(start)) => format!("skipped: EM continues from {}", start.0.display()),
            (None, None) => "skipped: means given".to_owned(),
            (Some(part), _) => {
                let (iterations, why) = (words::iterations(part.iterations), words::kmeans_stop(part.stop));
                let run = match part.restarts {
                    1 => String::new(),
                    runs => format!(", run {} of {runs}: EM gets furthest from it", part.restart + 1),
                };
                format!("{iterations}, {why}, inertia {:.1}{run}", part.inertia)
            }
        };
        table.row("k-means", kmeans);
        table.row("EM", format!("{}, {}", words::iterations(self.iterations), self.end));
        table.row("NLL", format!("{:.6} nats per image", self.final_nll));
        for (name, text) in &self.rows {
            table.row(name, text);
        }
        table.row("weights", list(self.weights.iter().map(|weight| format!("{weight:.4}"))));
        table.row("images", list(self.images_per_component.iter().map(usize::to_string)));
        let times = self.times.iter();
        let times =
            times.map(|(stage, time)| format!("{} {}", stage.name(), duration(time.as_secs_f64(), 2)));
        table.row("time", list(times));
        for note in &self.notes {
            table.row("note", note);
        }
        if let Some(out) = self.out {
            table.row("wrote", output::file(out.0));
        }
        table.text()
    }
}

/// How the fit ended: "converged (the training NLL changed by less than 0.001); does not generalise".
fn end(outcome: &Outcome, fit: &FitReport) -> String {
    let tolerance = setting(outcome.settings.em.tolerance);
    let watched = format!("converged (the training NLL changed by less than {tolerance})");
    let end = words::fit_stop(fit);
    if fit.stop == StopReason::Converged { end.replacen("converged", &watched, 1) } else { end }
}

/// Rows of the table that a fit need not have.
fn further_rows(outcome: &Outcome, fit: &FitReport) -> Vec<(&'static str, String)> {
    let held_out = fit.held_out.as_ref().map(|score| ("held-out NLL", words::held_out(score)));
    let shrinkage = || ("shrinkage", words::shrinkage(fit.shrinkage, outcome.shrinkage.as_deref()));
    (fit.shrinkage > 0.0).then(shrinkage).into_iter().chain(held_out).collect()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("  ")
}
