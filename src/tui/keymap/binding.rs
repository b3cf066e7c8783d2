//! One row of the key table.

use super::context::KeyContext;
use super::key::Key;
use crate::tui::command::Command;

/// One row of the key table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binding {
    /// What the keys mean.
    pub command: Command,
    /// Where.
    pub context: KeyContext,
    /// The keys.
    pub keys: &'static [Key],
    /// The word in the footer, beside the first key; empty where the footer leaves it out.
    pub hint: &'static str,
    /// The line in the list of keys.
    pub help: &'static str,
}

/// A row of the key table.
pub const fn bind(
    command: Command,
    context: KeyContext,
    keys: &'static [Key],
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { command, context, keys, hint, help }
}
