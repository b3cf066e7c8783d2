//! The settings of how far covariances are shrunk, and towards what.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::setting::OutOfRange;
use super::value::{AUTO, Typed, Value, parsed};

/// nu, the images that pull each covariance towards its target: given, or to be chosen.
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

impl FromStr for Shrinkage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Typed::parse(OsStr::new(text))
    }
}

impl Typed for Shrinkage {
    fn value(&self) -> Value<'_> {
        Value::Automatic(match self {
            Self::Images(nu) => Some(*nu),
            Self::Auto => None,
        })
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        Ok(automatic(text, "write a number, such as 30, or auto")?.map_or(Self::Auto, Self::Images))
    }
}

/// How far apart pixels may be whose correlations the target keeps: given, or as the shrinkage asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reach {
    /// [`Taper::reach`](crate::mixture::Taper::reach).
    Pixels(f64),
    /// 0 under a shrinkage that is given; under one that is chosen, chosen with it from [`Reach::CANDIDATES`].
    Auto,
}

impl Reach {
    /// What a choice is made from: the diagonal, near pixels and further ones.
    pub const CANDIDATES: [f64; 3] = [0.0, 4.0, 12.0];
}

impl Typed for Reach {
    fn value(&self) -> Value<'_> {
        Value::Automatic(match self {
            Self::Pixels(reach) => Some(*reach),
            Self::Auto => None,
        })
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        Ok(automatic(text, "write a number, such as 8, or auto")?.map_or(Self::Auto, Self::Pixels))
    }
}

/// A number; none for auto.
fn automatic(text: &OsStr, hint: &str) -> Result<Option<f64>, String> {
    match text.to_str().map(str::trim) {
        Some(AUTO) => Ok(None),
        _ => parsed(text, hint).map(Some),
    }
}

/// A finite number that is not negative, or auto.
pub(super) fn not_negative(value: &impl Typed) -> Result<(), OutOfRange> {
    match value.value() {
        Value::Automatic(Some(number)) if !(number.is_finite() && number >= 0.0) => Err(OutOfRange {
            value: value.value().to_string(),
            hint: "choose a finite number, 0 or larger, or auto".to_owned(),
        }),
        _ => Ok(()),
    }
}
