//! All images of a source, of every label: for those that are not fitted to.

use super::read::Contents;
use super::{DataError, Images, LabelNames, Reading, Source};

/// Images of one shape, from one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// The images.
    pub images: Images,
    /// What their labels are called.
    pub label_names: LabelNames,
    /// What was done to them, a sentence each.
    pub notes: Vec<String>,
}

impl Collection {
    /// Reads the test images of `source`, or all images of a source without any; its share of test images has no part.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be, and for a change of size of images that lack pixels.
    pub fn read(source: &Source, reading: &Reading) -> Result<Self, DataError> {
        let Contents { train, test, names: label_names, notes } = source.contents(reading)?;
        let images = test.unwrap_or(train);
        let images = match reading.resize {
            Some(shape) => images.resized(shape, source)?,
            None => images,
        };
        Ok(Self { images, label_names, notes })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::data::{ImageShape, npz};

    #[test]
    fn a_single_picture_is_a_collection_of_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures/gray.png");
        let source = Source::Path(path);
        let whole = Collection::read(&source, &Reading::default()).unwrap();
        assert_eq!((whole.images.len(), whole.images.labels()), (1, &[][..]));
        let shape = ImageShape::new(3, 5);
        let small =
            Collection::read(&source, &Reading { resize: Some(shape), ..Reading::default() }).unwrap();
        assert_eq!((small.images.len(), small.images.shape()), (1, shape));
    }

    #[test]
    fn images_that_lack_pixels_are_not_resized() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images.npz");
        npz::write(&path, |npz| {
            npz.array("images", &[2, 2, 2], &[0.0, 1.0, 0.5, 0.25, 1.0, 0.0, 0.5, 0.75])?;
            npz.array("masks", &[2, 2, 2], &[true, true, true, true, true, false, true, true])
        })
        .unwrap();
        let reading = Reading { resize: Some(ImageShape::new(4, 4)), ..Reading::default() };
        let error = Collection::read(&Source::Path(path), &reading).unwrap_err();
        assert!(matches!(error, DataError::ResizeIncomplete { .. }), "{error}");
    }

    #[test]
    fn test_images_come_before_training_images() {
        let all = Collection::read(&Source::Embedded, &Reading::default()).unwrap();
        assert_eq!((all.images.len(), all.label_names.of(8).into_owned()), (3000, "Bag".to_owned()));
    }
}
