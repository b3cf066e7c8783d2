//! `gmmscope restore`: any observation, simulated or measured, against closed forms and against itself.

use std::fs;

use gmmscope::data::{decode_picture, npz};

use crate::program::{Place, model};

/// Two pixels of mean 0 and variance 1 with correlation 0.8, in m.npz; an operator that sees the second, in a.npz; and that it is 1, in y.npz.
fn two_pixels(place: &Place, noise: Option<f64>) {
    npz::write(&place.path("m.npz"), |npz| {
        npz.array("weights", &[1], &[1.0])?;
        npz.array("means", &[1, 2], &[0.0, 0.0])?;
        npz.array("covariances", &[1, 2, 2], &[1.0, 0.8, 0.8, 1.0])
    })
    .unwrap();
    npz::write(&place.path("a.npz"), |npz| npz.array("operator", &[1, 2], &[0.0, 1.0])).unwrap();
    npz::write(&place.path("y.npz"), |npz| {
        npz.array("measurements", &[1, 1], &[1.0])?;
        noise.map_or(Ok(()), |noise| npz.array("noise", &[1], &[noise]))
    })
    .unwrap();
}

const MEASURED: [&str; 9] =
    ["restore", "--model", "m.npz", "--measurements", "y.npz", "--observe", "matrix:a.npz", "--out", "r.npz"];

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() < 1e-12, "{found:?} {expected:?}");
    }
}

#[test]
fn measurements_through_a_matrix_have_the_posterior_of_the_textbook() {
    let place = Place::new();
    for (noise, in_file) in [(0.0, None), (0.5, None), (0.5, Some(0.5))] {
        two_pixels(&place, in_file);
        let word = if in_file.is_some() { "0".to_owned() } else { noise.to_string() };
        let words = [&MEASURED[..], &["--noise", &word, "--interval", "0.9", "--json"]].concat();
        let json = place.run(&words).json();
        let variance = 1.0 + noise * noise;
        let (mean, std) =
            ([0.8 / variance, 1.0 / variance], [0.64, 1.0].map(|c: f64| (1.0 - c / variance).sqrt()));
        near(&place.array("r.npz", "restored").1, &mean);
        near(&place.array("r.npz", "std").1, &std);
        let evidence = -0.5 / variance - 0.5 * (std::f64::consts::TAU * variance).ln();
        near(&place.array("r.npz", "evidence").1, &[evidence]);
        let end = 1.644_853_626_951_472_7;
        near(&place.array("r.npz", "upper").1, &[mean[0] + end * std[0], mean[1] + end * std[1]]);
        near(&place.array("r.npz", "lower").1, &[mean[0] - end * std[0], mean[1] - end * std[1]]);
        assert!(json["images"][0]["psnr"].is_null() && json["covered"].is_null(), "{json}");
    }
    let message = place.run(&[&MEASURED[..], &["--noise", "0.5"]].concat()).error(2);
    assert!(message.starts_with("--noise: the measurements have an array"), "{message}");
}

#[test]
fn what_is_simulated_and_then_measured_is_restored_alike() {
    let place = Place::new();
    for observe in ["blur:1+mask:0.5", "reduce:2", "project:40", "sums", "motion:5", "box:3"] {
        let restore = |more: &[&str]| {
            let words = ["restore", "--model", model(), "--observe", observe, "--noise", "0.1"];
            place.run(&[&words[..], more].concat()).done()
        };
        let table = restore(&["--test-images", "2", "--out", "a.npz"]);
        assert!(table.contains("wrote  a.npz"), "{table}");
        let again = restore(&["--measurements", "a.npz", "--out", "b.npz"]);
        assert!(again.lines().nth(1).unwrap().contains("–"), "{again}");
        for name in ["restored", "std", "weights", "evidence", "measurements"] {
            assert_eq!(place.array("a.npz", name), place.array("b.npz", name), "{observe} {name}");
        }
        assert_eq!(place.array("a.npz", "images").0, [2, 784]);
    }
}

