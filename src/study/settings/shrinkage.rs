//! The setting of how far covariances are shrunk.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

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

impl Display for Shrinkage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.value().fmt(f)
    }
}

const AUTO: &str = "auto";

impl FromStr for Shrinkage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Typed::parse(OsStr::new(text))
    }
}

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
