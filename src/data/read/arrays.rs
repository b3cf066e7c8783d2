//! Arrays of numpy as images: npz files in the conventions of keras, of scikit-learn and of this program, and npy files.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::Contents;
use crate::data::images::Pixels;
use crate::data::left::Left;
use crate::data::luminance::luminance;
use crate::data::npz::{ArrayInfo, ElementType, NpzFault, NpzReader, plain_elements};
use crate::data::pixel_file::{PixelFile, ROUNDING};
use crate::data::{DataError, ImageShape, Images, LabelNames};

/// The names of arrays: training images, their labels, test images, theirs. The first that are there are taken.
const NAMES: [[&str; 4]; 6] = [
    ["x_train", "y_train", "x_test", "y_test"],
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["images", "target", "", ""],
    ["images", "labels", "", ""],
    ["data", "target", "", ""],
    ["arr_0", "arr_1", "", ""],
];

/// True where a pixel of the training images is observed.
const MASKS: &str = "masks";

/// The weight of every training image.
const WEIGHTS: &str = "weights";

type Reader = NpzReader<BufReader<File>>;

/// Reads an npz or npy file; `shape` is that of images whose array has one axis for all pixels.
///
/// Images are (N, rows, columns), with a further axis of one channel, or of three, which become their luminance; or (N, D).
/// Pixels are bytes, whole numbers from 0 to 255, truth values, or floats in [0, 1]; where rounding put one outside, by at
/// most [`ROUNDING`], it is taken into [0, 1]. Floats that are k / 255 throughout are eight bits a pixel. Pixels that are NaN, and
/// those of training images where the array `masks` (of truth values, true = observed, as many as pixels, or those of one image)
/// is false, are missing. `weights` (N) are those of training images; weight 0 is no image.
///
/// As `vectors`, each row of an array, whatever its axes, is a vector of numbers of any range; 1 x D where `shape` says nothing.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, arrays that are missing, of another shape or type, and pixels outside.
pub(in crate::data) fn read(
    path: &Path,
    shape: Option<ImageShape>,
    vectors: bool,
) -> Result<Contents, DataError> {
    let mut file = NpzReader::open(path)?;
    let is_there =
        |names: &&[&str; 4]| file.contains(names[0]) && (names[1] != "target" || file.contains("target"));
    let set = NAMES.iter().find(is_there).or_else(|| NAMES.iter().find(|names| file.contains(names[0])));
    let Some(&[images, labels, test_images, test_labels]) = set else {
        return Err(file.fault(NpzFault::NoArray { array: "images".to_owned(), present: file.names() }));
    };
    let mut notes = Vec::new();
    let labels = file.contains(labels).then_some(labels);
    let how = How { shape, vectors };
    let mut train = part(&mut file, path, images, labels, how, &mut notes)?;
    if file.contains(MASKS) {
        let missing = missing(&mut file, &train)?;
        require_values(path, images, &train, &missing)?;
        let found = file.info(MASKS)?.shape;
        let expected = format!("that of {images}");
        let array = MASKS.to_owned();
        train =
            train.without(missing).ok_or_else(|| file.fault(NpzFault::Shape { array, found, expected }))?;
    }
    if file.contains(WEIGHTS) {
        train = weighted(&mut file, path, train)?;
        notes.push("images count by their weights".to_owned());
    }
    let test = if file.contains(test_images) {
        let mut said = Vec::new();
        let test = part(&mut file, path, test_images, labels.map(|_| test_labels), how, &mut said)?;
        if test.shape() != train.shape() {
            return Err(DataError::ShapeMismatch {
                path: path.to_owned(),
                train: train.shape(),
                test: test.shape(),
            });
        }
        Some(test)
    } else {
        None
    };
    Ok(Contents { train, test, names: LabelNames::default(), notes })
}

