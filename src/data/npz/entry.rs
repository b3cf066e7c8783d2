//! One array of an npz file, or the array of an npy file: its header, every claim of it checked before anything is allocated, and its elements.

use std::io::{self, BufReader, Read};

use zip::read::ZipFile;

use super::element::{ElementTypes, Stored};
use super::header::{Header, invalid};
use super::{Array, ArrayInfo, ElementType, NpzFault};
use crate::data::available_memory;

/// Deflate cannot shrink data further than this.
const MAX_RATIO: u64 = 1032;

/// Elements of more bytes than this ask how much memory there is: 16 MiB.
const ASKS: u64 = 1 << 24;

/// Bytes decompressed at a time.
const BUFFER: usize = 1 << 16;

/// An array whose header has been read and checked; its elements come next in `source`.
pub(super) struct OpenArray<'a> {
    pub(super) name: String,
    pub(super) info: ArrayInfo,
    /// numpy's letter and size for the elements.
    pub(super) kind: (u8, usize),
    header: Header,
    source: BufReader<Box<dyn Read + 'a>>,
}

impl<'a> OpenArray<'a> {
    /// Reads the header of the array `name` from its entry in an archive of `archive_len` bytes, and checks it.
    pub(super) fn open<R: Read>(
        name: &str,
        entry: ZipFile<'a, R>,
        archive_len: u64,
        types: ElementTypes,
    ) -> Result<Self, NpzFault> {
        let corrupt = |cause: io::Error| NpzFault::Corrupt { array: name.to_owned(), cause };
        // The archive's table of contents may claim any size: hold it against the bytes that can be there.
        if entry.compressed_size() > archive_len || entry.size() / MAX_RATIO > entry.compressed_size() {
            return Err(corrupt(invalid("its size in the archive is impossible")));
        }
        let size = entry.size();
        Self::read(name, Box::new(entry), size, types)
    }

    /// Reads the header of an array from the `size` bytes of an npy file, and checks it.
    pub(super) fn read(
        name: &str,
        source: Box<dyn Read + 'a>,
        size: u64,
        types: ElementTypes,
    ) -> Result<Self, NpzFault> {
        let corrupt = |cause: io::Error| NpzFault::Corrupt { array: name.to_owned(), cause };
        let mut source = BufReader::with_capacity(BUFFER, source);
        let (header, header_len) = Header::read(&mut source).map_err(corrupt)?;
        let header_fault = |reason: String| NpzFault::Header { array: name.to_owned(), reason };
        let header = header.map_err(header_fault)?;

        let unusable = || header_fault(format!("elements of type '{}'", header.descr));
        let (elements, kind) = types(&header.descr).ok_or_else(unusable)?;
        let shape = header.shape.clone();
        // The bytes that are there are the only limit: what was written can be read.
        let claimed = header.len().saturating_mul(kind.1 as u64);
        let held = size.saturating_sub(header_len);
        if claimed != held {
            return Err(NpzFault::Length { array: name.to_owned(), claimed, held });
        }
        Ok(Self { name: name.to_owned(), info: ArrayInfo { shape, elements }, kind, header, source })
    }

    /// The elements, stored as `T`, each converted, in C order.
    pub(super) fn elements<T: Stored, U: Copy>(self, convert: impl Fn(T) -> U) -> Result<Array<U>, NpzFault> {
        let Self { name, info, kind: (_, size), header, mut source } = self;
        let big_endian = header.descr.starts_with('>');
        // The claim has been held against the bytes in the archive.
        let count = info.shape.iter().product();
        let mut values = room::<U>(count, header.fortran_order)
            .ok_or_else(|| NpzFault::Memory { array: name.clone(), needed: bytes::<U>(count) })?;
        let mut read = || {
            let mut buffer = vec![0; BUFFER];
            while values.len() < count {
                let chunk = &mut buffer[..BUFFER.min((count - values.len()) * size)];
                source.read_exact(chunk)?;
                for bytes in chunk.chunks_exact(size) {
                    let value = T::decode(bytes, big_endian);
                    values.push(convert(
                        value.ok_or_else(|| invalid(&format!("invalid value for bool: {}", bytes[0])))?,
                    ));
                }
            }
            // Reading on to the end checks the archive's checksum.
            match source.read(&mut [0])? {
                0 => Ok(()),
                _ => Err(invalid("more elements than its shape calls for")),
            }
        };
        read().map_err(|cause| NpzFault::Corrupt { array: name, cause })?;
        let values = if header.fortran_order { c_order(&info.shape, &values) } else { values };
        Ok(Array { shape: info.shape, values })
    }

    /// The text of a scalar: UTF-32, filled up with zeros.
    pub(super) fn text(self) -> Result<String, NpzFault> {
        let Self { name, info, kind: (_, size), header, mut source } = self;
        let mut bytes = vec![0; size * info.shape.iter().product::<usize>()];
        let corrupt = |cause| NpzFault::Corrupt { array: name.clone(), cause };
        source.read_exact(&mut bytes).map_err(corrupt)?;
        let big_endian = header.descr.starts_with('>');
        let letters = bytes.chunks_exact(4).map(|bytes| char::from_u32(u32::decode(bytes, big_endian)?));
        let text: Option<String> = letters.collect();
        let text = text.ok_or_else(|| corrupt(invalid("its text is no Unicode")))?;
        Ok(text.trim_end_matches('\0').to_owned())
    }

    /// The elements of whole numbers that fit an `i64`.
    pub(super) fn integers(self) -> Result<Array<i64>, NpzFault> {
        match self.kind {
            (b'i', 1) => self.elements(|value: i8| i64::from(value)),
            (b'i', 2) => self.elements(|value: i16| i64::from(value)),
            (b'i', 4) => self.elements(|value: i32| i64::from(value)),
            (b'i', 8) => self.elements(|value: i64| value),
            (b'u', 1) => self.elements(|value: u8| i64::from(value)),
            (b'u', 2) => self.elements(|value: u16| i64::from(value)),
            (b'u', 4) => self.elements(|value: u32| i64::from(value)),
            _ => Err(self.wrong_type(ElementType::Integer)),
        }
    }

    /// The fault of an array whose elements do not serve.
    pub(super) fn wrong_type(self, expected: ElementType) -> NpzFault {
        let hint = match expected {
            ElementType::Bool => "convert it with .astype(\"bool\")",
            ElementType::Uint8 => "convert it with .astype(\"uint8\")",
            ElementType::Integer => "convert it with .astype(\"int64\")",
            ElementType::Float => "convert it with .astype(\"float64\")",
        };
        NpzFault::ElementType { array: self.name, found: format!("'{}'", self.header.descr), expected, hint }
    }
}

/// Bytes of `count` elements.
fn bytes<T>(count: usize) -> u64 {
    (count as u64).saturating_mul(size_of::<T>() as u64)
}

/// An empty list with room for `count` elements, twice over where they are to be `reordered`; none when memory does not hold them.
fn room<T>(count: usize, reordered: bool) -> Option<Vec<T>> {
    let needed = bytes::<T>(count).saturating_mul(if reordered { 2 } else { 1 });
    // A system may promise more than it has.
    if needed > ASKS && available_memory().is_some_and(|available| needed > available) {
        return None;
    }
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    Some(values)
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
