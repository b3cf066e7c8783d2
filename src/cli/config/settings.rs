//! The table `[settings]`: the default settings of every command, under the names of the command line.

use gmmscope::study::Value::{
    Automatic, Choice, Count, Folder, Formula, Labels, Memory, Number, Size, Switch, Whole,
};
use gmmscope::study::{self, SETTINGS, Setting, Settings, StudyError, with_names};
use toml::de::{DeInteger, DeValue};

use super::source::{Fault, Source, Value, kind};

/// Reads the table, and checks it as the command line is checked.
pub(super) fn read(source: Source<'_>, value: &Value<'_>) -> Result<Settings, Fault> {
    let table = source.table("settings", value)?;
    let mut settings = Settings::default();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(setting) = Setting::find(name) else {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(source.unknown(key.span(), "setting", name, &known));
        };
        text(setting, value.get_ref()).and_then(|text| setting.parse(&mut settings, text)).map_err(
            |hint| source.fault(value.span(), format!("{name} is {}: {hint}", kind(value.get_ref()))),
        )?;
    }
    match settings.check() {
        Ok(checked) => Ok(checked.get().clone()),
        Err(error) => {
            // K may be at fault for an S that the file gives: then the table as a whole is.
            let given = |name: &str| table.iter().find(|(key, _)| key.get_ref() == name);
            let span = match &error {
                StudyError::Setting { key, .. } => given(key).map(|(key, _)| key.span()),
                _ => None,
            };
            let what = with_names(&error.to_string(), |key| Some(key.to_owned()));
            Err(source.fault(span.unwrap_or(value.span()), what))
        }
    }
}

/// A value of the file as text that `setting` reads.
///
/// # Errors
/// What to write instead of a value of this type.
fn text(setting: &Setting, value: &DeValue<'_>) -> Result<String, String> {
    let default = Settings::default();
    let whole = |number: &DeInteger<'_>| u64::from_str_radix(number.as_str(), number.radix()).ok();
    let number = match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        _ => None,
    };
    let (found, hint) = match setting.value(&default) {
        Whole(_) => {
            let number = value.as_integer().and_then(whole);
            (number.map(|number| number.to_string()), "write a whole number, 0 or larger")
        }
        Number(_) => (number, "write a number, such as 1e-3"),
        Automatic(_) => {
            let word = value.as_str().filter(|word| *word == "auto").map(str::to_owned);
            (number.or(word), "write a number, or \"auto\"")
        }
        Count(_) => {
            let number = value.as_integer().and_then(whole).map(|number| number.to_string());
            let word = value.as_str().map(str::to_owned);
            (number.or(word), "write a whole number, or \"all\"")
        }
        Labels(_) => {
            let label = |label: &Value<'_>| {
                let number = label.get_ref().as_integer().and_then(whole).map(|number| number.to_string());
                number.or_else(|| label.get_ref().as_str().map(str::to_owned))
            };
            let labels = value.as_array().and_then(|labels| labels.iter().map(label).collect());
            let labels = labels.map(|labels: Vec<String>| labels.join(","));
            let word = value.as_str().filter(|word| ["all", "auto"].contains(word)).map(str::to_owned);
            (labels.or(word), "write a list, such as [0, 1, 8]")
        }
        Folder(_) | Choice(_) | Size(_) | Formula(_) | Memory(_) => {
            (value.as_str().map(str::to_owned), "write text in quotes")
        }
        Switch(_) => (value.as_bool().map(|on| on.to_string()), "write true or false"),
    };
    found.ok_or_else(|| hint.to_owned())
}

/// A value as it is written in the file; none for no folder.
pub(super) fn toml(value: &study::Value<'_>) -> Option<String> {
    match value {
        Folder(None) | Size(None) | Memory(None) => None,
        Folder(_) | Choice(_) | Size(_) | Formula(_) | Memory(_) => Some(format!("{:?}", value.to_string())),
        // JSON's lists and texts are TOML's.
        Count(_) | Labels(_) => serde_json::to_string(value).ok(),
        Automatic(None) => Some(format!("{:?}", value.to_string())),
        Whole(_) | Number(_) | Automatic(Some(_)) | Switch(_) => Some(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use gmmscope::study::{Reach, Shrinkage};

    use super::super::parse::parse;
    use super::*;
    use crate::cli::options::tests::every_option;

    #[test]
    fn every_setting_is_read() {
        let all = every_option();
        // One by one: some do not go together.
        for setting in SETTINGS {
            let text = format!("[settings]\n{} = {}\n", setting.key, toml(&setting.value(&all)).unwrap());
            assert_eq!(setting.value(&parse(&text).unwrap().settings), setting.value(&all), "{text}");
        }
        let text = "[settings]\ncomponents = 3\nlabels = [2, 9]\ndata = 'dir'\nridge = 0.5\n\
                    kmeans-init = 'plus-plus'\nmask-per-image = true\n";
        let settings = parse(text).unwrap().settings;
        assert_eq!(
            (settings.kmeans.components, settings.labels, settings.em.ridge),
            (3, vec![2, 9].into(), 0.5)
        );
        assert_eq!((settings.data, settings.mask_per_image), (Some("dir".into()), true));
        assert_eq!(settings.kmeans.init, gmmscope::mixture::KMeansInit::PlusPlus);
        assert_eq!(parse("[settings]\nridge = 1").unwrap().settings.em.ridge, 1.0);
        // Numbers that may be left to the program.
        let text = "[settings]\nshrinkage = 'auto'\nshrinkage-reach = 3.5";
        let settings = parse(text).unwrap().settings;
        assert_eq!((settings.shrinkage, settings.reach), (Shrinkage::Auto, Reach::Pixels(3.5)));
        for text in ["ridge = '1'", "ridge = 'auto'", "covariance = 1"] {
            assert!(parse(&format!("[settings]\n{text}")).is_err(), "{text}");
        }
        assert_eq!(parse("[settings]\nseed = 18446744073709551615").unwrap().settings.seed, u64::MAX);
    }

    #[test]
    fn a_bad_setting_is_named_with_its_line() {
        for (text, line, what) in [
            ("[settings]\n\ncomponent = 3", 3, "unknown setting component: did you mean components?"),
            ("[settings]\nseed = -1", 2, "seed is the number -1: write a whole number, 0 or larger"),
            ("[settings]\nseed = 1.5", 2, "seed is the number 1.5: write a whole number, 0 or larger"),
            ("[settings]\nridge = 'big'", 2, "ridge is the text \"big\": write a number, such as 1e-3"),
            ("[settings]\nlabels = 1", 2, "labels is the number 1: write a list, such as [0, 1, 8]"),
            ("[settings]\nseed = 1\nobserved = 2", 3, "observed is 2: choose a fraction from 0 to 1"),
            ("[settings]\nridge = nan", 2, "ridge is NaN: choose a finite number, 0 or larger"),
            (
                "[settings]\nkmeans-init = 'best'",
                2,
                "kmeans-init is the text \"best\": choose one of random, plus-plus",
            ),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.line, fault.what), (line, what.to_owned()), "{text}");
        }
        let fault = parse("mouse = true\n[settings]\nsamples = 3").unwrap_err();
        assert_eq!(
            (fault.line, fault.what.as_str()),
            (2, "components is 5: choose at most as many components as images (samples 3)")
        );
    }
}
