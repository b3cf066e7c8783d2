//! The commands that only print: `transform`, `data`.

use std::process::Stdio;

use crate::program::{Place, Ran};

#[test]
fn the_transform_is_verified() {
    let json = Place::new().run(&["transform", "--json"]).json();
    assert_eq!(json["passed"], true);
    let checks = json["checks"].as_array().unwrap();
    let normalised = checks.iter().any(|check| {
        let near_one =
            |value: &serde_json::Value| value.as_f64().is_some_and(|value| (value - 1.0).abs() < 1e-10);
        check["passed"] == true && check["evaluations"].is_u64() && near_one(&check["value"])
    });
    assert!(normalised, "an integral of 1 within 1e-10, with its evaluations: {checks:#?}");
    assert!(
        checks.iter().any(|check| check["passed"] == false && check["informative"] == true),
        "the direct integral's failure is shown: {checks:#?}"
    );
    let table = Place::new().run(&["transform"]).done();
    assert_eq!(table.matches("(shown)").count(), checks.iter().filter(|c| c["informative"] == true).count());
    assert!(!table.contains("FAILED"));
}

#[test]
fn the_data_set_is_described() {
    let json = Place::new().run(&["data", "--json"]).json();
    assert_eq!(json["source"], "embedded");
    let counts: Vec<_> = json["labels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|label| ["label", "train", "test"].map(|key| label[key].as_u64().unwrap()))
        .collect();
    assert_eq!(counts, [[0, 6000, 1000], [1, 6000, 1000], [8, 6000, 1000]]);
    assert_eq!(json["files"].as_array().unwrap().len(), 4);
    let table = Place::new().run(&["data"]).done();
    assert!(table.contains("T-shirt/top       6000    1000  yes"), "{table}");
}

#[test]
fn a_reader_who_has_gone_is_no_error() {
    let mut child = Place::new()
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(Ran::from(child.wait_with_output().unwrap()).done(), "");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_behind_standard_output_is_an_error() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Place::new().command(&["data"]).stdout(full).output().unwrap();
    assert_eq!(Ran::from(output).error(1), "cannot write to standard output");
}

#[test]
fn any_law_and_any_map_are_verified() {
    let pair = ["transform", "--law", "normal(0,1)", "--map", "max(x, 0)", "--json"];
    let json = Place::new().run(&pair).json();
    assert_eq!((&json["passed"], &json["map"]), (&true.into(), &"max(x, 0)".into()));
    assert_eq!(json["pieces"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!(json["point_masses"][0]["z"], 0.0);
    let text = Place::new().run(&["transform", "--map", "-x^3"]).done();
    assert!(text.contains("decreasing"), "{text}");
}

#[test]
fn the_twenty_pairs_and_the_experiments_are_listed() {
    let place = Place::new();
    let text = place.run(&["transform", "--examples"]).done();
    assert_eq!(text.matches("--law '").count(), 20, "{text}");
    let help = place.run(&["--help"]).done();
    assert!(help.contains("double-descent") && help.contains("identical-means"), "{help}");
    assert!(place.run(&["fit", "--experiment", "none", "--out", "m.npz"]).error(2).contains("none"));
}

#[test]
fn an_experiment_sets_what_the_command_line_does_not() {
    let place = Place::new();
    let words =
        ["fit", "--experiment", "identical-means", "--samples", "60", "-k", "2", "--out", "m.npz", "--json"];
    let json = place.run(&words).json();
    let weights: Vec<f64> =
        json["weights"].as_array().unwrap().iter().map(|weight| weight.as_f64().unwrap()).collect();
    assert_eq!(weights, [0.5, 0.5], "{json}");
}

#[test]
fn densities_without_log_sum_exp_are_counted() {
    let words = ["fit", "--experiment", "log-sum-exp", "--samples", "60", "-k", "2", "--out", "m.npz"];
    let text = Place::new().run(&words).done();
    assert!(text.contains("without log-sum-exp the density of 60 images would be 0 for"), "{text}");
}

#[test]
fn a_mistake_in_a_map_is_shown_under_its_place() {
    let ran = Place::new().run(&["transform", "--map", "x + sim(x)"]);
    assert_eq!(ran.code, Some(2));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("error: --map: sim is not known: write x, pi, e,"), "{}", ran.stderr);
    assert_eq!(lines[1..], ["  x + sim(x)", "      ^"]);
}
