//! `gmmscope runs`: the runs that are saved.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use gmmscope::files::read_runs;
use gmmscope::show::{duration, setting, words};
use gmmscope::study::{RunOrder, RunRecord};
use serde::Serialize;

use super::output::{self, number};
use super::{Common, log};

/// List the runs that exports have saved
///
/// `gmmscope export`, and `e` and `R` in the dashboard, keep a record of each run below their folder, `out/runs/RUN/run.json`:
/// settings, scores and the NLL of every iteration.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope runs
  gmmscope runs --out out --json")]
pub struct Options {
    /// The folder of the exports
    #[arg(long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    runs: Vec<RunRecord>,
}

/// Prints the table.
pub fn run(_: &Common, options: &Options) -> Result<()> {
    let runs: Vec<RunRecord> = read_runs(&options.out)?;
    log::begin();
    if options.json {
        return output::print_json(&Report { runs });
    }
    let shown: Vec<&RunRecord> = runs.iter().collect();
    let shrinkage =
        |run: &RunRecord| words::shrinkage_in_short(run.shrinkage, run.shrinkage_reach, run.shrinkage_chosen);
    let widest = runs.iter().map(|run| shrinkage(run).len()).fold(9, usize::max);
    let mut text = format!(
        "{:<8}  {:>3}  {:>9}  {:>widest$}  {:>6}  {:>7}  {:>5}  {:>11}  {:>11}  {:>8}  {:>6}  {:>8}  {}\n",
        "run",
        "K",
        "family",
        "shrink",
        "ridge",
        "S",
        "seed",
        "NLL",
        "held out",
        "bits/dim",
        "PSNR",
        "time",
        "note"
    );
    let optional = |value: Option<f64>, decimals| number(value.unwrap_or(f64::NAN), decimals);
    for at in RunOrder::Latest.sorted(&shown) {
        let run = shown[at];
        let line = format!(
            "{:<8}  {:>3}  {:>9}  {:>widest$}  {:>6}  {:>7}  {:>5}  {:>11.2}  {:>11}  {:>8}  {:>6}  {:>8}  {}",
            run.run,
            run.components,
            run.family,
            shrinkage(run),
            setting(run.ridge),
            run.samples,
            run.seed,
            run.nll,
            optional(run.held_out_nll, 2),
            optional(run.bits_per_dim, 2),
            optional(run.psnr, 2),
            duration(run.seconds, 1),
            run.note(),
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if runs.is_empty() {
        text = format!("no runs are saved below {}: gmmscope export saves one\n", options.out.display());
    }
    output::print(&text)
}
