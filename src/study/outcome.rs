//! The results so far: what the dashboard shows and the exporters write.

use std::sync::Arc;
use std::time::Duration;

use nalgebra::DMatrix;

use super::event::{Event, Stage};
use super::settings::Settings;
use crate::data::{ImageShape, Images, Source};
use crate::density::TransformReport;
use crate::files::ModelFile;
use crate::inverse::{Mask, Observation, Restoration};
use crate::mixture::{EmIteration, KMeansFit, KMeansIteration, Mixture, StopReason};

/// The images of a study.
#[derive(Debug, Clone)]
pub struct DataReport {
    /// Where they came from.
    pub source: Source,
    /// Training images of the chosen labels, in file order.
    pub train: Images,
    /// Test images of the chosen labels, in file order.
    pub test: Images,
    /// The S training images used: positions in `train`, in the order of the columns of the data matrix.
    pub sample_indices: Vec<usize>,
    /// The test images restored in task 3: positions in `test`.
    pub test_indices: Vec<usize>,
    /// The test images that EM is scored on at every iteration: positions in `test`; empty when not asked for.
    pub held_out_indices: Vec<usize>,
}

/// k-means so far.
#[derive(Debug, Clone, Default)]
pub struct KMeansProgress {
    /// Iterations of all restarts so far, in order.
    pub history: Vec<KMeansIteration>,
    /// The result, once there; clusters in k-means' own order.
    pub fit: Option<Arc<KMeansFit>>,
}

/// One iteration of EM, with its wall-clock time.
#[derive(Debug, Clone)]
pub struct EmStep {
    /// What EM says of it.
    pub iteration: EmIteration,
    /// How long it took.
    pub time: Duration,
}

/// EM so far.
#[derive(Debug, Clone, Default)]
pub struct EmProgress {
    /// Iterations so far. Components are in the order of the start until the fit is there, then by
    /// falling weight of the fit.
    pub history: Vec<Arc<EmStep>>,
}

/// The fitted mixture.
#[derive(Debug, Clone)]
pub struct FitReport {
    /// Components by falling weight.
    pub mixture: Arc<Mixture>,
    /// The history, with components in the mixture's order.
    pub history: Vec<Arc<EmStep>>,
    /// Why EM stopped.
    pub stop: StopReason,
    /// The component of largest responsibility for each of the S training images, in the mixture's order.
    pub assignments: Vec<usize>,
    /// Mean NLL per image of the final parameters on the S training images, in nats.
    pub final_nll: f64,
}

/// Samples of the fitted mixture.
#[derive(Debug, Clone)]
pub struct SamplesReport {
    /// D x N, unclipped.
    pub images: DMatrix<f64>,
    /// The component of each.
    pub components: Vec<usize>,
}

/// The restored test images.
#[derive(Debug, Clone)]
pub struct InpaintReport {
    /// Which test images: positions in [`DataReport::test`].
    pub indices: Vec<usize>,
    /// True images, D x N.
    pub truth: DMatrix<f64>,
    /// Their labels.
    pub labels: Vec<u8>,
    /// What is known of each image.
    pub observations: Vec<Observation>,
    /// One restoration an image.
    pub restorations: Vec<Restoration>,
}

impl InpaintReport {
    /// The mask of image `index`; none past the end, and where something else than pixels is observed.
    pub fn mask(&self, index: usize) -> Option<&Mask> {
        self.observations.get(index)?.mask()
    }
}

/// Everything that is known so far.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// The settings that the study runs under.
    pub settings: Settings,
    /// The stage under way.
    pub stage: Option<Stage>,
    /// The stages that are done, in order, and how long each took (without pauses).
    pub times: Vec<(Stage, Duration)>,
    /// Task 1.
    pub transform: Option<Arc<TransformReport>>,
    /// The images.
    pub data: Option<Arc<DataReport>>,
    /// k-means.
    pub kmeans: KMeansProgress,
    /// EM.
    pub em: EmProgress,
    /// The fitted mixture.
    pub fit: Option<Arc<FitReport>>,
    /// Samples.
    pub samples: Option<Arc<SamplesReport>>,
    /// Task 3.
    pub inpaint: Option<Arc<InpaintReport>>,
    /// The study waits to be resumed.
    pub paused: bool,
    /// All stages are done.
    pub finished: bool,
    /// Stopped on request.
    pub cancelled: bool,
    /// Stopped by an error.
    pub failure: Option<String>,
}

impl Outcome {
    /// An empty outcome under `settings`.
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Takes one event in.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::Entered(stage) => self.stage = Some(stage),
            Event::Left(stage, time) => self.times.push((stage, time)),
            Event::Transformed(report) => self.transform = Some(report),
            Event::DataReady(report) => self.data = Some(report),
            Event::KMeansStep(step) => self.kmeans.history.push(step),
            Event::KMeansDone(fit) => self.kmeans.fit = Some(fit),
            Event::EmStepped(step) => self.em.history.push(step),
            Event::Fitted(report) => {
                self.em.history.clone_from(&report.history);
                self.fit = Some(report);
            }
            Event::Sampled(report) => self.samples = Some(report),
            Event::Inpainted(report) => self.inpaint = Some(report),
            Event::Paused(paused) => self.paused = paused,
            Event::Finished => {
                self.finished = true;
                self.end();
            }
            Event::Cancelled => {
                self.cancelled = true;
                self.end();
            }
            Event::Failed(message) => {
                self.failure = Some(message);
                self.end();
            }
        }
    }

    fn end(&mut self) {
        (self.stage, self.paused) = (None, false);
    }

    /// Height and width of the images; none before they are loaded.
    pub fn shape(&self) -> Option<ImageShape> {
        self.data.as_ref().map(|data| data.train.shape())
    }

    /// What model.npz holds; none while there is no fit.
    pub fn model(&self) -> Option<ModelFile> {
        let fit = self.fit.as_deref()?;
        let of_vector = || ImageShape::of_vector(fit.mixture.dim());
        Some(ModelFile {
            mixture: Arc::clone(&fit.mixture),
            shape: self.shape().unwrap_or_else(of_vector),
            nll_history: fit.history.iter().map(|step| step.iteration.nll).collect(),
            ridge: self.settings.ridge,
            converged: fit.stop == StopReason::Converged,
            labels: self.settings.labels.clone(),
            seed: self.settings.seed,
            sample_indices: self.data.as_ref().map(|data| data.sample_indices.clone()).unwrap_or_default(),
        })
    }

    /// Whether nothing more will come.
    pub fn ended(&self) -> bool {
        self.finished || self.cancelled || self.failure.is_some()
    }
}
