//! What stands at a path, read as images: IDX files, arrays of numpy, folders of pictures.

pub(super) mod arrays;
pub(super) mod idx_files;
pub(super) mod pictures;

use super::{Images, LabelNames};

/// What a source holds.
#[derive(Debug)]
pub(super) struct Contents {
    /// The training images, or all images of a source without test images.
    pub train: Images,
    /// The test images, where the source has some; of the shape of the others.
    pub test: Option<Images>,
    /// What the labels are called.
    pub names: LabelNames,
    /// What was done to the images, a sentence each.
    pub notes: Vec<String>,
}