/// The images of an npy file, left in it; `None` where they cannot be: colour, and elements that are not read in place.
///
/// # Errors
/// As [`read`].
pub(in crate::data) fn left_in_file(
    path: &Path,
    shape: Option<ImageShape>,
    vectors: bool,
) -> Result<Option<Contents>, DataError> {
    let Some(plain) = plain_elements(path)? else { return Ok(None) };
    let info = ArrayInfo { shape: plain.shape.clone(), elements: plain.elements };
    let layout = if vectors { Layout::of_rows(&info, shape) } else { Layout::of(&info, shape) };
    let Some(layout) = layout.filter(|layout| layout.channels == 1) else { return Ok(None) };
    let file = PixelFile::of_array(path, &plain, layout.shape.len(), vectors)?;
    let pixels = Pixels::Left(Left::all(file, layout.count));
    let train = Images::of(layout.shape, pixels, Vec::new());
    let notes = layout.note().into_iter().collect();
    Ok(train.map(|train| Contents { train, test: None, names: LabelNames::default(), notes }))
}

/// The images with the weights of the array `weights`.
fn weighted(file: &mut Reader, path: &Path, images: Images) -> Result<Images, DataError> {
    let weights = file.finite_f64(WEIGHTS)?;
    if let Some((position, &value)) = weights.values.iter().enumerate().find(|(_, weight)| **weight < 0.0) {
        return Err(DataError::Weight { path: path.to_owned(), position, value });
    }
    let (array, expected) = (WEIGHTS.to_owned(), format!("({},), one number an image,", images.len()));
    let fault = NpzFault::Shape { array, found: weights.shape, expected };
    let images = images.weighted(weights.values).ok_or_else(|| file.fault(fault))?;
    if images.is_empty() { Err(DataError::NoImages { path: path.to_owned() }) } else { Ok(images) }
}

/// Which pixels of `images` are missing by the array `masks`.
fn missing(file: &mut Reader, images: &Images) -> Result<Vec<bool>, DataError> {
    if file.info(MASKS)?.elements != ElementType::Bool {
        let (array, found, expected) = (MASKS.to_owned(), "numbers".to_owned(), ElementType::Bool);
        let hint = "true means observed: give masks > 0 where 255 or 1 marks observed pixels, masks == 0 where it marks \
                    missing ones";
        return Err(file.fault(NpzFault::ElementType { array, found, expected, hint }));
    }
    let mut missing: Vec<bool> = file.bool(MASKS)?.values.into_iter().map(|observed| !observed).collect();
    if missing.len() == images.dim() {
        missing = missing.repeat(images.len());
    }
    Ok(missing)
}

/// Every pixel that is observed has a value: where one has none, the mask may have the opposite meaning.
fn require_values(path: &Path, array: &str, images: &Images, missing: &[bool]) -> Result<(), DataError> {
    for (index, masked) in missing.chunks(images.dim().max(1)).enumerate() {
        let lacks = |(lacks, masked): (&bool, &bool)| *lacks && !masked;
        if let Some(pixel) = images.missing_at(index).iter().zip(masked).position(lacks) {
            let (path, array) = (path.to_owned(), array.to_owned());
            return Err(DataError::MaskedMeaning { path, array, position: index * images.dim() + pixel });
        }
    }
    Ok(())
}

/// How arrays become images.
#[derive(Clone, Copy)]
struct How {
    shape: Option<ImageShape>,
    vectors: bool,
}

