//! The results of a study so far.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::event::Event;
use super::report::{DataReport, EmStart, EmStep, FitReport, InpaintReport, SamplesReport};
use super::settings::{SETTINGS, Settings, Shrinkage};
use super::stage::Stage;
use crate::data::{ImageShape, Labels};
use crate::density::TransformReport;
use crate::files::{ModelFile, fit_name};
use crate::mixture::{KMeansFit, KMeansIteration, ShrinkageChoice, StopReason};

/// k-means so far.
#[derive(Debug, Clone, Default)]
pub struct KMeansProgress {
    /// Iterations of all restarts so far, in order.
    pub history: Vec<KMeansIteration>,
    /// The result, once there; clusters in k-means' own order.
    pub fit: Option<Arc<KMeansFit>>,
}

/// EM so far.
#[derive(Debug, Clone, Default)]
pub struct EmProgress {
    /// What it started from, with components in the history's order.
    pub start: Option<Arc<EmStart>>,
    /// Iterations so far. Components are in the order of the start until the fit is there, then by
    /// falling weight of the fit.
    pub history: Vec<Arc<EmStep>>,
}

/// Where a study stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Status {
    /// No stage has begun.
    #[default]
    Starting,
    /// A stage is under way.
    Running(Stage),
    /// A stage waits to be resumed.
    Paused(Stage),
    /// All stages are done.
    Finished,
    /// Stopped on request.
    Cancelled,
    /// Stopped by an error, as text: the message, then its causes.
    Failed(String),
}

impl Status {
    /// The stage under way.
    pub fn stage(&self) -> Option<Stage> {
        match self {
            Self::Running(stage) | Self::Paused(stage) => Some(*stage),
            _ => None,
        }
    }

    /// Whether the study waits to be resumed.
    pub fn is_paused(&self) -> bool {
        matches!(self, Self::Paused(_))
    }

    /// Whether nothing more will come.
    pub fn has_ended(&self) -> bool {
        matches!(self, Self::Finished | Self::Cancelled | Self::Failed(_))
    }

    /// The error that stopped the study.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Failed(message) => Some(message),
            _ => None,
        }
    }
}

/// Everything that is known so far.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The settings that the study runs under.
    pub settings: Settings,
    /// Where the study stands.
    pub status: Status,
    /// The stages that are done, in order, and how long each took (without pauses).
    pub times: Vec<(Stage, Duration)>,
    /// Task 1.
    pub transform: Option<Arc<TransformReport>>,
    /// The images.
    pub data: Option<Arc<DataReport>>,
    /// k-means.
    pub kmeans: KMeansProgress,
    /// The shrinkage chosen, where the settings ask for that.
    pub shrinkage: Option<Arc<ShrinkageChoice>>,
    /// EM.
    pub em: EmProgress,
    /// The fitted mixture.
    pub fit: Option<Arc<FitReport>>,
    /// Samples.
    pub samples: Option<Arc<SamplesReport>>,
    /// Task 3.
    pub inpaint: Option<Arc<InpaintReport>>,
}

