//! The six tabs. Each draws what exists of its task, and says what is still to come.

pub mod components;
pub mod data;
pub mod em_chart;
pub mod fit;
pub mod inpaint;
pub mod parameters;
pub mod samples;
pub mod transform;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, Tab};
use super::theme::{Role, Theme};
use super::widgets::{bars, text};
use crate::show::fixed;
use crate::study::Stage;

/// Draws the tab in front.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    match app.tab {
        Tab::Transform => transform::draw(app, buffer, area),
        Tab::Data => data::draw(app, buffer, area),
        Tab::Fit => fit::draw(app, buffer, area),
        Tab::Components => components::draw(app, buffer, area),
        Tab::Samples => samples::draw(app, buffer, area),
        Tab::Inpaint => inpaint::draw(app, buffer, area),
    }
}

/// The stage whose end completes a tab.
pub fn stage(tab: Tab) -> Stage {
    match tab {
        Tab::Transform => Stage::Transform,
        Tab::Data => Stage::Data,
        Tab::Fit | Tab::Components => Stage::Em,
        Tab::Samples => Stage::Samples,
        Tab::Inpaint => Stage::Inpaint,
    }
}

/// Writes "π₁  ▆▆▆▆▆  0.312" over the width of `line`, the bar full at `most`.
pub fn weight_line(buffer: &mut Buffer, line: Rect, component: usize, weight: f64, most: f64, theme: Theme) {
    const NAME: u16 = 5;
    const NUMBER: u16 = 6;
    text::put(buffer, line, 0, 0, &weight_name(component), Role::Accent, theme);
    let bar = bars::bar(weight / most, usize::from(line.width.saturating_sub(NAME + NUMBER)));
    text::put(buffer, line, 0, NAME, &bar, Role::Bar, theme);
    text::right(buffer, line, 0, &fixed(weight, 3), Role::Text, theme);
}

/// "π₁", counted from 1 as people do.
pub fn weight_name(component: usize) -> String {
    format!("π{}", subscript(component + 1))
}

/// A number in subscript digits.
pub fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(10).and_then(|digit| DIGITS.get(digit as usize)))
        .collect()
}

/// A setting as one types it: "0.001", "1e-6".
pub fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

/// A count with commas between thousands: "1,538,600".
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_reading() {
        assert_eq!([0, 9].map(weight_name), ["π₁", "π₁₀"]);
        assert_eq!([0, 999, 1000, 1_542_524].map(grouped), ["0", "999", "1,000", "1,542,524"]);
        assert_eq!([0.0, 1e-3, 1e-6, 2.5e-7].map(short), ["0", "0.001", "1e-6", "2.5e-7"]);
    }
}
