//! Any bytes read as an npz file, every array of it in every way: no panic, no more elements than the shape says, and
//! what is written again is read again.
#![no_main]

use std::io::Cursor;
use std::path::Path;

use gmmscope::data::npz::{NpzReader, NpzWriter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("fuzz.npz");
    let Ok(mut file) = NpzReader::new(path, Cursor::new(bytes)) else { return };
    for name in file.names() {
        let info = file.info(&name);
        let _ = (file.finite_f64(&name), file.i64(&name), file.bool(&name));
        let Ok(array) = file.f64(&name) else { continue };
        let info = info.expect("what can be read can be described");
        assert_eq!(array.shape, info.shape);
        assert_eq!(array.values.len(), array.shape.iter().product::<usize>());

        let mut npz = NpzWriter::new(Cursor::new(Vec::new()));
        npz.array("again", &array.shape, &array.values).expect("memory takes all");
        let written = npz.finish().expect("memory takes all").into_inner();
        let again = NpzReader::new(path, Cursor::new(&written[..])).and_then(|mut file| file.f64("again"));
        let again = again.expect("what was written is read");
        assert_eq!(again.shape, array.shape);
        assert!(again.values.iter().map(|x| x.to_bits()).eq(array.values.iter().map(|x| x.to_bits())));
        let _ = array.into_columns(784);
    }
});
