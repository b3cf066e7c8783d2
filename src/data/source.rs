//! Where the images come from: the embedded set, a folder, or Debian's package.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use super::{DataError, ImageShape, Images, embedded, idx};

/// The environment variable that names a folder with the four files.
pub const ENVIRONMENT_VARIABLE: &str = "GMMSCOPE_DATA";

/// Where Debian's package `dataset-fashion-mnist` puts the four files.
pub const PACKAGE_DIRECTORY: &str = "/usr/share/datasets/fashion-mnist";

/// A source of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Labels 0, 1 and 8 of Fashion-MNIST, inside the binary.
    Embedded,
    /// A folder with the four IDX files, gzipped or plain, under their original names.
    Directory(PathBuf),
}

/// The two parts of a data set.
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

    /// Gzipped IDX: the embedded files of images and of labels.
    pub(super) fn embedded(self) -> [&'static [u8]; 2] {
        match self {
            Self::Train => embedded::TRAIN,
            Self::Test => embedded::TEST,
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
    /// The source to use for `labels`: `directory` if given, else `$GMMSCOPE_DATA` if set and not empty,
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

    /// Height and width of the images, from the header of the training images alone.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be.
    pub fn shape(&self) -> Result<ImageShape, DataError> {
        let [images, _] = Part::Train.file_names();
        match self {
            Self::Embedded => {
                let [bytes, _] = Part::Train.embedded();
                idx::read_shape(bytes).map_err(|fault| DataError::idx(Path::new(images), fault))
            }
            Self::Directory(directory) => {
                let (path, file) = open(directory, images)?;
                idx::read_shape(file).map_err(|fault| DataError::idx(&path, fault))
            }
        }
    }

    /// All training images and all test images, of every label that the source has; both of one shape.
    pub(super) fn images(&self) -> Result<(Images, Images), DataError> {
        let (_, train) = self.part(Part::Train)?;
        let (path, test) = self.part(Part::Test)?;
        if train.shape() != test.shape() {
            return Err(DataError::ShapeMismatch { path, train: train.shape(), test: test.shape() });
        }
        Ok((train, test))
    }

    /// All images of a part, with the path of their file.
    fn part(&self, part: Part) -> Result<(PathBuf, Images), DataError> {
        let [images, labels] = part.file_names();
        let (path, (shape, pixels), labels) = match self {
            Self::Embedded => {
                // The names stand for the files; a fault in one would be a fault of the build.
                let [image_bytes, label_bytes] = part.embedded();
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
        let counts = (pixels.len() / shape.len(), labels.len());
        match Images::new(shape, pixels, labels) {
            Some(images) => Ok((path, images)),
            None => Err(DataError::CountMismatch { path, images: counts.0, labels: counts.1 }),
        }
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
        .ok_or_else(|| DataError::MissingFile {
            directory: directory.to_owned(),
            name,
            found: below(directory, name, 3),
        })
}

/// A folder at most so many levels below `directory` that has `name` or `name.gz`: such as `FashionMNIST/raw`.
fn below(directory: &Path, name: &str, levels: usize) -> Option<PathBuf> {
    let entries = fs::read_dir(directory).ok()?.flatten();
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let mut folders: Vec<PathBuf> = entries.filter(is_folder).map(|entry| entry.path()).collect();
    folders.sort();
    let has_it =
        |folder: &&PathBuf| folder.join(name).is_file() || folder.join(format!("{name}.gz")).is_file();
    let found = folders.iter().find(has_it).cloned();
    let deeper = || folders.iter().find_map(|folder| below(folder, name, levels - 1));
    if levels > 1 { found.or_else(deeper) } else { found }
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
        let (train, test) = source.images()?;
        let (train, test) = (train.with_labels(labels), test.with_labels(labels));
        match labels.iter().find(|&&label| train.count(label) == 0 || test.count(label) == 0) {
            Some(&label) => Err(DataError::MissingLabel { label, source_name: source.to_string() }),
            None => Ok(Self { train, test, source: source.clone() }),
        }
    }
}

#[cfg(test)]
mod tests;
