//! Weights of components, with bars.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{bars, text};
use crate::show::fixed;
use crate::show::words::weight_name;
use crate::tui::theme::{Role, Theme};

/// Writes "π₁  ▆▆▆▆▆  0.312" over the width of `line`, with a bar that is full at `most`.
pub fn draw(buffer: &mut Buffer, line: Rect, component: usize, weight: f64, most: f64, theme: Theme) {
    const NAME: u16 = 5;
    const NUMBER: u16 = 6;
    text::put(buffer, line, 0, 0, &weight_name(component), Role::Accent, theme);
    let bar = bars::bar(weight / most, usize::from(line.width.saturating_sub(NAME + NUMBER)));
    text::put(buffer, line, 0, NAME, &bar, Role::Bar, theme);
    text::right(buffer, line, 0, &fixed(weight, 3), Role::Text, theme);
}
