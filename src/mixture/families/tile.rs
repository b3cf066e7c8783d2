//! The E-step over tiles of images, for any covariances; where pixels of a tile are missing, by `observed`.
//!
//! Tiles of 256 images are worked on side by side. What is taken of each is merged by a tree that their number alone
//! determines: results do not depend on the threads.

mod observed;

use std::cmp::Ordering;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::linalg;
use crate::mixture::pool::Pool;
use crate::mixture::scores::mean_nll;
use crate::mixture::{Covariance, CovarianceFactor, CovarianceFamily, Mixture, MixtureError};

/// Images of a tile.
pub(super) const TILE: usize = 256;

/// Responsibilities below this are none.
const LEAST: f64 = 1e-17;

/// A mixture made ready for the E-step.
#[derive(Debug, Clone)]
pub(in crate::mixture) struct Prepared {
    /// D x K.
    means: DMatrix<f64>,
    /// log pi_k, and log pi_k - (D log 2 pi + log det Sigma_k) / 2.
    log_weights: Vec<f64>,
    log_norms: Vec<f64>,
    factors: Vec<CovarianceFactor>,
    tied: Option<Tied>,
}

/// Of tied covariances, which need one solution an image.
#[derive(Debug, Clone)]
struct Tied {
    /// A point c.
    centre: DVector<f64>,
    /// L^-1 (mu_k - c), D x K.
    means: DMatrix<f64>,
    covariance: Covariance,
    /// [`standard_order`].
    order: Vec<usize>,
}

/// log p(x) and the component of largest responsibility of every image (ties: the lower index).
#[derive(Debug, Default, Clone)]
pub(in crate::mixture) struct Densities {
    pub log_density: Vec<f64>,
    pub assignments: Vec<usize>,
}

impl Densities {
    /// Mean negative log-density in nats, each image as often as its weight says.
    pub fn nll(&self, image_weights: Option<&[f64]>) -> f64 {
        mean_nll(&self.log_density, image_weights)
    }
}

/// Images with their responsibilities.
pub(super) struct Tile<'a> {
    /// The index of the first.
    pub first: usize,
    /// One after the other, D values each.
    pub images: &'a [f64],
    /// K x 256; columns beyond the images are without meaning.
    pub responsibilities: &'a DMatrix<f64>,
}

/// Working memory for a tile: logarithms of joint densities and then responsibilities, K x 256; images, D x 256; K terms of a sum.
struct Memory {
    joint: DMatrix<f64>,
    images: DMatrix<f64>,
    terms: Vec<f64>,
}

impl Memory {
    fn new(components: usize, dim: usize) -> Self {
        Self {
            joint: DMatrix::zeros(components, TILE),
            images: DMatrix::zeros(dim, TILE),
            terms: Vec::with_capacity(components),
        }
    }
}

/// A piece of the images, and where its results go.
struct Piece<'a> {
    first: usize,
    images: &'a [f64],
    log_density: &'a mut [f64],
    assignments: &'a mut [usize],
}

impl Prepared {
    /// Factors the covariances.
    pub fn new(mixture: &Mixture) -> Result<Self, MixtureError> {
        let factors = mixture.factors()?;
        let means = mixture.means().clone();
        let half = 0.5 * mixture.dim() as f64 * std::f64::consts::TAU.ln();
        let weights = mixture.weights().iter().zip(&factors);
        let log_norms = weights.map(|(weight, factor)| weight.ln() - half - 0.5 * factor.log_determinant());
        let log_weights = mixture.weights().iter().map(|weight| weight.ln()).collect();
        let tied = match factors.first().map(CovarianceFactor::triangle) {
            Some(Ok(factor)) if mixture.family() == CovarianceFamily::Tied => {
                // In an order of their own: no bit depends on that of the components.
                let order = standard_order(mixture.weights().as_slice(), &means);
                let centre = means.select_columns(&order) * mixture.weights().select_rows(&order);
                let mut whitened = means.clone();
                whitened.column_iter_mut().for_each(|mut mean| mean -= &centre);
                factor.solve_lower_in_place(&mut whitened);
                Some(Tied { centre, means: whitened, covariance: mixture.covariances()[0].clone(), order })
            }
            _ => None,
        };
        Ok(Self { log_weights, log_norms: log_norms.collect(), factors, means, tied })
    }

