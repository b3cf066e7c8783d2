//! `gmmscope fit`: what it writes, what it prints, and that it repeats itself to the bit.

use std::fs;

use gmmscope::data::npz::NpzReader;
use gmmscope::data::{ImageShape, idx, npz};

use crate::program::{Place, model};

#[test]
fn the_model_has_the_arrays_of_the_contract() {
    let place = Place::new();
    place.fit("m.npz", &["--labels", "8,0", "--seed", "3"]).done();
    let mut file = NpzReader::open(&place.path("m.npz")).unwrap();
    let mut names = file.names();
    names.sort();
    let expected = [
        "converged",
        "covariances",
        "labels",
        "means",
        "nll_history",
        "ridge",
        "sample_indices",
        "seed",
        "weights",
    ];
    assert_eq!(names, expected);

    let weights = file.f64("weights").unwrap();
    assert_eq!(weights.shape, [2]);
    assert!(weights.values[0] >= weights.values[1], "by falling weight");
    assert!((weights.values.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(file.f64("means").unwrap().shape, [2, 784]);
    assert_eq!(file.f64("covariances").unwrap().shape, [2, 784, 784]);
    assert_eq!(file.f64("nll_history").unwrap().shape, [2]);
    assert_eq!(file.f64("ridge").unwrap().scalar(), Some(1e-3));
    assert_eq!(file.bool("converged").unwrap().scalar(), Some(false));
    assert_eq!(file.i64("seed").unwrap().scalar(), Some(3));
    assert_eq!(file.i64("labels").unwrap().values, [8, 0]);
    let mut indices = file.i64("sample_indices").unwrap().values;
    assert_eq!(indices.len(), 60);
    assert!(indices.iter().all(|index| (0..12_000).contains(index)), "positions among images of two labels");
    indices.sort_unstable();
    indices.dedup();
    assert_eq!(indices.len(), 60, "without replacement");
}

#[test]
fn fewer_different_images_than_components_are_said() {
    let place = Place::new();
    fs::create_dir(place.path("set")).unwrap();
    for (part, count) in [("train", 20), ("t10k", 12)] {
        let pixels: Vec<u8> = (0..count * 784).map(|i| (i / 784 % 2 * 99 + i % 784 % 7) as u8).collect();
        let images = idx::encode_images(ImageShape::new(28, 28), &pixels);
        place.file(&format!("set/{part}-images-idx3-ubyte"), images);
        place.file(&format!("set/{part}-labels-idx1-ubyte"), idx::encode_labels(&vec![0; count]));
    }
    let words = ["fit", "--data", "set", "--labels", "0", "--samples", "20", "--max-iterations", "3", "-k"];
    let notes = |k: &str| {
        let json = place.run(&[&words[..], &[k, "--json"]].concat()).json();
        json["notes"].as_array().unwrap().iter().map(|note| note.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert!(
        notes("3").contains("K = 3, but there are only 2 different images among the 20"),
        "{}",
        notes("3")
    );
    assert!(!notes("2").contains("different"), "{}", notes("2"));
    let table = place.run(&[&words[..], &["3"]].concat()).done();
    assert!(table.contains("note          K = 3, but"), "{table}");
}

#[test]
fn equal_settings_and_seed_give_equal_bytes_for_any_number_of_threads() {
    let place = Place::new();
    place.fit("one.npz", &["--threads", "1"]).done();
    place.fit("two.npz", &["--threads", "2"]).done();
    place.fit("again.npz", &["--threads", "2"]).done();
    place.fit("other.npz", &["--threads", "2", "--seed", "1"]).done();
    let read = |name| fs::read(place.path(name)).unwrap();
    assert!(read("one.npz") == read("two.npz"));
    assert!(read("two.npz") == read("again.npz"));
    assert!(read("two.npz") != read("other.npz"));
}

#[test]
fn another_k_uses_the_same_images() {
    let place = Place::new();
    place.fit("two.npz", &[]).done();
    place.run(&["fit", "-k", "1", "--samples", "60", "--max-iterations", "0", "--out", "one.npz"]).done();
    assert_eq!(place.array("two.npz", "sample_indices"), place.array("one.npz", "sample_indices"));
}

#[test]
fn json_and_table_say_what_the_model_says() {
    let place = Place::new();
    let json = place.fit("m.npz", &["--json", "--held-out", "20"]).json();
    let (_, history) = place.array("m.npz", "nll_history");
    let (_, weights) = place.array("m.npz", "weights");
    let numbers = |key: &str| -> Vec<f64> {
        json[key].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
    };
    // serde_json reads numbers to the last bit but one.
    let near = |a: &[f64], b: &[f64]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a / b - 1.0).abs() < 1e-15)
    };
    assert!(near(&numbers("nll_history"), &history));
    assert!(near(&numbers("weights"), &weights));
    assert_eq!(numbers("held_out_nll_history").len(), 2);
    assert_eq!((&json["components"], &json["iterations"]), (&2.into(), &2.into()));
    assert_eq!(json["stop"], "IterationLimit");
    assert_eq!(json["free_parameters"], 1 + 2 * 784 + 2 * 784 * 785 / 2);
    assert!(json["final_nll"].as_f64().unwrap() < history[1], "an M-step does not make it worse");
    assert_eq!(numbers("images_per_component").iter().sum::<f64>(), 60.0);
    assert!(json["seconds"]["EM"].as_f64().unwrap() > 0.0);

    let table = place.fit("m.npz", &[]).done();
    for text in ["K = 2, S = 60, D = 784", "2 iterations, not converged", "nats per image", "m.npz (9.8 MB)"]
    {
        assert!(table.contains(text), "{text} in\n{table}");
    }
}

#[test]
fn without_out_nothing_is_written() {
    let place = Place::new();
    place.run(&["fit", "-k", "1", "--samples", "20", "--max-iterations", "1"]).done();
    assert!(place.names().is_empty());
}

#[test]
fn given_means_are_where_em_starts() {
    let place = Place::new();
    let means: Vec<f64> =
        (0..3 * 784).map(|i| f64::from(i % 784) / 784.0 * f64::from(i / 784 + 1) / 3.0).collect();
    npz::write(&place.path("means.npz"), |npz| npz.array("means", &[3, 784], &means)).unwrap();
    let fit =
        ["fit", "--samples", "60", "--max-iterations", "0", "--means-init", "means.npz", "--out", "m.npz"];
    let json = place.run(&[&fit[..], &["--json"]].concat()).json();
    assert_eq!((&json["components"], &json["kmeans"]), (&3.into(), &serde_json::Value::Null));
    // No iteration: the start itself, whose equal weights keep its order.
    assert_eq!(place.array("m.npz", "means"), (vec![3, 784], means));
    let (_, covariances) = place.array("m.npz", "covariances");
    let is_identity = |(i, &value): (usize, &f64)| value == f64::from(u8::from(i % (784 * 784) % 785 == 0));
    assert!(covariances.iter().enumerate().all(is_identity));

    let message = place.run(&[&fit[..], &["-k", "2"]].concat()).error(2);
    assert!(message.contains("--components is 2, but means.npz has 3 means"), "{message}");
}

#[test]
fn a_setting_out_of_its_range_is_one_with_given_means_too() {
    let place = Place::new();
    npz::write(&place.path("means.npz"), |npz| npz.array("means", &[1, 784], &[0.5; 784])).unwrap();
    let refused = |more: &[&str]| place.run(&[&["fit", "--labels", ""][..], more].concat()).error(2);
    assert_eq!(refused(&["--means-init", "means.npz"]), refused(&[]));
}

#[test]
fn one_and_one_iterations_through_a_file_are_two_to_the_bit() {
    let place = Place::new();
    let fit = |out, more: &[&str]| {
        place.run(&[&["fit", "--samples", "90", "--ridge", "1e-3", "--out", out], more].concat()).done()
    };
    fit("one.npz", &["-k", "2", "--max-iterations", "1"]);
    let table = fit("warm.npz", &["--start", "one.npz", "--max-iterations", "1"]);
    fit("two.npz", &["-k", "2", "--max-iterations", "2"]);
    assert!(table.contains("skipped: EM continues from one.npz"), "{table}");
    for array in ["weights", "means", "covariances", "sample_indices"] {
        assert_eq!(place.array("warm.npz", array), place.array("two.npz", array), "{array}");
    }
    assert_eq!(place.array("warm.npz", "nll_history").1, place.array("two.npz", "nll_history").1[1..]);

    fit("none.npz", &["--start", "two.npz", "--max-iterations", "0"]);
    for array in ["weights", "means", "covariances"] {
        assert_eq!(place.array("none.npz", array), place.array("two.npz", array), "{array}");
    }
}

#[test]
fn a_start_that_does_not_fit_is_refused_with_a_hint() {
    let place = Place::new();
    let start = ["fit", "--samples", "60", "--start", model()];
    let message = place.run(&[&start[..], &["-k", "3"]].concat()).error(2);
    assert!(message.ends_with("has 2 components: leave --components out, or give 3 components"), "{message}");
    let message = place.run(&[&start[..], &["--means-init", "means.npz"]].concat()).error(2);
    assert!(message.contains("'--start <FILE>' cannot be used with '--means-init <FILE>'"), "{message}");
    let message = place.run(&["fit", "--start", "missing.npz"]).error(1);
    assert!(message.contains("missing.npz"), "{message}");
    let small = [("weights", vec![1], vec![1.0]), ("means", vec![1, 2], vec![0.5; 2])];
    npz::write(&place.path("small.npz"), |npz| {
        small.iter().try_for_each(|(name, shape, values)| npz.array(name, shape, values))?;
        npz.array("covariances", &[1, 2, 2], &[1.0, 0.0, 0.0, 1.0])
    })
    .unwrap();
    let message = place.run(&["fit", "--start", "small.npz"]).error(2);
    assert_eq!(message, "--start is a model of 2 pixels: give a model of 784 pixels, as the images");
}

#[test]
fn the_data_folder_is_taken_from_the_environment_too() {
    let place = Place::new();
    let ran = place.command(&["data"]).env("GMMSCOPE_DATA", "nowhere").output().unwrap();
    assert!(crate::program::Ran::from(ran).error(1).contains("nowhere"));
}

#[test]
fn a_fit_that_does_not_generalise_names_the_setting_that_helps_and_it_does() {
    let place = Place::new();
    let fit = |more: &[&str]| {
        place.run(&[&["fit", "-k", "2", "--samples", "200", "--held-out", "60"], more].concat())
    };
    let table = fit(&[]).done();
    for text in [
        "converged (the training NLL changed by less than 0.001); does not generalise",
        "try --shrinkage auto",
        "held-out NLL",
        "); 60 images",
    ] {
        assert!(table.contains(text), "{text} in\n{table}");
    }
    let table = fit(&["--shrinkage", "auto", "--out", "m.npz"]).done();
    assert!(
        table.contains("chosen by 40 training images held out of a first fit (NLL by reach: 0 "),
        "{table}"
    );
    assert!(!table.contains("does not generalise") && table.contains(" bits/dim; 60 images"), "{table}");

    let json = fit(&["--shrinkage", "auto", "--json", "--threads", "1", "--out", "one.npz"]).json();
    assert!(fs::read(place.path("one.npz")).unwrap() == fs::read(place.path("m.npz")).unwrap(), "threads");
    assert_eq!((&json["generalises"], &json["shrinkage_choice"]["held_out"]), (&true.into(), &40.into()));
    let (chosen, held_out) = (json["shrinkage"].as_f64().unwrap(), &json["held_out"]);
    let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-15, "{a} and {b}");
    near(place.array("m.npz", "shrinkage").1[0], chosen);
    assert_eq!(json["held_out_nll_history"].as_array().unwrap().len(), json["iterations"]);
    assert!(held_out["trimmed_nll"].as_f64().unwrap() <= held_out["nll"].as_f64().unwrap());
    let targets = json["shrinkage_choice"]["targets"].as_array().unwrap();
    let score = |target: &serde_json::Value| target["score"].as_f64().unwrap();
    let best = targets.iter().min_by(|a, b| score(a).total_cmp(&score(b))).unwrap();
    let reach = json["shrinkage_reach"].as_f64().unwrap();
    assert_eq!(
        (targets.len(), best["reach"].as_f64(), best["shrinkage"].as_f64()),
        (3, Some(reach), Some(chosen))
    );
    // Pixels next to one another are alike in every image.
    assert!(reach > 0.0 && score(best) < score(&targets[0]) - 10.0, "{targets:?}");
    near(place.array("m.npz", "shrinkage_reach").1[0], reach);

    let (stored, reach) = (place.array("m.npz", "shrinkage").1[0].to_string(), reach.to_string());
    let given = ["--shrinkage", &stored, "--json"];
    let same = fit(&[&given[..], &["--shrinkage-reach", &reach]].concat()).json();
    assert_eq!(same["nll_history"], json["nll_history"]);
    // A shrinkage that is given is towards the diagonal.
    let diagonal = fit(&given).json();
    assert_eq!(diagonal["shrinkage_reach"], 0.0);
    assert!(diagonal["final_nll"].as_f64() > json["final_nll"].as_f64());
    assert_eq!(
        fit(&["--shrinkage", "-1"]).error(2),
        "--shrinkage is -1: choose a finite number, 0 or larger, or auto"
    );
}