/// Images, and their labels if `labels` names an array.
fn part(
    file: &mut Reader,
    path: &Path,
    array: &str,
    labels: Option<&str>,
    How { shape, vectors }: How,
    notes: &mut Vec<String>,
) -> Result<Images, DataError> {
    let info = file.info(array)?;
    let layout = if vectors { Layout::of_rows(&info, shape) } else { Layout::of(&info, shape) };
    let layout = layout.ok_or_else(|| {
        let expected = match shape {
            Some(shape) => format!("(N, {}) or (N, {}, {})", shape.len(), shape.rows, shape.columns),
            None if vectors => "(N, D)".to_owned(),
            None => "(N, rows, columns), or (N, D) with `shape`,".to_owned(),
        };
        file.fault(NpzFault::Shape { array: array.to_owned(), found: info.shape.clone(), expected })
    })?;
    notes.extend(layout.note());
    let mut missing = Vec::new();
    let pixels = match info.elements {
        _ if vectors => Pixels::Floats(numbers(file, array, &mut missing)?),
        ElementType::Uint8 => Pixels::Bytes(file.u8(array)?.values),
        ElementType::Bool => {
            Pixels::Bytes(file.bool(array)?.values.into_iter().map(|on| 255 * u8::from(on)).collect())
        }
        ElementType::Integer => Pixels::Bytes(whole(file, path, array)?),
        ElementType::Float => floats(file, path, array, &mut missing)?,
    };
    let pixels = if layout.channels == 3 { gray(pixels, array, notes) } else { pixels };
    if layout.channels == 3 {
        missing = missing.chunks(3).map(|pixel| pixel.contains(&true)).collect();
    }
    let labels = match labels {
        Some(labels) => self::labels(file, path, labels)?,
        None => Vec::new(),
    };
    let counts = (layout.count, labels.len());
    let images = Images::of(layout.shape, pixels, labels);
    let images = if missing.is_empty() { images } else { images.and_then(|images| images.without(missing)) };
    images.ok_or_else(|| DataError::CountMismatch {
        path: path.to_owned(),
        images: counts.0,
        labels: counts.1,
    })
}

/// How images lie in an array.
struct Layout {
    count: usize,
    shape: ImageShape,
    channels: usize,
    /// Whether the shape follows from the number of values alone.
    is_guessed: bool,
}

impl Layout {
    /// What to say of a shape that follows from the number of values alone.
    fn note(&self) -> Option<String> {
        let shape = self.shape;
        self.is_guessed.then(|| {
            format!(
                "{} values an image are taken as {shape} pixels: `shape` gives another shape",
                shape.len()
            )
        })
    }

    fn of(info: &ArrayInfo, given: Option<ImageShape>) -> Option<Self> {
        let (&count, image) = info.shape.split_first()?;
        let (shape, channels) = match *image {
            [values] => (given.unwrap_or_else(|| ImageShape::of_vector(values)), 1),
            [rows, columns] | [rows, columns, 1] | [1, rows, columns] => (ImageShape::new(rows, columns), 1),
            [rows, columns, 3] => (ImageShape::new(rows, columns), 3),
            _ => return None,
        };
        // A shape that is given must be that of the images, or of as many values.
        let values: usize = image.iter().product();
        let fits = shape.len().checked_mul(channels) == Some(values);
        let fits = fits && given.is_none_or(|given| given == shape) && count > 0 && !shape.is_empty();
        let is_guessed = image.len() == 1 && given.is_none();
        fits.then_some(Self { count, shape, channels, is_guessed })
    }

    /// Rows of an array, each a vector.
    fn of_rows(info: &ArrayInfo, given: Option<ImageShape>) -> Option<Self> {
        let (&count, row) = info.shape.split_first()?;
        let values = row.iter().try_fold(1_usize, |all, &axis| all.checked_mul(axis))?;
        let shape = given.unwrap_or(ImageShape::new(1, values));
        let fits = shape.len() == values && count > 0 && values > 0;
        fits.then_some(Self { count, shape, channels: 1, is_guessed: false })
    }
}

/// Numbers of any range; those that are NaN are noted in `missing` and become 0.
fn numbers(file: &mut Reader, array: &str, missing: &mut Vec<bool>) -> Result<Vec<f64>, DataError> {
    let mut values = file.f64(array)?.values;
    if let Some((position, &value)) = values.iter().enumerate().find(|(_, value)| value.is_infinite()) {
        return Err(file.fault(NpzFault::NotFinite { array: array.to_owned(), position, value }));
    }
    if values.iter().any(|value| value.is_nan()) {
        *missing = values.iter().map(|value| value.is_nan()).collect();
        values.iter_mut().filter(|value| value.is_nan()).for_each(|value| *value = 0.0);
    }
    Ok(values)
}

