//! Where the images come from: the embedded set, a folder, or Debian's package.
//!
//! Used by `study` (which loads a [`Dataset`]) and `cli` (which chooses the [`Source`]).

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use super::{DataError, Images, embedded, idx};

/// The environment variable that names a folder with the four files.
pub const ENVIRONMENT_VARIABLE: &str = "GMMSCOPE_DATA";

/// Where Debian's package `dataset-fashion-mnist` puts the four files.
pub const PACKAGE_DIRECTORY: &str = "/usr/share/datasets/fashion-mnist";

/// A source of Fashion-MNIST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Labels 0, 1 and 8, inside the binary.
    Embedded,
    /// A folder with the four IDX files, gzipped or plain, under their original names.
    Directory(PathBuf),
}

/// The two parts that Fashion-MNIST comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The training images.
    Train,
    /// The test images.
    Test,
}

impl Part {
    /// The original names of the files of images and of labels, without `.gz`.
    pub(super) fn file_names(self) -> [&'static str; 2] {
        match self {
            Self::Train => ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            Self::Test => ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => write!(formatter, "the embedded set (labels 0, 1, 8)"),
            Self::Directory(path) => write!(formatter, "{}", path.display()),
        }
    }
}

impl Source {
    /// The source to use for `labels`: `directory` (`--data`) if given, else `$GMMSCOPE_DATA` if set and not empty,
    /// else the embedded set when it has them all, else the folder of Debian's package where it exists.
    ///
    /// A folder that is named is taken as it is; [`Dataset::load`] finds what is wrong with it.
    ///
    /// # Errors
    /// [`DataError::NoLabels`], [`DataError::UnknownLabel`], and [`DataError::MissingLabel`] when no source has a
    /// label.
    pub fn choose(directory: Option<&Path>, labels: &[u8]) -> Result<Self, DataError> {
        let variable = std::env::var_os(ENVIRONMENT_VARIABLE);
        Self::choose_among(directory, variable.as_deref(), Path::new(PACKAGE_DIRECTORY), labels)
    }

    /// [`Source::choose`] with the value of `$GMMSCOPE_DATA` and the package's folder as arguments.
    fn choose_among(
        directory: Option<&Path>,
        variable: Option<&OsStr>,
        package: &Path,
        labels: &[u8],
    ) -> Result<Self, DataError> {
        check_labels(labels)?;
        let named = directory.or(variable.filter(|value| !value.is_empty()).map(Path::new));
        if let Some(directory) = named {
            return Ok(Self::Directory(directory.to_owned()));
        }
        match labels.iter().find(|label| !embedded::LABELS.contains(label)) {
            None => Ok(Self::Embedded),
            Some(_) if package.is_dir() => Ok(Self::Directory(package.to_owned())),
            Some(&label) => Err(DataError::MissingLabel { label, source_name: Self::Embedded.to_string() }),
        }
    }

    /// All images of a part, of every label that the source has.
    pub(super) fn images(&self, part: Part) -> Result<Images, DataError> {
        let [images, labels] = part.file_names();
        let (images_path, pixels, labels) = match self {
            Self::Embedded => {
                // The names stand for the files; a fault in one would be a fault of the build.
                let [image_bytes, label_bytes] = embedded::files(part);
                let pixels = idx::read_images(image_bytes);
                let classes = idx::read_labels(label_bytes);
                (
                    PathBuf::from(images),
                    pixels.map_err(|fault| DataError::idx(Path::new(images), fault))?,
                    classes.map_err(|fault| DataError::idx(Path::new(labels), fault))?,
                )
            }
            Self::Directory(directory) => {
                let (path, file) = open(directory, images)?;
                let (labels_path, labels_file) = open(directory, labels)?;
                let pixels = idx::read_images(file).map_err(|fault| DataError::idx(&path, fault))?;
                let classes = idx::read_labels(labels_file);
                let classes = classes.map_err(|fault| DataError::idx(&labels_path, fault))?;
                (path, pixels, classes)
            }
        };
        let counts = (pixels.len() / (idx::SIDE * idx::SIDE), labels.len());
        Images::new(idx::SIDE, pixels, labels).ok_or(DataError::CountMismatch {
            path: images_path,
            images: counts.0,
            labels: counts.1,
        })
    }
}

/// The path of `name` or `name.gz` in a folder.
///
/// The plain file is taken when both are there: it is quicker to read.
pub(super) fn find(directory: &Path, name: &'static str) -> Result<PathBuf, DataError> {
    if !fs::metadata(directory).map_err(|cause| DataError::read(directory, cause))?.is_dir() {
        return Err(DataError::read(directory, io::Error::from(ErrorKind::NotADirectory)));
    }
    [directory.join(name), directory.join(format!("{name}.gz"))]
        .into_iter()
        .find(|path| path.exists())
        .ok_or_else(|| DataError::MissingFile { directory: directory.to_owned(), name })
}

fn open(directory: &Path, name: &'static str) -> Result<(PathBuf, BufReader<File>), DataError> {
    let path = find(directory, name)?;
    match File::open(&path) {
        Ok(file) => Ok((path, BufReader::new(file))),
        Err(cause) => Err(DataError::read(&path, cause)),
    }
}

fn check_labels(labels: &[u8]) -> Result<(), DataError> {
    if labels.is_empty() {
        return Err(DataError::NoLabels);
    }
    match labels.iter().find(|&&label| label > 9) {
        Some(&label) => Err(DataError::UnknownLabel { label }),
        None => Ok(()),
    }
}

/// Training and test images of the chosen labels, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// The training images (18,000 for labels 0, 1, 8).
    pub train: Images,
    /// The test images (3,000 for labels 0, 1, 8).
    pub test: Images,
    /// Where they came from.
    pub source: Source,
}

impl Dataset {
    /// Loads the images of `labels` from `source`; naming a label twice changes nothing.
    ///
    /// Takes about a tenth of a second for the embedded set; D bytes an image, and while it runs the bytes of the
    /// whole source too.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be, and for a label without training or
    /// without test images.
    pub fn load(source: &Source, labels: &[u8]) -> Result<Self, DataError> {
        check_labels(labels)?;
        let train = source.images(Part::Train)?.with_labels(labels);
        let test = source.images(Part::Test)?.with_labels(labels);
        match labels.iter().find(|&&label| train.count(label) == 0 || test.count(label) == 0) {
            Some(&label) => Err(DataError::MissingLabel { label, source_name: source.to_string() }),
            None => Ok(Self { train, test, source: source.clone() }),
        }
    }
}

#[cfg(test)]
mod tests;
