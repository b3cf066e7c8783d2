//! Where the images come from: the embedded set, a folder or file, or Debian's package.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::idx::IdxFault;
use super::read::idx_files::IdxFiles;
use super::read::{Contents, arrays, pictures};
use super::{DataError, ImageShape, Images, LabelNames, Labels, embedded, idx, members, picture};

/// The environment variable that names a folder or file of images.
pub const ENVIRONMENT_VARIABLE: &str = "GMMSCOPE_DATA";

/// Where Debian's package `dataset-fashion-mnist` puts the four files.
pub const PACKAGE_DIRECTORY: &str = "/usr/share/datasets/fashion-mnist";

/// A source of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Labels 0, 1 and 8 of Fashion-MNIST, inside the binary.
    Embedded,
    /// IDX files, an npz or npy file, a picture, or a folder of pictures: a folder, or a file.
    Path(PathBuf),
}

/// How the images of a source are read.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// The shape of images whose array has one axis for all pixels.
    pub shape: Option<ImageShape>,
    /// The size that every image is brought to.
    pub resize: Option<ImageShape>,
    /// The share of the images, 0 to 1, that are test images where the source has none of its own.
    pub test_share: f64,
    /// Whether the source holds rows of numbers of any range, which are no pictures.
    pub vectors: bool,
    /// Whether images are left in their file where that is an npy file of uint8, float32 or float64, or a plain IDX file, and are not
    /// to be resized.
    pub leave_in_file: bool,
}

impl Reading {
    /// Whether images are left in their file, where it can be read so.
    fn leaves(&self) -> bool {
        self.leave_in_file && self.resize.is_none()
    }
}

/// What stands at a path.
pub(super) enum Kind {
    Idx(IdxFiles),
    Arrays,
    Pictures,
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => write!(formatter, "the embedded set (labels 0, 1, 8)"),
            Self::Path(path) => write!(formatter, "{}", path.display()),
        }
    }
}

impl Source {
    /// The source to use for `labels`: `path` if given, else `$GMMSCOPE_DATA` if set and not empty,
    /// else the embedded set when it has them all, else the folder of Debian's package where it exists.
    ///
    /// A path that is named is taken as it is; [`Dataset::read`](super::Dataset::read) finds what is wrong with it.
    ///
    /// # Errors
    /// [`DataError::NoLabels`], and [`DataError::MissingLabel`] when no source has a label.
    pub fn choose(path: Option<&Path>, labels: &Labels) -> Result<Self, DataError> {
        let variable = std::env::var_os(ENVIRONMENT_VARIABLE);
        Self::choose_among(path, variable.as_deref(), Path::new(PACKAGE_DIRECTORY), labels)
    }

    /// [`Source::choose`] with the value of `$GMMSCOPE_DATA` and the package's folder as arguments.
    fn choose_among(
        path: Option<&Path>,
        variable: Option<&OsStr>,
        package: &Path,
        labels: &Labels,
    ) -> Result<Self, DataError> {
        if matches!(labels, Labels::Listed(words) if words.is_empty()) {
            return Err(DataError::NoLabels);
        }
        let named = path.or(variable.filter(|value| !value.is_empty()).map(Path::new));
        if let Some(path) = named {
            return Ok(Self::Path(path.to_owned()));
        }
        let numbers = labels.of_fashion_mnist();
        let is_embedded = |labels: &Vec<u8>| labels.iter().all(|label| embedded::LABELS.contains(label));
        if numbers.as_ref().is_some_and(is_embedded) {
            return Ok(Self::Embedded);
        }
        if numbers.as_ref().is_some_and(|labels| labels.iter().all(|&label| label <= 9)) && package.is_dir() {
            return Ok(Self::Path(package.to_owned()));
        }
        let lacking = numbers.iter().flatten().find(|label| !embedded::LABELS.contains(label));
        if let Some(label) = lacking.filter(|&&label| label <= 9) {
            return Err(DataError::MissingLabel {
                label: label.to_string(),
                source_name: Self::Embedded.to_string(),
                hint: "give `data`, a folder with the full Fashion-MNIST, or install Debian's package \
                       dataset-fashion-mnist"
                    .to_owned(),
            });
        }
        let names = LabelNames::fashion_mnist();
        labels.choose(&embedded::LABELS, &names, true, &Self::Embedded).map(|_| Self::Embedded)
    }

