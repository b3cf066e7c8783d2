//! Why something cannot be exported.

use std::path::PathBuf;

use crate::data::DataError;
use crate::files::FileError;

/// Errors of exporting; each names the file, what is wrong with it, and a hint.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file that cannot be written.
    #[error(transparent)]
    Data(Box<DataError>),
    /// The model could not be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The folder for the exported files cannot be made.
    #[error("{path}: the folder cannot be made: {cause}: name another folder")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The numbers could not be written as JSON.
    #[error("the numbers cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// report.pdf could not be typeset.
    #[cfg(feature = "report")]
    #[error("report.pdf cannot be typeset: {0}")]
    Typeset(String),
    /// The figures could not be laid out.
    #[cfg(feature = "pdf")]
    #[error("the figures cannot be laid out: {0}")]
    Pdf(#[from] super::figures::PdfError),
}

impl From<DataError> for ExportError {
    fn from(error: DataError) -> Self {
        Self::Data(Box::new(error))
    }
}
