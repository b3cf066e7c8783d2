//! IDX files, the format of MNIST and its successors, gzipped or plain: images of one shape, a byte a pixel, and labels.
//!
//! An IDX file is a magic number (two zero bytes, the element type, the number of dimensions), one big-endian 32-bit
//! size for each dimension, and the elements, last dimension fastest. The source is any [`Read`]; gzip is
//! recognised by its first two bytes, never by a file's name.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::ImageShape;

/// The most images or labels that a file may claim.
pub const MAX_COUNT: u32 = 10_000_000;

/// The most pixels of all images together: bounds what a hostile file can make the reader allocate, to 1 GiB.
pub const MAX_PIXELS: usize = 1 << 30;

/// What a gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Magic number of images: bytes, three dimensions.
const IMAGES: u32 = 0x0803;
/// Magic number of labels: bytes, one dimension.
const LABELS: u32 = 0x0801;

/// Reserved before any element has been seen; more is allocated only as data arrives.
const FIRST_RESERVE: usize = 16 << 20;

/// What is wrong with an IDX file, and a hint.
#[derive(Debug, thiserror::Error)]
pub enum IdxFault {
    /// The source failed.
    #[error("cannot be read: {0}")]
    Io(io::Error),
    /// Gzipped, but the compressed stream does not decode or its checksum differs.
    #[error("its gzip stream is corrupt ({0}): copy the file again")]
    Gzip(io::Error),
    /// Not an IDX file of this kind.
    #[error("its magic number is {found:#010x} where {} have {expected:#010x}: {}", kind(*.expected), hint_magic(*.found))]
    Magic {
        /// The first four bytes, big-endian.
        found: u32,
        /// What they should be.
        expected: u32,
    },
    /// More elements than [`MAX_COUNT`].
    #[error("claims {count} {}, more than the {MAX_COUNT} that are accepted: use fewer", kind(*.magic))]
    TooMany {
        /// The number that the header claims.
        count: u32,
        /// The file's magic number.
        magic: u32,
    },
    /// Images without pixels.
    #[error("its images are {rows} x {columns}: use images of at least 1 x 1 pixel")]
    Empty {
        /// Height that the header claims.
        rows: u32,
        /// Width that the header claims.
        columns: u32,
    },
    /// More pixels than [`MAX_PIXELS`].
    #[error(
        "claims {count} images of {rows} x {columns}, more than the {MAX_PIXELS} pixels that are accepted: use fewer or \
         smaller images"
    )]
    TooLarge {
        /// The number of images that the header claims.
        count: usize,
        /// Height that the header claims.
        rows: u32,
        /// Width that the header claims.
        columns: u32,
    },
    /// Ends too early.
    #[error("is truncated: {found} bytes of {expected}: copy the file again")]
    Truncated {
        /// Bytes that the header calls for, itself included, after decompression.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// Goes on after its last element.
    #[error("goes on after the {expected} bytes that its header calls for: copy the file again")]
    Trailing {
        /// Bytes that the header calls for, itself included, after decompression.
        expected: usize,
    },
}

fn kind(magic: u32) -> &'static str {
    if magic == IMAGES { "images" } else { "labels" }
}

fn hint_magic(found: u32) -> &'static str {
    match found {
        IMAGES => "this is a file of images, where labels belong",
        LABELS => "this is a file of labels, where images belong",
        _ => "use IDX files of bytes, as those of MNIST",
    }
}

/// Reads a file of images: their shape, and the pixels of all, image by image and row by row.
///
/// # Errors
/// [`IdxFault`] for anything else, found before the pixels are allocated where the header shows it.
pub fn read_images(source: impl Read) -> Result<(ImageShape, Vec<u8>), IdxFault> {
    let mut source = Elements::open(source, IMAGES)?;
    let (shape, pixels) = source.images()?;
    Ok((shape, source.rest(pixels)?))
}

/// [`read_images`] of a plain file, in its own memory.
///
/// # Errors
/// As [`read_images`].
pub(super) fn take_images(mut file: Vec<u8>) -> Result<(ImageShape, Vec<u8>), IdxFault> {
    let mut elements = Elements::open(&file[..], IMAGES)?;
    let (shape, pixels) = elements.images()?;
    let start = elements.header_len();
    drop(elements);
    check_len(file.len() as u64, (start + pixels) as u64)?;
    file.drain(..start);
    Ok((shape, file))
}

/// A plain file is as long as its header says.
fn check_len(found: u64, expected: u64) -> Result<(), IdxFault> {
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    match found {
        found if found < expected => {
            Err(IdxFault::Truncated { expected: size(expected), found: size(found) })
        }
        found if found > expected => Err(IdxFault::Trailing { expected: size(expected) }),
        _ => Ok(()),
    }
}

/// Reads the header of a file of images: their shape.
///
/// # Errors
/// [`IdxFault`] for anything else.
pub fn read_shape(source: impl Read) -> Result<ImageShape, IdxFault> {
    Ok(Elements::open(source, IMAGES)?.images()?.0)
}

/// Where the images of a plain file lie: their shape, their number, and where the first one begins; `None` for a gzipped file.
///
/// # Errors
/// As [`read_images`].
pub fn plain_images(path: &Path) -> Result<Option<(ImageShape, usize, u64)>, IdxFault> {
    let mut file = File::open(path).map_err(IdxFault::Io)?;
    let mut start = [0; 2];
    if file.read_exact(&mut start).is_ok() && start == GZIP {
        return Ok(None);
    }
    let found = file.metadata().map_err(IdxFault::Io)?.len();
    let source = io::Cursor::new(start).chain(io::BufReader::new(file));
    let mut elements = Elements::open(source, IMAGES)?;
    let (shape, pixels) = elements.images()?;
    let start = elements.header_len() as u64;
    check_len(found, start + pixels as u64)?;
    Ok(Some((shape, pixels / shape.len().max(1), start)))
}

