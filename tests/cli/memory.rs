//! `--memory`: images stay in their file, the fit is the same, and one that cannot keep to the bound is refused.

use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::interrupt::interrupt;
use crate::program::Place;

/// A numpy array of float32, 3,000 rows of 12 numbers in three overlapping clusters.
fn rows(place: &Place) -> Vec<u8> {
    let mut text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3000, 3, 4), }".to_owned();
    while !(text.len() + 11).is_multiple_of(64) {
        text.push(' ');
    }
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.bytes());
    for s in 0..3000_u32 {
        for i in 0..12_u32 {
            let noise = (s * 7919 + i * 104_729).wrapping_mul(2_654_435_761) >> 8;
            let value = 0.6 * noise as f32 / (1 << 24) as f32 + 0.1 * (s % 3) as f32 * (1 + i % 2) as f32;
            bytes.extend(value.to_le_bytes());
        }
    }
    fs::write(place.path("rows.npy"), &bytes).unwrap();
    bytes
}

const FIT: [&str; 7] = ["fit", "--data", "rows.npy", "--samples", "all", "-k", "3"];

fn fit(place: &Place, words: &[&str]) -> crate::program::Ran {
    place.run(&[&FIT, words].concat())
}

#[test]
fn images_that_stay_in_their_file_are_fitted_as_those_in_memory() {
    let place = Place::new();
    rows(&place);
    fit(&place, &["--max-iterations", "1", "--out", "start.npz"]).done();
    let from = ["--start", "start.npz", "--json", "--tolerance", "0", "--max-iterations", "4"];
    let held = fit(&place, &from).json();
    let read = fit(&place, &[&from[..], &["--memory", "1GiB"]].concat()).json();
    let nll = |json: &serde_json::Value| json["final_nll"].as_f64().unwrap();
    assert!((nll(&held) - nll(&read)).abs() < 1e-11, "{} {}", nll(&held), nll(&read));
    let scores = |json: &serde_json::Value| json["held_out"]["nll"].as_f64().unwrap();
    assert!((scores(&held) - scores(&read)).abs() < 1e-10);
    assert_eq!(held["images_per_component"], read["images_per_component"]);
    // And k-means too.
    let clustered = fit(&place, &["--memory", "1GiB", "--json"]).json();
    assert_eq!(clustered["samples"], 2400);
    assert!(clustered["kmeans"]["inertia"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_fit_that_cannot_keep_to_the_bound_is_refused_before_it_begins() {
    let place = Place::new();
    rows(&place);
    let little = fit(&place, &["--memory", "20MiB"]).error(2);
    assert!(little.starts_with("--memory is 20MiB: the fit takes about "), "{little}");
    assert!(little.contains(" MB, ") && little.ends_with("allow as much, or choose fewer"), "{little}");
    // What it says is enough.
    let words = little.split_once("takes about ").unwrap().1;
    let enough = words.split_once(" MB").unwrap().0;
    fit(&place, &["--memory", &format!("{enough}MB"), "--max-iterations", "1"]).done();
    let dead = fit(&place, &["--memory", "1GiB", "--dead", "reseed"]).error(2);
    assert!(dead.contains("fit by one process without --memory"), "{dead}");
    let size = fit(&place, &["--memory", "much"]).error(2);
    assert!(size.contains("give a size such as 600MiB or 2GiB"), "{size}");
}

#[test]
fn what_is_wrong_with_a_value_is_said_when_it_is_read() {
    let place = Place::new();
    let mut bytes = rows(&place);
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&7.5_f32.to_le_bytes());
    fs::write(place.path("rows.npy"), &bytes).unwrap();
    let outside = fit(&place, &["--memory", "1GiB", "--test-share", "0"]).error(1);
    assert!(
        outside.starts_with("rows.npy: array rows holds 7.5 at position 35999, outside [0, 1]"),
        "{outside}"
    );
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(place.path("rows.npy"), &bytes).unwrap();
    let missing = fit(&place, &["--memory", "1GiB", "--test-share", "0"]).error(1);
    assert!(missing.contains("fit by one process without --memory"), "{missing}");
    let missing = fit(&place, &["--memory", "1GiB", "--test-share", "0", "--vectors"]).error(1);
    assert!(
        missing.contains("rows.npy: array rows holds NaN at position 35999: missing pixels are taken"),
        "{missing}"
    );
    bytes.truncate(last);
    fs::write(place.path("rows.npy"), &bytes).unwrap();
    let short = fit(&place, &["--memory", "1GiB"]).error(1);
    assert!(short.contains("rows.npy") && short.contains("copy the file again"), "{short}");
}

#[test]
fn a_fit_that_was_stopped_goes_on_under_the_bound_that_it_had() {
    let place = Place::new();
    rows(&place);
    let command =
        |words: &[&str]| place.command(&[&FIT[..], &["--tolerance", "0", "--ridge", "1e-3"], words].concat());
    let endless = ["--memory", "1GiB", "--out", "m.npz", "--max-iterations", "1000000", "--log", "log"];
    let mut child = command(&endless).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !fs::read_to_string(place.path("log")).is_ok_and(|log| log.contains("EM, iteration 3")) {
        assert_eq!(child.try_wait().unwrap(), None);
        sleep(Duration::from_millis(2));
    }
    interrupt(&mut child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let most = (place.array("m.npz", "nll_history").1.len() + 2).to_string();
    let whole = ["--memory", "1GiB", "--out", "w.npz", "--max-iterations", &most];
    assert!(command(&whole).output().unwrap().status.success());
    // Without a word of the bound.
    let again = ["--start", "m.npz", "--out", "c.npz", "--max-iterations", &most];
    assert!(command(&again).output().unwrap().status.success());
    assert!(fs::read(place.path("c.npz")).unwrap() == fs::read(place.path("w.npz")).unwrap());
}
