//! Images of which pixels are missing, and images with weights.

use gmmscope::data::npz;

use crate::program::{Place, SMALL};

/// 90 images of 4 x 5 pixels in two clusters; pixel i of image s at s * 20 + i.
fn pixels() -> Vec<f64> {
    let pixel = |s: usize, i: usize| {
        f64::from(u8::from((i + s).is_multiple_of(2))) * 0.5 + ((s * s + 7 * i * s) % 31) as f64 / 80.0
    };
    (0..90).flat_map(|s| (0..20).map(move |i| pixel(s, i))).collect()
}

fn observed() -> Vec<bool> {
    (0..90 * 20).map(|at| (at * at + at / 20) % 3 != 0).collect()
}

#[test]
fn nan_and_masks_are_the_same_missing_pixels() {
    let place = Place::new();
    let (pixels, observed) = (pixels(), observed());
    let holes: Vec<f64> =
        pixels.iter().zip(&observed).map(|(&pixel, &seen)| if seen { pixel } else { f64::NAN }).collect();
    npz::write(&place.path("nan.npz"), |file| file.array("images", &[90, 4, 5], &holes)).unwrap();
    npz::write(&place.path("masks.npz"), |file| {
        file.array("images", &[90, 4, 5], &pixels)?;
        file.array("masks", &[90, 4, 5], &observed)
    })
    .unwrap();
    npz::write(&place.path("whole.npz"), |file| file.array("images", &[90, 4, 5], &pixels)).unwrap();
    let fit = |data: &str, words: &[&str]| {
        place
            .run(
                &[&["fit", "--data", data, "--json", "--samples", "70"], &SMALL[..2], &SMALL[4..], words]
                    .concat(),
            )
            .json()
    };
    let (nan, masks, whole) = (fit("nan.npz", &[]), fit("masks.npz", &[]), fit("whole.npz", &[]));
    assert_eq!(nan["final_nll"], masks["final_nll"]);
    assert_ne!(nan["final_nll"], whole["final_nll"]);
    let notes = nan["notes"].to_string();
    assert!(notes.contains("% of the pixels of the training images are missing"), "{notes}");
    // Held-out images are incomplete too: scored by what is observed of them, and by no bits.
    assert!(nan["held_out"]["nll"].is_number() && nan["held_out"]["bits_per_dim"].is_null());
    // EM with a choice of shrinkage goes by observed pixels as well.
    assert!(fit("nan.npz", &["--shrinkage", "auto"])["shrinkage"].as_f64().unwrap() > 0.0);
    let refused = place.run(&["fit", "--data", "nan.npz", "--resize", "2x2"]).error(1);
    assert!(refused.contains("some images lack pixels, which --resize does not fill"), "{refused}");
    let opposite: Vec<bool> = observed.iter().map(|seen| !seen).collect();
    npz::write(&place.path("opposite.npz"), |file| {
        file.array("images", &[90, 4, 5], &holes)?;
        file.array("masks", &[90, 4, 5], &opposite)
    })
    .unwrap();
    let refused = place.run(&["fit", "--data", "opposite.npz"]).error(1);
    assert!(refused.contains("true means observed: give ~masks"), "{refused}");
    npz::write(&place.path("short.npz"), |file| {
        file.array("images", &[90, 4, 5], &pixels)?;
        file.array("masks", &[9, 4, 5], &observed[..180])
    })
    .unwrap();
    assert!(place.run(&["fit", "--data", "short.npz"]).error(1).contains("masks"));
}

#[test]
fn hidden_pixels_are_drawn_by_the_seed_and_the_fit_is_bit_equal_for_any_number_of_threads() {
    let place = Place::new();
    let fit = |words: &[&str]| {
        let all = [&["fit", "--observed-training", "0.5", "--json", "--shrinkage", "9"], &SMALL[..], words]
            .concat();
        place.run(&all).json()
    };
    let (one, two) = (fit(&["--threads", "1"]), fit(&["--threads", "2"]));
    assert_eq!(one["nll_history"], two["nll_history"]);
    assert_eq!(one["held_out"], two["held_out"]);
    assert!(
        one["notes"].to_string().contains("50 % of the pixels of each training image are observed"),
        "{one}"
    );
    assert_ne!(fit(&["--seed", "1"])["nll_history"], one["nll_history"]);
    // All pixels observed: the fit of whole images, to the bit.
    let whole = place.run(&[&["fit", "--json"], &SMALL[..]].concat()).json();
    let all = [&["fit", "--json", "--observed-training", "1"], &SMALL[..]].concat();
    assert_eq!(place.run(&all).json()["nll_history"], whole["nll_history"]);
    let none = place.run(&["fit", "--observed-training", "0"]).error(2);
    assert_eq!(none, "--observed-training is 0: choose a fraction above 0, up to 1");
}

#[test]
fn the_report_and_the_figures_take_hidden_pixels() {
    let place = Place::new();
    let words = ["export", "--out", "out", "-q", "--observed-training", "0.4", "--test-images", "3"];
    place.run(&[&words[..], &SMALL].concat()).done();
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path("out/metrics.json")).unwrap()).unwrap();
    assert_eq!(json["settings"]["observed_training"], 0.4);
}

#[test]
fn an_image_of_weight_2_is_two_images_and_one_of_weight_0_none() {
    let place = Place::new();
    let pixels = pixels();
    let weights: Vec<f64> = (0..90).map(|s| f64::from(s % 3)).collect();
    let (mut images, mut count) = (Vec::new(), 0);
    for (image, &weight) in pixels.chunks(20).zip(&weights) {
        for _ in 0..weight as usize {
            images.extend_from_slice(image);
            count += 1;
        }
    }
    npz::write(&place.path("weighted.npz"), |file| {
        file.array("images", &[90, 20], &pixels)?;
        file.array("weights", &[90], &weights)
    })
    .unwrap();
    npz::write(&place.path("repeated.npz"), |file| file.array("images", &[count, 20], &images)).unwrap();
    npz::write(&place.path("means.npz"), |file| file.array("means", &[2, 20], &pixels[20..60])).unwrap();
    let fit = |data: &str| {
        let words =
            ["fit", "--data", data, "--shape", "4x5", "--means-init", "means.npz", "--test-share", "0"];
        let more =
            ["--samples", "all", "--max-iterations", "3", "--ridge", "1e-2", "--shrinkage", "5", "--json"];
        place.run(&[&words[..], &more].concat()).json()
    };
    let (weighted, repeated) = (fit("weighted.npz"), fit("repeated.npz"));
    assert_eq!((&weighted["samples"], &repeated["samples"]), (&60.into(), &90.into()));
    let nll = |json: &serde_json::Value| json["final_nll"].as_f64().unwrap();
    assert!((nll(&weighted) - nll(&repeated)).abs() < 1e-10, "{} and {}", nll(&weighted), nll(&repeated));
    for (a, b) in weighted["weights"].as_array().unwrap().iter().zip(repeated["weights"].as_array().unwrap())
    {
        assert!((a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-12);
    }
    npz::write(&place.path("negative.npz"), |file| {
        file.array("images", &[90, 4, 5], &pixels)?;
        file.array("weights", &[90], &[[1.0; 89].as_slice(), &[-2.0]].concat())
    })
    .unwrap();
    let refused = place.run(&["fit", "--data", "negative.npz"]).error(1);
    assert!(
        refused.contains("array weights holds -2 at position 89: weights of images are 0 or larger"),
        "{refused}"
    );
}
