//! The pair on the Transform tab: what is typed, the window of z, the cursor, and what is being computed.

use std::sync::Arc;

use super::App;
use super::job::Pending;
use crate::density::{Expression, Fault, MixedLaw, TransformReport};

/// The longest text that is typed.
const LONGEST: usize = 300;

/// What the Transform tab shows and asks for.
#[derive(Debug, Clone, Default)]
pub struct TransformState {
    /// The z under the cursor; none before it is moved: the middle of the window, of a square a quarter of it.
    pub z: Option<f64>,
    /// The window of z, where it is not the report's own.
    pub window: Option<(f64, f64)>,
    /// The report over another window.
    pub zoomed: Option<Arc<TransformReport>>,
    /// The pair that is asked for, until it is computed.
    pub wanted: Option<(MixedLaw, Expression)>,
    /// What is being computed.
    pub pending: Pending<()>,
    /// The editor, while it is open.
    pub editor: Option<Editor>,
    /// Whether the table shows the pieces instead of the checks.
    pub pieces: bool,
}

/// A line of the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The law of X.
    Law,
    /// f.
    Map,
    /// The z under the cursor.
    Z,
}

impl Field {
    /// Every field, in order.
    pub const ALL: [Self; 3] = [Self::Law, Self::Map, Self::Z];
}

/// Law, map and z as they are typed.
#[derive(Debug, Clone)]
pub struct Editor {
    /// The texts, in the order of [`Field::ALL`].
    texts: [String; 3],
    /// The line that is edited.
    pub field: Field,
    /// The caret, in characters.
    pub caret: usize,
    /// The pair and the cursor when it was opened.
    pub before: (MixedLaw, Expression, Option<f64>),
}

impl Editor {
    /// An editor of a pair, on one of its lines.
    pub fn new(law: MixedLaw, map: Expression, z: Option<f64>, text: String, field: Field) -> Self {
        let texts = [law.text().to_owned(), map.text().to_owned(), text];
        let mut editor = Self { texts, field, caret: 0, before: (law, map, z) };
        editor.end();
        editor
    }

    /// The text of a line.
    pub fn text(&self, field: Field) -> &str {
        &self.texts[field as usize]
    }

    /// What is wrong with a line, and where.
    pub fn fault(&self, field: Field) -> Option<Fault> {
        let text = self.text(field);
        match field {
            Field::Law => MixedLaw::parse(text).err(),
            Field::Map => Expression::parse(text).err(),
            Field::Z if self.z().is_some() => None,
            Field::Z => Some(Fault {
                text: text.to_owned(),
                position: 0,
                message: "write a number, such as 0.5 or 1e-3".into(),
            }),
        }
    }

    /// The pair that is typed, where both are right.
    pub fn pair(&self) -> Option<(MixedLaw, Expression)> {
        Some((MixedLaw::parse(self.text(Field::Law)).ok()?, Expression::parse(self.text(Field::Map)).ok()?))
    }

    /// The z that is typed, where it is a number.
    pub fn z(&self) -> Option<f64> {
        self.text(Field::Z).trim().parse().ok().filter(|z: &f64| z.is_finite())
    }

    /// Types a character.
    pub fn insert(&mut self, c: char) {
        let at = self.byte();
        let text = &mut self.texts[self.field as usize];
        if text.chars().count() < LONGEST && !c.is_control() {
            text.insert(at, c);
            self.caret += 1;
        }
    }

    /// Deletes the character before the caret.
    pub fn erase(&mut self) {
        if self.caret > 0 {
            self.caret -= 1;
            let at = self.byte();
            self.texts[self.field as usize].remove(at);
        }
    }

    /// Deletes the line.
    pub fn clear(&mut self) {
        self.texts[self.field as usize].clear();
        self.caret = 0;
    }

    /// Moves the caret.
    pub fn step(&mut self, by: isize) {
        self.caret = self.caret.saturating_add_signed(by).min(self.text(self.field).chars().count());
    }

    /// Moves the caret to the end.
    pub fn end(&mut self) {
        self.caret = self.text(self.field).chars().count();
    }

    /// Moves to another line.
    pub fn go(&mut self, field: Field) {
        self.field = field;
        self.end();
    }

    fn byte(&self) -> usize {
        let text = self.text(self.field);
        text.char_indices().nth(self.caret).map_or(text.len(), |(at, _)| at)
    }
}

impl App {
    /// Whether law and map are being typed.
    pub fn editing_pair(&self) -> bool {
        self.tab == crate::tui::tab::Tab::Transform && self.transform.editor.is_some()
    }

    /// Task 1 as it is shown: over the window that is asked for, once it is computed.
    pub fn transformed(&self) -> Option<&Arc<TransformReport>> {
        let report = self.outcome.transform.as_ref()?;
        let zoomed = self.transform.zoomed.as_ref();
        let of_same = |zoomed: &&Arc<TransformReport>| {
            self.transform.window.is_some() && Arc::ptr_eq(&zoomed.pair, &report.pair)
        };
        zoomed.filter(of_same).or(Some(report))
    }

    /// The window of z: what is asked for, else the report's.
    pub fn z_window(&self) -> (f64, f64) {
        let own = || self.outcome.transform.as_ref().map(|report| report.window());
        self.transform.window.or_else(own).unwrap_or((0.0, 1.0))
    }

    /// The z under the cursor as it is typed: "0.5".
    pub fn z_text(&self) -> String {
        let text = crate::show::significant(self.z(), 6).replace('−', "-");
        match text.contains('.') && !text.contains(['e', '×']) {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => self.z().to_string(),
        }
    }

    /// The z under the cursor.
    pub fn z(&self) -> f64 {
        let (from, to) = self.z_window();
        let part = if self.outcome.settings.map == Expression::default() { 0.25 } else { 0.5 };
        self.transform.z.unwrap_or(from + (to - from) * part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_go_where_the_caret_is() {
        let mut editor =
            Editor::new(MixedLaw::default(), Expression::default(), None, "1".into(), Field::Map);
        assert_eq!((editor.caret, editor.text(Field::Map)), (3, "x^2"));
        editor.erase();
        "3 − 2×".chars().for_each(|c| editor.insert(c));
        editor.step(-1);
        editor.erase();
        assert_eq!(editor.text(Field::Map), "x^3 − ×");
        assert_eq!(editor.fault(Field::Map).unwrap().position, 4);
        assert!(editor.pair().is_none());
        editor.clear();
        "sin(x)".chars().for_each(|c| editor.insert(c));
        assert_eq!(editor.pair().unwrap().1.text(), "sin(x)");
        editor.go(Field::Z);
        editor.insert('e');
        assert!(editor.z().is_none() && editor.fault(Field::Z).is_some());
        editor.insert('2');
        assert_eq!(editor.z(), Some(100.0));
        editor.step(-99);
        editor.erase();
        assert_eq!(editor.text(Field::Z), "1e2");
    }
}
