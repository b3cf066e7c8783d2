//! The settings form: its fields, what is typed into them, and what is wrong with it.
//!
//! A field is a line of text; a choice is a field whose text is one of a few. What is typed is parsed and checked by
//! [`Settings::check`] at every key, so that the form never accepts what the command line would refuse.

use super::super::action::Command;
use super::super::tabs::short;
use crate::mixture::KMeansInit;
use crate::study::{Checked, Settings, StudyError};

/// What a field is for, and how it is read and written.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// What it is called on the screen.
    pub label: &'static str,
    /// Its option on the command line, by which errors name it.
    pub option: &'static str,
    /// What it means.
    pub help: &'static str,
    /// The texts to choose from; empty for a field that is typed.
    pub choices: &'static [&'static str],
    write: fn(&Settings) -> String,
    read: fn(&mut Settings, &str) -> Result<(), String>,
}

fn number<T: std::str::FromStr>(text: &str, kind: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("not {kind}"))
}

fn count(text: &str) -> Result<usize, String> {
    number(text, "a whole number")
}

fn real(text: &str) -> Result<f64, String> {
    number(text, "a number, such as 0.001 or 1e-3")
}

fn labels(text: &str) -> Result<Vec<u8>, String> {
    text.split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| number(part, "labels, such as 0,1,8"))
        .collect()
}

fn set<T>(field: &mut T, value: Result<T, String>) -> Result<(), String> {
    *field = value?;
    Ok(())
}

const INITS: &[&str] = &["random", "plus-plus"];
const YES_NO: &[&str] = &["no", "yes"];

/// The fields, from top to bottom.
pub const FIELDS: &[Spec] = &[
    Spec {
        label: "components K",
        option: "--components",
        help: "Gaussians of the mixture",
        choices: &[],
        write: |s| s.components.to_string(),
        read: |s, text| set(&mut s.components, count(text)),
    },
    Spec {
        label: "images S",
        option: "--samples",
        help: "training images, drawn at random",
        choices: &[],
        write: |s| s.samples.to_string(),
        read: |s, text| set(&mut s.samples, count(text)),
    },
    Spec {
        label: "labels",
        option: "--labels",
        help: "classes of Fashion-MNIST, 0 to 9",
        choices: &[],
        write: |s| s.labels.iter().map(u8::to_string).collect::<Vec<_>>().join(","),
        read: |s, text| set(&mut s.labels, labels(text)),
    },
    Spec {
        label: "seed",
        option: "--seed",
        help: "of every random choice",
        choices: &[],
        write: |s| s.seed.to_string(),
        read: |s, text| set(&mut s.seed, number(text, "a whole number")),
    },
    Spec {
        label: "k-means start",
        option: "--kmeans-init",
        help: "random images, or k-means++",
        choices: INITS,
        write: |s| INITS[usize::from(s.kmeans_init == KMeansInit::PlusPlus)].to_owned(),
        read: |s, text| {
            let init = if text == INITS[1] { KMeansInit::PlusPlus } else { KMeansInit::Random };
            set(&mut s.kmeans_init, Ok(init))
        },
    },
    Spec {
        label: "k-means runs",
        option: "--restarts",
        help: "the one with the least inertia wins",
        choices: &[],
        write: |s| s.restarts.to_string(),
        read: |s, text| set(&mut s.restarts, count(text)),
    },
    Spec {
        label: "ridge",
        option: "--ridge",
        help: "added to the diagonal of every covariance",
        choices: &[],
        write: |s| short(s.ridge),
        read: |s, text| set(&mut s.ridge, real(text)),
    },
    Spec {
        label: "tolerance",
        option: "--tolerance",
        help: "EM stops when the NLL changes by less",
        choices: &[],
        write: |s| short(s.tolerance),
        read: |s, text| set(&mut s.tolerance, real(text)),
    },
    Spec {
        label: "iterations",
        option: "--max-iterations",
        help: "of EM, at most",
        choices: &[],
        write: |s| s.max_iterations.to_string(),
        read: |s, text| set(&mut s.max_iterations, count(text)),
    },
    Spec {
        label: "observed",
        option: "--observed",
        help: "fraction of the pixels known in Inpaint",
        choices: &[],
        write: |s| short(s.observed),
        read: |s, text| set(&mut s.observed, real(text)),
    },
    Spec {
        label: "mask per image",
        option: "--mask-per-image",
        help: "one mask an image, not one for all",
        choices: YES_NO,
        write: |s| YES_NO[usize::from(s.mask_per_image)].to_owned(),
        read: |s, text| set(&mut s.mask_per_image, Ok(text == YES_NO[1])),
    },
];

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
        // Means that were given fit their number of components alone; a form starts from k-means.
        if settings.components != self.base.components {
            settings.means_init = None;
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
