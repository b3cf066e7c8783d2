//! What is observed of an image, made ready for the components.

use nalgebra::DMatrix;

use super::{Mask, Observation};

/// An observation, with what every component needs to know of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    pub observation: Observation,
    /// Its observed pixels are known without error, and stay out of all computation; the others are *free*.
    pub known: Mask,
    /// 1 / max(1, sigma_n): measurements are scaled by it, so that no square of the noise overflows. m.
    pub scale: Vec<f64>,
}

impl Given {
    pub fn new(observation: &Observation) -> Self {
        let noise = |measurement| observation.noise().of(measurement);
        Self {
            known: observation.known(),
            scale: (0..observation.measurements()).map(|i| 1.0 / noise(i).max(1.0)).collect(),
            observation: observation.clone(),
        }
    }

    /// The variance of the noise of scaled measurement `i`.
    pub fn noise(&self, i: usize) -> f64 {
        (self.observation.noise().of(i) * self.scale[i]).powi(2)
    }

    /// Whether all that is observed are pixels, without noise.
    pub fn is_exact(&self) -> bool {
        self.known.observed().len() == self.scale.len()
    }

    /// A x, scaled, of images x, D x N.
    pub fn measure(&self, images: &DMatrix<f64>) -> DMatrix<f64> {
        let mut measured = self.observation.operator().apply(images);
        self.scale_rows(&mut measured);
        measured
    }

    /// Scales the rows of a matrix with one for each measurement.
    pub fn scale_rows(&self, rows: &mut DMatrix<f64>) {
        for (i, &scale) in self.scale.iter().enumerate() {
            if scale != 1.0 {
                rows.row_mut(i).scale_mut(scale);
            }
        }
    }
}
