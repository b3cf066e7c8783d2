//! The settings form: what is typed into its fields (`fields`), what is wrong with it, and what it would change.
//!
//! A field is a line of text; a choice is a field whose text is one of a few. What is typed is parsed and checked by
//! [`Settings::check`] at every key, so that the form never accepts what the command line would refuse.

mod fields;

use crate::study::{Checked, Outcome, Settings, Stage, StudyError, kept_stages};
use crate::tui::command::Command;
pub use fields::FIELDS;

/// The form.
#[derive(Debug, Clone)]
pub struct Form {
    /// The settings that it was opened with.
    base: Settings,
    /// The text of every field.
    texts: Vec<String>,
    /// The field with the cursor.
    pub selected: usize,
}

impl Form {
    /// A form that shows `base`.
    pub fn new(base: Settings) -> Self {
        let texts = FIELDS.iter().map(|field| (field.write)(&base)).collect();
        Self { base, texts, selected: 0 }
    }

    /// The text of field `index`.
    pub fn text(&self, index: usize) -> &str {
        self.texts.get(index).map_or("", String::as_str)
    }

    /// The text that field `index` had, when it has another now.
    pub fn before(&self, index: usize) -> Option<String> {
        let before = (FIELDS.get(index)?.write)(&self.base);
        (before != self.text(index)).then_some(before)
    }

    /// How many fields differ from what they were.
    pub fn changes(&self) -> usize {
        (0..FIELDS.len()).filter(|&index| self.before(index).is_some()).count()
    }

    /// The settings as typed; of a field that cannot be read, what it was.
    fn settings(&self) -> Settings {
        let mut settings = self.base.clone();
        for (field, text) in FIELDS.iter().zip(&self.texts) {
            let mut changed = settings.clone();
            if (field.read)(&mut changed, text).is_ok() {
                settings = changed;
            }
        }
        // A start that was given fits its number of components alone; a form starts from k-means.
        if settings.components != self.base.components {
            (settings.means_init, settings.start) = (None, None);
        }
        settings
    }

    /// What is wrong with field `index`.
    pub fn fault(&self, index: usize) -> Option<String> {
        let field = FIELDS.get(index)?;
        if let Err(fault) = (field.read)(&mut self.base.clone(), self.text(index)) {
            return Some(fault);
        }
        match self.settings().check() {
            Err(StudyError::Setting { name, mend, .. }) if name == field.option => Some(mend),
            _ => None,
        }
    }

    /// What of `outcome` stays as it is under the settings as typed.
    pub fn kept(&self, outcome: &Outcome) -> Vec<Stage> {
        kept_stages(outcome, &self.settings())
    }

    /// The settings, when every field is right.
    pub fn checked(&self) -> Option<Checked> {
        if (0..FIELDS.len()).any(|index| self.fault(index).is_some()) {
            return None;
        }
        self.settings().check().ok()
    }

    /// What keeps the form from being taken, though no field says so.
    pub fn other_fault(&self) -> Option<String> {
        if (0..FIELDS.len()).any(|index| self.fault(index).is_some()) {
            return None;
        }
        self.settings().check().err().map(|error| error.to_string())
    }

    /// Moves the cursor to the first field that is wrong.
    pub fn select_first_fault(&mut self) {
        if let Some(index) = (0..FIELDS.len()).find(|&index| self.fault(index).is_some()) {
            self.selected = index;
        }
    }

    /// Moves the cursor to a field.
    pub fn select(&mut self, index: usize) {
        self.selected = index.min(FIELDS.len() - 1);
    }

    /// A key of the form.
    pub fn command(&mut self, command: Command) {
        match command {
            Command::Up => self.selected = self.selected.checked_sub(1).unwrap_or(FIELDS.len() - 1),
            Command::Down => self.selected = (self.selected + 1) % FIELDS.len(),
            Command::First => self.selected = 0,
            Command::Last => self.selected = FIELDS.len() - 1,
            Command::Left => self.choose(FIELDS[self.selected].choices.len().saturating_sub(1)),
            Command::Right => self.choose(1),
            Command::Erase if FIELDS[self.selected].choices.is_empty() => {
                self.texts[self.selected].pop();
            }
            Command::DefaultField => {
                self.texts[self.selected] = (FIELDS[self.selected].write)(&Settings::default());
            }
            _ => {}
        }
    }

    /// A character typed: text for a field, the next choice for a choice.
    pub fn insert(&mut self, c: char) {
        const LONGEST: usize = 24;
        if !FIELDS[self.selected].choices.is_empty() {
            if c == ' ' {
                self.choose(1);
            }
        } else if self.texts[self.selected].chars().count() < LONGEST && !c.is_control() {
            self.texts[self.selected].push(c);
        }
    }

    /// Moves a choice on by `by`.
    fn choose(&mut self, by: usize) {
        let choices = FIELDS[self.selected].choices;
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
