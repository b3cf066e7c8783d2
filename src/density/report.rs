//! The results of task 1: sampled curves, the checks and their evidence.

use std::sync::Arc;

use serde::Serialize;

use super::Pair;

/// One verified statement about p_Z.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What is checked, in words: "integral over (0, inf), z = t^2, t = u/(1-u)".
    pub name: String,
    /// The value found.
    pub value: Option<f64>,
    /// What it should be, where there is a closed form.
    pub expected: Option<f64>,
    /// The quadrature's own estimate of its error.
    pub error_estimate: Option<f64>,
    /// Evaluations of the integrand (or draws, or points).
    pub evaluations: Option<u64>,
    /// Whether the statement holds; the direct integral, which is expected to fail, has `passed` false and
    /// `informative` true.
    pub passed: bool,
    /// Shown for information; does not count towards the verdict.
    pub informative: bool,
    /// A remark: why the direct integral fails, the critical value of the KS test.
    pub note: String,
}

/// The results of task 1. In JSON a number that is not finite is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TransformReport {
    /// The law, the map and the pieces.
    #[serde(skip)]
    pub pair: Arc<Pair>,
    /// (x, p_X(x)) on a uniform grid of x.
    pub law_curve: Vec<(f64, f64)>,
    /// (x, f(x)) on the same grid; f(x) is NaN where the curve is interrupted.
    pub map_curve: Vec<(f64, f64)>,
    /// (z, p_Z(z)), the continuous part of Z; densely where it is singular.
    pub density_curve: Vec<(f64, f64)>,
    /// Bin edges (n + 1) of the histogram of draws of Z.
    pub histogram_edges: Vec<f64>,
    /// Heights (n) of the histogram: the share of all draws, those beyond the last edge too, over the bin's width,
    /// so that they estimate p_Z.
    pub histogram_heights: Vec<f64>,
    /// Number of draws behind the histogram and the Kolmogorov-Smirnov distance.
    pub draws: usize,
    /// The table of checks, in the order in which they are shown.
    pub checks: Vec<Check>,
}

/// A check that has failed until it is shown to hold.
pub(super) fn named(name: impl Into<String>) -> Check {
    Check {
        name: name.into(),
        value: None,
        expected: None,
        error_estimate: None,
        evaluations: None,
        passed: false,
        informative: false,
        note: String::new(),
    }
}

impl TransformReport {
    /// Whether every check that counts holds.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.passed || check.informative)
    }
}
