//! `--log`: lines with times, an error up front, and no failure later.

use std::fs;

use crate::program::{Place, SMALL};

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
