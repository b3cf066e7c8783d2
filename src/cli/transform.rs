//! `gmmscope transform`: task 1's table of checks.

use anyhow::{Result, bail};
use clap::Args;
use gmmscope::density::{Check, TransformReport};
use gmmscope::study;
use serde::Serialize;

use super::Common;
use super::output;

/// Verify the density of Z = X^2, X standard normal, and print the checks
///
/// p_Z(z) = exp(-z/2) / sqrt(2 pi z) by change of variables; that it is not negative and that it
/// integrates to 1 is checked by adaptive quadrature, by the error function and by seeded draws.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope transform
  gmmscope transform --seed 7 --json

Exit code 1 when a check fails. Checks marked (shown) illustrate a point and do not count.")]
pub struct Options {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    passed: bool,
    #[serde(flatten)]
    transform: &'a TransformReport,
}

/// Prints the checks.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let report = study::transform(&common.study.in_range()?);
    if options.json {
        output::print_json(&Report { passed: report.passed(), transform: &report })?;
    } else {
        output::print(&text(&report.checks))?;
    }
    if !report.passed() {
        let failed = report.checks.iter().filter(|check| !check.passed && !check.informative);
        bail!("a check failed: {}", failed.map(|check| check.name.as_str()).collect::<Vec<_>>().join("; "));
    }
    Ok(())
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for check in checks {
        let verdict = match (check.passed, check.informative) {
            (true, false) => "ok",
            (false, false) => "FAILED",
            (_, true) => "(shown)",
        };
        text.push_str(&format!("{verdict:8} {}\n", check.name));
        let mut evidence = Vec::new();
        // Adding 0 makes -0 a plain 0; {:?} is the shortest text that reads back as the same number.
        evidence.extend(check.value.map(|value| format!("value {:?}", value + 0.0)));
        evidence.extend(check.expected.map(|value| format!("expected {value:?}")));
        evidence.extend(check.error_estimate.map(|value| format!("error estimate {value:.1e}")));
        evidence.extend(check.evaluations.map(|count| format!("{count} evaluations")));
        for line in [evidence.join(", "), check.note.clone()] {
            if !line.is_empty() {
                text.push_str(&format!("         {line}\n"));
            }
        }
    }
    text
}
