//! Commands of the Restore tab, and the restorations, draws and covariances that follow what is observed.
//!
//! Nothing is computed here: [`App::request_restorations`] compares what is in view with what is known and under way, and
//! asks for the difference.

use std::sync::Arc;

use crate::data::ImageShape;
use crate::inverse::Observation;
use crate::mixture::Mixture;
use crate::study::{Settings, choose_test_images, mask_order};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::inpaint::{Aspect, DRAWS, InpaintState, InpaintView, Panel, RestorationId};
use crate::tui::state::job::{Answer, ColumnRequest, DrawsRequest, JobId, RestorationRequest, Work};
use crate::tui::state::mask_editor::{MaskEditor, MaskKind};
use crate::tui::tab::Tab;

/// Test images whose coverage is counted.
const COVERAGE: usize = 200;

impl App {
    /// Asks for the restorations of the current mask and images, and for draws when they are in view.
    pub(super) fn request_restorations(&mut self, hits: &Hits) -> Vec<Effect> {
        self.set_up_editor();
        if self.tab != Tab::Restore || self.inpaint.editor.is_none() {
            return Vec::new();
        }
        let (Some(fit), Some(data)) = (&self.outcome.fit, &self.outcome.data) else { return Vec::new() };
        let (mixture, data) = (Arc::clone(&fit.mixture), Arc::clone(data));
        let id = self.restoration_id();
        let state = &self.inpaint;
        let known = state.posteriors.as_ref().is_some_and(|(of, _)| *of == id);
        let stale = !known && state.failed != Some(id);
        let restore = stale && state.restoring.latest() != Some(&id);
        let draws = self.draws_id();
        let drawn = state.draws.as_ref().is_some_and(|(of, _)| *of == draws);
        let asked = state.drawing.latest() == Some(&draws) || state.failed_draws == Some(draws);
        let draw = hits.draws && !drawn && (!asked || restore);
        let mut effects: Vec<Effect> = self.request_column(hits, &mixture).into_iter().collect();
        if !(restore || draw) {
            return effects;
        }
        let observations = match self.current_observations() {
            Ok(observations) => observations,
            Err(why) => {
                self.inpaint.failed = Some(id);
                self.inpaint.failed_draws = Some(draws);
                self.report(Err(format!("{}: {why}", self.inpaint.observed.kind().name())));
                return effects;
            }
        };
        let (indices, seed) = (self.inpaint.indices.clone(), self.outcome.settings.seed);
        let of = RestorationRequest { mixture, data, indices, observations, seed };
        if restore {
            let (job, effect) = self.job(Work::Restoration(of.clone()));
            self.inpaint.restoring.push(job, id);
            effects.push(effect);
        }
        if draw {
            let (image, repeat) = (draws.image, draws.repeat);
            let (job, effect) = self.job(Work::Draws(DrawsRequest { of, image, count: DRAWS, repeat }));
            self.inpaint.drawing.push(job, draws);
            effects.push(effect);
        }
        effects
    }

    /// Asks for the covariances of the chosen pixel where they are in view.
    fn request_column(&mut self, hits: &Hits, mixture: &Arc<Mixture>) -> Option<Effect> {
        let (id, state) = (self.column_id(), &self.inpaint);
        let known = state.column.as_ref().is_some_and(|(of, _)| *of == id);
        let wanted = hits.truth && state.aspect == Aspect::Covariance && self.editing_mask();
        if !wanted || known || state.relating.latest() == Some(&id) || state.shown != id.restoration {
            return None;
        }
        let posterior = self.posterior(id.image)?.clone();
        let request = ColumnRequest { mixture: Arc::clone(mixture), posterior, pixel: id.pixel };
        let (job, effect) = self.job(Work::Column(request));
        self.inpaint.relating.push(job, id);
        Some(effect)
    }

    /// Asks how often intervals cover, on 200 test images, or all there are.
    pub(super) fn request_coverage(&mut self) -> Vec<Effect> {
        let (Some(fit), Some(data)) = (&self.outcome.fit, &self.outcome.data) else { return Vec::new() };
        let (mixture, data) = (Arc::clone(&fit.mixture), Arc::clone(data));
        let id = self.restoration_id();
        if self.inpaint.covering.latest() == Some(&id) {
            return Vec::new();
        }
        let settings =
            Settings { test_images: COVERAGE.min(data.drawable()), ..self.outcome.settings.clone() };
        let chosen = choose_test_images(&settings, &data, 0).map_err(|error| error.to_string());
        let asked = chosen.and_then(|indices| Ok((indices, self.current_observations()?)));
        match asked {
            Ok((indices, observations)) => {
                let seed = settings.seed;
                let request = RestorationRequest { mixture, data, indices, observations, seed };
                let (job, effect) = self.job(Work::Coverage(request));
                self.inpaint.covering.push(job, id);
                vec![effect]
            }
            Err(why) => {
                self.report(Err(format!("coverage: {why}")));
                Vec::new()
            }
        }
    }

