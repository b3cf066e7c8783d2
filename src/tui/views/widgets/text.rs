//! Lines of text, cut off at the edge of their rectangle.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::tui::theme::{Role, Theme};

/// Writes `text` in line `row` of `area` from `column` on, in the style of `role`; returns the column after it.
pub fn put(
    buffer: &mut Buffer,
    area: Rect,
    row: u16,
    column: u16,
    text: &str,
    role: Role,
    theme: Theme,
) -> u16 {
    let area = area.intersection(buffer.area);
    if row >= area.height || column >= area.width {
        return column;
    }
    let room = usize::from(area.width - column);
    let (end, _) =
        buffer.set_stringn(area.x + column, area.y + row, theme.text(text), room, theme.style(role));
    end.saturating_sub(area.x)
}

/// Writes pieces one after the other; returns the column after the last.
pub fn pieces(buffer: &mut Buffer, area: Rect, row: u16, pieces: &[(&str, Role)], theme: Theme) -> u16 {
    pieces.iter().fold(0, |column, (text, role)| put(buffer, area, row, column, text, *role, theme))
}

/// Writes `text` so that it ends at the right edge of line `row`; returns the column where it begins.
pub fn right(buffer: &mut Buffer, area: Rect, row: u16, text: &str, role: Role, theme: Theme) -> u16 {
    let column = area.width.saturating_sub(width(text, theme));
    put(buffer, area, row, column, text, role, theme);
    column
}

/// Writes `text` in the middle of line `row`.
pub fn center(buffer: &mut Buffer, area: Rect, row: u16, text: &str, role: Role, theme: Theme) {
    let column = area.width.saturating_sub(width(text, theme)) / 2;
    put(buffer, area, row, column, text, role, theme);
}

/// The columns that `text` takes.
pub fn width(text: &str, theme: Theme) -> u16 {
    columns(&theme.text(text))
}

/// `text` broken between words into lines of at most `width` columns; longer words are cut.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let room = width.saturating_sub(usize::from(columns(&line)));
            if !line.is_empty() && usize::from(columns(word)) + 1 > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// Columns that `text` takes, as ratatui counts them.
fn columns(text: &str) -> u16 {
    u16::try_from(Span::raw(text).width()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("a\nb", 7), ["a", "b"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrapped("a b", 0), ["a", "b"]);
    }
}
