//! Outputs that are inputs, symbolic links, names that are not UTF-8, a standard error that is full.
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use gmmscope::data::{ImageShape, idx, npz};

use crate::program::{Place, Ran, SMALL, model};

/// A name that is not UTF-8.
fn odd() -> &'static OsStr {
    OsStr::from_bytes(b"\xff\xfe")
}

/// A data set of labels 0 and 1 in `folder`.
fn data_set(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (part, count) in [("train", 60), ("t10k", 12)] {
        let pixels: Vec<u8> = (0..count * 784).map(|i: usize| (i * i % 251) as u8).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % 2) as u8).collect();
        let images = idx::encode_images(ImageShape::new(28, 28), &pixels);
        fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images).unwrap();
        fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), idx::encode_labels(&labels)).unwrap();
    }
}

#[test]
fn a_command_does_not_replace_what_it_reads() {
    let place = Place::new();
    fs::copy(model(), place.path("m.npz")).unwrap();
    fs::hard_link(place.path("m.npz"), place.path("hard.npz")).unwrap();
    symlink("m.npz", place.path("soft.npz")).unwrap();
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 784], &[0.5; 784])).unwrap();
    npz::write(&place.path("k.npz"), |npz| npz.array("means", &[2, 784], &[0.5; 2 * 784])).unwrap();
    data_set(&place.path("set"));
    let names = place.names();
    let refused = |words: &[&str], input: &str| {
        let before = fs::read(place.path(input)).unwrap();
        let message = place.run(words).error(2);
        assert!(message.starts_with("--out would replace "), "{message}");
        assert_eq!(fs::read(place.path(input)).unwrap(), before);
        assert_eq!(place.names(), names);
    };
    for out in ["m.npz", "./m.npz", "hard.npz", "soft.npz"] {
        refused(&["sample", "--model", "m.npz", "--out", out], "m.npz");
        refused(&["inpaint", "--model", "m.npz", "--out", out], "m.npz");
        refused(&["inpaint", "--model", out, "--out", "m.npz"], "m.npz");
    }
    refused(&["inpaint", "--model", "m.npz", "--images", "i.npz", "--out", "i.npz"], "i.npz");
    refused(&["fit", "--means-init", "k.npz", "--out", "k.npz"], "k.npz");
    let images = "set/train-images-idx3-ubyte";
    refused(&["fit", "--data", "set", "--labels", "0,1", "--out", images], images);
}

#[test]
fn a_fit_continues_in_place() {
    let place = Place::new();
    fs::copy(model(), place.path("m.npz")).unwrap();
    let before = fs::read(place.path("m.npz")).unwrap();
    place.run(&[&["fit", "--start", "m.npz", "--out", "m.npz"], &SMALL[2..]].concat()).done();
    assert_ne!(fs::read(place.path("m.npz")).unwrap(), before);
}

#[test]
fn a_symbolic_link_to_nothing_stays_and_its_file_is_made() {
    let place = Place::new();
    fs::create_dir(place.path("deep")).unwrap();
    symlink("deep/m.npz", place.path("link")).unwrap();
    place.fit("link", &[]).done();
    assert_eq!(fs::read_link(place.path("link")).unwrap(), Path::new("deep/m.npz"));
    assert!(place.path("deep/m.npz").is_file());
}

#[test]
fn names_that_are_not_utf8_are_names() {
    let place = Place::new();
    let out = place.path(".").join(odd());
    let mut command = place.command(&["fit", "--json", "--log"]);
    let ran = Ran::from(command.arg(odd()).args(SMALL).arg("--out").arg("m.npz").output().unwrap());
    ran.json();
    assert!(fs::read_to_string(&out).unwrap().contains("arguments: fit --json --log \u{fffd}"));

    let mut command = place.command(&["fit", "--json", "--out"]);
    let json = Ran::from(command.arg(odd()).args(SMALL).output().unwrap()).json();
    assert_eq!(json["out"], "\u{fffd}\u{fffd}");
    let with = |words: &[&str], last: &str| {
        let mut command = place.command(words);
        Ran::from(command.arg(odd()).args(["--out", last, "--json"]).output().unwrap()).json()
    };
    with(&["sample", "--model"], "s.npz");
    with(&["inpaint", "--model"], "r.npz");
}

#[test]
fn an_export_of_data_in_a_folder_of_such_a_name_writes_everything() {
    let place = Place::new();
    data_set(&place.path(".").join(odd()));
    let words = ["export", "--no-sweep", "--labels", "0,1", "--test-images", "3", "--json"];
    let mut command = place.command(&[&words[..], &SMALL[..], &["--data"]].concat());
    let json = Ran::from(command.arg(odd()).output().unwrap()).json();
    for file in json["files"].as_array().unwrap() {
        assert!(place.path(file.as_str().unwrap()).is_file(), "{file}");
    }
    let metrics = fs::read(place.path("out/metrics.json")).unwrap();
    let metrics: serde_json::Value = serde_json::from_slice(&metrics).unwrap();
    assert_eq!(metrics["settings"]["data"], "\u{fffd}\u{fffd}");
}

#[test]
fn an_error_that_cannot_be_printed_is_an_exit_code() {
    let place = Place::new();
    for words in [&["fit", "-k", "0"][..], &["--no-such-option"], &["sample", "--model", "no"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = place.command(words);
        assert_eq!(command.stderr(Stdio::from(full)).status().unwrap().code(), Some(2), "{words:?}");
    }
}
