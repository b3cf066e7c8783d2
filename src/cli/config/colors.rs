//! The table `[colors]`: other colours of the dashboard, for a dark and for a light background.

use gmmscope::tui::{ACCENTS, Accents, Ground, Paint};
use toml::de::DeValue;

use super::source::{Fault, Source, Value, kind};

/// The two backgrounds, as the tables are called.
pub(super) const GROUNDS: [(&str, Ground); 2] = [("dark", Ground::Dark), ("light", Ground::Light)];

/// Reads the table.
pub(super) fn read(source: Source<'_>, value: &Value<'_>) -> Result<Accents, Fault> {
    let mut accents = Accents::default();
    for (ground, colors) in source.table("colors", value)? {
        let name = ground.get_ref().as_ref();
        let Some((_, of)) = GROUNDS.iter().find(|(known, _)| *known == name) else {
            return Err(source.unknown(ground.span(), "background", name, &GROUNDS.map(|(known, _)| known)));
        };
        for (color, value) in source.table(&format!("colors.{name}"), colors)? {
            let key = color.get_ref().as_ref();
            if !accents.set(*of, key, paint(source, key, value)?) {
                return Err(source.unknown(color.span(), "colour", key, &ACCENTS.map(|(known, ..)| known)));
            }
        }
    }
    Ok(accents)
}

fn paint(source: Source<'_>, key: &str, value: &Value<'_>) -> Result<Paint, Fault> {
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.as_str(),
        DeValue::String(text) => text.as_ref(),
        other => {
            let what = format!("{key} is {}: write a colour in quotes, such as \"#5fd7d7\"", kind(other));
            return Err(source.fault(value.span(), what));
        }
    };
    text.parse().map_err(|hint| source.fault(value.span(), format!("{key} is {text}: {hint}")))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn colours_are_read_for_each_background() {
        let text = "[colors.dark]\naccent = '#ff8800'\nbar = 68\n[colors.light]\naccent = 'blue'\n";
        let mut expected = Accents::default();
        expected.set(Ground::Dark, "accent", Paint::Rgb([255, 136, 0]));
        expected.set(Ground::Dark, "bar", Paint::Index(68));
        expected.set(Ground::Light, "accent", Paint::Index(4));
        assert_eq!(parse(text).unwrap().accents, expected);
    }

    #[test]
    fn faults_name_their_line_and_a_hint() {
        let names = "black, red, green, yellow, blue, magenta, cyan, white, bright-black, bright-red, bright-green, \
                     bright-yellow, bright-blue, bright-magenta, bright-cyan, bright-white";
        for (text, line, what) in [
            ("[colors.drak]\naccent = 1", 1, "unknown background drak: did you mean dark?".to_owned()),
            ("[colors.dark]\n\nacent = 1", 3, "unknown colour acent: did you mean accent?".into()),
            (
                "[colors.dark]\naccent = 'teal'",
                2,
                format!("accent is teal: write #rrggbb, a number from 0 to 255, or one of {names}"),
            ),
            (
                "[colors.light]\ngood = true",
                2,
                "good is true: write a colour in quotes, such as \"#5fd7d7\"".into(),
            ),
            ("colors = 3", 1, "colors is the number 3: write it as a table [colors]".into()),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.what), (line, what), "{text}");
        }
    }
}