    /// What is observed: the study's own, until something of it is changed.
    fn current_observations(&self) -> Result<Vec<Observation>, String> {
        let Some(editor) = &self.inpaint.editor else { return Ok(Vec::new()) };
        let is_own = self.restoration_id() == RestorationId::default();
        if let Some(report) = self.outcome.inpaint.as_ref().filter(|_| is_own) {
            return Ok(report.observations.clone());
        }
        Ok(vec![self.inpaint.observed.observation(editor.mask(), self.outcome.settings.seed)?])
    }

    /// Starts the mask editor of the current study, as soon as there is a mask to start from.
    fn set_up_editor(&mut self) {
        if self.inpaint.run != self.run {
            let InpaintState { view, aspect, observed, .. } = std::mem::take(&mut self.inpaint);
            self.inpaint = InpaintState { run: self.run, view, aspect, observed, ..InpaintState::default() };
        }
        if self.inpaint.editor.is_some() {
            return;
        }
        let (Some(report), settings) = (&self.outcome.inpaint, &self.outcome.settings) else { return };
        let shape = self.shape();
        let Ok(order) = mask_order(settings, shape, 0) else { return };
        if shape.is_empty() {
            return;
        }
        let mut editor = MaskEditor::new(shape, order, settings.observed);
        report.mask(self.image()).into_iter().for_each(|mask| editor.adopt(mask));
        self.inpaint.indices.clone_from(&report.indices);
        self.inpaint.editor = Some(editor);
    }

    /// Takes restorations in. Those of an older mask are shown until the newer ones are there.
    pub(super) fn restoration_done(&mut self, job: JobId, result: Result<Answer, String>) {
        let Some(id) = self.inpaint.restoring.take(job) else { return };
        match result {
            Ok(Answer::Restoration(report, posteriors)) => {
                // The study's own restorations stay what is shown, as exports show them.
                self.inpaint.report = (id != RestorationId::default()).then_some(report);
                self.inpaint.posteriors = Some((id, posteriors));
                self.inpaint.shown = id;
            }
            Ok(_) => {}
            Err(why) => {
                self.inpaint.failed = Some(id);
                self.report(Err(format!("{}: {why}", job.kind.name())));
            }
        }
    }

    /// Takes draws in.
    pub(super) fn draws_done(&mut self, job: JobId, result: Result<Answer, String>) {
        let Some(id) = self.inpaint.drawing.take(job) else { return };
        match result {
            Ok(Answer::Draws(draws)) => self.inpaint.draws = Some((id, draws)),
            Ok(_) => {}
            Err(why) => {
                self.inpaint.failed_draws = Some(id);
                self.report(Err(format!("{}: {why}", job.kind.name())));
            }
        }
    }

    /// Takes the covariances of a pixel in.
    pub(super) fn column_done(&mut self, job: JobId, result: Result<Answer, String>) {
        let Some(id) = self.inpaint.relating.take(job) else { return };
        match result {
            Ok(Answer::Column(column)) => self.inpaint.column = Some((id, column)),
            Ok(_) => {}
            Err(why) => {
                self.inpaint.aspect = Aspect::Truth;
                self.report(Err(format!("{}: {why}", job.kind.name())));
            }
        }
    }

    /// Takes the coverage in.
    pub(super) fn coverage_done(&mut self, job: JobId, result: Result<Answer, String>) {
        let Some(id) = self.inpaint.covering.take(job) else { return };
        match result {
            Ok(Answer::Coverage(held)) => self.inpaint.coverage = Some((id, held)),
            Ok(_) => {}
            Err(why) => self.report(Err(format!("{}: {why}", job.kind.name()))),
        }
    }

    /// The mask editor, with the mask of the selected image while nothing was changed.
    pub(super) fn editor(&mut self) -> Option<&mut MaskEditor> {
        let mask = self.mask(self.image()).cloned();
        let editor = self.inpaint.editor.as_mut()?;
        if editor.version() == 0 {
            mask.iter().for_each(|mask| editor.adopt(mask));
        }
        Some(editor)
    }

