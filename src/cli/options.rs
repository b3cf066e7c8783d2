//! The options that describe a study, common to all commands: one for each entry of the table of settings.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use gmmscope::density::{Expression, Fault, MixedLaw};
use gmmscope::study::{Checked, SETTINGS, Setting, Settings, StudyError, Value, with_names};

/// The options given, and the settings that hold without them: the defaults, or what the configuration file says.
///
/// A command that has no use for an option ignores it. Ranges are checked by [`Settings::check`].
#[derive(Debug, Clone, Default)]
pub struct StudyOptions {
    given: Vec<&'static Setting>,
    /// The values of those given.
    values: Settings,
    configured: Settings,
    mistake: Option<Mistake>,
}

impl StudyOptions {
    /// The mistake in the law or the map that is given, with its place.
    pub fn mistake(&self) -> Option<&Mistake> {
        self.mistake.as_ref()
    }

    /// The settings that the options say, unchecked.
    pub fn settings(&self) -> Settings {
        let mut settings = self.configured.clone();
        self.given.iter().for_each(|setting| setting.copy(&self.values, &mut settings));
        settings
    }

    /// Sets what holds where no option is given.
    pub fn configure(&mut self, settings: Settings) {
        self.configured = settings;
    }

    /// What holds where no option is given.
    pub fn configured(&self) -> &Settings {
        &self.configured
    }

    /// The settings that the options say, checked.
    pub fn checked(&self) -> Result<Checked, StudyError> {
        self.settings().check()
    }

    /// The settings that the options say, each within its own range: for commands that fit nothing.
    pub fn in_range(&self) -> Result<Settings, StudyError> {
        let settings = self.settings();
        settings.check_ranges().map(|()| settings)
    }

    /// Whether this setting is on the command line.
    pub fn is_given(&self, key: &str) -> bool {
        self.given.iter().any(|setting| setting.key == key)
    }

    /// K as given; `None` when it was left to its default.
    pub fn components(&self) -> Option<usize> {
        self.is_given("components").then_some(self.values.kmeans.components)
    }
}

impl Args for StudyOptions {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for StudyOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut options = Self::default();
        options.update_from_arg_matches(matches)?;
        Ok(options)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for setting in SETTINGS {
            if matches.value_source(setting.key) != Some(ValueSource::CommandLine) {
                continue;
            }
            let Some(words) = matches.get_raw(setting.key) else { continue };
            let words: Vec<_> = words.collect();
            // A list of K or of ridges that does not parse here is a sweep's, which has options of the same names.
            let text = words.join(",".as_ref());
            if setting.parse(&mut self.values, &text).is_ok() {
                self.given.push(setting);
            } else if self.mistake.is_none() {
                let fault = mistake(setting, &text.to_string_lossy());
                self.mistake = fault.map(|fault| Mistake { option: setting.key, fault });
            }
        }
        Ok(())
    }
}

/// A law or a map with a mistake, whose place is shown under the text.
#[derive(Debug, Clone, thiserror::Error)]
#[error("--{option}: {}", fault.message)]
pub struct Mistake {
    /// The option.
    pub option: &'static str,
    /// What is wrong, and where.
    pub fault: Fault,
}

/// What is wrong with the text of a law or a map.
fn mistake(setting: &Setting, text: &str) -> Option<Fault> {
    match setting.key {
        "law" => MixedLaw::parse(text).err(),
        "map" => Expression::parse(text).err(),
        _ => None,
    }
}

/// The option of a setting.
fn argument(setting: &'static Setting) -> Arg {
    let defaults = Settings::default();
    let default = setting.value(&defaults);
    let shown = if setting.unset.is_empty() { default.to_string() } else { setting.unset.to_owned() };
    let list = if matches!(default, Value::Labels(_)) { ", separated by commas" } else { "" };
    let help = format!("{}{list} [default: {shown}]", setting.help);
    let mut argument = Arg::new(setting.key)
        .long(setting.key)
        .value_name(setting.placeholder)
        .help_heading("Study options")
        .global(true)
        .action(ArgAction::Set);
    if let Some(letter) = setting.short {
        argument = argument.short(letter);
    }
    if !setting.details.is_empty() {
        argument = argument.long_help(format!("{help}\n\n{}", with_options(setting.details)));
    }
    let checked = |text: &str| setting.parse(&mut Settings::default(), text).map(|()| text.to_owned());
    let argument = match default {
        Value::Whole(_)
        | Value::Number(_)
        | Value::Automatic(_)
        | Value::Count(_)
        | Value::Size(_)
        | Value::Memory(_) => argument.allow_negative_numbers(true).value_parser(checked),
        Value::Labels(_) => argument
            .allow_negative_numbers(true)
            .value_delimiter(',')
            .action(ArgAction::Append)
            .value_parser(checked),
        // A mistake is shown under its place: by `mistake`.
        Value::Formula(_) => argument.allow_hyphen_values(true),
        Value::Folder(_) => argument.value_parser(value_parser!(std::path::PathBuf)),
        Value::Choice(_) => {
            let choices = setting.choices().into_iter();
            argument.value_parser(PossibleValuesParser::new(
                choices.map(|(word, meaning)| PossibleValue::new(word).help(meaning)),
            ))
        }
        Value::Switch(_) => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(PossibleValuesParser::new(["true", "false"])),
    };
    argument.help(help)
}

