//! Images of every kind of source: folders of pictures, npz and npy files, with labels and without, through fit and export.

use std::fs;

use gmmscope::data::npz;

use crate::program::Place;

const SMALL: [&str; 7] = ["-k", "2", "--max-iterations", "3", "--ridge", "1e-3", "-q"];

/// Pictures of two sizes in two folders, PNG and JPEG.
fn photos(place: &Place) {
    let pictures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    for (folder, files) in [("cat", ["gray.png", "color.jpg"]), ("dog", ["color.png", "progressive.jpg"])] {
        fs::create_dir_all(place.path(&format!("photos/{folder}"))).unwrap();
        for copy in 0..8 {
            for file in files {
                fs::copy(pictures.join(file), place.path(&format!("photos/{folder}/{copy}-{file}"))).unwrap();
            }
        }
    }
}

#[test]
fn folders_of_pictures_are_labels() {
    let place = Place::new();
    photos(&place);
    let fit = |words: &[&str]| place.run(&[&["fit", "--data", "photos"], &SMALL[..], words].concat());
    let json = fit(&["--json", "--resize", "6x8", "--samples", "all"]).json();
    assert_eq!((&json["samples"], &json["dim"]), (&26.into(), &48.into()));
    assert_eq!(json["labels"], serde_json::json!([0, 1]));
    let notes = json["notes"].to_string();
    assert!(notes.contains("24 pictures have colour, of which the luminance is kept"), "{notes}");
    assert!(notes.contains("6 of 32 images, drawn at random, are the test images"), "{notes}");
    let named = fit(&["--json", "--labels", "Dog"]).json();
    assert_eq!(named["labels"], serde_json::json!([1]));
    assert!(
        fit(&["--labels", "cow"]).error(1).contains("label cow is not in photos: choose among 0 cat, 1 dog")
    );
    let many = fit(&["--samples", "27"]).error(2);
    assert_eq!(many, "--samples is 27: choose at most 26, the number of training images of --labels 0,1");
    let table = place.run(&["data", "--data", "photos"]).done();
    assert!(table.contains("12 x 17 pixels, 0 to 255") && table.contains("dog"), "{table}");

    fs::copy(place.path("photos/cat/0-gray.png"), place.path("photos/stray.png")).unwrap();
    assert!(fit(&[]).error(1).contains("holds pictures beside folders of pictures"));
}

#[test]
fn images_without_labels_are_exported_without_a_word_of_labels() {
    let place = Place::new();
    let pixels: Vec<f64> =
        (0..60 * 30).map(|i| (f64::from(i * i % 97) / 97.0 + f64::from(i % 30) / 30.0) / 2.0).collect();
    npz::write(&place.path("plain.npz"), |file| file.array("images", &[60, 5, 6, 1], &pixels)).unwrap();
    let words =
        ["export", "--data", "plain.npz", "--test-share", "0.4", "--out", "out", "--test-images", "3"];
    place.run(&[&words[..], &SMALL].concat()).done();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path("out/metrics.json")).unwrap()).unwrap();
    assert_eq!((&json["settings"]["samples"], &json["data"]["test_images"]), (&36.into(), &24.into()));
    assert_eq!(
        (&json["data"]["samples"], &json["inpainting"]["images"][0]["label"]),
        (&serde_json::json!([]), &serde_json::Value::Null)
    );
    assert!(json["scores"]["bits_per_dim"].is_null(), "floats have no bits");
    let pdf = lopdf::Document::load(place.path("out/figures.pdf")).unwrap();
    let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
    assert!(pages.len() > 5);
    let (_, labels) = place.array("out/model.npz", "labels");
    assert!(labels.is_empty());
    let refused = place.run(&["fit", "--data", "plain.npz", "--labels", "1"]).error(1);
    assert_eq!(refused, "label 1 is not in plain.npz, whose images have no labels: leave --labels out");
}

