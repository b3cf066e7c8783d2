//! A mistake in the text of a law or a map, with its place.

/// A text that is no law or no map: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}\n{caret:>width$} {message}", caret = "^", width = .position + 1)]
pub struct Fault {
    /// The text, on one line.
    pub text: String,
    /// The place of the mistake, counted in characters from 0.
    pub position: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl Fault {
    /// The message with its place, on one line: "at character 5: write ...".
    pub fn in_line(&self) -> String {
        format!("at character {}: {}", self.position + 1, self.message)
    }

    pub(super) fn new(text: &str, byte: usize, message: impl Into<String>) -> Self {
        let position = text.char_indices().take_while(|&(at, _)| at < byte).count();
        // A control character would move the caret.
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { text, position, message: message.into() }
    }
}
