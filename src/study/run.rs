//! The tasks, one after the other, on the calling thread and a pool of threads.

mod em;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nalgebra::DMatrix;

use super::own::restore_chosen;
use super::training::{Training, TrainingSource, is_read};
use super::{
    Checked, Control, DataReport, Event, Outcome, Settings, Stage, StartMeans, StudyError, kept_stages,
    memory, resample, stages, with_threads,
};
use crate::mixture::{Alone, KMeansStop, Ranks, Sampler};

/// Receives every event of a study, on a thread of the study.
type Sink<'a> = dyn FnMut(&Event) + Send + 'a;

/// Runs every stage, passes each event to `sink`, and returns the outcome.
///
/// Cancelling is no error: the outcome says so, and has what was done until then. Stopping ([`Control::stop`]) ends EM, and the
/// other stages use what it came to. While paused, the calling thread sleeps.
///
/// # Errors
/// [`StudyError`]; `sink` has then seen [`Event::Failed`].
pub fn run(settings: &Checked, control: &Control, sink: &mut Sink<'_>) -> Result<Outcome, StudyError> {
    conduct(settings, control, &Alone, sink, |study| {
        study.transform()?;
        study.fit(settings.get())?;
        study.sample()?;
        study.inpaint()
    })
}

/// As [`run`], but k-means and EM are taken over from `earlier` where their settings are the same
/// ([`kept_stages`]); their events and times are repeated.
///
/// # Errors
/// As [`run`].
pub fn rerun(
    settings: &Checked,
    earlier: &Outcome,
    control: &Control,
    sink: &mut Sink<'_>,
) -> Result<Outcome, StudyError> {
    conduct(settings, control, &Alone, sink, |study| {
        study.kept = kept_stages(earlier, settings.get());
        study.earlier = Some(earlier.clone());
        study.transform()?;
        study.fit(settings.get())?;
        study.sample()?;
        study.inpaint()
    })
}

/// Runs the stages Data, KMeans and Em only.
///
/// # Errors
/// As [`run`].
pub fn fit_only(settings: &Checked, control: &Control, sink: &mut Sink<'_>) -> Result<Outcome, StudyError> {
    fit_together(settings, control, &Alone, sink)
}

/// [`fit_only`] by several processes, of which this is one: each runs it under the same settings, reads its own images and has the
/// same outcome.
///
/// # Errors
/// As [`run`].
pub fn fit_together(
    settings: &Checked,
    control: &Control,
    ranks: &(dyn Ranks + Sync),
    sink: &mut Sink<'_>,
) -> Result<Outcome, StudyError> {
    // Nothing is drawn or restored: the data need not have test images enough, nor memory room for draws.
    let counts = Settings { test_images: 0, draws: 0, ..settings.get().clone() };
    conduct(settings, control, ranks, sink, |study| study.fit(&counts))
}

/// Why a study ends early.
enum Halt {
    Cancelled,
    Failed(StudyError),
}

impl<E: Into<StudyError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Runs `stages` in a pool of threads; the last event says how they ended.
fn conduct(
    settings: &Checked,
    control: &Control,
    ranks: &(dyn Ranks + Sync),
    sink: &mut Sink<'_>,
    stages: impl FnOnce(&mut Study<'_>) -> Result<(), Halt> + Send,
) -> Result<Outcome, StudyError> {
    let settings = settings.get();
    let ended = with_threads(settings.threads, || {
        let outcome = Outcome::new(settings.clone());
        let waited = Duration::ZERO;
        let (earlier, kept) = (None, Vec::new());
        let mut study = Study { settings, control, ranks, sink: &mut *sink, outcome, earlier, kept, waited };
        match stages(&mut study) {
            Ok(()) if study.outcome.is_stopped() => study.emit(Event::Cancelled),
            Ok(()) => study.emit(Event::Finished),
            Err(Halt::Cancelled) => study.emit(Event::Cancelled),
            Err(Halt::Failed(error)) => return Err(error),
        }
        Ok(study.outcome)
    });
    let ended = ended.and_then(|outcome| outcome);
    if let Err(error) = &ended {
        sink(&Event::Failed(error.with_causes()));
    }
    ended
}

/// Several processes fit together only what each reads a part of.
fn require_alone(ranks: &dyn Ranks) -> Result<(), StudyError> {
    if ranks.size() == 1 {
        return Ok(());
    }
    Err(StudyError::Setting {
        key: "covariance",
        value: format!(
            "not full, or pixels are missing, or images have weights, in a fit by {} processes",
            ranks.size()
        ),
        hint: "fit it by one process".to_owned(),
    })
}

/// A study under way.
struct Study<'a> {
    settings: &'a Settings,
    control: &'a Control,
    /// The processes that fit together.
    ranks: &'a (dyn Ranks + Sync),
    sink: &'a mut Sink<'a>,
    outcome: Outcome,
    /// The study before this one, and what is kept of it.
    earlier: Option<Outcome>,
    kept: Vec<Stage>,
    /// Time spent waiting in pauses so far.
    waited: Duration,
}

