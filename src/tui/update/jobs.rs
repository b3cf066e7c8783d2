//! Jobs: their numbers, exports, and what becomes of their answers.

use std::sync::Arc;

use crate::files::ModelFile;
use crate::mixture::CovarianceFamily;
use crate::study::Shrinkage;
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

    /// Saves the model; of a fit that is under way, as it is after its iteration.
    pub(super) fn save(&mut self) -> Vec<Effect> {
        let settings = &self.outcome.settings;
        let is_shown_shrunk =
            settings.covariance == CovarianceFamily::LowRank && settings.shrinkage != Shrinkage::Images(0.0);
        match self.outcome.model() {
            Some(model) => self.save_model(Arc::new(model)),
            None if is_shown_shrunk => {
                self.info("a low-rank fit that shrinks can be saved when it has ended");
                Vec::new()
            }
            None if self.running() && !self.outcome.em.history.is_empty() => {
                self.info("saving the model after this iteration");
                vec![Effect::Snapshot]
            }
            None => {
                self.info("there is no model to save before the first iteration of EM");
                Vec::new()
            }
        }
    }

    /// Asks for a model to be written; there is one export at a time.
    pub(super) fn save_model(&mut self, model: Arc<ModelFile>) -> Vec<Effect> {
        if self.exporting.is_some() {
            self.info("an export is still under way");
            return Vec::new();
        }
        let (id, effect) = self.job(Work::Model(model));
        self.exporting = Some(id);
        self.status = None;
        vec![effect]
    }

    /// Takes the result of a job in. What no part of the state waits for is dropped.
    pub(super) fn done(&mut self, id: JobId, result: Result<Answer, String>) {
        match id.kind {
            JobKind::Figures | JobKind::Report | JobKind::Model => self.export_done(id, result),
            JobKind::Samples => self.samples_done(id, result),
            JobKind::Axes => self.axes_done(id, result),
            JobKind::Overviews => self.overviews_done(id, result),
            JobKind::Restoration => self.restoration_done(id, result),
            JobKind::Draws => self.draws_done(id, result),
            JobKind::Transform => self.transform_done(id, result),
            JobKind::Column => self.column_done(id, result),
            JobKind::Coverage => self.coverage_done(id, result),
            JobKind::Browse => self.browse_done(id, result),
        }
    }

    fn export_done(&mut self, id: JobId, result: Result<Answer, String>) {
        if self.exporting.take_if(|exporting| *exporting == id).is_none() {
            return;
        }
        match result {
            Ok(Answer::Written(what)) => {
                if id.kind != JobKind::Model {
                    self.runs.note_saved(&self.outcome);
                }
                self.written.push(what.clone());
                self.report(Ok(what));
            }
            Ok(_) => {}
            Err(why) => self.report(Err(format!("{} failed: {why}", id.kind.name()))),
        }
    }
}
