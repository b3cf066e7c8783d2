//! The mouse on the bench: it paints, pulls the slider, chooses masks and pictures.

use super::super::super::layout;
use super::super::super::tabs::inpaint::{self, Hit};
use super::super::App;

/// What the mouse holds between press and release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::app) enum Held {
    /// The brush; whether the ink was exchanged for this stroke.
    Brush(bool),
    /// The knob of the slider.
    Knob,
}

impl App {
    /// A press of the mouse on the bench; `other` for the right button, which paints with the other ink.
    pub(in crate::tui::app) fn press_bench(&mut self, x: u16, y: u16, other: bool) {
        let body = layout::frame(self.size).body;
        let Some(hit) = inpaint::hit(self, body, x, y) else { return };
        let before = self.bench.panel;
        let image = self.image();
        let mask = self.mask(image).cloned();
        let Some(painter) = &mut self.bench.painter else { return };
        if painter.version() == 0 {
            mask.iter().for_each(|mask| painter.adopt(mask));
        }
        match hit {
            Hit::Canvas(pixel) => {
                if painter.down {
                    painter.toggle_pen();
                }
                painter.ink ^= other;
                painter.jump_to(pixel);
                painter.toggle_pen();
                self.bench.held = Some(Held::Brush(other));
            }
            Hit::Shape(shape) => painter.choose(shape),
            Hit::Slider(position) => {
                painter.slide(position);
                self.bench.held = Some(Held::Knob);
            }
            Hit::Image(index) => self.cursors.image = index,
            Hit::Panel(panel) => {
                self.bench.panel = panel;
                if before == panel {
                    self.open_selected();
                }
            }
        }
    }

    /// The mouse moved with a button down.
    pub(in crate::tui::app) fn drag(&mut self, x: u16, y: u16) {
        let body = layout::frame(self.size).body;
        let hit = match self.bench.held {
            Some(Held::Brush(_)) => inpaint::canvas_at(self, body, x, y).map(Hit::Canvas),
            Some(Held::Knob) => inpaint::slider_at(self, body, x).map(Hit::Slider),
            None => None,
        };
        let Some(painter) = &mut self.bench.painter else { return };
        match hit {
            Some(Hit::Canvas(pixel)) => painter.stroke_to(pixel),
            Some(Hit::Slider(position)) => painter.slide(position),
            _ => {}
        }
    }

    /// The mouse's button was released.
    pub(in crate::tui::app) fn release(&mut self) {
        let held = self.bench.held.take();
        if let (Some(Held::Brush(other)), Some(painter)) = (held, &mut self.bench.painter) {
            painter.down = false;
            painter.ink ^= other;
        }
    }
}
