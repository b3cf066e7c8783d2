//! Why a model or images could not be read or written.

use std::path::PathBuf;

use crate::data::DataError;
use crate::mixture::MixtureError;

/// Errors of reading and writing artefacts; each names the file, what is wrong with it, and a hint.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file that cannot be read or written, or an array that is not what it should be.
    #[error(transparent)]
    Data(Box<DataError>),
    /// Arrays that do not make a mixture.
    #[error("{path}: {fault}")]
    Model {
        /// The file.
        path: PathBuf,
        /// What is wrong with weights, means or covariances.
        fault: MixtureError,
    },
    /// A setting kept in a model file that cannot be one.
    #[error(
        "{path}: array {array} holds {value}, which is no {meaning}: fit the model again, or leave the array out"
    )]
    Setting {
        /// The file.
        path: PathBuf,
        /// The array.
        array: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        meaning: &'static str,
    },
    /// Pixels outside [0, 1].
    #[error("{path}: array {array} holds {value} at position {position}, outside [0, 1]: {}", hint(*.value))]
    Pixel {
        /// The file.
        path: PathBuf,
        /// The array.
        array: &'static str,
        /// Where, in C order from 0.
        position: usize,
        /// The value.
        value: f64,
    },
}

/// How to bring a pixel of this value into [0, 1].
fn hint(value: f64) -> &'static str {
    match value {
        1.0..=255.0 => "divide the pixels by 255, or save them as uint8",
        _ => "bring the pixels to [0, 1], or mark this one as missing in masks",
    }
}

impl From<DataError> for FileError {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}
