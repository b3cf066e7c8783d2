//! The measurements and operators that users bring.

use std::path::Path;

use nalgebra::DMatrix;

use super::FileError;
use super::images::{images_in, shape_fault, shapes};
use crate::data::ImageShape;
use crate::data::npz::NpzReader;

/// Measurements of images that are not known.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasurementsFile {
    /// y of each image, m values.
    pub measurements: Vec<Vec<f64>>,
    /// The standard deviation of the noise in each of the m values; `None` when the file has no array `noise`.
    pub noise: Option<Vec<f64>>,
}

/// Reads `measurements` (N, m) with m = `count`, and `noise` (m) when there is any.
///
/// # Errors
/// [`FileError::Data`] for a missing or damaged file, an array of another shape, and a value that is not finite.
pub fn read_measurements(path: &Path, count: usize) -> Result<MeasurementsFile, FileError> {
    const MEASUREMENTS: &str = "measurements";
    const NOISE: &str = "noise";
    let mut file = NpzReader::open(path)?;
    let found = file.finite_f64(MEASUREMENTS)?;
    let &[images, m] = found.shape.as_slice() else {
        return Err(shape_fault(&file, MEASUREMENTS, &found.shape, format!("(N, {count})")));
    };
    if m != count || images == 0 {
        return Err(shape_fault(&file, MEASUREMENTS, &found.shape, format!("(N, {count})")));
    }
    let measurements = (0..images).map(|n| found.values[n * m..(n + 1) * m].to_vec()).collect();
    let noise = file.contains(NOISE).then(|| file.finite_f64(NOISE)).transpose()?;
    match noise {
        Some(noise) if noise.shape != [count] => {
            Err(shape_fault(&file, NOISE, &noise.shape, format!("({count},)")))
        }
        noise => Ok(MeasurementsFile { measurements, noise: noise.map(|noise| noise.values) }),
    }
}

/// Reads `operator`, (m, D) or (m, rows, columns), as m x D.
///
/// # Errors
/// [`FileError::Data`] for a missing or damaged file, another shape, and a value that is not finite.
pub fn read_operator(path: &Path, shape: ImageShape) -> Result<DMatrix<f64>, FileError> {
    const OPERATOR: &str = "operator";
    let mut file = NpzReader::open(path)?;
    let found = file.finite_f64(OPERATOR)?;
    match images_in(&found.shape, shape) {
        Some(rows) => Ok(DMatrix::from_row_slice(rows, shape.len(), &found.values)),
        None => Err(shape_fault(&file, OPERATOR, &found.shape, shapes("m", shape))),
    }
}
