//! Work for other threads: what is asked for, what comes back, and what is being waited for.

use std::path::PathBuf;
use std::sync::Arc;

use crate::density::{Expression, MixedLaw, TransformReport};
use crate::files::{Folder, ModelFile};
use crate::inverse::{Calibration, Observation, Posterior};
use crate::mixture::{Mixture, PrincipalAxes};
use crate::show::{Picture, Range};
use crate::study::{Curves, DataReport, InpaintReport, Outcome, SamplesReport};

/// What a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Writes figures.pdf.
    Figures,
    /// Writes the report.
    Report,
    /// Writes a model.
    Model,
    /// Draws samples of the mixture.
    Samples,
    /// Computes the principal axes of a component.
    Axes,
    /// Averages the covariances.
    Overviews,
    /// Restores test images.
    Restoration,
    /// Draws from the posterior of a test image.
    Draws,
    /// Transforms a density.
    Transform,
    /// Computes the covariances of a pixel under a posterior.
    Column,
    /// Holds posteriors of many test images against the truth.
    Coverage,
    /// Lists a folder, or restores a picture of the user's own.
    Browse,
}

impl JobKind {
    /// Its name in messages and in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Figures => "export",
            Self::Report => "report",
            Self::Model => "model",
            Self::Samples => "samples",
            Self::Axes => "eigenvectors",
            Self::Overviews => "covariances",
            Self::Restoration => "restoration",
            Self::Draws => "posterior draws",
            Self::Transform => "transform",
            Self::Column => "posterior covariances",
            Self::Coverage => "coverage",
            Self::Browse => "picture",
        }
    }
}

/// Identifies a job. Numbers grow, and no two jobs share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId {
    /// Counted from 1 over all jobs.
    pub number: u64,
    /// What it is for.
    pub kind: JobKind,
}

/// Work to be done, once.
#[derive(Debug, Clone)]
pub struct Job {
    /// Which job.
    pub id: JobId,
    /// What to do.
    pub work: Work,
}

/// The input of a job.
#[derive(Debug, Clone)]
pub enum Work {
    /// Write the figures of an outcome.
    Figures(Box<Outcome>),
    /// Write the report on an outcome.
    Report(Box<Outcome>),
    /// Write a model.
    Model(Arc<ModelFile>),
    /// Draw samples.
    Samples(SampleRequest),
    /// Compute the principal axes of a component.
    Axes {
        /// The mixture.
        mixture: Arc<Mixture>,
        /// The component's index.
        component: usize,
    },
    /// Average the covariances, and find the images nearest to the means.
    Overviews(Arc<Mixture>, Option<Arc<DataReport>>),
    /// Restore test images. A later request replaces one that has not begun.
    Restoration(RestorationRequest),
    /// Draw from a posterior. A later request, or a restoration, replaces one that has not begun.
    Draws(DrawsRequest),
    /// Transform a density.
    Transform(TransformRequest),
    /// Compute the covariances of a pixel under the posterior of a test image.
    Column(ColumnRequest),
    /// Hold posteriors of many test images against the truth.
    Coverage(RestorationRequest),
    /// List a folder, or restore a picture of the user's own.
    Browse(BrowseRequest),
}

impl Work {
    /// What the work is for.
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Figures(_) => JobKind::Figures,
            Self::Report(_) => JobKind::Report,
            Self::Model(_) => JobKind::Model,
            Self::Samples(_) => JobKind::Samples,
            Self::Axes { .. } => JobKind::Axes,
            Self::Overviews(..) => JobKind::Overviews,
            Self::Restoration(_) => JobKind::Restoration,
            Self::Draws(_) => JobKind::Draws,
            Self::Transform(_) => JobKind::Transform,
            Self::Column(_) => JobKind::Column,
            Self::Coverage(_) => JobKind::Coverage,
            Self::Browse(_) => JobKind::Browse,
        }
    }
}

/// The result of a job.
#[derive(Debug, Clone)]
pub enum Answer {
    /// What was written: "wrote out/figures.pdf (412 KB)".
    Written(String),
    /// Samples.
    Samples(Arc<SamplesReport>),
    /// Principal axes.
    Axes(Arc<PrincipalAxes>),
    /// One overview a component.
    Overviews(Vec<Overview>),
    /// Restored test images, with their posteriors.
    Restoration(Arc<InpaintReport>, Arc<Vec<Posterior>>),
    /// The covariances of a pixel.
    Column(Arc<Vec<f64>>),
    /// How posteriors hold against the truth.
    Coverage(Arc<Coverage>),
    /// Draws from a posterior.
    Draws(Arc<SamplesReport>),
    /// A density transformed.
    Transform(Arc<TransformReport>),
    /// A folder.
    Folder(Arc<Folder>),
    /// The study with pictures of the user's own before its test images.
    Own(Box<Outcome>),
}

