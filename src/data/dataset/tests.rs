//! Data sets of every kind of source, their labels and their test images.

use std::fs;
use std::path::Path;

use super::*;
use crate::data::{ImageShape, npz};

fn read(path: &Path, labels: &Labels, reading: &Reading, seed: u64) -> Result<Dataset, DataError> {
    Dataset::read(&Source::Path(path.to_owned()), labels, reading, &mut ChaCha8Rng::seed_from_u64(seed))
}

const SHARE: Reading =
    Reading { shape: None, resize: None, test_share: 0.2, vectors: false, leave_in_file: false };

/// An npz file of 50 images of 2 x 3, of the labels 0 to 4.
fn fifty(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("fifty.npz");
    let pixels: Vec<u8> = (0..300).map(|value| (value % 251) as u8).collect();
    let labels: Vec<i64> = (0..50).map(|image| image % 5).collect();
    npz::write(&path, |file| {
        file.array("images", &[50, 2, 3], &pixels)?;
        file.array("labels", &[50], &labels)
    })
    .unwrap();
    path
}

#[test]
fn a_seeded_share_of_the_images_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = fifty(folder.path());
    let set = |seed| read(&path, &Labels::Auto, &SHARE, seed).unwrap();
    let first = set(0);
    assert_eq!((first.train.len(), first.test.len()), (40, 10));
    assert_eq!((first.about.labels.as_slice(), first.name()), (&[0, 1, 2, 3, 4][..], "fifty.npz"));
    assert_eq!(first.about.notes, ["10 of 50 images, drawn at random, are the test images"]);
    assert_eq!((&first.train, &first.test), (&set(0).train, &set(0).test));
    assert_ne!(first.test, set(1).test);
    // Every image is in one of both, whichever labels are taken.
    let mut images: Vec<&[u8]> =
        (0..40).map(|i| first.train.pixels(i)).chain((0..10).map(|i| first.test.pixels(i))).collect();
    images.sort();
    images.dedup();
    assert_eq!(images.len(), 50);
    let some = read(&path, &vec![3, 1].into(), &SHARE, 0).unwrap();
    assert_eq!((some.about.labels.as_slice(), some.train), (&[3, 1][..], first.train.with_labels(&[1, 3])));
    let none = Reading { test_share: 0.0, ..SHARE };
    assert_eq!(read(&path, &Labels::All, &none, 0).unwrap().test.len(), 0);
    let tiny = Reading { test_share: 1e-9, ..SHARE };
    assert_eq!(read(&path, &Labels::All, &tiny, 0).unwrap().test.len(), 1);
}

#[test]
fn images_are_resized() {
    let folder = tempfile::tempdir().unwrap();
    let reading = Reading { resize: Some(ImageShape::new(4, 6)), ..SHARE };
    let set = read(&fifty(folder.path()), &Labels::Auto, &reading, 0).unwrap();
    assert_eq!((set.train.shape(), set.test.shape()), (ImageShape::new(4, 6), ImageShape::new(4, 6)));
    assert_eq!(set.source.shape(&reading).unwrap(), ImageShape::new(4, 6));
    assert!(set.train.is_eight_bit());
}

#[test]
fn a_label_of_images_without_labels_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.npz");
    npz::write(&path, |file| file.array("images", &[2, 1, 2], &[1_u8, 2, 3, 4])).unwrap();
    assert_eq!(
        read(&path, &vec![1].into(), &SHARE, 0).unwrap_err().to_string(),
        format!("label 1 is not in {}, whose images have no labels: leave `labels` out", path.display())
    );
    let set = read(&path, &Labels::All, &SHARE, 0).unwrap();
    assert_eq!((set.train.len(), set.test.len(), set.about.labels.len()), (1, 1, 0));
}

#[test]
fn fashion_mnist_is_known_from_any_file() {
    let embedded = Dataset::load(&Source::Embedded, &[0, 1, 8]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keras.npz");
    npz::write(&path, |file| {
        for (images, labels, part) in
            [("x_train", "y_train", &embedded.train), ("x_test", "y_test", &embedded.test)]
        {
            file.array(images, &[part.len(), 28, 28], part.all_pixels())?;
            file.array(labels, &[part.len()], part.labels())?;
        }
        Ok(())
    })
    .unwrap();
    let set = read(&path, &Labels::Listed(vec!["Bag".into()]), &SHARE, 0).unwrap();
    assert_eq!((set.name(), set.about.labels.as_slice()), ("Fashion-MNIST", &[8][..]));
    assert_eq!(set.train, embedded.train.with_labels(&[8]));
    fs::remove_file(&path).unwrap();
}