/// `text` with the parameters that it names in backquotes as options: "--samples".
pub fn with_options(text: &str) -> String {
    let is_option = |key: &str| {
        Setting::find(key).is_some() || ["means-init", "start", "out", "count", "noise"].contains(&key)
    };
    with_names(text, |key| is_option(key).then(|| format!("--{key}")))
}

/// The options that make `settings` where `configured` holds: those that differ from it or from the defaults, so that
/// they mean the same with another configuration file. Without those that change no result.
pub fn command_line(settings: &Settings, configured: &Settings) -> String {
    let default = Settings::default();
    line_of(settings, |setting, value| {
        *value != setting.value(&default) || *value != setting.value(configured)
    })
}

/// The options that differ from `base`, without those that change no result.
pub fn differences(settings: &Settings, base: &Settings) -> String {
    line_of(settings, |setting, value| *value != setting.value(base))
}

fn line_of(settings: &Settings, is_needed: impl Fn(&Setting, &Value) -> bool) -> String {
    let options = SETTINGS.iter().filter_map(|setting| {
        let value = setting.value(settings);
        let is_needed = is_needed(setting, &value);
        if setting.affects.is_empty() || !is_needed {
            return None;
        }
        match value {
            Value::Folder(None) | Value::Size(None) | Value::Memory(None) => None,
            Value::Switch(on) => Some(format!("--{}={on}", setting.key)),
            value => Some(format!("--{} {}", setting.key, quoted(&value.to_string()))),
        }
    });
    options.collect::<Vec<_>>().join(" ")
}

/// `text` as one word of a shell.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        study: StudyOptions,
    }

    fn settings(words: &[&str]) -> Settings {
        Line::try_parse_from([&["gmmscope"], words].concat()).unwrap().study.settings()
    }

    #[test]
    fn no_options_are_the_default_settings() {
        assert_eq!(settings(&[]), Settings::default());
    }

    /// Every option's setting with a value that is not the default.
    pub(in crate::cli) fn every_option() -> Settings {
        let default = Settings::default();
        let mut settings = default.clone();
        for setting in SETTINGS {
            let text = match setting.value(&default) {
                Value::Whole(number) => (number + 2).to_string(),
                Value::Number(number) => (0.375 * number + 0.25).to_string(),
                Value::Automatic(number) => number.map_or("7", |_| "auto").to_owned(),
                Value::Count(_) => "17".to_owned(),
                Value::Size(_) => "4x6".to_owned(),
                Value::Memory(_) => "2GiB".to_owned(),
                Value::Labels(_) => "2,9".to_owned(),
                Value::Folder(_) => "a dir".to_owned(),
                Value::Choice(_) => setting.choices().last().unwrap().0.to_owned(),
                Value::Switch(on) => (!on).to_string(),
                Value::Formula("x^2") => "x+sin(x)".to_owned(),
                Value::Formula(_) => "uniform(0,1)".to_owned(),
            };
            setting.parse(&mut settings, text).unwrap();
        }
        settings
    }

    #[test]
    fn every_option_reaches_its_setting() {
        let all = every_option();
        let words = SETTINGS.iter().map(|setting| format!("--{}={}", setting.key, setting.value(&all)));
        let words: Vec<String> = words.collect();
        assert_eq!(settings(&words.iter().map(String::as_str).collect::<Vec<_>>()), all);
        assert_eq!(settings(&["-k", "3", "--mask-per-image", "--seed", "7"]), {
            let mut settings = Settings { mask_per_image: true, seed: 7, ..Settings::default() };
            settings.kmeans.components = 3;
            settings
        });
    }

    #[test]
    fn labels_are_given_in_one_list_or_in_several() {
        assert_eq!(settings(&["--labels", "2", "--labels", "9,1"]).labels, vec![2, 9, 1].into());
    }

    #[test]
    fn the_command_line_wins_over_the_configuration() {
        let mut study =
            Line::try_parse_from(["gmmscope", "--seed", "7", "--mask-per-image=false"]).unwrap().study;
        let configured = Settings { seed: 3, draws: 4, mask_per_image: true, ..Settings::default() };
        study.configure(configured.clone());
        assert_eq!(study.settings(), Settings { seed: 7, mask_per_image: false, ..configured });
    }

    #[test]
    fn the_command_line_of_settings_makes_them_again() {
        assert_eq!(command_line(&Settings::default(), &Settings::default()), "");
        let mut configured = Settings { seed: 3, ..Settings::default() };
        configured.em.ridge = 1e-3;
        assert_eq!(command_line(&Settings::default(), &configured), "--seed 0 --ridge 1e-6");
        let mut settings = every_option();
        settings.threads = configured.threads;
        let line = command_line(&settings, &configured);
        assert!(line.contains("--data 'a dir'"), "{line}");
        let words: Vec<String> = line
            .replace("'a dir'", "a_dir")
            .split(' ')
            .map(|word| word.replace('_', " ").replace('\'', ""))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut study = Line::try_parse_from([&["gmmscope"], &words[..]].concat()).unwrap().study;
        study.configure(configured);
        assert_eq!(study.settings(), settings);
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn parameters_in_messages_become_options() {
        assert_eq!(with_options("use a larger `ridge` or `start`"), "use a larger --ridge or --start");
        assert_eq!(with_options("`it` stays"), "`it` stays");
    }
}
