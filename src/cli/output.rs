//! Printing: the one place that writes to standard output and, but for progress, to standard error.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use gmmscope::data::{DataError, write_file};
use gmmscope::export::ExportError;
use gmmscope::files::FileNote;
use gmmscope::show::fit_notes;
use gmmscope::study::Outcome;
use serde::{Serialize, Serializer};

use super::options::with_options;

/// Prints `text`, with control characters of names in it escaped. A closed pipe (`gmmscope ... | head`) is no error.
pub fn print(text: &str) -> Result<()> {
    print_raw(&escaped(text))
}

/// Prints `text` as it is.
pub fn print_raw(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}

/// Says what is odd about files that are used all the same: one line each, on standard error.
pub fn warn<'a>(notes: impl IntoIterator<Item = &'a FileNote>) {
    for note in notes {
        complain("warning: ", &note.to_string());
    }
}

/// [`fit_notes`] with settings as options.
pub fn notes(outcome: &Outcome) -> Vec<String> {
    fit_notes(outcome).iter().map(|note| with_options(note)).collect()
}

/// Prints `value` as one JSON object.
pub fn print_json(value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).context("cannot write JSON")?;
    text.push('\n');
    print_raw(&text)
}

/// Writes `text` as a line to standard error, after `lead`. Where that cannot be written, nobody can be told.
pub fn complain(lead: &str, text: &str) {
    let _ = io::stderr().lock().write_all(format!("{lead}{}\n", escaped(text)).as_bytes());
}

/// `text` with control characters as escapes, "\u{1b}", but for line ends: names and values of others' files
/// must not reach a terminal as commands.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' { escaped.extend(c.escape_default()) } else { escaped.push(c) }
    }
    escaped
}

/// A file's name in JSON, which holds Unicode alone: bytes that are not UTF-8 become U+FFFD, as in messages.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a>(pub &'a Path);

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.display())
    }
}

/// Checks, before long work begins, whether `path` can be written; leaves nothing behind.
///
/// # Errors
/// The error that writing it would give now.
pub fn check_writable(path: &Path) -> Result<(), DataError> {
    let mut reached = false;
    let written = write_file(path, |_| {
        reached = true;
        // What stands at the path stays as it is.
        Err::<(), _>(io::Error::other("not written"))
    });
    if reached { Ok(()) } else { written }
}

/// Creates `folder` where it does not exist, and checks whether files of these `names` can be written into it.
///
/// # Errors
/// The error that writing them would give now.
pub fn check_folder(folder: &Path, names: &[&str]) -> Result<(), ExportError> {
    fs::create_dir_all(folder).map_err(|cause| ExportError::Folder { path: folder.to_owned(), cause })?;
    names.iter().try_for_each(|name| Ok(check_writable(&folder.join(name))?))
}

/// A number with so many decimals; "–" for one that is not defined, such as SSIM of images smaller than its window.
pub fn number(value: f64, decimals: usize) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{value:.decimals$}") }
}

/// A written file and its size: "model.npz (24.6 MB)".
pub fn file(path: &Path) -> String {
    let size = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let size = if size < 1_000_000 {
        format!("{:.1} kB", size as f64 / 1e3)
    } else {
        format!("{:.1} MB", size as f64 / 1e6)
    };
    format!("{} ({size})", path.display())
}

/// A table of two columns, names and values. Names are padded to the longest.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<(String, String)>,
}

impl Table {
    /// Adds a row.
    pub fn row(&mut self, name: impl Display, value: impl Display) -> &mut Self {
        self.rows.push((name.to_string(), value.to_string()));
        self
    }

    /// The table as text, a row a line.
    pub fn text(&self) -> String {
        let width = self.rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for (name, value) in &self.rows {
            text.push_str(format!("{name:width$}  {value}").trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_defined_is_a_dash() {
        assert_eq!((number(0.61278, 3), number(f64::NAN, 3)), ("0.613".to_owned(), "–".to_owned()));
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            escaped("a\u{1b}[31mb\u{9b}c\td\u{7f}\n\u{fffd}ä\n"),
            "a\\u{1b}[31mb\\u{9b}c\\td\\u{7f}\n\u{fffd}ä\n"
        );
    }

    #[test]
    fn a_table_aligns_its_values() {
        let mut table = Table::default();
        table.row("K", 5).row("images", 2000).row("", "more");
        assert_eq!(table.text(), "K       5\nimages  2000\n        more\n");
    }
}
