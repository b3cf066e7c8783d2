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
    /// `float16`, `float32` or `float64`.
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

/// A `float16`: a sign, five bits of exponent, ten of fraction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half(u16);

impl Half {
    /// Its value, which a double holds exactly.
    pub(super) fn to_f64(self) -> f64 {
        let (exponent, fraction) = (i32::from(self.0 >> 10 & 31), f64::from(self.0 & 1023));
        let size = match exponent {
            0 => fraction * 2_f64.powi(-24),
            31 if fraction == 0.0 => f64::INFINITY,
            31 => f64::NAN,
            _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
        };
        if self.0 >> 15 == 1 { -size } else { size }
    }
}

impl Stored for Half {
    fn decode(bytes: &[u8], big_endian: bool) -> Option<Self> {
        u16::decode(bytes, big_endian).map(Self)
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
        (b'f', 2 | 4 | 8) => ElementType::Float,
        _ => return None,
    };
    (matches!(order, b'<' | b'>') || order == b'|' && size == 1).then_some((elements, (letter, size)))
}

/// What finds the [`element_type`] of numpy's type string.
pub(super) type ElementTypes = fn(&str) -> Option<(ElementType, (u8, usize))>;

/// What elements of numpy's type string `descr` are when they are text, of at most 99 letters: whole numbers, code points.
pub(super) fn text_type(descr: &str) -> Option<(ElementType, (u8, usize))> {
    let size = descr.strip_prefix("<U").or_else(|| descr.strip_prefix(">U"))?;
    let letters: usize = size.parse().ok().filter(|_| size.len() <= 2)?;
    Some((ElementType::Integer, (b'U', 4 * letters)))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `np.frombuffer(bytes, "<f2")`.
    #[test]
    fn halves_are_doubles() {
        let half = |bits: u16| Half(bits).to_f64();
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333251953125),
            (0x0001, 5.960464477539063e-08),
            (0x03ff, 6.097555160522461e-05),
            (0x0400, 6.103515625e-05),
            (0x7bff, 65504.0),
            (0x7c00, f64::INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan() && half(0x8000) == 0.0 && half(0x8000).is_sign_negative());
    }
}
