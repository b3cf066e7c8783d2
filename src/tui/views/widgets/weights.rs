//! Weights of components, and posterior probabilities, with bars.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{bars, text};
use crate::show::{fixed, subscript};
use crate::tui::theme::{Role, Theme};

/// Writes "r₁  ▆▆▆▆▆  0.312", the posterior probability of a component, over the width of `line`.
pub fn draw(buffer: &mut Buffer, line: Rect, component: usize, probability: f64, theme: Theme) {
    const NAME: u16 = 5;
    const NUMBER: u16 = 6;
    text::put(buffer, line, 0, 0, &format!("r{}", subscript(component + 1)), Role::Accent, theme);
    let bar = bars::bar(probability, usize::from(line.width.saturating_sub(NAME + NUMBER)));
    text::put(buffer, line, 0, NAME, &bar, Role::Bar, theme);
    text::right(buffer, line, 0, &fixed(probability, 3), Role::Text, theme);
}
