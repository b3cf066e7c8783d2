//! What the worker says while it works.

use std::sync::Arc;
use std::time::Duration;

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

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 6] =
        [Self::Transform, Self::Data, Self::KMeans, Self::Em, Self::Samples, Self::Inpaint];

    /// What it is called on the screen and in files: "k-means".
    pub fn name(self) -> &'static str {
        match self {
            Self::Transform => "transform",
            Self::Data => "data",
            Self::KMeans => "k-means",
            Self::Em => "EM",
            Self::Samples => "samples",
            Self::Inpaint => "inpaint",
        }
    }
}

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
    /// One iteration of EM.
    EmStepped(Arc<EmStep>),
    /// EM is done.
    Fitted(Arc<FitReport>),
    /// Samples are drawn.
    Sampled(Arc<SamplesReport>),
    /// Test images are restored.
    Inpainted(Arc<InpaintReport>),
    /// The study waits (true) or goes on (false). Single steps do not count as going on.
    Paused(bool),
    /// All stages are done.
    Finished,
    /// Stopped on request.
    Cancelled,
    /// Stopped by an error, as text: the message, then its causes.
    Failed(String),
}
