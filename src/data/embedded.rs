//! The embedded set: all images of the labels 0, 1 and 8, inside the binary, so that there is nothing to download.
//!
//! The four files stand in the repository's `data/`, with their licence and provenance; `examples/embed.rs` makes them.

/// The labels whose images are embedded: T-shirt/top, Trouser, Bag.
pub(super) const LABELS: [u8; 3] = [0, 1, 8];

/// Gzipped IDX: the training images, and their labels. A constant would be copied to each of its uses, nine megabytes each.
pub(super) static TRAIN: [&[u8]; 2] = [
    include_bytes!("../../data/train-images-idx3-ubyte.gz"),
    include_bytes!("../../data/train-labels-idx1-ubyte.gz"),
];

/// Gzipped IDX: the test images, and their labels.
pub(super) static TEST: [&[u8]; 2] = [
    include_bytes!("../../data/t10k-images-idx3-ubyte.gz"),
    include_bytes!("../../data/t10k-labels-idx1-ubyte.gz"),
];
