//! A colour bar: which value each colour stands for.

use super::{Canvas, Color, Raster, Rect, Stroke, Style, Text};
use crate::show::{self, Colormap, Range};

const SIZE: f64 = 7.5;

/// The least height at which the ticks are apart, in points.
pub const LEAST_BAR: f64 = 44.0;

/// Draws a vertical colour bar at the left of the rectangle, with ticks and, beyond them, the label.
pub fn colorbar(canvas: &mut Canvas<'_>, area: &Rect, colormap: Colormap, range: Range, label: &str) {
    const STEPS: usize = 256;
    let bar = Rect::new(area.x, area.y, 10.0_f64.min(area.width), area.height);
    let color = |row: usize| colormap.rgb((STEPS - 1 - row) as f64 / (STEPS - 1) as f64);
    canvas.image(&bar, &Raster::from_fn(1, STEPS, |_, row| color(row)));
    let ticks = show::ticks(range.low, range.high, ((area.height / 21.0) as usize).clamp(2, 9));
    let style = Style::new(SIZE).color(Color::SOFT);
    let mut widest = 0.0_f64;
    for (position, name) in ticks.positions.iter().zip(&ticks.labels) {
        let y = bar.bottom() - bar.height * range.position(*position);
        canvas.line((bar.right(), y), (bar.right() + 3.0, y), &Stroke::new(Color::INK, 0.8));
        let name = Text::plain(name);
        canvas.text_middle((bar.right() + 5.5, y), &name, &style);
        widest = widest.max(name.width(canvas.fonts(), &style));
    }
    let x = bar.right() + 5.5 + widest + 6.0 + SIZE;
    canvas.text((x, bar.center_y()), &Text::new(label), &Style::new(8.5).centered().vertical());
}
