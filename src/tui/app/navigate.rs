//! The movements of the tabs' cursors, and what a click selects.

use super::super::action::{Command, Effect};
use super::super::layout;
use super::super::overlays;
use super::super::tabs;
use super::{App, Cursors, Overlay, Part, Tab};

/// `index` moved by `by`, within 0..`len`.
fn moved(index: usize, by: isize, len: usize) -> usize {
    index.min(len.saturating_sub(1)).saturating_add_signed(by).min(len.saturating_sub(1))
}

/// The movement of a cursor in a grid of pictures, in pictures.
fn grid_step(command: Command, columns: usize, rows: usize, len: usize) -> isize {
    let (columns, rows, len) = (columns.max(1) as isize, rows.max(1) as isize, len as isize);
    match command {
        Command::Left => -1,
        Command::Right => 1,
        Command::Up => -columns,
        Command::Down => columns,
        Command::PageUp => -columns * rows,
        Command::PageDown => columns * rows,
        Command::First => -len,
        _ => len,
    }
}

impl App {
    /// Moves the cursor of the tab in front.
    pub(super) fn navigate(&mut self, command: Command) {
        match self.tab {
            Tab::Transform => self.navigate_transform(command),
            Tab::Data => {
                let len = self.outcome.data.as_ref().map_or(0, |data| data.sample_indices.len());
                let tiles = tabs::data::tiles(self, layout::frame(self.size).body);
                let step = grid_step(command, tiles.columns, tiles.rows, len);
                self.cursors.train = moved(self.cursors.train, step, len);
            }
            Tab::Fit => self.scrub(command),
            Tab::Components => match command {
                Command::Up => self.select_component(-1),
                Command::Down => self.select_component(1),
                Command::PixelLeft => self.move_pixel(0, -1),
                Command::PixelRight => self.move_pixel(0, 1),
                Command::PixelUp => self.move_pixel(-1, 0),
                Command::PixelDown => self.move_pixel(1, 0),
                _ => self.scrub(command),
            },
            Tab::Samples => {
                let tiles = tabs::samples::tiles(self, layout::frame(self.size).body);
                let step = grid_step(command, tiles.columns, tiles.rows, self.sample_count());
                self.navigate_samples(command, step);
            }
            Tab::Inpaint => self.navigate_inpaint(command),
        }
    }

    fn navigate_transform(&mut self, command: Command) {
        let checks = self.outcome.transform.as_ref().map_or(0, |report| report.checks.len());
        let len = Cursors::Z_STEPS + 1;
        let cursors = &mut self.cursors;
        match command {
            Command::Up => cursors.check = moved(cursors.check, -1, checks),
            Command::Down => cursors.check = moved(cursors.check, 1, checks),
            Command::Left => cursors.z = moved(cursors.z, -1, len),
            Command::Right => cursors.z = moved(cursors.z, 1, len),
            Command::PageUp => cursors.z = moved(cursors.z, -10, len),
            Command::PageDown => cursors.z = moved(cursors.z, 10, len),
            Command::First => cursors.z = 0,
            _ => cursors.z = Cursors::Z_STEPS,
        }
    }

    /// Moves through the history of EM; the last iteration means "follow the latest".
    pub(super) fn scrub(&mut self, command: Command) {
        let Some(current) = self.iteration() else { return };
        let len = self.outcome.em.history.len();
        let to = match command {
            Command::Left | Command::Up => moved(current, -1, len),
            Command::Right | Command::Down => moved(current, 1, len),
            Command::PageUp => moved(current, -10, len),
            Command::PageDown => moved(current, 10, len),
            Command::First => 0,
            _ => len,
        };
        self.playing = false;
        self.cursors.iteration = (to + 1 < len).then_some(to);
    }

    fn select_component(&mut self, by: isize) {
        self.cursors.component = moved(self.cursors.component, by, self.outcome.settings.kmeans.components);
    }

    fn navigate_inpaint(&mut self, command: Command) {
        let len = self.inpainted().map_or(0, |report| report.restorations.len());
        let rows = match self.at_canvas() {
            true => 1,
            false => tabs::inpaint::rows(self, layout::frame(self.size).body).max(1) as isize,
        };
        let part = self.cursors.part as usize;
        let cursors = &mut self.cursors;
        match command {
            Command::Left => cursors.part = Part::ALL[moved(part, -1, Part::ALL.len())],
            Command::Right => cursors.part = Part::ALL[moved(part, 1, Part::ALL.len())],
            Command::Up => cursors.image = moved(cursors.image, -1, len),
            Command::Down => cursors.image = moved(cursors.image, 1, len),
            Command::PageUp => cursors.image = moved(cursors.image, -rows, len),
            Command::PageDown => cursors.image = moved(cursors.image, rows, len),
            Command::First => cursors.image = 0,
            _ => cursors.image = len.saturating_sub(1),
        }
    }

    /// A click: on a tab, in front it comes; on a picture, it is selected, and a second time enlarged; on a line of
    /// what is open, that line is taken.
    pub(super) fn click(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let frame = layout::frame(self.size);
        if let Some(tab) = layout::tab_at(frame.tabs, x, y) {
            self.tab = tab;
            self.overlay = None;
        } else if self.bench_in_front() {
            self.press_bench(x, y, false);
        } else if frame.body.contains((x, y).into()) && self.overlay.is_some() {
            return self.click_overlay(frame.body, y);
        } else if self.overlay.is_none() && frame.body.contains((x, y).into()) {
            let before = self.cursors.clone();
            let hit = match self.tab {
                Tab::Data => tabs::data::select_at(self, frame.body, x, y),
                Tab::Components => tabs::components::select_at(self, frame.body, x, y),
                Tab::Samples => tabs::samples::select_at(self, frame.body, x, y),
                Tab::Inpaint => tabs::inpaint::select_at(self, frame.body, x, y),
                Tab::Transform => tabs::transform::select_at(self, frame.body, x, y),
                Tab::Fit => tabs::fit::select_at(self, frame.body, x, y),
            };
            // On a chart there is nothing to enlarge.
            let picture = !matches!(self.tab, Tab::Transform | Tab::Fit);
            if hit && picture && before == self.cursors {
                self.open_selected();
            }
        }
        Vec::new()
    }

    fn click_overlay(&mut self, body: ratatui::layout::Rect, y: u16) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => {
                let Some(index) = palette.at(&self.keys, body, y) else { return Vec::new() };
                palette.selected = index;
                return self.apply_palette();
            }
            Some(Overlay::Settings(form)) => {
                if let Some(field) = overlays::settings::field_at(form, body, y) {
                    form.select(field);
                }
            }
            _ => {}
        }
        Vec::new()
    }
}