#[test]
fn noise_has_its_strength_and_follows_the_seed_alone() {
    let place = Place::new();
    let restore = |out: &str, more: &[&str]| {
        let words = ["restore", "--model", model(), "--observe", "identity", "--noise", "0.2", "--out", out];
        place.run(&[&words[..], &["--test-images", "4"], more].concat()).done();
        fs::read(place.path(out)).unwrap()
    };
    let bytes = restore("a.npz", &["--threads", "1"]);
    assert!(restore("a.npz", &["--threads", "3"]) == bytes, "bytes depend on threads");
    assert!(restore("b.npz", &["--seed", "1"]) != bytes);
    let (images, measured) = (place.array("a.npz", "images").1, place.array("a.npz", "measurements").1);
    let squares = images.iter().zip(&measured).map(|(x, y)| (x - y).powi(2));
    let variance = squares.sum::<f64>() / images.len() as f64;
    // The standard error of a variance of 3136 values is 2.5 % of it.
    assert!((variance / 0.04 - 1.0).abs() < 0.12, "{variance}");
    let restored = place.array("a.npz", "restored").1;
    let errors = images.iter().zip(&restored).map(|(x, r)| (x - r).powi(2)).sum::<f64>();
    assert!(errors < 0.5 * variance * images.len() as f64, "it removes most of the noise");
}

#[test]
fn inpaint_is_its_older_name() {
    let place = Place::new();
    for command in ["restore", "inpaint"] {
        let out = format!("{command}.npz");
        place.run(&[command, "--model", model(), "--test-images", "3", "--out", &out]).done();
    }
    assert_eq!(fs::read(place.path("restore.npz")).unwrap(), fs::read(place.path("inpaint.npz")).unwrap());
    let words =
        ["restore", "--model", model(), "--test-images", "3", "--observe", "mask:0.1", "--out", "m.npz"];
    place.run(&words).done();
    assert_eq!(fs::read(place.path("restore.npz")).unwrap(), fs::read(place.path("m.npz")).unwrap());
}

#[test]
fn masks_of_a_file_may_be_of_several_sizes_and_noisy() {
    let place = Place::new();
    let masks: Vec<bool> = (0..2 * 784).map(|i| i < 10 || i % 2 == 1).collect();
    npz::write(&place.path("i.npz"), |npz| {
        npz.array("images", &[2, 784], &[0.5; 2 * 784])?;
        npz.array("masks", &[2, 784], &masks)
    })
    .unwrap();
    let words = ["restore", "--model", model(), "--images", "i.npz", "--noise", "0.1", "--out", "r.npz"];
    place.run(&words).done();
    let (shape, values) = place.array("r.npz", "measurements");
    assert_eq!(shape, [2, 397]);
    assert_eq!(values.iter().filter(|value| value.is_nan()).count(), 5, "392 and 397 of them are observed");
    assert!(place.array("r.npz", "std").1.iter().all(|&std| std > 0.0), "no pixel is known without error");
}

#[test]
fn pictures_on_request() {
    let place = Place::new();
    let words =
        ["restore", "--model", model(), "--observe", "reduce:2", "--noise", "0.01", "--test-images", "2"];
    let restore = |more: &[&str]| place.run(&[&words[..], more].concat());
    let table = restore(&["--png", "p"]).done();
    assert!(table.contains("8 pictures to p"), "{table}");
    let read = |name: &str| decode_picture(&fs::read(place.path("p").join(name)).unwrap()).unwrap();
    let sides = |name: &str| (read(name).shape.rows, read(name).shape.columns);
    assert_eq!((sides("0000-restored.png"), sides("0001-observed.png")), ((28, 28), (14, 14)));
    let message = restore(&["--png", "p"]).error(2);
    assert_eq!(message, "--png: p is not empty: choose a new folder");
    place.file("f", "precious");
    assert!(restore(&["--png", "f"]).error(1).starts_with("f: the folder cannot be made"));
}

