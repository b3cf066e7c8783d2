//! Images that are not square, 20 x 30 and 1 x 64, through every command.

use std::fs;

use gmmscope::data::{ImageShape, idx, npz};

use crate::program::Place;

const SHAPES: [ImageShape; 2] = [ImageShape::new(20, 30), ImageShape::new(1, 64)];

/// Options of a small fit of the set.
const SMALL: [&str; 12] = [
    "--data",
    "set",
    "--labels",
    "0,1",
    "-k",
    "2",
    "--samples",
    "30",
    "--max-iterations",
    "2",
    "--ridge",
    "1e-3",
];

/// The four files of a small data set of labels 0 and 1: smooth waves, of another frequency for each label, with noise.
fn data_set(place: &Place, shape: ImageShape) {
    fs::create_dir(place.path("set")).unwrap();
    for (part, count) in [("train", 40), ("t10k", 14)] {
        let pixel = |i: usize| {
            let (image, (row, column)) = (i / shape.len(), shape.position(i % shape.len()));
            let wave = (column as f64 * [0.3, 0.7][image % 2] + row as f64 * 0.2 + (image % 5) as f64).sin();
            (110.0 + 90.0 * wave) as u8 + (i * i % 23) as u8
        };
        let pixels: Vec<u8> = (0..count * shape.len()).map(pixel).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % 2) as u8).collect();
        place.file(&format!("set/{part}-images-idx3-ubyte"), idx::encode_images(shape, &pixels));
        place.file(&format!("set/{part}-labels-idx1-ubyte"), idx::encode_labels(&labels));
    }
}

/// A place with the set and a model of it.
fn fitted(shape: ImageShape) -> Place {
    let place = Place::new();
    data_set(&place, shape);
    let table = place.run(&[&["fit"], &SMALL[..], &["--out", "model.npz"]].concat()).done();
    assert!(table.contains(&format!("D = {}", shape.len())), "{table}");
    place
}

#[test]
fn the_set_is_described() {
    for shape in SHAPES {
        let place = Place::new();
        data_set(&place, shape);
        let words = ["data", "--data", "set", "--labels", "0,1"];
        let table = place.run(&words).done();
        assert!(table.contains(&format!("{} x {} pixels", shape.rows, shape.columns)), "{table}");
        let json = place.run(&[&words[..], &["--json"]].concat()).json();
        assert_eq!((&json["rows"], &json["columns"]), (&shape.rows.into(), &shape.columns.into()));
    }
}

#[test]
fn a_model_keeps_its_shape_and_is_gone_on_from() {
    for shape in SHAPES {
        let place = fitted(shape);
        let (dim, lines) = (shape.len(), [shape.rows as f64, shape.columns as f64]);
        assert_eq!(place.array("model.npz", "means").0, [2, dim]);
        assert_eq!(place.array("model.npz", "shape"), (vec![2], lines.to_vec()));
        place
            .run(
                &[&["fit"], &SMALL[..4], &SMALL[6..], &["--start", "model.npz", "--out", "more.npz"]]
                    .concat(),
            )
            .done();
        assert_eq!(place.array("more.npz", "shape").1, lines);

        let (_, means) = place.array("model.npz", "means");
        for given in [vec![2, dim], vec![2, shape.rows, shape.columns]] {
            npz::write(&place.path("means.npz"), |npz| npz.array("means", &given, &means)).unwrap();
            place.run(&[&["fit"], &SMALL[..4], &SMALL[6..], &["--means-init", "means.npz"]].concat()).done();
        }
        npz::write(&place.path("means.npz"), |npz| npz.array("means", &[2, 9], &[0.5; 18])).unwrap();
        let message = place
            .run(&[&["fit"], &SMALL[..4], &SMALL[6..], &["--means-init", "means.npz"]].concat())
            .error(1);
        let wanted = format!("(K, {dim}) or (K, {}, {})", shape.rows, shape.columns);
        assert!(message.contains(&wanted), "{message}");
    }
}

#[test]
fn samples_are_drawn() {
    for shape in SHAPES {
        let place = fitted(shape);
        place.run(&["sample", "--model", "model.npz", "--count", "3", "--out", "samples.npz"]).done();
        let (found, samples) = place.array("samples.npz", "samples");
        assert_eq!(found, [3, shape.len()]);
        assert!(samples.iter().all(|value| value.is_finite()));
    }
}

