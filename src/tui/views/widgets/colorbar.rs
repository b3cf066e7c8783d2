//! The scale of a picture: its colours from the least to the greatest value, with both values.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{Colormap, Picture, Range, color_bar, significant};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::{image, text};

/// The least columns of the colours for which the ends keep their digits.
const LEAST: u16 = 3;

/// Draws "least ▇▇▇▇ greatest" in the first line of `area`, the colours at most `most` columns wide: the ends with three digits, or
/// with as many as leave room for the colours.
pub fn draw(buffer: &mut Buffer, area: Rect, colormap: Colormap, range: Range, most: u16, theme: Theme) {
    let line = Rect { height: area.height.min(1), ..area };
    let ends = |digits| [range.low, range.high].map(|end| format!(" {} ", significant(end, digits)));
    let room = |[low, high]: &[String; 2]| {
        line.width.saturating_sub(text::width(low, theme) + text::width(high, theme)).min(most)
    };
    let with = |digits| Some(ends(digits)).filter(|ends| room(ends) >= LEAST.min(most));
    let Some(ends) = with(3).or_else(|| with(2)).or_else(|| with(1)) else {
        text::put(buffer, line, 0, 0, &ends(1).concat(), Role::Dim, theme);
        return;
    };
    let (room, [low, high]) = (room(&ends), ends);
    let column = text::put(buffer, line, 0, 0, &low, Role::Dim, theme);
    let bar = color_bar(colormap, range, usize::from(room), 2);
    let place = Rect { x: line.x + column, width: room, ..line };
    image::draw(buffer, place, &bar, 1, (0, 0), theme);
    text::put(buffer, line, 0, column + room, &high, Role::Dim, theme);
}

/// Draws the scale of a picture at the right end of a heading whose title is `title` columns wide: "Σ₂ −0.012 ▇▇▇▇ 0.045".
pub fn draw_in_heading(
    buffer: &mut Buffer,
    heading: Rect,
    title: u16,
    name: &str,
    picture: &Picture,
    theme: Theme,
) {
    const WIDTH: u16 = 30;
    let room = heading.width.saturating_sub(title + 6);
    let width = WIDTH.min(room);
    let place = Rect {
        x: heading.right().saturating_sub(width + 1),
        width,
        height: heading.height.min(1),
        ..heading
    };
    let end = text::put(buffer, place, 0, 0, name, Role::Text, theme);
    let bar = Rect { x: place.x + end.min(width), width: width.saturating_sub(end), ..place };
    draw(buffer, bar, picture.colormap, picture.range, 12, theme);
}
