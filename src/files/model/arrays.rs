//! The arrays of a mixture, by the family of its covariances.
//!
//! | family | arrays |
//! |---|---|
//! | full | `covariances` (K, D, D) |
//! | tied | `covariances` (D, D) |
//! | diagonal | `covariances` (K, D) |
//! | spherical | `covariances` (K,) |
//! | low-rank | `factors` (K, D, R), `noise_variances` (K, D) |
//!
//! `family` names it; without one the shape of `covariances` tells, as scikit-learn has the same shapes.

use std::io::{Seek, Write};
use std::path::Path;

use nalgebra::{DMatrix, DVector};

use super::Reader;
use crate::data::npz::{NpzFault, NpzWriter};
use crate::files::{FileError, precisions};
use crate::mixture::{Covariance, CovarianceFamily, Mixture, Repair};

const FAMILY: &str = "family";
const COVARIANCES: &str = "covariances";
const FACTORS: &str = "factors";
const PRECISIONS: &str = "precisions_cholesky";
const NOISE: &str = "noise_variances";

/// Writes weights, means and covariances; `family` where it is not full.
pub(super) fn write<W: Write + Seek>(npz: &mut NpzWriter<W>, mixture: &Mixture) -> std::io::Result<()> {
    let (k, d, family) = (mixture.components(), mixture.dim(), mixture.family());
    let each = mixture.covariances();
    npz.array("weights", &[k], mixture.weights().iter())?;
    npz.array("means", &[k, d], mixture.means().iter())?;
    match family {
        CovarianceFamily::Full => {
            let dense: Vec<_> = each.iter().map(Covariance::dense).collect();
            return npz.array(COVARIANCES, &[k, d, d], dense.iter().flat_map(|matrix| matrix.iter()));
        }
        CovarianceFamily::Tied => npz.array(COVARIANCES, &[d, d], each[0].dense().iter())?,
        CovarianceFamily::Diagonal => {
            let variances: Vec<_> = each.iter().map(Covariance::diagonal).collect();
            npz.array(COVARIANCES, &[k, d], variances.iter().flat_map(|variances| variances.iter()))?;
        }
        CovarianceFamily::Spherical => {
            let variances: Vec<f64> = each.iter().map(|covariance| covariance.trace() / d as f64).collect();
            npz.array(COVARIANCES, &[k], &variances)?;
        }
        CovarianceFamily::LowRank => {
            let parts: Vec<_> = each.iter().filter_map(Covariance::parts).collect();
            let rank = mixture.rank();
            // A matrix of D rows and R columns in C order: its transpose column by column.
            let transposed: Vec<_> = parts.iter().map(|(factors, _)| factors.transpose()).collect();
            npz.array(FACTORS, &[k, d, rank], transposed.iter().flat_map(|factors| factors.iter()))?;
            npz.array(NOISE, &[k, d], parts.iter().flat_map(|(_, noise)| noise.iter()))?;
        }
    }
    npz.text(FAMILY, family.name())
}

/// Reads what [`write`] or numpy wrote.
pub(super) fn read(file: &mut Reader, path: &Path) -> Result<(Mixture, Vec<Repair>), FileError> {
    let weights = file.finite_f64("weights")?;
    let (&[k] | &[1, k] | &[k, 1]) = weights.shape.as_slice() else {
        return Err(shape(file, "weights", &weights.shape, "(K,)".to_owned()));
    };
    let means = file.finite_f64("means")?;
    let d = match *means.shape.as_slice() {
        [rows, d] if rows == k && d > 0 => d,
        _ => return Err(shape(file, "means", &means.shape, format!("({k}, D), one mean a row,"))),
    };
    let covariances = covariances(file, path, k, d)?;
    Mixture::repaired(DVector::from_vec(weights.values), DMatrix::from_vec(d, k, means.values), covariances)
        .map_err(|fault| FileError::Model { path: path.to_owned(), fault })
}

