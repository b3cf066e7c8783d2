//! The elements of arrays: which types there are, how they are read from bytes and written to them.

use std::fmt;
use std::io::{self, Write};

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

/// A type of element that is read from the file's bytes.
pub(super) trait Stored: Copy {
    /// The element in `bytes`, as many as it takes.
    fn decode(bytes: &[u8], big_endian: bool) -> Option<Self>;
}

macro_rules! stored {
    ($($number:ty)*) => {$(
        impl Stored for $number {
            fn decode(bytes: &[u8], big_endian: bool) -> Option<Self> {
                let bytes = bytes.try_into().ok()?;
                Some(if big_endian { Self::from_be_bytes(bytes) } else { Self::from_le_bytes(bytes) })
            }
        }
    )*};
}

stored!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

impl Stored for bool {
    fn decode(bytes: &[u8], _: bool) -> Option<Self> {
        match bytes {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

/// What elements of numpy's type string `descr` are, with its letter and size; `None` when they are not numbers.
pub(super) fn element_type(descr: &str) -> Option<(ElementType, (u8, usize))> {
    let (order, letter, size) = match descr.as_bytes() {
        &[order, letter, size @ b'0'..=b'9'] => (order, letter, usize::from(size - b'0')),
        _ => return None,
    };
    let elements = match (letter, size) {
        (b'b', 1) => ElementType::Bool,
        (b'u', 1) => ElementType::Uint8,
        (b'u' | b'i', 1 | 2 | 4 | 8) => ElementType::Integer,
        (b'f', 4 | 8) => ElementType::Float,
        _ => return None,
    };
    (matches!(order, b'<' | b'>') || order == b'|' && size == 1).then_some((elements, (letter, size)))
}

/// A type of element that is written: little-endian, under numpy's name for it.
pub trait Element: Copy {
    /// numpy's type string.
    const TYPE: &'static str;

    /// Writes the element's bytes.
    fn write(self, writer: &mut impl Write) -> io::Result<()>;
}

macro_rules! element {
    ($($number:ty, $name:literal;)*) => {$(
        impl Element for $number {
            const TYPE: &'static str = $name;

            fn write(self, writer: &mut impl Write) -> io::Result<()> {
                writer.write_all(&self.to_le_bytes())
            }
        }
    )*};
}

element! { f64, "<f8"; i64, "<i8"; u8, "|u1"; }

impl Element for bool {
    const TYPE: &'static str = "|b1";

    fn write(self, writer: &mut impl Write) -> io::Result<()> {
        u8::from(self).write(writer)
    }
}
