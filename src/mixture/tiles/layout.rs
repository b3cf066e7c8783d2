//! How a tile's images lie in memory: those of a group side by side, so that a vector holds one pixel of several.
//!
//! A group is [`WIDTH`] vectors of images. Its rows follow one another, each of WIDTH vectors: row i holds pixel i of
//! every image of the group. Kernels read whole rows, one after the other.

use crate::linalg::wide::lanes;

/// Vectors a row: with three or four rows of a result, 9 or 12 sums that do not wait for one another.
pub(super) const WIDTH: usize = 3;

/// Images a group.
pub(super) fn group_size() -> usize {
    WIDTH * lanes()
}

/// `len` doubles of `memory`, which grows where it is too small, from the beginning of a line of the cache on: vectors of 512 bits
/// are such lines, and one that lies in two of them is read twice.
pub(super) fn aligned(memory: &mut Vec<f64>, len: usize) -> &mut [f64] {
    const LINE: usize = 64;
    let spare = LINE / size_of::<f64>();
    if memory.len() < len + spare {
        memory.resize(len + spare, 0.0);
    }
    let first = memory.as_ptr().align_offset(LINE).min(spare);
    &mut memory[first..first + len]
}

/// Packs images, one after the other in `images` (`dim` values each), into groups of `dim` rows, in `memory`; images that the last
/// group lacks are zero. Cost: a copy.
pub(super) fn pack<'a>(memory: &'a mut Vec<f64>, images: &[f64], dim: usize) -> &'a [f64] {
    let group = group_size();
    let all = aligned(memory, (images.len() / dim).div_ceil(group) * dim * group);
    for (packed, images) in all.chunks_exact_mut(dim * group).zip(images.chunks(dim * group)) {
        if images.len() < packed.len() {
            packed.fill(0.0);
        }
        for (i, row) in packed.chunks_exact_mut(group).enumerate() {
            for (value, image) in row.iter_mut().zip(images.chunks_exact(dim)) {
                *value = image[i];
            }
        }
    }
    all
}
