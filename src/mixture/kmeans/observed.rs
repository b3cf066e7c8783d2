//! Lloyd's iteration for images of which pixels are missing (NaN), and images with weights.
//!
//! It minimises sum_s v_s min_k sum_{i in o_s} (x_si - c_ki)^2 over the observed pixels o_s of every image, with weights v_s:
//! an image goes to the centroid that is nearest in its observed pixels, and a centroid's pixel to the weighted mean of
//! the images of its cluster that show it. Neither step can raise the sum. A pixel that no image of a cluster shows keeps
//! its value; first centroids are images whose missing pixels have the mean of those observed.

use std::ops::ControlFlow;

use nalgebra::DMatrix;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;

use super::{KMeansFit, KMeansIteration, KMeansSettings, KMeansStop, emptied, seeding};
use crate::linalg;
use crate::linalg::wide::{Kernel, wide};

/// Images that one task sums up.
const BLOCK: usize = 512;

/// The images of a run.
#[derive(Clone, Copy)]
pub(super) struct Observed<'a> {
    /// D x S.
    pub images: &'a DMatrix<f64>,
    /// One for every image; all are 1 without.
    pub weights: Option<&'a [f64]>,
}

/// Sums over the observed pixels of clusters, D x K.
struct Sums {
    values: Vec<f64>,
    counts: Vec<f64>,
}

