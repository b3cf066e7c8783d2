//! Folders of pictures: all in one folder, without labels, or in one folder a label; in `train` and `test` of each, if wanted.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::Contents;
use crate::data::images::Pixels;
use crate::data::picture::{Gray, decode, read_all};
use crate::data::resize::resize;
use crate::data::{DataError, ImageShape, Images, LabelNames, idx};

/// A picture to read: its path, and the folder that is its label, if any.
#[derive(Debug)]
struct Picture {
    path: PathBuf,
    folder: Option<String>,
}

/// Reads a picture, or the pictures of a folder, at `size` if one is given; none when there is no picture.
///
/// Pictures are taken by file name, `.png`, `.jpg` or `.jpeg` in any case; other files, and names that begin with a dot,
/// are left out. Folders are labels, in the order of their names; where all names are numbers up to 255, those
/// numbers. Symbolic links are followed, two folders deep at most, so that a circle of them ends.
///
/// # Errors
/// [`DataError`] for a folder or file that cannot be read, a picture that cannot be decoded, pictures of different sizes
/// without `size`, and pictures beside folders of pictures.
pub(in crate::data) fn read(
    directory: &Path,
    size: Option<ImageShape>,
) -> Result<Option<Contents>, DataError> {
    let parts = [directory.join("train"), directory.join("test")];
    let (train, test) = if parts.iter().all(|part| part.is_dir()) {
        (list(&parts[0])?, list(&parts[1])?)
    } else if directory.is_file() {
        (vec![Picture { path: directory.to_owned(), folder: None }], Vec::new())
    } else {
        (list(directory)?, Vec::new())
    };
    let Some(first) = train.first() else { return Ok(None) };
    let folders: BTreeSet<&str> = train.iter().chain(&test).filter_map(|p| p.folder.as_deref()).collect();
    let names = labels(directory, &folders)?;
    let label = |picture: &Picture| {
        let folder = picture.folder.as_deref()?;
        names.iter().find(|(_, name)| name == folder).map(|(label, _)| *label)
    };
    let is_labelled = !names.is_empty();
    if is_labelled && train.iter().chain(&test).any(|picture| picture.folder.is_none()) {
        return Err(DataError::Beside { directory: directory.to_owned() });
    }

    let sample = open(&first.path)?;
    let reading = Reading {
        shape: size.unwrap_or(sample.shape),
        resizes: size.is_some(),
        first: &first.path,
        colored: AtomicUsize::new(0),
    };
    let images = |pictures: &[Picture]| -> Result<Images, DataError> {
        let labels = if is_labelled { pictures.iter().filter_map(label).collect() } else { Vec::new() };
        let pixels = reading.pixels(directory, pictures)?;
        Images::of(reading.shape, Pixels::Bytes(pixels), labels)
            .ok_or_else(|| DataError::NoImages { path: directory.to_owned() })
    };
    let (train, test) = (images(&train)?, if test.is_empty() { None } else { Some(images(&test)?) });
    let mut notes = Vec::new();
    let colored = reading.colored.into_inner();
    if colored > 0 {
        notes.push(format!("{colored} pictures have colour, of which the luminance is kept"));
    }
    Ok(Some(Contents { train, test, names: LabelNames::new(names), notes }))
}

/// The label of each folder.
fn labels(directory: &Path, folders: &BTreeSet<&str>) -> Result<Vec<(u8, String)>, DataError> {
    let numbers: Option<Vec<u8>> = folders.iter().map(|name| name.parse().ok()).collect();
    let distinct = |numbers: &Vec<u8>| numbers.iter().collect::<BTreeSet<_>>().len() == folders.len();
    let numbers = numbers.filter(distinct);
    let labels: Vec<u8> = numbers.unwrap_or_else(|| (0..=u8::MAX).take(folders.len()).collect());
    if labels.len() < folders.len() {
        return Err(DataError::TooManyLabels { path: directory.to_owned(), count: folders.len() });
    }
    Ok(labels.into_iter().zip(folders.iter().map(|&name| name.to_owned())).collect())
}

/// The pictures of a folder and of the folders in it, by path.
fn list(directory: &Path) -> Result<Vec<Picture>, DataError> {
    let (mut pictures, mut folders) = (Vec::new(), Vec::new());
    for path in entries(directory)? {
        if is_picture(&path) {
            pictures.push(Picture { path, folder: None });
        } else if path.is_dir() {
            folders.push(path);
        }
    }
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let inside = entries(&folder)?.into_iter().filter(|path| is_picture(path));
        pictures.extend(inside.map(|path| Picture { path, folder: Some(name.clone()) }));
    }
    pictures.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(pictures)
}

/// The entries of a folder that may be pictures or folders of them: with the ending of a picture, or without one.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, DataError> {
    let fault = |cause| DataError::read(directory, cause);
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // Only what is no plain file can be a folder: a million other files are not looked at twice.
        if is_picture(&path) || entry.file_type().is_ok_and(|kind| !kind.is_file()) {
            paths.push(path);
        }
    }
    Ok(paths)
}

fn is_picture(path: &Path) -> bool {
    let is_one = |ending: &std::ffi::OsStr| {
        ["png", "jpg", "jpeg"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    };
    path.extension().is_some_and(is_one)
}

/// Reads and decodes one picture.
fn open(path: &Path) -> Result<Gray, DataError> {
    let fault = |cause| DataError::read(path, cause);
    let file = File::open(path).map_err(fault)?;
    if !file.metadata().map_err(fault)?.is_file() {
        return Err(fault(std::io::Error::other("it is no plain file")));
    }
    let bytes = read_all(file).map_err(fault)?;
    bytes
        .and_then(|bytes| decode(&bytes))
        .map_err(|fault| DataError::Picture { path: path.to_owned(), fault })
}

/// How pictures become images.
struct Reading<'a> {
    shape: ImageShape,
    resizes: bool,
    /// The picture whose size all have, where none is resized.
    first: &'a Path,
    /// How many pictures had colour.
    colored: AtomicUsize,
}

impl Reading<'_> {
    /// The pixels of all pictures, one picture after the other.
    fn pixels(&self, directory: &Path, pictures: &[Picture]) -> Result<Vec<u8>, DataError> {
        if pictures.len().checked_mul(self.shape.len()).is_none_or(|pixels| pixels > idx::MAX_PIXELS) {
            let (path, images) = (directory.to_owned(), pictures.len());
            return Err(DataError::TooManyPixels { path, images, shape: self.shape });
        }
        let each: Vec<Vec<u8>> =
            pictures.par_iter().map(|picture| self.one(&picture.path)).collect::<Result<_, _>>()?;
        Ok(each.concat())
    }

    fn one(&self, path: &Path) -> Result<Vec<u8>, DataError> {
        let Gray { shape, pixels, had_color } = open(path)?;
        self.colored.fetch_add(usize::from(had_color), Ordering::Relaxed);
        if shape == self.shape {
            return Ok(pixels);
        }
        if !self.resizes {
            return Err(DataError::Sizes {
                path: path.to_owned(),
                found: shape,
                first: self.first.to_owned(),
                expected: self.shape,
            });
        }
        let image: Vec<f64> = pixels.into_iter().map(f64::from).collect();
        let resized = resize(&image, shape, self.shape).into_iter();
        Ok(resized.map(|value| value.round().clamp(0.0, 255.0) as u8).collect())
    }
}

#[cfg(test)]
mod tests;
