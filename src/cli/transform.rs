//! `gmmscope transform`: task 1's table of checks.

use anyhow::{Result, bail};
use clap::Args;
use gmmscope::density::{Check, Course, Expression, MixedLaw, PairReport, TransformReport};
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
  gmmscope transform --law 'uniform(0, 6.28)' --map 'sin(x)'
  gmmscope transform --law '0.3*normal(-2,1) + 0.7*normal(2,0.5)' --map 'x < 0 ? -x : x^2'

Exit code 1 when a check fails. Checks marked (shown) illustrate a point and do not count.")]
pub struct Options {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Law of X: normal, uniform, exponential, gamma, beta, student, cauchy, laplace, logistic, lognormal, or a mixture of
    /// them [default: normal(0, 1)]
    #[arg(long)]
    law: Option<String>,
    /// f of Z = f(X): an expression in x, such as x^3 - 3x [default: x^2]
    #[arg(long, allow_hyphen_values = true)]
    map: Option<String>,
}

#[derive(Serialize)]
struct Report<'a> {
    passed: bool,
    #[serde(flatten)]
    transform: &'a TransformReport,
}

/// Prints the checks.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.in_range()?;
    if options.law.is_some() || options.map.is_some() {
        let law = MixedLaw::parse(options.law.as_deref().unwrap_or("normal(0, 1)"))?;
        let map = Expression::parse(options.map.as_deref().unwrap_or("x^2"))?;
        return run_pair(&study::transform_pair(&settings, law, map), options.json);
    }
    let report = study::transform(&settings);
    if options.json {
        output::print_json(&Report { passed: report.passed(), transform: &report })?;
    } else {
        output::print(&text(&report.checks))?;
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

/// Prints the pieces, the point masses and the checks of any pair.
fn run_pair(report: &PairReport, json: bool) -> Result<()> {
    #[derive(Serialize)]
    struct Verdict<'a> {
        passed: bool,
        #[serde(flatten)]
        report: &'a PairReport,
    }
    if json {
        output::print_json(&Verdict { passed: report.passed(), report })?;
    } else {
        output::print(&format!("{}{}", pieces(report), text(&report.checks)))?;
    }
    verdict(&report.checks)
}

/// The table of pieces shows at most so many.
const SHOWN: usize = 20;

fn pieces(report: &PairReport) -> String {
    let mut text = format!("X ~ {}, Z = f(X), f(x) = {}\n", report.law, report.map);
    for piece in report.pieces.pieces.iter().take(SHOWN) {
        let course = match piece.course {
            Course::Increasing => "increasing",
            Course::Decreasing => "decreasing",
            Course::Constant => "constant",
            Course::Undefined => "not defined",
            Course::Undecided => "undecided",
        };
        text.push_str(&format!(
            "{course:11} x from {:<12.6} to {:<12.6} mass {:.6}\n",
            piece.from, piece.to, piece.mass
        ));
    }
    let further = report.pieces.pieces.len().saturating_sub(SHOWN);
    if further > 0 {
        text.push_str(&format!("and {further} further pieces\n"));
    }
    for point in &report.point_masses {
        text.push_str(&format!("point mass  z = {:.6}: {:.6}\n", point.z, point.mass));
    }
    text.push_str(&format!(
        "proved by intervals but for a mass of {:.1e} ({} examined)\n\n",
        report.pieces.unproved, report.pieces.examined
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
