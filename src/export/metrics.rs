//! metrics.json: the numbers that figures and report show, with settings, versions and timings.
//!
//! The only exported file with wall-clock times, and so the only one that differs between equal runs. What every
//! key means, and in which unit, says [the description](Metrics).

use std::time::Duration;

use serde::Serialize;

use super::numbers::Numbers;
use crate::study::{Outcome, Settings, Stage};

#[doc = include_str!("metrics.md")]
#[derive(Debug, Serialize)]
pub struct Metrics<'a> {
    /// The program that made it.
    pub program: Program,
    /// The settings of the study, as on the command line.
    pub settings: Settings,
    /// Wall-clock times.
    pub timings: Timings,
    /// Everything else.
    #[serde(flatten)]
    pub numbers: &'a Numbers<'a>,
}

/// The program and the machine's kind.
#[derive(Debug, Serialize)]
pub struct Program {
    /// "gmmscope".
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Operating system and processor.
    pub platform: String,
}

/// Wall-clock times without pauses, in seconds.
#[derive(Debug, Serialize)]
pub struct Timings {
    /// The stages that are done.
    pub stages: Vec<StageTime>,
    /// Every iteration of EM, in order.
    pub em_iterations: Vec<f64>,
}

/// How long a stage took.
#[derive(Debug, Serialize)]
pub struct StageTime {
    /// Its name.
    pub stage: &'static str,
    /// In seconds.
    pub seconds: f64,
}

impl<'a> Metrics<'a> {
    /// The `numbers` of an outcome with what belongs around them.
    pub fn new(outcome: &'a Outcome, numbers: &'a Numbers<'a>) -> Self {
        let platform = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let stage = |&(stage, time): &(Stage, Duration)| StageTime {
            stage: stage.name(),
            seconds: time.as_secs_f64(),
        };
        Self {
            program: Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION"), platform },
            settings: outcome.resolved_settings(),
            timings: Timings {
                stages: outcome.times.iter().map(stage).collect(),
                em_iterations: outcome.em.history.iter().map(|step| step.time.as_secs_f64()).collect(),
            },
            numbers,
        }
    }

    /// The file's content: indented JSON, with a line end.
    ///
    /// # Errors
    /// [`serde_json::Error`]; nothing that it holds gives one.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}