#[test]
fn images_are_restored_and_ssim_is_absent_where_its_window_does_not_fit() {
    for shape in SHAPES {
        let place = fitted(shape);
        let has_ssim = shape.rows >= 11;
        let restored = |words: &[&str]| {
            let json =
                place.run(&[words, &["--model", "model.npz", "--out", "r.npz", "--json"]].concat()).json();
            for image in json["images"].as_array().unwrap() {
                assert!(image["psnr"].as_f64().unwrap() > 3.0, "{image}");
                assert_eq!(image["ssim"].is_number(), has_ssim, "{image}");
            }
            assert_eq!((json["mean_ssim"].is_number(), json["mean_ssim"].is_null()), (has_ssim, !has_ssim));
            assert!(place.array("r.npz", "ssim").1.iter().all(|ssim| ssim.is_nan() != has_ssim));
            place.array("r.npz", "masks")
        };
        let inpaint =
            ["inpaint", "--data", "set", "--labels", "0,1", "--test-images", "4", "--observed", "0.3"];
        let (found, masks) = restored(&inpaint);
        assert_eq!(found, [4, shape.len()]);
        assert_eq!(masks[..shape.len()].iter().sum::<f64>(), (0.3 * shape.len() as f64).floor());
        let table = place.run(&[&inpaint[..], &["--model", "model.npz"]].concat()).done();
        assert_eq!((table.contains("NaN"), table.contains('–')), (false, !has_ssim), "{table}");

        // Images of a file, flat and in rows and columns, with masks of the same.
        let (_, images) = place.array("r.npz", "images");
        let bits: Vec<bool> = (0..4 * shape.len()).map(|i| i % 3 == 0).collect();
        for given in [vec![4, shape.len()], vec![4, shape.rows, shape.columns]] {
            npz::write(&place.path("i.npz"), |npz| {
                npz.array("images", &given, &images)?;
                npz.array("masks", &given, &bits)
            })
            .unwrap();
            let (_, masks) = restored(&["inpaint", "--images", "i.npz"]);
            assert!(masks.iter().zip(&bits).all(|(&written, &given)| (written == 1.0) == given));
        }
        npz::write(&place.path("i.npz"), |npz| npz.array("images", &[1, 28, 28], &[0.5; 784])).unwrap();
        let message = place.run(&["inpaint", "--model", "model.npz", "--images", "i.npz"]).error(1);
        let wanted = format!("(N, {}) or (N, {}, {})", shape.len(), shape.rows, shape.columns);
        assert!(message.contains(&wanted), "{message}");
    }
}

#[test]
fn everything_is_exported() {
    for shape in SHAPES {
        let place = Place::new();
        data_set(&place, shape);
        let more =
            ["--test-images", "4", "--held-out", "3", "--out", "out", "--no-sweep", "--json", "--quiet"];
        let json = place.run(&[&["export"], &SMALL[..], &more].concat()).json();
        assert_eq!(json["mean_ssim"].is_null(), shape.rows < 11);
        for file in ["model.npz", "figures.pdf", "metrics.json", "report.typ", "report.json"] {
            assert!(fs::metadata(place.path("out").join(file)).unwrap().len() > 100, "{file}");
        }
        let metrics = fs::read_to_string(place.path("out/metrics.json")).unwrap();
        let metrics: serde_json::Value = serde_json::from_str(&metrics).unwrap();
        assert_eq!(
            metrics["inpainting"]["mixture"]["ssim"].is_null(),
            shape.rows < 11,
            "{}",
            metrics["inpainting"]
        );
    }
}

#[test]
fn other_settings_are_compared() {
    for shape in SHAPES {
        let place = Place::new();
        data_set(&place, shape);
        let words = ["sweep", "--data", "set", "--labels", "0,1", "--components", "1,2", "--samples", "30"];
        let more = ["--held-out", "5", "--test-images", "4", "--max-iterations", "2", "--ridge", "1e-3"];
        let table = place.run(&[&words[..], &more].concat()).done();
        assert!(!table.contains("NaN"), "{table}");
    }
}
