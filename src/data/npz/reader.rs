//! Reading npz files, and npy files as archives of one array: which arrays there are, and each as the type that is asked for.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::element::{ElementTypes, Half, element_type, text_type};
use super::entry::OpenArray;
use super::header::MAGIC;
use super::{Array, ArrayInfo, ElementType, NpzFault, SUFFIX, file_name};
use crate::data::DataError;

/// The name of the array in an npy file, which has none.
const ONLY: &str = "images";

/// Where the arrays are.
#[derive(Debug)]
enum Archive<R> {
    /// An npz file.
    Zip(ZipArchive<R>),
    /// An npy file: one array.
    Plain(R),
}

/// An npz file, open for reading; or an npy file, whose array is called `images`.
#[derive(Debug)]
pub struct NpzReader<R> {
    path: PathBuf,
    archive: Archive<R>,
    len: u64,
}

impl NpzReader<BufReader<File>> {
    /// Opens an npz file.
    ///
    /// # Errors
    /// [`DataError::Read`] when it cannot be read, [`DataError::Npz`] when it is not an npz file.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|cause| DataError::read(path, cause))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(DataError::read(path, ErrorKind::IsADirectory.into()));
        }
        Self::new(path, BufReader::new(file))
    }
}

impl<R: Read + Seek> NpzReader<R> {
    /// Reads an npz file from `source`; `path` is its name in errors.
    ///
    /// # Errors
    /// As [`NpzReader::open`].
    pub fn new(path: &Path, mut source: R) -> Result<Self, DataError> {
        let read = |cause| DataError::read(path, cause);
        let len = source.seek(SeekFrom::End(0)).map_err(read)?;
        source.seek(SeekFrom::Start(0)).map_err(read)?;
        let mut start = Vec::new();
        source.by_ref().take(MAGIC.len() as u64).read_to_end(&mut start).map_err(read)?;
        if start == MAGIC {
            return Ok(Self { path: path.to_owned(), archive: Archive::Plain(source), len });
        }
        let archive = ZipArchive::new(source).map_err(|error| match error {
            ZipError::Io(cause) if cause.kind() != ErrorKind::UnexpectedEof => DataError::read(path, cause),
            error => DataError::npz(path, NpzFault::NotNpz(error)),
        })?;
        if archive.has_duplicate_names() {
            return Err(DataError::npz(path, NpzFault::DuplicateNames));
        }
        Ok(Self { path: path.to_owned(), archive: Archive::Zip(archive), len })
    }

    /// The names of the arrays, in the order of the file.
    pub fn names(&self) -> Vec<String> {
        let Archive::Zip(archive) = &self.archive else { return vec![ONLY.to_owned()] };
        let files = archive.file_names().flatten();
        files.filter_map(|file| file.strip_suffix(SUFFIX).map(str::to_owned)).collect()
    }

    /// Whether there is an array of this name.
    pub fn contains(&self, name: &str) -> bool {
        match &self.archive {
            Archive::Zip(archive) => archive.index_for_name(&file_name(name)).is_some(),
            Archive::Plain(_) => name == ONLY,
        }
    }

    /// An error about this file, for those who use its arrays.
    pub fn fault(&self, fault: NpzFault) -> DataError {
        DataError::npz(&self.path, fault)
    }

    /// The shape and element type of an array, without reading its elements.
    ///
    /// # Errors
    /// [`DataError::Npz`] when the array is not there or is not an array of numbers.
    pub fn info(&mut self, name: &str) -> Result<ArrayInfo, DataError> {
        self.open_array(name).map(|array| array.info).map_err(|fault| self.fault(fault))
    }

    /// An array of any numbers or truth values as doubles, whole numbers beyond 2^53 to the nearest.
    ///
    /// # Errors
    /// [`DataError::Npz`] when the array is not there, is not an array of numbers, is larger than what the file holds
    /// or than what memory holds, or is corrupt.
    pub fn f64(&mut self, name: &str) -> Result<Array<f64>, DataError> {
        self.read(name, |array| match array.kind {
            (b'f', 8) => array.elements(|value: f64| value),
            (b'f', 4) => array.elements(|value: f32| f64::from(value)),
            (b'f', 2) => array.elements(Half::to_f64),
            (b'b', _) => array.elements(|value: bool| f64::from(u8::from(value))),
            (b'u', 8) => array.elements(|value: u64| value as f64),
            _ => Ok(array.integers()?.map(|value| value as f64)),
        })
    }

