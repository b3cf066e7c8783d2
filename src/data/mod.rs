//! Images and files: Fashion-MNIST from the embedded set or a folder, IDX, npz, atomic writes.
//!
//! Used by `study`, `export` and `cli`. The numeric modules see matrices only.

mod embedded;
mod error;
mod files;
pub mod idx;
mod images;
pub mod npz;
mod source;
mod summary;

pub use error::DataError;
pub use files::write_file;
pub use images::{Images, LABEL_NAMES, label_name};
pub use source::{Dataset, Source};
pub use summary::{FileSummary, LabelCount, Summary};
