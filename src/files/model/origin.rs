//! Where the images of a model came from, so that it can be opened on them again.
//!
//! | array | shape | type | |
//! |---|---|---|---|
//! | `data` | () | text | the file or folder; only where it is not inside the program |
//! | `test_share` | () | float64 | only with `data` |
//! | `vectors` | () | bool | only where they are rows of numbers of any range: true |
//! | `memory` | () | text | the bound under which they were left in their file, if any: "2GiB" |

use std::io::{Seek, Write};
use std::path::PathBuf;

use super::{Reader, optional};
use crate::data::npz::NpzWriter;
use crate::files::FileError;

/// Where the images of a model came from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origin {
    /// The file or folder; none for images inside the program, for a model from elsewhere and for names that are not UTF-8.
    pub data: Option<PathBuf>,
    /// The share of the images that were test images, where the data have none of their own.
    pub test_share: Option<f64>,
    /// Whether they are rows of numbers of any range.
    pub vectors: bool,
    /// The bound on memory under which they were left in their file, as it was written.
    pub memory: Option<String>,
}

impl Origin {
    pub(super) fn write<W: Write + Seek>(&self, npz: &mut NpzWriter<W>) -> std::io::Result<()> {
        // The model may be opened from another folder.
        let whole = self.data.as_ref().and_then(|path| std::path::absolute(path).ok());
        if let Some(path) = whole.as_ref().and_then(|path| path.to_str()) {
            npz.text("data", path)?;
            if let Some(share) = self.test_share {
                npz.scalar("test_share", share)?;
            }
        }
        if let Some(memory) = &self.memory {
            npz.text("memory", memory)?;
        }
        if self.vectors { npz.scalar("vectors", true) } else { Ok(()) }
    }

    pub(super) fn read(file: &mut Reader) -> Result<Self, FileError> {
        let share = optional(file, "test_share", |file, name| Ok(file.finite_f64(name)?.scalar()))?.flatten();
        Ok(Self {
            data: optional(file, "data", |file, name| Ok(file.text(name)?))?.map(PathBuf::from),
            test_share: share.filter(|share| (0.0..=0.9).contains(share)),
            vectors: optional(file, "vectors", |file, name| Ok(file.bool(name)?.scalar()))?
                .flatten()
                .unwrap_or(false),
            memory: optional(file, "memory", |file, name| Ok(file.text(name)?))?,
        })
    }
}
