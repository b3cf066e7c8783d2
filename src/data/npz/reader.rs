//! Reading npz files: nothing is believed before it is checked, nothing is allocated before it is known to be there.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use npyz::npz::{array_name_from_file_name, file_name_from_array_name};
use npyz::{DType, Deserialize, NpyFile, NpyHeader, Order, TypeChar};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::{Array, NpzFault};
use crate::data::DataError;

/// The most elements that an array may claim: 1 GiB as doubles, more than all of Fashion-MNIST.
pub const MAX_ELEMENTS: u64 = 1 << 27;

/// The longest header that numpy itself accepts by default.
const MAX_HEADER: u32 = 10_000;

/// Deflate cannot shrink data further than this.
const MAX_RATIO: u64 = 1032;

/// Bytes decompressed at a time.
const BUFFER: usize = 1 << 16;

/// What the elements of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    /// `bool`.
    Bool,
    /// `uint8`: pixels from 0 to 255.
    Uint8,
    /// Any other whole numbers.
    Integer,
    /// `float32` or `float64`.
    Float,
}

impl fmt::Display for ElementType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bool => "truth values (bool)",
            Self::Uint8 => "bytes (uint8)",
            Self::Integer => "whole numbers",
            Self::Float => "numbers",
        })
    }
}

/// The shape and element type of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrayInfo {
    /// The size of each axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// What its elements are.
    pub elements: ElementType,
}

/// An npz file, open for reading.
#[derive(Debug)]
pub struct NpzReader<R> {
    path: PathBuf,
    archive: ZipArchive<R>,
    len: u64,
}

impl NpzReader<BufReader<File>> {
    /// Opens an npz file.
    ///
    /// # Errors
    /// [`DataError::Read`] when it cannot be read, [`DataError::Npz`] when it is not an npz file.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        let file = File::open(path).map_err(|cause| DataError::read(path, cause))?;
        Self::new(path, BufReader::new(file))
    }
}

impl<R: Read + Seek> NpzReader<R> {
    /// Reads an npz file from `source`; `path` is its name in errors.
    ///
    /// # Errors
    /// As [`NpzReader::open`].
    pub fn new(path: &Path, mut source: R) -> Result<Self, DataError> {
        let len = source.seek(SeekFrom::End(0)).map_err(|cause| DataError::read(path, cause))?;
        let archive = ZipArchive::new(source).map_err(|error| match error {
            ZipError::Io(cause) if cause.kind() != ErrorKind::UnexpectedEof => DataError::read(path, cause),
            error => DataError::npz(path, NpzFault::NotNpz(error)),
        })?;
        if archive.has_duplicate_names() {
            return Err(DataError::npz(path, NpzFault::DuplicateNames));
        }
        Ok(Self { path: path.to_owned(), archive, len })
    }

    /// The names of the arrays, in the order of the file.
    pub fn names(&self) -> Vec<String> {
        let files = self.archive.file_names().flatten();
        files.filter_map(|file| array_name_from_file_name(&file).map(str::to_owned)).collect()
    }