impl Study<'_> {
    fn transform(&mut self) -> Result<(), Halt> {
        let report = self.stage(Stage::Transform, |study| Ok(Arc::new(stages::transform(study.settings))))?;
        self.emit(Event::Transformed(report));
        Ok(())
    }

    /// Loads the images that `counts` asks for, and fits.
    fn fit(&mut self, counts: &Settings) -> Result<(), Halt> {
        let ranks = self.ranks;
        let data = self.stage(Stage::Data, |_| {
            if !ranks.is_alone() {
                counts.check_read()?;
            }
            // Each of several processes reads its own images.
            let mut reading = counts.reading();
            reading.leave_in_file |= !ranks.is_alone();
            let data = stages::read_data(counts, &reading)?;
            let (samples, dim) = (data.sample_indices.len(), data.train.dim());
            if is_read(counts, &data.train, ranks) {
                memory::require_read_fit(counts, samples, dim)?;
            } else {
                require_alone(ranks)?;
                memory::require_fit(counts, samples, dim, data.train.is_complete())?;
            }
            memory::require_draws(counts, data.train.dim())?;
            Ok(Arc::new(data))
        })?;
        self.emit(Event::DataReady(Arc::clone(&data)));
        let training = match is_read(self.settings, &data.train, ranks) {
            true => Training::Read(TrainingSource::of(&data), ranks),
            false => Training::Held(Some(data.training_set())),
        };
        if let Some(model) = self.settings.opened.clone() {
            return self.stage(Stage::Em, |study| study.open(&data, training, &model));
        }
        let start = match (&self.settings.start, &self.settings.means_init) {
            (Some(start), _) => stages::warm_start(self.settings, start),
            (None, Some(means)) => stages::start(self.settings, means.clone())?,
            (None, None) => {
                let means = match self.start_means(&data, &training) {
                    Some(means) => means,
                    None => self.stage(Stage::KMeans, |study| study.cluster(&data, &training))?,
                };
                stages::start(self.settings, means)?
            }
        };
        self.stage(Stage::Em, |study| study.maximise(&data, training, start))
    }

    /// The means that EM starts from without k-means.
    fn start_means(&self, data: &DataReport, training: &Training<'_>) -> Option<DMatrix<f64>> {
        if self.settings.em_start == StartMeans::KMeans {
            return None;
        }
        stages::start_means(self.settings, &training.sample(data))
    }

    /// Runs k-means; returns the centroids.
    fn cluster(&mut self, data: &DataReport, training: &Training<'_>) -> Result<DMatrix<f64>, Halt> {
        if let Some(kmeans) = self.kept(Stage::KMeans).map(|earlier| earlier.kmeans)
            && let Some(fit) = kmeans.fit
        {
            kmeans.history.into_iter().for_each(|step| self.emit(Event::KMeansStep(step)));
            let centroids = fit.centroids.clone();
            self.emit(Event::KMeansDone(fit));
            return Ok(centroids);
        }
        let settings = self.settings;
        let fit = training.cluster(data, settings, &mut |step| {
            self.emit(Event::KMeansStep(step.clone()));
            self.checkpoint()
        });
        let fit = self.read_of(data, fit)?;
        if fit.stop == KMeansStop::Cancelled {
            return Err(Halt::Cancelled);
        }
        self.halt_before_em()?;
        let centroids = fit.centroids.clone();
        self.emit(Event::KMeansDone(Arc::new(fit)));
        Ok(centroids)
    }

    fn sample(&mut self) -> Result<(), Halt> {
        let Some(fit) = self.outcome.fit.clone() else { return Ok(()) };
        let report = self.stage(Stage::Samples, |study| {
            let sampler = Sampler::new(&fit.mixture)?;
            Ok(resample(&sampler, study.settings.seed, study.settings.draws, None, 0))
        })?;
        self.emit(Event::Sampled(Arc::new(report)));
        Ok(())
    }

    fn inpaint(&mut self) -> Result<(), Halt> {
        let (Some(fit), Some(data)) = (self.outcome.fit.clone(), self.outcome.data.clone()) else {
            return Ok(());
        };
        let report =
            self.stage(Stage::Inpaint, |study| Ok(restore_chosen(study.settings, &fit.mixture, &data)?))?;
        self.emit(Event::Inpainted(Arc::new(report)));
        Ok(())
    }

    /// Runs one stage between its two events; once cancelled, it does not begin, and halts at its end.
    fn stage<T>(&mut self, stage: Stage, work: impl FnOnce(&mut Self) -> Result<T, Halt>) -> Result<T, Halt> {
        self.halt_if_cancelled()?;
        self.emit(Event::Entered(stage));
        let (began, waited) = (Instant::now(), self.waited);
        let result = work(self)?;
        self.halt_if_cancelled()?;
        let measured = began.elapsed().saturating_sub(self.waited.saturating_sub(waited));
        // What is kept took the time that it took when it was computed.
        let times = self.kept(stage).map(|earlier| earlier.times).unwrap_or_default();
        let time = times.iter().find(|(of, _)| *of == stage).map_or(measured, |(_, time)| *time);
        self.emit(Event::Left(stage, time));
        Ok(result)
    }

    /// The earlier study, when `stage` is kept of it.
    fn kept(&self, stage: Stage) -> Option<Outcome> {
        self.earlier.clone().filter(|_| self.kept.contains(&stage))
    }

    /// Without an iteration of EM there is nothing to use: a study that is stopped there is cancelled.
    fn halt_before_em(&self) -> Result<(), Halt> {
        self.halt_if_cancelled()?;
        if self.control.is_stopped() { Err(Halt::Cancelled) } else { Ok(()) }
    }

    fn halt_if_cancelled(&self) -> Result<(), Halt> {
        if self.control.is_cancelled() { Err(Halt::Cancelled) } else { Ok(()) }
    }

    fn emit(&mut self, event: Event) {
        (self.sink)(&event);
        self.outcome.apply(event);
    }

    /// A result of images that were read from a file, or why that failed.
    fn read_of<T, E: Into<StudyError>>(
        &self,
        data: &DataReport,
        result: Result<T, E>,
    ) -> Result<T, StudyError> {
        match data.train.take_fault() {
            Some(fault) => Err(fault.into()),
            None => result.map_err(Into::into),
        }
    }

    /// Between iterations: waits while paused, and says when that begins and ends.
    fn checkpoint(&mut self) -> ControlFlow<()> {
        let flow = match self.control.try_checkpoint() {
            Some(flow) => flow,
            None => self.while_paused(Control::checkpoint),
        };
        if self.outcome.status.is_paused() && !self.control.is_paused() {
            self.emit(Event::Paused(false));
        }
        flow
    }

    /// [`Study::checkpoint`], or none where a snapshot is asked for before the study passes it: then it is yet to be passed.
    fn checkpoint_or_snapshot(&mut self) -> Option<ControlFlow<()>> {
        if self.control.is_waiting() {
            self.while_paused(Control::wait_for_snapshot);
        }
        if self.control.take_snapshot_request() { None } else { Some(self.checkpoint()) }
    }

    fn while_paused<T>(&mut self, wait: impl FnOnce(&Control) -> T) -> T {
        if !self.outcome.status.is_paused() {
            self.emit(Event::Paused(true));
        }
        let began = Instant::now();
        let result = wait(self.control);
        self.waited += began.elapsed();
        result
    }
}

#[cfg(test)]
mod tests;
