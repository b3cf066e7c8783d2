//! Limits of counts and memory: what is written can be read, and what does not fit is refused before work begins.

use std::io::{Cursor, Write};
use std::process::Command;

use gmmscope::data::{ImageShape, idx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::program::{Place, Ran, model};

/// An npz file of whole arrays of bytes, compressed.
fn compressed(arrays: &[(&str, &[usize], Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, shape, bytes) in arrays {
        let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
        let header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({sizes}), }}\n");
        zip.start_file(format!("{name}.npy"), options).unwrap();
        zip.write_all(b"\x93NUMPY\x01\x00").unwrap();
        zip.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
        zip.write_all(header.as_bytes()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A model of `k` components of 784 pixels with covariances I, compressed: a small file of large arrays.
fn large_model(k: usize) -> Vec<u8> {
    let mut weights = vec![0; k];
    weights[0] = 1;
    let covariance: Vec<u8> = (0..784 * 784).map(|at| u8::from(at % 785 == 0)).collect();
    compressed(&[
        ("weights", &[k], weights),
        ("means", &[k, 784], vec![0; k * 784]),
        ("covariances", &[k, 784, 784], covariance.repeat(k)),
    ])
}

/// Runs the program with at most so many kilobytes of addresses.
fn with_addresses(place: &Place, kilobytes: u64, words: &[&str]) -> Ran {
    let program = place.command(words);
    let script = format!("ulimit -v {kilobytes} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg(program.get_program()).args(program.get_args());
    for (key, value) in program.get_envs() {
        match value {
            Some(value) => command.env(key, value),
            None => command.env_remove(key),
        };
    }
    command.current_dir(program.get_current_dir().unwrap()).output().unwrap().into()
}

#[test]
fn a_model_that_can_be_written_can_be_read_and_one_that_memory_does_not_hold_is_refused() {
    let place = Place::new();
    // More than 2^27 numbers.
    place.file("m.npz", large_model(219));
    let words = ["fit", "-k", "5", "--start", "m.npz"];
    let message = place.run(&words).error(2);
    assert!(message.contains("m.npz has 219 components"), "{message}");
    let message = with_addresses(&place, 700_000, &words).error(1);
    assert!(
        message.contains("array covariances takes 1076877312 bytes") && message.contains("of memory"),
        "{message}"
    );
}

#[test]
fn counts_that_memory_does_not_hold_are_refused_before_work_begins() {
    let place = Place::new();
    let export = |more: &[&str]| place.run(&[&["export", "--out", "o", "--quiet"], more].concat()).error(2);
    let message = export(&["--draws", "10000000000"]);
    assert!(message.starts_with("--draws is 10000000000: choose at most "), "{message}");
    let message = export(&["--restarts", "100000000000"]);
    assert_eq!(message, "--restarts is 100000000000: choose 1 to 1000000");
    let sample = ["sample", "--model", model(), "--out", "s.npz", "--count", "10000000000"];
    let message = place.run(&sample).error(2);
    assert!(message.starts_with("--count is 10000000000: choose at most "), "{message}");

    let fit = ["fit", "-k", "300", "--threads", "1", "--quiet"];
    let message = with_addresses(&place, 1_500_000, &fit).error(2);
    assert!(message.starts_with("--components is 300: choose at most "), "{message}");
    let sweep = ["sweep", "--components", "2,300", "--threads", "1", "--quiet"];
    let message = with_addresses(&place, 1_500_000, &sweep).error(2);
    assert!(message.starts_with("--components is 300: choose at most "), "{message}");
    assert_eq!(place.names(), ["o"]);
}

#[test]
fn threads_of_the_environment_have_the_limit_of_those_of_the_command_line() {
    let place = Place::new();
    for words in [&["fit", "-k", "2"][..], &["sample", "--model", model(), "--out", "s.npz"], &["transform"]]
    {
        let output = place.command(words).env("RAYON_NUM_THREADS", "20000").output().unwrap();
        let message = Ran::from(output).error(2);
        assert_eq!(
            message,
            "--threads is 20000 ($RAYON_NUM_THREADS): choose at most 1024, or 0 for one a core"
        );
    }
    assert!(place.names().is_empty());
}

/// A data set of labels 0 and 1 with few images.
fn data_set(place: &Place, train: usize, test: usize) {
    let shape = ImageShape::new(28, 28);
    std::fs::create_dir(place.path("set")).unwrap();
    for (part, count) in [("train", train), ("t10k", test)] {
        let pixels: Vec<u8> = (0..count * 784).map(|i: usize| (i * i % 251) as u8).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % 2) as u8).collect();
        place.file(&format!("set/{part}-images-idx3-ubyte"), idx::encode_images(shape, &pixels));
        place.file(&format!("set/{part}-labels-idx1-ubyte"), idx::encode_labels(&labels));
    }
}

#[test]
fn a_count_is_held_against_the_data_only_where_it_is_used() {
    let place = Place::new();
    data_set(&place, 40, 6);
    let set = ["--data", "set", "--labels", "0,1"];
    let run = |words: &[&str]| place.run(&[words, &set].concat());
    // No fit: as few training images as there are, and fewer samples than components.
    let inpaint = ["inpaint", "--model", model(), "--test-images", "3"];
    run(&inpaint).done();
    run(&[&inpaint[..], &["--samples", "3"]].concat()).done();
    assert!(run(&[&inpaint[..], &["--samples", "0"]].concat()).error(2).contains("--samples is 0"));
    place.run(&["sample", "--model", model(), "--out", "s.npz", "--samples", "3"]).done();
    // No restoration: fewer test images than would be restored.
    run(&["fit", "-k", "2", "--samples", "40", "--max-iterations", "1", "--ridge", "1e-2"]).done();
    let message = run(&["inpaint", "--model", model()]).error(2);
    assert!(message.contains("--test-images is 10: choose at most 6"), "{message}");
    // A sweep's own K count, not that of the settings.
    let sweep = ["sweep", "--components", "1,2", "--ridge", "1e-2,1e-1", "--samples", "4", "--held-out", "2"];
    run(&[&sweep[..], &["--test-images", "2", "--max-iterations", "1"]].concat()).done();
}
