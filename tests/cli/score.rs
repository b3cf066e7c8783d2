//! `gmmscope score` and `gmmscope fit --per-label`.

use gmmscope::data::npz;

use crate::program::{Place, model};

#[test]
fn every_format_says_the_same() {
    let place = Place::new();
    let json = place.run(&["score", "--model", model(), "--out", "s.npz", "--json"]).json();
    let (shape, log_density) = place.array("s.npz", "log_density");
    assert_eq!(shape, [3000]);
    let (shape, responsibilities) = place.array("s.npz", "responsibilities");
    assert_eq!(shape, [3000, 2]);
    assert!(responsibilities.chunks(2).all(|row| (row[0] + row[1] - 1.0).abs() < 1e-12));
    let (_, assignments) = place.array("s.npz", "assignments");

    let csv = place.run(&["score", "--model", model(), "--csv"]).done();
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "image,label,log_density,bits_per_dim,assignment,rank,outlier,predicted,r0,r1"
    );
    let mut ranked = vec![f64::NAN; 3000];
    for (image, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], image.to_string());
        assert_eq!(cells[2].parse::<f64>().unwrap(), log_density[image]);
        assert_eq!(cells[4].parse::<f64>().unwrap(), assignments[image]);
        assert_eq!(cells[8].parse::<f64>().unwrap(), responsibilities[2 * image]);
        ranked[cells[5].parse::<usize>().unwrap() - 1] = log_density[image];
        // serde_json reads numbers to the last bit but one.
        let bits = json["scores"][image]["bits_per_dim"].as_f64().unwrap();
        assert!((bits - cells[3].parse::<f64>().unwrap()).abs() < 1e-12);
    }
    assert!(ranked.is_sorted(), "rank 1 is the least probable");
    // Labels 0, 1 and 8 have 1,000 test images each.
    let confusion = json["confusion"].as_array().unwrap();
    for label in 0..3 {
        let count: u64 = confusion.iter().map(|row| row[label].as_u64().unwrap()).sum();
        assert_eq!(count, 1000);
    }
    let table = place.run(&["score", "--model", model()]).done();
    assert!(table.contains("images                3,000") && table.contains("8 Bag"), "{table}");
}

#[test]
fn an_image_unlike_all_others_is_an_outlier_of_rank_1() {
    let place = Place::new();
    // 21 images alike, one of them with noise where clothes have none.
    let pixels = (0..21 * 784).map(|i| if i / 784 == 13 { (i * i % 256) as u8 } else { (i % 3) as u8 });
    let pixels: Vec<u8> = pixels.collect();
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[21, 28, 28], &pixels)).unwrap();
    let json = place.run(&["score", "--model", model(), "--images", "i.npz", "--json"]).json();
    assert_eq!(json["outliers"], serde_json::json!([13]));
    assert_eq!((&json["scores"][13]["rank"], &json["scores"][13]["outlier"]), (&1.into(), &true.into()));
    assert!(json.get("confusion").is_none() && json["scores"][0].get("label").is_none());
    let table = place.run(&["score", "--model", model(), "--images", "i.npz"]).done();
    assert!(table.contains("outlier\n"), "{table}");
}

#[test]
fn images_of_another_size_are_refused_with_the_way_to_resize() {
    let place = Place::new();
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[2, 8, 8], &[9_u8; 128])).unwrap();
    let words = ["score", "--model", model(), "--images", "i.npz"];
    assert_eq!(
        place.run(&words).error(2),
        "i.npz has images of 8 × 8 pixels, the model's have 28 × 28: name its images (--data, --images), or bring these to their size with --resize 28x28"
    );
    place.run(&[&words[..], &["--resize", "28x28"]].concat()).done();
}

#[test]
fn a_mixture_a_label_is_a_classifier_and_a_model_like_any_other() {
    let place = Place::new();
    let json = place
        .run(&[
            "fit",
            "--per-label",
            "-k",
            "2",
            "--samples",
            "120",
            "--shrinkage",
            "50",
            "--max-iterations",
            "3",
            "--out",
            "c.npz",
            "--json",
        ])
        .json();
    assert_eq!(json["components"], 6);
    let (_, labels) = place.array("c.npz", "component_labels");
    let given: Vec<f64> =
        json["component_labels"].as_array().unwrap().iter().map(|l| l.as_f64().unwrap()).collect();
    assert_eq!(labels, given);
    let scored = place.run(&["score", "--model", "c.npz", "--json"]).json();
    assert_eq!(scored["accuracy"], json["accuracy"]);
    let predictions = scored["predictions"].as_array().unwrap();
    let right: u64 = (0..3).map(|label| predictions[label][label].as_u64().unwrap()).sum();
    assert!((right as f64 / 3000.0 - json["accuracy"].as_f64().unwrap()).abs() < 1e-12);
    assert!(right > 2700, "{right} of 3000");
    let table = place.run(&["score", "--model", "c.npz"]).done();
    assert!(table.contains("accuracy") && table.contains("predicted"), "{table}");
    place.run(&["sample", "--model", "c.npz", "--out", "s.npz"]).done();
    place.run(&["restore", "--model", "c.npz"]).done();
}
