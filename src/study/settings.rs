//! Everything that a study depends on, checked once.

use std::path::PathBuf;

use nalgebra::DMatrix;
use serde::Serialize;

use super::StudyError;
use crate::mixture::KMeansInit;

/// The settings of a study, as given; [`Settings::check`] is the only way in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// K.
    pub components: usize,
    /// S, training images drawn at random from those of the labels.
    pub samples: usize,
    /// Labels of Fashion-MNIST, without repeats.
    pub labels: Vec<u8>,
    /// Seed of every random choice.
    pub seed: u64,
    /// `--data`: a folder with IDX files.
    pub data: Option<PathBuf>,
    /// Added to the diagonal of every covariance.
    pub ridge: f64,
    /// EM stops when the mean NLL per image changes by less.
    pub tolerance: f64,
    /// Limit of EM iterations.
    pub max_iterations: usize,
    /// k-means start.
    pub kmeans_init: KMeansInit,
    /// k-means runs.
    pub restarts: usize,
    /// Fraction of pixels observed in task 3.
    pub observed: f64,
    /// One mask an image instead of one for all.
    pub mask_per_image: bool,
    /// Test images restored (10).
    pub test_images: usize,
    /// Samples drawn from the mixture (10).
    pub draws: usize,
    /// Worker threads; 0 = one a core.
    pub threads: usize,
    /// Means to start EM from instead of k-means, D x K.
    #[serde(skip)]
    pub means_init: Option<DMatrix<f64>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            components: 5,
            samples: 2000,
            labels: vec![0, 1, 8],
            seed: 0,
            data: None,
            ridge: 1e-6,
            tolerance: 1e-3,
            max_iterations: 100,
            kmeans_init: KMeansInit::Random,
            restarts: 1,
            observed: 0.1,
            mask_per_image: false,
            test_images: 10,
            draws: 10,
            threads: 0,
            means_init: None,
        }
    }
}

impl Settings {
    /// Checks every field; says of the first bad one what it is and what it should be.
    ///
    /// # Errors
    /// [`StudyError::Setting`].
    pub fn check(self) -> Result<Checked, StudyError> {
        todo!()
    }
}

/// Settings known to be good (what depends on the data, such as K against S or a label without
/// images, is found when the data is loaded).
#[derive(Debug, Clone, PartialEq)]
pub struct Checked(Settings);

impl Checked {
    /// The settings.
    pub fn get(&self) -> &Settings {
        &self.0
    }
}