#[test]
fn a_falling_likelihood_and_a_dead_component_are_said_where_they_are() {
    let place = Place::new();
    let fit = |more: &[&str]| {
        let words = ["fit", "-k", "3", "--samples", "100", "--held-out", "0", "--tolerance", "0"];
        place.run(&[&words[..], &["--max-iterations", "8"], more].concat()).stdout
    };
    let (fell, dead) = ("the likelihood fell in ", "component 3 is dead: its weight ");
    let table = fit(&["--ridge", "10"]);
    assert!(table.contains(fell) && !table.contains("is dead"), "{table}");
    let table = fit(&["--ridge", "1e-2"]);
    assert!(!table.contains(fell) && !table.contains("is dead"), "{table}");

    let means: Vec<f64> = [0.1, 1e200, 0.6].iter().flat_map(|&value| [value; 784]).collect();
    npz::write(&place.path("means.npz"), |npz| npz.array("means", &[3, 784], &means)).unwrap();
    let table = fit(&["--ridge", "1e-2", "--means-init", "means.npz"]);
    assert!(table.contains(dead), "{table}");
    for new_start in ["reseed", "split"] {
        let table = fit(&["--ridge", "1e-2", "--means-init", "means.npz", "--dead", new_start]);
        assert!(table.contains("components died and got a new start, 1 time"), "{table}");
        assert!(!table.contains("is dead") && table.contains("16 iterations"), "{table}");
    }
    let table = fit(&["--ridge", "1e-2", "--covariance", "diagonal", "--observed-training", "0.5"]);
    assert!(table.contains("50 % of the pixels of each training image are observed"), "{table}");
}