    /// What the source is.
    ///
    /// # Errors
    /// [`DataError`] for what cannot be read, and for a file that holds no images.
    pub(super) fn kind(path: &Path) -> Result<Kind, DataError> {
        let fault = |cause| DataError::read(path, cause);
        if fs::metadata(path).map_err(fault)?.is_dir() {
            return Ok(IdxFiles::find(path)?.map_or(Kind::Pictures, Kind::Idx));
        }
        let mut start = Vec::new();
        File::open(path).and_then(|file| file.take(6).read_to_end(&mut start)).map_err(fault)?;
        if start.starts_with(b"PK") || start == b"\x93NUMPY" {
            return Ok(Kind::Arrays);
        }
        if picture::is_picture(&start) {
            return Ok(Kind::Pictures);
        }
        match IdxFiles::beside(path)? {
            Some(files) => Ok(Kind::Idx(files)),
            None => Err(DataError::NoImages { path: path.to_owned() }),
        }
    }

    /// Height and width of the images as they are read: from the header of the training images alone, where there is one.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be.
    pub fn shape(&self, reading: &Reading) -> Result<ImageShape, DataError> {
        if let Some(shape) = reading.resize {
            return Ok(shape);
        }
        match self {
            Self::Embedded => {
                let [bytes, _] = embedded::TRAIN;
                idx::read_shape(bytes).map_err(|fault| DataError::idx(Path::new("train-images"), fault))
            }
            Self::Path(path) => match Self::kind(path)? {
                Kind::Idx(files) => files.shape(),
                Kind::Arrays | Kind::Pictures => Ok(self.contents(reading)?.train.shape()),
            },
        }
    }

    /// All images, of every label that the source has.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be.
    pub(super) fn contents(&self, reading: &Reading) -> Result<Contents, DataError> {
        let is_picture = || DataError::NoVectors { source_name: self.to_string() };
        match self {
            Self::Embedded if reading.vectors => Err(is_picture()),
            Self::Embedded => {
                let names = LabelNames::fashion_mnist();
                let (train, test) =
                    rayon::join(|| embedded_part(embedded::TRAIN), || embedded_part(embedded::TEST));
                Ok(Contents { train: train?, test: Some(test?), names, notes: Vec::new() })
            }
            Self::Path(path) => match Self::kind(path)? {
                Kind::Arrays => {
                    let left = if reading.leaves() {
                        arrays::left_in_file(path, reading.shape, reading.vectors)?
                    } else {
                        None
                    };
                    left.map_or_else(|| arrays::read(path, reading.shape, reading.vectors), Ok)
                }
                Kind::Idx(_) | Kind::Pictures if reading.vectors => Err(is_picture()),
                Kind::Idx(files) => files.read(reading.leaves()),
                Kind::Pictures => pictures::read(path, reading.resize)?
                    .ok_or_else(|| DataError::NoImages { path: path.to_owned() }),
            },
        }
    }
}

/// Images and labels of the embedded set; a fault in them would be one of the build.
fn embedded_part([images, labels]: [&[u8]; 2]) -> Result<Images, DataError> {
    let path = Path::new("the embedded set");
    let images = members::unpack(images).map_err(IdxFault::Gzip).and_then(idx::take_images);
    let (shape, pixels) = images.map_err(|fault| DataError::idx(path, fault))?;
    let labels = idx::read_labels(labels).map_err(|fault| DataError::idx(path, fault))?;
    let counts = (pixels.len() / shape.len(), labels.len());
    Images::new(shape, pixels, labels).ok_or_else(|| DataError::CountMismatch {
        path: path.to_owned(),
        images: counts.0,
        labels: counts.1,
    })
}

#[cfg(test)]
mod tests;
