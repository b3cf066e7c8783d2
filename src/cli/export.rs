//! `gmmscope export`: the three tasks, to figures.pdf, the report, model.npz and metrics.json.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::export::{Sweeps, export_all};
use gmmscope::inverse::mean_quality;
use gmmscope::show::words;
use gmmscope::study::{
    self, Control, Event, Outcome, Restorations, Settings, SweepGrid, SweepReport, with_threads,
};
use serde::Serialize;

use super::output::{self, Name, Table};
use super::progress::Progress;
use super::{Common, files, interrupt, log, owners, sweep};

/// The values that the report compares the study's K and ridge with.
const COMPONENTS: [usize; 5] = [1, 2, 3, 5, 8];
const RIDGES: [f64; 4] = [1e-6, 1e-4, 1e-3, 1e-2];
/// Limits of these fits, so that they take seconds: training images, and images that score them.
const MOST_SAMPLES: usize = 2000;
const HELD_OUT: usize = 500;

/// Run the three tasks and write figures.pdf, the report, model.npz and metrics.json
///
/// The report is report.typ, with report.json and report-figures.pdf beside it, for `typst compile report.typ`; a
/// program built with the feature `report` writes report.pdf too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope export
  gmmscope export -k 10 --labels 0,1 --out out/two-labels")]
pub struct Options {
    /// The folder to write to; it is created when it does not exist
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,

    /// Skip the fits under other K and other ridges that the report compares with
    #[arg(long)]
    no_sweep: bool,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    run: Option<String>,
    files: Vec<Name<'a>>,
    final_nll: Option<f64>,
    #[serde(serialize_with = "gmmscope::inverse::serialize_psnr")]
    mean_psnr: Option<f64>,
    mean_ssim: Option<f64>,
}

/// Runs the study and writes its files, each whole or not at all.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.checked()?;
    output::check_folder(&options.out, &files::exported())?;
    log::begin();

    let mut progress = Progress::new(&settings, common.quiet);
    let outcome = study::run(&settings, &common.control, &mut |event| {
        progress.show(event);
        // From the first iteration on there is something to keep.
        if let Event::EmStepped(_) = event {
            interrupt::keep_results();
        }
    })?;
    interrupt::check(&common.control)?;
    let is_wanted = !options.no_sweep && !common.control.is_stopped();
    let sweeps = if is_wanted { Some(sweeps(&outcome, &common.control, common.quiet)?) } else { None };
    // A comparison that was interrupted is none.
    let sweeps = sweeps.filter(|_| !common.control.is_stopped());
    progress.say("restoring test images, to measure how far that can be trusted");
    let is_whole = !common.control.is_stopped();
    let measured = is_whole
        .then(|| with_threads(settings.get().threads, || Restorations::of(&outcome, &common.control)));
    let restorations = measured.transpose()?.transpose()?.flatten();
    let kept_files = owners::claim(&options.out, &files::exported(), &outcome)?;
    let written = export_all(&outcome, sweeps.as_ref(), restorations.as_ref(), &options.out, &mut |step| {
        progress.say(&format!("writing {} ({} of {})", step.file, step.done + 1, step.total));
    });
    progress.clear();
    let written = written?;
    owners::note(&options.out, &files::exported(), &outcome)?;

    let quality = outcome.inpaint.as_ref().map(|inpaint| mean_quality(&inpaint.restorations));
    let report = Report {
        run: outcome.run_id(),
        files: written.iter().map(|file| Name(&file.path)).collect(),
        final_nll: outcome.fit.as_ref().map(|fit| fit.final_nll),
        mean_psnr: quality.map(|mean| mean.psnr),
        mean_ssim: quality.map(|mean| mean.ssim),
    };
    let kept = match &outcome.fit {
        Some(fit) => format!("everything is written, of {}", words::iterations(fit.history.len())),
        None => "everything is written".to_owned(),
    };
    if options.json {
        output::print_json(&report)?;
        return interrupt::check_kept(&common.control, &kept);
    }
    let mut table = Table::default();
    let number =
        |value: Option<f64>, decimals| value.map_or("-".into(), |value| output::number(value, decimals));
    table.row("NLL", format!("{} nats per image", number(report.final_nll, 6)));
    if let Some(score) = outcome.fit.as_ref().and_then(|fit| fit.held_out.as_ref()) {
        table.row("held-out NLL", words::held_out(score));
    }
    // Vectors have none.
    if !settings.get().vectors {
        table.row("mean PSNR", format!("{} dB", number(report.mean_psnr, 2)));
        table.row("mean SSIM", number(report.mean_ssim, 3));
    }
    for note in output::notes(&outcome) {
        table.row("note", note);
    }
    if let Some(run) = outcome.run_id() {
        table.row("run", run);
    }
    if let Some(kept) = kept_files {
        table.row("note", kept);
    }
    for file in &written {
        table.row("wrote", output::file(&file.path));
    }
    output::print(&table.text())?;
    interrupt::check_kept(&common.control, &kept)
}

/// Fits other K under the study's ridge, and its K under other ridges.
fn sweeps(outcome: &Outcome, control: &Control, quiet: bool) -> Result<Sweeps> {
    let own = &outcome.settings;
    let samples = outcome.samples().min(MOST_SAMPLES);
    let mut components: Vec<usize> = COMPONENTS.into_iter().chain([own.kmeans.components]).collect();
    components.sort_unstable();
    components.dedup();
    components.retain(|&k| k <= samples);
    let ridges = RIDGES.into_iter().filter(|&ridge| ridge != own.em.ridge).collect();
    let test_images = outcome.data.as_ref().map_or(0, |data| data.test.len());
    let settings = Settings {
        samples: samples.into(),
        // The same images are restored as in the study, and others are held out.
        held_out: HELD_OUT.min(test_images.saturating_sub(own.test_images)),
        means_init: None,
        start: None,
        ..own.clone()
    };
    let run = |components: Vec<usize>, ridges: Vec<f64>| -> Result<SweepReport> {
        let grid = SweepGrid {
            components,
            families: vec![own.covariance],
            ranks: vec![own.rank],
            ridges,
            shrinkages: vec![own.shrinkage],
        };
        // The grid's K replaces that of the settings, which could be too large for `samples`.
        let mut settings = settings.clone();
        settings.kmeans.components = 1;
        let settings = settings.check()?;
        let progress = sweep::Progress::new(&grid, quiet);
        let report = study::sweep(&settings, &grid, control, &mut |event| progress.show(event));
        progress.clear();
        Ok(report?)
    };
    let by_components = run(components, vec![own.em.ridge])?;
    // A K that is larger than the number of images is left out of both.
    let own_components = own.kmeans.components.min(samples);
    Ok(Sweeps { by_components, by_ridge: run(vec![own_components], ridges)? })
}
