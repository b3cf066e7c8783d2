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

/// Packs images, one after the other in `images` (`dim` values each), into groups of `dim` rows; images that the last
/// group lacks are zero. Cost: a copy.
pub(super) fn pack(packed: &mut Vec<f64>, images: &[f64], dim: usize) {
    let group = group_size();
    packed.resize((images.len() / dim).div_ceil(group) * dim * group, 0.0);
    for (packed, images) in packed.chunks_exact_mut(dim * group).zip(images.chunks(dim * group)) {
        if images.len() < packed.len() {
            packed.fill(0.0);
        }
        for (i, row) in packed.chunks_exact_mut(group).enumerate() {
            for (value, image) in row.iter_mut().zip(images.chunks_exact(dim)) {
                *value = image[i];
            }
        }
    }
}
