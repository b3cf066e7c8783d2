//! The scale of a picture: its colours from the least to the greatest value, with both values.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{Colormap, Picture, Range, color_bar, significant};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::{image, text};

/// Draws "least ▇▇▇▇ greatest" in the first line of `area`, the colours at most `most` columns wide.
pub fn draw(buffer: &mut Buffer, area: Rect, colormap: Colormap, range: Range, most: u16, theme: Theme) {
    let line = Rect { height: area.height.min(1), ..area };
    let (low, high) = (significant(range.low, 3), significant(range.high, 3));
    let column = text::put(buffer, line, 0, 0, &format!(" {low} "), Role::Dim, theme);
    let room = line.width.saturating_sub(column + text::width(&high, theme) + 2).min(most);
    if room == 0 {
        return;
    }
    let bar = color_bar(colormap, range, usize::from(room), 2);
    let place = Rect { x: line.x + column, width: room, ..line };
    image::draw(buffer, place, &bar, 1, (0, 0), theme);
    text::put(buffer, line, 0, column + room, &format!(" {high} "), Role::Dim, theme);
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
