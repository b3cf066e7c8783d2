//! The conventions in which arrays of images come, and what is refused.

use std::fs;

use super::*;
use crate::data::npz::{self, NpzWriter};

/// What an npz file with these arrays is read as.
fn read_back(
    shape: Option<ImageShape>,
    arrays: impl FnOnce(&mut NpzWriter<&mut std::io::BufWriter<&File>>) -> std::io::Result<()>,
) -> Result<Contents, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    npz::write(&path, arrays).unwrap();
    read(&path, shape, false).map_err(|error| error.to_string().replace(&path.display().to_string(), "a.npz"))
}

const BYTES: [u8; 12] = [0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6];

#[test]
fn the_conventions_of_others_are_known() {
    let found = read_back(None, |file| {
        file.array("x_train", &[2, 2, 3], &BYTES)?;
        file.array("y_train", &[2, 1], &[7_i64, 255])?;
        file.array("x_test", &[1, 2, 3, 1], &BYTES[..6])?;
        file.array("y_test", &[1], &[3_u8])
    })
    .unwrap();
    assert_eq!((found.train.shape(), found.train.labels()), (ImageShape::new(2, 3), &[7, 255][..]));
    let test = found.test.unwrap();
    assert_eq!((test.pixels(0), test.labels()), (&BYTES[..6], &[3][..]));

    // scikit-learn's digits have both `data` and `images`.
    let digits: Vec<f64> = (0..8).map(|value| f64::from(value) / 7.0).collect();
    let found = read_back(None, |file| {
        file.array("data", &[2, 4], &digits)?;
        file.array("images", &[2, 2, 2], &digits)?;
        file.array("target", &[2], &[1.0, 2.0])
    })
    .unwrap();
    assert_eq!((found.train.shape(), found.train.labels()), (ImageShape::new(2, 2), &[1, 2][..]));
    assert!(!found.train.is_eight_bit() && found.train.image(0)[1] == 1.0 / 7.0);
    assert!(found.notes.is_empty());
    let found = read_back(None, |file| file.array("data", &[2, 4], &digits)).unwrap();
    assert_eq!(found.notes, ["4 values an image are taken as 2 × 2 pixels: `shape` gives another shape"]);
    let row = Some(ImageShape::new(1, 4));
    let found = read_back(row, |file| file.array("images", &[2, 4], &digits)).unwrap();
    assert_eq!((Some(found.train.shape()), found.notes.len(), found.train.labels().len()), (row, 0, 0));
}

#[test]
fn floats_of_eight_bits_are_bytes_and_rounding_is_taken_back() {
    let floats: Vec<f64> = BYTES.iter().map(|&byte| f64::from(f32::from(byte) / 255.0)).collect();
    let found = read_back(None, |file| file.array("images", &[2, 2, 3], &floats)).unwrap();
    assert_eq!(found.train.all_pixels(), BYTES);
    let found = read_back(None, |file| file.array("images", &[1, 1, 3], &[-1e-7, 1.0 + 1e-7, 0.3])).unwrap();
    assert_eq!(found.train.image(0), [0.0, 1.0, 0.3]);
    let found = read_back(None, |file| file.array("images", &[1, 1, 2], &[true, false])).unwrap();
    assert_eq!(found.train.pixels(0), [255, 0]);
    let found = read_back(None, |file| file.array("images", &[1, 1, 2], &[255_i64, 3])).unwrap();
    assert_eq!(found.train.pixels(0), [255, 3]);
}

#[test]
fn colour_becomes_luminance_and_is_said() {
    let found = read_back(None, |file| file.array("images", &[1, 2, 2, 3], &BYTES)).unwrap();
    assert_eq!(found.train.pixels(0), [[0, 51, 102], [153, 204, 255], [1, 2, 3], [4, 5, 6]].map(luminance));
    assert_eq!(found.notes, ["array images has colour, of which the luminance is kept"]);
    let found = read_back(None, |file| file.array("images", &[1, 2, 1, 3], &[1.0, 0.5, 0.25, 0.0, 0.0, 0.0]))
        .unwrap();
    assert!((found.train.image(0)[0] - (0.299 + 0.2935 + 0.0285)).abs() < 1e-12);
}

