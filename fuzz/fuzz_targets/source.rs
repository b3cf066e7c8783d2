//! A folder with a file of any bytes under a name of a data set, read as `data` is: no panic, and images of one shape.
#![no_main]

use std::fs;

use gmmscope::data::{Dataset, Labels, Reading, Source};
use libfuzzer_sys::fuzz_target;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// Names of files, and whether the file or its folder is read.
const NAMES: [(&str, bool); 6] = [
    ("train-images-idx3-ubyte", false),
    ("a.npz", true),
    ("a.npy", true),
    ("a.png", false),
    ("3/a.jpg", false),
    ("train/cat/a.jpeg", false),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, content)) = bytes.split_first() else { return };
    let (name, is_file) = NAMES[usize::from(choice) % NAMES.len()];
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder in memory");
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("memory takes it");
    fs::write(&path, content).expect("memory takes it");
    let source = Source::Path(if is_file { path } else { folder.path().to_owned() });
    let reading = Reading { test_share: 0.2, ..Reading::default() };
    let rng = &mut ChaCha8Rng::seed_from_u64(0);
    if let Ok(set) = Dataset::read(&source, &Labels::All, &reading, rng) {
        assert_eq!(set.train.shape(), set.test.shape());
        assert_eq!(set.train.matrix(&[0]).nrows(), set.train.dim());
        let labels = set.train.labels().len();
        assert!(labels == 0 || labels == set.train.len());
    }
});
