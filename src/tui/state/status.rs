//! The message in the status line.

/// The tone of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Stays until the next key.
    Info,
    /// Something succeeded.
    Good,
    /// Something failed.
    Bad,
}

/// The message in the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its tone.
    pub tone: Tone,
    /// Its text.
    pub text: String,
}
