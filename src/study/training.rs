//! The training images of a study, as EM takes them: held in memory, or read from their file a tile at a time.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::report::DataReport;
use super::{Purpose, Settings, StudyError, stages};
use crate::data::Images;
use crate::mixture::{
    Alone, CovarianceFamily, EmFit, EmIteration, EmSettings, HeldOut, ImageSource, KMeansFit,
    KMeansIteration, Mixture, MixtureError, Ranks, TrainingSet, fit_source, fit_training_set, kmeans_source,
    pair_bytes,
};

/// Doubles of a sample, about: 32 MB.
const SAMPLE: usize = 1 << 22;

/// Doubles of a copy that is worth the reading: 64 MB.
const COPY: usize = 1 << 23;

/// Whether EM reads the images again at every iteration, instead of holding them: where memory is bounded, or several processes
/// fit, and the M-step by tiles is there for it.
pub(super) fn is_read(settings: &Settings, train: &Images, ranks: &dyn Ranks) -> bool {
    let is_asked = settings.memory.bytes().is_some() || !ranks.is_alone();
    is_asked && is_plain(train) && settings.covariance == CovarianceFamily::Full
}

/// Whether every image counts once and has all its pixels.
fn is_plain(images: &Images) -> bool {
    images.is_complete() && images.weights().is_empty()
}

/// The training images used, read as they are asked for.
#[derive(Clone, Copy)]
pub(super) struct TrainingSource<'a> {
    images: &'a Images,
    indices: &'a [usize],
}

impl<'a> TrainingSource<'a> {
    pub fn of(data: &'a DataReport) -> Self {
        Self { images: &data.train, indices: &data.sample_indices }
    }

    /// Whether EM from `start` reads the images as they are kept, in one byte or four a pixel, instead of a copy in double precision: where it
    /// reads tiles of them anyway, to the same bits, and the copy is large.
    fn serves(&self, start: &Mixture) -> bool {
        let reads_tiles = start.family() == CovarianceFamily::Full && pair_bytes(self.dim()) == 0;
        is_plain(self.images) && reads_tiles && self.len() * self.dim() > COPY
    }

    /// As many of them as 32 MB hold.
    pub fn sample(&self) -> TrainingSet {
        let count = (SAMPLE / self.images.dim().max(1)).clamp(1, self.indices.len().max(1));
        // Evenly over all of them, whatever their order.
        let indices: Vec<usize> =
            (0..count).map(|at| self.indices[at * self.indices.len() / count]).collect();
        self.images.matrix(&indices).into()
    }
}

impl ImageSource for TrainingSource<'_> {
    fn dim(&self) -> usize {
        self.images.dim()
    }

    fn len(&self) -> usize {
        self.indices.len()
    }

    fn tile<'a>(&'a self, first: usize, count: usize, memory: &'a mut Vec<f64>) -> &'a [f64] {
        memory.resize(count * self.dim(), f64::NAN);
        let indices = self.indices.get(first..first + count).unwrap_or_default();
        self.images.read(indices, memory, &mut Vec::new());
        memory
    }
}

/// The images that EM is fitted to.
pub(super) enum Training<'a> {
    /// In memory; taken by the first fit, and made again for a further one.
    Held(Option<TrainingSet>),
    /// Read at every iteration, by one process or several.
    Read(TrainingSource<'a>, &'a dyn Ranks),
}

impl Training<'_> {
    /// Those in memory; of those that are read a sample.
    pub fn sample(&self, data: &DataReport) -> Cow<'_, TrainingSet> {
        match self {
            Self::Held(Some(set)) => Cow::Borrowed(set),
            Self::Held(None) => Cow::Owned(data.training_set()),
            Self::Read(source, _) => Cow::Owned(source.sample()),
        }
    }

    /// k-means of them, under the study's seed.
    pub fn cluster(
        &self,
        data: &DataReport,
        settings: &Settings,
        observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
    ) -> Result<KMeansFit, StudyError> {
        match self {
            Self::Held(_) => {
                let columns = data.train.shape().columns;
                stages::cluster(settings, &self.sample(data), columns, observer)
            }
            Self::Read(source, ranks) => {
                let mut generator = Purpose::KMeans.generator(settings.seed, 0);
                Ok(kmeans_source(source, *ranks, &settings.kmeans, &mut generator, observer)?)
            }
        }
    }

    /// What all processes do where the first one says so.
    pub fn agree(&self, own: bool) -> bool {
        match self {
            Self::Held(_) => own,
            Self::Read(_, ranks) => ranks.agree(own),
        }
    }

    /// EM from `start`.
    pub fn fit(
        &mut self,
        data: &DataReport,
        start: Mixture,
        settings: &EmSettings,
        held_out: Option<HeldOut<'_>>,
        observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
    ) -> Result<EmFit, MixtureError> {
        match self {
            Self::Held(set) if TrainingSource::of(data).serves(&start) => {
                // The copy that k-means had is given back first.
                *set = None;
                fit_source(&TrainingSource::of(data), &Alone, start, settings, held_out, observer)
            }
            Self::Held(set) => {
                // EM takes the images over: further iterations get a copy of their own.
                let set = set.take().unwrap_or_else(|| data.training_set());
                fit_training_set(set, start, settings, held_out, observer)
            }
            Self::Read(source, ranks) => fit_source(source, *ranks, start, settings, held_out, observer),
        }
    }
}
