//! The names of parameters in messages.

use super::Setting;

/// `text` with parameters under other names: for each word in backquotes, as errors of this library name them
/// (`` `samples` ``), its `name`; a word without one stays as it is.
pub fn with_names(text: &str, name: impl Fn(&str) -> Option<String>) -> String {
    let mut named = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        named += before;
        match after.split_once('`').and_then(|(word, tail)| Some((name(word)?, tail))) {
            Some((name, tail)) => {
                named += &name;
                rest = tail;
            }
            None => {
                named.push('`');
                rest = after;
            }
        }
    }
    named + rest
}

/// `text` with parameters under the labels that the settings have in forms and tables.
pub fn with_labels(text: &str) -> String {
    with_names(text, |key| Setting::find(key).map(|setting| setting.label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_backquotes_get_their_names() {
        let option = |key: &str| ["ridge", "samples"].contains(&key).then(|| format!("--{key}"));
        for (text, named) in [
            ("", ""),
            ("`ridge`", "--ridge"),
            ("a larger `ridge` or more `samples`", "a larger --ridge or more --samples"),
            ("`none` and `ridge`", "`none` and --ridge"),
            ("a ` alone, `ridge`", "a ` alone, --ridge"),
            ("`ridge", "`ridge"),
        ] {
            assert_eq!(with_names(text, option), named);
        }
    }
}
