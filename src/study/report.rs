//! What the stages of a study result in.

use std::sync::Arc;
use std::time::Duration;

use nalgebra::{DMatrix, DVector};
use sha2::{Digest, Sha256};

use super::Underflow;
use super::held_out::{HeldOutScore, generalises};
use crate::data::{About, Images, Source};
use crate::inverse::{Mask, Observation, Restoration};
use crate::mixture::{EmIteration, Mixture, StopReason, TrainingSet};

/// The images of a study.
#[derive(Debug, Clone)]
pub struct DataReport {
    /// Where they came from.
    pub source: Source,
    /// What is known about them.
    pub about: About,
    /// Training images of the chosen labels, in file order.
    pub train: Images,
    /// Test images of the chosen labels, in file order.
    pub test: Images,
    /// The S training images used: positions in `train`, in the order of the columns of the data matrix.
    pub sample_indices: Vec<usize>,
    /// The test images restored in task 3: positions in `test`.
    pub test_indices: Vec<usize>,
    /// The test images that the fit is scored on: positions in `test`; may be empty.
    pub held_out_indices: Vec<usize>,
    /// How many of the test images, the last ones, are pictures of the user's own, which are always restored.
    pub own: usize,
}

impl DataReport {
    /// The positions of the user's own pictures in the test set.
    pub fn own_indices(&self) -> std::ops::Range<usize> {
        self.drawable()..self.test.len()
    }

    /// How many test images may be drawn: all but the user's own.
    pub fn drawable(&self) -> usize {
        self.test.len().saturating_sub(self.own)
    }

    /// Whether no pixel of the training images used is missing.
    pub fn is_complete(&self) -> bool {
        self.sample_indices.iter().all(|&index| self.train.is_complete_at(index))
    }

    /// The first 16 hexadecimal digits of SHA-256 of the training images used and their weights: equal ones have equal names.
    ///
    /// Cost: a pass over them.
    pub fn training_digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |value: f64| {
            let value = if value.is_nan() { f64::NAN } else { value };
            hash.update(value.to_le_bytes());
        };
        // Some at a time: images that are left in their file are not all held at once.
        for some in self.sample_indices.chunks(1024) {
            self.train.matrix(some).iter().copied().for_each(&mut add);
        }
        let weights = self.train.weights();
        self.sample_indices.iter().filter_map(|&index| weights.get(index)).copied().for_each(&mut add);
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The sum of the weights of the training images used; none where each counts once.
    pub fn training_weight(&self) -> Option<f64> {
        let weights = self.train.weights();
        let of_sample = || self.sample_indices.iter().filter_map(|&index| weights.get(index)).sum();
        (!weights.is_empty()).then(of_sample)
    }

    /// What the weight of a component is held against to say that it is dead ([`TrainingSet::scale`]).
    pub fn training_scale(&self) -> f64 {
        self.training_weight().unwrap_or(0.0).max(self.sample_indices.len() as f64)
    }

    /// The training images used, with their weights.
    pub fn training_set(&self) -> TrainingSet {
        let weights = self.train.weights();
        let of_sample = || self.sample_indices.iter().map(|&index| weights[index]).collect();
        TrainingSet {
            images: self.train.matrix(&self.sample_indices),
            weights: (!weights.is_empty()).then(of_sample),
        }
    }
}

/// One iteration of EM, with its wall-clock time.
#[derive(Debug, Clone)]
pub struct EmStep {
    /// The iteration.
    pub iteration: EmIteration,
    /// How long it took.
    pub time: Duration,
}

/// What EM starts from.
#[derive(Debug, Clone)]
pub struct EmStart {
    /// pi, K.
    pub weights: DVector<f64>,
    /// mu, D x K.
    pub means: DMatrix<f64>,
    /// The diagonals of the covariances, D x K.
    pub variances: DMatrix<f64>,
    /// The covariances in small, as those of the history.
    pub averages: Option<DMatrix<f32>>,
}

impl EmStart {
    /// Of a mixture, with averages of at most so many blocks a side; 0 for none. Cost: K D; with averages, K D^2 / 2 additions.
    pub fn of(start: &Mixture, averages: usize) -> Self {
        Self {
            weights: start.weights().clone(),
            means: start.means().clone(),
            variances: start.variances(),
            averages: (averages > 0).then(|| start.covariance_averages(averages)),
        }
    }

    /// With its components in another order.
    pub fn reordered(&self, order: &[usize]) -> Self {
        Self {
            weights: self.weights.select_rows(order),
            means: self.means.select_columns(order),
            variances: self.variances.select_columns(order),
            averages: self.averages.as_ref().map(|averages| averages.select_columns(order)),
        }
    }
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
    /// nu, by which covariances were shrunk.
    pub shrinkage: f64,
    /// The reach in pixels of the target that they were shrunk towards; 0 for the diagonal.
    pub reach: f64,
    /// How often components that had died were given a new start.
    pub reseeded: usize,
    /// The scores of the images held out, when there are any.
    pub held_out: Option<HeldOutScore>,
    /// The images that plain sums lose, where they are counted.
    pub underflow: Option<Underflow>,
}

impl FitReport {
    /// NLL of the held-out images, without the worst 1 % of them, minus that of the training images, in nats per image;
    /// none when none is held out.
    pub fn gap(&self) -> Option<f64> {
        self.held_out.as_ref().map(|held_out| held_out.trimmed_nll - self.final_nll)
    }

    /// Whether the fit generalises: its [`gap`](Self::gap) is at most a nat a pixel; none when none is held out.
    pub fn generalises(&self) -> Option<bool> {
        self.gap().map(|gap| generalises(gap, self.mixture.dim()))
    }
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
    /// Their labels; none of the user's own pictures, and empty for images without labels.
    pub labels: Vec<Option<u8>>,
    /// What is known of each image.
    pub observations: Vec<Observation>,
    /// y of each image.
    pub measurements: Vec<Vec<f64>>,
    /// One restoration an image.
    pub restorations: Vec<Restoration>,
}

impl InpaintReport {
    /// The label of image `index`; none past the end, and of one without.
    pub fn label(&self, index: usize) -> Option<u8> {
        self.labels.get(index).copied().flatten()
    }

    /// The mask of image `index`; none past the end, and where something else than pixels is observed.
    pub fn mask(&self, index: usize) -> Option<&Mask> {
        self.observations.get(index)?.mask()
    }
}
