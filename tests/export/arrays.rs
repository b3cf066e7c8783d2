//! samples.npz, restored.npz, and the images, masks and means that users bring.

use std::path::Path;

use gmmscope::data::ImageShape;
use gmmscope::data::npz::{self, Element, NpzReader};
use gmmscope::files::{Restored, read_images, read_means, write_restored, write_samples};
use gmmscope::inverse::{Interval, Mask, Observation, Operator, Restoration};
use nalgebra::DMatrix;
use tempfile::TempDir;

const SHAPE: ImageShape = ImageShape::new(2, 2);

fn write<T: Element>(path: &Path, arrays: &[(&str, &[usize], &[T])]) {
    npz::write(path, |npz| {
        arrays.iter().try_for_each(|(name, shape, values)| npz.array(name, shape, *values))
    })
    .unwrap();
}

#[test]
fn samples_are_one_a_row() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("samples.npz");
    let images = DMatrix::from_fn(4, 3, |i, n| i as f64 - 10.0 * n as f64);
    write_samples(&path, &images, &[2, 0, 1]).unwrap();
    let mut file = NpzReader::open(&path).unwrap();
    assert_eq!(file.names(), ["samples", "components"]);
    let samples = file.f64("samples").unwrap();
    assert_eq!(samples.shape, [3, 4]);
    assert_eq!(samples.values[4..8], [-10.0, -9.0, -8.0, -7.0]);
    assert_eq!(file.i64("components").unwrap().values, [2, 0, 1]);
}

#[test]
fn restorations_have_every_array_of_the_contract() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("restored.npz");
    let images = DMatrix::from_fn(4, 2, |i, n| (i + n) as f64 / 5.0);
    let restoration = |n: f64| Restoration {
        restored: vec![n; 4],
        std: vec![0.1 * n; 4],
        weights: vec![0.25, 0.5, 0.25],
        log_evidence: -1.0,
        interval: None,
        psnr: 20.0 + n,
        ssim: 0.9,
    };
    let mask = Mask::new(vec![true, false, false, true]);
    let mut restored = Restored {
        truth: Some(images),
        observations: vec![mask.into()],
        measurements: vec![vec![0.1, 0.2], vec![0.3, 0.4]],
        restorations: vec![restoration(1.0), restoration(2.0)],
    };
    write_restored(&path, &restored).unwrap();
    let mut file = NpzReader::open(&path).unwrap();
    let expected: [(&str, &[usize]); 8] = [
        ("images", &[2, 4]),
        ("measurements", &[2, 2]),
        ("evidence", &[2]),
        ("restored", &[2, 4]),
        ("weights", &[2, 3]),
        ("std", &[2, 4]),
        ("psnr", &[2]),
        ("ssim", &[2]),
    ];
    for (name, shape) in expected {
        assert_eq!(file.f64(name).unwrap().shape, shape, "{name}");
    }
    assert_eq!(file.f64("psnr").unwrap().values, [21.0, 22.0]);
    assert_eq!(file.f64("restored").unwrap().values[4..], [2.0; 4]);
    let masks = file.bool("masks").unwrap();
    assert_eq!((masks.shape, masks.values), (vec![2, 4], [true, false, false, true].repeat(2)));
    assert!(!file.contains("lower"));

    restored.truth = None;
    restored.measurements[1].pop();
    restored.observations = vec![Observation::new(Operator::Identity(ImageShape::new(2, 2)), 0.1).unwrap()];
    let interval = Interval { lower: vec![0.0; 4], upper: vec![1.0; 4] };
    restored.restorations.iter_mut().for_each(|restoration| restoration.interval = Some(interval.clone()));
    write_restored(&path, &restored).unwrap();
    let mut file = NpzReader::open(&path).unwrap();
    assert!(["images", "masks", "psnr", "ssim"].iter().all(|name| !file.contains(name)));
    assert_eq!(file.f64("upper").unwrap().shape, [2, 4]);
    let measurements = file.f64("measurements").unwrap().values;
    assert!(measurements[..3] == [0.1, 0.2, 0.3] && measurements[3].is_nan(), "{measurements:?}");
}

#[test]
fn images_may_be_bytes_or_floats_flat_or_square() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images.npz");
    let bytes: Vec<u8> = (0..8).map(|i| i * 36).collect();
    let floats: Vec<f64> = bytes.iter().map(|&b| f64::from(b) / 255.0).collect();
    for shape in [&[2, 4][..], &[2, 2, 2]] {
        write(&path, &[("images", shape, &bytes)]);
        let from_bytes = read_images(&path, SHAPE).unwrap();
        write(&path, &[("images", shape, &floats)]);
        let from_floats = read_images(&path, SHAPE).unwrap();
        assert_eq!(from_bytes, from_floats);
        assert_eq!(from_bytes.images, DMatrix::from_column_slice(4, 2, &floats));
        assert!(from_bytes.masks.is_empty());
    }
}