#[test]
fn observations_that_cannot_be_are_said() {
    let place = Place::new();
    two_pixels(&place, None);
    npz::write(&place.path("y.npz"), |npz| npz.array("measurements", &[1, 3], &[1.0; 3])).unwrap();
    npz::write(&place.path("b.npz"), |npz| npz.array("operator", &[1, 3], &[1.0; 3])).unwrap();
    let observed =
        |spec: &'static str| vec!["restore", "--model", model(), "--test-images", "1", "--observe", spec];
    let measured = |spec: &'static str| {
        vec!["restore", "--model", "m.npz", "--measurements", "y.npz", "--observe", spec]
    };
    for (words, code, expected) in [
        (observed("reduce:3"), 1, "factor 3 does not divide 28 x 28 pixels"),
        (observed("sums"), 1, "choose --noise above 0"),
        (observed("lens:2"), 2, "\"lens:2\" is no operator: write mask:F, masks, identity"),
        (observed("matrix:none.npz"), 1, "none.npz"),
        (observed("reduce:2+reduce:2+identity+reduce:14"), 1, "factor 14 does not divide 7 x 7 pixels"),
        (measured("matrix:b.npz"), 1, "array operator has shape (1, 3), but (m, 2) or (m, 1, 2) is wanted"),
        (measured("matrix:a.npz"), 1, "array measurements has shape (1, 3), but (N, 1) is wanted"),
        (measured("mask:2"), 2, "\"mask:2\": write a number from 0 to 1"),
        (MEASURED[..5].to_vec(), 2, "--observe"),
        (
            [observed("identity"), vec!["--noise", "-1"]].concat(),
            2,
            "write a standard deviation, 0 or larger",
        ),
        ([observed("identity"), vec!["--interval", "1"]].concat(), 2, "write a number between 0 and 1"),
    ] {
        let message = place.run(&words).error(code);
        assert!(message.contains(expected), "{message}");
    }
    for out in ["y.npz", "a.npz"] {
        let message = place.run(&[&MEASURED[..7], &["--out", out]].concat()).error(2);
        assert!(message.starts_with("--out would replace"), "{message}");
    }
}

#[test]
fn intervals_are_counted_against_the_images() {
    let place = Place::new();
    let words = ["restore", "--model", model(), "--test-images", "3", "--interval", "0.8", "--out", "r.npz"];
    let json = place.run(&[&words[..], &["--json"]].concat()).json();
    let [images, lower, upper, std] =
        ["images", "lower", "upper", "std"].map(|name| place.array("r.npz", name).1);
    let free: Vec<usize> = (0..images.len()).filter(|&i| std[i] > 0.0).collect();
    assert_eq!(free.len(), 3 * (784 - 78));
    let within = free.iter().filter(|&&i| lower[i] <= images[i] && images[i] <= upper[i]).count();
    let share = within as f64 / free.len() as f64;
    assert_eq!(json["covered"].as_f64(), Some(share));
    let table = place.run(&words).done();
    let expected = format!("80 % intervals  hold {:.1} % of the pixels that are not known", 100.0 * share);
    assert!(table.contains(&expected), "{table}");
}

#[test]
fn other_methods_stand_beside_the_mixture_where_the_truth_is_known() {
    let place = Place::new();
    for (observe, noise, keys, names) in [
        (
            "mask:0.1",
            "0",
            &["mean_image", "nearest_pixel", "harmonic", "wiener"][..],
            "mean  nearest  harmonic",
        ),
        (
            "identity",
            "0.1",
            &["measured", "mean_image", "total_variation", "non_local_means", "wiener"],
            "TV      NLM   Wiener",
        ),
        ("reduce:2", "0", &["mean_image", "bicubic", "wiener"], "bicubic"),
        ("project:50", "0.1", &["mean_image", "wiener"], "Wiener"),
    ] {
        let words =
            ["restore", "--model", model(), "--observe", observe, "--noise", noise, "--test-images", "2"];
        let json = place.run(&[&words[..], &["--json"]].concat()).json();
        let found = json["baselines"].as_object().unwrap();
        assert_eq!(found.len(), keys.len(), "{observe}: {json}");
        for key in keys {
            let each = [0, 1].map(|n| json["images"][n]["baselines"][key]["psnr"].as_f64().unwrap());
            let mean = found[*key]["psnr"].as_f64().unwrap();
            assert!((mean - (each[0] + each[1]) / 2.0).abs() < 1e-9, "{observe} {key}");
        }
        let table = place.run(&words).done();
        assert!(table.contains(names), "{table}");
        assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    }
    // What is measured has the PSNR of its noise.
    let words = ["restore", "--model", model(), "--observe", "identity", "--noise", "0.1", "--json"];
    let psnr = place.run(&words).json()["baselines"]["measured"]["psnr"].as_f64().unwrap();
    assert!((20.0..23.5).contains(&psnr), "clipping takes up to half of it: {psnr}");
    // Nothing is known of real measurements.
    two_pixels(&place, None);
    let json = place.run(&[&MEASURED[..], &["--noise", "0.5", "--json"]].concat()).json();
    assert!(json["baselines"].is_null() && json["images"][0]["baselines"].is_null());
}
