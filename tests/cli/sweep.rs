//! `gmmscope sweep`: its table, its JSON, what is wrong with a cell or with the grid.
#![cfg(target_os = "linux")]

use std::process::Stdio;

use crate::interrupt::interrupt;
use crate::program::{Place, Ran};

/// Four fits that take a fraction of a second each.
const SMALL: [&str; 13] = [
    "sweep",
    "--samples",
    "60",
    "--max-iterations",
    "2",
    "--tolerance",
    "0",
    "--held-out",
    "30",
    "--components",
    "2,1",
    "--shrinkage",
    "0",
];

fn small(place: &Place, more: &[&str]) -> Ran {
    place.run(&[&SMALL[..], more].concat())
}

#[test]
fn a_row_a_cell_in_the_order_given_with_the_best_marked() {
    let place = Place::new();
    let json = small(&place, &["--ridge", "1e-2,1e-3", "--json"]).json();
    let rows = json["rows"].as_array().unwrap();
    let number = |row: &serde_json::Value, key: &str| row[key].as_f64().unwrap();
    let cells: Vec<_> = rows.iter().map(|row| (number(row, "components"), number(row, "ridge"))).collect();
    assert_eq!(cells, [(2.0, 1e-2), (2.0, 1e-3), (1.0, 1e-2), (1.0, 1e-3)]);
    for (key, held_out) in [("samples", 60), ("held_out", 30), ("test_images", 10), ("dim", 784)] {
        assert_eq!(json[key], held_out);
    }
    assert_eq!(json["kmeans"].as_array().unwrap().len(), 2);
    assert_eq!(json["cancelled"], false);
    for (criterion, key, sign) in [
        ("held_out_nll", "trimmed_nll", 1.0),
        ("bic", "bic", 1.0),
        ("aic", "aic", 1.0),
        ("psnr", "mean_psnr", -1.0),
        ("ssim", "mean_ssim", -1.0),
    ] {
        let best: Vec<_> =
            rows.iter().filter(|row| row["best"].as_array().unwrap().contains(&criterion.into())).collect();
        let least = rows.iter().map(|row| sign * number(row, key)).fold(f64::INFINITY, f64::min);
        assert_eq!(best.len(), 1, "{criterion}");
        assert_eq!(sign * number(best[0], key), least, "{criterion}");
    }
    for row in rows {
        assert_eq!((row["iterations"].as_u64(), &row["stop"]), (Some(2), &"IterationLimit".into()));
        assert!(row["error"].is_null() && number(row, "seconds") > 0.0);
        assert!(number(row, "nll") < number(row, "held_out_nll"));
    }
    // Sixty images of 784 pixels under a small ridge: the numbers say so, and so do the words.
    let notes = json["notes"].as_array().unwrap();
    assert!(notes[0].as_str().unwrap().starts_with("Overfitting: ridge 1e-3. There"), "{notes:?}");

    let table = small(&place, &["--ridge", "1e-2,1e-3"]).done();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].contains("held-out NLL") && lines[0].contains("PSNR dB"));
    assert_eq!(lines[1].split_whitespace().take(2).collect::<Vec<_>>(), ["2", "1e-2"]);
    assert_eq!(table.matches('*').count(), 6, "five criteria and the legend\n{table}");
    assert!(table.contains("\nOverfitting: "), "{table}");
    assert_eq!(place.names(), [""; 0]);
}

#[test]
fn a_cell_is_the_fit_of_its_k_and_ridge() {
    let place = Place::new();
    let sweep = small(&place, &["--ridge", "1e-2", "--json"]).json();
    let fit =
        ["fit", "-k", "2", "--samples", "60", "--max-iterations", "2", "--tolerance", "0", "--ridge", "1e-2"];
    let fit = place.run(&[&fit[..], &["--out", "m.npz", "--json"]].concat()).json();
    let near = |a: &serde_json::Value, b: &serde_json::Value| {
        let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} and {b}");
    };
    near(&sweep["rows"][0]["nll"], &fit["final_nll"]);
    let restored = place.run(&["inpaint", "--model", "m.npz", "--json"]).json();
    near(&sweep["rows"][0]["mean_psnr"], &restored["mean_psnr"]);
    near(&sweep["rows"][0]["mean_ssim"], &restored["mean_ssim"]);
}

#[test]
fn a_cell_that_cannot_be_fitted_is_a_row_with_its_error() {
    let place = Place::new();
    let ran = small(&place, &["--ridges", "0,1e-2"]).done();
    let failed: Vec<&str> = ran.lines().filter(|line| line.contains("is not positive definite")).collect();
    assert_eq!(failed.len(), 2, "{ran}");
    let json = small(&place, &["--ridges", "0,1e-2", "--json"]).json();
    assert!(json["rows"][0]["error"].as_str().unwrap().contains("use a larger --ridge"));
    assert!(json["rows"][0]["nll"].is_null() && json["rows"][1]["error"].is_null());
}

#[test]
fn a_grid_out_of_range_is_a_usage_error() {
    let place = Place::new();
    for (words, expected) in [
        (&["--components", "2,0"][..], "--components is 0: choose at least 1"),
        (&["--components", "2,2"], "--components is 2,2: give 2 once"),
        (
            &["-k", "70", "--samples", "60"],
            "--components is 70: choose at most as many components as images (--samples 60)",
        ),
        (&["--ridge", "1e-3,-1"], "--ridge is -1: choose a finite number, 0 or larger"),
    ] {
        assert_eq!(place.run(&[&["sweep"], words].concat()).error(2), expected);
    }
    let message = place.run(&["sweep", "--components", "two"]).error(2);
    assert!(message.contains("invalid value 'two' for '--components <K,...>'"), "{message}");
}

#[test]
fn an_interrupted_sweep_says_how_far_it_came() {
    let place = Place::new();
    // It would run for hours.
    let endless = ["sweep", "--samples", "300", "--tolerance", "0", "--max-iterations", "1000000", "--json"];
    let mut child = place.command(&endless).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    interrupt(&mut child, "-INT");
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(130), "error: interrupted: 0 of 24 fits were done\n"));
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&json["cancelled"], json["rows"].as_array().unwrap().len()), (&true.into(), 0));
}
