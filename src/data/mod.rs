//! Images and files: Fashion-MNIST from the embedded set or a folder, IDX, npz, atomic writes.
//!
//! Used by `study`, `export` and `cli`. The numeric modules see matrices only.

mod error;
mod images;
mod source;

pub use error::DataError;
pub use images::{Images, LABEL_NAMES, label_name};
pub use source::{Dataset, Source};
