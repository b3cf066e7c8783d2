//! Keys and what they mean: dispatch, footer, list of keys, palette and configuration file come from one table.
//!
//! `common` holds the bindings that belong to no single tab; those of a tab are in its `TabSpec`. [`Keys`] is the whole
//! table as it is in force, with the keys of a configuration file.

mod common;
mod context;
mod key;
mod keys;

use crate::tui::command::Command;
pub use common::{DOWN, ENTER, LEFT, RIGHT, UP};
pub use context::{Focus, KeyContext};
pub use key::{Key, key, plain};
pub use keys::{Clash, Keys, Row};

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

#[cfg(test)]
mod tests;
