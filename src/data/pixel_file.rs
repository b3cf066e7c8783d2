//! Pixels that stay in their file: of an npy file, or of a plain IDX file, read some images at a time.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::DataError;
use super::npz::{ElementType, PlainElements};

/// How far outside [0, 1] rounding alone may put a pixel.
pub const ROUNDING: f64 = 1e-6;

/// How a pixel is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    /// A byte: 0 to 255 for 0 to 1.
    Byte,
    /// float32, little-endian.
    Single,
    /// float64, little-endian.
    Double,
}

/// A file of pixels, image after image, and what went wrong in reading it.
#[derive(Debug)]
pub(super) struct PixelFile {
    path: PathBuf,
    file: File,
    start: u64,
    stored: Stored,
    dim: usize,
    /// Whether the values are numbers of any range.
    vectors: bool,
    /// The first fault, until it is taken.
    fault: Mutex<Option<DataError>>,
}

impl PixelFile {
    /// Of the elements of an npy file, `dim` an image; as `vectors` they are numbers of any range.
    ///
    /// # Errors
    /// [`DataError::Read`].
    pub fn of_array(
        path: &Path,
        elements: &PlainElements,
        dim: usize,
        vectors: bool,
    ) -> Result<Self, DataError> {
        let stored = match (elements.elements, elements.size) {
            (ElementType::Float, 4) => Stored::Single,
            (ElementType::Float, _) => Stored::Double,
            _ => Stored::Byte,
        };
        Ok(Self { vectors, ..Self::open(path, elements.start, stored, dim)? })
    }

    /// Of bytes from `start` on, `dim` an image.
    ///
    /// # Errors
    /// [`DataError::Read`].
    pub fn of_bytes(path: &Path, start: u64, dim: usize) -> Result<Self, DataError> {
        Self::open(path, start, Stored::Byte, dim)
    }

    fn open(path: &Path, start: u64, stored: Stored, dim: usize) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|cause| DataError::read(path, cause))?;
        Ok(Self { path: path.to_owned(), file, start, stored, dim, vectors: false, fault: Mutex::new(None) })
    }

    /// Whether pixels are of eight bits.
    pub fn is_eight_bit(&self) -> bool {
        self.stored == Stored::Byte && !self.vectors
    }

    /// Reads the images from `first` on into `images`, D values each; pixels are in [0, 1]: a value that rounding put outside is taken
    /// into it.
    ///
    /// What cannot be read, and a value farther outside, becomes NaN, and [`PixelFile::take_fault`] says why; so it does of NaN in the file. `memory` is
    /// for the bytes of the file.
    pub fn read(&self, first: usize, images: &mut [f64], memory: &mut Vec<u8>) {
        let size = match self.stored {
            Stored::Byte => 1,
            Stored::Single => 4,
            Stored::Double => 8,
        };
        memory.resize(images.len() * size, 0);
        let position = first as u64 * self.dim as u64;
        if let Err(cause) = read_at(&self.file, memory, self.start + position * size as u64) {
            images.fill(f64::NAN);
            self.note(DataError::read(&self.path, cause));
            return;
        }
        let white = if self.vectors { 1.0 } else { 255.0 };
        match self.stored {
            Stored::Byte => {
                images.iter_mut().zip(&*memory).for_each(|(pixel, &byte)| *pixel = f64::from(byte) / white)
            }
            Stored::Single => decode(images, memory, |bytes| f64::from(f32::from_le_bytes(bytes))),
            Stored::Double => decode(images, memory, f64::from_le_bytes),
        }
        match (self.stored, self.vectors) {
            (Stored::Byte, _) => {}
            (_, false) => self.bring_inside(images, position),
            (_, true) => {
                if let Some(at) = images.iter().position(|value| value.is_nan()) {
                    self.note(self.pixel_fault(position as usize + at, f64::NAN, 0.0));
                }
            }
        }
    }

    /// That a value is missing, or is not what it may be.
    fn pixel_fault(&self, position: usize, value: f64, largest: f64) -> DataError {
        let array = self.path.file_stem().map(|name| name.to_string_lossy().into_owned());
        DataError::Pixel {
            path: self.path.clone(),
            array: array.unwrap_or_default(),
            position,
            value,
            largest,
        }
    }

    /// Takes what rounding put outside into [0, 1]; what is farther outside becomes NaN, and is noted.
    fn bring_inside(&self, values: &mut [f64], position: u64) {
        // Without an early exit: the loop is compiled to vector instructions.
        let is_inside = values.iter().fold(true, |inside, &value| inside & (0.0..=1.0).contains(&value));
        if is_inside {
            return;
        }
        let largest = values.iter().copied().fold(0.0, f64::max);
        for (at, value) in values.iter_mut().enumerate() {
            let inside = value.clamp(0.0, 1.0);
            if (*value - inside).abs() <= ROUNDING {
                *value = inside;
                continue;
            }
            self.note(self.pixel_fault(position as usize + at, *value, largest));
            *value = f64::NAN;
        }
    }

    /// Keeps the first fault.
    fn note(&self, fault: DataError) {
        if let Ok(mut kept) = self.fault.lock() {
            kept.get_or_insert(fault);
        }
    }

    /// Why pixels became NaN, if some did since this was last asked.
    pub fn take_fault(&self) -> Option<DataError> {
        self.fault.lock().ok().and_then(|mut fault| fault.take())
    }
}

/// N bytes a value.
fn decode<const N: usize>(images: &mut [f64], bytes: &[u8], value: impl Fn([u8; N]) -> f64) {
    let (chunks, _) = bytes.as_chunks::<N>();
    images.iter_mut().zip(chunks).for_each(|(pixel, bytes)| *pixel = value(*bytes));
}

/// Reads at a place, as several threads may at once.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, place)
}

/// Reads at a place, as several threads may at once.
#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut place: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, place)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => (bytes, place) = (&mut bytes[read..], place + read as u64),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn singles(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    fn read(pixels: &PixelFile, first: usize, count: usize) -> Vec<f64> {
        let mut images = vec![0.5; 2 * count];
        pixels.read(first, &mut images, &mut Vec::new());
        images
    }

    #[test]
    fn images_are_read_where_they_lie() {
        let file = file_of(&[7, 0, 51, 255, 102]);
        let bytes = PixelFile::of_bytes(file.path(), 1, 2).unwrap();
        assert_eq!((read(&bytes, 0, 1), read(&bytes, 1, 1)), (vec![0.0, 0.2], vec![1.0, 0.4]));
        assert!(bytes.take_fault().is_none() && bytes.is_eight_bit());
        let file = file_of(&singles(&[0.0, 0.25, 1.0 + 1e-7, -1e-7]));
        let floats = PixelFile::open(file.path(), 0, Stored::Single, 2).unwrap();
        assert_eq!(read(&floats, 0, 2), [0.0, 0.25, 1.0, 0.0]);
        assert!(floats.take_fault().is_none());
    }

    #[test]
    fn what_cannot_be_read_is_nan_and_the_first_fault_is_kept() {
        let file = file_of(&singles(&[0.0, 0.25, 3.0, 0.5]));
        let floats = PixelFile::open(file.path(), 0, Stored::Single, 2).unwrap();
        assert!(read(&floats, 1, 1)[0].is_nan());
        read(&floats, 5, 1);
        let fault = floats.take_fault().unwrap().to_string();
        assert!(fault.contains("holds 3 at position 2"), "{fault}");
        assert!(floats.take_fault().is_none());
        assert!(read(&floats, 5, 1)[0].is_nan());
        assert!(floats.take_fault().unwrap().to_string().contains("cannot be read"));
    }
}