    /// A command of the Restore tab; false where it is not one.
    pub(super) fn inpaint_command(&mut self, command: Command, hits: &Hits) -> bool {
        (self.inpaint.failed, self.inpaint.failed_draws) = (None, None);
        let editing = self.editing_mask();
        let masked = self.inpaint.observed.kind().is_masked();
        let Some(editor) = self.editor() else { return false };
        let shape = editor.shape();
        let before = (editor.kind(), editor.setting());
        let version = self.inpaint.observed.version();
        let Some(editor) = self.editor() else { return false };
        match command {
            Command::NextObservation => self.inpaint.observed.turn(1),
            Command::PreviousObservation => self.inpaint.observed.turn(-1),
            Command::MoreNoise => self.inpaint.observed.adjust_noise(1),
            Command::LessNoise => self.inpaint.observed.adjust_noise(-1),
            Command::CycleAspect => self.inpaint.aspect = self.inpaint.aspect.next(),
            Command::More if !masked => self.adjust_strength(shape, 1),
            Command::Less if !masked => self.adjust_strength(shape, -1),
            Command::OtherMask if !masked => {
                if !self.inpaint.observed.redraw() {
                    self.info("nothing of this observation is drawn at random");
                }
            }
            Command::NextMask
            | Command::PreviousMask
            | Command::Pen
            | Command::Ink
            | Command::Enlarge
            | Command::Reduce
            | Command::Fill
            | Command::Clear
            | Command::Invert
            | Command::Undo
                if !masked =>
            {
                self.info("the mask is not what is observed: choose it with [ or ]");
            }
            Command::NextMask => editor.turn(1),
            Command::PreviousMask => editor.turn(-1),
            Command::More => editor.adjust(1),
            Command::Less => editor.adjust(-1),
            Command::OtherMask => self.other_mask(),
            Command::OtherImages => self.other_images(),
            Command::Resample => self.inpaint.repeat += 1,
            Command::CycleView => self.cycle_inpaint_view(hits),
            Command::Left if editing => editor.step(0, -1),
            Command::Right if editing => editor.step(0, 1),
            Command::Up if editing => editor.step(-1, 0),
            Command::Down if editing => editor.step(1, 0),
            Command::Pen => editor.toggle_brush(),
            Command::Ink => editor.paints_observed = !editor.paints_observed,
            Command::Enlarge => editor.resize_brush(1),
            Command::Reduce => editor.resize_brush(-1),
            Command::Fill => editor.fill(true),
            Command::Clear => editor.fill(false),
            Command::Invert => editor.invert(),
            Command::Undo => {
                if !editor.undo() {
                    self.info("nothing to undo");
                }
            }
            Command::Back if editing => match editor.down {
                true => editor.toggle_brush(),
                false => self.inpaint.view = InpaintView::Images,
            },
            _ => return false,
        }
        if !editing && self.inpaint.observed.version() != version {
            let words = self.observed_words();
            self.info(format!("observed: {words}"));
        }
        // While the mask is edited, the list of kinds and the slider are in view.
        let after = self.inpaint.editor.as_ref().map(|editor| (editor.kind(), editor.setting()));
        if let Some((kind, setting)) = after.filter(|after| !editing && *after != before) {
            let unit = if kind == MaskKind::Random { " %" } else { "" };
            self.info(format!("mask: {}, {} {}{unit}", kind.name(), setting.label, setting.value));
        }
        true
    }

    /// Moves the first slider of an observation other than a mask.
    fn adjust_strength(&mut self, shape: ImageShape, by: isize) {
        let observed = &mut self.inpaint.observed;
        match observed.setting(shape) {
            Some(setting) => observed.set(shape, setting.value.saturating_add_signed(by)),
            None => observed.adjust_noise(by),
        }
    }

    /// Shows the next view; where there is room for everything at once, there are two.
    fn cycle_inpaint_view(&mut self, hits: &Hits) {
        let view = match self.inpaint.view {
            InpaintView::Images => InpaintView::Restored,
            InpaintView::Restored if !hits.everything => InpaintView::Deviation,
            InpaintView::Deviation if !hits.everything => InpaintView::Draws,
            _ => InpaintView::Images,
        };
        self.show_view(view as usize);
    }

    /// Shows the view at `index`, and selects its picture.
    pub(super) fn show_view(&mut self, index: usize) {
        let view = InpaintView::ALL.get(index).copied().unwrap_or_default();
        self.inpaint.panel = match view {
            InpaintView::Deviation => Panel::Deviation,
            InpaintView::Draws => Panel::Draw(0),
            _ => Panel::Restored,
        };
        self.inpaint.view = view;
    }

    fn other_mask(&mut self) {
        self.inpaint.orders += 1;
        let (settings, repeat) = (&self.outcome.settings, self.inpaint.orders);
        let Some(editor) = &mut self.inpaint.editor else { return };
        if let Ok(order) = mask_order(settings, editor.shape(), repeat) {
            editor.reorder(order);
        }
    }

    fn other_images(&mut self) {
        let Some(data) = &self.outcome.data else { return };
        let set = self.inpaint.set + 1;
        match choose_test_images(&self.outcome.settings, data, set) {
            Ok(chosen) => {
                // Pictures of one's own stay.
                let indices = data.own_indices().chain(chosen).collect();
                (self.inpaint.set, self.inpaint.indices) = (set, indices);
                self.info(format!("test images, choice {}", set + 1));
            }
            Err(error) => self.report(Err(error.to_string())),
        }
    }
}
