//! The settings form: a field for each entry of [`SETTINGS`], with what is typed into it and what is wrong with that.
//!
//! A field is a line of text; a choice is a field whose text is one of a few. What is typed is parsed and checked by
//! [`Settings::check`] at every key, so that the form never accepts what the command line would refuse.

use crate::study::{
    Checked, Outcome, SETTINGS, Setting, Settings, Stage, StudyError, Value, changed_stages, kept_stages,
    with_labels,
};
use crate::tui::command::Command;

/// The texts of a setting that is on or off.
const OFF_ON: [&str; 2] = ["no", "yes"];

/// The text of a field.
fn write(setting: &Setting, settings: &Settings) -> String {
    match setting.value(settings) {
        Value::Switch(on) => OFF_ON[usize::from(on)].to_owned(),
        value => value.to_string(),
    }
}

/// Reads the text of a field.
fn read(setting: &Setting, settings: &mut Settings, text: &str) -> Result<(), String> {
    match setting.value(settings) {
        Value::Switch(_) => setting.parse(settings, (text == OFF_ON[1]).to_string()),
        _ => setting.parse(settings, text),
    }
}

/// What is wrong with a setting among others.
fn fault_in(setting: &Setting, settings: Settings) -> Option<String> {
    match setting.check(&settings).and_then(|()| settings.check().map(|_| ())) {
        Err(StudyError::Setting { key, hint, .. }) if key == setting.key => Some(with_labels(&hint)),
        _ => None,
    }
}

/// The texts to choose from; none for a field that is typed.
pub fn choices(setting: &Setting) -> Vec<&'static str> {
    match setting.value(&Settings::default()) {
        Value::Switch(_) => OFF_ON.to_vec(),
        _ => setting.choices().into_iter().map(|(word, _)| word).collect(),
    }
}

/// The settings that take several values, separated by commas: each is a run of its own.
const SWEPT: [&str; 7] = ["components", "samples", "seed", "rank", "shrinkage", "shrinkage-reach", "ridge"];

/// Whether a setting takes several values.
pub fn is_swept(setting: &Setting) -> bool {
    SWEPT.contains(&setting.key)
}

/// The most runs of a form.
const MOST: usize = 64;

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The settings that it was opened with.
    base: Box<Settings>,
    /// The text of every field.
    texts: Vec<String>,
    /// The field with the cursor.
    pub selected: usize,
    /// Whether the field has been changed since it was selected; what is typed first replaces its text.
    pub edited: bool,
}

impl Form {
    /// A form that shows `base`.
    pub fn new(base: Settings) -> Self {
        let texts = SETTINGS.iter().map(|setting| write(setting, &base)).collect();
        Self { base: Box::new(base), texts, selected: 0, edited: false }
    }

    /// The text of field `index`.
    pub fn text(&self, index: usize) -> &str {
        self.texts.get(index).map_or("", String::as_str)
    }

    /// The text that field `index` had, when it has another now.
    pub fn before(&self, index: usize) -> Option<String> {
        let before = write(SETTINGS.get(index)?, &self.base);
        (before != self.text(index)).then_some(before)
    }

    /// How many fields differ from what they were.
    pub fn changes(&self) -> usize {
        (0..SETTINGS.len()).filter(|&index| self.before(index).is_some()).count()
    }

    /// The values of field `index`: several where commas separate them.
    fn values(&self, index: usize) -> Vec<&str> {
        let text = self.text(index);
        match SETTINGS.get(index).is_some_and(is_swept) {
            true => text.split(',').map(str::trim).collect(),
            false => vec![text],
        }
    }

    /// How many runs are asked for.
    pub fn runs(&self) -> usize {
        (0..SETTINGS.len()).map(|index| self.values(index).len()).product()
    }

    /// The settings as typed, of run `run`: the last field that has several values changes first. Of a field that cannot be read,
    /// what it was.
    fn settings(&self, mut run: usize) -> Settings {
        let mut settings = Settings::clone(&self.base);
        for (index, setting) in SETTINGS.iter().enumerate().rev() {
            let values = self.values(index);
            let value = values[run % values.len()];
            run /= values.len();
            if self.before(index).is_some() {
                // What cannot be read leaves the setting as it is.
                let _ = read(setting, &mut settings, value);
            }
        }
        // A start that was given is for its own number of components; with another one, EM starts from k-means.
        if settings.kmeans.components != self.base.kmeans.components {
            (settings.means_init, settings.start) = (None, None);
        }
        // Other settings of a fit ask for another fit, not for the model that was opened.
        let changed = changed_stages(&self.base, &settings);
        if changed.contains(&Stage::KMeans) || changed.contains(&Stage::Em) {
            settings.opened = None;
        }
        settings
    }

