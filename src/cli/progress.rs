//! Progress of a study on standard error, when that is a terminal.

use std::time::Duration;

use super::log;
use gmmscope::study::{Checked, Event, Stage};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// One line that follows a study: the stage, a bar while EM iterates, the latest number.
pub struct Progress {
    line: ProgressBar,
    max_iterations: u64,
}

impl Progress {
    /// A line for a study under `settings`; shows nothing when `quiet`, or when standard error is no terminal.
    pub fn new(settings: &Checked, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let line = ProgressBar::with_draw_target(None, target).with_style(style("{spinner} {msg}"));
        if !line.is_hidden() {
            line.enable_steady_tick(Duration::from_millis(100));
        }
        Self { line, max_iterations: settings.get().em.max_iterations as u64 }
    }

    /// Shows one event, and logs it.
    pub fn show(&mut self, event: &Event) {
        log::event(None, event);
        match event {
            Event::Entered(stage) => self.enter(*stage),
            Event::KMeansStep(step) => {
                let (restart, iteration) = (step.restart + 1, step.iteration);
                self.line.set_message(format!(
                    "run {restart}, iteration {iteration}, inertia {:.1}",
                    step.inertia
                ));
            }
            Event::EmStepped(step) => {
                self.line.set_position(step.iteration.iteration as u64);
                self.line.set_message(format!("NLL {:.3} nats per image", step.iteration.nll));
            }
            Event::Finished | Event::Cancelled | Event::Failed(_) => self.line.finish_and_clear(),
            _ => {}
        }
    }

    /// Shows what is done after the study: "writing figures.pdf".
    pub fn say(&self, what: &str) {
        self.line.reset();
        self.line.set_style(style("{spinner} {msg}"));
        self.line.set_message(what.to_owned());
    }

    /// Removes the line.
    pub fn clear(&self) {
        self.line.finish_and_clear();
    }

    fn enter(&self, stage: Stage) {
        self.line.set_prefix(stage.name());
        self.line.set_message("");
        self.line.set_position(0);
        if stage == Stage::Em {
            self.line.set_length(self.max_iterations);
            self.line.set_style(style("{spinner} {prefix:9} [{bar:24}] {pos}/{len} {elapsed} {msg}"));
        } else {
            self.line.set_style(style("{spinner} {prefix:9} {msg}"));
        }
    }
}

/// The style of a `template`; the default one where it cannot be parsed.
pub(super) fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
