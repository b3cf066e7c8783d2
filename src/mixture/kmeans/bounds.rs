//! Which images change their cluster when the centroids move, by bounds of the distances (Elkan 2003).
//!
//! With m_k the movement of centroid k: |x - c_a'| <= u + m_a, and |x - c_k'| >= l_k - m_k. An image whose
//! upper bound stays below all its other lower bounds keeps its cluster without being looked at. All bounds are kept with a
//! margin for rounding, so that what they rule out is ruled out for computed distances too, ties included.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::assignment::{Assignment, assign};
use super::distance::{BLOCK, Margin};
use super::prepared::Prepared;
use super::sketch::SketchedCentroids;
use crate::linalg::squared_distance;

/// Relative rounding of one step of a bound.
const STEP: f64 = 2.0 * f64::EPSILON;

impl Assignment {
    /// After the centroids moved from `before` to `after`: every image to its nearest one, ties to the
    /// lowest index. Returns how many changed.
    ///
    /// Cost: K for every image, and 3 D flops in single precision for every distance that the bounds leave open.
    pub fn follow(&mut self, images: &Prepared, before: &DMatrix<f64>, after: &DMatrix<f64>) -> usize {
        let (dim, components) = after.shape();
        if components > dim {
            // More bounds than pixels: all distances cost less.
            let next = assign(images, after);
            let changed = next.clusters.iter().zip(&self.clusters).filter(|(a, b)| a != b).count();
            *self = next;
            return changed;
        }
        let step = Step::new(before, after, images.sketch.centroids(after));
        let Prepared { pixels, sketch, .. } = images;
        let sketched = sketch.bytes.par_chunks(dim * BLOCK).zip(sketch.errors.par_chunks(BLOCK));
        let images = pixels.as_slice().par_chunks(dim * BLOCK).zip(sketched);
        let known = self.clusters.par_chunks_mut(BLOCK).zip(self.upper.par_chunks_mut(BLOCK));
        let known = known.zip(self.lower.par_iter_mut());
        images
            .zip(known)
            .map(|((pixels, (bytes, errors)), ((clusters, upper), lower))| {
                let known = clusters.iter_mut().zip(upper).zip(lower.chunks_exact_mut(components));
                let images = pixels.chunks_exact(dim).zip(bytes.chunks_exact(dim)).zip(errors);
                let mut changed = 0;
                for (((pixels, bytes), &error), ((cluster, upper), lower)) in images.zip(known) {
                    let image = Image { pixels, bytes, error };
                    let own = *cluster;
                    step.take(&image, cluster, upper, lower);
                    changed += usize::from(*cluster != own);
                }
                changed
            })
            .sum()
    }
}

/// An image, and its sketch.
struct Image<'a> {
    pixels: &'a [f64],
    bytes: &'a [u8],
    error: f64,
}

/// One movement of the centroids.
struct Step<'a> {
    margin: Margin,
    centroids: &'a DMatrix<f64>,
    sketched: SketchedCentroids,
    /// Not less than how far each centroid moved.
    moved: Vec<f64>,
    /// Not more than the distances between centroids, K x K.
    between: Vec<f64>,
    /// Not more than the distance to the nearest other centroid.
    isolation: Vec<f64>,
}

impl<'a> Step<'a> {
    fn new(before: &DMatrix<f64>, after: &'a DMatrix<f64>, sketched: SketchedCentroids) -> Self {
        let (dim, components) = after.shape();
        let margin = Margin::new(dim);
        let squared = |a: &DMatrix<f64>, i: usize, b: &DMatrix<f64>, j: usize| {
            squared_distance(a.column(i).as_slice(), b.column(j).as_slice())
        };
        let moved = (0..components).map(|k| margin.above(squared(before, k, after, k))).collect();
        let between: Vec<f64> = (0..components * components)
            .into_par_iter()
            .with_min_len(64)
            .map(|at| margin.below(squared(after, at / components, after, at % components)))
            .collect();
        let isolation = (0..components).map(|k| {
            let others = (0..components).filter(|&j| j != k).map(|j| between[k * components + j]);
            others.fold(f64::INFINITY, f64::min)
        });
        let isolation = isolation.collect();
        Self { margin, centroids: after, sketched, moved, between, isolation }
    }

    /// Updates an image's bounds, and its cluster where they do not rule out a change.
    fn take(&self, image: &Image, cluster: &mut u32, upper: &mut f64, lower: &mut [f64]) {
        let own = *cluster as usize;
        *upper = (*upper + self.moved[own]) * (1.0 + STEP);
        lower.iter_mut().zip(&self.moved).for_each(|(l, moved)| *l = (*l - moved) * (1.0 - STEP));
        if self.is_far_from_others(own, *upper) || self.is_decided(own, *upper, lower) {
            return;
        }
        *upper = self.estimate(image, own, lower).min(*upper);
        if self.is_far_from_others(own, *upper) || self.is_decided(own, *upper, lower) {
            return;
        }
        let clear = self.margin.clear_of(*upper);
        let between = &self.between[own * self.moved.len()..];
        let (mut nearest, mut least) = (own, *upper);
        for k in 0..lower.len() {
            if k == own || lower[k] > clear {
                continue;
            }
            let apart = (between[k] - *upper) * (1.0 - STEP);
            if apart > clear {
                lower[k] = apart;
                continue;
            }
            let above = self.estimate(image, k, lower);
            if above < least {
                (nearest, least) = (k, above);
            }
        }
        (*cluster, *upper) = (nearest as u32, least);
        if !self.is_decided(nearest, least, lower) {
            (*cluster, *upper) = self.decide(image.pixels, least, lower);
        }
    }

    /// An upper bound of the distance to a centroid, from the sketch; raises the lower one.
    fn estimate(&self, image: &Image, k: usize, lower: &mut [f64]) -> f64 {
        let (below, above) = self.sketched.distance(image.bytes, image.error, k);
        lower[k] = below.max(lower[k]);
        above
    }

    /// The nearest of the centroids that may be as near as `upper`, by the distances themselves.
    fn decide(&self, pixels: &[f64], upper: f64, lower: &mut [f64]) -> (u32, f64) {
        let clear = self.margin.clear_of(upper);
        let mut nearest = (0, f64::INFINITY);
        for (k, lower) in lower.iter_mut().enumerate() {
            // A bound that is NaN rules nothing out.
            if *lower > clear {
                continue;
            }
            let squared = squared_distance(pixels, self.centroids.column(k).as_slice());
            *lower = self.margin.below(squared);
            if squared < nearest.1 {
                nearest = (k as u32, squared);
            }
        }
        (nearest.0, self.margin.above(nearest.1))
    }

    /// Whether every other centroid is too far from the own one: |x - c_k| >= |c_a - c_k| - |x - c_a|.
    fn is_far_from_others(&self, own: usize, upper: f64) -> bool {
        (self.isolation[own] - upper) * (1.0 - STEP) > self.margin.clear_of(upper)
    }

    /// Whether every other lower bound is above the own upper one.
    fn is_decided(&self, own: usize, upper: f64, lower: &[f64]) -> bool {
        let clear = self.margin.clear_of(upper);
        let others = [&lower[..own], &lower[own + 1..]];
        others.into_iter().flatten().all(|&lower| lower > clear)
    }
}