impl Outcome {
    /// An empty outcome under `settings`.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Applies one event.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Entered(stage) if self.status.is_paused() => self.status = Status::Paused(stage),
            Event::Entered(stage) => self.status = Status::Running(stage),
            Event::Left(stage, time) => self.times.push((stage, time)),
            Event::Transformed(report) => self.transform = Some(report),
            Event::DataReady(report) => self.data = Some(report),
            Event::KMeansStep(step) => self.kmeans.history.push(step),
            Event::KMeansDone(fit) => self.kmeans.fit = Some(fit),
            Event::ShrinkageChosen(choice) => self.shrinkage = Some(choice),
            Event::EmStarted(start) => self.em.start = Some(start),
            Event::EmStepped(step) => self.em.history.push(step),
            Event::Snapshot(_) => {}
            Event::Fitted(report) => {
                self.em.history.clone_from(&report.history);
                self.fit = Some(report);
            }
            Event::Sampled(report) => self.samples = Some(report),
            Event::Inpainted(report) => self.inpaint = Some(report),
            Event::Paused(paused) => {
                if let Some(stage) = self.status.stage() {
                    self.status = if paused { Status::Paused(stage) } else { Status::Running(stage) };
                }
            }
            Event::Finished => self.status = Status::Finished,
            Event::Cancelled => self.status = Status::Cancelled,
            Event::Failed(message) => self.status = Status::Failed(message),
        }
    }

    /// Whether EM was stopped on request; its fit is that of the iterations done until then.
    pub fn is_stopped(&self) -> bool {
        self.fit.as_ref().is_some_and(|fit| fit.stop == StopReason::Cancelled)
    }

    /// Height and width of the images; none before they are loaded.
    pub fn shape(&self) -> Option<ImageShape> {
        self.data.as_ref().map(|data| data.train.shape())
    }

    /// The labels of the images, in the order chosen; none before they are loaded, and for images without labels.
    pub fn labels(&self) -> &[u8] {
        self.data.as_ref().map_or(&[], |data| &data.about.labels)
    }

    /// What a label is called.
    pub fn label_name(&self, label: u8) -> Cow<'_, str> {
        self.data.as_ref().map_or_else(|| label.to_string().into(), |data| data.about.label_name(label))
    }

    /// S, the number of training images used; before they are loaded, the most that it can be.
    pub fn samples(&self) -> usize {
        self.data.as_ref().map_or_else(|| self.settings.samples.most(), |data| data.sample_indices.len())
    }

    /// The settings with the number of images and the labels that were chosen under them, once those are loaded. All
    /// labels stand for images without labels then.
    pub fn resolved_settings(&self) -> Settings {
        let mut settings = self.settings.clone();
        if let Some(data) = &self.data {
            settings.samples = data.sample_indices.len().into();
            settings.labels =
                if data.about.labels.is_empty() { Labels::All } else { data.about.labels.clone().into() };
        } else if settings.labels == Labels::Auto && settings.data.is_none() {
            settings.labels = vec![0, 1, 8].into();
        }
        settings
    }

    /// The name of the run, by its results: its fit ([`fit_name`]), the number of images that scored it, and the settings of samples
    /// and restorations. None while there is no fit.
    pub fn run_id(&self) -> Option<String> {
        let fit = self.fit.as_deref()?;
        let held_out = self.data.as_ref().map_or(0, |data| data.held_out_indices.len());
        let mut more = format!("{held_out} {:?}", self.settings.restore);
        let of_fit = [Stage::Transform, Stage::KMeans, Stage::Em];
        for setting in SETTINGS {
            let affects = |stages: &[Stage]| stages.iter().any(|stage| setting.affects.contains(stage));
            if affects(&[Stage::Samples, Stage::Inpaint]) && !affects(&of_fit) {
                more.push_str(&format!("\n{} {}", setting.key, setting.value(&self.settings)));
            }
        }
        let nlls = fit.history.iter().map(|step| step.iteration.nll);
        Some(fit_name(&fit.mixture, nlls, more.as_bytes()))
    }

    /// Whether images held out chose the shrinkage, of this study or of the model that it opened.
    pub fn is_shrinkage_chosen(&self) -> bool {
        match &self.settings.opened {
            Some(opened) => opened.is_shrinkage_chosen,
            None => self.settings.shrinkage == Shrinkage::Auto && self.settings.covariance.has_covariances(),
        }
    }

    /// What model.npz holds; none while there is no fit.
    pub fn model(&self) -> Option<ModelFile> {
        self.fit.as_deref().map(|fit| self.model_of(fit))
    }

    /// What model.npz holds of a fit of this study.
    pub(super) fn model_of(&self, fit: &FitReport) -> ModelFile {
        let of_vector = || ImageShape::of_vector(fit.mixture.dim());
        let is_partial = fit.stop == StopReason::Cancelled;
        ModelFile {
            mixture: Arc::clone(&fit.mixture),
            shape: self.shape().unwrap_or_else(of_vector),
            nll_history: fit.history.iter().map(|step| step.iteration.nll).collect(),
            ridge: self.settings.em.ridge,
            shrinkage: fit.shrinkage,
            reach: fit.reach,
            converged: fit.stop == StopReason::Converged,
            labels: self.labels().to_vec(),
            seed: self.settings.seed,
            sample_indices: self.data.as_ref().map(|data| data.sample_indices.clone()).unwrap_or_default(),
            component_labels: Vec::new(),
            origin: self.settings.origin(),
            is_partial,
            is_shrinkage_chosen: self.is_shrinkage_chosen(),
            training_digest: is_partial
                .then(|| self.data.as_ref().map(|data| data.training_digest()))
                .flatten(),
            notes: Vec::new(),
        }
    }
}
