//! The types that settings have: how each is read from text and written as text.

use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use super::{DeadComponents, SampleCount};
use crate::data::{ImageShape, Labels};
use crate::density::{Expression, MixedLaw};
use crate::mixture::{CovarianceFamily, KMeansInit};

/// The value of a setting. As text it is written as on the command line, and reads back as the same value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value<'a> {
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// A number; none is "auto", one to be chosen.
    Automatic(#[serde(serialize_with = "or_auto")] Option<f64>),
    /// How many images.
    Count(SampleCount),
    /// Labels, in order.
    Labels(&'a Labels),
    /// Height and width, if they are given.
    Size(Option<ImageShape>),
    /// So much memory, as it is written, if it is bounded.
    Memory(Option<&'a str>),
    /// A folder or file, if one is given.
    Folder(#[serde(serialize_with = "lossy")] Option<&'a Path>),
    /// One of a few words.
    Choice(&'static str),
    /// Yes or no.
    Switch(bool),
    /// A law or a map, as written.
    Formula(&'a str),
}

/// JSON holds Unicode alone: bytes of a name that are not UTF-8 become U+FFFD.
fn lossy<S: Serializer>(path: &Option<&Path>, serializer: S) -> Result<S::Ok, S::Error> {
    path.map(|path| path.to_string_lossy()).serialize(serializer)
}

/// The word for a number to be chosen.
pub(super) const AUTO: &str = "auto";

fn or_auto<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => number.serialize(serializer),
        None => AUTO.serialize(serializer),
    }
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(f, "{number}"),
            Self::Number(number) | Self::Automatic(Some(number)) => f.write_str(&shortest(*number)),
            Self::Automatic(None) => f.write_str(AUTO),
            Self::Count(count) => count.fmt(f),
            Self::Labels(labels) => labels.fmt(f),
            Self::Size(Some(shape)) => write!(f, "{}x{}", shape.rows, shape.columns),
            Self::Folder(None) | Self::Size(None) | Self::Memory(None) => Ok(()),
            Self::Folder(Some(path)) => write!(f, "{}", path.display()),
            Self::Choice(word) => f.write_str(word),
            Self::Switch(on) => write!(f, "{on}"),
            Self::Formula(text) | Self::Memory(Some(text)) => f.write_str(text),
        }
    }
}

/// "1e-6", "0.1", "2000": with an exponent where that is shorter and the number small or large.
fn shortest(number: f64) -> String {
    let (plain, scientific) = (number.to_string(), format!("{number:e}"));
    let is_moderate = (1.0..1e6).contains(&number.abs());
    if !is_moderate && scientific.len() < plain.len() { scientific } else { plain }
}

/// A type of settings.
pub(super) trait Typed: Sized {
    fn value(&self) -> Value<'_>;

    /// # Errors
    /// What to write instead.
    fn parse(text: &OsStr) -> Result<Self, String>;

    /// The words to choose from, and what each means; empty for what is no choice.
    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}

/// A type of a few values, each with a word and what it means.
pub(super) trait OneOf: Copy + PartialEq + 'static {
    const ALL: &'static [(Self, &'static str, &'static str)];
}

impl OneOf for KMeansInit {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Random, "random", "K different images, picked at random"),
        (Self::PlusPlus, "plus-plus", "Greedy k-means++: images far from those picked before"),
    ];
}

impl OneOf for CovarianceFamily {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Full, "full", "A matrix for each component"),
        (Self::Tied, "tied", "One matrix for all components"),
        (Self::Diagonal, "diagonal", "A variance for each pixel of each component"),
        (Self::Spherical, "spherical", "One variance for each component"),
        (Self::LowRank, "low-rank", "Factor analysers: W W^T of rank R, plus a diagonal"),
    ];
}

impl std::str::FromStr for CovarianceFamily {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Typed::parse(OsStr::new(text))
    }
}

impl OneOf for DeadComponents {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Keep, "keep", "They stay, and are named"),
        (Self::Reseed, "reseed", "EM goes on with each at the image of least density"),
        (Self::Split, "split", "EM goes on with the largest component split in two for each"),
    ];
}

