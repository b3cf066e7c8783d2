//! The text of a configuration file to a [`Config`]. Pure: no files, no environment.

use std::ops::Range;

use gmmscope::tui::{ColorChoice, Depth, Glyphs, Ground};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Config, keys, settings};

/// What is wrong with a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The fault, and its mend.
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
        let mend = match near {
            Some((_, name)) => format!("did you mean {name}?"),
            None if known.len() <= 20 => format!("choose one of {}", known.join(", ")),
            None => "gmmscope config --print-default lists them".into(),
        };
        self.fault(span, format!("unknown {kind} {key}: {mend}"))
    }

    /// The value as a table.
    pub fn table<'v, 'a>(self, key: &str, value: &'v Value<'a>) -> Result<&'v DeTable<'a>, Fault> {
        let found = value.get_ref();
        found.as_table().ok_or_else(|| {
            self.fault(value.span(), format!("{key} is {}: write it as a table [{key}]", kind(found)))
        })
    }

    /// The value as text.
    pub fn text<'v>(self, key: &str, value: &'v Value<'_>) -> Result<&'v str, Fault> {
        let found = value.get_ref();
        found.as_str().ok_or_else(|| {
            self.fault(value.span(), format!("{key} is {}: write text in quotes", kind(found)))
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
            _ => self.text(key, value)?,
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

/// The choices of `color`.
pub(super) const COLORS: [(&str, ColorChoice); 5] = [
    ("auto", ColorChoice::Auto),
    ("truecolor", ColorChoice::Depth(Depth::True)),
    ("256", ColorChoice::Depth(Depth::Indexed)),
    ("16", ColorChoice::Depth(Depth::Ansi)),
    ("none", ColorChoice::Depth(Depth::None)),
];
/// The choices of `glyphs`.
pub(super) const GLYPHS: [(&str, Option<Glyphs>); 3] =
    [("auto", None), ("unicode", Some(Glyphs::Unicode)), ("ascii", Some(Glyphs::Ascii))];
/// The choices of `theme`.
pub(super) const THEMES: [(&str, Option<Ground>); 3] =
    [("auto", None), ("dark", Some(Ground::Dark)), ("light", Some(Ground::Light))];

/// Reads a configuration file.
///
/// # Errors
/// [`Fault`]: the first thing that is wrong, with its line.
pub fn parse(text: &str) -> Result<Config, Fault> {
    const KNOWN: [&str; 6] = ["theme", "color", "glyphs", "mouse", "settings", "keys"];
    let source = Source(text);
    let document = DeTable::parse(text).map_err(|error| {
        source.fault(error.span().unwrap_or(text.len()..text.len()), no_toml(error.message()))
    })?;
    let mut config = Config::default();
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "theme" => config.ground = source.choice("theme", value, &THEMES)?,
            "color" => config.color = source.choice("color", value, &COLORS)?,
            "glyphs" => config.glyphs = source.choice("glyphs", value, &GLYPHS)?,
            "mouse" => config.mouse = source.truth("mouse", value)?,
            "settings" => config.settings = settings::read(source, value)?,
            "keys" => config.keys = keys::read(source, value)?,
            other => return Err(source.unknown(key.span(), "key", other, &KNOWN)),
        }
    }
    Ok(config)
}

fn no_toml(message: &str) -> String {
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("this is no TOML: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (usize, String) {
        let fault = parse(text).unwrap_err();
        (fault.line, fault.what)
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = parse("").unwrap();
        assert_eq!(config.settings, gmmscope::study::Settings::default());
        assert!(config.mouse && config.glyphs.is_none() && config.ground.is_none());
    }

    #[test]
    fn the_look_is_read() {
        let config = parse("theme = 'light'\ncolor = 256\nglyphs = \"ascii\"\nmouse = false\n").unwrap();
        assert_eq!((config.ground, config.color), (Some(Ground::Light), ColorChoice::Depth(Depth::Indexed)));
        assert_eq!((config.glyphs, config.mouse), (Some(Glyphs::Ascii), false));
        assert_eq!(parse("color = 'none'").unwrap().color, ColorChoice::Depth(Depth::None));
    }

    #[test]
    fn faults_name_their_line_and_their_mend() {
        for (text, line, what) in [
            ("\n\ncolour = 'auto'", 3, "unknown key colour: did you mean color?"),
            ("# x\nzzz = 1", 2, "unknown key zzz: choose one of theme, color, glyphs, mouse, settings, keys"),
            ("color = 'red'", 1, "color is red: choose one of auto, truecolor, 256, 16, none"),
            ("theme = 3", 1, "theme is 3: choose one of auto, dark, light"),
            ("theme = true", 1, "theme is true: write text in quotes"),
            ("mouse = 'no'", 1, "mouse is the text \"no\": write true or false"),
            ("\nkeys = 4", 2, "keys is the number 4: write it as a table [keys]"),
        ] {
            assert_eq!(fault(text), (line, what.to_owned()), "{text}");
        }
        let (line, what) = fault("mouse = true\ncolor = \n");
        assert!(line == 2 && what.starts_with("this is no TOML: "), "{line}: {what}");
        let (line, what) = fault("mouse = true\n\nmouse = false\n");
        assert!(line == 3 && what.contains("duplicate"), "{line}: {what}");
    }
}
