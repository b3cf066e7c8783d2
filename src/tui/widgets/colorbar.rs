//! The scale of a picture: its colours from least to greatest, with numbers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::theme::{Role, Theme};
use super::{image, text};
use crate::show::{Colormap, Range, color_bar, significant};

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
