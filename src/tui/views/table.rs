//! Tables for the clipboard: tab-separated values with all their digits.

use std::fmt::Write;

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What it is, for the status line: "the mean of component 2, 28 × 28 values".
    pub what: String,
    /// The text.
    pub text: String,
}

/// Rows of cells, tab-separated, one a line.
#[derive(Default)]
pub struct Table(String);

impl Table {
    /// A table with this head.
    pub fn of(head: &[&str]) -> Self {
        let mut table = Self::default();
        table.row(head.iter().map(ToString::to_string));
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{}", cells.join("\t"));
    }

    /// The table as text for the clipboard; `what` names it in the status line.
    pub fn copied(self, what: impl Into<String>) -> Copied {
        Copied { what: what.into(), text: self.0 }
    }
}

/// A number with all its digits; "nan" where there is none.
pub fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if !value.is_nan() => value.to_string(),
        _ => "nan".into(),
    }
}