    /// The E-step of every column of `images` (D x S): densities and assignments into `densities`, what `take` makes of each tile
    /// merged in their order.
    ///
    /// Cost: K S D^2 flops; S D^2 with tied covariances, 2 K S D R with low-rank ones.
    pub(super) fn run<T: Send>(
        &self,
        images: &DMatrix<f64>,
        densities: &mut Densities,
        take: &(impl Fn(&Tile<'_>) -> T + Sync),
        merge: &(impl Fn(T, T) -> T + Sync),
    ) -> T {
        densities.log_density.resize(images.ncols(), 0.0);
        densities.assignments.resize(images.ncols(), 0);
        let piece = Piece {
            first: 0,
            images: images.as_slice(),
            log_density: &mut densities.log_density,
            assignments: &mut densities.assignments,
        };
        self.divide(piece, &Pool::default(), take, merge)
    }

    /// log p(x) of every column of `images`, by their observed pixels.
    pub fn log_density(&self, images: &DMatrix<f64>) -> Vec<f64> {
        let mut densities = Densities::default();
        self.run(images, &mut densities, &|_| (), &|(), ()| ());
        densities.log_density
    }

    /// [`Prepared::run`]; of every component the images, ascending, with responsibilities that are not zero.
    pub fn members(&self, images: &DMatrix<f64>, densities: &mut Densities) -> Vec<Vec<(u32, f64)>> {
        let take = |tile: &Tile<'_>| {
            let count = tile.images.len() / self.means.nrows();
            let of_one = |k: usize| {
                let weights = tile.responsibilities.row(k).columns(0, count).into_owned();
                let members = weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
                members.map(|(n, &weight)| ((tile.first + n) as u32, weight)).collect()
            };
            (0..self.factors.len()).map(of_one).collect::<Vec<Vec<_>>>()
        };
        let merge = |mut all: Vec<Vec<_>>, more: Vec<Vec<_>>| {
            all.iter_mut().zip(more).for_each(|(all, more)| all.extend(more));
            all
        };
        self.run(images, densities, &take, &merge)
    }

    /// The first half of the tiles and the second, side by side.
    fn divide<T: Send>(
        &self,
        piece: Piece<'_>,
        memory: &Pool<Memory>,
        take: &(impl Fn(&Tile<'_>) -> T + Sync),
        merge: &(impl Fn(T, T) -> T + Sync),
    ) -> T {
        let tiles = piece.log_density.len().div_ceil(TILE);
        if tiles <= 1 {
            let (components, dim) = (self.log_norms.len(), self.means.nrows());
            return memory.lend(|| Memory::new(components, dim), |memory| self.tile(piece, memory, take));
        }
        let middle = tiles / 2 * TILE;
        let (left, right) = piece.images.split_at(middle * self.means.nrows());
        let (densities, more_densities) = piece.log_density.split_at_mut(middle);
        let (assignments, more_assignments) = piece.assignments.split_at_mut(middle);
        let first = piece.first;
        let left = Piece { first, images: left, log_density: densities, assignments };
        let first = first + middle;
        let right =
            Piece { first, images: right, log_density: more_densities, assignments: more_assignments };
        let (left, right) = rayon::join(
            || self.divide(left, memory, take, merge),
            || self.divide(right, memory, take, merge),
        );
        merge(left, right)
    }

    fn tile<T>(&self, piece: Piece<'_>, memory: &mut Memory, take: impl Fn(&Tile<'_>) -> T) -> T {
        self.log_joint(piece.images, memory);
        let Memory { joint, terms, .. } = memory;
        let columns = joint.as_mut_slice().chunks_exact_mut(self.log_norms.len());
        let results = piece.log_density.iter_mut().zip(piece.assignments);
        for (joint, (log_density, assignment)) in columns.zip(results) {
            (*log_density, *assignment) = normalise(joint, terms);
        }
        take(&Tile { first: piece.first, images: piece.images, responsibilities: joint })
    }

    /// log pi_k N(x; mu_k, Sigma_k) of every column of `images` (D x S), K x S.
    pub fn log_joints(&self, images: &DMatrix<f64>) -> DMatrix<f64> {
        let components = self.log_norms.len();
        let mut joints = DMatrix::zeros(components, images.ncols());
        let tiles = images.as_slice().par_chunks(images.nrows() * TILE);
        let targets = joints.as_mut_slice().par_chunks_mut(components * TILE);
        let make = || Memory::new(components, images.nrows());
        targets.zip(tiles).for_each_init(make, |memory, (target, images)| {
            self.log_joint(images, memory);
            target.copy_from_slice(&memory.joint.as_slice()[..target.len()]);
        });
        joints
    }

    /// The same of the images of a tile, in memory.
    fn log_joint(&self, images: &[f64], memory: &mut Memory) {
        let dim = self.means.nrows();
        let count = images.len() / dim;
        if images.iter().fold(false, |lacks, pixel| lacks | pixel.is_nan()) {
            return self.log_joint_of_observed(images, memory);
        }
        let Memory { joint, images: whitened, .. } = memory;
        if let (Some(Tied { centre, means, .. }), Some(Ok(factor))) =
            (&self.tied, self.factors.first().map(CovarianceFactor::triangle))
        {
            centre_images(whitened, images, centre.as_slice());
            linalg::solve_panel(factor.lower(), 0..dim, whitened, count);
            for (n, image) in whitened.as_slice().chunks_exact(dim).take(count).enumerate() {
                for (k, mean) in means.as_slice().chunks_exact(dim).enumerate() {
                    joint[(k, n)] = self.log_norms[k] - 0.5 * linalg::squared_distance(image, mean);
                }
            }
            return;
        }
        for (k, mean) in self.means.as_slice().chunks_exact(dim).enumerate() {
            let distances = match self.factors[k].triangle() {
                Err(parts) => parts.distances(images, mean, whitened),
                Ok(factor) => {
                    centre_images(whitened, images, mean);
                    linalg::solve_panel(factor.lower(), 0..dim, whitened, count);
                    whitened.as_slice().chunks_exact(dim).take(count).map(linalg::squared_length).collect()
                }
            };
            for (n, distance) in distances.into_iter().enumerate() {
                joint[(k, n)] = self.log_norms[k] - 0.5 * distance;
            }
        }
    }
}

/// The components by falling weight, those of equal weights by their means (D x K): an order that belongs to the mixture, and not to
/// the one that its components are given in.
pub(super) fn standard_order(weights: &[f64], means: &DMatrix<f64>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let by_mean = |a: usize, b: usize| {
        let pixels = means.column(a).into_iter().zip(means.column(b));
        let mut orders = pixels.map(|(a, b)| a.total_cmp(b));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    order.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then_with(|| by_mean(a, b)));
    order
}

/// x - `centre` of every image, into the first columns of `out`.
fn centre_images(out: &mut DMatrix<f64>, images: &[f64], centre: &[f64]) {
    let columns = out.as_mut_slice().chunks_exact_mut(centre.len());
    for (out, image) in columns.zip(images.chunks_exact(centre.len())) {
        linalg::difference(out, image, centre);
    }
}

/// Overwrites logarithms of joint densities by responsibilities; the logarithm of their sum, and the largest one's index.
fn normalise(joint: &mut [f64], terms: &mut Vec<f64>) -> (f64, usize) {
    let mut largest = 0;
    for (k, &value) in joint.iter().enumerate() {
        if value > joint[largest] {
            largest = k;
        }
    }
    let most = joint[largest];
    terms.clear();
    terms.extend(joint.iter().map(|value| (value - most).exp()));
    // By falling size: the sum does not depend on the order of the components.
    terms.sort_unstable_by(|a, b| b.total_cmp(a));
    let log_density = most + terms.iter().sum::<f64>().ln();
    for value in joint {
        let responsibility = (*value - log_density).exp();
        // An image without a density has NaN here, and belongs to no component.
        *value = if responsibility >= LEAST { responsibility } else { 0.0 };
    }
    (log_density, largest)
}