/// A path to be opened.
#[derive(Debug, Clone)]
pub struct BrowseRequest {
    /// The folder that is listed.
    pub folder: PathBuf,
    /// A path from there on: a folder to list, or pictures to restore.
    pub path: PathBuf,
    /// The study that restores.
    pub outcome: Box<Outcome>,
}

/// A density to be transformed.
#[derive(Debug, Clone)]
pub enum TransformRequest {
    /// A law and a map.
    Pair {
        /// The law of X.
        law: MixedLaw,
        /// f.
        map: Expression,
        /// The study's seed.
        seed: u64,
    },
    /// Another window of z.
    Window {
        /// What is known.
        report: Arc<TransformReport>,
        /// The window.
        window: (f64, f64),
        /// The study's seed.
        seed: u64,
    },
}

/// Samples to be drawn.
#[derive(Debug, Clone)]
pub struct SampleRequest {
    /// The mixture to draw from.
    pub mixture: Arc<Mixture>,
    /// The component to draw from; all of them where it is none.
    pub component: Option<usize>,
    /// The number of samples.
    pub count: usize,
    /// The study's seed.
    pub seed: u64,
    /// The random stream; 0 is that of the study's own samples.
    pub repeat: u32,
}

/// Test images to be restored.
#[derive(Debug, Clone)]
pub struct RestorationRequest {
    /// The mixture.
    pub mixture: Arc<Mixture>,
    /// The images of the study.
    pub data: Arc<DataReport>,
    /// The test images: positions in the test set.
    pub indices: Vec<usize>,
    /// What is observed: of all images alike, or of each.
    pub observations: Vec<Observation>,
    /// The study's seed, of the noise.
    pub seed: u64,
}

impl RestorationRequest {
    /// Whether both are of the same restorations.
    pub fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mixture, &other.mixture)
            && Arc::ptr_eq(&self.data, &other.data)
            && (self.seed, &self.indices, &self.observations)
                == (other.seed, &other.indices, &other.observations)
    }
}

/// How far restorations can be trusted.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Of what is observed.
    pub calibration: Calibration,
    /// By the share of the pixels, where pixels are observed.
    pub curves: Option<Curves>,
}

/// A pixel whose covariances are asked for.
#[derive(Debug, Clone)]
pub struct ColumnRequest {
    /// The mixture.
    pub mixture: Arc<Mixture>,
    /// The posterior.
    pub posterior: Posterior,
    /// The pixel.
    pub pixel: usize,
}

/// Draws to be made from the posterior of one test image.
#[derive(Debug, Clone)]
pub struct DrawsRequest {
    /// The images restored together.
    pub of: RestorationRequest,
    /// Which of them.
    pub image: usize,
    /// The number of draws.
    pub count: usize,
    /// The random stream.
    pub repeat: u32,
}

/// A component for display: its covariance averaged, and the images nearest to its mean.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The averages.
    pub picture: Picture,
    /// The range of the values that were averaged.
    pub range: Range,
    /// The training images nearest to the mean, the nearest first: indices among those used, and their distances.
    pub nearest: Vec<(usize, f64)>,
}

/// The jobs of one kind that are under way, oldest first, each with what it was asked for.
#[derive(Debug, Clone)]
pub struct Pending<T>(Vec<(JobId, T)>);

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Pending<T> {
    /// Whether no job is under way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was asked for last.
    pub fn latest(&self) -> Option<&T> {
        self.0.last().map(|(_, asked)| asked)
    }

    /// Adds a job.
    pub fn push(&mut self, id: JobId, asked: T) {
        self.0.push((id, asked));
    }

    /// Removes a job that ended, and those before it, which it replaced; what it was asked for.
    pub fn take(&mut self, id: JobId) -> Option<T> {
        let at = self.0.iter().position(|(pending, _)| *pending == id)?;
        self.0.drain(..=at).next_back().map(|(_, asked)| asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_its_job_and_those_it_replaced() {
        let id = |number| JobId { number, kind: JobKind::Restoration };
        let mut pending = Pending::default();
        (1..=4).for_each(|number| pending.push(id(number), number * 10));
        assert_eq!(pending.latest(), Some(&40));
        assert_eq!((pending.take(id(9)), pending.take(id(2)), pending.take(id(1))), (None, Some(20), None));
        assert_eq!((pending.take(id(4)), pending.is_empty()), (Some(40), true));
    }
}
