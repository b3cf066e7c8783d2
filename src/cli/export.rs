//! `gmmscope export`: the three tasks, to figures.pdf, the report, model.npz and metrics.json.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::export::{REPORT_FILES, export_all};
use gmmscope::study;
use serde::Serialize;

use super::output::{self, Table};
use super::progress::Progress;
use super::{Common, interrupt};

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
    /// The folder to write to; it is made when it is not there
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    files: Vec<PathBuf>,
    final_nll: Option<f64>,
    mean_psnr: Option<f64>,
    mean_ssim: Option<f64>,
}

/// Runs the study and writes its files, each whole or not at all.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.checked()?;
    let control = interrupt::control()?;
    let files = [&["model.npz", "figures.pdf", "metrics.json"], REPORT_FILES].concat();
    output::check_folder(&options.out, &files)?;

    let mut progress = Progress::new(&settings, common.quiet);
    let outcome = study::run(&settings, &control, &mut |event| progress.show(event))?;
    interrupt::check(&control)?;
    let written = export_all(&outcome, &options.out, &mut |step| {
        progress.say(&format!("writing {} ({} of {})", step.file, step.done + 1, step.total));
    });
    progress.clear();
    let written = written?;

    let restorations = outcome.inpaint.as_ref().map(|inpaint| inpaint.restorations.as_slice());
    let mean = |value: fn(&gmmscope::inverse::Restoration) -> f64| {
        restorations.map(|all| all.iter().map(value).sum::<f64>() / all.len() as f64)
    };
    let report = Report {
        files: written.iter().map(|file| file.path.clone()).collect(),
        final_nll: outcome.fit.as_ref().map(|fit| fit.final_nll),
        mean_psnr: mean(|restoration| restoration.psnr),
        mean_ssim: mean(|restoration| restoration.ssim),
    };
    if options.json {
        return output::print_json(&report);
    }
    let mut table = Table::default();
    let number =
        |value: Option<f64>, decimals| value.map_or("-".into(), |value| format!("{value:.decimals$}"));
    table.row("NLL", format!("{} nats per image", number(report.final_nll, 6)));
    table.row("mean PSNR", format!("{} dB", number(report.mean_psnr, 2)));
    table.row("mean SSIM", number(report.mean_ssim, 3));
    for file in &written {
        table.row("wrote", output::file(&file.path));
    }
    output::print(&table.text())
}
