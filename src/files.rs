//! Artefacts read and written: model.npz, samples.npz, restored.npz, restorations as pictures; the images, means, measurements
//! and operators that users bring.

mod error;
mod folder;
mod images;
mod measurements;
mod model;
mod note;
mod pictures;
mod precisions;
mod results;
mod runs;

pub use error::FileError;
pub use folder::{Folder, FolderEntry, list_folder, path_in};
pub use images::{ImagesFile, read_images, read_means, read_vectors};
pub use measurements::{MeasurementsFile, read_measurements, read_operator};
pub use model::{FitProgress, ModelFile, Origin, fit_name};
pub use note::{FileNote, Finding};
pub use pictures::{write_images, write_pictures};
pub use results::{Restored, write_restored, write_samples, write_scores};
pub use runs::{delete_run, read_runs, run_folder, write_run};
