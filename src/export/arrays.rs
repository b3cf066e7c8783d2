//! samples.npz and restored.npz; the images, masks and means that users bring.
//!
//! Used by `cli`. N images are N x D in a file and D x N in memory, which is the same order of numbers.

use std::io::BufReader;
use std::path::Path;

use nalgebra::DMatrix;

use super::ExportError;
use crate::data::npz::{self, ElementType, NpzFault, NpzReader};
use crate::inverse::{Mask, Restoration};

/// Writes samples: `samples` (N, D), unclipped, and `components` (N,), int64 from 0.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_samples(path: &Path, images: &DMatrix<f64>, components: &[usize]) -> Result<(), ExportError> {
    let components: Vec<i64> = components.iter().map(|&k| k as i64).collect();
    npz::write(path, |npz| {
        npz.array("samples", &[images.ncols(), images.nrows()], images.iter())?;
        npz.array("components", &[components.len()], &components)
    })?;
    Ok(())
}

/// Writes restorations: `images`, `masks`, `restored`, `std` (N, D), `weights` (N, K), `psnr`, `ssim` (N,).
///
/// `masks` holds one mask an image, or one for all.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_restored(
    path: &Path,
    images: &DMatrix<f64>,
    masks: &[Mask],
    restorations: &[Restoration],
) -> Result<(), ExportError> {
    let (n, d) = (restorations.len(), images.nrows());
    let k = restorations.first().map_or(0, |restoration| restoration.weights.len());
    let mask = |i: usize| masks.get(i).or(masks.first()).map(Mask::bits).unwrap_or_default();
    npz::write(path, |npz| {
        npz.array("images", &[n, d], images.iter())?;
        npz.array("masks", &[n, d], (0..n).flat_map(mask))?;
        npz.array("restored", &[n, d], restorations.iter().flat_map(|r| &r.restored))?;
        npz.array("weights", &[n, k], restorations.iter().flat_map(|r| &r.weights))?;
        npz.array("std", &[n, d], restorations.iter().flat_map(|r| &r.std))?;
        npz.array("psnr", &[n], restorations.iter().map(|r| &r.psnr))?;
        npz.array("ssim", &[n], restorations.iter().map(|r| &r.ssim))
    })?;
    Ok(())
}

/// Images to restore, with the masks that came with them.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagesFile {
    /// D x N, in [0, 1]; NaN only where a mask says that the pixel is missing.
    pub images: DMatrix<f64>,
    /// One mask for each image, or a single one for all; empty when the file has no array `masks`.
    pub masks: Vec<Mask>,
}

/// Reads `images`, (N, `dim`) or (N, side, side), uint8 or floats in [0, 1], and `masks`, bool, of the same shape
/// or of a single image's, when there are any. Pixels that a mask marks as missing may be NaN.
///
/// # Errors
/// [`ExportError::Data`] for a missing or damaged file, for arrays of another type or shape and for a NaN in an
/// observed pixel; [`ExportError::Pixel`] for pixels outside [0, 1].
pub fn read_images(path: &Path, dim: usize) -> Result<ImagesFile, ExportError> {
    const IMAGES: &str = "images";
    const MASKS: &str = "masks";
    let mut file = NpzReader::open(path)?;
    let info = file.info(IMAGES)?;
    let count = images_in(&info.shape, dim).filter(|&count| count > 0);
    let count = count.ok_or_else(|| shape_fault(&file, IMAGES, &info.shape, shapes("N", dim)))?;
    let scale = match info.elements {
        ElementType::Uint8 => 255.0,
        ElementType::Float => 1.0,
        ElementType::Integer | ElementType::Bool => {
            return Err(file
                .fault(NpzFault::ElementType {
                    array: IMAGES.to_owned(),
                    found: (if info.elements == ElementType::Bool { "bool" } else { "whole numbers" })
                        .to_owned(),
                    expected: ElementType::Uint8,
                    hint: "uint8",
                })
                .into());
        }
    };
    let mut values = file.f64(IMAGES)?.values;
    values.iter_mut().for_each(|value| *value /= scale);
    let masks = read_masks(&mut file, MASKS, count, dim)?;
    for (position, &value) in values.iter().enumerate() {
        let mask = masks.get(position / dim).or(masks.first());
        let observed = mask.and_then(|mask| mask.bits().get(position % dim)).is_none_or(|&observed| observed);
        if value.is_nan() && observed {
            let array = IMAGES.to_owned();
            return Err(file.fault(NpzFault::NotFinite { array, position, value }).into());
        }
        if !value.is_nan() && !(0.0..=1.0).contains(&value) {
            return Err(ExportError::Pixel { path: path.to_owned(), array: IMAGES, position, value });
        }
    }
    Ok(ImagesFile { images: DMatrix::from_vec(dim, count, values), masks })
}

/// Masks for `count` images: as many, one, or none when the file has no such array.
fn read_masks(
    file: &mut NpzReader<BufReader<std::fs::File>>,
    array: &str,
    count: usize,
    dim: usize,
) -> Result<Vec<Mask>, ExportError> {
    if !file.contains(array) {
        return Ok(Vec::new());
    }
    let masks = file.bool(array)?;
    let fits = images_in(&masks.shape, dim).is_some_and(|masks| masks == count || masks == 1);
    if !(fits || is_image(&masks.shape, dim)) {
        let expected = format!("{}, or that of a single image", shapes(&count.to_string(), dim));
        return Err(shape_fault(file, array, &masks.shape, expected));
    }
    Ok(masks.values.chunks_exact(dim).map(|bits| Mask::new(bits.to_vec())).collect())
}

/// Reads `means`, (K, `dim`) or (K, side, side), to start EM from, as D x K.
///
/// # Errors
/// [`ExportError::Data`] for a missing or damaged file, another shape, or a value that is not finite.
pub fn read_means(path: &Path, dim: usize) -> Result<DMatrix<f64>, ExportError> {
    const MEANS: &str = "means";
    let mut file = NpzReader::open(path)?;
    let means = file.finite_f64(MEANS)?;
    match images_in(&means.shape, dim) {
        Some(count) if count > 0 => Ok(DMatrix::from_vec(dim, count, means.values)),
        _ => Err(shape_fault(&file, MEANS, &means.shape, shapes("K", dim))),
    }
}

/// How many images an array of this shape holds: (N, dim) or (N, side, side).
fn images_in(shape: &[usize], dim: usize) -> Option<usize> {
    let (&count, image) = shape.split_first()?;
    is_image(image, dim).then_some(count)
}

/// Whether this is the shape of one image: (dim,) or (side, side).
fn is_image(shape: &[usize], dim: usize) -> bool {
    match *shape {
        [pixels] => pixels == dim,
        [rows, columns] => rows == columns && rows * columns == dim,
        _ => false,
    }
}

fn shapes(count: &str, dim: usize) -> String {
    let side = dim.isqrt();
    if side * side == dim {
        format!("({count}, {dim}) or ({count}, {side}, {side})")
    } else {
        format!("({count}, {dim})")
    }
}

fn shape_fault(
    file: &NpzReader<BufReader<std::fs::File>>,
    array: &str,
    found: &[usize],
    expected: String,
) -> ExportError {
    let fault = NpzFault::Shape { array: array.to_owned(), found: found.to_vec(), expected };
    file.fault(fault).into()
}
