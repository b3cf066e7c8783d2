//! How much memory a study may take.

use std::ffi::OsStr;

use super::Value;
use super::value::Typed;

/// A bound of the memory of the whole process, as it is written: "2GiB"; or none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MemoryBound {
    text: String,
    bytes: Option<u64>,
}

impl MemoryBound {
    /// As it is written; empty without one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bound in bytes, if there is one.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }
}

/// Units, and what each is in bytes.
const UNITS: [(&str, u64); 9] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1000),
    ("KB", 1000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

impl Typed for MemoryBound {
    fn value(&self) -> Value<'_> {
        Value::Memory(self.bytes.map(|_| self.text.as_str()))
    }

    fn parse(text: &OsStr) -> Result<Self, String> {
        let hint = || "give a size such as 600MiB or 2GiB".to_owned();
        let text = text.to_str().ok_or_else(hint)?.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let unit = UNITS.iter().find(|(unit, _)| text.ends_with(unit));
        let (number, factor) = match unit {
            Some((unit, factor)) => (&text[..text.len() - unit.len()], *factor),
            None => (text.strip_suffix('B').unwrap_or(text), 1),
        };
        let number: f64 = number.trim().parse().map_err(|_| hint())?;
        let bytes = number * factor as f64;
        if !(bytes.is_finite() && bytes >= 1.0) {
            return Err(hint());
        }
        Ok(Self { text: text.to_owned(), bytes: Some(bytes as u64) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_and_without_units() {
        let bytes = |text: &str| MemoryBound::parse(OsStr::new(text)).map(|bound| bound.bytes());
        assert_eq!(bytes("600MiB"), Ok(Some(600 << 20)));
        assert_eq!(bytes("1.5 GB"), Ok(Some(1_500_000_000)));
        assert_eq!(bytes("4096"), Ok(Some(4096)));
        assert_eq!(bytes("4096B"), Ok(Some(4096)));
        assert_eq!(bytes(""), Ok(None));
        for wrong in ["much", "-1GiB", "0", "GiB", "nanMB", "1 GiBi"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
        let bound = MemoryBound::parse(OsStr::new("2GiB")).unwrap();
        assert_eq!(bound.value().to_string(), "2GiB");
    }
}
