//! What the user asks of the study: pause, step, cancel, run again under other settings.

use super::super::action::Effect;
use super::{App, Overlay};
use crate::study::Outcome;

impl App {
    pub(super) fn toggle_pause(&mut self) -> Vec<Effect> {
        if !self.running() {
            self.info("nothing is running: s changes the settings and runs again".into());
            return Vec::new();
        }
        if self.outcome.status.is_paused() {
            vec![Effect::Resume]
        } else {
            self.info("pausing before the next iteration".into());
            vec![Effect::Pause]
        }
    }

    pub(super) fn step(&mut self) -> Vec<Effect> {
        if self.running() && self.outcome.status.is_paused() {
            return vec![Effect::Step];
        }
        self.info("n does one iteration while EM is paused: Space pauses it".into());
        Vec::new()
    }

    pub(super) fn cancel(&mut self, armed: bool) -> Vec<Effect> {
        if !self.running() {
            self.status = None;
            return Vec::new();
        }
        if armed {
            self.info("cancelling".into());
            return vec![Effect::Cancel];
        }
        self.cancel_armed = true;
        self.info("Esc again cancels the study".into());
        Vec::new()
    }

    pub(super) fn apply_form(&mut self) -> Vec<Effect> {
        let Some(Overlay::Settings(form)) = &mut self.overlay else { return Vec::new() };
        let Some(checked) = form.checked() else {
            form.select_first_fault();
            return Vec::new();
        };
        self.run += 1;
        let earlier = std::mem::replace(&mut self.outcome, Outcome::new(checked.get().clone()));
        self.overviews.clear();
        self.overlay = None;
        self.playing = false;
        (self.cursors.iteration, self.cursors.train) = (None, 0);
        self.info(format!("run {} started", self.run));
        vec![Effect::Start { run: self.run, settings: Box::new(checked), earlier: Box::new(earlier) }]
    }
}
