//! Commands of the Inpaint tab, and the restorations and draws that follow the mask.
//!
//! Nothing is computed here: [`App::request_restorations`] compares what is in view with what is known and under way, and
//! asks for the difference.

use std::sync::Arc;

use crate::inverse::Observation;
use crate::study::{choose_test_images, mask_order};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::inpaint::{DRAWS, InpaintState, InpaintView, Panel};
use crate::tui::state::job::{Answer, DrawsRequest, JobId, RestorationRequest, Work};
use crate::tui::state::mask_editor::{MaskEditor, MaskKind};
use crate::tui::tab::Tab;

impl App {
    /// Asks for the restorations of the current mask and images, and for draws when they are in view.
    pub(super) fn request_restorations(&mut self, hits: &Hits) -> Vec<Effect> {
        self.set_up_editor();
        if self.tab != Tab::Inpaint || self.inpaint.editor.is_none() {
            return Vec::new();
        }
        let (Some(fit), Some(data)) = (&self.outcome.fit, &self.outcome.data) else { return Vec::new() };
        let (mixture, data) = (Arc::clone(&fit.mixture), Arc::clone(data));
        let mut effects = Vec::new();
        let id = self.restoration_id();
        let state = &self.inpaint;
        let stale = id != state.shown;
        if stale && state.restoring.latest() != Some(&id) && state.failed != Some(id) {
            let (indices, observations) = (state.indices.clone(), self.current_observations());
            let (mixture, data) = (Arc::clone(&mixture), Arc::clone(&data));
            let (job, effect) =
                self.job(Work::Restoration(RestorationRequest { mixture, data, indices, observations }));
            self.inpaint.restoring.push(job, id);
            effects.push(effect);
        }
        let draws = self.draws_id();
        let state = &self.inpaint;
        let known = state.draws.as_ref().is_some_and(|(known, _)| *known == draws);
        let asked = state.drawing.latest() == Some(&draws) || state.failed_draws == Some(draws);
        if !hits.draws || known || (asked && effects.is_empty()) {
            return effects;
        }
        let observations = self.current_observations();
        let at = if observations.len() == 1 { 0 } else { draws.image };
        let (Some(observation), Some(&index)) = (observations.get(at), state.indices.get(draws.image)) else {
            return effects;
        };
        let (job, effect) = self.job(Work::Draws(DrawsRequest {
            mixture,
            data,
            index,
            observation: observation.clone(),
            count: DRAWS,
            seed: self.outcome.settings.seed,
            repeat: draws.repeat,
            wait: stale,
        }));
        self.inpaint.drawing.push(job, draws);
        effects.push(effect);
        effects
    }

    /// What is observed: the study's own, until the mask or the images are changed.
    fn current_observations(&self) -> Vec<Observation> {
        let Some(editor) = &self.inpaint.editor else { return Vec::new() };
        let own = self.inpainted().filter(|_| editor.version() == 0 && self.inpaint.set == 0);
        own.map_or_else(|| vec![editor.mask().clone().into()], |report| report.observations.clone())
    }

    /// Starts the mask editor of the current study, as soon as there is a mask to start from.
    fn set_up_editor(&mut self) {
        if self.inpaint.run != self.run {
            self.inpaint = InpaintState { run: self.run, view: self.inpaint.view, ..InpaintState::default() };
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
            Ok(Answer::Restoration(report)) => {
                (self.inpaint.shown, self.inpaint.report) = (id, Some(report));
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

    /// The mask editor, with the mask of the selected image while nothing was changed.
    pub(super) fn editor(&mut self) -> Option<&mut MaskEditor> {
        let mask = self.mask(self.image()).cloned();
        let editor = self.inpaint.editor.as_mut()?;
        if editor.version() == 0 {
            mask.iter().for_each(|mask| editor.adopt(mask));
        }
        Some(editor)
    }

    /// A command of the Inpaint tab; false where it is not one.
    pub(super) fn inpaint_command(&mut self, command: Command, hits: &Hits) -> bool {
        (self.inpaint.failed, self.inpaint.failed_draws) = (None, None);
        let editing = self.editing_mask();
        let Some(editor) = self.editor() else { return false };
        let before = (editor.kind(), editor.setting());
        match command {
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
        // While the mask is edited, the list of kinds and the slider are in view.
        let after = self.inpaint.editor.as_ref().map(|editor| (editor.kind(), editor.setting()));
        if let Some((kind, setting)) = after.filter(|after| !editing && *after != before) {
            let unit = if kind == MaskKind::Random { " %" } else { "" };
            self.info(format!("mask: {}, {} {}{unit}", kind.name(), setting.label, setting.value));
        }
        true
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
        match choose_test_images(&self.outcome.settings, &data.test, set) {
            Ok(indices) => {
                (self.inpaint.set, self.inpaint.indices) = (set, indices);
                self.info(format!("test images, choice {}", set + 1));
            }
            Err(error) => self.report(Err(error.to_string())),
        }
    }
}