fn covariances(file: &mut Reader, path: &Path, k: usize, d: usize) -> Result<Vec<Covariance>, FileError> {
    let named = if file.contains(FAMILY) { Some(family(file, path)?) } else { None };
    if named == Some(CovarianceFamily::LowRank) || named.is_none() && file.contains(FACTORS) {
        return low_rank(file, k, d);
    }
    if !file.contains(COVARIANCES) && file.contains(PRECISIONS) {
        return of_precisions(file, path, k, d);
    }
    let array = file.finite_f64(COVARIANCES)?;
    let of_shape = || match *array.shape.as_slice() {
        [a, b] if (a, b) == (d, d) && k == d => None,
        [a, b] if (a, b) == (d, d) => Some(CovarianceFamily::Tied),
        [a, b] if (a, b) == (k, d) => Some(CovarianceFamily::Diagonal),
        [a] if a == k => Some(CovarianceFamily::Spherical),
        _ => Some(CovarianceFamily::Full),
    };
    let Some(family) = named.or_else(of_shape) else {
        let expected = format!("a `{FAMILY}` beside it (tied or diagonal)");
        return Err(shape(file, COVARIANCES, &array.shape, expected));
    };
    let (wanted, expected) = match family {
        CovarianceFamily::Tied => (vec![d, d], format!("({d}, {d})")),
        CovarianceFamily::Diagonal => (vec![k, d], format!("({k}, {d})")),
        CovarianceFamily::Spherical => (vec![k], format!("({k},)")),
        CovarianceFamily::Full | CovarianceFamily::LowRank => (vec![k, d, d], format!("({k}, {d}, {d})")),
    };
    if array.shape != wanted {
        return Err(shape(file, COVARIANCES, &array.shape, expected));
    }
    Ok(match family {
        CovarianceFamily::Tied => Covariance::tied(DMatrix::from_vec(d, d, array.values), k),
        CovarianceFamily::Diagonal => {
            let variances = array.values.chunks_exact(d);
            variances.map(|v| Covariance::from_variances(DVector::from_column_slice(v))).collect()
        }
        CovarianceFamily::Spherical => array.values.iter().map(|&v| Covariance::spherical(v, d)).collect(),
        CovarianceFamily::Full | CovarianceFamily::LowRank => {
            matrices(array.values, d).into_iter().map(Covariance::from).collect()
        }
    })
}

/// Full covariances of a model that has the factors of their inverses alone.
fn of_precisions(file: &mut Reader, path: &Path, k: usize, d: usize) -> Result<Vec<Covariance>, FileError> {
    let array = file.finite_f64(PRECISIONS)?;
    if array.shape != [k, d, d] {
        return Err(shape(file, PRECISIONS, &array.shape, format!("({k}, {d}, {d})")));
    }
    let found = precisions::covariances(&array.values, d).ok_or_else(|| FileError::Setting {
        path: path.to_owned(),
        array: PRECISIONS,
        value: "a diagonal that is not positive".to_owned(),
        meaning: "upper triangular factor of a precision",
    })?;
    Ok(found.into_iter().map(Covariance::from).collect())
}

fn family(file: &mut Reader, path: &Path) -> Result<CovarianceFamily, FileError> {
    let word = file.text(FAMILY)?;
    // scikit-learn's word.
    let name = if word == "diag" { CovarianceFamily::Diagonal.name() } else { word.as_str() };
    CovarianceFamily::ALL.into_iter().find(|family| family.name() == name).ok_or_else(|| FileError::Setting {
        path: path.to_owned(),
        array: FAMILY,
        value: word.clone(),
        meaning: "family of covariances (full, tied, diagonal, spherical, low-rank)",
    })
}

fn low_rank(file: &mut Reader, k: usize, d: usize) -> Result<Vec<Covariance>, FileError> {
    let factors = file.finite_f64(FACTORS)?;
    let rank = match *factors.shape.as_slice() {
        [rows, columns, rank] if (rows, columns) == (k, d) && (1..=d).contains(&rank) => rank,
        _ => return Err(shape(file, FACTORS, &factors.shape, format!("({k}, {d}, R)"))),
    };
    let noise = file.finite_f64(NOISE)?;
    if noise.shape != [k, d] {
        return Err(shape(file, NOISE, &noise.shape, format!("({k}, {d})")));
    }
    let pairs = factors.values.chunks_exact(d * rank).zip(noise.values.chunks_exact(d));
    let covariance = |(factors, noise)| {
        Covariance::low_rank(DMatrix::from_row_slice(d, rank, factors), DVector::from_column_slice(noise))
    };
    Ok(pairs.map(covariance).collect())
}

fn shape(file: &Reader, array: &str, found: &[usize], expected: String) -> FileError {
    file.fault(NpzFault::Shape { array: array.to_owned(), found: found.to_vec(), expected }).into()
}

/// The d x d matrices that stand one behind the other in `values`. The last ones are taken first and their memory is given
/// back, so that a large model is not held twice.
fn matrices(mut values: Vec<f64>, d: usize) -> Vec<DMatrix<f64>> {
    let count = values.len() / (d * d).max(1);
    let mut matrices = Vec::with_capacity(count);
    for first in (1..count).rev() {
        matrices.push(DMatrix::from_vec(d, d, values.split_off(first * d * d)));
        values.shrink_to_fit();
    }
    if count > 0 {
        matrices.push(DMatrix::from_vec(d, d, values));
    }
    matrices.reverse();
    matrices
}