impl<T: OneOf> Typed for T {
    fn value(&self) -> Value<'_> {
        let found = T::ALL.iter().find(|(value, ..)| value == self);
        Value::Choice(found.map_or("", |(_, word, _)| word))
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let found = T::ALL.iter().find(|(_, word, _)| text == *word);
        found.map(|(value, ..)| *value).ok_or_else(|| {
            let words: Vec<&str> = T::ALL.iter().map(|(_, word, _)| *word).collect();
            format!("choose one of {}", words.join(", "))
        })
    }

    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        T::ALL.iter().map(|(_, word, help)| (*word, *help)).collect()
    }
}

/// What the standard library reads `text` as, without the spaces around it.
pub(super) fn parsed<T: std::str::FromStr>(text: &OsStr, hint: &str) -> Result<T, String> {
    text.to_str().and_then(|text| text.trim().parse().ok()).ok_or_else(|| hint.to_owned())
}

const WHOLE: &str = "write a whole number, 0 or larger";

impl Typed for usize {
    fn value(&self) -> Value<'_> {
        Value::Whole(*self as u64)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        parsed(text, WHOLE)
    }
}

impl Typed for u64 {
    fn value(&self) -> Value<'_> {
        Value::Whole(*self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        parsed(text, WHOLE)
    }
}

impl Typed for f64 {
    fn value(&self) -> Value<'_> {
        Value::Number(*self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        parsed(text, "write a number, such as 0.001 or 1e-3")
    }
}

impl Typed for bool {
    fn value(&self) -> Value<'_> {
        Value::Switch(*self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        parsed(text, "write true or false")
    }
}

/// Labels between commas; numbers also between spaces, which names may hold.
impl Typed for Labels {
    fn value(&self) -> Value<'_> {
        Value::Labels(self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let text =
            text.to_str().ok_or("choose labels by their numbers or names, separated by commas")?.trim();
        match text {
            "auto" => return Ok(Self::Auto),
            "all" => return Ok(Self::All),
            _ => {}
        }
        let is_number = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
        let mut words = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if part.split_whitespace().all(|word| is_number(&word)) {
                words.extend(part.split_whitespace().map(str::to_owned));
            } else {
                words.push(part.to_owned());
            }
        }
        Ok(Self::Listed(words))
    }
}

impl Typed for SampleCount {
    fn value(&self) -> Value<'_> {
        Value::Count(*self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        match text.to_str().map(str::trim) {
            Some("auto") => Ok(Self::Auto),
            Some("all") => Ok(Self::All),
            _ => parsed(text, "write a whole number, or all").map(Self::Exactly),
        }
    }
}

/// "32x48", rows first; no text is no size.
impl Typed for Option<ImageShape> {
    fn value(&self) -> Value<'_> {
        Value::Size(*self)
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let text = text.to_str().unwrap_or("?").trim();
        let size = |part: &str| part.trim().parse().ok().filter(|&lines: &usize| lines > 0);
        let shape = || {
            let (rows, columns) = text.split_once(['x', 'X', '×'])?;
            Some(ImageShape::new(size(rows)?, size(columns)?))
        };
        let is_small = |shape: &ImageShape| shape.len() <= LARGEST;
        match shape().filter(is_small) {
            None if text.is_empty() => Ok(None),
            None => Err("write rows x columns, such as 32x48, at most a million pixels".to_owned()),
            shape => Ok(shape),
        }
    }
}

/// Most pixels of an image: a covariance of as many would not fit anywhere.
const LARGEST: usize = 1_000_000;

impl Typed for MixedLaw {
    fn value(&self) -> Value<'_> {
        Value::Formula(self.text())
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        Self::parse(&text.to_string_lossy()).map_err(|fault| fault.in_line())
    }
}

impl Typed for Expression {
    fn value(&self) -> Value<'_> {
        Value::Formula(self.text())
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        Self::parse(&text.to_string_lossy()).map_err(|fault| fault.in_line())
    }
}

/// No text is no folder.
impl Typed for Option<PathBuf> {
    fn value(&self) -> Value<'_> {
        Value::Folder(self.as_deref())
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        Ok((!text.is_empty()).then(|| text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short_and_read_back() {
        for (number, text) in [
            (1e-6, "1e-6"),
            (1e-3, "1e-3"),
            (0.01, "0.01"),
            (0.1, "0.1"),
            (0.125, "0.125"),
            (1.5e-7, "1.5e-7"),
            (0.0, "0"),
            (-1.0, "-1"),
            (2000.0, "2000"),
            (1e9, "1e9"),
        ] {
            assert_eq!(Value::Number(number).to_string(), text);
            assert_eq!(f64::parse(OsStr::new(text)), Ok(number));
        }
    }
}