#[test]
fn rows_of_values_take_the_shape_that_is_given() {
    let place = Place::new();
    let pixels: Vec<u8> = (0..40 * 64_u32).map(|i| (i * i % 251) as u8).collect();
    npz::write(&place.path("rows.npz"), |file| file.array("data", &[40, 64], &pixels)).unwrap();
    let shape = |words: &[&str]| {
        let fit = ["fit", "--data", "rows.npz", "--out", "m.npz", "--held-out", "0"];
        place.run(&[&fit[..], &SMALL, words].concat()).done();
        let json = place.run(&[&["data", "--data", "rows.npz", "--json"], words].concat()).json();
        (json["rows"].clone(), json["columns"].clone())
    };
    assert_eq!(shape(&["--shape", "1x64"]), (1.into(), 64.into()));
    assert_eq!(place.array("m.npz", "shape").1, [1.0, 64.0]);
    assert_eq!(shape(&[]), (8.into(), 8.into()));
    let note = place.run(&["data", "--data", "rows.npz"]).done();
    assert!(
        note.contains("64 values an image are taken as 8 × 8 pixels: --shape gives another shape"),
        "{note}"
    );
    let wrong = place.run(&["data", "--data", "rows.npz", "--shape", "5x5"]).error(1);
    assert!(wrong.contains("has shape (40, 64), but (N, 25) or (N, 5, 5) is wanted"), "{wrong}");
    // Restoring with a model of another shape of as many pixels is possible; of other pixels it is refused.
    let other = place.run(&["fit", "--data", "rows.npz", "--start", "m.npz", "--resize", "4x4"]).error(2);
    assert!(other.contains("give a model of 16 pixels, as the images"), "{other}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_named_with_a_hint() {
    let place = Place::new();
    let data = |path: &str| place.run(&["data", "--data", path]).error(1);
    fs::create_dir(place.path("empty")).unwrap();
    assert!(data("empty").contains("empty: holds no images: name a folder of IDX files"));
    fs::write(place.path("text.txt"), "no images").unwrap();
    assert!(data("text.txt").contains("text.txt: holds no images"));
    fs::create_dir(place.path("circle")).unwrap();
    std::os::unix::fs::symlink("../circle", place.path("circle/again")).unwrap();
    assert!(data("circle").contains("circle: holds no images"));
    std::os::unix::fs::symlink("a.png", place.path("empty/a.png")).unwrap();
    assert!(data("empty").starts_with("empty/a.png: cannot be read: "));
}

/// 90 rows of 13 numbers on scales from 1e-2 to 1e4, with three labels.
fn table(place: &Place) {
    let rows = (0..90_i32).flat_map(|row| (0..13_i32).map(move |column| (row, column)));
    let value = |(row, column): (i32, i32)| {
        let noise = f64::from((row * 37 + column * 101 + row * column * 7) % 97) / 97.0 - 0.5;
        10_f64.powi(column % 7 - 2) * (f64::from(row % 3) + 0.4 * noise)
    };
    let values: Vec<f64> = rows.map(value).collect();
    let labels: Vec<i64> = (0..90).map(|row| row % 3).collect();
    npz::write(&place.path("table.npz"), |file| {
        file.array("data", &[90, 13], &values)?;
        file.array("target", &[90], &labels)
    })
    .unwrap();
    npz::write(&place.path("own.npz"), |file| file.array("images", &[2, 13], &values[..26])).unwrap();
}

#[test]
fn vectors_are_fitted_scored_and_restored_without_clipping_or_psnr() {
    let place = Place::new();
    table(&place);
    let fit = ["fit", "-k", "3", "--ridge", "1e-6", "--out", "m.npz", "--json", "--data", "table.npz"];
    assert!(place.run(&fit).error(1).contains("--vectors"));
    let json = place.run(&[&fit[..], &["--vectors", "--shrinkage", "5"]].concat()).json();
    assert_eq!((&json["dim"], &json["samples"]), (&13.into(), &72.into()));
    assert!(json["held_out"]["bits_per_dim"].is_null(), "{json}");
    let json = place.run(&["score", "--model", "m.npz", "--json"]).json();
    assert_eq!(json["images"], serde_json::json!(18), "{json}");
    let restore = ["restore", "--model", "m.npz", "--observe", "mask:0.5", "--json"];
    let json = place.run(&restore).json();
    assert!(json["mean_psnr"].is_null() && json.get("baselines").is_none(), "{json}");
    place.run(&[&restore[..], &["--images", "own.npz", "--out", "r.npz"]].concat()).json();
    let (restored, truth) = (place.array("r.npz", "restored").1, place.array("own.npz", "images").1);
    let largest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    assert!(largest(&restored) > 0.5 * largest(&truth) && largest(&truth) > 1e3, "{restored:?}");
    let png = place.run(&["sample", "--model", "m.npz", "--out", "s.npz", "--png", "p"]).error(2);
    assert!(png.contains("vectors"), "{png}");
    assert!(place.run(&["fit", "--vectors"]).error(1).contains("holds pictures"));
    let both = place.run(&["fit", "--data", "table.npz", "--vectors", "--resize", "2x2"]).error(2);
    assert!(both.contains("--resize is given with --vectors"), "{both}");
    place.run(&["export", "--data", "table.npz", "--vectors", "-k", "3", "--shrinkage", "5", "-q"]).done();
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(place.path("out/metrics.json")).unwrap()).unwrap();
    assert_eq!(json["settings"]["vectors"], serde_json::json!(true));
    // Nothing is said of restorations by the share observed, which is by PSNR.
    assert!(json.get("restorations").is_none_or(serde_json::Value::is_null), "{json}");
}

#[test]
fn a_model_is_used_on_the_images_that_it_was_fitted_to() {
    let place = Place::new();
    photos(&place);
    let fit = ["fit", "--data", "photos", "--resize", "6x8", "--test-share", "0.5", "--out", "m.npz"];
    place.run(&[&fit[..], &SMALL].concat()).done();
    // From another folder, without a word of the data.
    fs::create_dir(place.path("elsewhere")).unwrap();
    let mut command = place.command(&["restore", "--model", "../m.npz", "--test-images", "16", "--json"]);
    let output = command.current_dir(place.path("elsewhere")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["images"].as_array().map(Vec::len), Some(16));
    fs::rename(place.path("photos"), place.path("moved")).unwrap();
    let message = place.run(&["score", "--model", "m.npz"]).error(2);
    assert!(message.contains("photos, which the model was fitted to, is not there"), "{message}");
    place.run(&["score", "--model", "m.npz", "--data", "moved", "--resize", "6x8"]).done();
    place.run(&["restore", "--model", "m.npz", "--images", "moved/cat/0-gray.png"]);
}
