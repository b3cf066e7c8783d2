//! k-means (Algorithm 2): the start of EM.

use std::ops::ControlFlow;

use nalgebra::DMatrix;
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::MixtureError;

/// How the first centroids are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KMeansInit {
    /// K distinct images picked at random.
    #[default]
    Random,
    /// Greedy k-means++ (Arthur and Vassilvitskii 2007).
    PlusPlus,
}

/// Parameters of k-means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KMeansSettings {
    /// K.
    pub components: usize,
    /// How to start.
    pub init: KMeansInit,
    /// Independent runs; the one with the least inertia wins.
    pub restarts: usize,
    /// Stops when the centroids' squared movement is below this times the mean pixel variance.
    pub tolerance: f64,
    /// At most so many iterations a run.
    pub max_iterations: usize,
}

/// One iteration of k-means.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansIteration {
    /// Which restart, from 0.
    pub restart: usize,
    /// From 1.
    pub iteration: usize,
    /// Sum over the images of the squared distance to the nearest centroid.
    pub inertia: f64,
    /// Squared movement of all centroids together.
    pub movement: f64,
    /// How many images changed their cluster.
    pub changed: usize,
}

/// Why k-means stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum KMeansStop {
    /// No image changed its cluster.
    FixedPoint,
    /// The centroids moved by less than the tolerance.
    Tolerance,
    /// The limit of iterations was reached.
    IterationLimit,
    /// The observer asked to stop.
    Cancelled,
}

/// The result of k-means: the best restart.
#[derive(Debug, Clone, PartialEq)]
pub struct KMeansFit {
    /// D x K.
    pub centroids: DMatrix<f64>,
    /// The cluster of every image.
    pub assignments: Vec<usize>,
    /// Sum of squared distances to the centroids.
    pub inertia: f64,
    /// The iterations of the winning restart.
    pub history: Vec<KMeansIteration>,
    /// Index of the winning restart.
    pub restart: usize,
    /// Why the winning restart stopped.
    pub stop: KMeansStop,
}

/// Clusters the columns of `images` (D x S) by Lloyd's iteration.
///
/// # Errors
/// [`MixtureError::Components`], [`MixtureError::NonFinitePixel`], [`MixtureError::Setting`].
pub fn kmeans<R: Rng>(
    images: &DMatrix<f64>,
    settings: &KMeansSettings,
    rng: &mut R,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, MixtureError> {
    let _ = (images, settings, rng, observer);
    todo!()
}
