//! Everything that a study depends on: the settings, their defaults, and the table of them.
//!
//! A new setting is a field of [`Settings`], its default and an entry of [`SETTINGS`]. Its option, its place in the
//! configuration file, in the form, in JSON and in the tables of figures and report, and the decision which stages a
//! change of it leaves as they are, follow from the entry.

mod check;
mod memory_bound;
mod names;
mod samples;
mod setting;
mod shrinkage;
mod start;
mod table;
mod value;

use std::path::PathBuf;
use std::sync::Arc;

use nalgebra::DMatrix;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::data::{ImageShape, Labels, Reading};
use crate::density::{Expression, MixedLaw};
use crate::files::{ModelFile, Origin};
use crate::mixture::{CovarianceFamily, EmSettings, KMeansSettings, Mixture};
pub use check::Checked;
pub use memory_bound::MemoryBound;
pub use names::{with_labels, with_names};
pub use samples::SampleCount;
pub use setting::Setting;
pub use shrinkage::{Reach, Shrinkage};
pub use start::StartMeans;
pub use table::SETTINGS;
pub use value::Value;

/// The settings of a study, as given; [`Settings::check`] makes them [`Checked`]. As JSON: what [`SETTINGS`] lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// k-means: its components are K.
    pub kmeans: KMeansSettings,
    /// EM; how far it shrinks is that of `shrinkage`.
    pub em: EmSettings,
    /// The family of the covariances.
    pub covariance: CovarianceFamily,
    /// R of low-rank covariances.
    pub rank: usize,
    /// How far covariances are shrunk.
    pub shrinkage: Shrinkage,
    /// Towards what: their own diagonals, or also the covariances of near pixels.
    pub reach: Reach,
    /// What happens to components that die.
    pub dead: DeadComponents,
    /// S, training images drawn at random from those of the labels.
    pub samples: SampleCount,
    /// The labels whose images are taken, without repeats.
    pub labels: Labels,
    /// Seed of every random choice.
    pub seed: u64,
    /// Task 1: the law of X.
    pub law: MixedLaw,
    /// Task 1: f of Z = f(X).
    pub map: Expression,
    /// A folder or file of images.
    pub data: Option<PathBuf>,
    /// The shape of images that come as plain rows of values.
    pub shape: Option<ImageShape>,
    /// The size that every image is brought to.
    pub resize: Option<ImageShape>,
    /// Whether the data are rows of numbers of any range, which are no pictures.
    pub vectors: bool,
    /// The share of the images that are test images where the data have none of their own.
    pub test_share: f64,
    /// Fraction of the pixels of each training image that the fit sees, drawn at random.
    pub observed_training: f64,
    /// Fraction of pixels observed in task 3.
    pub observed: f64,
    /// One mask an image instead of one for all.
    pub mask_per_image: bool,
    /// Test images restored.
    pub test_images: usize,
    /// Samples drawn from the mixture.
    pub draws: usize,
    /// Test images, drawn at random, that the fit is scored on; all where there are fewer; 0 for none.
    pub held_out: usize,
    /// Worker threads; 0 for one a core.
    pub threads: usize,
    /// The memory that the whole process may take.
    pub memory: MemoryBound,
    /// The means that EM starts from, where none are given.
    pub em_start: StartMeans,
    /// Whether the images are counted whose density plain sums lose.
    pub count_underflow: bool,
    /// Means to start EM from instead of k-means, D x K.
    pub means_init: Option<DMatrix<f64>>,
    /// A mixture to continue from (a warm start): its weights, means and covariances instead of k-means, uniform
    /// weights and the identity.
    pub start: Option<Arc<Mixture>>,
    /// The file that `start` came from, where its fit was stopped before its end: under the same settings and of the same
    /// images, EM goes on where it was stopped.
    pub stopped: Option<Arc<ModelFile>>,
    /// A picture, or a folder of pictures, that is restored before the test images, brought to their size.
    pub restore: Option<PathBuf>,
    /// A fit that is taken as it is: instead of k-means and EM.
    pub opened: Option<Arc<ModelFile>>,
}

/// What happens to components whose weight falls below that of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeadComponents {
    /// They stay, and are named.
    #[default]
    Keep,
    /// EM goes on from [`Mixture::reseeded`], at most three times.
    Reseed,
    /// EM goes on from [`Mixture::split`], at most three times.
    Split,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kmeans: KMeansSettings::default(),
            em: EmSettings::default(),
            covariance: CovarianceFamily::Full,
            rank: 20,
            shrinkage: Shrinkage::Images(0.0),
            reach: Reach::Auto,
            dead: DeadComponents::Keep,
            samples: SampleCount::Auto,
            labels: Labels::Auto,
            seed: 0,
            law: MixedLaw::default(),
            map: Expression::default(),
            data: None,
            shape: None,
            resize: None,
            vectors: false,
            test_share: 0.2,
            observed_training: 1.0,
            observed: 0.1,
            mask_per_image: false,
            test_images: 10,
            draws: 10,
            held_out: 500,
            threads: 0,
            memory: MemoryBound::default(),
            em_start: StartMeans::KMeans,
            count_underflow: false,
            means_init: None,
            start: None,
            stopped: None,
            restore: None,
            opened: None,
        }
    }
}

impl Settings {
    /// Where the images come from, as a model file says it.
    pub fn origin(&self) -> Origin {
        let data = self.data.clone();
        let memory = self.memory.bytes().map(|_| self.memory.text().to_owned());
        Origin { test_share: data.as_ref().map(|_| self.test_share), data, vectors: self.vectors, memory }
    }

    /// How the images are read.
    pub fn reading(&self) -> Reading {
        let Self { shape, resize, test_share, vectors, .. } = *self;
        let leave_in_file = self.memory.bytes().is_some();
        Reading { shape, resize, test_share, vectors, leave_in_file }
    }
}

impl Serialize for Settings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(SETTINGS.len()))?;
        for setting in SETTINGS {
            map.serialize_entry(&setting.json_key(), &setting.value(self))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
