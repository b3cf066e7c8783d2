//! The events of a running study.

use std::sync::Arc;
use std::time::Duration;

use super::report::{DataReport, EmStart, EmStep, FitReport, InpaintReport, SamplesReport};
use super::stage::Stage;
use crate::density::TransformReport;
use crate::files::ModelFile;
use crate::mixture::{KMeansFit, KMeansIteration, ShrinkageChoice};

/// One event of a study. Large payloads are shared, not copied.
#[derive(Debug, Clone)]
pub enum Event {
    /// A stage begins.
    Entered(Stage),
    /// A stage is done, and how long it took (without pauses).
    Left(Stage, Duration),
    /// Task 1 is done.
    Transformed(Arc<TransformReport>),
    /// The images are loaded.
    DataReady(Arc<DataReport>),
    /// One iteration of k-means.
    KMeansStep(KMeansIteration),
    /// k-means is done.
    KMeansDone(Arc<KMeansFit>),
    /// The shrinkage is chosen, where the settings ask for that.
    ShrinkageChosen(Arc<ShrinkageChoice>),
    /// What EM starts from; once more after the fit, with components in its order.
    EmStarted(Arc<EmStart>),
    /// One iteration of EM.
    EmStepped(Arc<EmStep>),
    /// The fit so far, as a model that is not finished, where it was asked for.
    Snapshot(Arc<ModelFile>),
    /// EM is done.
    Fitted(Arc<FitReport>),
    /// Samples are drawn.
    Sampled(Arc<SamplesReport>),
    /// Test images are restored.
    Inpainted(Arc<InpaintReport>),
    /// The study waits to be resumed (true) or continues (false). A single step does not count as continuing.
    Paused(bool),
    /// All stages are done.
    Finished,
    /// Stopped on request.
    Cancelled,
    /// Stopped by an error: the text of [`StudyError::with_causes`](super::StudyError::with_causes).
    Failed(String),
}
