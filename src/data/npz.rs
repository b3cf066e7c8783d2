//! npz archives: named arrays, as `numpy.savez` writes and `numpy.load` reads them.
//!
//! An npz file is a zip archive with one npy file (a short text header, then the elements) for each array.
//!
//! Arrays are in C order, last axis fastest. nalgebra's matrices are column-major, so a D x N matrix with one image a
//! column has the very bytes of an N x D array with one image a row, and a covariance is its own transpose: nothing
//! is ever transposed, `matrix.iter()` is the array.
//!
//! ```no_run
//! use gmmscope::data::npz::{self, NpzReader};
//! use nalgebra::DMatrix;
//!
//! let means = DMatrix::from_element(784, 5, 0.5);
//! npz::write("model.npz".as_ref(), |npz| {
//!     npz.array("means", &[5, 784], means.iter())?;
//!     npz.scalar("ridge", 1e-6)
//! })?;
//! let mut file = NpzReader::open("model.npz".as_ref())?;
//! assert_eq!(file.f64("means")?.into_columns(784), Some(means));
//! # Ok::<(), gmmscope::data::DataError>(())
//! ```

mod element;
mod entry;
mod fault;
mod header;
mod latched;
mod plain;
mod reader;
mod writer;

pub use element::{ArrayInfo, Element, ElementType};
pub use fault::NpzFault;
pub use plain::{PlainElements, plain_elements};
pub use reader::NpzReader;
pub use writer::{NpzWriter, write};

use nalgebra::DMatrix;

/// What an array's entry is called behind the array's name.
const SUFFIX: &str = ".npy";

/// The name of an array's entry in the archive.
fn file_name(array: &str) -> String {
    format!("{array}{SUFFIX}")
}

/// An array in C order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Array<T> {
    /// The size of each axis; empty for a scalar.
    pub shape: Vec<usize>,
    /// The elements, as many as the product of `shape`, last axis fastest.
    pub values: Vec<T>,
}

impl<T: Copy> Array<T> {
    /// The one element of a scalar, or of an array that holds one element.
    pub fn scalar(&self) -> Option<T> {
        match self.values.as_slice() {
            [value] => Some(*value),
            _ => None,
        }
    }

    /// The array with every element converted.
    fn map<U>(self, convert: impl Fn(T) -> U) -> Array<U> {
        Array { shape: self.shape, values: self.values.into_iter().map(convert).collect() }
    }
}

impl Array<f64> {
    /// The array as a `dim` x N matrix, one item of the first axis a column; nothing is copied.
    ///
    /// Takes N x dim, and N x a x b with a b = dim, such as images of 28 x 28. `None` for another shape.
    pub fn into_columns(self, dim: usize) -> Option<DMatrix<f64>> {
        let (&count, rest) = self.shape.split_first()?;
        let size = rest.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))?;
        if rest.is_empty() || size != dim || Some(self.values.len()) != count.checked_mul(dim) {
            return None;
        }
        Some(DMatrix::from_vec(dim, count, self.values))
    }
}

#[cfg(test)]
mod tests;
