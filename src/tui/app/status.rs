//! The message in the status line.

/// How a status message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Stays until the next key.
    Info,
    /// Something succeeded.
    Good,
    /// Something failed.
    Bad,
}

/// The message at the right of the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}
