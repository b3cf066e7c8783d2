//! One entry of the table of settings.

use std::ffi::OsStr;
use std::ops::RangeBounds;

use super::value::{Typed, Value};
use super::{SampleCount, Settings};
use crate::data::Labels;
use crate::study::{Stage, StudyError};

/// A setting: its names, what it means, where its value stands and what depends on it.
#[derive(Debug)]
pub struct Setting {
    /// Its name: `--key` on the command line, `key = ...` in the configuration file, `"key"` in JSON with `_` for `-`.
    pub key: &'static str,
    /// Its one-letter option.
    pub short: Option<char>,
    /// What stands for its value in the command line's help: "K".
    pub placeholder: &'static str,
    /// Its name in the form and in the tables of figures and report.
    pub label: &'static str,
    /// What it is and its range: one line, without a full stop.
    pub help: &'static str,
    /// A further paragraph of help, which may name other settings in backquotes; may be empty.
    pub details: &'static str,
    /// What it is, in the few words that the form has room for.
    pub brief: &'static str,
    /// What its default stands for, where that is not a value; otherwise empty.
    pub unset: &'static str,
    /// The stages that read it. Stages that build on those follow.
    pub affects: &'static [Stage],
    /// Where its value stands in [`Settings`], and its range.
    pub(super) field: Field,
}

impl Setting {
    /// Its value in `settings`.
    pub fn value<'a>(&self, settings: &'a Settings) -> Value<'a> {
        (self.field.value)(settings)
    }

    /// Sets it in `settings` to what `text` says.
    ///
    /// # Errors
    /// What to write instead. The range is not checked.
    pub fn parse(&self, settings: &mut Settings, text: impl AsRef<OsStr>) -> Result<(), String> {
        (self.field.parse)(settings, text.as_ref())
    }

    /// Sets it in `to` to its value in `from`.
    pub fn copy(&self, from: &Settings, to: &mut Settings) {
        (self.field.copy)(from, to);
    }

    /// Checks that it is within its range.
    ///
    /// # Errors
    /// [`StudyError::Setting`].
    pub fn check(&self, settings: &Settings) -> Result<(), StudyError> {
        let fault = |OutOfRange { value, hint }| StudyError::Setting { key: self.key, value, hint };
        (self.field.check)(settings).map_err(fault)
    }

    /// The words to choose from, and what each means; empty for what is no choice.
    pub fn choices(&self) -> Vec<(&'static str, &'static str)> {
        (self.field.choices)(&Settings::default())
    }

    /// Its name in JSON.
    pub fn json_key(&self) -> String {
        self.key.replace('-', "_")
    }
}

/// A value out of its range, and what to choose instead.
#[derive(Debug)]
pub(super) struct OutOfRange {
    pub value: String,
    pub hint: String,
}

/// Where the value of a setting stands in [`Settings`]: made by the macro `field!`.
#[derive(Debug)]
pub(super) struct Field {
    pub value: fn(&Settings) -> Value<'_>,
    pub parse: fn(&mut Settings, &OsStr) -> Result<(), String>,
    pub copy: fn(&Settings, &mut Settings),
    pub check: fn(&Settings) -> Result<(), OutOfRange>,
    pub choices: fn(&Settings) -> Vec<(&'static str, &'static str)>,
}

/// The [`Field`] at a path of [`Settings`], with the check of its range.
macro_rules! field {
    ($($path:ident).+, $range:expr) => {
        Field {
            value: |settings| settings.$($path).+.value(),
            parse: |settings, text| {
                settings.$($path).+ = Typed::parse(text)?;
                Ok(())
            },
            copy: |from, to| to.$($path).+ = from.$($path).+.clone(),
            check: |settings| {
                let range: fn(&_) -> _ = $range;
                range(&settings.$($path).+)
            },
            choices: |settings| settings.$($path).+.choices(),
        }
    };
}
pub(super) use field;

/// Every value is good.
pub(super) fn any<T>(_: &T) -> Result<(), OutOfRange> {
    Ok(())
}

/// Values within `range` are good; NaN is within none.
pub(super) fn within<T: Typed + PartialOrd>(
    value: &T,
    range: impl RangeBounds<T>,
    hint: &str,
) -> Result<(), OutOfRange> {
    if range.contains(value) {
        return Ok(());
    }
    Err(OutOfRange { value: value.value().to_string(), hint: hint.to_owned() })
}

/// At least one image.
pub(super) fn samples(count: &SampleCount) -> Result<(), OutOfRange> {
    within(&count.most(), 1.., "choose at least 1")
}

/// At least one label where labels are listed, each once.
pub(super) fn labels(labels: &Labels) -> Result<(), OutOfRange> {
    let fault = |value: String, hint: &str| Err(OutOfRange { value, hint: hint.to_owned() });
    if matches!(labels, Labels::Listed(words) if words.is_empty()) {
        return fault("empty".into(), "give at least one label, or all");
    }
    for (position, label) in labels.words().iter().enumerate() {
        if labels.words().iter().take(position).any(|earlier| earlier == label) {
            return fault(labels.to_string(), &format!("give label {label} once"));
        }
    }
    Ok(())
}
