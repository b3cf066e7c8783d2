//! Artefacts read and written: model.npz, samples.npz, restored.npz; the images and means that users bring.

mod error;
mod images;
mod model;
mod note;
mod results;

pub use error::FileError;
pub use images::{ImagesFile, read_images, read_means};
pub use model::ModelFile;
pub use note::{FileNote, Finding};
pub use results::{write_restored, write_samples};
