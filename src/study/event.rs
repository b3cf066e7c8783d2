//! What the worker says while it works.

use std::sync::Arc;

use super::outcome::{DataReport, EmStep, FitReport, InpaintReport, SamplesReport};
use crate::density::TransformReport;
use crate::mixture::{KMeansFit, KMeansIteration};

/// The stages of a study, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Task 1.
    Transform,
    /// Loading and drawing images.
    Data,
    /// Task 2: the start of EM.
    KMeans,
    /// Task 2: EM.
    Em,
    /// Task 2: samples.
    Samples,
    /// Task 3.
    Inpaint,
}

/// One event of a study. Large payloads are shared, not copied.
#[derive(Debug, Clone)]
pub enum Event {
    /// A stage begins.
    Entered(Stage),
    /// Task 1 is done.
    Transformed(Arc<TransformReport>),
    /// The images are loaded.
    DataReady(Arc<DataReport>),
    /// One iteration of k-means.
    KMeansStep(KMeansIteration),
    /// k-means is done.
    KMeansDone(Arc<KMeansFit>),
    /// One iteration of EM.
    EmStepped(Arc<EmStep>),
    /// EM is done.
    Fitted(Arc<FitReport>),
    /// Samples are drawn.
    Sampled(Arc<SamplesReport>),
    /// Test images are restored.
    Inpainted(Arc<InpaintReport>),
    /// EM is paused (true) or goes on (false).
    Paused(bool),
    /// All stages are done.
    Finished,
    /// Stopped on request.
    Cancelled,
    /// Stopped by an error, as text: the message, then its causes.
    Failed(String),
}
