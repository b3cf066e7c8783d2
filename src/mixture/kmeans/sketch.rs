//! The images in a byte a pixel, to bound distances from an eighth of the memory.
//!
//! x is near x' = a + h q, with q whole numbers from 0 to 255 and a, h the same for all pixels: for images that were
//! bytes to begin with, x' = x up to rounding. |x' - c'| = h |q - (c' - a) / h| is summed in single precision, and
//! |x - c| lies within |x - x'| + |c - c'| of it.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::distance::{BLOCK, Margin};
use crate::linalg::squared_distance;
use crate::linalg::wide::{Kernel, wide};

/// 2^52: after adding it, a number's last bits are its nearest whole number's.
const TO_WHOLE: f64 = (1_u64 << 52) as f64;

/// All images, and how far each is from its sketch.
pub(super) struct Sketch {
    low: f64,
    step: f64,
    /// D for every image.
    pub bytes: Vec<u8>,
    /// Not less than |x - x'|, for every image.
    pub errors: Vec<f64>,
}

/// Centroids in the same units.
pub(super) struct SketchedCentroids {
    dim: usize,
    step: f64,
    /// (c' - a) / h: D for every centroid.
    values: Vec<f32>,
    /// Not less than |c - c'|.
    errors: Vec<f64>,
}

impl Sketch {
    /// Of the columns of `images`, whose pixels lie in the range.
    pub fn new(images: &DMatrix<f64>, (low, high): (f64, f64)) -> Self {
        let dim = images.nrows();
        // Where all pixels are the same any step will do.
        let step = if high > low { (high - low) / 255.0 } else { 1.0 };
        let mut bytes = vec![0; images.len()];
        let mut errors = vec![0.0; images.ncols()];
        let blocks = bytes.par_chunks_mut(dim * BLOCK).zip(errors.par_chunks_mut(BLOCK));
        let blocks = blocks.zip(images.as_slice().par_chunks(dim * BLOCK));
        blocks.for_each(|((bytes, errors), images)| {
            let mut near = vec![0.0; dim];
            let columns = bytes.chunks_exact_mut(dim).zip(images.chunks_exact(dim));
            for (error, (bytes, image)) in errors.iter_mut().zip(columns) {
                wide(Sketching { image, bytes, near: &mut near, low, step });
                *error = residual(image, &near, low, step);
            }
        });
        Self { low, step, bytes, errors }
    }

    /// The columns of `centroids`.
    pub fn centroids(&self, centroids: &DMatrix<f64>) -> SketchedCentroids {
        let &Self { low, step, .. } = self;
        let values: Vec<f32> = centroids.iter().map(|c| ((c - low) / step) as f32).collect();
        let dim = centroids.nrows();
        let errors = centroids.column_iter().zip(values.chunks_exact(dim)).map(|(centroid, values)| {
            let near: Vec<f64> = values.iter().map(|&value| low + step * f64::from(value)).collect();
            residual(centroid.as_slice(), &near, low, step)
        });
        let errors = errors.collect();
        SketchedCentroids { dim, step, values, errors }
    }
}

impl SketchedCentroids {
    /// Bounds of |x - c_k|, from below and above, for an image of which this is the sketch.
    pub fn distance(&self, bytes: &[u8], error: f64, k: usize) -> (f64, f64) {
        let squared =
            wide(SquaredInUnits { bytes, centroid: &self.values[k * self.dim..(k + 1) * self.dim] });
        let distance = self.step * f64::from(squared).sqrt();
        // Sixteen sums of D / 16 terms are within (D / 16 + 20) eps of the true sum, relative: four times that.
        let rounding = distance * (self.dim as f64 / 16.0 + 20.0) * f64::from(f32::EPSILON);
        let off = (error + self.errors[k] + rounding) * (1.0 + 4.0 * f64::EPSILON);
        (distance - off, distance + off)
    }
}

/// q, the nearest whole number to (x - a) / h, and a + h q.
struct Sketching<'a> {
    image: &'a [f64],
    bytes: &'a mut [u8],
    near: &'a mut [f64],
    low: f64,
    step: f64,
}

impl Kernel for Sketching<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let per_step = 1.0 / self.step;
        for ((byte, near), pixel) in self.bytes.iter_mut().zip(self.near).zip(self.image) {
            *byte = ((pixel - self.low) * per_step + TO_WHOLE).to_bits() as u8;
            *near = self.low + self.step * f64::from(*byte);
        }
    }
}

/// sum_i (q_i - c_i)^2.
struct SquaredInUnits<'a> {
    bytes: &'a [u8],
    centroid: &'a [f32],
}

impl Kernel for SquaredInUnits<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let mut lanes = [0.0_f32; 16];
        let (q, c) = (self.bytes.chunks_exact(16), self.centroid.chunks_exact(16));
        let mut rest = 0.0;
        for (&q, c) in q.remainder().iter().zip(c.remainder()) {
            rest += (f32::from(q) - c) * (f32::from(q) - c);
        }
        for (q, c) in q.zip(c) {
            for (lane, (&q, c)) in lanes.iter_mut().zip(q.iter().zip(c)) {
                *lane += (f32::from(q) - c) * (f32::from(q) - c);
            }
        }
        let mut sum = rest;
        for lane in lanes {
            sum += lane;
        }
        sum
    }
}

/// Not less than |v - v'|, with v' = a + h q computed as `near`.
fn residual(v: &[f64], near: &[f64], low: f64, step: f64) -> f64 {
    // a + h q is rounded twice.
    let rounding = 2.0 * f64::EPSILON * (low.abs() + 256.0 * step) * (v.len() as f64).sqrt();
    Margin::new(v.len()).above(squared_distance(v, near)) + rounding
}
