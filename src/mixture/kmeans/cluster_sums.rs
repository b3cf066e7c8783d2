//! The sum of every cluster's images, kept while images come and go.
//!
//! sum_s x_s = sum_s h_s + sum_s (x_s - h_s), where h is x rounded to a grid so coarse that the first sum is exact, and
//! where the second one is exact too unless the pixels span more than some 70 binary digits. Exact sums have no order
//! and do not drift: images are added and taken away, and the result is that of summing afresh, to the bit.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::emptied;
use crate::linalg::wide::{Kernel, wide};

/// Pixels a band: every thread takes bands of all images.
const BAND: usize = 128;

/// The label of an image that is in no sum yet.
const NOWHERE: u32 = u32::MAX;

/// Sums over the images of each of K clusters.
pub(super) struct ClusterSums {
    grids: Grids,
    /// Whether every pixel so far fell on the fine grid.
    exact: bool,
    /// Where every image is counted.
    clusters: Vec<u32>,
    counts: Vec<usize>,
    bands: Vec<Band>,
}

/// 1.5 2^52 times a grid: adding it and taking it away rounds to the grid.
#[derive(Clone, Copy)]
struct Grids {
    coarse: f64,
    fine: f64,
}

/// The sums' pixels from `first` on.
struct Band {
    first: usize,
    width: usize,
    /// The two parts of the sums, cluster by cluster.
    coarse: Vec<f64>,
    fine: Vec<f64>,
}

/// An image that changes its cluster.
struct Move {
    image: usize,
    from: u32,
    to: u32,
}

impl ClusterSums {
    /// Of no images yet; `largest` is at least the magnitude of every pixel of the D x S `images`.
    pub fn new(images: &DMatrix<f64>, largest: f64, components: usize) -> Self {
        let (dim, samples) = images.shape();
        let size = exponent(samples as f64) + 2;
        let range = exponent(largest) + 1 + size;
        // Multiples of a grid add up without rounding below 2^53 of it.
        let (coarse, fine) = (range - 53, range - 53 + size - 53);
        let exact = fine > -900 && range < 900;
        let grids = if exact {
            Grids { coarse: rounder(coarse), fine: rounder(fine) }
        } else {
            Grids { coarse: 0.0, fine: 0.0 }
        };
        let band = |first: usize| {
            let width = BAND.min(dim - first);
            let zeros = vec![0.0; components * width];
            Band { first, width, coarse: zeros.clone(), fine: zeros }
        };
        let bands = (0..dim).step_by(BAND).map(band).collect();
        Self { grids, exact, clusters: vec![NOWHERE; samples], counts: vec![0; components], bands }
    }

    /// Updates the sums to the given clusters.
    ///
    /// Cost: D additions for every image that came or went; where sums are not exact, for every image of
    /// a cluster that changed, so that their order stays that of the images.
    pub fn follow(&mut self, images: &DMatrix<f64>, clusters: &[u32]) {
        let pairs = self.clusters.iter().zip(clusters).enumerate().filter(|(_, (from, to))| from != to);
        let moves: Vec<Move> = pairs.map(|(image, (&from, &to))| Move { image, from, to }).collect();
        self.clusters.copy_from_slice(clusters);
        self.counts = emptied::counts(clusters, self.counts.len());
        let grids = self.grids;
        // The first call sees every image, in order: where it finds the sums not to be exact, they are those in order.
        self.exact &= if self.exact {
            self.bands
                .par_iter_mut()
                .map(|band| band.shift(images, &moves, grids))
                .reduce(|| true, |a, b| a & b)
        } else {
            let mut changed = vec![false; self.counts.len()];
            for label in moves.iter().flat_map(|step| [step.from, step.to]).filter(|&label| label != NOWHERE)
            {
                changed[label as usize] = true;
            }
            self.bands.par_iter_mut().for_each(|band| band.sum_again(images, clusters, &changed, grids));
            false
        };
    }

    /// The images of a cluster.
    pub fn count(&self, k: usize) -> usize {
        self.counts[k]
    }

    /// The sum of a cluster's images, pixel by pixel.
    pub fn sum(&self, k: usize) -> impl Iterator<Item = f64> {
        self.bands.iter().flat_map(move |band| {
            let own = k * band.width..(k + 1) * band.width;
            band.coarse[own.clone()].iter().zip(&band.fine[own]).map(|(coarse, fine)| coarse + fine)
        })
    }

    /// The clusters' means, D x K; that of an empty cluster is 0.
    pub fn means(&self) -> DMatrix<f64> {
        let dim = self.bands.iter().map(|band| band.width).sum();
        let means = (0..self.counts.len()).flat_map(|k| {
            let count = self.count(k).max(1) as f64;
            self.sum(k).map(move |sum| sum / count)
        });
        DMatrix::from_iterator(dim, self.counts.len(), means)
    }
}

impl Band {
    /// Takes images from one sum to another; whether all of them are on the fine grid.
    fn shift(&mut self, images: &DMatrix<f64>, moves: &[Move], grids: Grids) -> bool {
        let mut on_grid = true;
        for step in moves {
            if step.from != NOWHERE {
                on_grid &= self.add(images, step.image, step.from, -1.0, grids);
            }
            on_grid &= self.add(images, step.image, step.to, 1.0, grids);
        }
        on_grid
    }

