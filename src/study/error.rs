//! Why a study ended early.

use crate::data::DataError;
use crate::inverse::InverseError;
use crate::mixture::MixtureError;

/// Errors of a study.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A setting out of its range.
    #[error("{name} is {value}: {mend}")]
    Setting {
        /// The command-line name, "--components".
        name: &'static str,
        /// What was given.
        value: String,
        /// What it should be.
        mend: String,
    },
    /// The images could not be had.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The mixture could not be fitted.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
    /// The restoration failed.
    #[error(transparent)]
    Inverse(#[from] InverseError),
    /// The worker panicked; its message.
    #[error("the computation stopped unexpectedly: {0}")]
    Panicked(String),
}
