//! What the user asks of the study: pause, step, cancel, run again with other settings.

use std::collections::VecDeque;

use crate::study::{Checked, EXPERIMENTS, Outcome, Reach, Settings, Shrinkage, Status, with_labels};
use crate::tui::effect::Effect;
use crate::tui::state::App;
use crate::tui::state::overlay::Overlay;
use crate::tui::state::runs::Sweep;
use crate::tui::tab::Tab;

impl App {
    pub(super) fn toggle_pause(&mut self) -> Vec<Effect> {
        if !self.running() {
            self.info("nothing is running: s changes the settings and runs again");
            return Vec::new();
        }
        if self.outcome.status.is_paused() {
            vec![Effect::Resume]
        } else {
            self.info("pausing before the next iteration");
            vec![Effect::Pause]
        }
    }

    pub(super) fn step(&mut self) -> Vec<Effect> {
        if self.running() && self.outcome.status.is_paused() {
            return vec![Effect::Step];
        }
        self.info("n runs one iteration while EM is paused: Space pauses it");
        Vec::new()
    }

    /// Cancels the study, when Esc was pressed just before; how long that counts is for the clock to say (`event_loop`).
    pub(super) fn cancel(&mut self, armed: bool) -> Vec<Effect> {
        if !self.running() {
            (self.status, self.experiment) = (None, None);
            return Vec::new();
        }
        if armed {
            self.info("EM stops after its iteration; the rest of the study uses it");
            return vec![Effect::Cancel];
        }
        self.cancel_armed = true;
        self.info("press Esc again to stop here and use the fit so far");
        Vec::new()
    }

    /// Leaves; while the study runs, when it was asked for just before.
    pub(super) fn quit(&mut self, armed: bool) -> Vec<Effect> {
        if armed || !self.running() {
            return vec![Effect::Quit];
        }
        self.quit_armed = true;
        self.info("a fit is running: again to quit without it; Esc twice stops it and keeps what there is");
        Vec::new()
    }

    /// Has the next Esc be the first again; whether it would have cancelled the study.
    pub fn disarm(&mut self) -> bool {
        let armed = std::mem::take(&mut self.cancel_armed);
        if armed {
            self.status = None;
        }
        armed
    }

    /// Starts a run with the settings of the form.
    pub(super) fn apply_form(&mut self) -> Vec<Effect> {
        let Some(Overlay::Settings(form)) = &mut self.overlay else { return Vec::new() };
        let Some(mut runs) = form.checked().map(VecDeque::from) else {
            form.select_first_fault();
            return Vec::new();
        };
        let Some(first) = runs.pop_front() else { return Vec::new() };
        let effects = self.start(first);
        if !runs.is_empty() {
            self.sweep = Sweep { of: runs.len() + 1, rest: runs };
            self.tab = Tab::Runs;
        }
        effects
    }

    /// The next run of a sweep, when one has ended; a run that fails does not end the sweep, one that is cancelled does.
    pub(super) fn next_of_sweep(&mut self) -> Vec<Effect> {
        if self.running() {
            return Vec::new();
        }
        if self.outcome.status == Status::Cancelled {
            self.sweep = Sweep::default();
        }
        match self.sweep.rest.pop_front() {
            Some(checked) => self.begin(checked),
            None => {
                self.sweep = Sweep::default();
                Vec::new()
            }
        }
    }

    /// Runs again with the shrinkage that generalises, when the fit does not.
    pub(super) fn generalise(&mut self) -> Vec<Effect> {
        if !self.overfits() {
            self.info("shrinkage auto is for a fit that does not generalise: s changes the settings");
            return Vec::new();
        }
        let (shrinkage, reach) = (Shrinkage::Auto, Reach::Auto);
        let settings = Settings { shrinkage, reach, opened: None, ..self.outcome.settings.clone() };
        match settings.check() {
            Ok(checked) => self.start(checked),
            Err(error) => {
                self.report(Err(error.to_string()));
                Vec::new()
            }
        }
    }

    /// Runs an experiment, and shows where to look.
    pub(super) fn run_experiment(&mut self, index: usize) -> Vec<Effect> {
        let Some(experiment) = EXPERIMENTS.get(index) else { return Vec::new() };
        match experiment.settings(&self.outcome.settings).and_then(Settings::check) {
            Ok(checked) => {
                let effects = self.start(checked);
                self.show_experiment(experiment);
                effects
            }
            Err(error) => {
                self.report(Err(with_labels(&error.to_string())));
                Vec::new()
            }
        }
    }

    /// Starts a study, in place of what is under way and to come.
    pub(super) fn start(&mut self, checked: Checked) -> Vec<Effect> {
        (self.overlay, self.experiment, self.sweep) = (None, None, Sweep::default());
        self.begin(checked)
    }

    fn begin(&mut self, checked: Checked) -> Vec<Effect> {
        self.run += 1;
        let earlier = std::mem::replace(&mut self.outcome, Outcome::new(checked.get().clone()));
        self.playing = false;
        (self.cursors.iteration, self.cursors.train) = (None, 0);
        self.info(format!("run {} started", self.run));
        vec![Effect::Start { run: self.run, settings: Box::new(checked), earlier: Box::new(earlier) }]
    }
}
