//! Any bytes read as IDX files of images and of labels: no panic, and what is read is what a writer would write.
#![no_main]

use gmmscope::data::idx::{encode_images, encode_labels, read_images, read_labels};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let gzipped = bytes.starts_with(&[0x1f, 0x8b]);
    if let Ok((shape, pixels)) = read_images(bytes) {
        assert!(gzipped || encode_images(shape, &pixels) == bytes);
    }
    if let Ok(labels) = read_labels(bytes) {
        assert!(gzipped || encode_labels(&labels) == bytes);
    }
});
