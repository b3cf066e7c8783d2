//! The Transform tab: the editor of the pair, the window of z, and what they ask to be computed.

use std::sync::Arc;

use crate::density::examples::EXAMPLES;
use crate::density::{Expression, MixedLaw};
use crate::tui::command::Command;
use crate::tui::effect::Effect;
use crate::tui::state::App;
use crate::tui::state::job::{Answer, JobId, TransformRequest, Work};
use crate::tui::state::transform::{Editor, Field};

impl App {
    /// A command of the tab; false where the tab does not handle it.
    pub(super) fn transform_command(&mut self, command: Command) -> bool {
        if self.transform.editor.is_some() {
            return self.editor_command(command);
        }
        let (from, to) = self.z_window();
        match command {
            Command::EditPair => self.edit(Field::Map),
            Command::EditZ => self.edit(Field::Z),
            Command::CycleView => self.transform.pieces = !self.transform.pieces,
            Command::Enlarge => self.zoom(0.5),
            Command::Reduce => self.zoom(2.0),
            Command::PanLeft => self.pan(-0.5 * (to - from)),
            Command::PanRight => self.pan(0.5 * (to - from)),
            Command::WholeWindow => (self.transform.window, self.transform.z) = (None, None),
            _ => return false,
        }
        true
    }

    fn edit(&mut self, field: Field) {
        let (law, map) = (self.outcome.settings.law.clone(), self.outcome.settings.map.clone());
        let text = self.z_text();
        self.transform.editor = Some(Editor::new(law, map, self.transform.z, text, field));
    }

    /// A command of the editor.
    fn editor_command(&mut self, command: Command) -> bool {
        let Some(editor) = &mut self.transform.editor else { return false };
        let at = |by: usize| Field::ALL[(editor.field as usize + by) % Field::ALL.len()];
        match command {
            Command::Left => editor.step(-1),
            Command::Right => editor.step(1),
            Command::First => editor.caret = 0,
            Command::Last => editor.end(),
            Command::Up => editor.go(at(2)),
            Command::Down => editor.go(at(1)),
            Command::Erase => {
                editor.erase();
                self.typed();
            }
            Command::EraseAll => {
                editor.clear();
                self.typed();
            }
            Command::Apply => self.close_editor(),
            Command::Back => {
                let Some(editor) = self.transform.editor.take() else { return true };
                let (law, map, z) = editor.before;
                self.want(law, map);
                self.transform.z = z;
            }
            _ => return false,
        }
        true
    }

    /// Closes the editor, where there is no mistake in it.
    fn close_editor(&mut self) {
        let Some(editor) = &mut self.transform.editor else { return };
        match Field::ALL.into_iter().find_map(|field| Some((field, editor.fault(field)?))) {
            Some((field, fault)) => {
                editor.go(field);
                editor.caret = fault.position;
                self.info("fix what is marked, or Esc goes back to the pair before");
            }
            None => self.transform.editor = None,
        }
    }

    /// A character for the editor.
    pub(super) fn type_pair(&mut self, c: char) {
        if let Some(editor) = &mut self.transform.editor {
            editor.insert(c);
            self.typed();
        }
    }

    /// Follows what is typed, as far as it is right.
    fn typed(&mut self) {
        let Some(editor) = &self.transform.editor else { return };
        if editor.field == Field::Z {
            if let Some(z) = editor.z() {
                self.put_z(z);
            }
        } else if let Some((law, map)) = editor.pair() {
            self.want(law, map);
        }
    }

    /// Asks for a pair, unless it is there.
    fn want(&mut self, law: MixedLaw, map: Expression) {
        let report = self.outcome.transform.as_ref();
        let is_there = report.is_some_and(|report| report.pair.law == law && report.pair.map == map);
        self.transform.wanted = (!is_there).then_some((law, map));
    }

    /// Asks for an instructive pair.
    pub(super) fn choose_pair(&mut self, index: usize) {
        let Some(example) = EXAMPLES.get(index) else { return };
        let pair = (MixedLaw::parse(example.law), Expression::parse(example.map));
        if let (Ok(law), Ok(map)) = pair {
            self.transform.editor = None;
            self.want(law, map);
            self.info(example.look_for);
        }
    }

