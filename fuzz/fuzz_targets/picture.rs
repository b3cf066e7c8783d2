//! Any bytes read as a picture, PNG or JPEG: no panic, and as many pixels as its shape says.
#![no_main]

use gmmscope::data::decode_picture;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = decode_picture(bytes) {
        assert_eq!(picture.pixels.len(), picture.shape.len());
    }
});
