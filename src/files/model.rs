//! model.npz: a fitted mixture with what it was fitted under, as numpy reads it.
//!
//! | array | shape | type | |
//! |---|---|---|---|
//! | `weights` | (K,) | float64 | by falling weight |
//! | `means` | (K, D) | float64 | one mean a row |
//! | `covariances` | (K, D, D) | float64 | the ridge included; other families have others (`arrays`) |
//! | `nll_history` | (J,) | float64 | mean NLL per image at each iteration, in nats |
//! | `family` | () | text | only where it is not full |
//! | `ridge` | () | float64 | |
//! | `shrinkage` | () | float64 | only where it is not 0 |
//! | `shrinkage_reach` | () | float64 | of its target, in pixels; only where it is not 0 |
//! | `converged` | () | bool | |
//! | `labels` | (L,) | int64 | |
//! | `seed` | () | int64 | seeds from 2^63 on are negative here; `numpy.uint64` gives them back |
//! | `sample_indices` | (S,) | int64 | positions among the training images of the labels, in file order |
//! | `component_labels` | (K,) | int64 | only of a mixture a label: the label that each component belongs to |
//! | `shrinkage_chosen` | () | bool | only where held-out images chose the shrinkage: true |
//! | `partial` | () | bool | only of a fit that was stopped before its end, which `--start` continues: true |
//! | `training_digest` | () | text | only of such a fit: the first 16 hexadecimal digits of SHA-256 of its images and their weights |
//! | `shape` | (2,) | int64 | rows and columns of an image; only where [`ImageShape::of_vector`] would not tell |
//! | `data`, `test_share`, `vectors` | | | where the images came from (`origin`) |
//!
//! A model from elsewhere may have `precisions_cholesky` (K, D, D) instead of covariances, as scikit-learn has it, and weights of shape
//! (1, K). The first three are the model. The others may be absent from a file that is read, so that a mixture
//! fitted elsewhere can be used.

mod arrays;
mod origin;

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{FileError, FileNote, Finding};
use crate::data::ImageShape;
use crate::data::npz::{self, NpzFault, NpzReader};
use crate::mixture::Mixture;
pub use origin::Origin;

/// What model.npz holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The mixture, components by falling weight.
    pub mixture: Arc<Mixture>,
    /// Height and width of its images.
    pub shape: ImageShape,
    /// Mean NLL per image at each iteration, in nats.
    pub nll_history: Vec<f64>,
    /// What was added to the diagonal of every covariance.
    pub ridge: f64,
    /// nu, the images that pulled each covariance towards its own diagonal.
    pub shrinkage: f64,
    /// The reach in pixels of the target of shrinkage; 0 for the diagonal.
    pub reach: f64,
    /// Whether EM stopped because the NLL no longer changed.
    pub converged: bool,
    /// The labels whose images it was fitted to.
    pub labels: Vec<u8>,
    /// The seed of the fit.
    pub seed: u64,
    /// The images it was fitted to: positions among the training images of the labels.
    pub sample_indices: Vec<usize>,
    /// The label that each component belongs to, of a mixture a label; else empty.
    pub component_labels: Vec<u8>,
    /// Whether the fit was stopped before its end: it can be continued as if it had not been.
    pub is_partial: bool,
    /// Whether the shrinkage was chosen by images held out, and not given.
    pub is_shrinkage_chosen: bool,
    /// What tells the training images of a fit that was stopped from others; none of a fit that was not.
    pub training_digest: Option<String>,
    /// Where its images came from.
    pub origin: Origin,
    /// What is odd about the file that it was read from; empty for a model that was fitted here.
    pub notes: Vec<FileNote>,
}

/// How far a fit is, as its model file says.
#[derive(Debug, Clone, PartialEq)]
pub struct FitProgress {
    /// Mean NLL per image at each iteration, in nats.
    pub nll_history: Vec<f64>,
    /// Whether it goes on, or was stopped before its end.
    pub is_partial: bool,
    /// Whether it has converged.
    pub converged: bool,
}

