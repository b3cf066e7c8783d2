//! The table `[keys]`: other keys for the actions of the dashboard, by the part of it where they hold.

use std::collections::BTreeMap;
use std::ops::Range;

use gmmscope::tui::{Clash, Key, Keys};
use toml::de::DeValue;

use super::source::{Fault, Source, Value, kind};

/// The sections of the key table, in order, without repeats.
pub(super) fn sections(keys: &Keys) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for row in keys.rows() {
        let (section, _) = row.name();
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections
}

/// The actions of a section, without repeats: name, help, keys.
pub(super) fn actions(keys: &Keys, section: &str) -> Vec<(String, &'static str, Vec<Key>)> {
    let mut actions: Vec<(String, &'static str, Vec<Key>)> = Vec::new();
    for row in keys.rows() {
        let (of, name) = row.name();
        if of != section {
            continue;
        }
        match actions.iter_mut().find(|(known, ..)| *known == name) {
            // It does one thing here and another there.
            Some((_, help, _)) if *help != row.binding.help => *help = row.binding.command.about(),
            Some(_) => {}
            None => actions.push((name, row.binding.help, row.keys.to_vec())),
        }
    }
    actions
}

/// Reads the table, and refuses keys that mean two things in one place.
pub(super) fn read(source: Source<'_>, value: &Value<'_>) -> Result<Keys, Fault> {
    let mut keys = Keys::default();
    let known = sections(&keys);
    let mut given: BTreeMap<(String, String), Range<usize>> = BTreeMap::new();
    for (section, actions) in source.table("keys", value)? {
        let name = section.get_ref().as_ref();
        if !known.iter().any(|known| known == name) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(source.unknown(section.span(), "place of keys", name, &known));
        }
        for (action, value) in source.table(&format!("keys.{name}"), actions)? {
            let chosen = chosen(source, action.get_ref(), value)?;
            if !keys.bind(name, action.get_ref(), &chosen) {
                let known = self::actions(&keys, name);
                let known: Vec<&str> = known.iter().map(|(action, ..)| action.as_str()).collect();
                return Err(source.unknown(action.span(), "action", action.get_ref(), &known));
            }
            given.insert((name.to_owned(), action.get_ref().to_string()), action.span());
        }
    }
    match keys.clash() {
        None => Ok(keys),
        Some(clash) => Err(clashing(source, value, &clash, &given)),
    }
}

/// One key, or a list of them.
fn chosen(source: Source<'_>, action: &str, value: &Value<'_>) -> Result<Vec<Key>, Fault> {
    let one = |value: &Value<'_>| {
        let text = value.get_ref().as_str().ok_or_else(|| {
            let what = format!("{action} is {}: write keys in quotes, such as \"x\"", kind(value.get_ref()));
            source.fault(value.span(), what)
        })?;
        text.parse::<Key>()
            .map_err(|hint| source.fault(value.span(), format!("{text:?} is not a key: {hint}")))
    };
    match value.get_ref() {
        DeValue::Array(keys) => keys.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

fn clashing(
    source: Source<'_>,
    table: &Value<'_>,
    clash: &Clash,
    given: &BTreeMap<(String, String), Range<usize>>,
) -> Fault {
    let dotted = |(section, action): &(String, String)| format!("{section}.{action}");
    let (names, what) = match clash {
        Clash::Twice { key, one, other } => (
            vec![one, other],
            format!(
                "the key {key} is bound twice, to {} and to {}: give one of them another",
                dotted(one),
                dotted(other)
            ),
        ),
        Clash::Text { key, of } => (
            vec![of],
            format!(
                "the key {key} of {} is typed as text there: choose ctrl- and a letter, or f1 to f12",
                dotted(of)
            ),
        ),
        Clash::NoWayOut { of } => {
            (vec![of], format!("{} has no key, and there would be no way out: give it one", dotted(of)))
        }
    };
    // The later of those that the file gives: the one that made it so.
    let span = names.iter().filter_map(|name| given.get(*name)).max_by_key(|span| span.start).cloned();
    source.fault(span.unwrap_or(table.span()), what)
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;

    #[test]
    fn keys_are_rebound() {
        let keys = parse("[keys.tabs]\nexport = '~'\nquit = ['Q', 'f10']\nresample = []\n").unwrap().keys;
        let of = |action: &str| {
            let row = keys.rows().iter().find(|row| row.name() == ("tabs".into(), action.into())).unwrap();
            row.keys.iter().map(|key| key.name()).collect::<Vec<_>>()
        };
        assert_eq!(
            (of("export"), of("quit"), of("resample")),
            (vec!["~".into()], vec!["Q".into(), "f10".into()], vec![])
        );
        assert_eq!(of("help"), ["?", "f1"]);
    }

    #[test]
    fn keys_may_change_places() {
        assert!(parse("[keys.tabs]\nexport = 's'\nsettings = 'e'\n").is_ok());
    }

    #[test]
    fn bad_keys_are_named_with_their_line() {
        for (text, line, what) in [
            ("[keys.tab]\nx = 'y'", 1, "unknown place of keys tab: did you mean tabs?"),
            ("[keys.tabs]\nexprt = 'x'", 2, "unknown action exprt: did you mean export?"),
            ("[keys.tabs]\n\nexport = 4", 3, "export is the number 4: write keys in quotes, such as \"x\""),
            (
                "[keys.tabs]\nhelp = 'h?'",
                2,
                "\"h?\" is not a key: write a character, ctrl- and a letter, f1 to f12, or one of space, enter, esc, tab, \
                 shift-tab, backspace, delete, insert, left, right, up, down, page-up, page-down, home, end",
            ),
            (
                "[keys.tabs]\nexport = 'x'\nquit = 'x'",
                3,
                "the key x is bound twice, to tabs.quit and to tabs.export: give one of them another",
            ),
            (
                "[keys.form]\napply = 'x'",
                2,
                "the key x of form.apply is typed as text there: choose ctrl- and a letter, or f1 to f12",
            ),
            (
                "[keys.everywhere]\nquit = []",
                2,
                "everywhere.quit has no key, and there would be no way out: give it one",
            ),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.what), (line, what.to_owned()), "{text}");
        }
    }
}