#[test]
fn an_npy_file_is_an_array_of_images() {
    let folder = tempfile::tempdir().unwrap();
    let (npz_path, path) = (folder.path().join("a.npz"), folder.path().join("a.npy"));
    npz::write(&npz_path, |file| file.array("images", &[2, 2, 3], &BYTES)).unwrap();
    // The entry of an archive is an npy file.
    let mut archive = zip::ZipArchive::new(File::open(&npz_path).unwrap()).unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut archive.by_index(0).unwrap(), &mut bytes).unwrap();
    fs::write(&path, &bytes).unwrap();
    assert_eq!(read(&path, None, false).unwrap().train.all_pixels(), BYTES);
    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(
        read(&path, None, false)
            .unwrap_err()
            .to_string()
            .contains("claims 12 bytes of elements, but holds 11")
    );
    bytes.push(0);
    fs::write(&path, &bytes).unwrap();
    assert!(read(&path, None, false).unwrap_err().to_string().contains("but holds 13"));
}

#[test]
fn what_cannot_be_images_is_refused_with_a_hint() {
    let unnamed = read_back(None, |file| file.array("unused", &[1], &[0_u8])).unwrap_err();
    assert!(unnamed.contains("has no array images (it has unused)"), "{unnamed}");
    let refused = |shape: &[usize], values: &[f64], hint: &str| {
        let message = read_back(None, |file| file.array("images", shape, values)).unwrap_err();
        assert!(message.contains(hint), "{message}");
    };
    refused(
        &[2, 1, 2],
        &[0.0, 16.0, 3.0, 2.0],
        "a.npz: array images holds 16 at position 1, outside [0, 1]: divide the pixels by the value of white, 16",
    );
    refused(&[1, 1, 2], &[0.0, 254.0], "divide the pixels by 255");
    refused(&[1, 1, 2], &[0.0, 4000.0], "as in images / 65535");
    refused(&[1, 1, 2], &[-0.5, 1.0], "black is 0 and white is 1");
    refused(&[1, 1, 2], &[f64::INFINITY, 1.0], "replace it with a finite number");
    refused(&[2], &[0.0, 1.0], "has shape (2,), but (N, rows, columns)");
    refused(&[0, 1, 2], &[], "has shape (0, 1, 2)");
    refused(&[1, 1, 1, 1, 1], &[0.5], "has shape (1, 1, 1, 1, 1)");
    let given = read_back(Some(ImageShape::new(3, 1)), |file| file.array("images", &[1, 2], &[0.0, 1.0]));
    assert!(given.unwrap_err().contains("but (N, 3) or (N, 3, 1) is wanted"));
    let turned = read_back(Some(ImageShape::new(3, 2)), |file| file.array("images", &[1, 2, 3], &[0.5; 6]));
    assert!(turned.is_err());
    let labelled = |labels: &[f64]| {
        read_back(None, |file| {
            file.array("images", &[2, 1, 1], &[0.0, 1.0])?;
            file.array("labels", &[labels.len()], labels)
        })
        .unwrap_err()
    };
    assert!(
        labelled(&[1.0, 256.0])
            .contains("array labels holds 256 at position 1: use whole numbers from 0 to 255")
    );
    assert!(labelled(&[0.5, 1.0]).contains("use whole numbers"));
    assert!(labelled(&[1.0]).contains("holds 2 images, but there are 1 labels for them"));
}

#[test]
fn vectors_are_rows_of_numbers_of_any_range() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    let values = [-3.5, 1200.0, f64::NAN, 0.0, 7.0, 1e-9];
    npz::write(&path, |file| {
        file.array("data", &[2, 3], &values)?;
        file.array("target", &[2], &[1_i64, 0])
    })
    .unwrap();
    let found = read(&path, None, true).unwrap().train;
    assert_eq!((found.shape(), found.labels()), (ImageShape::new(1, 3), &[1, 0][..]));
    assert!(found.image(0)[2].is_nan() && !found.is_eight_bit());
    assert_eq!((&found.image(0)[..2], found.image(1)), (&values[..2], values[3..].to_vec()));
    assert!(read(&path, None, false).unwrap_err().to_string().contains("with `vectors`"));
    // Bytes are numbers too, and further axes are one row.
    npz::write(&path, |file| file.array("images", &[2, 2, 3], &BYTES)).unwrap();
    let found = read(&path, None, true).unwrap().train;
    assert_eq!((found.shape(), found.image(1)[1]), (ImageShape::new(1, 6), 2.0));
    let shape = Some(ImageShape::new(2, 3));
    assert_eq!(read(&path, shape, true).unwrap().train.shape(), ImageShape::new(2, 3));
    assert!(read(&path, Some(ImageShape::new(2, 2)), true).is_err());
    npz::write(&path, |file| file.array("images", &[1, 1], &[f64::INFINITY])).unwrap();
    assert!(read(&path, None, true).unwrap_err().to_string().contains("inf"));
}
