//! Lower bounds of all distances from one matrix product: most pairs of an image and another's component part here,
//! before a single step of forward substitution.
//!
//! **Bound.** For any vector v, with z = L^-1 (x - mu_k), by Cauchy and Schwarz
//!
//! (v . (x - mu_k))^2 = (L^T v . z)^2 <= |L^T v|^2 |z|^2.
//!
//! **Direction.** For an image of component j, whose expectation is mu_j, the best v is
//! Sigma_k^-1 (mu_j - mu_k), scaled to |L^T v| = 1: at mu_j itself the bound is the squared distance. It is Fisher's
//! discriminant with the covariance of k. The vectors come from two substitutions, u = L^-1 (mu_j - mu_k) and
//! L^T v = u / |u|; substitution is backward stable, so |L^T v| is 1 to within a few D eps |L| |v|, some 1e-11 at
//! ridge 1e-6. The margin of `block` has room for 3 nats.
//!
//! v . (x - mu_k) = v . (x - mu_j) + v . (mu_j - mu_k), so that one product with the images of a block, centred at
//! their own component, serves all the others.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::queue::BLOCK;
use crate::linalg;
use crate::mixture::component::Component;

/// Images a component from which on the directions earn back what they cost, 2 K^2 D^2 flops for a few columns at a time.
///
/// Measured at D = 784: no difference at S = 400 K, 7 % of the whole fit at S = 900 K. Tests screen from fewer images on.
const IMAGES_A_COMPONENT: usize = if cfg!(test) { 16 } else { 512 };

/// Directions for the components that changed.
#[derive(Debug, Default)]
pub(super) struct Screening {
    /// The components that bounds are computed for.
    targets: Vec<usize>,
    /// For each target the vectors v of all components j: D x K.
    of_targets: Vec<DMatrix<f64>>,
    /// For each component j the same vectors, D x K, of which those of the targets hold.
    of_assigned: Vec<DMatrix<f64>>,
    /// v . (mu_j - mu_k), K values for each component j.
    offsets: Vec<f64>,
    /// v . (x - mu_j) for every image of every block and every target; never empty.
    products: Vec<f64>,
}

impl Screening {
    /// Aims at `targets`, components with a factor, from all others; at none where there are too few images.
    ///
    /// Cost: 2 K D^2 flops a target.
    pub fn aim(&mut self, components: &[Component], targets: &[usize], images: usize) {
        self.targets.clear();
        let count = components.len();
        if count >= 2 && images >= IMAGES_A_COMPONENT * count {
            self.targets.extend_from_slice(targets);
            self.compute(components);
        }
        // Blocks of every component, the last of each only begun.
        let blocks = images.div_ceil(BLOCK) + count;
        self.products.resize(blocks * BLOCK * self.width(), 0.0);
    }

    /// Products an image: a block has room for at least one.
    fn width(&self) -> usize {
        self.targets.len().max(1)
    }

    fn compute(&mut self, components: &[Component]) {
        let count = components.len();
        let dim = components[0].mean.len();
        for directions in [&mut self.of_targets, &mut self.of_assigned] {
            directions.resize_with(count, || DMatrix::zeros(dim, count));
        }
        self.offsets.resize(count * count, 0.0);

        self.of_targets.par_iter_mut().zip(&self.targets).with_max_len(1).for_each(|(vectors, &k)| {
            if let Some(lower) = components[k].lower() {
                aim_at(vectors, &components[k].mean, lower, components);
            }
        });
        let (targets, of_targets) = (&self.targets, &self.of_targets);
        let each = self.of_assigned.par_iter_mut().zip(self.offsets.par_chunks_mut(count)).zip(components);
        each.enumerate().for_each(|(j, ((vectors, offsets), assigned))| {
            for (f, (&k, source)) in targets.iter().zip(of_targets).enumerate() {
                vectors.set_column(f, &source.column(j));
                let means = assigned.mean.iter().zip(&components[k].mean);
                offsets[f] =
                    source.column(j).iter().zip(means).map(|(v, (own, other))| v * (own - other)).sum();
            }
        });
    }

    /// Whether there are bounds to be had.
    pub fn is_aimed(&self) -> bool {
        !self.targets.is_empty()
    }

    /// What computes the products, and memory for those of each block, in the order of the blocks.
    pub fn split(&mut self) -> (Aim<'_>, impl IndexedParallelIterator<Item = &mut [f64]>) {
        let width = self.width();
        let aim = Aim { directions: &self.of_assigned, targets: self.targets.len() };
        (aim, self.products.par_chunks_mut(BLOCK * width))
    }

    /// The bounds of block number `block`, of images of component `assigned`, by image: (target, bound) each.
    pub fn bounds(
        &self,
        block: usize,
        assigned: usize,
    ) -> impl Iterator<Item = impl Iterator<Item = (usize, f64)>> {
        let width = self.width();
        let offsets = &self.offsets[assigned * self.of_assigned.len()..];
        self.products[block * BLOCK * width..].chunks_exact(width).map(move |products| {
            let bounds = self.targets.iter().zip(products.iter().zip(offsets));
            bounds.map(|(&k, (product, offset))| (k, (product + offset) * (product + offset)))
        })
    }
}