    /// What is wrong with field `index`.
    pub fn fault(&self, index: usize) -> Option<String> {
        let setting = SETTINGS.get(index)?;
        let unread = |value: &str| read(setting, &mut Settings::clone(&self.base), value).err();
        if let Some(hint) = self.values(index).into_iter().find_map(unread) {
            return Some(hint);
        }
        if self.runs() > MOST {
            return (self.values(index).len() > 1).then(|| format!("at most {MOST} runs in all"));
        }
        (0..self.runs()).find_map(|run| fault_in(setting, self.settings(run)))
    }

    /// The stages of `outcome` that are kept under the settings as typed.
    pub fn kept(&self, outcome: &Outcome) -> Vec<Stage> {
        kept_stages(outcome, &self.settings(0))
    }

    /// The settings of every run, when every field is right.
    pub fn checked(&self) -> Option<Vec<Checked>> {
        if (0..SETTINGS.len()).any(|index| self.fault(index).is_some()) {
            return None;
        }
        (0..self.runs()).map(|run| self.settings(run).check().ok()).collect()
    }

    /// What is wrong with the settings though every field is right.
    pub fn other_fault(&self) -> Option<String> {
        if (0..SETTINGS.len()).any(|index| self.fault(index).is_some()) {
            return None;
        }
        (0..self.runs())
            .find_map(|run| self.settings(run).check().err())
            .map(|error| with_labels(&error.to_string()))
    }

    /// Moves the cursor to the first field that is wrong.
    pub fn select_first_fault(&mut self) {
        if let Some(index) = (0..SETTINGS.len()).find(|&index| self.fault(index).is_some()) {
            self.select(index);
        }
    }

    /// Moves the cursor to a field.
    pub fn select(&mut self, index: usize) {
        (self.selected, self.edited) = (index.min(SETTINGS.len() - 1), false);
    }

    /// A key of the form.
    pub fn command(&mut self, command: Command) {
        let is_typed = choices(&SETTINGS[self.selected]).is_empty();
        let last = SETTINGS.len() - 1;
        match command {
            Command::Up => self.select(self.selected.checked_sub(1).unwrap_or(last)),
            Command::Down => self.select((self.selected + 1) % SETTINGS.len()),
            Command::First => self.select(0),
            Command::Last => self.select(last),
            Command::Left | Command::Right if is_typed => self.edited = true,
            Command::Left => self.choose(choices(&SETTINGS[self.selected]).len().saturating_sub(1)),
            Command::Right => self.choose(1),
            Command::Erase if is_typed => {
                self.edited = true;
                self.texts[self.selected].pop();
            }
            Command::EraseAll if is_typed => {
                self.edited = true;
                self.texts[self.selected].clear();
            }
            Command::DefaultField => {
                self.edited = false;
                self.texts[self.selected] = write(&SETTINGS[self.selected], &Settings::default());
            }
            _ => {}
        }
    }

    /// A character typed: text for a field, in place of what it had; the next choice for a choice.
    pub fn insert(&mut self, c: char) {
        const LONGEST: usize = 200;
        if !choices(&SETTINGS[self.selected]).is_empty() {
            if c == ' ' {
                self.choose(1);
            }
            return;
        }
        if c.is_control() {
            return;
        }
        let text = &mut self.texts[self.selected];
        if !std::mem::replace(&mut self.edited, true) {
            text.clear();
        }
        if text.chars().count() < LONGEST {
            text.push(c);
        }
    }

    /// Moves a choice on by `by`.
    fn choose(&mut self, by: usize) {
        let choices = choices(&SETTINGS[self.selected]);
        if choices.is_empty() {
            return;
        }
        let text = &mut self.texts[self.selected];
        let at = choices.iter().position(|choice| choice == text).unwrap_or(0);
        choices[(at + by) % choices.len()].clone_into(text);
    }
}

#[cfg(test)]
mod tests;