/// Whole numbers from 0 to 255.
fn whole(file: &mut Reader, path: &Path, array: &str) -> Result<Vec<u8>, DataError> {
    let values = file.i64(array)?.values;
    let largest = values.iter().copied().max().unwrap_or(0);
    let convert = |(position, &value): (usize, &i64)| {
        u8::try_from(value).map_err(|_| pixel(path, array, position, value as f64, largest as f64))
    };
    values.iter().enumerate().map(convert).collect()
}

/// Floats in [0, 1], or bytes where all are k / 255; those that are NaN are noted in `missing` and become 0.
fn floats(file: &mut Reader, path: &Path, array: &str, missing: &mut Vec<bool>) -> Result<Pixels, DataError> {
    let mut values = numbers(file, array, missing)?;
    let outside = |value: f64| (value - value.clamp(0.0, 1.0)).abs() > ROUNDING;
    if let Some((position, &value)) = values.iter().enumerate().find(|(_, value)| outside(**value)) {
        let largest = values.iter().copied().fold(0.0, f64::max);
        return Err(pixel(path, array, position, value, largest));
    }
    values.iter_mut().for_each(|value| *value = value.clamp(0.0, 1.0));
    let is_eight_bit = |&value: &f64| {
        let byte = (255.0 * value).round();
        value == byte / 255.0 || value == f64::from(byte as f32 / 255.0)
    };
    Ok(if values.iter().all(is_eight_bit) {
        Pixels::Bytes(values.iter().map(|value| (255.0 * value).round() as u8).collect())
    } else {
        Pixels::Floats(values)
    })
}

fn pixel(path: &Path, array: &str, position: usize, value: f64, largest: f64) -> DataError {
    DataError::Pixel { path: path.to_owned(), array: array.to_owned(), position, value, largest }
}

/// The luminance of pixels of three channels.
fn gray(pixels: Pixels, array: &str, notes: &mut Vec<String>) -> Pixels {
    notes.push(format!("array {array} has colour, of which the luminance is kept"));
    match pixels {
        Pixels::Bytes(values) => {
            Pixels::Bytes(values.chunks_exact(3).map(|rgb| luminance([rgb[0], rgb[1], rgb[2]])).collect())
        }
        // Nothing is left in its file, or kept in single precision, before it is gray.
        kept @ (Pixels::Left(_) | Pixels::Singles(_)) => kept,
        Pixels::Floats(values) => {
            let luminance = |rgb: &[f64]| 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
            Pixels::Floats(values.chunks_exact(3).map(|rgb| luminance(rgb).clamp(0.0, 1.0)).collect())
        }
    }
}

/// Labels, whole numbers from 0 to 255: (N,) or (N, 1).
fn labels(file: &mut Reader, path: &Path, array: &str) -> Result<Vec<u8>, DataError> {
    let info = file.info(array)?;
    if !matches!(*info.shape, [_] | [_, 1]) {
        let (array, expected) = (array.to_owned(), "(N,), one number an image,".to_owned());
        return Err(file.fault(NpzFault::Shape { array, found: info.shape, expected }));
    }
    let values = match info.elements {
        ElementType::Integer | ElementType::Uint8 => file.i64(array)?.values,
        // Whole numbers above 255 are refused below, so are fractions.
        _ => {
            let whole = |value: f64| if value.fract() == 0.0 { value as i64 } else { -1 };
            file.finite_f64(array)?.values.into_iter().map(whole).collect()
        }
    };
    let convert = |(position, &value): (usize, &i64)| {
        let (path, array) = (path.to_owned(), array.to_owned());
        u8::try_from(value).map_err(|_| DataError::Label { path, array, position, value })
    };
    values.iter().enumerate().map(convert).collect()
}

#[cfg(test)]
mod tests;