    /// [`NpzReader::f64`], with every element finite.
    ///
    /// # Errors
    /// Those, and [`NpzFault::NotFinite`] with the position of the first NaN or infinity.
    pub fn finite_f64(&mut self, name: &str) -> Result<Array<f64>, DataError> {
        let array = self.f64(name)?;
        match array.values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            None => Ok(array),
            Some((position, &value)) => {
                Err(self.fault(NpzFault::NotFinite { array: name.to_owned(), position, value }))
            }
        }
    }

    /// An array of whole numbers of any width.
    ///
    /// # Errors
    /// As [`NpzReader::f64`]; also for other elements, and for one above the largest `i64`.
    pub fn i64(&mut self, name: &str) -> Result<Array<i64>, DataError> {
        self.read(name, |array| match array.kind {
            (b'u', 8) => {
                let name = array.name.clone();
                let numbers = array.elements(|value: u64| value)?;
                match numbers.values.iter().enumerate().find(|&(_, &value)| i64::try_from(value).is_err()) {
                    None => Ok(numbers.map(|value| value as i64)),
                    Some((position, &value)) => Err(NpzFault::TooBig { array: name, position, value }),
                }
            }
            _ => array.integers(),
        })
    }

    /// An array of truth values.
    ///
    /// # Errors
    /// As [`NpzReader::f64`]; also for elements that are not `bool`.
    pub fn bool(&mut self, name: &str) -> Result<Array<bool>, DataError> {
        self.read(name, |array| match array.kind {
            (b'b', _) => array.elements(|value: bool| value),
            _ => Err(array.wrong_type(ElementType::Bool)),
        })
    }

    /// An array of bytes, `uint8`.
    ///
    /// # Errors
    /// As [`NpzReader::f64`]; also for other elements.
    pub fn u8(&mut self, name: &str) -> Result<Array<u8>, DataError> {
        self.read(name, |array| match array.kind {
            (b'u', 1) => array.elements(|value: u8| value),
            _ => Err(array.wrong_type(ElementType::Uint8)),
        })
    }

    /// A word or a sentence: a scalar of numpy's type `str`.
    ///
    /// # Errors
    /// [`DataError::Npz`] when the array is not there, is no text, or is corrupt.
    pub fn text(&mut self, name: &str) -> Result<String, DataError> {
        let text = self.open_any(name, text_type).and_then(OpenArray::text);
        text.map_err(|fault| DataError::npz(&self.path, fault))
    }

    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(OpenArray<'_>) -> Result<Array<T>, NpzFault>,
    ) -> Result<Array<T>, DataError> {
        self.open_array(name).and_then(read).map_err(|fault| DataError::npz(&self.path, fault))
    }

    /// Finds an array, reads its header and checks every claim in it.
    fn open_array(&mut self, name: &str) -> Result<OpenArray<'_>, NpzFault> {
        self.open_any(name, element_type)
    }

    /// The same, for elements of these types.
    fn open_any(&mut self, name: &str, types: ElementTypes) -> Result<OpenArray<'_>, NpzFault> {
        if !self.contains(name) {
            return Err(NpzFault::NoArray { array: name.to_owned(), present: self.names() });
        }
        let corrupt = |cause: std::io::Error| NpzFault::Corrupt { array: name.to_owned(), cause };
        match &mut self.archive {
            Archive::Zip(archive) => {
                let entry = archive.by_name(&file_name(name)).map_err(|error| corrupt(error.into()))?;
                OpenArray::open(name, entry, self.len, types)
            }
            Archive::Plain(source) => {
                source.seek(SeekFrom::Start(0)).map_err(corrupt)?;
                OpenArray::read(name, Box::new(source), self.len, types)
            }
        }
    }
}
