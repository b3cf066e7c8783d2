//! How many training images are used.

use std::fmt;

use serde::{Serialize, Serializer};

/// The number of training images, S.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SampleCount {
    /// 2,000, or as many as there are.
    #[default]
    Auto,
    /// All that there are.
    All,
    /// So many.
    Exactly(usize),
}

impl SampleCount {
    /// The most that [`SampleCount::Auto`] takes.
    pub const USUAL: usize = 2000;

    /// How many are taken of `available` images; more than there are only where so many are asked for.
    pub fn of(self, available: usize) -> usize {
        match self {
            Self::Auto => available.min(Self::USUAL),
            Self::All => available,
            Self::Exactly(count) => count,
        }
    }

    /// The most that can be taken, whatever there is.
    pub fn most(self) -> usize {
        self.of(usize::MAX)
    }
}

impl From<usize> for SampleCount {
    fn from(count: usize) -> Self {
        Self::Exactly(count)
    }
}

impl fmt::Display for SampleCount {
    /// "2000", "all" or "auto".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => formatter.write_str("auto"),
            Self::All => formatter.write_str("all"),
            Self::Exactly(count) => count.fmt(formatter),
        }
    }
}

/// A number, or "all" or "auto".
impl Serialize for SampleCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exactly(count) => count.serialize(serializer),
            Self::Auto | Self::All => serializer.collect_str(self),
        }
    }
}