    /// The sums of the changed clusters from the beginning.
    fn sum_again(&mut self, images: &DMatrix<f64>, clusters: &[u32], changed: &[bool], grids: Grids) {
        for k in (0..changed.len()).filter(|&k| changed[k]) {
            let own = k * self.width..(k + 1) * self.width;
            self.coarse[own.clone()].fill(0.0);
            self.fine[own].fill(0.0);
        }
        for (image, &k) in clusters.iter().enumerate().filter(|&(_, &k)| changed[k as usize]) {
            self.add(images, image, k, 1.0, grids);
        }
    }

    fn add(&mut self, images: &DMatrix<f64>, image: usize, k: u32, sign: f64, grids: Grids) -> bool {
        let own = k as usize * self.width..(k as usize + 1) * self.width;
        let first = image * images.nrows() + self.first;
        let (coarse, fine) = (&mut self.coarse[own.clone()], &mut self.fine[own]);
        let pixels = &images.as_slice()[first..first + self.width];
        wide(Adding { coarse, fine, pixels, sign, grids })
    }
}

/// Adds `sign` times the pixels, split by the grids; whether all of them are on the fine one.
struct Adding<'a> {
    coarse: &'a mut [f64],
    fine: &'a mut [f64],
    pixels: &'a [f64],
    sign: f64,
    grids: Grids,
}

impl Kernel for Adding<'_> {
    type Output = bool;

    #[inline(always)]
    fn call(self) -> bool {
        let grids = self.grids;
        let mut off_grid = 0;
        for ((coarse, fine), &pixel) in self.coarse.iter_mut().zip(self.fine).zip(self.pixels) {
            let high = (pixel + grids.coarse) - grids.coarse;
            let low = pixel - high;
            off_grid |= (low - ((low + grids.fine) - grids.fine)).to_bits();
            *coarse += self.sign * high;
            *fine += self.sign * low;
        }
        off_grid == 0
    }
}

/// e with 2^e <= x < 2^(e + 1); far below every grid for 0, far above for infinity.
fn exponent(x: f64) -> i32 {
    ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023
}

/// 1.5 2^52 2^e.
fn rounder(e: i32) -> f64 {
    1.5 * f64::from_bits(((1023 + 52 + e) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 41 images of 150 pixels, each a byte's fraction, times the scale of the pixel.
    fn images(scale: impl Fn(usize) -> f64) -> DMatrix<f64> {
        DMatrix::from_fn(150, 41, |i, s| ((s * s * 31 + i * (s + 7)) % 256) as f64 / 255.0 * scale(i + s))
    }

    /// Through three sets of clusters, and the last of them at once.
    fn both_ways(images: &DMatrix<f64>, largest: f64) -> (ClusterSums, ClusterSums) {
        let clusters = |step: usize| (0..41).map(|s| ((s * s + step * s / 3) % 4) as u32).collect::<Vec<_>>();
        let (mut moved, mut fresh) =
            (ClusterSums::new(images, largest, 4), ClusterSums::new(images, largest, 4));
        (0..4).for_each(|step| moved.follow(images, &clusters(step)));
        fresh.follow(images, &clusters(3));
        (moved, fresh)
    }

    #[test]
    fn images_that_come_and_go_leave_nothing_behind() {
        // The second spans 200 binary digits: too many for exact sums.
        for (images, exact) in
            [(images(|_| 1.0), true), (images(|i| 2.0_f64.powi(-5 * (i as i32 % 40))), false)]
        {
            let (moved, fresh) = both_ways(&images, 1.0);
            assert_eq!((moved.exact, fresh.exact), (exact, exact));
            assert!(moved.means() == fresh.means());
            for k in 0..4 {
                let members: Vec<usize> = (0..41).filter(|&s| fresh.clusters[s] == k).collect();
                let mean = images.select_columns(&members).column_mean();
                assert_eq!(fresh.count(k as usize), members.len());
                assert!((fresh.means().column(k as usize) - mean).amax() < 1e-15);
            }
        }
    }

    #[test]
    fn exact_sums_do_not_depend_on_the_order() {
        let images = images(|_| 1.0);
        let backwards = images.select_columns(&(0..41).rev().collect::<Vec<_>>());
        let sum = |images: &DMatrix<f64>| {
            let mut sums = ClusterSums::new(images, 1.0, 1);
            sums.follow(images, &[0; 41]);
            sums.means()
        };
        assert!(sum(&images) == sum(&backwards));
        // Ordinary sums differ, so that the test shows something.
        assert!(images.column_sum() != backwards.column_sum());
    }

    #[test]
    fn pixels_of_any_size_have_sums() {
        for scale in [0.0, 1e-320, 1e-200, 1e200, 1e300] {
            let images = images(|_| scale);
            let (moved, fresh) = both_ways(&images, scale);
            assert!(moved.means() == fresh.means());
            assert!(moved.means().iter().all(|mean| mean.is_finite() && *mean <= scale));
        }
    }
}
