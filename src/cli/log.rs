//! `--log FILE`: a line for each event, with the seconds since the start.
//!
//! There is one log for the whole process: `run` opens it, [`note`] and [`event`] write to it from anywhere. What the
//! file held is replaced when the command has checked what it was given, by [`begin`]; until then lines are kept. After
//! that each is written at once; when that fails the log ends, and the program continues.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use gmmscope::inverse::mean_quality;
use gmmscope::show::words;
use gmmscope::study::Event;

use super::options::with_options;
use super::output::escaped;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Keys.
    Debug,
    /// What happened.
    Info,
    /// What failed.
    Error,
}

struct Log {
    start: Instant,
    /// The file holds something that is no log.
    holds_other: bool,
    state: Mutex<State>,
}

struct State {
    /// None after a failure.
    file: Option<File>,
    /// Lines until [`begin`]; none after it.
    kept: Option<String>,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Words of every log's first line.
const FIRST: &str = "  info   gmmscope ";

/// Opens the log at `path`, and leaves what the file holds.
///
/// # Errors
/// When it cannot be written.
pub fn open(path: &Path) -> Result<()> {
    let holds_other = fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > 0) && !is_log(path);
    let file = File::options().write(true).create(true).truncate(false).open(path);
    let file = file.with_context(|| format!("the log {} cannot be written", path.display()))?;
    let state = Mutex::new(State { file: Some(file), kept: Some(String::new()) });
    // A process opens one log.
    let _ = LOG.set(Log { start: Instant::now(), holds_other, state });
    note(Level::Info, concat!("gmmscope ", env!("CARGO_PKG_VERSION")));
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    note(Level::Info, &format!("arguments: {}", words.join(" ".as_ref()).display()));
    Ok(())
}

/// Whether the file at `path` begins as a log does.
fn is_log(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut start));
    read.is_ok() && String::from_utf8_lossy(&start).contains(FIRST)
}

/// What the command was given is checked: the log replaces what the file held.
pub fn begin() {
    if let Some(log) = LOG.get() {
        log.state().begin();
    }
}

/// The program ends, with `error` if one is given. Before [`begin`], a file that holds something else keeps it.
pub fn finish(error: Option<&str>) {
    if let Some(error) = error {
        note(Level::Error, error);
    }
    if let Some(log) = LOG.get().filter(|log| error.is_none() || !log.holds_other) {
        log.state().begin();
    }
}

impl Log {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn begin(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let is_file = |file: &File| file.metadata().is_ok_and(|metadata| metadata.is_file());
        if self.file.as_ref().is_some_and(|file| is_file(file) && file.set_len(0).is_err()) {
            self.file = None;
        }
        self.write(&kept);
    }

    fn write(&mut self, lines: &str) {
        if let Some(kept) = &mut self.kept {
            kept.push_str(lines);
        // A full disk must not stop the program.
        } else if self.file.as_mut().is_some_and(|file| file.write_all(lines.as_bytes()).is_err()) {
            self.file = None;
        }
    }
}

/// Writes a line; further lines of `text` are indented below it.
pub fn note(level: Level, text: &str) {
    let Some(log) = LOG.get() else { return };
    let line = line(log.start.elapsed().as_secs_f64(), level, text);
    log.state().write(&line);
}

/// Writes an event of a study; `run` is its number where a program runs several.
pub fn event(run: Option<u64>, event: &Event) {
    // The start is said with the stage.
    if LOG.get().is_none() || matches!(event, Event::EmStarted(_)) {
        return;
    }
    let level = if matches!(event, Event::Failed(_)) { Level::Error } else { Level::Info };
    let study = run.map_or_else(String::new, |run| format!("study {run}: "));
    note(level, &format!("{study}{}", words(event)));
}

fn line(seconds: f64, level: Level, text: &str) -> String {
    let name = match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Error => "error",
    };
    let text = escaped(text.trim_end()).replace('\n', "\n                   ");
    format!("{seconds:>11.6}  {name:<5}  {text}\n")
}

/// An event in words.
fn words(event: &Event) -> String {
    match event {
        Event::Entered(stage) => format!("{} begins", stage.name()),
        Event::Left(stage, time) => format!("{} is done, {:.3} s", stage.name(), time.as_secs_f64()),
        Event::Transformed(report) => {
            format!("checks of the density: {}", words::checks(report))
        }
        Event::DataReady(data) => {
            format!(
                "{} of {} training images from {}",
                data.sample_indices.len(),
                data.train.len(),
                data.source
            )
        }
        Event::KMeansStep(step) => format!(
            "k-means, run {}, iteration {}: inertia {:.3}, {} labels changed",
            step.restart + 1,
            step.iteration,
            step.inertia,
            step.changed
        ),
        Event::KMeansDone(fit) => format!(
            "k-means stopped after {} ({}), inertia {:.3}",
            words::iterations(fit.history.len()),
            words::kmeans_stop(fit.stop),
            fit.inertia
        ),
        Event::ShrinkageChosen(choice) => {
            format!("shrinkage {}", words::shrinkage(choice.shrinkage, choice.taper.reach, Some(choice)))
        }
        Event::EmStarted(_) => "EM starts".into(),
        Event::EmStepped(step) => {
            let held_out = step.iteration.held_out_nll.map(|nll| format!(", held-out NLL {nll:.6}"));
            format!(
                "EM, iteration {}: NLL {:.6}{}, {:.3} s",
                step.iteration.iteration,
                step.iteration.nll,
                held_out.unwrap_or_default(),
                step.time.as_secs_f64()
            )
        }
        Event::Snapshot(model) => format!("the fit after {}", words::iterations(model.nll_history.len())),
        Event::Fitted(fit) => format!(
            "EM stopped after {}, {}, NLL {:.6} nats per image",
            words::iterations(fit.history.len()),
            words::fit_stop(fit),
            fit.final_nll
        ),
        Event::Sampled(samples) => format!("{} samples", samples.components.len()),
        Event::Inpainted(report) => {
            let count = report.restorations.len();
            let psnr = mean_quality(&report.restorations).psnr;
            format!("{count} images restored, mean PSNR {psnr:.2} dB")
        }
        Event::Paused(true) => "paused".into(),
        Event::Paused(false) => "resumed".into(),
        Event::Finished => "finished".into(),
        Event::Cancelled => "cancelled".into(),
        Event::Failed(why) => format!("failed: {}", with_options(why)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_time_level_and_text() {
        assert_eq!(line(1.5, Level::Info, "k-means begins"), "   1.500000  info   k-means begins\n");
        assert_eq!(
            line(0.25, Level::Error, "failed: a\ncaused by: b\n"),
            "   0.250000  error  failed: a\n                   caused by: b\n"
        );
    }
}