    /// Whether there is an array of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.archive.index_for_name(&file_name_from_array_name(name)).is_some()
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
    /// [`DataError::Npz`] when the array is not there, is not an array of numbers, is larger than [`MAX_ELEMENTS`]
    /// or than what the file holds, or is corrupt.
    pub fn f64(&mut self, name: &str) -> Result<Array<f64>, DataError> {
        self.read(name, |array| match array.kind {
            (TypeChar::Float, 8) => array.elements(|value: f64| value),
            (TypeChar::Float, 4) => array.elements(|value: f32| f64::from(value)),
            (TypeChar::Bool, _) => array.elements(|value: bool| f64::from(u8::from(value))),
            (TypeChar::Uint, 8) => array.elements(|value: u64| value as f64),
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
            (TypeChar::Uint, 8) => {
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
            (TypeChar::Bool, _) => array.elements(|value: bool| value),
            _ => Err(array.wrong_type(ElementType::Bool)),
        })
    }

    fn read<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(OpenArray<'_, R>) -> Result<Array<T>, NpzFault>,
    ) -> Result<Array<T>, DataError> {
        self.open_array(name).and_then(read).map_err(|fault| DataError::npz(&self.path, fault))
    }

    /// Finds an array, reads its header and checks every claim in it.
    fn open_array(&mut self, name: &str) -> Result<OpenArray<'_, R>, NpzFault> {
        let corrupt = |cause: io::Error| NpzFault::Corrupt { array: name.to_owned(), cause };
        let Some(index) = self.archive.index_for_name(&file_name_from_array_name(name)) else {
            return Err(NpzFault::NoArray { array: name.to_owned(), present: self.names() });
        };
        let len = self.len;
        let entry = self.archive.by_index(index).map_err(|error| corrupt(error.into()))?;
        // The archive's table of contents may claim any size: hold it against the bytes that can be there.
        if entry.compressed_size() > len || entry.size() / MAX_RATIO > entry.compressed_size() {
            return Err(corrupt(io::Error::new(
                ErrorKind::InvalidData,
                "its size in the archive is impossible",
            )));
        }
        let size = entry.size();
        let mut source = BufReader::with_capacity(BUFFER, entry);
        let bytes = read_header(&mut source).map_err(corrupt)?;
        let header_fault = |reason: String| NpzFault::Header { array: name.to_owned(), reason };
        check_header(&bytes).map_err(header_fault)?;
        let header = NpyHeader::from_reader(&bytes[..]).map_err(|error| header_fault(error.to_string()))?;

        let dtype = header.dtype();
        let kind = match &dtype {
            DType::Plain(plain) => (plain.type_char(), plain.size_field()),
            _ => return Err(header_fault(format!("elements of type {}", dtype.descr()))),
        };
        let elements = match kind {
            (TypeChar::Bool, _) => ElementType::Bool,
            (TypeChar::Uint, 1) => ElementType::Uint8,
            (TypeChar::Uint | TypeChar::Int, _) => ElementType::Integer,
            (TypeChar::Float, 4 | 8) => ElementType::Float,
            _ => return Err(header_fault(format!("elements of type {}", dtype.descr()))),
        };
        if header.len() > MAX_ELEMENTS {
            return Err(NpzFault::TooLarge { array: name.to_owned(), claimed: header.len() });
        }
        let (claimed, held) = (header.len() * kind.1, size.saturating_sub(bytes.len() as u64));
        if claimed != held {
            return Err(NpzFault::Length { array: name.to_owned(), claimed, held });
        }
        let shape = header.shape().iter().map(|&size| usize::try_from(size)).collect::<Result<_, _>>();
        let shape = shape.map_err(|_| header_fault("a size beyond this machine's memory".to_owned()))?;
        Ok(OpenArray { name: name.to_owned(), info: ArrayInfo { shape, elements }, kind, header, source })
    }
}

/// The npy file's first bytes, through its header: magic string, version, length, text.
fn read_header(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let invalid = |fault: String| io::Error::new(ErrorKind::InvalidData, fault);
    let mut start = [0; 8];
    source.read_exact(&mut start)?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err(invalid("not an npy file".to_owned()));
    }
    // Version 1 has a length of two bytes, later versions of four.
    let mut len = [0; 4];
    let len_bytes = if start[6] <= 1 { &mut len[..2] } else { &mut len[..] };
    source.read_exact(len_bytes)?;
    let mut bytes = [&start, &*len_bytes].concat();
    let len = u32::from_le_bytes(len);
    if len > MAX_HEADER {
        return Err(invalid(format!("a header of {len} bytes")));
    }
    let text = source.take(len.into()).read_to_end(&mut bytes)?;
    if text < len as usize { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

/// Refuses what npyz would stumble over: its parser recurses with every bracket, and it multiplies the sizes without
/// a check.
///
/// The header of a plain array is one dictionary with one tuple, the shape, in it.
fn check_header(bytes: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(bytes.get(10..).unwrap_or_default());
    if text.matches(['(', '[', '{']).count() != 2 {
        return Err("not a plain array".to_owned());
    }
    let shape =
        text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(shape, _)| shape);
    let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
    let product = sizes.map(|size| size.parse::<u64>().ok()).try_fold(1_u64, |product, size| {
        // Zero counts as one: a product of the other sizes alone must not overflow either.
        product.checked_mul(size?.max(1))
    });
    product.map(|_| ()).ok_or_else(|| format!("the shape ({shape})"))
}