/// The directions, to be shared by threads.
#[derive(Clone, Copy)]
pub(super) struct Aim<'a> {
    directions: &'a [DMatrix<f64>],
    targets: usize,
}

impl Aim<'_> {
    /// v . (x - mu_j) for the first `count` columns of `centred`, images of component `assigned`, for all targets.
    pub fn project(&self, assigned: usize, centred: &DMatrix<f64>, count: usize, products: &mut [f64]) {
        if self.targets > 0 {
            linalg::transposed_product(products, &self.directions[assigned], self.targets, centred, count);
        }
    }
}

/// v of one target for every component, the columns of `vectors`.
fn aim_at(vectors: &mut DMatrix<f64>, mean: &[f64], lower: &DMatrix<f64>, components: &[Component]) {
    for (mut column, component) in vectors.column_iter_mut().zip(components) {
        let means = component.mean.iter().zip(mean);
        column.iter_mut().zip(means).for_each(|(value, (other, own))| *value = other - own);
    }
    linalg::solve_panel(lower, 0..lower.nrows(), vectors, components.len());
    for mut column in vectors.column_iter_mut() {
        let length = linalg::squared_length(column.as_slice()).sqrt();
        // Of the target itself, or of another with the same mean: no direction, the bound is 0.
        if length > 0.0 {
            column /= length;
        }
    }
    linalg::solve_lower_transposed(lower, vectors);
}

#[cfg(test)]
mod tests {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    use rand_distr::StandardNormal;

    use super::*;
    use crate::linalg::FactorMemory;
    use crate::mixture::component::Shape;

    const DIM: usize = 30;
    const COMPONENTS: usize = 3;
    const IMAGES: usize = IMAGES_A_COMPONENT * COMPONENTS;

    fn normal(columns: usize, seed: u64) -> DMatrix<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        DMatrix::from_fn(DIM, columns, |_, _| rng.sample(StandardNormal))
    }

    /// Covariances of condition 1e6, and thereabouts.
    fn components() -> Vec<Component> {
        let component = |k: u64| {
            let spread = normal(DIM - 5, 10 + k);
            let covariance = &spread * spread.transpose() + DMatrix::identity(DIM, DIM) * 1e-4;
            let mean = (normal(1, k) * 2.0).as_slice().to_vec();
            let mut component = Component { mean, shape: Shape::Identity, log_weight: 0.0, generation: 0 };
            component.factor(&covariance, &mut FactorMemory::default()).unwrap();
            component
        };
        (0..COMPONENTS as u64).map(component).collect()
    }

    /// The bounds of `images`, one block that is assigned to component `j`.
    fn bounds(
        screening: &mut Screening,
        assigned: &Component,
        j: usize,
        images: &DMatrix<f64>,
    ) -> Vec<Vec<(usize, f64)>> {
        let mean = nalgebra::DVector::from_column_slice(&assigned.mean);
        let mut centred = images.clone();
        centred.column_iter_mut().for_each(|mut image| image -= &mean);
        let (aim, products) = screening.split();
        products.take(1).for_each(|products| aim.project(j, &centred, images.ncols(), products));
        screening.bounds(0, j).take(images.ncols()).map(Iterator::collect).collect()
    }

    fn squared_distance(component: &Component, image: &[f64]) -> f64 {
        let mut z = DMatrix::from_fn(DIM, 1, |i, _| image[i] - component.mean[i]);
        linalg::solve_panel(component.lower().unwrap(), 0..DIM, &mut z, 1);
        z.norm_squared()
    }

    #[test]
    fn no_bound_is_above_the_squared_distance_and_at_the_mean_of_the_assigned_component_it_is_that() {
        let components = components();
        let mut screening = Screening::default();
        screening.aim(&components, &[0, 2], IMAGES);
        assert!(screening.is_aimed());
        for (j, assigned) in components.iter().enumerate() {
            let mut images = normal(20, 100 + j as u64) * 3.0;
            images.column_mut(0).copy_from_slice(&assigned.mean);
            let found = bounds(&mut screening, assigned, j, &images);
            for (image, bounds) in images.column_iter().zip(&found) {
                assert_eq!(bounds.iter().map(|&(k, _)| k).collect::<Vec<_>>(), [0, 2]);
                for &(k, bound) in bounds {
                    let exact = squared_distance(&components[k], image.as_slice());
                    assert!(bound <= exact * (1.0 + 1e-9), "{bound} for {exact}");
                }
            }
            for &(k, bound) in &found[0] {
                let exact = squared_distance(&components[k], &assigned.mean);
                assert!((bound - exact).abs() <= 1e-9 * exact, "{bound} for {exact}");
                // Of a component from itself there is no direction.
                assert_eq!(bound == 0.0, k == j);
            }
        }
    }

    #[test]
    fn there_is_nothing_to_aim_at_for_a_few_images_or_one_component() {
        let components = components();
        let mut screening = Screening::default();
        screening.aim(&components, &[0, 1, 2], IMAGES - 1);
        assert!(!screening.is_aimed());
        screening.aim(&components[..1], &[0], IMAGES);
        assert!(!screening.is_aimed());
    }
}
