//! The movements of the tabs' cursors.

use crate::tui::command::Command;
use crate::tui::hits::Hits;
use crate::tui::state::App;
use crate::tui::state::cursors::{Cursor, Part};

/// `index` moved by `by`, within 0..`len`.
fn moved(index: usize, by: isize, len: usize) -> usize {
    index.min(len.saturating_sub(1)).saturating_add_signed(by).min(len.saturating_sub(1))
}

impl App {
    /// Moves a cursor of the tab in front, as the last frame notes it for this command.
    pub(super) fn navigate(&mut self, command: Command, hits: &Hits) {
        let pixel = match command {
            Command::PixelLeft => Some((0, -1)),
            Command::PixelRight => Some((0, 1)),
            Command::PixelUp => Some((-1, 0)),
            Command::PixelDown => Some((1, 0)),
            _ => None,
        };
        if let Some((rows, columns)) = pixel {
            let (row, column) = self.pixel();
            self.select_pixel(row.saturating_add_signed(rows), column.saturating_add_signed(columns));
        } else if let Some((cursor, by)) = hits.step(command) {
            // Only Last asks for as much as this: it stops at the last sample there is.
            self.move_cursor(cursor, by, command != Command::Last);
        }
    }

    /// Moves a cursor; `extend` allows an endless row to grow.
    fn move_cursor(&mut self, cursor: Cursor, by: isize, extend: bool) {
        let (images, explained) = (self.image_count(), self.explained_count());
        let (outcome, cursors) = (&self.outcome, &mut self.cursors);
        match cursor {
            Cursor::Z => self.move_z(by),
            Cursor::Check => {
                let checks = outcome.transform.as_ref().map_or(0, |report| report.checks.len());
                cursors.check = moved(cursors.check, by, checks);
            }
            Cursor::Train => {
                let images = outcome.data.as_ref().map_or(0, |data| data.sample_indices.len());
                cursors.train = moved(cursors.train, by, images);
            }
            Cursor::Explained => cursors.explained = moved(cursors.explained, by, explained),
            Cursor::Iteration => self.move_iteration(by),
            Cursor::Component => {
                cursors.component = moved(cursors.component, by, outcome.settings.kmeans.components);
            }
            Cursor::Sample => self.move_sample(by, extend),
            Cursor::Run => {
                let runs = self.runs.entries.len();
                self.runs.selected = moved(self.runs.selected, by, runs);
            }
            Cursor::Image => cursors.image = moved(cursors.image, by, images),
            Cursor::Part => cursors.part = Part::ALL[moved(cursors.part as usize, by, Part::ALL.len())],
        }
    }

    /// Moves through the history of EM; at the last iteration, the cursor follows the latest.
    fn move_iteration(&mut self, by: isize) {
        let Some(current) = self.iteration() else { return };
        self.playing = false;
        self.show_iteration(moved(current, by, self.outcome.em.history.len() + 1));
    }
}