/// An array whose header has been read and checked; its elements come next in `source`.
struct OpenArray<'a, R: Read> {
    name: String,
    info: ArrayInfo,
    kind: (TypeChar, u64),
    header: NpyHeader,
    source: BufReader<ZipFile<'a, R>>,
}

impl<R: Read> OpenArray<'_, R> {
    /// The elements, stored as `T`, each converted, in C order.
    fn elements<T: Deserialize, U: Copy>(self, convert: impl Fn(T) -> U) -> Result<Array<U>, NpzFault> {
        let Self { name, info, header, mut source, .. } = self;
        let order = header.order();
        let read = || {
            // The claim has been held against the bytes in the archive.
            let mut values = Vec::with_capacity(usize::try_from(header.len()).unwrap_or(0));
            let npy = NpyFile::with_header(header, &mut source);
            let data = npy.data::<T>().map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            for value in data {
                values.push(convert(value?));
            }
            // Reading on to the end checks the archive's checksum.
            match source.read(&mut [0])? {
                0 => Ok(values),
                _ => Err(io::Error::new(ErrorKind::InvalidData, "more elements than its shape calls for")),
            }
        };
        let values = read().map_err(|cause| NpzFault::Corrupt { array: name, cause })?;
        let values = match order {
            Order::C => values,
            Order::Fortran => c_order(&info.shape, &values),
        };
        Ok(Array { shape: info.shape, values })
    }

    /// The elements of whole numbers that fit an `i64`.
    fn integers(self) -> Result<Array<i64>, NpzFault> {
        match self.kind {
            (TypeChar::Int, 1) => self.elements(|value: i8| i64::from(value)),
            (TypeChar::Int, 2) => self.elements(|value: i16| i64::from(value)),
            (TypeChar::Int, 4) => self.elements(|value: i32| i64::from(value)),
            (TypeChar::Int, 8) => self.elements(|value: i64| value),
            (TypeChar::Uint, 1) => self.elements(|value: u8| i64::from(value)),
            (TypeChar::Uint, 2) => self.elements(|value: u16| i64::from(value)),
            (TypeChar::Uint, 4) => self.elements(|value: u32| i64::from(value)),
            _ => Err(self.wrong_type(ElementType::Integer)),
        }
    }

    fn wrong_type(self, expected: ElementType) -> NpzFault {
        let mend = match expected {
            ElementType::Bool => "bool",
            ElementType::Uint8 => "uint8",
            ElementType::Integer => "int64",
            ElementType::Float => "float64",
        };
        let found = self.header.dtype().descr();
        NpzFault::ElementType { array: self.name, found, expected, mend }
    }
}

impl<T: Copy> Array<T> {
    fn map<U>(self, convert: impl Fn(T) -> U) -> Array<U> {
        Array { shape: self.shape, values: self.values.into_iter().map(convert).collect() }
    }
}

/// Elements in C order from elements in Fortran order, first axis fastest.
fn c_order<T: Copy>(shape: &[usize], fortran: &[T]) -> Vec<T> {
    let mut c = Vec::with_capacity(fortran.len());
    let mut index = vec![0; shape.len()];
    for _ in 0..fortran.len() {
        let position = index.iter().zip(shape).rev().fold(0, |position, (i, size)| position * size + i);
        c.extend(fortran.get(position));
        for (i, size) in index.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *size {
                break;
            }
            *i = 0;
        }
    }
    c
}
