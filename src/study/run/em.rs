//! The fit of a study: the iterations that are left of EM, snapshots of them, and a fit that is taken as it is.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use super::{Halt, Study};
use crate::files::ModelFile;
use crate::mixture::{EmFit, EmIteration, EmSettings, HeldOut, Mixture, StopReason, Taper};
use crate::study::held_out::{HeldOutScore, is_cheap};
use crate::study::report::{DataReport, EmStart, EmStep, FitReport};
use crate::study::resume::{self, Past};
use crate::study::training::Training;
use crate::study::{Event, Stage, StudyError, Underflow, stages};

impl Study<'_> {
    /// Runs EM; where an earlier fit did the first of its iterations, the others.
    pub(super) fn maximise(
        &mut self,
        data: &DataReport,
        mut training: Training<'_>,
        start: Mixture,
    ) -> Result<(), Halt> {
        if let Some(earlier) = self.kept(Stage::Em)
            && let Some(fit) = earlier.fit
        {
            earlier.shrinkage.into_iter().for_each(|choice| self.emit(Event::ShrinkageChosen(choice)));
            earlier.em.start.into_iter().for_each(|start| self.emit(Event::EmStarted(start)));
            fit.history.iter().for_each(|step| self.emit(Event::EmStepped(Arc::clone(step))));
            self.emit(Event::Fitted(fit));
            return Ok(());
        }
        let settings = self.settings;
        let past = self.earlier.as_ref().and_then(|earlier| Past::of_outcome(earlier, settings));
        let past = past.or_else(|| Past::of_file(settings, data));
        let mut began = past.is_none().then(|| Arc::new(EmStart::of(&start, settings.em.averages)));
        let columns = data.train.shape().columns;
        let (em, start, has_converged) = match past {
            Some(past) => {
                began.clone_from(&past.start);
                began.iter().for_each(|start| self.emit(Event::EmStarted(Arc::clone(start))));
                past.choice.iter().for_each(|choice| self.emit(Event::ShrinkageChosen(Arc::clone(choice))));
                past.history.iter().for_each(|step| self.emit(Event::EmStepped(Arc::clone(step))));
                let has_converged = past.has_converged(&settings.em);
                let taper = Taper { reach: past.reach, columns };
                let em = EmSettings { shrinkage: past.shrinkage, taper, ..settings.em };
                (em, past.mixture.as_ref().clone(), has_converged)
            }
            None => {
                let chosen = {
                    let sample = training.sample(data);
                    stages::shrinkage(settings, &sample, columns, &start, &mut |_| self.checkpoint())?
                };
                self.halt_before_em()?;
                let chosen = chosen.map(Arc::new);
                chosen.iter().for_each(|choice| self.emit(Event::ShrinkageChosen(Arc::clone(choice))));
                began.iter().for_each(|start| self.emit(Event::EmStarted(Arc::clone(start))));
                (stages::em(settings, columns, chosen.as_deref()), start, false)
            }
        };
        let counted = (settings.count_underflow && data.is_complete()).then(|| start.clone());
        let mut fit = self.iterate(data, &mut training, start, em, has_converged, 0)?;
        let (mut reseeded, images) = (0, || Cow::Owned(data.training_set()));
        while let Some(start) = stages::reseeded(settings, &fit, data.training_scale(), images, reseeded)? {
            reseeded += 1;
            let before = self.outcome.em.history.len();
            fit = self.iterate(data, &mut training, start, em, false, before)?;
        }
        if fit.stop == StopReason::Cancelled && self.control.is_cancelled() {
            return Err(Halt::Cancelled);
        }
        let order = fit.mixture.order_by_weight();
        let report = self.report(data, fit, &em, reseeded)?;
        let underflow = counted
            .map(|start| Underflow::count(&data.train, &data.sample_indices, &start, &report.mixture))
            .transpose()?;
        self.emit(Event::Fitted(Arc::new(FitReport { underflow, ..report })));
        if let Some(start) = began {
            self.emit(Event::EmStarted(Arc::new(start.reordered(&order))));
        }
        Ok(())
    }

    /// The iterations of EM that are left after those of the history from `earlier` on, interrupted for each snapshot where
    /// [`resume::can_be_continued`] says that what follows is what would have followed.
    fn iterate(
        &mut self,
        data: &DataReport,
        training: &mut Training<'_>,
        mut start: Mixture,
        em: EmSettings,
        has_converged: bool,
        earlier: usize,
    ) -> Result<EmFit, Halt> {
        let indices = data.held_out_indices.as_slice();
        let held_out = (!indices.is_empty()).then(|| data.test.matrix(indices));
        let every_iteration = is_cheap(indices.len(), data.sample_indices.len(), em.shrinkage);
        let held_out = held_out.as_ref().map(|images| HeldOut { images, every_iteration });
        let can_be_continued = resume::can_be_continued(self.settings, em.shrinkage, data);
        loop {
            let history = &self.outcome.em.history;
            let done = history.len();
            let before = history.get(earlier..).and_then(<[_]>::last).map(|step| step.iteration.nll);
            let left = if has_converged { 0 } else { (em.max_iterations + earlier).saturating_sub(done) };
            let mut began = Instant::now();
            let (mut is_converged, mut is_asked) = (has_converged, false);
            let settings = EmSettings { max_iterations: left, ..em };
            let fit = training.fit(data, start, &settings, held_out, &mut |iteration| {
                let is_first = iteration.iteration == 1;
                let iteration = EmIteration { iteration: done + iteration.iteration, ..iteration.clone() };
                // Within these iterations EM sees to that itself.
                let change = before.filter(|_| is_first).map(|before| (iteration.nll - before).abs());
                is_converged = change.is_some_and(|change| change < em.tolerance);
                self.emit(Event::EmStepped(Arc::new(EmStep { iteration, time: began.elapsed() })));
                let flow = match can_be_continued {
                    true => self.checkpoint_or_snapshot(),
                    false => Some(self.checkpoint()),
                };
                is_asked = flow.is_none();
                // The next iteration begins when the pause ends.
                began = Instant::now();
                if is_converged { ControlFlow::Break(()) } else { flow.unwrap_or(ControlFlow::Break(())) }
            });
            let mut fit = self.read_of(data, fit)?;
            let is_last = self.outcome.em.history.len() - earlier >= em.max_iterations;
            let mut is_ended = training.agree(self.control.is_cancelled() || self.control.is_stopped());
            if is_converged {
                fit.stop = StopReason::Converged;
            } else if fit.stop == StopReason::Cancelled && is_last && !is_ended {
                fit.stop = StopReason::IterationLimit;
            }
            while is_asked {
                let order = fit.mixture.order_by_weight();
                let report = stages::fit_report(fit.clone(), &order, &self.outcome.em.history, &em, 0, None);
                self.emit(Event::Snapshot(Arc::new(self.outcome.model_of(&report))));
                // In a pause it may be asked for again.
                let is_over = fit.stop != StopReason::Cancelled || is_ended;
                let flow = if is_over { Some(ControlFlow::Break(())) } else { self.checkpoint_or_snapshot() };
                is_asked = flow.is_none();
                is_ended = flow.is_some_and(|flow| flow.is_break());
            }
            if fit.stop != StopReason::Cancelled || is_ended {
                return Ok(fit);
            }
            start = fit.mixture;
        }
    }

    /// Takes a fit as it is.
    pub(super) fn open(
        &mut self,
        data: &DataReport,
        mut training: Training<'_>,
        model: &ModelFile,
    ) -> Result<(), Halt> {
        if let Some(fit) = self.kept(Stage::Em).and_then(|earlier| earlier.fit) {
            fit.history.iter().for_each(|step| self.emit(Event::EmStepped(Arc::clone(step))));
            self.emit(Event::Fitted(fit));
            return Ok(());
        }
        if model.shape != data.train.shape() {
            return Err(StudyError::Setting {
                key: "data",
                value: format!("images of {} pixels", data.train.shape()),
                hint: format!("the model is of images of {} pixels: name those", model.shape),
            }
            .into());
        }
        resume::history(model).into_iter().for_each(|step| self.emit(Event::EmStepped(step)));
        let indices = &data.held_out_indices;
        let held_out = (!indices.is_empty()).then(|| data.test.matrix(indices));
        let held_out = held_out.as_ref().map(|images| HeldOut { images, every_iteration: false });
        let rest = EmSettings { max_iterations: 0, ..self.settings.em };
        let mixture = model.mixture.as_ref().clone();
        let fit = training.fit(data, mixture, &rest, held_out, &mut |_| ControlFlow::Continue(()));
        let mut fit = self.read_of(data, fit)?;
        fit.stop = match (model.converged, model.is_partial) {
            (true, _) => StopReason::Converged,
            (_, true) => StopReason::Cancelled,
            _ => StopReason::IterationLimit,
        };
        let taper = Taper { reach: model.reach, columns: model.shape.columns };
        let em = EmSettings { shrinkage: model.shrinkage, taper, ..self.settings.em };
        let report = self.report(data, fit, &em, 0)?;
        self.emit(Event::Fitted(Arc::new(report)));
        Ok(())
    }

    /// The fit, scored.
    fn report(
        &mut self,
        data: &DataReport,
        fit: EmFit,
        em: &EmSettings,
        reseeded: usize,
    ) -> Result<FitReport, Halt> {
        let score = HeldOutScore::of(self.settings, &fit, &data.test, &data.held_out_indices)?;
        let order = fit.mixture.order_by_weight();
        Ok(stages::fit_report(fit, &order, &self.outcome.em.history, em, reseeded, score))
    }
}
