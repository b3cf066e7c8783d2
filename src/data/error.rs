//! What can be wrong with data files: the thing, what is wrong with it, and a hint, in one line.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::ImageShape;
use super::idx::IdxFault;
use super::npz::NpzFault;

/// Why images or arrays could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file or folder could not be read.
    #[error("{path}: cannot be read: {cause}: {}", hint_reading(.cause.kind()))]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file could not be written; what stood there before is untouched.
    #[error("{path}: cannot be written: {cause}: {}", hint_writing(.cause.kind()))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A folder without one of the four files of Fashion-MNIST.
    #[error(
        "{directory}: has neither {name} nor {name}.gz: {}",
        hint_missing(.found.as_deref())
    )]
    MissingFile {
        /// The folder.
        directory: PathBuf,
        /// The file that it lacks, without `.gz`.
        name: &'static str,
        /// The folder below it that has the file.
        found: Option<PathBuf>,
    },
    /// A file that is not the IDX file it should be.
    #[error("{path}: {fault}")]
    Idx {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and a hint.
        fault: IdxFault,
    },
    /// A file of images and its file of labels that do not belong together.
    #[error(
        "{path}: holds {images} images, but the file of labels beside it holds {labels} labels: take both files from \
         one copy of Fashion-MNIST"
    )]
    CountMismatch {
        /// The file of images.
        path: PathBuf,
        /// How many images it holds.
        images: usize,
        /// How many labels stand beside it.
        labels: usize,
    },
    /// Training and test images of different shapes.
    #[error(
        "{path}: holds test images of {test} pixels, but the training images beside it have {train}: use files of one \
         data set"
    )]
    ShapeMismatch {
        /// The file of test images.
        path: PathBuf,
        /// The shape of the training images.
        train: ImageShape,
        /// The shape of the test images.
        test: ImageShape,
    },
    /// A file that is not the npz file it should be.
    #[error("{path}: {fault}")]
    Npz {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and a hint.
        fault: NpzFault,
    },
    /// No label was asked for.
    #[error("no labels are chosen: choose one or more of 0 to 9, for example 0,1,8")]
    NoLabels,
    /// A label that Fashion-MNIST does not have.
    #[error("label {label} does not exist: Fashion-MNIST has the labels 0 to 9")]
    UnknownLabel {
        /// The label asked for.
        label: u8,
    },
    /// A label that the source in use does not hold.
    #[error(
        "label {label} is not in {source_name}: give `data`, a folder with the full Fashion-MNIST, or install Debian's \
         package dataset-fashion-mnist"
    )]
    MissingLabel {
        /// The label asked for.
        label: u8,
        /// Which source was looked in.
        source_name: String,
    },
}

impl DataError {
    /// A failure to read `path`.
    pub fn read(path: &Path, cause: io::Error) -> Self {
        Self::Read { path: path.to_owned(), cause }
    }

    /// A failure to write `path`.
    pub fn write(path: &Path, cause: io::Error) -> Self {
        Self::Write { path: path.to_owned(), cause }
    }

    /// A fault in the IDX file at `path`; a plain failure to read stays one.
    pub fn idx(path: &Path, fault: IdxFault) -> Self {
        match fault {
            IdxFault::Io(cause) => Self::read(path, cause),
            fault => Self::Idx { path: path.to_owned(), fault },
        }
    }

    /// A fault in the npz file at `path`.
    pub fn npz(path: &Path, fault: NpzFault) -> Self {
        Self::Npz { path: path.to_owned(), fault }
    }
}

/// What to do about a folder without the files.
fn hint_missing(found: Option<&Path>) -> String {
    match found {
        Some(found) => format!("it is in {}: name that folder", found.display()),
        None => "name a folder with the four files of Fashion-MNIST, such as that of Debian's package \
                 dataset-fashion-mnist"
            .to_owned(),
    }
}

/// What to do about a file that cannot be read.
fn hint_reading(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "check the path",
        ErrorKind::PermissionDenied => "ask for the right to read it (chmod +r)",
        ErrorKind::IsADirectory => "name a file",
        ErrorKind::NotADirectory => "name a folder",
        _ => "try again, or use another copy",
    }
}

/// What to do about a file that cannot be written.
fn hint_writing(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "create its folder first (mkdir -p)",
        ErrorKind::NotADirectory => "a part of the path is a file: name another folder",
        ErrorKind::IsADirectory => "name a file in it",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "choose a place that you may write to",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space, or choose another disk",
        ErrorKind::InvalidFilename => "choose a shorter or plainer name",
        _ => "choose another place",
    }
}