#[test]
fn images_masks_and_means_of_another_shape_than_square() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images.npz");
    let (values, bits) = ([0.5; 12], [true, false, true, true, false, false].repeat(2));
    let shape = ImageShape::new(2, 3);
    for given in [&[2, 6][..], &[2, 2, 3]] {
        npz::write(&path, |npz| {
            npz.array("images", given, &values)?;
            npz.array("masks", given, &bits)?;
            npz.array("means", given, &values)
        })
        .unwrap();
        let file = read_images(&path, shape).unwrap();
        assert_eq!(file.images.shape(), (6, 2));
        assert!(file.masks.iter().all(|mask| mask.shape() == shape && mask.bits() == &bits[..6]));
        assert_eq!(read_means(&path, shape).unwrap().shape(), (6, 2));
    }
    let turned = ImageShape::new(3, 2);
    let error = read_images(&path, turned).unwrap_err().to_string();
    assert!(error.contains("(2, 2, 3), but (N, 6) or (N, 3, 2) is wanted"), "{error}");
    let error = read_means(&path, turned).unwrap_err().to_string();
    assert!(error.contains("(2, 2, 3), but (K, 6) or (K, 3, 2) is wanted"), "{error}");
}

#[test]
fn masks_may_be_one_for_each_or_one_for_all() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images.npz");
    let bits: Vec<bool> = (0..12).map(|i| i % 3 == 0).collect();
    let read = |shape: &[usize]| {
        let count = shape.iter().product();
        npz::write(&path, |npz| {
            npz.array("images", &[3, 4], &[0.5; 12])?;
            npz.array("masks", shape, &bits[..count])
        })
        .unwrap();
        read_images(&path, SHAPE).map(|file| file.masks)
    };
    for shape in [&[3, 4][..], &[3, 2, 2]] {
        let masks = read(shape).unwrap();
        assert_eq!(masks.len(), 3);
        assert_eq!(masks[1].bits(), &bits[4..8]);
    }
    for shape in [&[4][..], &[2, 2], &[1, 4], &[1, 2, 2]] {
        assert_eq!(read(shape).unwrap(), [Mask::new(bits[..4].to_vec())], "{shape:?}");
    }
    for shape in [&[2, 4][..], &[3], &[3, 4, 1], &[]] {
        let error = read(shape).unwrap_err().to_string();
        assert!(error.contains("array masks") && error.contains("(3, 4) or (3, 2, 2)"), "{shape:?}: {error}");
    }
}

#[test]
fn images_that_are_none_are_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images.npz");
    let error = || read_images(&path, SHAPE).unwrap_err().to_string();
    write(&path, &[("images", &[1, 4], &[0.0, 0.5, 127.0, 1.0])]);
    assert!(error().contains("holds 127 at position 2, outside [0, 1]"), "{}", error());
    write(&path, &[("images", &[1, 4], &[0.0, f64::NAN, 0.0, 1.0])]);
    assert!(error().contains("position 1"), "{}", error());
    write(&path, &[("images", &[2, 3], &[0.0; 6])]);
    assert!(error().contains("(2, 3)") && error().contains("(N, 4) or (N, 2, 2)"), "{}", error());
    write(&path, &[("images", &[0, 4], &[0.0; 0])]);
    assert!(error().contains("(0, 4)"), "{}", error());
    write(&path, &[("images", &[1, 4], &[0_i64; 4])]);
    assert!(error().contains("uint8"), "{}", error());
    write(&path, &[("pictures", &[1, 4], &[0.0; 4])]);
    assert!(error().contains("no array images (it has pictures)"), "{}", error());
}

#[test]
fn missing_pixels_may_be_not_a_number() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("images.npz");
    let read = |observed: bool| {
        npz::write(&path, |npz| {
            npz.array("images", &[2, 4], &[0.1, 0.2, 0.3, 0.4, f64::NAN, 0.6, 0.7, 0.8])?;
            npz.array("masks", &[1, 4], &[observed, true, false, true])
        })
        .unwrap();
        read_images(&path, SHAPE)
    };
    let images = read(false).unwrap().images;
    assert!(images[(0, 1)].is_nan() && images[(1, 1)] == 0.6);
    assert!(read(true).unwrap_err().to_string().contains("NaN at position 4"));
}

#[test]
fn means_to_start_from() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("means.npz");
    let values: Vec<f64> = (0..8).map(f64::from).collect();
    for shape in [&[2, 4][..], &[2, 2, 2]] {
        write(&path, &[("means", shape, &values)]);
        assert_eq!(read_means(&path, SHAPE).unwrap(), DMatrix::from_column_slice(4, 2, &values));
    }
    write(&path, &[("means", &[4, 2], &values)]);
    let error = read_means(&path, SHAPE).unwrap_err().to_string();
    assert!(error.contains("(4, 2)") && error.contains("(K, 4) or (K, 2, 2)"), "{error}");
}
