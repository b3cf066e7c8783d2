//! The files of a study: figures.pdf, the report, model.npz, metrics.json.
//!
//! Made from a `study::Outcome`; what is computed beyond that, baselines and the evidence for the report's formulas, is
//! in `numbers/`. Without the feature `pdf` there are no figures and no report; report.pdf takes the feature `report`.

mod baselines;
mod error;
#[cfg(feature = "pdf")]
pub mod figures;
mod metrics;
mod numbers;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
mod report;
#[cfg(feature = "pdf")]
mod settings;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use error::ExportError;
pub use metrics::Metrics;
pub use numbers::{Numbers, PairNumbers, Sweeps};
#[cfg(feature = "pdf")]
pub use report::REPORT_FILES;
#[cfg(feature = "pdf")]
use report::Report;

use crate::data::write_file;
use crate::study::{Outcome, Restorations};

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

/// The progress of [`export_all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The file under way.
    pub file: &'static str,
    /// Files written before it.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}

/// A function that writes a file to a path.
type Save<'a> = Box<dyn FnOnce(&Path) -> Result<(), ExportError> + 'a>;

/// Writes everything into the folder `directory`, which is made when it is not there: model.npz (once there is
/// a fit), figures.pdf, the report and metrics.json. Each file is written whole or not at all; `progress` is called
/// before each. The `sweeps` are the report's evidence for K and the ridge; without them it says that there is none; so are the
/// `restorations` for what is said of uncertainty.
///
/// # Errors
/// [`ExportError`] of the first file that could not be written; those before it are there.
pub fn export_all(
    outcome: &Outcome,
    sweeps: Option<&Sweeps>,
    restorations: Option<&Restorations>,
    directory: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Written>, ExportError> {
    let numbers = Numbers::of(outcome, sweeps, restorations);
    let mut exports: Vec<(&'static str, Save<'_>)> = Vec::new();
    if let Some(model) = outcome.model() {
        exports.push(("model.npz", Box::new(move |path| Ok(model.save(path)?))));
    }
    #[cfg(feature = "pdf")]
    {
        exports.push((
            "figures.pdf",
            Box::new(|path| save_bytes(path, &figures::figures(outcome, restorations)?)),
        ));
        for (name, bytes) in Report::new(outcome, &numbers)?.files {
            exports.push((name, Box::new(move |path| save_bytes(path, &bytes))));
        }
    }
    let metrics = Metrics::new(outcome, &numbers).to_json()?;
    exports.push(("metrics.json", Box::new(move |path| save_bytes(path, metrics.as_bytes()))));
    save(directory, exports, progress)
}

/// Writes figures.pdf of what the outcome holds so far to `path`, whose folder is made when it is not there.
///
/// # Errors
/// [`ExportError`].
#[cfg(feature = "pdf")]
pub fn export_figures(
    outcome: &Outcome,
    restorations: Option<&Restorations>,
    path: &Path,
) -> Result<Written, ExportError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    save_bytes(path, &figures::figures(outcome, restorations)?)?;
    Ok(size_of(path.to_owned()))
}

/// Writes the report on what the outcome holds so far into the folder `directory`, which is made when it is not there:
/// [`REPORT_FILES`], of which the last is the one to open. All are made before the first is written.
///
/// # Errors
/// [`ExportError`].
#[cfg(feature = "pdf")]
pub fn export_report(
    outcome: &Outcome,
    restorations: Option<&Restorations>,
    directory: &Path,
) -> Result<Vec<Written>, ExportError> {
    let files = Report::new(outcome, &Numbers::of(outcome, None, restorations))?.files;
    let exports = files.into_iter().map(|(name, bytes)| {
        let save: Save<'_> = Box::new(move |path| save_bytes(path, &bytes));
        (name, save)
    });
    save(directory, exports.collect(), &mut |_| {})
}

fn save(
    directory: &Path,
    exports: Vec<(&'static str, Save<'_>)>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Written>, ExportError> {
    make_folder(directory)?;
    let mut written = Vec::with_capacity(exports.len());
    let total = exports.len();
    for (done, (file, save)) in exports.into_iter().enumerate() {
        progress(Progress { file, done, total });
        let path = directory.join(file);
        save(&path)?;
        written.push(size_of(path));
    }
    Ok(written)
}

fn make_folder(path: &Path) -> Result<(), ExportError> {
    fs::create_dir_all(path).map_err(|cause| ExportError::Folder { path: path.to_owned(), cause })
}

fn size_of(path: PathBuf) -> Written {
    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    Written { path, bytes }
}

fn save_bytes(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    Ok(write_file(path, |file| file.write_all(bytes))?)
}
