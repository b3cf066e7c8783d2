//! The settings of how far covariances are shrunk, and towards what.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::setting::OutOfRange;
use super::value::{Typed, Value};

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
        match self {
            Self::Pixels(reach) => Value::Number(*reach),
            Self::Auto => Value::Choice(AUTO),
        }
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let text = text.to_str().unwrap_or_default().trim();
        if text == AUTO {
            return Ok(Self::Auto);
        }
        text.parse().map(Self::Pixels).map_err(|_| "write a number, such as 8, or auto".to_owned())
    }
}

/// A finite number that is not negative, or auto.
pub(super) fn reach(reach: &Reach) -> Result<(), OutOfRange> {
    match reach {
        Reach::Pixels(pixels) if !(pixels.is_finite() && *pixels >= 0.0) => Err(OutOfRange {
            value: reach.value().to_string(),
            hint: "choose a finite number of pixels, 0 or larger, or auto".to_owned(),
        }),
        _ => Ok(()),
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
