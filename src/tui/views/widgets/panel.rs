//! Headings, and rectangles cut into parts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::text;

/// Draws "── title ─────" in the first line of `area`; returns the lines below it.
pub fn heading(buffer: &mut Buffer, area: Rect, title: &str, theme: Theme) -> Rect {
    heading_with(buffer, area, title, "", theme)
}

/// As [`heading`], with a remark in plain text at the right end of the rule.
pub fn heading_with(buffer: &mut Buffer, area: Rect, title: &str, remark: &str, theme: Theme) -> Rect {
    let rule = "─".repeat(usize::from(area.width));
    text::put(buffer, area, 0, 0, &rule, Role::Dim, theme);
    text::put(buffer, area, 0, 2, &format!(" {title} "), Role::Title, theme);
    if !remark.is_empty() {
        let remark = format!(" {remark} ");
        // The title takes precedence over the remark.
        let room = area.width.saturating_sub(text::width(title, theme) + 6);
        if text::width(&remark, theme) <= room {
            text::right(
                buffer,
                Rect { width: area.width.saturating_sub(1), ..area },
                0,
                &remark,
                Role::Dim,
                theme,
            );
        }
    }
    below(area, 1)
}

/// `area` without its first `lines`.
pub fn below(area: Rect, lines: u16) -> Rect {
    let lines = lines.min(area.height);
    Rect { y: area.y + lines, height: area.height - lines, ..area }
}

/// The first `lines` of `area`, and the rest.
pub fn split_top(area: Rect, lines: u16) -> (Rect, Rect) {
    (Rect { height: lines.min(area.height), ..area }, below(area, lines))
}

/// `area` cut into `parts` columns of equal width with `gap` columns between them.
pub fn columns(area: Rect, parts: u16, gap: u16) -> impl Iterator<Item = Rect> {
    let parts = parts.max(1);
    let usable = area.width.saturating_sub(gap.saturating_mul(parts - 1));
    (0..parts).map(move |i| {
        let from = u32::from(usable) * u32::from(i) / u32::from(parts);
        let to = u32::from(usable) * (u32::from(i) + 1) / u32::from(parts);
        // Both are at most the area's width.
        let (from, to) = (from as u16, to as u16);
        Rect { x: area.x.saturating_add(from + gap.saturating_mul(i)), width: to - from, ..area }
            .intersection(area)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width() {
        let area = Rect::new(2, 0, 80, 5);
        let parts: Vec<Rect> = columns(area, 3, 2).collect();
        assert_eq!(parts.iter().map(|part| part.width).sum::<u16>(), 76);
        assert_eq!(parts[2].right(), area.right());
        let tiny = Rect::new(0, 0, 1, 1);
        assert!(columns(tiny, 3, 2).all(|part| part.intersection(tiny).area() == part.area()));
    }
}
