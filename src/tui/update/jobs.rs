//! Jobs: their numbers, exports, and what becomes of their answers.

use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::state::App;
use crate::tui::state::job::{Answer, Job, JobId, JobKind, Work};

impl App {
    /// A job with the next number, as an effect, and its id.
    pub(super) fn job(&mut self, work: Work) -> (JobId, Effect) {
        self.jobs += 1;
        let id = JobId { number: self.jobs, kind: work.kind() };
        (id, Effect::Run(Job { id, work }))
    }

    /// Asks for an export; there is one at a time.
    pub(super) fn export(&mut self, command: Command) -> Vec<Effect> {
        if self.exporting.is_some() {
            self.info("an export is still under way");
            return Vec::new();
        }
        let outcome = Box::new(self.outcome.clone());
        let (id, effect) = self.job(match command {
            Command::Report => Work::Report(outcome),
            _ => Work::Figures(outcome),
        });
        self.exporting = Some(id);
        self.status = None;
        vec![effect]
    }

    /// Takes the result of a job in. What no part of the state waits for is dropped.
    pub(super) fn done(&mut self, id: JobId, result: Result<Answer, String>) {
        match id.kind {
            JobKind::Figures | JobKind::Report => self.export_done(id, result),
            JobKind::Samples => self.samples_done(id, result),
            JobKind::Axes => self.axes_done(id, result),
            JobKind::Overviews => self.overviews_done(id, result),
            JobKind::Restoration => self.restoration_done(id, result),
            JobKind::Draws => self.draws_done(id, result),
            JobKind::Transform => self.transform_done(id, result),
        }
    }

    fn export_done(&mut self, id: JobId, result: Result<Answer, String>) {
        if self.exporting.take_if(|exporting| *exporting == id).is_none() {
            return;
        }
        match result {
            Ok(Answer::Written(what)) => {
                self.written.push(what.clone());
                self.report(Ok(what));
            }
            Ok(_) => {}
            Err(why) => self.report(Err(format!("{} failed: {why}", id.kind.name()))),
        }
    }
}