impl ModelFile {
    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`crate::data::DataError::Write`].
    pub fn save(&self, path: &Path) -> Result<(), FileError> {
        let d = self.mixture.dim();
        let labels: Vec<i64> = self.labels.iter().map(|&label| i64::from(label)).collect();
        let indices: Vec<i64> = self.sample_indices.iter().map(|&index| index as i64).collect();
        npz::write(path, |npz| {
            arrays::write(npz, &self.mixture)?;
            npz.array("nll_history", &[self.nll_history.len()], &self.nll_history)?;
            npz.scalar("ridge", self.ridge)?;
            if self.shrinkage != 0.0 {
                npz.scalar("shrinkage", self.shrinkage)?;
            }
            if self.reach != 0.0 {
                npz.scalar("shrinkage_reach", self.reach)?;
            }
            if self.is_shrinkage_chosen {
                npz.scalar("shrinkage_chosen", true)?;
            }
            npz.scalar("converged", self.converged)?;
            npz.array("labels", &[labels.len()], &labels)?;
            npz.scalar("seed", self.seed.cast_signed())?;
            npz.array("sample_indices", &[indices.len()], &indices)?;
            if self.is_partial {
                npz.scalar("partial", true)?;
            }
            if let Some(digest) = &self.training_digest {
                npz.text("training_digest", digest)?;
            }
            if !self.component_labels.is_empty() {
                let labels: Vec<i64> = self.component_labels.iter().map(|&label| i64::from(label)).collect();
                npz.array("component_labels", &[labels.len()], &labels)?;
            }
            if self.shape != ImageShape::of_vector(d) {
                npz.array("shape", &[2], &[self.shape.rows as i64, self.shape.columns as i64])?;
            }
            self.origin.write(npz)
        })?;
        Ok(())
    }

    /// [`fit_name`] of weights, means and NLL of the iterations. Equal settings, seed and images give equal names.
    pub fn name(&self) -> String {
        fit_name(&self.mixture, self.nll_history.iter().copied(), &[])
    }

    /// How far the fit of a file is, without its mixture.
    ///
    /// # Errors
    /// [`FileError::Data`] for a missing or damaged file.
    pub fn progress(path: &Path) -> Result<FitProgress, FileError> {
        let mut file = NpzReader::open(path)?;
        Ok(FitProgress {
            nll_history: optional(&mut file, "nll_history", |file, name| Ok(file.f64(name)?.values))?
                .unwrap_or_default(),
            is_partial: flag(&mut file, "partial")?,
            converged: flag(&mut file, "converged")?,
        })
    }

    /// Reads a file that [`ModelFile::save`] or numpy wrote. Positive definiteness is checked where it is used. Rounding is
    /// repaired ([`Mixture::repaired`]), and noted.
    ///
    /// # Errors
    /// [`FileError::Data`] for a missing or damaged file, an array that is missing, not finite or of another
    /// shape; [`FileError::Model`] for weights that do not sum to 1 and covariances that are not symmetric;
    /// [`FileError::Setting`].
    pub fn load(path: &Path) -> Result<Self, FileError> {
        let mut file = NpzReader::open(path)?;
        let (mixture, repairs) = arrays::read(&mut file, path)?;
        let component_labels = component_labels(&mut file, path, mixture.components())?;
        let origin = Origin::read(&mut file)?;
        let note = |repair| FileNote { path: path.to_owned(), finding: Finding::Repaired(repair) };
        // Vectors have no scale that they should be on.
        let on_scale = FileNote::on_scale(path, mixture.means()).filter(|_| !origin.vectors);
        let notes = repairs.into_iter().map(note).chain(on_scale);
        Ok(Self {
            origin,
            notes: notes.collect(),
            component_labels,
            is_partial: flag(&mut file, "partial")?,
            is_shrinkage_chosen: flag(&mut file, "shrinkage_chosen")?,
            training_digest: optional(&mut file, "training_digest", |file, name| Ok(file.text(name)?))?,
            shape: shape(&mut file, path, mixture.dim())?,
            mixture: Arc::new(mixture),
            nll_history: optional(&mut file, "nll_history", |file, name| Ok(file.f64(name)?.values))?
                .unwrap_or_default(),
            ridge: optional(&mut file, "ridge", |file, name| Ok(file.finite_f64(name)?.scalar()))?
                .flatten()
                .unwrap_or(0.0),
            shrinkage: optional(&mut file, "shrinkage", |file, name| Ok(file.finite_f64(name)?.scalar()))?
                .flatten()
                .unwrap_or(0.0),
            reach: optional(&mut file, "shrinkage_reach", |file, name| Ok(file.finite_f64(name)?.scalar()))?
                .flatten()
                .unwrap_or(0.0),
            converged: flag(&mut file, "converged")?,
            labels: labels(&mut file, path, "labels")?,
            seed: optional(&mut file, "seed", |file, name| Ok(file.i64(name)?.scalar()))?
                .flatten()
                .map_or(0, i64::cast_unsigned),
            sample_indices: whole_numbers(&mut file, path, "sample_indices", "position", |value| {
                usize::try_from(value).ok()
            })?,
        })
    }
}