    /// Moves the cursor to z; the window follows where it leaves it.
    pub(super) fn put_z(&mut self, z: f64) {
        self.transform.z = Some(z);
        let (from, to) = self.z_window();
        if !(from..=to).contains(&z) {
            let half = (to - from) / 2.0;
            self.set_window(z - half, z + half);
        }
    }

    /// Moves the cursor by thousandths of the window; at its edge, the window moves on.
    pub(super) fn move_z(&mut self, by: isize) {
        let (from, to) = self.z_window();
        if by == isize::MIN || by == isize::MAX {
            return self.put_z(if by < 0 { from } else { to });
        }
        let (step, z) = ((to - from) / 1000.0, self.z() + (to - from) / 1000.0 * by as f64);
        // Steps stand on multiples of themselves, which are short numbers in a round window.
        let z = from + ((z - from) / step).round() * step;
        self.transform.z = Some(z);
        let shift = if z < from { z - from } else { (z - to).max(0.0) };
        if shift != 0.0 {
            self.set_window(from + shift, to + shift);
        }
    }

    fn zoom(&mut self, factor: f64) {
        let ((from, to), z) = (self.z_window(), self.z());
        let z = z.clamp(from, to);
        self.transform.z = Some(z);
        self.set_window(z - factor * (z - from), z + factor * (to - z));
    }

    fn pan(&mut self, by: f64) {
        let ((from, to), z) = (self.z_window(), self.z());
        self.transform.z = Some(z + by);
        self.set_window(from + by, to + by);
    }

    /// Sets the window, within what numbers can tell apart.
    fn set_window(&mut self, from: f64, to: f64) {
        let width = to - from;
        if width > 1e-10 * (from.abs() + to.abs()) && width < 1e12 && width.is_finite() {
            self.transform.window = Some((from, to));
        } else {
            self.info("the window can become no narrower or wider");
        }
    }

    /// Asks for the pair or the window that is wanted and not known, one at a time: what is typed meanwhile waits.
    pub(super) fn request_transform(&mut self) -> Option<Effect> {
        if !self.transform.pending.is_empty() {
            return None;
        }
        let seed = self.outcome.settings.seed;
        let request = if let Some((law, map)) = &self.transform.wanted {
            TransformRequest::Pair { law: law.clone(), map: map.clone(), seed }
        } else {
            let window = self.transform.window?;
            let report = self.outcome.transform.as_ref()?;
            let shown = self.transformed()?.window();
            // The edges of a histogram are rounded.
            let slack = 1e-9 * (window.1 - window.0);
            if (shown.0 - window.0).abs() <= slack && (shown.1 - window.1).abs() <= slack {
                return None;
            }
            TransformRequest::Window { report: Arc::clone(report), window, seed }
        };
        let (id, effect) = self.job(Work::Transform(request));
        self.transform.pending.push(id, ());
        Some(effect)
    }

    /// Takes a report in.
    pub(super) fn transform_done(&mut self, id: JobId, result: Result<Answer, String>) {
        if self.transform.pending.take(id).is_none() {
            return;
        }
        match result {
            Ok(Answer::Transform(report)) => {
                let pair = (report.pair.law.clone(), report.pair.map.clone());
                let known = self.outcome.transform.as_ref();
                if known.is_some_and(|known| Arc::ptr_eq(&known.pair, &report.pair)) {
                    self.transform.zoomed = Some(report);
                    return;
                }
                if self.transform.wanted.as_ref() == Some(&pair) {
                    self.transform.wanted = None;
                }
                // What was typed while the editor was on z stays.
                let keeps_z = self.transform.editor.as_ref().is_some_and(|editor| editor.field == Field::Z);
                if !keeps_z {
                    self.transform.z = None;
                }
                (self.transform.window, self.transform.zoomed, self.cursors.check) = (None, None, 0);
                (self.outcome.settings.law, self.outcome.settings.map) = pair;
                self.outcome.transform = Some(report);
            }
            Ok(_) => {}
            Err(why) => {
                (self.transform.wanted, self.transform.window) = (None, None);
                self.report(Err(format!("{}: {why}", id.kind.name())));
            }
        }
    }
}
