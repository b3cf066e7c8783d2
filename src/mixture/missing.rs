//! E-step and the sums of the M-step for images of which pixels are missing: exact EM, by the observed pixels alone.
//!
//! A missing pixel is NaN. The responsibilities of an image are those of its observed pixels o,
//! w_k = pi_k N(x_o; mu_k,o, Sigma_k,oo) / p(x_o), and where the M-step of whole images takes x and x x^T it takes their
//! expectations given x_o: with the completed e = (x_o - mu_o, E[x_m - mu_m | x_o]), a sum of w e and one of
//! w (e e^T + Cov[x_m | x_o]) (`conditional`). The likelihood of the observed pixels never falls, without ridge and shrinkage.
//! Pixels that are missing at random, whatever their values, bias nothing.
//!
//! Z. Ghahramani, M. I. Jordan, "Supervised learning from incomplete data via an EM approach", NIPS 6 (1994), 120-127.
//!
//! **What it estimates.** The conditional covariance has the ridge in it already: a pixel that a component sees in the share f
//! of its images ends with ridge / f on its variance, and shrinkage by nu images acts on a covariance as it would with as many
//! images as say something about it. A pixel that no image of a component shows keeps its mean, and its variance grows by the ridge an iteration.
//!
//! **Work.** A component and a mask are factored once for up to 64 of their images (`groups`). An image's own component, that of
//! the last E-step, comes first, and to the end: density, conditional mean, and, once its responsibility is known,
//! conditional covariance from the same factor. Other components are dropped by a bound after a few rows, with the
//! margin of `expectation::block`; those that are not get a second pass.
//!
//! **Fixed pieces.** Spans of groups add up their images in order, and are merged by halves. Borders depend on the data
//! alone, so that no bit depends on the number of threads.
//!
//! Cost: for each pair (mask, component) that matters m^3 flops with m pixels missing (or o^3 / 3 + o^2 m + o m^2, where only o are
//! observed), and 4 D^2 an image. Memory: K D^2 doubles, and for each thread D^2 for the sums of a span, for each span that
//! waits for its other half (log2 16), and for a factor and what is made of it.
//!
//! Covariances of other families: `families`.

mod conditional;
mod groups;
mod pass;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::component::Component;
use super::moments::Moments;
use super::pool::Pool;
use super::training_set::is_complete;
use crate::linalg;
use conditional::{CONDITION, Gaussian};
use groups::Masks;
use pass::{Pass, Workspace};

/// The state of passes over the same images.
#[derive(Debug)]
pub(super) struct Incomplete {
    masks: Masks,
    precisions: Vec<Precision>,
    /// What the last pass found of every component, if it was asked for and an image has a part in it.
    sums: Vec<Option<Moments>>,
    idle: Pool<Moments>,
    workspaces: Pool<Workspace>,
}

/// P of a component.
#[derive(Debug, Default)]
struct Precision {
    generation: Option<u64>,
    matrix: DMatrix<f64>,
    is_sound: bool,
}

impl Incomplete {
    /// For images (D x S); none where no pixel is missing.
    pub fn of(images: &DMatrix<f64>) -> Option<Self> {
        (!is_complete(images)).then(|| Self {
            masks: Masks::of(images),
            precisions: Vec::new(),
            sums: Vec::new(),
            idle: Pool::default(),
            workspaces: Pool::default(),
        })
    }

    /// Evaluates images (D x S, and their weights, if they have any), the same ones every time: log p(x_o) and the component of largest responsibility of each;
    /// and what the M-step needs, about the means, where that is asked for. `covariances` are those of `components`
    /// (lower triangles; the identity where there is no factor).
    pub fn run<'a>(
        &mut self,
        (images, weights): (&DMatrix<f64>, Option<&[f64]>),
        components: &'a [Component],
        covariances: &[&'a DMatrix<f64>],
        with_sums: bool,
        log_density: &mut Vec<f64>,
        assignments: &mut Vec<u32>,
    ) {
        self.invert(components, covariances);
        let gaussians: Vec<Gaussian<'_>> = components
            .iter()
            .zip(covariances)
            .zip(&self.precisions)
            .map(|((component, covariance), precision)| Gaussian {
                component,
                covariance,
                precision: &precision.matrix,
                is_sound: precision.is_sound,
            })
            .collect();
        log_density.resize(images.ncols(), 0.0);
        if assignments.len() != images.ncols() {
            *assignments = nearest(images, components);
        }
        let (idle, workspaces) = (&self.idle, &self.workspaces);
        let pass = Pass { images, gaussians: &gaussians, weights, with_sums, idle, workspaces };
        let pairs = assignments.iter().zip(0..).map(|(&k, image)| (k as usize, image, None));
        let mut parts = pass.over_all(&self.masks.groups(components.len(), pairs));
        for found in parts.iter().flat_map(|part| &part.found) {
            log_density[found.image as usize] = found.log_density;
            assignments[found.image as usize] = found.assigned;
        }
        let left: Vec<_> = parts.iter().flat_map(|part| &part.left).copied().collect();
        let left = left.into_iter().map(|(k, image, weight)| (k, image, Some(weight)));
        let second = pass.over_all(&self.masks.groups(components.len(), left));
        for (part, second) in parts.iter_mut().zip(second) {
            part.sums = pass.merged(part.sums.take(), second.sums);
        }
        self.sums = parts.into_iter().map(|part| part.sums).collect();
    }

    /// P of the components that changed. Cost: 2 D^3 / 3 flops each.
    fn invert(&mut self, components: &[Component], covariances: &[&DMatrix<f64>]) {
        self.precisions.resize_with(components.len(), Precision::default);
        let each = self.precisions.par_iter_mut().zip(components).zip(covariances).with_max_len(1);
        each.for_each(|((precision, component), covariance)| {
            let Some(lower) =
                component.lower().filter(|_| precision.generation != Some(component.generation))
            else {
                return;
            };
            precision.generation = Some(component.generation);
            let dim = lower.nrows();
            if precision.matrix.nrows() != dim {
                precision.matrix = DMatrix::zeros(dim, dim);
            }
            let mut inverse = DMatrix::zeros(dim, dim);
            linalg::inverse_of_factor(&mut precision.matrix, lower, &mut inverse);
            let largest = |matrix: &DMatrix<f64>| (0..dim).map(|i| matrix[(i, i)]).fold(0.0, f64::max);
            precision.is_sound = largest(&precision.matrix) * largest(covariance) < CONDITION;
        });
    }

    /// Writes what the last pass found of component `k` into `moments`; `false`, and no more than the count, where no
    /// image belongs to it.
    pub fn unpack(&self, k: usize, moments: &mut Moments) -> bool {
        moments.count = 0.0;
        if let Some(Some(sums)) = self.sums.get(k) {
            moments.copy_from(sums);
        }
        moments.count > 0.0
    }

    /// Takes back the memory of the sums.
    pub fn forget(&mut self) {
        self.sums.drain(..).flatten().for_each(|sums| self.idle.give(sums));
    }
}

/// The component whose mean is nearest to the observed pixels of each image: the first assignments, which any others could be.
fn nearest(images: &DMatrix<f64>, components: &[Component]) -> Vec<u32> {
    let nearest = |image: &[f64]| {
        let distances =
            components.iter().map(|component| linalg::squared_distance_observed(image, &component.mean));
        let least = (0..).zip(distances).min_by(|(_, a), (_, b)| a.total_cmp(b));
        least.map_or(0, |(k, _)| k)
    };
    images.as_slice().par_chunks(images.nrows().max(1)).map(nearest).collect()
}
