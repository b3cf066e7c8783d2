//! `gmmscope data`: what data set is in use, counts a label, provenance, checksums.

use anyhow::Result;
use clap::Args;
use gmmscope::data::{Source, Summary};
use serde::Serialize;

use super::options::with_options;
use super::output::{self, Table};
use super::{Common, log};

/// Say which images are in use: counts a label, provenance, checksums
///
/// The source is --data, else $GMMSCOPE_DATA, else the images inside the program when they have all
/// --labels, else the folder of Debian's package dataset-fashion-mnist.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope data
  gmmscope data --labels 3 --json
  gmmscope data --data /usr/share/datasets/fashion-mnist")]
pub struct Options {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// The source, and the labels that a study would use.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    summary: Summary,
    chosen_labels: Vec<u8>,
}

/// Prints the summary of the source that a study would use.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.in_range()?;
    let summary = Source::choose(settings.data.as_deref(), &settings.labels)?.summary(&settings.reading())?;
    let chosen = summary.chosen(&settings.labels)?;
    log::begin();
    if options.json {
        return output::print_json(&Report { summary, chosen_labels: chosen });
    }
    output::print(&text(&summary, &chosen, settings.test_share))
}

fn text(summary: &Summary, chosen: &[u8], test_share: f64) -> String {
    let mut table = Table::default();
    table.row("source", summary.path.as_deref().unwrap_or("the images inside the program"));
    table.row("provenance", summary.provenance);
    let counts = match summary.test {
        Some(test) => format!("{} to train with, {test} to test with", summary.train),
        None => {
            format!(
                "{}, of which the share {test_share} (--test-share) is set aside to test with",
                summary.train
            )
        }
    };
    let (rows, columns) = (summary.shape.rows, summary.shape.columns);
    let (name, what) = match summary.is_of_vectors() {
        true => ("rows", format!("{} numbers each", rows * columns)),
        false => ("images", format!("{rows} x {columns} pixels")),
    };
    table.row(name, format!("{what}, {}", summary.pixels));
    table.row("number", counts);
    for note in &summary.notes {
        table.row("note", with_options(note));
    }
    let mut text = table.text();
    if !summary.labels.is_empty() {
        let width = summary.labels.iter().map(|count| count.name.chars().count()).max().unwrap_or(0).max(12);
        text.push_str(&format!("\nlabel  {:width$}  training    test  chosen\n", "class"));
        for count in &summary.labels {
            let mark = if chosen.contains(&count.label) { "yes" } else { "" };
            let line = format!(
                "{:5}  {:width$} {:9} {:7}  {mark}",
                count.label, count.name, count.train, count.test
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    for file in &summary.files {
        text.push_str(&format!("\n{} ({} bytes)\n", file.name, file.bytes));
        text.push_str(&format!("  sha256    {}\n  contents  {}\n", file.sha256, file.contents_sha256));
    }
    text
}
