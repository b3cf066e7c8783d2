//! Images of any source, and raw formats: the embedded set, IDX files, npz and npy, folders of PNG and JPEG; atomic writes.

mod checksums;
mod collection;
mod dataset;
mod embedded;
mod error;
mod files;
pub mod idx;
mod images;
mod labels;
mod left;
mod luminance;
mod members;
mod memory;
pub mod npz;
mod picture;
mod pixel_file;
mod read;
mod resize;
mod shape;
mod source;
mod summary;

pub use collection::Collection;
pub use dataset::{About, Dataset};
pub use error::DataError;
pub use files::{abandon_files, destination, write_file};
pub use images::Images;
pub use labels::{LABEL_NAMES, LabelNames, Labels};
pub use memory::{available_memory, resident_memory};
pub use picture::{Gray, PictureFault, decode as decode_picture};
pub use pixel_file::ROUNDING;
pub use shape::ImageShape;
pub use source::{Reading, Source};
pub use summary::{FileSummary, LabelCount, Summary};
