//! What `gmmscope fit` prints: a table, or JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use gmmscope::mixture::{KMeansStop, StopReason};
use gmmscope::show::{duration, setting, words};
use gmmscope::study::{FitReport, Outcome, Stage};
use serde::Serialize;

use super::Options;
use crate::cli::output::{self, Name, Table};

/// What is printed, and its JSON.
#[derive(Serialize)]
pub struct Report<'a> {
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
    /// Of its target, in pixels; 0 for the diagonal.
    shrinkage_reach: f64,
    shrinkage_choice: Option<ChoicePart>,
    tolerance: f64,
    kmeans: Option<KMeansPart>,
    iterations: usize,
    stop: StopReason,
    /// How often components that had died got a new start.
    reseeded: usize,
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
    /// Images that each process read, where several fitted together.
    images_per_process: Option<Vec<u32>>,
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
    targets: Vec<TargetPart>,
}

/// The best of a target that the shrinkage was chosen from.
#[derive(Serialize)]
struct TargetPart {
    reach: f64,
    shrinkage: f64,
    score: f64,
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
    pub fn new(
        outcome: &'a Outcome,
        fit: &'a FitReport,
        options: &'a Options,
        images_per_process: Option<Vec<u32>>,
    ) -> Self {
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
            shrinkage_reach: fit.reach,
            shrinkage_choice: outcome.shrinkage.as_ref().map(|choice| ChoicePart {
                fitted: choice.fitted,
                held_out: choice.held_out,
                candidates: choice.scores.iter().map(|score| score.0).collect(),
                scores: choice.scores.iter().map(|score| score.1).collect(),
                targets: choice
                    .targets
                    .iter()
                    .map(|&(taper, shrinkage, score)| TargetPart { reach: taper.reach, shrinkage, score })
                    .collect(),
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
            reseeded: fit.reseeded,
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
            images_per_process,
            notes: output::notes(outcome),
        }
    }

    pub fn text(&self) -> String {
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
        if let Some(images) = &self.images_per_process {
            let each = list(images.iter().map(u32::to_string));
            table.row("processes", format!("{}, which read {each} images at every iteration", images.len()));
        }
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
    let shrinkage =
        || ("shrinkage", words::shrinkage(fit.shrinkage, fit.reach, outcome.shrinkage.as_deref()));
    (fit.shrinkage > 0.0).then(shrinkage).into_iter().chain(held_out).collect()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("  ")
}
