//! Bad files and bad places: exit code 1, one line with a hint, earlier files untouched.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use gmmscope::data::{ImageShape, idx, npz};

use crate::program::{Place, SMALL, model};

const SHAPE: ImageShape = ImageShape::new(28, 28);

/// The four files of a small data set of labels 0 and 1.
fn data_set(place: &Place) {
    fs::create_dir(place.path("set")).unwrap();
    for (part, count) in [("train", 30), ("t10k", 12)] {
        let pixels: Vec<u8> = (0..count * 784).map(|i: usize| (i * i % 251) as u8).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % 2) as u8).collect();
        place.file(&format!("set/{part}-images-idx3-ubyte"), idx::encode_images(SHAPE, &pixels));
        place.file(&format!("set/{part}-labels-idx1-ubyte"), idx::encode_labels(&labels));
    }
}

const FIT: [&str; 11] =
    ["fit", "--data", "set", "--labels", "0,1", "-k", "2", "--samples", "20", "--max-iterations", "1"];

#[test]
fn a_good_set_of_ones_own_is_used() {
    let place = Place::new();
    data_set(&place);
    place.run(&[&FIT[..], &["--out", "m.npz"]].concat()).done();
    assert_eq!(place.array("m.npz", "sample_indices").0, [20]);
}

/// Breaks the set, and expects the fit to name the broken file, to say `expected` and to leave the model alone.
#[track_caller]
fn broken(file: &str, expected: &str, bytes: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let place = Place::new();
    data_set(&place);
    let path = place.path(&format!("set/{file}"));
    let bytes = bytes(fs::read(&path).unwrap());
    fs::write(&path, bytes).unwrap();
    place.file("m.npz", "precious");
    let message = place.run(&[&FIT[..], &["--out", "m.npz"]].concat()).error(1);
    assert!(message.contains(file) && message.contains(expected), "{message}");
    assert_eq!(fs::read_to_string(place.path("m.npz")).unwrap(), "precious");
    assert_eq!(place.names(), ["m.npz", "set"]);
}

#[test]
fn a_truncated_file() {
    broken("train-images-idx3-ubyte", "", |mut bytes| {
        bytes.truncate(bytes.len() - 1);
        bytes
    });
}

#[test]
fn a_truncated_gzip() {
    let place = Place::new();
    data_set(&place);
    let plain = place.path("set/train-images-idx3-ubyte");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&fs::read(&plain).unwrap()).unwrap();
    let mut bytes = gzip.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    fs::remove_file(plain).unwrap();
    place.file("set/train-images-idx3-ubyte.gz", bytes);
    assert!(place.run(&FIT).error(1).contains("train-images-idx3-ubyte.gz"));
}

#[test]
fn an_oversized_file() {
    broken("t10k-labels-idx1-ubyte", "", |mut bytes| {
        bytes.push(0);
        bytes
    });
}

#[test]
fn labels_in_the_place_of_images() {
    broken("train-images-idx3-ubyte", "", |_| idx::encode_labels(&[0; 30]));
}

#[test]
fn another_number_of_labels_than_of_images() {
    broken("train-images-idx3-ubyte", "30 labels", |_| idx::encode_images(SHAPE, &[7; 29 * 784]));
}

#[test]
fn a_folder_that_is_not_there_or_has_no_data() {
    let place = Place::new();
    assert!(place.run(&FIT).error(1).contains("set"));
    fs::create_dir(place.path("set")).unwrap();
    let message = place.run(&FIT).error(1);
    assert!(message.contains("set") && message.contains("train-images-idx3-ubyte"), "{message}");
}

#[test]
fn a_folder_above_that_of_the_files_serves() {
    let place = Place::new();
    data_set(&place);
    fs::create_dir_all(place.path("root/FashionMNIST")).unwrap();
    fs::rename(place.path("set"), place.path("root/FashionMNIST/raw")).unwrap();
    let described = |folder: &str| place.run(&["data", "--data", folder, "--json"]).json()["labels"].clone();
    assert_eq!(described("root"), described("root/FashionMNIST/raw"));
}

#[test]
fn a_folder_in_the_place_of_a_file_is_called_one() {
    let place = Place::new();
    fs::create_dir(place.path("folder")).unwrap();
    for words in [
        &["sample", "--model", "folder", "--out", "s.npz"][..],
        &["inpaint", "--model", "folder"],
        &["fit", "--start", "folder"],
        &["fit", "--means-init", "folder"],
    ] {
        let message = place.run(words).error(1);
        assert_eq!(message, "folder: cannot be read: is a directory: name a file");
    }
}

