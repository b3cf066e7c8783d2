//! A colour bar: which value each colour stands for.

use super::{Canvas, Color, Raster, Rect, Stroke, Style, Text};
use crate::show::{self, Colormap, Range};

const SIZE: f64 = 7.5;

/// The least height at which the ticks are apart, in points.
pub const LEAST_BAR: f64 = 44.0;

/// Height of the arrow that stands for the values beyond an end.
const ARROW: f64 = 8.0;

/// The ends of the scale that values lie beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// Below the lower end.
    pub below: bool,
    /// Above the upper end.
    pub above: bool,
}

impl Beyond {
    /// No value is beyond the ends.
    pub const NEITHER: Self = Self { below: false, above: false };

    /// Which ends of the range some of the values are beyond.
    pub fn of<'a>(values: impl Iterator<Item = &'a f64>, range: Range) -> Self {
        values.fold(Self::NEITHER, |beyond, &value| Self {
            below: beyond.below || value < range.low,
            above: beyond.above || value > range.high,
        })
    }
}

/// Draws a vertical colour bar at the left of the rectangle, with ticks and, beyond them, the label; an arrow at each end
/// that values lie beyond.
pub fn colorbar(
    canvas: &mut Canvas<'_>,
    area: &Rect,
    colormap: Colormap,
    range: Range,
    beyond: Beyond,
    label: &str,
) {
    const STEPS: usize = 256;
    let arrow = |is: bool| if is { ARROW } else { 0.0 };
    let bar = Rect::new(area.x, area.y, 10.0_f64.min(area.width), area.height).inset(
        0.0,
        arrow(beyond.above),
        0.0,
        arrow(beyond.below),
    );
    let tip = |from: f64, to: f64, at: f64| {
        let [red, green, blue] = colormap.rgb(at);
        let corners = [(bar.x, from), (bar.right(), from), (bar.x + bar.width / 2.0, to)];
        (corners, Color(red, green, blue))
    };
    for (is, (corners, color)) in [
        (beyond.above, tip(bar.y, bar.y - ARROW, 1.0)),
        (beyond.below, tip(bar.bottom(), bar.bottom() + ARROW, 0.0)),
    ] {
        if is {
            canvas.fill_polygon(&corners, color);
        }
    }
    let color = |row: usize| colormap.rgb((STEPS - 1 - row) as f64 / (STEPS - 1) as f64);
    canvas.image(&bar, &Raster::from_fn(1, STEPS, |_, row| color(row)));
    let ticks = show::ticks(range.low, range.high, ((bar.height / 21.0) as usize).clamp(2, 9));
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
