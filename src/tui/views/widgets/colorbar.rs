//! The scale of a picture: its colours from the least to the greatest value, with both values.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::{Colormap, Picture, Range, color_bar, significant};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::{image, text};

/// The least columns of the colours for which the ends keep their digits.
const LEAST: u16 = 3;

/// Draws "least ▇▇▇▇ greatest" in the first line of `area`, the colours at most `most` columns wide: the ends with three digits, or
/// with as many as leave room for the colours. Where there is none, the ends alone, and where not even these fit, the
/// greatest.
pub fn draw(buffer: &mut Buffer, area: Rect, colormap: Colormap, range: Range, most: u16, theme: Theme) {
    let line = Rect { height: area.height.min(1), ..area };
    let ends = |digits| [range.low, range.high].map(|end| format!(" {} ", significant(end, digits)));
    let room = |[low, high]: &[String; 2]| {
        line.width.saturating_sub(text::width(low, theme) + text::width(high, theme)).min(most)
    };
    let with = |digits| Some(ends(digits)).filter(|ends| room(ends) >= LEAST.min(most));
    let Some(ends) = with(3).or_else(|| with(2)).or_else(|| with(1)) else {
        // A number that is cut would be another one.
        let [low, high] = [range.low, range.high].map(|end| significant(end, 1));
        let sign = if range.low == -range.high { "±" } else { "to " };
        let texts = [format!("{low} {high}"), format!("{sign}{high}")];
        if let Some(text) = texts.iter().find(|text| text::width(text, theme) <= line.width) {
            text::put(buffer, line, 0, 0, text, Role::Dim, theme);
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture::THEME;

    #[test]
    fn no_end_is_cut() {
        for (low, high) in [(-1e-4, 7e-3), (5e-4, 8e-3), (-9e-5, 9e-5), (0.0, 0.0386), (-2e-300, 1e300)] {
            let whole = [low, high].map(|end| (1..=3).map(move |digits| significant(end, digits)));
            let whole: Vec<String> = whole.into_iter().flatten().chain([significant(high, 1)]).collect();
            for width in 0..40 {
                let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 1));
                let area = Rect { width, ..buffer.area };
                draw(&mut buffer, area, Colormap::Viridis, Range { low, high }, 12, THEME);
                let line: String = buffer.content.iter().map(|cell| cell.symbol()).collect();
                let is_whole = |word: &str| whole.iter().any(|number| number == word);
                let words =
                    line.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_digit()));
                words.for_each(|word| {
                    assert!(
                        is_whole(word.trim_start_matches('±')),
                        "{word} of {low} to {high} in {width} columns"
                    )
                });
            }
        }
    }
}
