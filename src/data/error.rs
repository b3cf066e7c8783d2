//! What can be wrong with data files: the thing, the fault and the mend.

use std::path::PathBuf;

/// Why images or arrays could not be had.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file could not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A label that the source in use does not hold.
    #[error(
        "label {label} is not in {source_name}: pass --data DIR with the full Fashion-MNIST, or install \
         Debian's package dataset-fashion-mnist"
    )]
    MissingLabel {
        /// The label asked for.
        label: u8,
        /// Which source was looked in.
        source_name: String,
    },
}
