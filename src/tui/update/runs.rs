//! Commands of the Runs tab: mark, sort, delete, bring a run back.

use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::state::App;
use crate::tui::state::runs::RunsView;

impl App {
    /// A command of the Runs tab; false where it is not one.
    pub(super) fn runs_command(&mut self, command: Command) -> bool {
        let Some(selected) = self.runs.selected() else { return false };
        match command {
            Command::Mark => self.runs.entries[selected].marked ^= true,
            Command::Sort => {
                self.runs.order = self.runs.order.next();
                self.runs.selected = 0;
                self.info(format!("sorted by {}", self.runs.order.name()));
            }
            _ => return false,
        }
        true
    }

    /// Shows the view at `index`, around the end.
    pub(super) fn show_runs_view(&mut self, index: usize) {
        self.runs.view = RunsView::ALL[index % RunsView::ALL.len()];
    }

    /// Removes the selected run, and what is saved of it, when that was asked for just before.
    pub(super) fn delete_run(&mut self, armed: Option<String>) -> Vec<Effect> {
        let Some(selected) = self.runs.selected() else { return Vec::new() };
        let entry = &self.runs.entries[selected];
        if entry.saved && armed.as_ref() != Some(&entry.record.run) {
            let run = entry.record.run.clone();
            self.info(format!("again to delete what is saved of run {run}"));
            self.delete_armed = Some(run);
            return Vec::new();
        }
        let entry = self.runs.entries.remove(selected);
        self.info(format!("run {} is removed", entry.record.run));
        if entry.saved { vec![Effect::DeleteRun(entry.record.run)] } else { Vec::new() }
    }

    /// Brings the selected run back: whole where it is kept, else by running it again under its settings, which gives the same.
    pub(super) fn bring_back(&mut self) -> Vec<Effect> {
        let Some(selected) = self.runs.selected() else { return Vec::new() };
        if self.running() {
            self.info("a study is running: Esc twice stops it and keeps what there is");
            return Vec::new();
        }
        let entry = &self.runs.entries[selected];
        let name = entry.record.run.clone();
        if let Some(outcome) = entry.outcome.clone() {
            self.run += 1;
            self.outcome = *outcome;
            (self.playing, self.experiment) = (false, None);
            (self.cursors.iteration, self.cursors.train) = (None, 0);
            self.report(Ok(format!("run {name} is back")));
            return Vec::new();
        }
        match entry.record.settings().check() {
            Ok(checked) => {
                let effects = self.start(checked);
                self.info(format!("run {name} again, which gives the same bits"));
                effects
            }
            Err(error) => {
                self.report(Err(error.to_string()));
                Vec::new()
            }
        }
    }
}
