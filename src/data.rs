//! Images and raw formats: Fashion-MNIST from the embedded set, IDX files of a folder, npz, atomic writes.

mod embedded;
mod error;
mod files;
pub mod idx;
mod images;
mod memory;
pub mod npz;
mod shape;
mod source;
mod summary;

pub use error::DataError;
pub use files::{abandon_files, destination, write_file};
pub use images::{Images, LABEL_NAMES, label_name};
pub use memory::available_memory;
pub use shape::ImageShape;
pub use source::{Dataset, Source};
pub use summary::{FileSummary, LabelCount, Summary};
