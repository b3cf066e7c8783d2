//! Images, masks, means and models on other scales, of another polarity, rounded elsewhere, or far beyond every density.

use gmmscope::data::npz;

use crate::program::{Place, SMALL, model};

/// Means from a value for each component.
fn means(place: &Place, values: &[f64]) {
    let all: Vec<f64> = values
        .iter()
        .enumerate()
        .flat_map(|(k, &v)| (0..784).map(move |i| v + 1e-3 * ((i + k) % 7) as f64))
        .collect();
    npz::write(&place.path("means.npz"), |npz| npz.array("means", &[values.len(), 784], &all)).unwrap();
}

const FROM_MEANS: [&str; 9] =
    ["fit", "--means-init", "means.npz", "--samples", "60", "--ridge", "1e-3", "--out", "m.npz"];

#[test]
fn means_beyond_every_density_are_refused_and_nothing_is_written() {
    let place = Place::new();
    means(&place, &[1e200, -1e200]);
    for iterations in ["0", "2"] {
        let ran = place.run(&[&FROM_MEANS[..], &["--max-iterations", iterations]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.stderr.contains("image 0 has no finite log-density under any component"), "{ran:?}");
    }
    assert_eq!(place.names(), ["means.npz"]);
}

#[test]
fn far_components_without_images_leave_everything_finite() {
    let place = Place::new();
    means(&place, &[0.1, 1e200, -1e300, 0.6]);
    let ran = place.run(&[&FROM_MEANS[..], &["--max-iterations", "3"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let (_, weights) = place.array("m.npz", "weights");
    assert_eq!(weights[2..], [0.0, 0.0]);
    for observed in ["0", "0.1", "0.9"] {
        let words = ["inpaint", "--model", "m.npz", "--observed", observed, "--out", "r.npz"];
        assert_eq!(place.run(&words).code, Some(0));
        for array in ["restored", "std", "weights", "psnr"] {
            let (_, values) = place.array("r.npz", array);
            assert!(values.iter().all(|value| value.is_finite()), "{array}, observed {observed}");
        }
    }
    // Gone on from, with covariances that are no longer the identity.
    let (start, more) = (["--start", "m.npz", "--out", "more.npz"], &FROM_MEANS[3..7]);
    let ran = place.run(&[&["fit"], &start[..], more, &["--max-iterations", "2"]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for array in ["weights", "means", "covariances", "nll_history"] {
        assert!(place.array("more.npz", array).1.iter().all(|value| value.is_finite()), "{array}");
    }
}

#[test]
fn another_scale_is_said_and_used() {
    let place = Place::new();
    means(&place, &[30.0, 255.0]);
    let small = &SMALL[2..];
    let ran = place.run(&[&["fit", "--means-init", "means.npz", "--out", "m.npz"], small].concat());
    let warning = "means reach from 30 to 255.006, far outside [0, 1]";
    assert_eq!((ran.code, ran.stderr.lines().count()), (Some(0), 1), "{ran:?}");
    assert!(ran.stderr.starts_with("warning: means.npz: ") && ran.stderr.contains(warning), "{ran:?}");
    assert!(!ran.stdout.contains("warning"));
    let json = place.run(&["inpaint", "--model", "m.npz", "--json"]);
    assert_eq!(json.code, Some(0));
    assert!(json.stderr.starts_with("warning: m.npz: means reach"), "{json:?}");
    serde_json::from_str::<serde_json::Value>(&json.stdout).unwrap();
}

#[test]
fn models_in_single_precision_are_repaired_and_said() {
    let place = Place::new();
    let round = |values: Vec<f64>| values.into_iter().map(|v| f64::from(v as f32)).collect::<Vec<_>>();
    let [(_, mut weights), (shape, means), (_, mut covariances)] =
        ["weights", "means", "covariances"].map(|array| place_array(array));
    // Off by the rounding of sums in single precision.
    (weights[0], covariances[1]) = (weights[0] + 3e-7, covariances[1] * (1.0 + 1e-6) + 1e-9);
    npz::write(&place.path("m.npz"), |npz| {
        npz.array("weights", &[2], &round(weights.clone()))?;
        npz.array("means", &shape, &round(means.clone()))?;
        npz.array("covariances", &[2, 784, 784], &round(covariances.clone()))
    })
    .unwrap();
    let ran = place.run(&["inpaint", "--model", "m.npz", "--json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("warning: m.npz: weights sum to 1.000000"), "{ran:?}");
    assert!(ran.stderr.contains("warning: m.npz: covariances are symmetric up to"), "{ran:?}");
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let exact = place.run(&["inpaint", "--model", model(), "--json"]).json();
    let psnr = |json: &serde_json::Value| json["mean_psnr"].as_f64().unwrap();
    assert!((psnr(&json) - psnr(&exact)).abs() < 1e-3);
}

/// An array of the small model.
fn place_array(name: &str) -> (Vec<usize>, Vec<f64>) {
    let array = npz::NpzReader::open(model().as_ref()).unwrap().f64(name).unwrap();
    (array.shape, array.values)
}

#[test]
fn hints_about_masks_and_images_lead_to_the_right_ones() {
    let place = Place::new();
    let inpaint = || place.run(&["inpaint", "--model", model(), "--images", "i.npz", "--out", "r.npz"]);
    let bits: Vec<bool> = (0..784).map(|i| i % 3 == 0).collect();
    let bytes: Vec<u8> = bits.iter().map(|&bit| 255 * u8::from(bit)).collect();

    npz::write(&place.path("i.npz"), |npz| {
        npz.array("images", &[1, 784], &bytes)?;
        npz.array("masks", &[784], &bytes)
    })
    .unwrap();
    let message = inpaint().error(1);
    assert!(message.contains("masks > 0 where 255 or 1 marks observed pixels"), "{message}");
    assert!(message.contains("masks == 0 where it marks missing ones"), "{message}");

    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 784], &bits)).unwrap();
    assert!(inpaint().error(1).contains(".astype(\"float64\")"));
    let whole = |white: i64| -> Vec<i64> { bits.iter().map(|&bit| white * i64::from(bit)).collect() };
    for (white, hint) in [(1, "astype(\"float64\")"), (255, "astype(\"uint8\")"), (65535, "images / 65535")] {
        npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 784], &whole(white))).unwrap();
        let message = inpaint().error(1);
        assert!(message.contains(hint), "{message}");
    }
    // Bytes of 0 and 1: taken as they are, and said.
    let ones: Vec<u8> = bits.iter().map(|&bit| u8::from(bit)).collect();
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 784], &ones)).unwrap();
    let ran = inpaint();
    assert!(
        ran.code == Some(0) && ran.stderr.contains("warning: i.npz: array images holds bytes of 0 and 1")
    );
    let floats: Vec<f64> = bytes.iter().map(|&byte| f64::from(byte)).collect();
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 784], &floats)).unwrap();
    assert!(inpaint().error(1).contains("divide the pixels by 255"));
}

#[test]
fn rounding_and_missing_pixels_are_no_fault() {
    let place = Place::new();
    let write = |value: f64, observed: bool| {
        let mut values = vec![0.5; 784];
        values[5] = value;
        let bits: Vec<bool> = (0..784).map(|i| if i == 5 { observed } else { i % 3 == 0 }).collect();
        npz::write(&place.path("i.npz"), |npz| {
            npz.array("images", &[1, 784], &values)?;
            npz.array("masks", &[784], &bits)
        })
        .unwrap();
        place.run(&["inpaint", "--model", model(), "--images", "i.npz", "--out", "r.npz"])
    };
    for (value, taken) in [(1.000_000_1, 1.0), (-1e-9, 0.0)] {
        for observed in [true, false] {
            write(value, observed).done();
            let image = place.array("r.npz", "images").1;
            assert_eq!(image[5], taken);
        }
    }
    for value in [255.0, -1.0, f64::INFINITY, f64::NAN] {
        write(value, false).done();
        // No truth is known there.
        assert!(place.array("r.npz", "images").1[5].is_nan());
        assert!(place.array("r.npz", "restored").1.iter().all(|value| value.is_finite()));
        assert!(write(value, true).error(1).contains("at position 5"));
    }
}
