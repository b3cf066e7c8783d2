//! The picture that is open, full screen: its cursor, its zoom, and the next picture.

use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::cursors::Part;
use crate::tui::state::inpaint::Panel;
use crate::tui::state::overlay::{Open, Overlay, Subject};
use crate::tui::views::pictures;
use crate::tui::views::tabs;

/// The greatest zoom.
const MOST: usize = 8;

impl App {
    /// Opens the picture under the cursor of the tab.
    pub(super) fn open_selected(&mut self) {
        let found = tabs::selected(self).and_then(|subject| Some((subject, pictures::size(self, subject)?)));
        let Some((subject, (width, height))) = found else { return self.info("there is no picture yet") };
        let followed = pictures::companion(self, subject).is_some();
        let (y, x) = if followed { self.pixel() } else { (height / 2, width / 2) };
        self.overlay = Some(Overlay::Picture(Open { subject, x, y, zoom: 0 }));
    }

    /// A command for the open picture. The cursor of the tab follows to the picture shown.
    pub(super) fn picture_command(&mut self, open: &mut Open, command: Command, hits: &Hits) {
        let Some(size) = pictures::size(self, open.subject) else { return };
        let (right, bottom) = (size.0.saturating_sub(1), size.1.saturating_sub(1));
        let step = hits.picture.map_or(1, |picture| picture.step);
        match command {
            Command::Left => open.x = open.x.saturating_sub(step),
            Command::Right => open.x += step,
            Command::Up => open.y = open.y.saturating_sub(step),
            Command::Down => open.y += step,
            Command::First => (open.x, open.y) = (0, 0),
            Command::Last => (open.x, open.y) = (right, bottom),
            Command::Enlarge => {
                let fitting = hits.picture.map_or(0, |picture| picture.fitting_zoom);
                open.zoom = if open.zoom == 0 { fitting + 1 } else { (open.zoom + 1).min(MOST) };
            }
            Command::Reduce => open.zoom = open.zoom.saturating_sub(1),
            Command::PageDown => self.turn(open, size, true),
            Command::PageUp => self.turn(open, size, false),
            _ => {}
        }
        (open.x, open.y) = (open.x.min(right), open.y.min(bottom));
        if pictures::companion(self, open.subject).is_some() {
            self.select_pixel(open.y, open.x);
        }
    }

    /// Turns to the next picture, or back to the previous one.
    fn turn(&mut self, open: &mut Open, before: (usize, usize), next: bool) {
        let subject = neighbour(open.subject, next);
        let Some((subject, size)) =
            subject.and_then(|subject| Some((subject, pictures::size(self, subject)?)))
        else {
            return;
        };
        // The cursor stays on its pixel among pictures of one size.
        if before != size {
            (open.x, open.y) = (size.0 / 2, size.1 / 2);
        }
        open.subject = subject;
        let cursors = &mut self.cursors;
        match subject {
            Subject::Train(index) => cursors.train = index,
            Subject::Explained(place) => cursors.explained = place,
            Subject::Sample(index) => cursors.sample = index,
            Subject::Mean(k) | Subject::Covariance(k) | Subject::Variance(k) | Subject::Row(k) => {
                cursors.component = k;
            }
            Subject::Change(k) | Subject::LastChange(k) => cursors.component = k,
            Subject::Axis(k, index) | Subject::Near(k, index) => {
                (cursors.component, cursors.axis) = (k, index)
            }
            Subject::Completion(index) => self.inpaint.panel = Panel::Draw(index),
            Subject::Aspect(index) => cursors.image = index,
            Subject::Inpaint(index, part) => {
                (cursors.image, cursors.part) = (index, part);
                self.inpaint.panel = part.into();
            }
        }
    }
}

/// The picture after a picture, or before it. Mean, covariance, diagonal and row of a component are followed by those of
/// the next component.
fn neighbour(subject: Subject, next: bool) -> Option<Subject> {
    let near = |index: usize| if next { Some(index + 1) } else { index.checked_sub(1) };
    match subject {
        Subject::Train(index) => near(index).map(Subject::Train),
        Subject::Explained(place) => near(place).map(Subject::Explained),
        Subject::Sample(index) => near(index).map(Subject::Sample),
        Subject::Mean(k) if next => Some(Subject::Covariance(k)),
        Subject::Mean(k) => k.checked_sub(1).map(Subject::Row),
        Subject::Covariance(k) => Some(if next { Subject::Variance(k) } else { Subject::Mean(k) }),
        Subject::Variance(k) => Some(if next { Subject::Row(k) } else { Subject::Covariance(k) }),
        Subject::Row(k) => Some(if next { Subject::Mean(k + 1) } else { Subject::Variance(k) }),
        Subject::Axis(k, index) => near(index).map(|index| Subject::Axis(k, index)),
        Subject::Near(k, index) => near(index).map(|index| Subject::Near(k, index)),
        Subject::Change(k) => near(k).map(Subject::Change),
        Subject::LastChange(k) => near(k).map(Subject::LastChange),
        Subject::Completion(index) => near(index).map(Subject::Completion),
        Subject::Aspect(index) => near(index).map(Subject::Aspect),
        Subject::Inpaint(index, part) => {
            let parts = Part::ALL.len();
            near(index * parts + part as usize).map(|at| Subject::Inpaint(at / parts, Part::ALL[at % parts]))
        }
    }
}