#[test]
fn control_characters_of_files_do_not_reach_the_terminal() {
    let place = Place::new();
    let name = "evil\u{1b}]0;title\u{7}\u{9b}31m";
    doubles(&place, "m.npz", name, &[1], &[0.5]);
    let message = place.run(&["sample", "--model", "m.npz", "--out", "s.npz"]).error(1);
    assert!(message.contains("evil\\u{1b}]0;title\\u{7}\\u{9b}31m"), "{message}");
    place.file("c.toml", "color = \"\\u001b[31mred\"");
    let message = place.run(&["data", "--config", "c.toml"]).error(2);
    assert!(message.contains("color is \\u{1b}[31mred"), "{message}");
    let message = place.run(&["data", "--data", "no\u{1b}[31m"]).error(1);
    assert!(message.starts_with("no\\u{1b}[31m: "), "{message}");
    let message = place.run(&["\u{1b}[31m"]).stderr;
    assert!(!message.contains('\u{1b}'), "{message}");
    let table = place.fit("m\u{1b}[31m.npz", &[]).done();
    assert!(table.contains("m\\u{1b}[31m.npz") && !table.contains('\u{1b}'), "{table}");
}

#[test]
fn a_label_that_no_source_has() {
    let place = Place::new();
    data_set(&place);
    let message = place.run(&["fit", "--data", "set", "--labels", "0,3"]).error(1);
    assert_eq!(message, "label 3 is not in set: choose among 0, 1");
    let message = place.run(&["fit", "--labels", "cat"]).error(1);
    assert!(message.contains("label cat is not in the embedded set"), "{message}");
}

#[test]
fn more_images_than_there_are() {
    let place = Place::new();
    data_set(&place);
    let message = place.run(&[&FIT[..7], &["--samples", "31"]].concat()).error(2);
    assert_eq!(message, "--samples is 31: choose at most 30, the number of training images of --labels 0,1");
}

/// An npz file with one array of doubles.
fn doubles(place: &Place, file: &str, name: &str, shape: &[usize], values: &[f64]) {
    npz::write(&place.path(file), |npz| npz.array(name, shape, values)).unwrap();
}

#[test]
fn means_that_cannot_be_used() {
    let place = Place::new();
    let fit = |code| place.run(&[&["fit", "--means-init", "means.npz"], &SMALL[2..]].concat()).error(code);
    assert!(fit(1).contains("means.npz"), "not there");

    place.file("means.npz", "no archive");
    assert!(fit(1).contains("means.npz"));

    doubles(&place, "means.npz", "centres", &[2, 784], &[0.5; 2 * 784]);
    assert!(fit(1).contains("has no array means (it has centres)"));

    let mut values = [0.5; 2 * 784];
    values[800] = f64::NAN;
    doubles(&place, "means.npz", "means", &[2, 784], &values);
    assert!(fit(1).contains("array means holds NaN at position 800"));

    doubles(&place, "means.npz", "means", &[2 * 784], &[0.5; 2 * 784]);
    assert!(fit(1).contains("array means has shape (1568,), but (K, 784) or (K, 28, 28) is wanted"));

    doubles(&place, "means.npz", "means", &[2, 100], &[0.5; 200]);
    assert!(fit(1).contains("array means has shape (2, 100), but (K, 784)"));
}

#[test]
fn images_and_masks_that_cannot_be_used() {
    let place = Place::new();
    place.file("r.npz", "precious");
    let inpaint = || {
        let words = ["inpaint", "--model", model(), "--images", "i.npz", "--out", "r.npz"];
        let message = place.run(&words).error(1);
        assert!(message.contains("i.npz"), "{message}");
        assert_eq!(fs::read_to_string(place.path("r.npz")).unwrap(), "precious");
        message
    };
    inpaint();

    let mut values = [0.5; 2 * 784];
    values[1] = f64::NAN;
    doubles(&place, "i.npz", "images", &[2, 784], &values);
    assert!(inpaint().contains("array images holds NaN at position 1"));

    values[1] = 255.0;
    doubles(&place, "i.npz", "images", &[2, 784], &values);
    assert!(inpaint().contains("array images holds 255 at position 1, outside [0, 1]"));

    doubles(&place, "i.npz", "images", &[2, 100], &[0.5; 200]);
    assert!(inpaint().contains("array images has shape (2, 100), but (N, 784) or (N, 28, 28) is wanted"));

    doubles(&place, "i.npz", "images", &[784], &[0.5; 784]);
    assert!(inpaint().contains("array images has shape (784,)"));

    doubles(&place, "i.npz", "images", &[0, 784], &[]);
    assert!(inpaint().contains("array images has shape (0, 784)"));

    let with_masks = |shape: &[usize], masks: &[bool]| {
        npz::write(&place.path("i.npz"), |npz| {
            npz.array("images", &[3, 784], &[0.5; 3 * 784])?;
            npz.array("masks", shape, masks)
        })
        .unwrap();
    };
    with_masks(&[2, 784], &[true; 2 * 784]);
    assert!(
        inpaint().contains(
            "array masks has shape (2, 784), but (3, 784) or (3, 28, 28), or that of a single image"
        )
    );

    npz::write(&place.path("i.npz"), |npz| {
        npz.array("images", &[1, 784], &[0.5; 784])?;
        npz.array("masks", &[1, 784], &[1.0; 784])
    })
    .unwrap();
    assert!(inpaint().contains("true means observed: give masks > 0"));
}

