//! What a click selects.

use crate::tui::effect::Effect;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::cursors::{CovarianceView, Cursors, DataView};
use crate::tui::state::overlay::Overlay;

impl App {
    /// A click: on a tab, it comes to the front; on a line of what is open, it is chosen; on a picture, it is selected,
    /// and opened when it was selected before.
    pub(super) fn click(&mut self, x: u16, y: u16, hits: &Hits) -> Vec<Effect> {
        match hits.at(x, y) {
            None => {}
            Some(Target::Tab(tab)) => (self.tab, self.overlay) = (tab, None),
            Some(Target::Command(command)) => return self.command(command, hits),
            Some(Target::View(view)) if self.overlay.is_none() => self.choose_view(view),
            Some(Target::Line(index)) => return self.click_line(index, hits),
            Some(_) if self.overlay.is_some() => {}
            Some(target) if self.editing_mask() => self.press_editor(target, false),
            Some(target) => {
                let before = self.cursors.clone();
                self.select(target);
                // On a chart or a table there is nothing to open.
                let picture = !matches!(
                    target,
                    Target::Z(_) | Target::Check(_) | Target::Iteration(_) | Target::Run(_)
                );
                if picture && before == self.cursors {
                    self.open_selected();
                }
            }
        }
        Vec::new()
    }

    fn click_line(&mut self, index: usize, hits: &Hits) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => {
                palette.selected = index;
                return self.apply(hits);
            }
            Some(Overlay::Picker(picker)) => {
                picker.selected = index;
                return self.apply(hits);
            }
            Some(Overlay::Browser(browser)) => {
                browser.selected = index;
                return self.apply(hits);
            }
            Some(Overlay::Settings(form)) => form.select(index),
            Some(Overlay::List(list)) => {
                list.selected = index;
                return self.apply(hits);
            }
            _ => {}
        }
        Vec::new()
    }

    /// Moves the cursors of the tab to a target.
    pub(super) fn select(&mut self, target: Target) {
        if let Target::Z(step) = target {
            let (from, to) = self.z_window();
            let part = step.min(Cursors::Z_STEPS) as f64 / Cursors::Z_STEPS as f64;
            self.transform.z = Some(from + (to - from) * part);
        }
        let cursors = &mut self.cursors;
        match target {
            Target::Check(check) => cursors.check = check,
            Target::Train(index) => cursors.train = index,
            Target::Explained(place) => (cursors.explained, cursors.data) = (place, DataView::Explained),
            Target::Iteration(at) => {
                self.playing = false;
                self.show_iteration(at);
            }
            Target::Component(k) => cursors.component = k,
            Target::Pixel(k, (row, column)) => {
                cursors.component = k;
                self.select_pixel(row, column);
            }
            Target::Axis(axis) => cursors.axis = axis,
            Target::Near(k, place) => {
                (cursors.component, cursors.axis, cursors.covariance) = (k, place, CovarianceView::Nearest);
            }
            Target::Sample(index) => cursors.sample = index,
            Target::Run(row) => self.runs.selected = row,
            Target::Image(index, part) => {
                cursors.image = index;
                cursors.part = part.unwrap_or(cursors.part);
            }
            _ => {}
        }
    }
}
