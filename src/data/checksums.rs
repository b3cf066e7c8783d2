//! SHA-256 of images, and which data set they tell.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{ImageShape, Images, idx};

/// SHA-256 of the originals' contents after decompression: training images, their labels, test images, theirs.
pub(super) const ORIGINAL_CONTENTS: [&str; 4] = [
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
];

/// The same of the embedded files.
pub(super) const EMBEDDED_CONTENTS: [&str; 4] = [
    "f802a764739bcfffb3d90dcb7c310285a301f790e70af76e2eeb88900ea17ff4",
    "27e0b20261993d63f0ae5a39e54aa8441e52b66de18543bf910f3d70d0c84166",
    "a68a881fcd530ac8c4a7c5731d76b05f2dd5b4bddc31763831b15651b46fe44c",
    "e0bd46a44b4ed57ae534b2fc6166999fb5a695b905b165ae46dd693eedad450a",
];

/// Whether these are the images of Fashion-MNIST, all or those embedded, from whatever file: by the checksums of both lists of labels and of the test
/// images.
pub(super) fn is_fashion_mnist(train: &Images, test: &Images) -> bool {
    let known = [(60_000, 10_000, ORIGINAL_CONTENTS), (18_000, 3_000, EMBEDDED_CONTENTS)];
    known.into_iter().any(|(train_count, test_count, [_, train_labels, test_images, test_labels])| {
        let sizes = (train.len(), test.len(), train.shape(), test.shape());
        let shape = ImageShape::new(28, 28);
        sizes == (train_count, test_count, shape, shape)
            && sha256(&idx::encode_labels(train.labels())) == train_labels
            && sha256(&idx::encode_labels(test.labels())) == test_labels
            && sha256(&idx::encode_images(test.shape(), test.all_pixels())) == test_images
    })
}

/// SHA-256 in lower-case hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
