//! The images, masks and means that users bring. N images are N x D in a file and D x N in memory, which is the same
//! order of numbers.

use std::ffi::OsStr;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use nalgebra::DMatrix;

use super::{FileError, FileNote, Finding};
use crate::data::npz::{ArrayInfo, ElementType, NpzFault, NpzReader};
use crate::data::{Collection, ImageShape, Reading, Source};
use crate::inverse::Mask;

/// Images to restore, with the masks that came with them.
#[derive(Debug, Clone, PartialEq)]
pub struct ImagesFile {
    /// D x N, in [0, 1]; NaN only where a mask says that the pixel is missing.
    pub images: DMatrix<f64>,
    /// One mask for each image, or a single one for all; empty when the file has no array `masks`.
    pub masks: Vec<Mask>,
    /// What is odd about the file.
    pub notes: Vec<FileNote>,
}

const IMAGES: &str = "images";
const MASKS: &str = "masks";

/// How far outside [0, 1] rounding alone may put a pixel.
const ROUNDING: f64 = 1e-6;

/// Reads `images`, (N, D) or (N, rows, columns), uint8 or floats in [0, 1], and `masks`, bool, of the same shape or of a
/// single image's, when there are any. Pixels that a mask marks as missing may be anything; what is
/// not in [0, 1] is NaN there. A PNG or JPEG file, or a folder of them, is brought to `shape`. Where rounding put a pixel outside, by at most 1e-6, it is taken into [0, 1].
///
/// # Errors
/// [`FileError::Data`] for a missing or damaged file, for arrays of another type or shape and for a NaN in an
/// observed pixel; [`FileError::Pixel`] for pixels outside [0, 1].
pub fn read_images(path: &Path, shape: ImageShape) -> Result<ImagesFile, FileError> {
    if is_picture(path) {
        return pictures(path, shape);
    }
    let dim = shape.len();
    let mut file = NpzReader::open(path)?;
    let (info, count) = counted(&mut file, shape)?;
    let scale = match info.elements {
        ElementType::Uint8 => 255.0,
        ElementType::Float => 1.0,
        ElementType::Integer | ElementType::Bool => return Err(type_fault(&mut file, IMAGES)?),
    };
    let mut values = file.f64(IMAGES)?.values;
    let is_dark = scale > 1.0 && values.iter().copied().fold(0.0, f64::max) == 1.0;
    let notes =
        if is_dark { vec![FileNote { path: path.to_owned(), finding: Finding::Dark }] } else { vec![] };
    values.iter_mut().for_each(|value| *value /= scale);
    let masks = read_masks(&mut file, MASKS, count, shape)?;
    for (position, slot) in values.iter_mut().enumerate() {
        let value = *slot;
        if (0.0..=1.0).contains(&value) {
            continue;
        }
        let mask = masks.get(position / dim).or(masks.first());
        let observed = mask.and_then(|mask| mask.bits().get(position % dim)).is_none_or(|&observed| observed);
        let nearest = value.clamp(0.0, 1.0);
        if (value - nearest).abs() <= ROUNDING {
            *slot = nearest;
        } else if !observed {
            *slot = f64::NAN;
        } else if value.is_nan() {
            let array = IMAGES.to_owned();
            return Err(file.fault(NpzFault::NotFinite { array, position, value }).into());
        } else {
            return Err(FileError::Pixel { path: path.to_owned(), array: IMAGES, position, value });
        }
    }
    Ok(ImagesFile { images: DMatrix::from_vec(dim, count, values), masks, notes })
}

/// Reads rows of numbers of any range and `masks`, named and laid out as those of [`read_images`].
///
/// # Errors
/// [`FileError::Data`] for a missing or damaged file, for arrays of another shape and for an observed number that is not finite.
pub fn read_vectors(path: &Path, shape: ImageShape) -> Result<ImagesFile, FileError> {
    let mut file = NpzReader::open(path)?;
    let (_, count) = counted(&mut file, shape)?;
    let mut values = file.f64(IMAGES)?.values;
    let masks = read_masks(&mut file, MASKS, count, shape)?;
    let dim = shape.len();
    for (position, slot) in values.iter_mut().enumerate().filter(|(_, value)| !value.is_finite()) {
        let mask = masks.get(position / dim).or(masks.first());
        if mask.and_then(|mask| mask.bits().get(position % dim)).is_none_or(|&observed| observed) {
            let (array, value) = (IMAGES.to_owned(), *slot);
            return Err(file.fault(NpzFault::NotFinite { array, position, value }).into());
        }
        *slot = f64::NAN;
    }
    Ok(ImagesFile { images: DMatrix::from_vec(dim, count, values), masks, notes: Vec::new() })
}