impl Observed<'_> {
    fn dim(&self) -> usize {
        self.images.nrows()
    }

    /// How often image `image` counts.
    pub fn weight(&self, image: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[image])
    }

    /// The images, each missing pixel with the mean of those observed; 1/2 where there is none.
    fn filled(&self) -> DMatrix<f64> {
        let clusters = vec![0; self.images.ncols()];
        let means = self.means(&clusters, &DMatrix::repeat(self.dim(), 1, 0.5));
        let mut filled = self.images.clone();
        filled.column_iter_mut().for_each(|image| {
            image
                .into_iter()
                .zip(&means)
                .filter(|(pixel, _)| pixel.is_nan())
                .for_each(|(pixel, mean)| *pixel = *mean);
        });
        filled
    }

    /// The mean of every cluster, pixel by pixel; that in `centroids` (D x K) where no image of the cluster shows it.
    fn means(&self, clusters: &[u32], centroids: &DMatrix<f64>) -> DMatrix<f64> {
        let (dim, size) = (self.dim(), centroids.len());
        let blocks =
            self.images.as_slice().par_chunks(dim * BLOCK).zip(clusters.par_chunks(BLOCK)).enumerate();
        let blocks: Vec<Sums> = blocks
            .map(|(block, (images, clusters))| {
                let mut sums = Sums { values: vec![0.0; size], counts: vec![0.0; size] };
                for (at, (image, &k)) in images.chunks_exact(dim).zip(clusters).enumerate() {
                    let range = k as usize * dim..(k as usize + 1) * dim;
                    let weight = self.weight(block * BLOCK + at);
                    let (values, counts) = (&mut sums.values[range.clone()], &mut sums.counts[range]);
                    wide(Adding { values, counts, image, weight });
                }
                sums
            })
            .collect();
        let mut means = centroids.clone();
        for (at, mean) in means.as_mut_slice().iter_mut().enumerate() {
            let total = |of: fn(&Sums) -> &[f64]| blocks.iter().map(|sums| of(sums)[at]).sum::<f64>();
            let count = total(|sums| &sums.counts);
            if count > 0.0 {
                *mean = total(|sums| &sums.values) / count;
            }
        }
        means
    }

    /// The nearest centroid of every image (ties: the lowest index), and the squared distance to it.
    pub fn assign(&self, centroids: &DMatrix<f64>) -> (Vec<u32>, Vec<f64>) {
        let dim = self.dim();
        let each = self.images.as_slice().par_chunks(dim).with_min_len(64);
        each.map(|image| {
            let (mut assigned, mut least) = (0, f64::INFINITY);
            for (k, centroid) in (0..).zip(centroids.as_slice().chunks_exact(dim)) {
                let squared = linalg::squared_distance_observed(image, centroid);
                if squared < least {
                    (assigned, least) = (k, squared);
                }
            }
            (assigned, least)
        })
        .unzip()
    }

    /// `tolerance` times the mean variance of the observed pixels.
    pub fn threshold(&self, tolerance: f64) -> f64 {
        let mean = self.means(&vec![0; self.images.ncols()], &DMatrix::zeros(self.dim(), 1));
        let (_, squared) = self.assign(&mean);
        let observed: f64 = self
            .images
            .column_iter()
            .enumerate()
            .map(|(s, image)| self.weight(s) * image.iter().filter(|pixel| !pixel.is_nan()).count() as f64)
            .sum();
        tolerance * self.inertia(&squared) / observed.max(1.0)
    }

    fn inertia(&self, squared: &[f64]) -> f64 {
        squared.iter().enumerate().map(|(s, squared)| self.weight(s) * squared).sum()
    }

    /// One run from one seed.
    pub fn run(
        &self,
        settings: &KMeansSettings,
        threshold: f64,
        restart: usize,
        seed: u64,
        observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
    ) -> KMeansFit {
        let filled = self.filled();
        let start =
            seeding::pick(&filled, settings.components, settings.init, &mut ChaCha8Rng::seed_from_u64(seed));
        self.run_from(filled.select_columns(&start), settings, threshold, restart, observer)
    }

    pub fn run_from(
        &self,
        mut centroids: DMatrix<f64>,
        settings: &KMeansSettings,
        threshold: f64,
        restart: usize,
        observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
    ) -> KMeansFit {
        let mut history: Vec<KMeansIteration> = Vec::new();
        let mut stop = KMeansStop::IterationLimit;
        let (mut clusters, mut squared) = self.assign(&centroids);
        for iteration in 1..=settings.max_iterations {
            let inertia = self.inertia(&squared);
            // An image of weight 0 fills no cluster.
            let counted = |s: &usize| self.weight(*s) > 0.0;
            let of_weight: Vec<u32> = (0..clusters.len()).filter(counted).map(|s| clusters[s]).collect();
            let mut counts = emptied::counts(&of_weight, centroids.ncols());
            let mut refilled = clusters.clone();
            if counts.contains(&0) {
                emptied::refill(&mut refilled, &mut counts, &squared);
            }
            let moved = self.means(&refilled, &centroids);
            let movement = (&moved - &centroids).norm_squared();
            centroids = moved;
            let before = std::mem::take(&mut clusters);
            (clusters, squared) = self.assign(&centroids);
            let changed = before.iter().zip(&clusters).filter(|(before, now)| before != now).count();
            let step = KMeansIteration { restart, iteration, inertia, movement, changed };
            let flow = observer(&step);
            history.push(step);
            let reason = [
                (changed == 0, KMeansStop::FixedPoint),
                (movement < threshold, KMeansStop::Tolerance),
                (flow.is_break(), KMeansStop::Cancelled),
            ];
            if let Some((_, reason)) = reason.into_iter().find(|(holds, _)| *holds) {
                stop = reason;
                break;
            }
        }
        let inertia = self.inertia(&squared);
        let assignments = clusters.iter().map(|&k| k as usize).collect();
        KMeansFit { centroids, assignments, inertia, history, restart, stop }
    }
}

/// Adds `weight` times the observed pixels of an image, and their number.
struct Adding<'a> {
    values: &'a mut [f64],
    counts: &'a mut [f64],
    image: &'a [f64],
    weight: f64,
}

impl Kernel for Adding<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for ((value, count), &pixel) in self.values.iter_mut().zip(self.counts).zip(self.image) {
            let is_missing = pixel.is_nan();
            *value += if is_missing { 0.0 } else { self.weight * pixel };
            *count += if is_missing { 0.0 } else { self.weight };
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt;

