//! `gmmscope transform`: task 1's table of checks.

use anyhow::{Result, bail};
use clap::Args;
use gmmscope::density::{Check, TransformReport};
use gmmscope::export::PairNumbers;
use gmmscope::show::words;
use gmmscope::study;
use serde::Serialize;

use super::Common;
use super::output;

/// Verify the density of Z = f(X) for any law of X and any map f, and print the checks
///
/// p_Z(z) is the sum of p_X(x)/|f'(x)| over all x with f(x) = z. That it is not negative and that it integrates to 1 is
/// checked by adaptive quadrature, by closed forms where they are known, and by seeded draws. Without --law and --map, X
/// is standard normal and f(x) = x^2.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  gmmscope transform
  gmmscope transform --seed 7 --json
  gmmscope transform --law 'uniform(0, 6.28)' --map 'sin(x)'
  gmmscope transform --law '0.3*normal(-2,1) + 0.7*normal(2,0.5)' --map 'x < 0 ? -x : x^2'
  gmmscope transform --examples

Exit code 1 when a check fails. Checks marked (shown) illustrate a point and do not count.")]
pub struct Options {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Print twenty instructive pairs of a law and a map, and what to look for
    #[arg(long, conflicts_with = "json")]
    examples: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    passed: bool,
    #[serde(flatten)]
    about: Option<PairNumbers<'a>>,
    #[serde(flatten)]
    transform: &'a TransformReport,
}

/// Prints the checks.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    if options.examples {
        return output::print(&examples());
    }
    let settings = common.study.in_range()?;
    let report = study::transform(&settings);
    let about = PairNumbers::of(&report.pair);
    if options.json {
        output::print_json(&Report { passed: report.passed(), about, transform: &report })?;
    } else {
        let pieces = about.map(|about| pieces(&about)).unwrap_or_default();
        output::print(&format!("{pieces}{}", text(&report.checks)))?;
    }
    verdict(&report.checks)
}

/// An error that names the checks that failed.
fn verdict(checks: &[Check]) -> Result<()> {
    let failed = checks.iter().filter(|check| !check.passed && !check.informative);
    let names: Vec<&str> = failed.map(|check| check.name.as_str()).collect();
    if !names.is_empty() {
        bail!("a check failed: {}", names.join("; "));
    }
    Ok(())
}

fn examples() -> String {
    let mut text = String::new();
    for example in gmmscope::density::examples::EXAMPLES {
        text.push_str(&format!(
            "--law '{}' --map '{}'\n         {}\n",
            example.law, example.map, example.look_for
        ));
    }
    text
}

/// The table of pieces shows at most so many.
const SHOWN: usize = 20;

fn pieces(about: &PairNumbers<'_>) -> String {
    let mut text = format!("X ~ {}, Z = f(X), f(x) = {}\n", about.law, about.map);
    for piece in about.pieces.pieces.iter().take(SHOWN) {
        text.push_str(&format!(
            "{:11} x from {:<12.6} to {:<12.6} mass {:.6}\n",
            words::course(piece.course),
            piece.from,
            piece.to,
            piece.mass
        ));
    }
    let further = about.pieces.pieces.len().saturating_sub(SHOWN);
    if further > 0 {
        text.push_str(&format!("and {further} further pieces\n"));
    }
    for point in about.point_masses {
        text.push_str(&format!("point mass  z = {:.6}: {:.6}\n", point.z, point.mass));
    }
    text.push_str(&format!(
        "proved by intervals but for a mass of {:.1e} ({} examined)\n\n",
        about.pieces.unproved, about.pieces.examined
    ));
    text
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
