//! `gmmscope inpaint`: test images, given images, given masks.

use std::fs;

use gmmscope::data::{Dataset, Source, npz};

use crate::program::{Place, model};

/// Three images and a mask each, as bytes and as floats.
fn images() -> (Vec<u8>, Vec<f64>, Vec<bool>) {
    let test = Dataset::load(&Source::Embedded, &[1]).unwrap().test;
    let bytes: Vec<u8> = (0..3).flat_map(|index| test.pixels(index).to_vec()).collect();
    let floats = bytes.iter().map(|&byte| f64::from(byte) / 255.0).collect();
    let masks = (0..3 * 784).map(|i| i % (i / 784 + 5) == 0).collect();
    (bytes, floats, masks)
}

#[test]
fn test_images_under_the_default_mask() {
    let place = Place::new();
    let json = place.run(&["inpaint", "--model", model(), "--out", "r.npz", "--json"]).json();
    let array = |name: &str| place.array("r.npz", name);
    let [(_, images), (_, masks), (_, restored), (_, std)] =
        ["images", "masks", "restored", "std"].map(array);
    for name in ["images", "masks", "restored", "std"] {
        assert_eq!(array(name).0, [10, 784], "{name}");
    }
    assert_eq!(array("weights").0, [10, 2]);
    assert_eq!(array("psnr").0, [10]);
    assert_eq!(array("ssim").0, [10]);

    let first_mask = &masks[..784];
    for mask in masks.chunks(784) {
        assert_eq!(mask, first_mask, "one mask for all");
    }
    assert_eq!(first_mask.iter().sum::<f64>(), 78.0);
    for i in 0..masks.len() {
        if masks[i] == 1.0 {
            assert_eq!((restored[i], std[i]), (images[i], 0.0));
        } else {
            assert!(std[i] > 0.0);
        }
    }
    for weights in array("weights").1.chunks(2) {
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
    // PSNR by its definition.
    for (index, psnr) in array("psnr").1.into_iter().enumerate() {
        let at = index * 784..(index + 1) * 784;
        let pairs = restored[at.clone()].iter().zip(&images[at]);
        let mse = pairs.map(|(r, x)| (r.clamp(0.0, 1.0) - x).powi(2)).sum::<f64>() / 784.0;
        assert!((psnr + 10.0 * mse.log10()).abs() < 1e-9, "{psnr}");
        assert!((json["images"][index]["psnr"].as_f64().unwrap() - psnr).abs() < 1e-12);
    }
}

#[test]
fn a_mask_for_each_image_when_asked_for() {
    let place = Place::new();
    let words = ["--mask-per-image", "--observed", "0.5", "--test-images", "3", "--out", "r.npz"];
    let table = place.run(&[&["inpaint", "--model", model()], &words[..]].concat()).done();
    assert!(table.contains("PSNR"), "{table}");
    let (shape, masks) = place.array("r.npz", "masks");
    assert_eq!(shape, [3, 784]);
    assert!(masks.chunks(784).all(|mask| mask.iter().sum::<f64>() == 392.0));
    assert_ne!(masks[..784], masks[784..2 * 784]);
}

#[test]
fn given_images_in_every_shape_and_type_give_the_same() {
    let place = Place::new();
    let (bytes, floats, masks) = images();
    let mut results = Vec::new();
    for (name, shape) in [("flat", vec![3, 784]), ("square", vec![3, 28, 28])] {
        npz::write(&place.path(&format!("{name}-bytes.npz")), |npz| {
            npz.array("images", &shape, &bytes)?;
            npz.array("masks", &shape, &masks)
        })
        .unwrap();
        npz::write(&place.path(&format!("{name}-floats.npz")), |npz| {
            npz.array("images", &shape, &floats)?;
            npz.array("masks", &shape, &masks)
        })
        .unwrap();
        for kind in ["bytes", "floats"] {
            let images = format!("{name}-{kind}.npz");
            place.run(&["inpaint", "--model", model(), "--images", &images, "--out", "r.npz"]).done();
            results.push(fs::read(place.path("r.npz")).unwrap());
        }
    }
    assert_eq!(place.array("r.npz", "images"), (vec![3, 784], floats));
    let kept = masks.iter().map(|&bit| f64::from(u8::from(bit))).collect();
    assert_eq!(place.array("r.npz", "masks"), (vec![3, 784], kept));
    assert!(results.iter().all(|result| *result == results[0]));
}

#[test]
fn one_mask_serves_all_images_and_no_mask_means_the_default() {
    let place = Place::new();
    let (bytes, _, masks) = images();
    for shape in [vec![784], vec![28, 28], vec![1, 784]] {
        npz::write(&place.path("i.npz"), |npz| {
            npz.array("images", &[3, 784], &bytes)?;
            npz.array("masks", &shape, &masks[..784])
        })
        .unwrap();
        place.run(&["inpaint", "--model", model(), "--images", "i.npz", "--out", "r.npz"]).done();
        let (_, written) = place.array("r.npz", "masks");
        for mask in written.chunks(784) {
            assert!(mask.iter().zip(&masks).all(|(&written, &given)| (written == 1.0) == given));
        }
    }
    npz::write(&place.path("i.npz"), |npz| npz.array("images", &[3, 784], &bytes)).unwrap();
    place
        .run(&["inpaint", "--model", model(), "--images", "i.npz", "--out", "r.npz", "--observed", "0.2"])
        .done();
    let (_, written) = place.array("r.npz", "masks");
    assert_eq!(written.iter().sum::<f64>(), 3.0 * 156.0);
}

#[test]
fn an_exact_restoration_is_infinite_and_not_unknown() {
    let place = Place::new();
    let words = ["inpaint", "--model", model(), "--observed", "1", "--test-images", "2"];
    let json = place.run(&[&words[..], &["--json"]].concat()).json();
    assert_eq!((&json["mean_psnr"], &json["images"][0]["psnr"]), (&"Infinity".into(), &"Infinity".into()));
    let table = place.run(&words).done();
    // Other methods are exact too.
    assert_eq!(table.lines().filter(|line| line.contains("exact")).count(), 3, "{table}");
}

#[test]
fn the_table_counts_components_from_one() {
    let place = Place::new();
    let words = ["inpaint", "--model", model(), "--test-images", "4"];
    let json = place.run(&[&words[..], &["--json"]].concat()).json();
    let table = place.run(&words).done();
    for (row, image) in table.lines().skip(1).zip(json["images"].as_array().unwrap()) {
        let weights: Vec<f64> =
            image["weights"].as_array().unwrap().iter().map(|w| w.as_f64().unwrap()).collect();
        let component = if weights[0] > weights[1] { " 1 (" } else { " 2 (" };
        assert!(row.contains(component), "{row}");
    }
}