    use super::*;
    use crate::mixture::{KMeansInit, kmeans};

    const GO: ControlFlow<()> = ControlFlow::Continue(());

    /// Three clusters of 12 pixels, a share of them missing.
    fn images(share: f64) -> DMatrix<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut images =
            DMatrix::from_fn(12, 150, |i, s| f64::from(u8::from(i % 3 == s % 3)) + 0.8 * rng.random::<f64>());
        images.iter_mut().filter(|_| rng.random::<f64>() < share).for_each(|pixel| *pixel = f64::NAN);
        images
    }

    fn settings() -> KMeansSettings {
        KMeansSettings {
            components: 3,
            init: KMeansInit::PlusPlus,
            tolerance: 0.0,
            ..KMeansSettings::default()
        }
    }

    #[test]
    fn without_missing_pixels_it_is_k_means() {
        let whole = images(0.0);
        let expected = kmeans(&whole, &settings(), &mut ChaCha8Rng::seed_from_u64(7), &mut |_| GO).unwrap();
        let observed = Observed { images: &whole, weights: None };
        let mut generator = ChaCha8Rng::seed_from_u64(7);
        let found = observed.run(&settings(), 0.0, 0, rand::Rng::next_u64(&mut generator), &mut |_| GO);
        assert_eq!(found.assignments, expected.assignments);
        assert!((&found.centroids - &expected.centroids).amax() < 1e-13);
        assert!((found.inertia - expected.inertia).abs() < 1e-10 && found.stop == expected.stop);
    }

    #[test]
    fn the_sum_over_observed_pixels_never_rises_and_is_least_at_the_end() {
        let mut images = images(0.6);
        // Nobody shows pixel 2.
        images.row_mut(2).fill(f64::NAN);
        let observed = Observed { images: &images, weights: None };
        let fit = observed.run(&settings(), 0.0, 0, 3, &mut |_| GO);
        let inertia: Vec<f64> = fit.history.iter().map(|step| step.inertia).chain([fit.inertia]).collect();
        assert!(
            inertia.len() > 2 && inertia.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12),
            "{inertia:?}"
        );
        assert!(fit.centroids.row(2).iter().all(|&value| value == 0.5));
        for (s, &k) in fit.assignments.iter().enumerate() {
            let squared = |k: usize| -> f64 {
                let pairs = images.column(s).into_owned() - fit.centroids.column(k);
                pairs.iter().filter(|value| !value.is_nan()).map(|value| value * value).sum()
            };
            assert!((0..3).all(|other| squared(k) <= squared(other) + 1e-12));
        }
        for (k, centroid) in fit.centroids.column_iter().enumerate() {
            for (i, value) in centroid.iter().enumerate().filter(|(i, _)| *i != 2) {
                let of_cluster = (0..150).filter(|&s| fit.assignments[s] == k).map(|s| images[(i, s)]);
                let shown: Vec<f64> = of_cluster.filter(|pixel| !pixel.is_nan()).collect();
                assert!((shown.iter().sum::<f64>() / shown.len() as f64 - value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_weight_is_a_number_of_equal_images() {
        let images = images(0.3);
        let weights: Vec<f64> = (0..150).map(|s| (s % 4) as f64).collect();
        let repeated: Vec<usize> = (0..150).flat_map(|s| std::iter::repeat_n(s, s % 4)).collect();
        let repeated = images.select_columns(&repeated);
        let start = Observed { images: &images, weights: None }.filled().columns(1, 3).into_owned();
        let run = |observed: Observed<'_>| observed.run_from(start.clone(), &settings(), 0.0, 0, &mut |_| GO);
        let weighted = run(Observed { images: &images, weights: Some(&weights) });
        let plain = run(Observed { images: &repeated, weights: None });
        assert!((weighted.centroids - plain.centroids).amax() < 1e-12);
        assert!((weighted.inertia - plain.inertia).abs() < 1e-9);
        assert_eq!(weighted.history.len(), plain.history.len());
    }
}
