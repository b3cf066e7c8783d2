//! `gmmscope sample`.

use std::fs;

use crate::program::{Place, model};

#[test]
fn samples_come_from_the_model_and_repeat() {
    let place = Place::new();
    let json = place.run(&["sample", "--model", model(), "--count", "12", "--out", "s.npz", "--json"]).json();
    let (shape, samples) = place.array("s.npz", "samples");
    assert_eq!(shape, [12, 784]);
    assert!(samples.iter().all(|value| value.is_finite()));
    let (shape, components) = place.array("s.npz", "components");
    assert_eq!(shape, [12]);
    let drawn: Vec<f64> =
        json["components"].as_array().unwrap().iter().map(|k| k.as_f64().unwrap()).collect();
    assert_eq!(drawn, components);
    assert!(components.iter().all(|&k| k == 0.0 || k == 1.0));

    let first = fs::read(place.path("s.npz")).unwrap();
    place.run(&["sample", "--model", model(), "--count", "12", "--out", "s.npz", "--threads", "2"]).done();
    assert!(first == fs::read(place.path("s.npz")).unwrap());
    place.run(&["sample", "--model", model(), "--count", "12", "--out", "s.npz", "--seed", "9"]).done();
    assert!(first != fs::read(place.path("s.npz")).unwrap());
}

#[test]
fn samples_are_pictures_too() {
    let place = Place::new();
    let words = ["sample", "--model", model(), "--count", "3", "--out", "s.npz", "--png", "pictures"];
    assert!(place.run(&words).done().contains("3 pictures to pictures"));
    let (_, samples) = place.array("s.npz", "samples");
    let bytes = fs::read(place.path("pictures/0002-sample.png")).unwrap();
    let pixels = gmmscope::data::decode_picture(&bytes).unwrap().pixels;
    let expected = samples[2 * 784..].iter().map(|value| (255.0 * value.clamp(0.0, 1.0)).round() as u8);
    assert_eq!(pixels, expected.collect::<Vec<_>>());
    assert!(place.run(&words).error(2).contains("not empty"));
}

#[test]
fn one_component_alone() {
    let place = Place::new();
    let words = ["sample", "--model", model(), "--component", "1", "--count", "40", "--out", "s.npz"];
    let table = place.run(&words).done();
    assert!(table.contains("0 40"), "{table}");
    // The mean of its draws is nearer to its own mean than to the other's.
    let (_, samples) = place.array("s.npz", "samples");
    let (_, means) = place.array(model(), "means");
    let distance = |k: usize| -> f64 {
        (0..784)
            .map(|d| (samples.iter().skip(d).step_by(784).sum::<f64>() / 40.0 - means[k * 784 + d]).powi(2))
            .sum()
    };
    assert!(distance(1) < distance(0) / 4.0, "{} against {}", distance(1), distance(0));

    let message = place.run(&["sample", "--model", model(), "--component", "2", "--out", "s.npz"]).error(2);
    assert_eq!(message, "--component is 2: the model has components 0 to 1");
}
