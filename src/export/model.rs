//! model.npz: a fitted mixture with what it was fitted under, as numpy reads it.
//!
//! | array | shape | type | |
//! |---|---|---|---|
//! | `weights` | (K,) | float64 | by falling weight |
//! | `means` | (K, D) | float64 | one mean a row |
//! | `covariances` | (K, D, D) | float64 | the ridge included |
//! | `nll_history` | (J,) | float64 | mean NLL per image at each iteration, in nats |
//! | `ridge` | () | float64 | |
//! | `converged` | () | bool | |
//! | `labels` | (L,) | int64 | |
//! | `seed` | () | int64 | seeds from 2^63 on are negative here; `numpy.uint64` gives them back |
//! | `sample_indices` | (S,) | int64 | positions among the training images of the labels, in file order |
//!
//! The first three are the model. The others may be absent from a file that is read, so that a mixture
//! fitted elsewhere can be used.

use std::path::Path;

use nalgebra::{DMatrix, DVector};

use super::ExportError;
use crate::data::npz::{self, NpzFault, NpzReader};
use crate::mixture::{Mixture, StopReason};
use crate::study::Outcome;

/// What model.npz holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelFile {
    /// The mixture, components by falling weight.
    pub mixture: Mixture,
    /// Mean NLL per image at each iteration, in nats.
    pub nll_history: Vec<f64>,
    /// What was added to the diagonal of every covariance.
    pub ridge: f64,
    /// Whether EM stopped because the NLL no longer changed.
    pub converged: bool,
    /// The labels whose images it was fitted to.
    pub labels: Vec<u8>,
    /// The seed of the fit.
    pub seed: u64,
    /// The images it was fitted to: positions among the training images of the labels.
    pub sample_indices: Vec<usize>,
}

impl ModelFile {
    /// The model of an outcome; `None` while there is no fit.
    pub fn from_outcome(outcome: &Outcome) -> Option<Self> {
        let fit = outcome.fit.as_deref()?;
        Some(Self {
            mixture: fit.mixture.as_ref().clone(),
            nll_history: fit.history.iter().map(|step| step.iteration.nll).collect(),
            ridge: outcome.settings.em.ridge,
            converged: fit.stop == StopReason::Converged,
            labels: outcome.settings.labels.clone(),
            seed: outcome.settings.seed,
            sample_indices: outcome.data.as_ref().map(|data| data.sample_indices.clone()).unwrap_or_default(),
        })
    }

    /// Writes the file, whole or not at all.
    ///
    /// # Errors
    /// [`crate::data::DataError::Write`].
    pub fn save(&self, path: &Path) -> Result<(), ExportError> {
        let (k, d) = (self.mixture.components(), self.mixture.dim());
        let labels: Vec<i64> = self.labels.iter().map(|&label| i64::from(label)).collect();
        let indices: Vec<i64> = self.sample_indices.iter().map(|&index| index as i64).collect();
        npz::write(path, |npz| {
            npz.array("weights", &[k], self.mixture.weights().iter())?;
            npz.array("means", &[k, d], self.mixture.means().iter())?;
            npz.array("covariances", &[k, d, d], self.mixture.covariances().iter().flat_map(DMatrix::iter))?;
            npz.array("nll_history", &[self.nll_history.len()], &self.nll_history)?;
            npz.scalar("ridge", self.ridge)?;
            npz.scalar("converged", self.converged)?;
            npz.array("labels", &[labels.len()], &labels)?;
            npz.scalar("seed", self.seed.cast_signed())?;
            npz.array("sample_indices", &[indices.len()], &indices)
        })?;
        Ok(())
    }

    /// Reads a file that [`ModelFile::save`] or numpy wrote. Positive definiteness is checked where it is used.
    ///
    /// # Errors
    /// [`ExportError::Data`] for a missing or damaged file, an array that is missing, not finite or of another
    /// shape; [`ExportError::Model`] for weights that do not sum to 1 and covariances that are not symmetric;
    /// [`ExportError::Setting`].
    pub fn load(path: &Path) -> Result<Self, ExportError> {
        let mut file = NpzReader::open(path)?;
        Ok(Self {
            mixture: mixture(&mut file, path)?,
            nll_history: optional(&mut file, "nll_history", |file, name| Ok(file.f64(name)?.values))?
                .unwrap_or_default(),
            ridge: optional(&mut file, "ridge", |file, name| Ok(file.finite_f64(name)?.scalar()))?
                .flatten()
                .unwrap_or(0.0),
            converged: optional(&mut file, "converged", |file, name| Ok(file.bool(name)?.scalar()))?
                .flatten()
                .unwrap_or(false),
            labels: whole_numbers(&mut file, path, "labels", "label from 0 to 9", |value| {
                u8::try_from(value).ok().filter(|label| *label <= 9)
            })?,
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

fn mixture(file: &mut Reader, path: &Path) -> Result<Mixture, ExportError> {
    let shape = |file: &Reader, array: &str, found: &[usize], expected: String| {
        let fault = NpzFault::Shape { array: array.to_owned(), found: found.to_vec(), expected };
        ExportError::from(file.fault(fault))
    };
    let weights = file.finite_f64("weights")?;
    let &[k] = weights.shape.as_slice() else {
        return Err(shape(file, "weights", &weights.shape, "(K,)".to_owned()));
    };
    let means = file.finite_f64("means")?;
    let d = match *means.shape.as_slice() {
        [rows, d] if rows == k && d > 0 => d,
        _ => return Err(shape(file, "means", &means.shape, format!("({k}, D), one mean a row,"))),
    };
    let covariances = file.finite_f64("covariances")?;
    if covariances.shape != [k, d, d] {
        return Err(shape(file, "covariances", &covariances.shape, format!("({k}, {d}, {d})")));
    }
    let covariances = covariances.values.chunks_exact(d * d).map(|c| DMatrix::from_column_slice(d, d, c));
    Mixture::new(
        DVector::from_vec(weights.values),
        DMatrix::from_vec(d, k, means.values),
        covariances.collect(),
    )
    .map_err(|fault| ExportError::Model { path: path.to_owned(), fault })
}

/// An array that a file may lack.
fn optional<T>(
    file: &mut Reader,
    name: &str,
    read: impl FnOnce(&mut Reader, &str) -> Result<T, ExportError>,
) -> Result<Option<T>, ExportError> {
    if file.contains(name) { read(file, name).map(Some) } else { Ok(None) }
}

/// Whole numbers that a file may lack, each with a meaning.
fn whole_numbers<T>(
    file: &mut Reader,
    path: &Path,
    array: &'static str,
    meaning: &'static str,
    convert: impl Fn(i64) -> Option<T>,
) -> Result<Vec<T>, ExportError> {
    let values = optional(file, array, |file, name| Ok(file.i64(name)?.values))?.unwrap_or_default();
    let convert = |value: i64| {
        convert(value).ok_or_else(|| ExportError::Setting {
            path: path.to_owned(),
            array,
            value: value.to_string(),
            meaning,
        })
    };
    values.into_iter().map(convert).collect()
}
