//! The text of a configuration file: its values by type, and faults with their lines.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The fault, and a hint.
    pub what: String,
}

/// A value of the file.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// The text, for finding lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a>(pub &'a str);

impl Source<'_> {
    /// A fault at `span`.
    pub fn fault(self, span: Range<usize>, what: impl Into<String>) -> Fault {
        let before = self.0.get(..span.start).unwrap_or(self.0);
        Fault { line: before.matches('\n').count() + 1, what: what.into() }
    }

    /// A fault about a key that is not known, with the nearest of those that are.
    pub fn unknown(self, span: Range<usize>, kind: &str, key: &str, known: &[&str]) -> Fault {
        let near = known
            .iter()
            .map(|name| (strsim::jaro_winkler(key, name), name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        let hint = match near {
            Some((_, name)) => format!("did you mean {name}?"),
            None if known.len() <= 20 => format!("choose one of {}", known.join(", ")),
            None => "gmmscope config --print-default lists them".into(),
        };
        self.fault(span, format!("unknown {kind} {key}: {hint}"))
    }

    /// The value as a table.
    pub fn table<'v, 'a>(self, key: &str, value: &'v Value<'a>) -> Result<&'v DeTable<'a>, Fault> {
        let found = value.get_ref();
        found.as_table().ok_or_else(|| {
            self.fault(value.span(), format!("{key} is {}: write it as a table [{key}]", kind(found)))
        })
    }

    /// The value as true or false.
    pub fn truth(self, key: &str, value: &Value<'_>) -> Result<bool, Fault> {
        let found = value.get_ref();
        found
            .as_bool()
            .ok_or_else(|| self.fault(value.span(), format!("{key} is {}: write true or false", kind(found))))
    }

    /// The value as one of a few words.
    pub fn choice<T: Copy>(self, key: &str, value: &Value<'_>, choices: &[(&str, T)]) -> Result<T, Fault> {
        let words = || choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let text = match value.get_ref() {
            // color = 256 needs no quotes.
            DeValue::Integer(number) => number.as_str(),
            DeValue::String(text) => text.as_ref(),
            other => {
                let what = format!("{key} is {}: write text in quotes", kind(other));
                return Err(self.fault(value.span(), what));
            }
        };
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        found.ok_or_else(|| self.fault(value.span(), format!("{key} is {text}: choose one of {}", words())))
    }
}

/// What a value is, in words.
pub(super) fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {text:?}"),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(_) => "a date".into(),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}
