//! The embedded set: all images of the labels 0, 1 and 8, inside the binary, so that there is nothing to download.
//!
//! The four files stand in the repository's `data/`, with their licence and provenance; `examples/embed.rs` makes
//! them. Used by `source` and `summary`.

use super::source::Part;

/// The labels whose images are embedded: T-shirt/top, Trouser, Bag.
pub(super) const LABELS: [u8; 3] = [0, 1, 8];

/// Gzipped IDX: the images and the labels of a part.
pub(super) fn files(part: Part) -> [&'static [u8]; 2] {
    match part {
        Part::Train => [
            include_bytes!("../../data/train-images-idx3-ubyte.gz"),
            include_bytes!("../../data/train-labels-idx1-ubyte.gz"),
        ],
        Part::Test => [
            include_bytes!("../../data/t10k-images-idx3-ubyte.gz"),
            include_bytes!("../../data/t10k-labels-idx1-ubyte.gz"),
        ],
    }
}
