//! `--log`: lines with times, an error up front, and no failure later.

use std::fs;

use crate::program::{Place, SMALL, model};

#[test]
fn a_fit_is_logged_line_by_line() {
    let place = Place::new();
    place.run(&[&["fit", "--log", "fit.log"], &SMALL[..]].concat()).done();
    let log = fs::read_to_string(place.path("fit.log")).unwrap();
    for part in ["info   gmmscope ", "k-means begins", "EM, iteration 2: NLL ", "EM is done", "finished"] {
        assert!(log.contains(part), "{part}: {log}");
    }
    let times: Vec<f64> =
        log.lines().map(|line| line.split_whitespace().next().unwrap().parse().unwrap()).collect();
    assert!(times.is_sorted() && times[0] >= 0.0, "{log}");
}

#[test]
fn errors_are_logged_too() {
    let place = Place::new();
    place.run(&["fit", "-k", "0", "--log", "x.log"]).error(2);
    let log = fs::read_to_string(place.path("x.log")).unwrap();
    assert!(log.contains("error  --components is 0"), "{log}");
}

#[test]
fn a_log_that_cannot_be_opened_is_an_error_up_front() {
    let place = Place::new();
    let message = place.run(&["data", "--log", "no/such/folder.log"]).error(1);
    assert_eq!(message, "the log no/such/folder.log cannot be written");
}

#[test]
#[cfg(target_os = "linux")]
fn a_log_that_cannot_be_written_any_more_stops_nothing() {
    let place = Place::new();
    // Every write to it fails: no space left on device.
    place.run(&["data", "--log", "/dev/full"]).done();
}

#[test]
fn a_file_that_is_no_log_is_replaced_only_when_all_is_checked() {
    let place = Place::new();
    place.file("thesis.tex", "precious");
    let held = || fs::read_to_string(place.path("thesis.tex")).unwrap();
    place.run(&["fit", "-k", "0", "--log", "thesis.tex"]).error(2);
    place.run(&["sample", "--model", "no.npz", "--out", "s.npz", "--log", "thesis.tex"]).error(1);
    place.run(&["fit", "--start", "no.npz", "--log", "thesis.tex"]).error(1);
    place.run(&["export", "--config", "no.toml", "--log", "thesis.tex"]).error(1);
    assert_eq!(held(), "precious");
    place.run(&["data", "--log", "thesis.tex"]).done();
    assert!(held().contains("info   gmmscope"), "{}", held());
    // A log of before is a log.
    place.run(&["fit", "-k", "0", "--log", "thesis.tex"]).error(2);
    assert!(held().contains("error  --components is 0") && !held().contains("arguments: data"), "{}", held());
}

#[test]
fn a_log_is_no_file_of_the_command() {
    let place = Place::new();
    fs::copy(model(), place.path("m.npz")).unwrap();
    fs::hard_link(place.path("m.npz"), place.path("other.npz")).unwrap();
    let before = fs::read(place.path("m.npz")).unwrap();
    let refused = |words: &[&str]| {
        let message = place.run(words).error(2);
        assert!(message.starts_with("--log "), "{message}");
        assert_eq!(fs::read(place.path("m.npz")).unwrap(), before);
    };
    for log in ["m.npz", "./m.npz", "other.npz"] {
        refused(&["sample", "--model", "m.npz", "--out", "s.npz", "--log", log]);
        refused(&["inpaint", "--model", "m.npz", "--log", log]);
        refused(&["fit", "--start", "m.npz", "--log", log]);
        refused(&["fit", "--out", "m.npz", "--log", log]);
    }
    refused(&["sample", "--model", "m.npz", "--out", "s.npz", "--log", "./s.npz"]);
    refused(&["export", "--log", "metrics.json", "--out", "."]);
    place.file("c.toml", "mouse = true");
    refused(&["config", "--config", "c.toml", "--log", "c.toml"]);
    assert_eq!(fs::read_to_string(place.path("c.toml")).unwrap(), "mouse = true");
    assert_eq!(place.names(), ["c.toml", "m.npz", "other.npz"]);
}
