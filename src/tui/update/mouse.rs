//! The mouse on the mask being edited: it paints, drags the slider, chooses kinds of masks and pictures.

use crate::data::ImageShape;
use crate::tui::hits::{Hits, Target};
use crate::tui::state::App;
use crate::tui::state::inpaint::Held;

impl App {
    /// A press of the right button: on the mask, it paints the opposite of the left one.
    pub(super) fn other_click(&mut self, target: Option<Target>) {
        if self.overlay.is_none()
            && let Some(target) = target
        {
            self.press_editor(target, true);
        }
    }

    /// A press on the mask or on what stands beside it; `inverted` for the right button.
    pub(super) fn press_editor(&mut self, target: Target, inverted: bool) {
        let before = self.inpaint.panel;
        let masked = self.inpaint.observed.kind().is_masked();
        let Some(editor) = self.editor() else { return };
        let shape = editor.shape();
        match target {
            Target::MaskPixel(pixel) if !masked => editor.jump_to(pixel),
            Target::Observation(kind) => self.inpaint.observed.choose(kind),
            Target::Noise(position) => {
                self.slide_noise(position);
                self.inpaint.held = Some(Held::Noise);
            }
            Target::Slider(position) if !masked => {
                self.slide_strength(shape, position);
                self.inpaint.held = Some(Held::Knob);
            }
            Target::MaskPixel(pixel) => {
                if editor.down {
                    editor.toggle_brush();
                }
                editor.paints_observed ^= inverted;
                editor.jump_to(pixel);
                editor.toggle_brush();
                self.inpaint.held = Some(Held::Brush { inverted });
            }
            Target::MaskKind(kind) => editor.choose(kind),
            Target::Slider(position) => {
                editor.slide(position);
                self.inpaint.held = Some(Held::Knob);
            }
            Target::Image(index, _) => self.cursors.image = index,
            Target::Panel(panel) => {
                self.inpaint.panel = panel;
                if before == panel {
                    self.open_selected();
                }
            }
            _ => {}
        }
    }

    fn slide_noise(&mut self, position: f64) {
        let observed = &mut self.inpaint.observed;
        let last = observed.noise_setting().high as f64;
        // A float cast saturates, and makes 0 of a NaN.
        observed.set_noise((position.clamp(0.0, 1.0) * last).round() as usize);
    }

    fn slide_strength(&mut self, shape: ImageShape, position: f64) {
        let observed = &mut self.inpaint.observed;
        if let Some(setting) = observed.setting(shape) {
            let span = setting.high.saturating_sub(setting.low) as f64;
            observed.set(shape, setting.low + (position.clamp(0.0, 1.0) * span).round() as usize);
        }
    }

    /// The mouse moved with a button down: it paints, drags the slider, or drags the cursor of a chart.
    pub(super) fn drag(&mut self, x: u16, y: u16, hits: &Hits) {
        match (self.inpaint.held, &mut self.inpaint.editor) {
            (Some(Held::Brush { .. }), Some(editor)) => {
                hits.mask_pixel_near(x, y).into_iter().for_each(|pixel| editor.stroke_to(pixel));
            }
            (Some(Held::Knob), Some(editor)) => {
                let shape = editor.shape();
                match (hits.slider_near(x), self.inpaint.observed.kind().is_masked()) {
                    (Some(position), true) => editor.slide(position),
                    (Some(position), _) => self.slide_strength(shape, position),
                    (None, _) => {}
                }
            }
            (Some(Held::Noise), _) => {
                hits.noise_near(x).into_iter().for_each(|position| self.slide_noise(position));
            }
            _ => {
                if self.overlay.is_none()
                    && let Some(target @ (Target::Z(_) | Target::Iteration(_) | Target::Check(_))) =
                        hits.at(x, y)
                {
                    self.select(target);
                }
            }
        }
    }

    /// The mouse button was released.
    pub(super) fn release(&mut self) {
        let held = self.inpaint.held.take();
        if let (Some(Held::Brush { inverted }), Some(editor)) = (held, &mut self.inpaint.editor) {
            editor.down = false;
            editor.paints_observed ^= inverted;
        }
    }
}
