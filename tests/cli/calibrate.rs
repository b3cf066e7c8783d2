//! `gmmscope calibrate`, against the arrays that `gmmscope restore` writes.

use crate::program::{Place, model};

#[test]
fn coverage_is_that_of_the_intervals_that_restore_writes() {
    let place = Place::new();
    let common = ["--model", model(), "--observe", "identity", "--noise", "0.2", "--test-images", "6"];
    let json = place.run(&[&["calibrate", "--json"], &common[..]].concat()).json();
    assert_eq!(json["images"], 6);
    for (index, level) in ["0.5", "0.8", "0.9", "0.95"].into_iter().enumerate() {
        assert_eq!(json["levels"][index].to_string(), level);
        place.run(&[&["restore", "--interval", level, "--out", "r.npz"], &common[..]].concat()).done();
        let [images, lower, upper, std, restored] =
            ["images", "lower", "upper", "std", "restored"].map(|name| place.array("r.npz", name).1);
        for (part, uncertain) in [("uncertain", true), ("near_constant", false)] {
            let pixels: Vec<usize> = (0..images.len()).filter(|&i| (std[i] > 0.02) == uncertain).collect();
            let found = &json[part];
            assert_eq!(found["pixels"].as_u64(), Some(pixels.len() as u64), "{part}");
            if pixels.is_empty() {
                assert!(!uncertain && found["coverage"][index].is_null() && found["rmse"].is_null());
                continue;
            }
            let within = pixels.iter().filter(|&&i| lower[i] <= images[i] && images[i] <= upper[i]).count();
            let share = within as f64 / pixels.len() as f64;
            assert!((found["coverage"][index].as_f64().unwrap() - share).abs() < 1e-12, "{part} {level}");
            let squares = pixels.iter().map(|&i| (images[i] - restored[i]).powi(2)).sum::<f64>();
            let rmse = (squares / pixels.len() as f64).sqrt();
            assert!((found["rmse"].as_f64().unwrap() - rmse).abs() < 1e-12);
        }
    }
    let sum: f64 = json["pit"].as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    assert_eq!(json["bins"][0]["above"], 0.02);
}

#[test]
fn the_interval_that_it_offers_covers_what_was_asked_for() {
    let place = Place::new();
    // A model of two images a pixel: far too sure of itself.
    let common = ["--model", model(), "--observed", "0.3", "--test-images", "6"];
    let table = place.run(&[&["calibrate"], &common[..]].concat()).done();
    let json = place.run(&[&["calibrate", "--json"], &common[..]].concat()).json();
    let asked = json["uncertain"]["recalibrated"][2].as_f64().unwrap();
    assert!(json["uncertain"]["coverage"][2].as_f64().unwrap() < 0.87 && asked < 1.0, "{json}");
    assert!(
        table.contains(&format!("they are too narrow; to cover 90 %, restore with --interval {asked:.4}")),
        "{table}"
    );
    let level = asked.to_string();
    place.run(&[&["restore", "--interval", &level, "--out", "r.npz"], &common[..]].concat()).done();
    let [images, lower, upper, std] =
        ["images", "lower", "upper", "std"].map(|name| place.array("r.npz", name).1);
    let pixels: Vec<usize> = (0..images.len()).filter(|&i| std[i] > 0.02).collect();
    let within = pixels.iter().filter(|&&i| lower[i] <= images[i] && images[i] <= upper[i]).count();
    let share = within as f64 / pixels.len() as f64;
    assert!((share - 0.9).abs() < 2e-3, "{share}");
}

#[test]
fn two_hundred_images_or_all_there_are() {
    let place = Place::new();
    let json = place.run(&["calibrate", "--model", model(), "--observe", "mask:1", "--json"]).json();
    assert_eq!((&json["images"], &json["uncertain"]["pixels"]), (&200.into(), &0.into()));
    assert!(json["uncertain"]["crps"].is_null());
    let table = place.run(&["calibrate", "--model", model(), "--observe", "mask:1"]).done();
    assert!(table.contains("No pixel is uncertain"), "{table}");
    let message = place.run(&["calibrate", "--model", model(), "--test-images", "3001"]).error(2);
    assert!(message.contains("choose at most 3000"), "{message}");
}

#[test]
fn by_fractions_and_noises_it_is_the_calibration_of_each() {
    let place = Place::new();
    let common = ["--model", model(), "--test-images", "6"];
    let calibrate = |more: &[&str]| place.run(&[&["calibrate"], &common[..], more].concat());
    let json = calibrate(&["--fractions", "0.1,0.3", "--noises", "0,0.1", "--json"]).json();
    let points = json["points"].as_array().unwrap();
    let at =
        |point: &serde_json::Value| (point["observed"].as_u64().unwrap(), point["noise"].as_f64().unwrap());
    assert_eq!(points.iter().map(at).collect::<Vec<_>>(), [(78, 0.0), (78, 0.1), (235, 0.0), (235, 0.1)]);
    // The first is the study's own mask.
    let whole = calibrate(&["--observed", "0.1", "--json"]).json();
    for (a, b) in [
        (&points[0]["quality"]["psnr"], &whole["quality"]["psnr"]),
        (&points[0]["coverage"][2], &whole["uncertain"]["coverage"][2]),
        (&points[0]["rmse"], &whole["uncertain"]["rmse"]),
    ] {
        assert!((a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-9, "{a} {b}");
    }
    // The images of the components add up, and an unseen image costs its residual over twice the ridge.
    let sum: f64 = json["component_images"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).sum();
    let samples = place_samples();
    assert!((sum - samples).abs() < 1e-6, "{sum}");
    let gap = &json["off_span"];
    let [predicted, residual] = ["predicted", "residual"].map(|key| gap[key].as_f64().unwrap());
    assert!((predicted - residual / 2e-3).abs() < 1e-6 * predicted, "{gap}");

    let table = calibrate(&["--fractions", "0.01,0.1,0.4"]).done();
    assert!(table.contains("observed      m  noise"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
    let json = calibrate(&["--observe", "reduce:2", "--noises", "0.1,0.2", "--json"]).json();
    assert_eq!((&json["points"][1]["noise"], &json["observe"]), (&0.2.into(), &"reduce:2".into()));
    assert!(json["points"][0]["fraction"].is_null() && json["points"][0]["flat"].is_null());
    let message = calibrate(&["--fractions", "2"]).error(2);
    assert!(message.contains("write shares from 0 to 1"), "{message}");
    assert!(calibrate(&["--fractions", "0.5", "--observe", "sums"]).code == Some(2));
}

/// The images that the small model is fitted to.
fn place_samples() -> f64 {
    crate::program::SMALL.iter().skip_while(|&&word| word != "--samples").nth(1).unwrap().parse().unwrap()
}
