//! One array in an npz file: its header, every claim of it checked before anything is allocated, and its elements.

use std::fmt;
use std::io::{self, BufReader, ErrorKind, Read};

use npyz::{DType, Deserialize, NpyFile, NpyHeader, Order, TypeChar};
use zip::read::ZipFile;

use super::{Array, NpzFault};

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

/// An array whose header has been read and checked; its elements come next in `source`.
pub(super) struct OpenArray<'a, R: Read> {
    pub(super) name: String,
    pub(super) info: ArrayInfo,
    /// numpy's letter and size for the elements.
    pub(super) kind: (TypeChar, u64),
    header: NpyHeader,
    source: BufReader<ZipFile<'a, R>>,
}

impl<'a, R: Read> OpenArray<'a, R> {
    /// Reads the header of the array `name` from its entry in an archive of `archive_len` bytes, and checks it.
    pub(super) fn open(name: &str, entry: ZipFile<'a, R>, archive_len: u64) -> Result<Self, NpzFault> {
        let corrupt = |cause: io::Error| NpzFault::Corrupt { array: name.to_owned(), cause };
        // The archive's table of contents may claim any size: hold it against the bytes that can be there.
        if entry.compressed_size() > archive_len || entry.size() / MAX_RATIO > entry.compressed_size() {
            return Err(corrupt(invalid("its size in the archive is impossible")));
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
        Ok(Self { name: name.to_owned(), info: ArrayInfo { shape, elements }, kind, header, source })
    }

    /// The elements, stored as `T`, each converted, in C order.
    pub(super) fn elements<T: Deserialize, U: Copy>(
        self,
        convert: impl Fn(T) -> U,
    ) -> Result<Array<U>, NpzFault> {
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
                _ => Err(invalid("more elements than its shape calls for")),
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
    pub(super) fn integers(self) -> Result<Array<i64>, NpzFault> {
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

    /// The fault of an array whose elements do not serve.
    pub(super) fn wrong_type(self, expected: ElementType) -> NpzFault {
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

/// The npy file's first bytes, through its header: magic string, version, length, text.
fn read_header(source: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut start = [0; 8];
    source.read_exact(&mut start)?;
    if !start.starts_with(b"\x93NUMPY") {
        return Err(invalid("not an npy file"));
    }
    // Version 1 has a length of two bytes, later versions of four.
    let mut len = [0; 4];
    let len_bytes = if start[6] <= 1 { &mut len[..2] } else { &mut len[..] };
    source.read_exact(len_bytes)?;
    let mut bytes = [&start, &*len_bytes].concat();
    let len = u32::from_le_bytes(len);
    if len > MAX_HEADER {
        return Err(invalid(&format!("a header of {len} bytes")));
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
    let count = |bracket| text.matches(bracket).count();
    if (count('{'), count('('), count('[')) != (1, 1, 0) {
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

fn invalid(fault: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, fault)
}
