//! The principal axes of the components, computed one component at a time when they are in view; and the averaged
//! covariances, computed once a fit.

use std::sync::Arc;

use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::axes::{Axes, Overviews};
use crate::tui::state::job::{Answer, JobId, Work};

impl App {
    /// Asks for the axes of the selected component, when they are in view.
    pub(super) fn request_axes(&mut self, hits: &Hits) -> Option<Effect> {
        if self.axes.run != self.run {
            self.axes = Axes { run: self.run, ..Axes::default() };
        }
        let component = self.component();
        if !hits.axes || !self.axes.pending.is_empty() || self.axes.known.contains_key(&component) {
            return None;
        }
        let mixture = Arc::clone(&self.outcome.fit.as_ref()?.mixture);
        let (id, effect) = self.job(Work::Axes { mixture, component });
        self.axes.pending.push(id, component);
        Some(effect)
    }

    /// Takes axes in, or why there are none.
    pub(super) fn axes_done(&mut self, id: JobId, result: Result<Answer, String>) {
        let Some(component) = self.axes.pending.take(id) else { return };
        let known = match result {
            Ok(Answer::Axes(axes)) => Ok(axes),
            Ok(_) => return,
            Err(why) => Err(why),
        };
        self.axes.known.insert(component, known);
    }

    /// Asks for the averaged covariances of a new fit.
    pub(super) fn request_overviews(&mut self) -> Option<Effect> {
        if self.overviews.run != self.run {
            self.overviews = Overviews { run: self.run, ..Overviews::default() };
        }
        let Overviews { known, pending, failed, .. } = &self.overviews;
        if !known.is_empty() || !pending.is_empty() || *failed {
            return None;
        }
        let mixture = Arc::clone(&self.outcome.fit.as_ref()?.mixture);
        let (id, effect) = self.job(Work::Overviews(mixture, self.outcome.data.clone()));
        self.overviews.pending.push(id, ());
        Some(effect)
    }

    /// Takes the averaged covariances in.
    pub(super) fn overviews_done(&mut self, id: JobId, result: Result<Answer, String>) {
        if self.overviews.pending.take(id).is_none() {
            return;
        }
        match result {
            Ok(Answer::Overviews(overviews)) => self.overviews.known = overviews,
            Ok(_) => {}
            Err(why) => {
                self.overviews.failed = true;
                self.report(Err(format!("{}: {why}", id.kind.name())));
            }
        }
    }
}
