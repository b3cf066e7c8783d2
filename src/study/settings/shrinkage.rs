//! The setting of how far covariances are shrunk.

use std::ffi::OsStr;

use super::setting::OutOfRange;
use super::value::{Typed, Value};

/// nu, the images that pull each covariance towards its own diagonal: given, or to be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shrinkage {
    /// nu.
    Images(f64),
    /// That of [`choose_shrinkage`](crate::mixture::choose_shrinkage).
    Auto,
}

const AUTO: &str = "auto";

impl Typed for Shrinkage {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Images(nu) => Value::Number(*nu),
            Self::Auto => Value::Choice(AUTO),
        }
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let text = text.to_str().unwrap_or_default().trim();
        if text == AUTO {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Images).map_err(|_| "write a number, such as 30, or auto".to_owned())
    }
}

/// A finite number that is not negative, or auto.
pub(super) fn shrinkage(shrinkage: &Shrinkage) -> Result<(), OutOfRange> {
    match shrinkage {
        Shrinkage::Images(nu) if !(nu.is_finite() && *nu >= 0.0) => Err(OutOfRange {
            value: shrinkage.value().to_string(),
            hint: "choose a finite number, 0 or larger, or auto".to_owned(),
        }),
        _ => Ok(()),
    }
}
