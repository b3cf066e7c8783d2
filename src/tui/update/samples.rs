//! Commands of the Samples tab; batches of samples, drawn one at a time as they come into view.

use std::sync::Arc;

use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::job::{Answer, JobId, SampleRequest, Work};
use crate::tui::state::samples::SampleStream;
use crate::tui::tab::Tab;

impl App {
    /// A command of the Samples tab; false where it is not one.
    pub(super) fn samples_command(&mut self, command: Command) -> bool {
        self.samples.failed = false;
        match command {
            Command::Resample => {
                if self.outcome.samples.is_none() {
                    self.info("samples need the fitted mixture, which is not there yet");
                } else if self.samples.pending.is_empty() {
                    self.samples.wanted.generation += 1;
                }
            }
            Command::CycleComponent => self.show_samples_of(self.samples_view() + 1),
            Command::PreviousComponent => {
                let components = self.outcome.fit.as_ref().map_or(0, |fit| fit.mixture.components());
                self.show_samples_of(self.samples_view() + components);
            }
            _ => return false,
        }
        true
    }

    /// 0 for the mixture, k for component k.
    fn samples_view(&self) -> usize {
        self.samples.wanted.component.map_or(0, |k| k + 1)
    }

    /// Shows samples of the mixture (0), or of component `view`, around the end.
    pub(super) fn show_samples_of(&mut self, view: usize) {
        let components = self.outcome.fit.as_ref().map_or(0, |fit| fit.mixture.components());
        self.samples.wanted.component = (view % (components + 1)).checked_sub(1);
    }

    /// Moves the cursor over the samples; with `extend`, past the last there are more.
    pub(super) fn move_sample(&mut self, by: isize, extend: bool) {
        self.samples.failed = false;
        let count = self.sample_count();
        if count == 0 {
            return;
        }
        let at = self.cursors.sample.min(count - 1).saturating_add_signed(by);
        if at >= count && extend {
            self.samples.extend_to(at, self.batch());
        }
        self.cursors.sample = at.min(self.sample_count().saturating_sub(1));
    }

    /// Asks for the next batch that is in view and not known.
    pub(super) fn request_samples(&mut self, hits: &Hits) -> Option<Effect> {
        if self.samples.run != self.run {
            self.samples = SampleStream { run: self.run, ..SampleStream::default() };
        }
        let busy = !self.samples.pending.is_empty() || self.samples.failed;
        if busy || self.tab != Tab::Samples || self.outcome.samples.is_none() {
            return None;
        }
        let fit = self.outcome.fit.as_ref()?;
        let stream = self.samples.wanted;
        let batch = if stream == self.samples.id {
            let room = hits.samples.clone()?;
            // Not after a frame of samples that are no longer shown.
            if room.end > self.sample_count() && room.contains(&self.cursors.sample) {
                let batch = self.batch();
                self.samples.extend_to(room.end - 1, batch);
            }
            let count = self.sample_count();
            let missing = (room.start..room.end.min(count)).find(|&index| self.sample(index).is_none())?;
            u32::try_from(missing / self.batch()).ok()?
        } else {
            0
        };
        let (id, effect) = self.job(Work::Samples(SampleRequest {
            mixture: Arc::clone(&fit.mixture),
            component: stream.component,
            count: self.batch(),
            seed: self.outcome.settings.seed,
            repeat: stream.repeat(batch),
        }));
        self.samples.pending.push(id, (stream, batch));
        Some(effect)
    }

    /// Takes a batch in.
    pub(super) fn samples_done(&mut self, id: JobId, result: Result<Answer, String>) {
        let Some((stream, batch)) = self.samples.pending.take(id) else { return };
        let samples = match result {
            Ok(Answer::Samples(samples)) => samples,
            Ok(_) => return,
            Err(why) => {
                (self.samples.failed, self.samples.wanted) = (true, self.samples.id);
                return self.report(Err(format!("{}: {why}", id.kind.name())));
            }
        };
        if stream != self.samples.id {
            if batch != 0 || stream != self.samples.wanted {
                return;
            }
            let renewed = stream.generation != self.samples.id.generation;
            (self.samples.id, self.samples.reach) = (stream, 0);
            self.samples.batches.clear();
            self.cursors.sample = 0;
            if renewed {
                self.info(format!("new samples, draw {}", stream.generation + 1));
            }
        }
        if batch == 0 && stream.component.is_none() {
            self.outcome.samples = Some(samples);
        } else {
            self.samples.insert(batch, samples);
        }
    }
}
