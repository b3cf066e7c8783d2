//! `gmmscope fit`: k-means and EM, to a model file.

mod per_label;
mod processes;
mod report;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use gmmscope::data::Source;
use gmmscope::files::{FileNote, ModelFile, read_means};
use gmmscope::show::words;
use gmmscope::study::{
    Checked, Control, Event, FitReport, Outcome, Setting, cannot_be_continued, fit_together,
};

use super::output;
use super::progress::Progress;
use super::{Common, Usage, interrupt, log};
use processes::Processes;
use report::Report;

/// Fit a mixture to training images by k-means and EM
///
/// Writes the arrays `weights` (K), `means` (K x D), `covariances` (K x D x D; of other families in scikit-learn's shapes, or `factors`
/// and `noise_variances`, with `family`), `nll_history`, `ridge`, `shrinkage` and `shrinkage_reach` (if not 0),
/// `converged`, `labels`, `seed` and `sample_indices`; components by falling weight.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope fit -k 5 --out model.npz
  gmmscope fit --shrinkage auto --out model.npz
  gmmscope fit --covariance low-rank --rank 20 --out model.npz
  gmmscope fit -k 10 --samples 6000 --held-out 1000 --json
  gmmscope fit --means-init means.npz --out model.npz
  gmmscope fit --per-label -k 2 --shrinkage auto --out classifier.npz
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

    /// Fit a mixture of K components to the images of each label, to classify with: the model is that of all of them, with an
    /// array `component_labels`; its accuracy on the test images is said
    #[arg(long, conflicts_with_all = ["means_init", "start"])]
    per_label: bool,

    /// Write the fit so far to --out every so many minutes; `gmmscope fit --start` continues it as if it had not been
    /// interrupted, under the same options
    #[arg(long, value_name = "MINUTES", requires = "out", value_parser = minutes, allow_negative_numbers = true)]
    checkpoint: Option<f64>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Why there are no checkpoints.
fn not_for(of: &str) -> String {
    let of = of.replace('`', "");
    format!("--checkpoint is not for {of}, as such a fit cannot be continued exactly: leave it out")
}

fn minutes(text: &str) -> Result<f64, String> {
    let minutes = text.parse().ok().filter(|minutes: &f64| (1e-3..=1e6).contains(minutes));
    minutes.ok_or_else(|| "write a number of minutes, 0.001 to 1000000".to_owned())
}

/// Asks for the fit so far every so many minutes, while the program runs.
fn ask_for_checkpoints(control: &Control, minutes: f64) -> Result<()> {
    let (control, time) = (control.clone(), Duration::from_secs_f64(60.0 * minutes));
    let ask = move || {
        loop {
            thread::sleep(time);
            control.ask_for_snapshot();
        }
    };
    thread::Builder::new().name("checkpoints".into()).spawn(ask).context("cannot start a thread")?;
    Ok(())
}

/// Runs the fit, writes the model, prints the summary.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    if options.per_label {
        return per_label::run(common, options);
    }
    let settings = settings(common, options)?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    if let Some(of) = cannot_be_continued(settings.get()).filter(|_| options.checkpoint.is_some()) {
        return Err(Usage(not_for(of)).into());
    }
    log::begin();
    let processes = Processes::join()?;
    let mut progress = Progress::new(&settings, common.quiet || !processes.is_first());
    if let Some(minutes) = options.checkpoint.filter(|_| processes.is_first()) {
        ask_for_checkpoints(&common.control, minutes)?;
    }
    let mut fault = None;
    let outcome = fit_together(&settings, &common.control, processes.ranks(), &mut |event| {
        progress.show(event);
        match (event, &options.out) {
            // From the first iteration on there is something to keep.
            (Event::EmStepped(_), _) => interrupt::keep_results(),
            (Event::Snapshot(model), Some(out)) => fault = model.save(out).err(),
            (Event::DataReady(data), _) if options.checkpoint.is_some() => {
                if let Some(of) = data.cannot_be_continued(settings.get()) {
                    output::complain("warning: ", &not_for(of));
                }
            }
            _ => {}
        }
    })?;
    interrupt::check(&common.control)?;
    if let Some(fault) = fault {
        output::complain("warning: ", &format!("the last checkpoint was not written: {fault}"));
    }
    let Some(fit) = outcome.fit.clone() else { bail!("the fit ended without a result") };
    let images = processes.images(&fit);
    if !processes.is_first() {
        return Ok(());
    }
    if let Some(out) = &options.out {
        outcome.model().context("the fit ended without a result")?.save(out)?;
    }
    let report = Report::new(&outcome, &fit, options, images);
    if options.json {
        output::print_json(&report)?
    } else {
        output::print(&report.text())?
    }
    interrupt::check_kept(&common.control, &kept(&outcome, &fit, options))
}

/// What is left of a fit that was interrupted.
fn kept(outcome: &Outcome, fit: &FitReport, options: &Options) -> String {
    let after = words::iterations(fit.history.len());
    match &options.out {
        Some(out) if outcome.is_stopped() => {
            let path = out.display();
            format!("{path} is the fit after {after}, which --start {path} continues")
        }
        Some(out) => format!("{} is written, the fit was done", out.display()),
        None => format!("after {after}; nothing was written, as --out is not given"),
    }
}

/// The settings, with the means or the model to start from and their K; a K that is given must be the same.
fn settings(common: &Common, options: &Options) -> Result<Checked> {
    let mut settings = common.study.settings();
    settings.check_ranges()?;
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
        let start = ModelFile::load(path)?;
        output::warn(&start.notes);
        settings.kmeans.components = components(path, start.mixture.components(), "components")?;
        settings.start = Some(Arc::clone(&start.mixture));
        // Images that are left in their file are in another order: EM goes on over the same ones.
        let memory =
            start.origin.memory.as_ref().filter(|_| start.is_partial && !common.study.is_given("memory"));
        if let Some((memory, setting)) = memory.zip(Setting::find("memory")) {
            setting.parse(&mut settings, memory).map_err(Usage)?;
        }
        settings.stopped = start.is_partial.then(|| Arc::new(start));
    }
    Ok(settings.check()?)
}
