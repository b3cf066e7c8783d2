//! What can be wrong with data files: the thing, what is wrong with it, and a hint, in one line.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::ImageShape;
use super::idx::IdxFault;
use super::npz::NpzFault;
use super::picture::PictureFault;

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
    /// A folder with some of the four IDX files of a data set, but not this one.
    #[error("{directory}: has neither {name} nor {name}.gz, as the files beside it call for: copy it there")]
    MissingFile {
        /// The folder.
        directory: PathBuf,
        /// The usual name of the file that it lacks, without `.gz`.
        name: &'static str,
    },
    /// A folder with IDX files of several data sets.
    #[error("{directory}: holds several data sets ({}): name a file of the one to use", .sets.join(", "))]
    SeveralSets {
        /// The folder.
        directory: PathBuf,
        /// The beginnings of their files' names.
        sets: Vec<String>,
    },
    /// A file or folder without images.
    #[error(
        "{path}: holds no images: name a folder of IDX files such as train-images-idx3-ubyte, of PNG or JPEG files or of \
         folders of them, or an npz or npy file"
    )]
    NoImages {
        /// The file or folder.
        path: PathBuf,
    },
    /// Pictures beside folders of pictures.
    #[error(
        "{directory}: holds pictures beside folders of pictures: move them into a folder, one for each label"
    )]
    Beside {
        /// The folder.
        directory: PathBuf,
    },
    /// More folders than there can be labels.
    #[error(
        "{path}: holds {count} folders of pictures, more than the 256 labels that are accepted: use fewer"
    )]
    TooManyLabels {
        /// The folder.
        path: PathBuf,
        /// How many folders it holds.
        count: usize,
    },
    /// More pixels than are accepted.
    #[error(
        "{path}: holds {images} pictures of {shape}, more than the {} pixels that are accepted: use fewer, or a smaller \
         `resize`",
        super::idx::MAX_PIXELS
    )]
    TooManyPixels {
        /// The folder.
        path: PathBuf,
        /// How many pictures it holds.
        images: usize,
        /// Their shape.
        shape: ImageShape,
    },
    /// Pictures of different sizes.
    #[error(
        "{path}: is {found} pixels (rows × columns), but {first} is {expected}: bring all to one size with `resize`"
    )]
    Sizes {
        /// A picture.
        path: PathBuf,
        /// Its shape.
        found: ImageShape,
        /// The first picture.
        first: PathBuf,
        /// The shape of the first one.
        expected: ImageShape,
    },
    /// A file that is not the picture it should be.
    #[error("{path}: {fault}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and a hint.
        fault: PictureFault,
    },
    /// A pixel that is outside [0, 1], or a whole number that is no byte.
    #[error("{path}: array {array} holds {value} at position {position}{}: {}", outside(*.value), hint_pixel(*.value, *.largest))]
    Pixel {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// Where, in C order from 0.
        position: usize,
        /// The value.
        value: f64,
        /// The largest value of the array.
        largest: f64,
    },
    /// Pictures where rows of numbers are expected.
    #[error(
        "{source_name}: holds pictures, not rows of numbers: leave `vectors` out, or name an npy or npz file"
    )]
    NoVectors {
        /// The source.
        source_name: String,
    },
    /// A label that is none.
    #[error(
        "{path}: array {array} holds {value} at position {position}: use whole numbers from 0 to 255 as labels"
    )]
    Label {
        /// The file.
        path: PathBuf,
        /// The array.
        array: String,
        /// Where, from 0.
        position: usize,
        /// The value; -1 for a fraction.
        value: i64,
    },
    /// A pixel that is not a number, and that a mask has as observed.
    #[error(
        "{path}: array {array} holds NaN at position {position}, where masks says that the pixel is observed: true means observed: \
         give ~masks if true marks missing pixels, or leave masks out, as NaN is missing without it"
    )]
    MaskedMeaning {
        /// The file.
        path: PathBuf,
        /// The array of images.
        array: String,
        /// Where, in C order from 0.
        position: usize,
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
        "{path}: holds {images} images, but there are {labels} labels for them: take both from one copy of the data set"
    )]
    CountMismatch {
        /// The file of images.
        path: PathBuf,
        /// How many images it holds.
        images: usize,
        /// How many labels stand beside it.
        labels: usize,
    },
    /// A weight that is negative.
    #[error("{path}: array weights holds {value} at position {position}: weights of images are 0 or larger")]
    Weight {
        /// The file.
        path: PathBuf,
        /// The image.
        position: usize,
        /// Its weight.
        value: f64,
    },
    /// Images with missing pixels that were to be brought to another size.
    #[error("{source_name}: some images lack pixels, which `resize` does not fill: give images of that size")]
    ResizeIncomplete {
        /// The source's name.
        source_name: String,
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
    #[error("no labels are chosen: choose one or more, for example 0,1,8")]
    NoLabels,
    /// A label that the source in use does not hold.
    #[error("label {label} is not in {source_name}: {hint}")]
    MissingLabel {
        /// The label asked for.
        label: String,
        /// Which source was looked in.
        source_name: String,
        /// What to do about it.
        hint: String,
    },
    /// A label, of images without labels.
    #[error("label {label} is not in {source_name}, whose images have no labels: leave `labels` out")]
    Unlabelled {
        /// The label asked for.
        label: String,
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

/// How to bring pixels up to `largest` into [0, 1].
/// Of a number that is no pixel.
fn outside(value: f64) -> &'static str {
    if value.is_nan() { "" } else { ", outside [0, 1]" }
}

fn hint_pixel(value: f64, largest: f64) -> String {
    match largest {
        _ if value.is_nan() => "missing pixels are taken in memory only: fit by one process without `memory`".to_owned(),
        _ if value < 0.0 => "move and scale the pixels so that black is 0 and white is 1, or take rows of numbers that are no pixels with `vectors`"
            .to_owned(),
        16.0 => "divide the pixels by the value of white, 16".to_owned(),
        1.0..=255.0 => {
            "divide the pixels by 255, or save them as uint8; by the value of white, if it is another"
                .to_owned()
        }
        _ => "divide the pixels by the value of white, as in images / 65535, or take rows of numbers that are no pixels with \
              `vectors`"
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
