//! A value between two ends, set by keys or by the mouse.
//!
//! ```text
//! observed   0 % ━━━━━━●────────────────────── 100 %   20 %, 156 pixels
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::text;

/// A slider.
#[derive(Debug, Clone, PartialEq)]
pub struct Slider {
    /// The name of the value.
    pub label: &'static str,
    /// The least value, as text.
    pub low: String,
    /// The greatest value, as text.
    pub high: String,
    /// The value, as text.
    pub value: String,
    /// The position of the knob, from 0 to 1.
    pub position: f64,
}

/// Columns for the label, so that sliders under each other begin in one column.
const LABEL: u16 = 10;
/// Columns for the value.
const VALUE: u16 = 24;

impl Slider {
    /// The cells of the track when the slider has `area`.
    pub fn track(&self, area: Rect, theme: Theme) -> Rect {
        let before = LABEL + text::width(&self.low, theme) + 1;
        let after = 1 + text::width(&self.high, theme) + 2 + VALUE;
        Rect {
            x: area.x.saturating_add(before),
            width: area.width.saturating_sub(before.saturating_add(after)).min(101),
            height: area.height.min(1),
            ..area
        }
        .intersection(area)
    }

    /// Draws the slider in the first line of `area`.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: Theme) {
        let line = Rect { height: area.height.min(1), ..area };
        let track = self.track(line, theme);
        text::put(buffer, line, 0, 0, self.label, Role::Dim, theme);
        text::put(buffer, line, 0, LABEL, &self.low, Role::Dim, theme);
        let knob = usize::from(track.width.saturating_sub(1)) as f64 * self.position.clamp(0.0, 1.0);
        let knob = knob.round() as usize;
        let rest = usize::from(track.width).saturating_sub(knob + 1);
        text::put(buffer, track, 0, 0, &"━".repeat(knob), Role::Accent, theme);
        text::put(buffer, track, 0, knob as u16, "●", Role::Accent, theme);
        text::put(buffer, track, 0, knob as u16 + 1, &"─".repeat(rest), Role::Dim, theme);
        let after = track.right().saturating_sub(line.x) + 1;
        let end = text::put(buffer, line, 0, after, &self.high, Role::Dim, theme);
        text::put(buffer, line, 0, end + 2, &self.value, Role::Title, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::hits::{Hits, Target};
    use crate::tui::theme::{Depth, Glyphs};

    const THEME: Theme = Theme::dark(Depth::Indexed, Glyphs::Unicode);

    fn slider(position: f64) -> Slider {
        Slider { label: "observed", low: "0 %".into(), high: "100 %".into(), value: "x".into(), position }
    }

    fn shown(slider: &Slider, width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        slider.draw(&mut buffer, area, THEME);
        (0..width).map(|x| buffer[(x, 0)].symbol().to_owned()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn the_knob_stands_where_the_value_is() {
        assert_eq!(shown(&slider(0.0), 57), "observed  0 % ●────────── 100 %  x");
        assert_eq!(shown(&slider(0.5), 57), "observed  0 % ━━━━━●───── 100 %  x");
        assert_eq!(shown(&slider(1.0), 57), "observed  0 % ━━━━━━━━━━● 100 %  x");
        assert_eq!(shown(&slider(f64::NAN), 57), "observed  0 % ●────────── 100 %  x");
    }

    #[test]
    fn a_click_sets_what_is_then_shown() {
        let area = Rect::new(3, 5, 90, 1);
        let track = slider(0.0).track(area, THEME);
        let mut hits = Hits::default();
        hits.note_slider(area, track, Target::Slider);
        for x in track.x..track.right() {
            let Some(Target::Slider(position)) = hits.at(x, 5) else { panic!("column {x}") };
            let mut buffer = Buffer::empty(Rect::new(0, 0, 100, 10));
            slider(position).draw(&mut buffer, area, THEME);
            assert_eq!(buffer[(x, 5)].symbol(), "●", "column {x}");
        }
        assert_eq!((hits.slider_near(0), hits.slider_near(99)), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn no_width_is_too_small() {
        for width in 0..60 {
            let area = Rect::new(0, 0, width, 1);
            let track = slider(0.3).track(area, THEME);
            assert_eq!(track.intersection(area), track);
            shown(&slider(0.3), width);
        }
    }
}