type Reader = NpzReader<std::io::BufReader<std::fs::File>>;

/// The first eight hexadecimal digits of SHA-256 of the weights and means of a mixture, the NLLs of its iterations, and what `more` tells
/// it from others by.
pub fn fit_name(mixture: &Mixture, nll_history: impl Iterator<Item = f64>, more: &[u8]) -> String {
    let mut hash = Sha256::new();
    let values = mixture.weights().iter().chain(mixture.means()).copied().chain(nll_history);
    values.for_each(|value| hash.update(value.to_le_bytes()));
    hash.update(more);
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a file says so; a file without the array does not.
fn flag(file: &mut Reader, name: &str) -> Result<bool, FileError> {
    let found = optional(file, name, |file, name| Ok(file.bool(name)?.scalar()))?;
    Ok(found.flatten().unwrap_or(false))
}

/// The shape of images of `dim` pixels: the file's, or what the rule for files without one gives.
fn shape(file: &mut Reader, path: &Path, dim: usize) -> Result<ImageShape, FileError> {
    const SHAPE: &str = "shape";
    let Some(array) = optional(file, SHAPE, |file, name| Ok(file.i64(name)?))? else {
        return Ok(ImageShape::of_vector(dim));
    };
    let &[rows, columns] = array.values.as_slice() else {
        let fault =
            NpzFault::Shape { array: SHAPE.to_owned(), found: array.shape, expected: "(2,)".to_owned() };
        return Err(file.fault(fault).into());
    };
    let size = |lines: i64| usize::try_from(lines).unwrap_or(0);
    let shape = ImageShape::new(size(rows), size(columns));
    if shape.len() != dim {
        let value = format!("{rows} and {columns}");
        let meaning = "shape of its means' images";
        return Err(FileError::Setting { path: path.to_owned(), array: SHAPE, value, meaning });
    }
    Ok(shape)
}

/// Labels that a file may lack.
fn labels(file: &mut Reader, path: &Path, array: &'static str) -> Result<Vec<u8>, FileError> {
    whole_numbers(file, path, array, "label from 0 to 255", |value| u8::try_from(value).ok())
}

/// The label of each of `components` components, where the file has them.
fn component_labels(file: &mut Reader, path: &Path, components: usize) -> Result<Vec<u8>, FileError> {
    const LABELS: &str = "component_labels";
    let found = labels(file, path, LABELS)?;
    if found.is_empty() || found.len() == components {
        return Ok(found);
    }
    let expected = format!("({components},), one label a component,");
    let fault = NpzFault::Shape { array: LABELS.to_owned(), found: vec![found.len()], expected };
    Err(file.fault(fault).into())
}

/// An array that a file may lack.
fn optional<T>(
    file: &mut Reader,
    name: &str,
    read: impl FnOnce(&mut Reader, &str) -> Result<T, FileError>,
) -> Result<Option<T>, FileError> {
    if file.contains(name) { read(file, name).map(Some) } else { Ok(None) }
}

/// Whole numbers that a file may lack, each with a meaning.
fn whole_numbers<T>(
    file: &mut Reader,
    path: &Path,
    array: &'static str,
    meaning: &'static str,
    convert: impl Fn(i64) -> Option<T>,
) -> Result<Vec<T>, FileError> {
    let values = optional(file, array, |file, name| Ok(file.i64(name)?.values))?.unwrap_or_default();
    let convert = |value: i64| {
        convert(value).ok_or_else(|| FileError::Setting {
            path: path.to_owned(),
            array,
            value: value.to_string(),
            meaning,
        })
    };
    values.into_iter().map(convert).collect()
}