/// What the array `images` is, and how many of `shape` it holds.
fn counted(
    file: &mut NpzReader<BufReader<File>>,
    shape: ImageShape,
) -> Result<(ArrayInfo, usize), FileError> {
    let info = file.info(IMAGES)?;
    match images_in(&info.shape, shape).filter(|&count| count > 0) {
        Some(count) => Ok((info, count)),
        None => Err(shape_fault(file, IMAGES, &info.shape, shapes("N", shape))),
    }
}

/// Whether `path` is a folder, or named as a PNG or JPEG file.
fn is_picture(path: &Path) -> bool {
    let is_one =
        |ending: &OsStr| ["png", "jpg", "jpeg"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    path.extension().is_some_and(is_one) || path.is_dir()
}

/// A picture, or those of a folder, brought to `shape`.
fn pictures(path: &Path, shape: ImageShape) -> Result<ImagesFile, FileError> {
    let reading = Reading { resize: Some(shape), ..Reading::default() };
    let images = Collection::read(&Source::Path(path.to_owned()), &reading)?.images;
    let all: Vec<usize> = (0..images.len()).collect();
    let notes = vec![FileNote { path: path.to_owned(), finding: Finding::Resized(shape) }];
    Ok(ImagesFile { images: images.matrix(&all), masks: Vec::new(), notes })
}

/// The fault of images that are neither bytes nor floats, with the conversion that keeps what they show.
fn type_fault(file: &mut NpzReader<BufReader<File>>, array: &str) -> Result<FileError, FileError> {
    let (found, largest) = match file.info(array)?.elements {
        ElementType::Bool => ("bool", 1.0),
        _ => ("whole numbers", file.f64(array)?.values.into_iter().fold(0.0, f64::max)),
    };
    let hint = match largest {
        ..=1.0 => "convert it with .astype(\"float64\"), as floats from 0 to 1 serve too",
        ..=255.0 => "convert it with .astype(\"uint8\")",
        _ => "divide it by the value of white, as in images / 65535",
    };
    let (array, found) = (array.to_owned(), found.to_owned());
    let expected = ElementType::Uint8;
    Ok(file.fault(NpzFault::ElementType { array, found, expected, hint }).into())
}

/// Masks for `count` images: as many, one, or none when the file has no such array.
fn read_masks(
    file: &mut NpzReader<BufReader<File>>,
    array: &str,
    count: usize,
    shape: ImageShape,
) -> Result<Vec<Mask>, FileError> {
    if !file.contains(array) {
        return Ok(Vec::new());
    }
    if file.info(array)?.elements != ElementType::Bool {
        let (array, found, expected) = (array.to_owned(), "numbers".to_owned(), ElementType::Bool);
        let hint = "true means observed: give masks > 0 where 255 or 1 marks observed pixels, masks == 0 where it marks \
                    missing ones";
        return Err(file.fault(NpzFault::ElementType { array, found, expected, hint }).into());
    }
    let masks = file.bool(array)?;
    let fits = images_in(&masks.shape, shape).is_some_and(|masks| masks == count || masks == 1);
    if !(fits || is_image(&masks.shape, shape)) {
        let expected = format!("{}, or that of a single image", shapes(&count.to_string(), shape));
        return Err(shape_fault(file, array, &masks.shape, expected));
    }
    let each = masks.values.chunks_exact(shape.len());
    Ok(each.map(|bits| Mask::from_fn(shape, |row, column| bits[row * shape.columns + column])).collect())
}

/// Reads `means`, (K, D) or (K, rows, columns), to start EM from, as D x K.
///
/// # Errors
/// [`FileError::Data`] for a missing or damaged file, another shape, or a value that is not finite.
pub fn read_means(path: &Path, shape: ImageShape) -> Result<DMatrix<f64>, FileError> {
    const MEANS: &str = "means";
    let mut file = NpzReader::open(path)?;
    let means = file.finite_f64(MEANS)?;
    match images_in(&means.shape, shape) {
        Some(count) if count > 0 => Ok(DMatrix::from_vec(shape.len(), count, means.values)),
        _ => Err(shape_fault(&file, MEANS, &means.shape, shapes("K", shape))),
    }
}

/// How many images an array of shape `found` holds: (N, D) or (N, rows, columns).
pub(super) fn images_in(found: &[usize], shape: ImageShape) -> Option<usize> {
    let (&count, image) = found.split_first()?;
    is_image(image, shape).then_some(count)
}

/// Whether `found` is the shape of one image: (D,) or (rows, columns).
fn is_image(found: &[usize], shape: ImageShape) -> bool {
    found == [shape.len()] || found == [shape.rows, shape.columns]
}

pub(super) fn shapes(count: &str, shape: ImageShape) -> String {
    format!("({count}, {}) or ({count}, {}, {})", shape.len(), shape.rows, shape.columns)
}

pub(super) fn shape_fault(
    file: &NpzReader<BufReader<File>>,
    array: &str,
    found: &[usize],
    expected: String,
) -> FileError {
    let fault = NpzFault::Shape { array: array.to_owned(), found: found.to_vec(), expected };
    file.fault(fault).into()
}
