//! Keys and what they mean: dispatch, footer, list of keys, palette and configuration file come from one table.
//!
//! `common` holds the bindings that belong to no single tab; those of a tab are in its `TabSpec`. [`Keys`] is the whole
//! table as it is in force, with the keys of a configuration file.

mod binding;
mod common;
mod context;
mod key;
mod keys;

pub use binding::{Binding, bind};
pub use common::{DOWN, ENTER, LEFT, RIGHT, UP};
pub use context::{Focus, KeyContext};
pub use key::{Key, key, plain};
pub use keys::{Clash, Hint, Keys, Row};

#[cfg(test)]
mod tests;
