//! What can be wrong with an npz file or with an array in it.

use zip::result::ZipError;

use super::element::ElementType;

/// What is wrong with an npz file, and the hint.
#[derive(Debug, thiserror::Error)]
pub enum NpzFault {
    /// Not a zip archive, or a broken one.
    #[error("is not an npz archive ({0}): make it with numpy.savez")]
    NotNpz(ZipError),
    /// Two entries have the same name.
    #[error("holds two arrays of the same name: make it again with numpy.savez")]
    DuplicateNames,
    /// An array that is not there.
    #[error("has no array {array} (it has {}): add it, as in numpy.savez(file, {array}=...)", list(.present))]
    NoArray {
        /// The array asked for.
        array: String,
        /// The arrays that are there.
        present: Vec<String>,
    },
    /// The entry of an array cannot be opened or does not decode.
    #[error("array {array} cannot be read ({cause}): make the file again with numpy.savez")]
    Corrupt {
        /// The array.
        array: String,
        /// What the zip or npy reader said.
        cause: std::io::Error,
    },
    /// The header is not one of an array of numbers.
    #[error("array {array} has an unusable header ({reason}): save a plain array of numbers")]
    Header {
        /// The array.
        array: String,
        /// What is wrong with it.
        reason: String,
    },
    /// More elements than memory holds.
    #[error(
        "array {array} takes {needed} bytes of memory, more than there is: free some, use fewer elements, or leave an npy file where it \
         is with `memory`"
    )]
    Memory {
        /// The array.
        array: String,
        /// Bytes of its elements in memory.
        needed: u64,
    },
    /// The shape in the header does not fit the bytes that are there.
    #[error(
        "array {array} claims {claimed} bytes of elements, but holds {held}: make the file again with numpy.savez"
    )]
    Length {
        /// The array.
        array: String,
        /// Bytes by its header.
        claimed: u64,
        /// Bytes in the archive.
        held: u64,
    },
    /// Elements of a type that does not serve.
    #[error("array {array} holds {found} where {expected} are wanted: {hint}")]
    ElementType {
        /// The array.
        array: String,
        /// Its type, as numpy writes it.
        found: String,
        /// What is wanted.
        expected: ElementType,
        /// How to convert it.
        hint: &'static str,
    },
    /// A whole number beyond 64 bits with sign.
    #[error(
        "array {array} holds {value} at position {position}, beyond the largest int64: use smaller numbers"
    )]
    TooBig {
        /// The array.
        array: String,
        /// Where, in C order from 0.
        position: usize,
        /// The number.
        value: u64,
    },
    /// Not a number, or infinite.
    #[error("array {array} holds {value} at position {position}: replace it with a finite number")]
    NotFinite {
        /// The array.
        array: String,
        /// Where, in C order from 0.
        position: usize,
        /// The value.
        value: f64,
    },
    /// Another shape than what is wanted; for those who use the array.
    #[error("array {array} has shape {}, but {expected} is wanted: reshape it", tuple(.found))]
    Shape {
        /// The array.
        array: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape or shapes that serve, in words.
        expected: String,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A shape as Python writes it.
fn tuple(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        _ => format!("({})", shape.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}
