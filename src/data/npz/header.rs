//! The header of an npy file: a magic string, a version, a length, and a Python dictionary of element type, order and
//! shape (numpy's `numpy.lib.format`).

use std::io::{self, ErrorKind, Read, Write};

/// What every npy file begins with.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header that numpy itself accepts by default.
const MAX_LEN: u32 = 10_000;

/// The elements of a file begin at a multiple of this many bytes.
const ALIGNMENT: usize = 64;

/// How the elements of an array lie in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// numpy's type string, such as `<f8`: byte order, letter, bytes an element.
    pub(super) descr: String,
    /// Whether the first axis is the fastest.
    pub(super) fortran_order: bool,
    /// The size of each axis; empty for a scalar.
    pub(super) shape: Vec<usize>,
}

impl Header {
    /// Reads a header; the next byte of `source` is the first element's. Gives its length in bytes as well.
    ///
    /// # Errors
    /// The outer one for what is not an npy file, the inner one in words for a dictionary that is not understood.
    pub(super) fn read(source: &mut impl Read) -> io::Result<(Result<Self, String>, u64)> {
        let mut start = [0; 8];
        source.read_exact(&mut start)?;
        if !start.starts_with(MAGIC) {
            return Err(invalid("not an npy file"));
        }
        // Version 1 has a length of two bytes, later versions of four.
        let mut len = [0; 4];
        let len_bytes = if start[6] <= 1 { &mut len[..2] } else { &mut len[..] };
        source.read_exact(len_bytes)?;
        let before = (start.len() + len_bytes.len()) as u64;
        let len = u32::from_le_bytes(len);
        if len > MAX_LEN {
            return Err(invalid(&format!("a header of {len} bytes")));
        }
        let mut text = vec![0; len as usize];
        source.read_exact(&mut text).map_err(|_| io::Error::from(ErrorKind::UnexpectedEof))?;
        Ok((Self::parse(&String::from_utf8_lossy(&text)), before + u64::from(len)))
    }

    /// Writes the header as numpy does, in version 1, padded so that the elements are aligned.
    pub(super) fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        let order = if self.fortran_order { "True" } else { "False" };
        let shape: String = self.shape.iter().map(|size| format!("{size}, ")).collect();
        let mut text =
            format!("{{'descr': '{}', 'fortran_order': {order}, 'shape': ({shape}), }}", self.descr);
        let before = MAGIC.len() + 4;
        let len = (before + text.len() + 1).next_multiple_of(ALIGNMENT) - before;
        text.extend(std::iter::repeat_n(' ', len - text.len() - 1));
        text.push('\n');
        writer.write_all(MAGIC)?;
        writer.write_all(&[1, 0])?;
        writer.write_all(&u16::try_from(len).map_err(|_| invalid("too many axes"))?.to_le_bytes())?;
        writer.write_all(text.as_bytes())
    }

    /// The number of elements.
    pub(super) fn len(&self) -> u64 {
        self.shape.iter().map(|&size| size as u64).product()
    }

    /// Understands `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`, its three keys in any order.
    fn parse(text: &str) -> Result<Self, String> {
        const PLAIN: &str = "not a plain array";
        let mut text = Text(text);
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        if !text.skip("{") {
            return Err(PLAIN.to_owned());
        }
        while !text.skip("}") {
            let key = text.string().filter(|_| text.skip(":")).ok_or(PLAIN)?;
            match key {
                "descr" => descr = Some(text.string().ok_or(PLAIN)?.to_owned()),
                "fortran_order" => fortran_order = Some(text.truth().ok_or(PLAIN)?),
                "shape" => {
                    let written = text.tuple().ok_or(PLAIN)?;
                    shape = Some(sizes(written).ok_or_else(|| format!("the shape ({written})"))?);
                }
                _ => return Err(PLAIN.to_owned()),
            }
            if !text.skip(",") && !text.0.trim_start().starts_with('}') {
                return Err(PLAIN.to_owned());
            }
        }
        let (descr, fortran_order, shape) =
            descr.zip(fortran_order).zip(shape).map(|((d, f), s)| (d, f, s)).ok_or(PLAIN)?;
        Ok(Self { descr, fortran_order, shape })
    }
}

/// The sizes in a tuple, commas between them, one allowed behind them; `None` also when 64 bits cannot count the
/// elements.
fn sizes(tuple: &str) -> Option<Vec<usize>> {
    let tuple = tuple.trim();
    let sizes = tuple.strip_suffix(',').unwrap_or(tuple);
    if sizes.is_empty() {
        return Some(Vec::new());
    }
    let sizes: Vec<usize> = sizes.split(',').map(|size| size.trim().parse().ok()).collect::<Option<_>>()?;
    // Zero counts as one: a product of the other sizes alone must not overflow either.
    let count = sizes.iter().try_fold(1_u64, |product, &size| product.checked_mul((size as u64).max(1)));
    count.map(|_| sizes)
}

/// What is still to be read of the dictionary. White space before anything is skipped.
struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// Whether `token` comes next; then it is read.
    fn skip(&mut self, token: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The text up to `end`, which is read too.
    fn until(&mut self, end: char) -> Option<&'a str> {
        let (text, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(text)
    }

    fn string(&mut self) -> Option<&'a str> {
        ['\'', '"']
            .into_iter()
            .find(|quote| self.skip(quote.encode_utf8(&mut [0; 4])))
            .and_then(|quote| self.until(quote))
    }

    fn tuple(&mut self) -> Option<&'a str> {
        if self.skip("(") { self.until(')') } else { None }
    }

    fn truth(&mut self) -> Option<bool> {
        if self.skip("True") { Some(true) } else { self.skip("False").then_some(false) }
    }
}

/// An error about bytes that are not what they should be.
pub(super) fn invalid(fault: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, fault)
}
