//! Where the elements of an npy file lie, for those who read some of them at a time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::element::element_type;
use super::header::{Header, MAGIC};
use super::{ElementType, NpzFault};
use crate::data::DataError;

/// The elements of an npy file, in C order and as this machine holds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainElements {
    /// The size of each axis.
    pub shape: Vec<usize>,
    /// Where the first element begins, in bytes.
    pub start: u64,
    /// What they are: bytes, or floats.
    pub elements: ElementType,
    /// Bytes an element.
    pub size: usize,
}

/// The elements of the npy file at `path`: `None` for an archive, for an array in Fortran order, of another byte order than
/// little-endian, and of other elements than uint8, float32 and float64.
///
/// # Errors
/// [`DataError`] for a file that cannot be read, that is shorter than its header says, or whose header is not understood.
pub fn plain_elements(path: &Path) -> Result<Option<PlainElements>, DataError> {
    let fault = |cause| DataError::read(path, cause);
    let file = File::open(path).map_err(fault)?;
    let found = file.metadata().map_err(fault)?.len();
    let mut source = BufReader::new(file);
    let mut magic = [0; MAGIC.len()];
    if source.read_exact(&mut magic).is_err() || magic != MAGIC {
        return Ok(None);
    }
    let (header, start) = Header::read(&mut magic.chain(source)).map_err(fault)?;
    let Ok(Header { descr, fortran_order: false, shape }) = header else { return Ok(None) };
    let Some((elements, (_, size))) = element_type(&descr) else { return Ok(None) };
    let is_read = matches!((elements, size), (ElementType::Uint8, 1) | (ElementType::Float, 4 | 8));
    if !is_read || descr.starts_with('>') {
        return Ok(None);
    }
    let count: u64 = shape.iter().map(|&size| size as u64).product();
    let expected = count.saturating_mul(size as u64).saturating_add(start);
    if found < expected {
        let array = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let cause = super::header::invalid(&format!("{found} bytes of {expected}: copy the file again"));
        return Err(DataError::npz(path, NpzFault::Corrupt { array, cause }));
    }
    Ok(Some(PlainElements { shape, start, elements, size }))
}
