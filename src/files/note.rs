//! What is odd about a file that is used all the same.

use std::fmt;
use std::path::{Path, PathBuf};

use nalgebra::DMatrix;

use crate::data::ImageShape;
use crate::mixture::Repair;

/// Means below or above this are on another scale than pixels in [0, 1].
const FAR_OUTSIDE: std::ops::RangeInclusive<f64> = -1.0..=2.0;

/// A remark on a file that was read: the file, and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct FileNote {
    /// The file.
    pub path: PathBuf,
    /// What was found.
    pub finding: Finding,
}

/// What is odd about a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Means far outside [0, 1], where pixels are.
    Scale {
        /// The least of them.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// Rounding of a model that was repaired.
    Repaired(Repair),
    /// Pictures that were brought to a size.
    Resized(ImageShape),
    /// Bytes of 0 and 1 where those of images reach 255.
    Dark,
}

impl FileNote {
    /// The remark on means, or on a model's, that are far outside [0, 1].
    pub fn on_scale(path: &Path, means: &DMatrix<f64>) -> Option<Self> {
        let (least, greatest) = (means.min(), means.max());
        let is_near = FAR_OUTSIDE.contains(&least) && FAR_OUTSIDE.contains(&greatest);
        (!is_near).then(|| Self { path: path.to_owned(), finding: Finding::Scale { least, greatest } })
    }
}

impl fmt::Display for FileNote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.path.display())?;
        match &self.finding {
            Finding::Scale { least, greatest } => write!(
                formatter,
                "means reach from {} to {}, far outside [0, 1], where the pixels of images are: for a scale of 0 to 255 \
                 divide means by 255, and covariances by 255 squared",
                short(*least),
                short(*greatest)
            ),
            Finding::Repaired(repair) => repair.fmt(formatter),
            Finding::Resized(shape) => write!(formatter, "is brought to {shape} pixels, gray, as the model's images are"),
            Finding::Dark => formatter.write_str(
                "array images holds bytes of 0 and 1 only, of 255, so that images are nearly black: where 1 is white, \
                 convert it with .astype(\"float64\")",
            ),
        }
    }
}

/// A number with at most three decimals; with an exponent where it is very large.
fn short(value: f64) -> String {
    if value.abs() < 1e6 { format!("{}", (value * 1e3).round() / 1e3) } else { format!("{value:.1e}") }
}