/// A model of two pixels, with an array changed.
fn two_pixel_model(place: &Place, change: impl FnOnce(&mut Vec<f64>, &mut Vec<f64>, &mut Vec<f64>)) {
    let (mut weights, mut means) = (vec![0.5, 0.5], vec![0.1, 0.2, 0.3, 0.4]);
    let mut covariances = vec![1.0, 0.5, 0.5, 1.0, 2.0, 0.0, 0.0, 2.0];
    change(&mut weights, &mut means, &mut covariances);
    let rows = covariances.len() / 4;
    npz::write(&place.path("m.npz"), |npz| {
        npz.array("weights", &[weights.len()], &weights)?;
        npz.array("means", &[means.len() / 2, 2], &means)?;
        npz.array("covariances", &[rows, 2, 2], &covariances)?;
        npz.array("nll_history", &[0], &[] as &[f64])?;
        npz.scalar("ridge", 1e-6)?;
        npz.scalar("converged", true)?;
        npz.array("labels", &[1], &[0_i64])?;
        npz.scalar("seed", 0_i64)?;
        npz.array("sample_indices", &[0], &[] as &[i64])
    })
    .unwrap();
}

#[test]
fn a_model_of_another_size_or_with_impossible_parameters() {
    let place = Place::new();
    place.file("s.npz", "precious");
    let sample = || place.run(&["sample", "--model", "m.npz", "--out", "s.npz"]);
    let refused = |expected: &str| {
        let message = sample().error(1);
        assert!(message.contains(expected), "{message}");
        // It was given: no iteration of EM made it.
        assert!(!message.contains("iteration") && !message.contains("pivot"), "{message}");
        assert_eq!(fs::read_to_string(place.path("s.npz")).unwrap(), "precious");
    };
    refused("m.npz");
    place.file("m.npz", b"PK\x03\x04 and no more");
    refused("m.npz");
    two_pixel_model(&place, |weights, _, _| weights[0] = 0.6);
    refused("sum");
    two_pixel_model(&place, |_, means, _| means[3] = f64::NAN);
    refused("NaN");
    two_pixel_model(&place, |_, _, covariances| covariances.truncate(4));
    refused("covariances");
    two_pixel_model(&place, |_, _, covariances| covariances[1] = 0.7);
    refused("symmetric");
    two_pixel_model(&place, |_, _, covariances| (covariances[1], covariances[2]) = (1.5, 1.5));
    refused(
        "covariance of component 1 is not positive definite (pixel 1, counted from 0): fit the model again",
    );

    two_pixel_model(&place, |_, _, _| ());
    for command in ["inpaint", "calibrate", "score"] {
        let message = place.run(&[command, "--model", "m.npz"]).error(2);
        let (found, expected) = ("has images of 28 × 28 pixels, the model's have 1 × 2", "--data");
        assert!(message.contains(found) && message.contains(expected), "{message}");
    }
    let message = place.run(&["m.npz"]).error(2);
    assert!(message.contains("the model's have 1 × 2: name its images"), "{message}");
    // It is a good model, though, of its own size.
    sample().done();
    assert_eq!(place.array("s.npz", "samples").0, [10, 2]);
}

#[test]
fn places_that_cannot_be_written() {
    let place = Place::new();
    place.file("file", "precious");
    fs::create_dir(place.path("folder")).unwrap();
    let small = |out: &str| place.fit(out, &[]).error(1);
    // Told at once, before the fit: a fit of all images would take minutes, and fail.
    for (out, expected) in [
        ("file/m.npz", "a part of the path is a file"),
        ("missing/m.npz", "create its folder first"),
        ("folder", "name a file in it"),
    ] {
        let words = ["fit", "-k", "20", "--samples", "18000", "--tolerance", "0", "--out", out];
        let message = place.run(&words).error(1);
        assert!(message.contains(out) && message.contains(expected), "{message}");
        assert_eq!(small(out), message);
        for command in ["sample", "inpaint"] {
            let message = place.run(&[command, "--model", model(), "--out", out]).error(1);
            assert!(message.contains(out) && message.contains(expected), "{message}");
        }
    }
    let message = place.run(&["export", "--out", "file"]).error(1);
    assert!(message.contains("file: the folder cannot be made"), "{message}");
    fs::create_dir_all(place.path("taken/figures.pdf")).unwrap();
    let message = place.run(&["export", "--out", "taken"]).error(1);
    assert!(message.contains("figures.pdf"), "{message}");
    assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "precious");
    assert_eq!(place.names(), ["file", "folder", "taken"]);
    if Path::new("/dev/full").exists() {
        assert!(small("/dev/full").contains("is a device"));
    }
}
