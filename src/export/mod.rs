//! What a study leaves behind: figures.pdf, model.npz, metrics.json; and the files that users bring.
//!
//! Used by `cli` and by the dashboard's `e`. Reads `study::Outcome` and computes nothing new. Without the
//! feature `pdf` everything but the figures is here.

mod arrays;
mod baselines;
mod composition;
mod error;
#[cfg(feature = "pdf")]
pub mod figures;
mod metrics;
mod model;
#[cfg(feature = "pdf")]
mod pdf;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use arrays::{ImagesFile, read_images, read_means, write_restored, write_samples};
pub use error::ExportError;
pub use metrics::Metrics;
pub use model::ModelFile;

use crate::data::write_file;
use crate::study::Outcome;

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// How far [`export_all`] has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file under way.
    pub file: &'static str,
    /// Files written before it.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}

/// A file's name and what writes it.
type Export = (&'static str, fn(&Outcome, &Path) -> Result<(), ExportError>);

/// Writes everything into the folder `directory`, which is made when it is not there: model.npz (once there is
/// a fit), figures.pdf and metrics.json. Each file is written whole or not at all; `progress` is called before each.
///
/// # Errors
/// [`ExportError`] of the first file that could not be written; those before it are there.
pub fn export_all(
    outcome: &Outcome,
    directory: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Written>, ExportError> {
    let mut exports: Vec<Export> = Vec::new();
    if outcome.fit.is_some() {
        exports.push(("model.npz", save_model));
    }
    #[cfg(feature = "pdf")]
    exports.push(("figures.pdf", save_figures));
    exports.push(("metrics.json", save_metrics));

    make_folder(directory)?;
    let mut written = Vec::with_capacity(exports.len());
    let total = exports.len();
    for (done, (file, save)) in exports.into_iter().enumerate() {
        progress(Progress { file, done, total });
        let path = directory.join(file);
        save(outcome, &path)?;
        written.push(size_of(path));
    }
    Ok(written)
}

/// Writes figures.pdf of what the outcome holds so far to `path`, whose folder is made when it is not there.
///
/// # Errors
/// [`ExportError`].
#[cfg(feature = "pdf")]
pub fn export_figures(outcome: &Outcome, path: &Path) -> Result<Written, ExportError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    save_figures(outcome, path)?;
    Ok(size_of(path.to_owned()))
}

fn make_folder(path: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(path).map_err(|cause| ExportError::Folder { path: path.to_owned(), cause })
}

fn size_of(path: PathBuf) -> Written {
    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    Written { path, bytes }
}

fn save_model(outcome: &Outcome, path: &Path) -> Result<(), ExportError> {
    ModelFile::from_outcome(outcome).map_or(Ok(()), |model| model.save(path))
}

#[cfg(feature = "pdf")]
fn save_figures(outcome: &Outcome, path: &Path) -> Result<(), ExportError> {
    let bytes = figures::figures(outcome)?;
    Ok(write_file(path, |file| file.write_all(&bytes))?)
}

fn save_metrics(outcome: &Outcome, path: &Path) -> Result<(), ExportError> {
    let json = Metrics::new(outcome).to_json()?;
    Ok(write_file(path, |file| file.write_all(json.as_bytes()))?)
}
