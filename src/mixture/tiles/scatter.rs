//! Soft count, sum and scatter of a tile of images for one component, in one product.
//!
//! With v_s = sqrt(w_s) (x_s - r, 1), of D + 1 rows, sum_s v_s v_s^T holds A = sum_s w_s (x_s - r)(x_s - r)^T, below it
//! a^T = sum_s w_s (x_s - r)^T, and last N = sum_s w_s.
//!
//! D^2 flops an image, one triangle. Measured on one core of a Zen 3: 27 GFLOP/s at D = 32, 34 at
//! D = 64, 35 at D = 256.

// Indices of arrays of fixed length: the loops are unrolled.
#![allow(clippy::needless_range_loop)]

use super::layout::{WIDTH, aligned};
use crate::linalg::wide::{Simd, VectorKernel, wide};
use crate::mixture::moments::Moments;

/// Rows and columns of the sum at once.
const ROWS: usize = 4;
const COLUMNS: usize = 3;
const BLOCK: usize = ROWS * COLUMNS;

/// Doubles of a sum of `dim` pixels.
pub(super) fn packed_len(dim: usize) -> usize {
    strips(dim + 1).map(|(_, end)| end.div_ceil(COLUMNS) * BLOCK).sum()
}

/// First and last row (exclusive) of every strip of blocks.
fn strips(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).step_by(ROWS).map(move |first| (first, (first + ROWS).min(rows)))
}

/// N of a sum: its last row and column.
pub(super) fn count(packed: &[f64], dim: usize) -> f64 {
    packed[packed.len() - BLOCK + (dim % ROWS) * COLUMNS + dim % COLUMNS]
}

/// N, a and A (lower triangle) of a sum into `moments`, about whose reference point it is.
pub(super) fn unpack(packed: &[f64], moments: &mut Moments) {
    let dim = moments.reference.len();
    let mut blocks = packed.chunks_exact(BLOCK);
    for (first, end) in strips(dim + 1) {
        for (left, block) in (0..end).step_by(COLUMNS).zip(&mut blocks) {
            for (at, &value) in block.iter().enumerate() {
                let (i, j) = (first + at / COLUMNS, left + at % COLUMNS);
                match (i, j) {
                    _ if j > i || i >= end => {}
                    _ if i < dim => moments.scatter[(i, j)] = value,
                    _ if j < dim => moments.sum[j] = value,
                    _ => moments.count = value,
                }
            }
        }
    }
}

/// Adds the images of `groups` with these `weights` to a sum about `reference`; groups whose weights are all zero cost
/// nothing. `memory` is for the v_s.
pub(super) fn add(
    packed: &mut [f64],
    groups: &[f64],
    weights: &[f64],
    reference: &[f64],
    memory: &mut Vec<f64>,
) {
    // A last block of columns may reach beyond the rows.
    let stride = (reference.len() + 1).next_multiple_of(COLUMNS);
    let scaled = aligned(memory, stride * weights.len());
    let used = wide(Scaled { out: &mut *scaled, groups, weights, reference, stride });
    wide(AddProduct { packed, groups: &scaled[..used], rows: reference.len() + 1, stride });
}

/// Writes the v_s, a group after the other; returns how many doubles they are.
struct Scaled<'a> {
    out: &'a mut [f64],
    groups: &'a [f64],
    weights: &'a [f64],
    reference: &'a [f64],
    stride: usize,
}

impl VectorKernel for Scaled<'_> {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> usize {
        let dim = self.reference.len();
        let (out, _) = S::as_mut_simd_f64s(self.out);
        let (groups, _) = S::as_simd_f64s(self.groups);
        let (weights, _) = S::as_simd_f64s(self.weights);
        let mut targets = out.chunks_exact_mut(self.stride * WIDTH);
        let mut used = 0;
        for (group, weights) in groups.chunks_exact(dim * WIDTH).zip(weights.chunks_exact(WIDTH)) {
            let mut total = 0.0;
            for &weight in weights {
                total += simd.reduce_sum_f64s(weight);
            }
            if total == 0.0 {
                continue;
            }
            let Some(target) = targets.next() else { break };
            used += self.stride * WIDTH * S::F64_LANES;
            let mut roots = [simd.splat_f64s(0.0); WIDTH];
            for v in 0..WIDTH {
                roots[v] = simd.sqrt_f64s(weights[v]);
            }
            let (centred, rest) = target.split_at_mut(dim * WIDTH);
            for ((y, x), &centre) in
                centred.chunks_exact_mut(WIDTH).zip(group.chunks_exact(WIDTH)).zip(self.reference)
            {
                let centre = simd.splat_f64s(centre);
                for v in 0..WIDTH {
                    y[v] = simd.mul_f64s(roots[v], simd.sub_f64s(x[v], centre));
                }
            }
            let (ones, beyond) = rest.split_at_mut(WIDTH);
            ones.copy_from_slice(&roots);
            beyond.fill(simd.splat_f64s(0.0));
        }
        used
    }
}

/// sum_s v_s v_s^T, added block by block.
struct AddProduct<'a> {
    packed: &'a mut [f64],
    groups: &'a [f64],
    rows: usize,
    stride: usize,
}

impl VectorKernel for AddProduct<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (groups, _) = S::as_simd_f64s(self.groups);
        let size = self.stride * WIDTH;
        let (mut rest, mut first) = (self.packed, 0);
        while first < self.rows {
            let end = (first + ROWS).min(self.rows);
            let (strip, below) = rest.split_at_mut(end.div_ceil(COLUMNS) * BLOCK);
            match end - first {
                1 => add_strip::<S, 1>(simd, strip, groups, size, first),
                2 => add_strip::<S, 2>(simd, strip, groups, size, first),
                3 => add_strip::<S, 3>(simd, strip, groups, size, first),
                _ => add_strip::<S, ROWS>(simd, strip, groups, size, first),
            }
            (rest, first) = (below, end);
        }
    }
}

/// R rows from `first` on.
#[inline(always)]
fn add_strip<S: Simd, const R: usize>(
    simd: S,
    strip: &mut [f64],
    groups: &[S::f64s],
    size: usize,
    first: usize,
) {
    for (block, out) in strip.chunks_exact_mut(BLOCK).enumerate() {
        let mut sums = [[simd.splat_f64s(0.0); COLUMNS]; R];
        for group in groups.chunks_exact(size) {
            let rows = &group[first * WIDTH..][..R * WIDTH];
            let columns = &group[block * COLUMNS * WIDTH..][..COLUMNS * WIDTH];
            for v in 0..WIDTH {
                for r in 0..R {
                    for c in 0..COLUMNS {
                        sums[r][c] =
                            simd.mul_add_f64s(rows[r * WIDTH + v], columns[c * WIDTH + v], sums[r][c]);
                    }
                }
            }
        }
        for r in 0..R {
            for c in 0..COLUMNS {
                out[r * COLUMNS + c] += simd.reduce_sum_f64s(sums[r][c]);
            }
        }
    }
}
