//! Errors of a study.

use crate::data::DataError;
use crate::inverse::InverseError;
use crate::mixture::MixtureError;

/// Errors of a study. Messages name parameters by their keys in backquotes ([`with_names`](super::with_names) puts
/// other names there).
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// A setting out of its range.
    #[error("`{key}` is {value}: {hint}")]
    Setting {
        /// Its [`key`](super::Setting::key), "components"; or "means-init" or "start".
        key: &'static str,
        /// What was given.
        value: String,
        /// What it should be.
        hint: String,
    },
    /// The images could not be loaded.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The mixture could not be fitted.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
    /// The restoration failed.
    #[error(transparent)]
    Inverse(#[from] InverseError),
    /// The system could not start threads.
    #[error("cannot start worker threads: {0}: choose a smaller value of `threads`")]
    Threads(String),
    /// The worker panicked; its message.
    #[error("the computation stopped unexpectedly: {0}")]
    Panicked(String),
}

impl StudyError {
    /// The error's message, and one line "caused by: ..." for each of its causes.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str("\ncaused by: ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}