/// Reads a file of labels, each 0 to 255.
///
/// # Errors
/// [`IdxFault`] for anything else.
pub fn read_labels(source: impl Read) -> Result<Vec<u8>, IdxFault> {
    let mut source = Elements::open(source, LABELS)?;
    let count = source.count()?;
    source.rest(count)
}

/// The plain IDX file of images of this shape with these pixels: what [`read_images`] reads.
///
/// Pixels after the last whole image are dropped.
pub fn encode_images(shape: ImageShape, pixels: &[u8]) -> Vec<u8> {
    let count = pixels.len().checked_div(shape.len()).unwrap_or(0);
    let mut file = header(IMAGES, &[count, shape.rows, shape.columns]);
    file.extend_from_slice(&pixels[..count * shape.len()]);
    file
}

/// The plain IDX file of these labels: what [`read_labels`] reads.
pub fn encode_labels(labels: &[u8]) -> Vec<u8> {
    let mut file = header(LABELS, &[labels.len()]);
    file.extend_from_slice(labels);
    file
}

fn header(magic: u32, sizes: &[usize]) -> Vec<u8> {
    let sizes = sizes.iter().map(|&size| u32::try_from(size).unwrap_or(u32::MAX));
    std::iter::once(magic).chain(sizes).flat_map(u32::to_be_bytes).collect()
}

/// An opened IDX file: the decompressed source and how many bytes were taken from it.
struct Elements<'a> {
    source: Box<dyn Read + 'a>,
    magic: u32,
    taken: usize,
}

impl<'a> Elements<'a> {
    /// Decompresses where needed, and checks the magic number.
    fn open(mut source: impl Read + 'a, magic: u32) -> Result<Self, IdxFault> {
        let mut start = Vec::with_capacity(2);
        source.by_ref().take(2).read_to_end(&mut start).map_err(IdxFault::Io)?;
        let gzipped = start == GZIP;
        let whole = io::Cursor::new(start).chain(source);
        // Every member of a gzip file is read, as gunzip does; what follows the last must be a member too.
        let source: Box<dyn Read + 'a> =
            if gzipped { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        let mut elements = Self { source, magic, taken: 0 };
        match elements.size()? {
            found if found == magic => Ok(elements),
            found => Err(IdxFault::Magic { found, expected: magic }),
        }
    }

    /// The bytes of the header: the magic number and its dimensions.
    fn header_len(&self) -> usize {
        if self.magic == IMAGES { 16 } else { 8 }
    }

    /// The next big-endian 32-bit number of the header.
    fn size(&mut self) -> Result<u32, IdxFault> {
        let mut bytes = Vec::with_capacity(4);
        self.source.by_ref().take(4).read_to_end(&mut bytes).map_err(fault)?;
        self.taken += bytes.len();
        let truncated = IdxFault::Truncated { expected: self.header_len(), found: self.taken };
        bytes.try_into().map(u32::from_be_bytes).map_err(|_| truncated)
    }

    /// The number of images or labels.
    fn count(&mut self) -> Result<usize, IdxFault> {
        match self.size()? {
            count if count > MAX_COUNT => Err(IdxFault::TooMany { count, magic: self.magic }),
            count => Ok(count as usize),
        }
    }

    /// The shape of the images, and the pixels of all of them together.
    fn images(&mut self) -> Result<(ImageShape, usize), IdxFault> {
        let (count, rows, columns) = (self.count()?, self.size()?, self.size()?);
        let shape = ImageShape::new(rows as usize, columns as usize);
        if shape.is_empty() {
            return Err(IdxFault::Empty { rows, columns });
        }
        match count.checked_mul(shape.len()) {
            Some(pixels) if pixels <= MAX_PIXELS => Ok((shape, pixels)),
            _ => Err(IdxFault::TooLarge { count, rows, columns }),
        }
    }

    /// The remaining `len` bytes, and then the end, which for gzip also checks the checksum.
    fn rest(mut self, len: usize) -> Result<Vec<u8>, IdxFault> {
        let expected = self.taken + len;
        let mut bytes = Vec::with_capacity(len.min(FIRST_RESERVE));
        self.source.by_ref().take(len as u64).read_to_end(&mut bytes).map_err(|e| match e.kind() {
            // This is how a truncated gzip stream ends.
            ErrorKind::UnexpectedEof => IdxFault::Truncated { expected, found: self.taken + bytes.len() },
            _ => fault(e),
        })?;
        if bytes.len() < len {
            return Err(IdxFault::Truncated { expected, found: self.taken + bytes.len() });
        }
        let mut beyond = Vec::with_capacity(1);
        self.source.by_ref().take(1).read_to_end(&mut beyond).map_err(fault)?;
        if beyond.is_empty() { Ok(bytes) } else { Err(IdxFault::Trailing { expected }) }
    }
}

/// Tells a corrupt gzip stream from a source that failed.
fn fault(error: io::Error) -> IdxFault {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof => IdxFault::Gzip(error),
        _ => IdxFault::Io(error),
    }
}

#[cfg(test)]
mod tests;
