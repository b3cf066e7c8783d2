//! What a mixture is fitted to: images, of which pixels may be missing, and their weights.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::{MixtureError, check};

/// Images to fit a mixture to.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingSet {
    /// D x S, one image a column; a missing pixel is NaN.
    pub images: DMatrix<f64>,
    /// The weight of every image, not negative: an image of weight 2 is two images, one of weight 0 none. All are 1 where
    /// there are none.
    pub weights: Option<Vec<f64>>,
}

impl From<DMatrix<f64>> for TrainingSet {
    fn from(images: DMatrix<f64>) -> Self {
        Self { images, weights: None }
    }
}

impl TrainingSet {
    /// The images at these columns, with their weights.
    pub fn select(&self, columns: &[usize]) -> Self {
        let weights = |weights: &Vec<f64>| columns.iter().map(|&image| weights[image]).collect();
        Self { images: self.images.select_columns(columns), weights: self.weights.as_ref().map(weights) }
    }

    /// Whether no pixel is missing.
    pub fn is_complete(&self) -> bool {
        is_complete(&self.images)
    }

    /// The sum of the weights: how many images it counts as.
    pub fn total(&self) -> f64 {
        self.weights.as_ref().map_or(self.images.ncols() as f64, |weights| weights.iter().sum())
    }

    /// The number that a component's share is held against where it is said to be less than one image ([`dead_components`]): the
    /// sum of the weights, but no less than the images whose weight is above 0, as weights may be shares that sum to 1.
    ///
    /// [`dead_components`]: super::dead_components()
    pub fn scale(&self) -> f64 {
        let counted = |weights: &Vec<f64>| weights.iter().filter(|weight| **weight > 0.0).count() as f64;
        self.weights.as_ref().map_or(0.0, counted).max(self.total())
    }

    /// Whether no pixel is missing and no image has a weight.
    pub(super) fn is_plain(&self) -> bool {
        self.weights.is_none() && self.is_complete()
    }

    /// Images of `dim` pixels, finite or missing, at least `components` of them with a weight above 0, and weights that are
    /// weights.
    pub(super) fn check(&self, components: usize, dim: usize) -> Result<(), MixtureError> {
        let samples = self.images.ncols();
        let Some(weights) = &self.weights else {
            check::components(components, samples)?;
            return check::observed(&self.images, dim);
        };
        if weights.len() != samples {
            return Err(MixtureError::Shape {
                what: "weights of images",
                found: weights.len().to_string(),
                expected: samples.to_string(),
            });
        }
        let is_weight = |weight: f64| weight.is_finite() && weight >= 0.0;
        if let Some((image, &value)) = weights.iter().enumerate().find(|(_, weight)| !is_weight(**weight)) {
            return Err(MixtureError::ImageWeight { image, value });
        }
        check::components(components, weights.iter().filter(|weight| **weight > 0.0).count())?;
        check::observed(&self.images, dim)
    }
}

/// Whether no pixel is missing.
pub(super) fn is_complete(images: &DMatrix<f64>) -> bool {
    // Image by image, without an early exit: the inner loop is then compiled to vector instructions.
    let lacks = |image: &[f64]| image.iter().fold(false, |lacks, pixel| lacks | pixel.is_nan());
    !images.as_slice().par_chunks(images.nrows().max(1)).with_min_len(64).any(lacks)
}
