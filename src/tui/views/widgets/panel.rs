//! Panels: a border with a title, a remark and the views there are; rules where there is no room for borders; and
//! rectangles cut into parts.
//!
//! ```text
//! ╭▸ title ←→ ─────────────── remark ─ value│change│zoom ─╮      the focused one; the view that is shown is reversed
//! │ ...                                                    │
//! ╰────────────────────────────────────────────────────────╯
//! ── title ──────────────────────────── remark ─ value│change ─   on a small screen
//! ```

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::hits::{Hits, Target};
use crate::tui::theme::{Role, Theme};
use crate::tui::views::widgets::text;

/// The least screen on which panels have borders.
const BORDERED: (u16, u16) = (100, 30);

/// A part of a tab.
#[derive(Debug, Clone, Copy, Default)]
pub struct Panel<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What is said of it at the right, in plain text.
    pub remark: &'a str,
    /// The views that it can show.
    pub views: &'a [&'a str],
    /// The index of the view that it shows.
    pub view: usize,
    /// Whether the arrow keys act in it.
    pub focus: bool,
}

/// Whether panels have borders on a screen of this size.
pub fn bordered((width, height): (u16, u16)) -> bool {
    width >= BORDERED.0 && height >= BORDERED.1
}

/// The inside of a panel that has `area` of a screen.
pub fn inner(area: Rect, screen: (u16, u16)) -> Rect {
    match bordered(screen) && area.height > 2 && area.width > 4 {
        true => Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 },
        false => below(area, 1),
    }
}

/// The lines and columns of a panel beyond its inside.
pub fn around(screen: (u16, u16)) -> (u16, u16) {
    if bordered(screen) { (2, 4) } else { (1, 0) }
}

impl Panel<'_> {
    /// Draws border and title; returns the inside.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: Theme) -> Rect {
        self.draw_with(buffer, area, theme, &mut Hits::default())
    }

    /// As [`draw`](Self::draw), and notes where each view is chosen.
    pub fn draw_with(&self, buffer: &mut Buffer, area: Rect, theme: Theme, hits: &mut Hits) -> Rect {
        let screen = (buffer.area.width, buffer.area.height);
        let inside = inner(area, screen);
        if area.height == 0 {
            return inside;
        }
        let boxed = inside.x > area.x;
        let role = if self.focus { Role::Focus } else { Role::Border };
        let (left, right) = if boxed { ("╭", "╮") } else { ("─", "─") };
        let rule = "─".repeat(usize::from(area.width.saturating_sub(2)));
        text::put(buffer, area, 0, 0, &format!("{left}{rule}{right}"), role, theme);
        if self.focus {
            text::put(buffer, area, 0, 1, "▸", role, theme);
        }
        if boxed {
            for row in 1..area.height - 1 {
                text::put(buffer, area, row, 0, "│", role, theme);
                text::put(buffer, area, row, area.width - 1, "│", role, theme);
            }
            text::put(buffer, area, area.height - 1, 0, &format!("╰{rule}╯"), role, theme);
        }
        let top = Rect { width: area.width.saturating_sub(2), ..area };
        let title = if self.focus { Role::FocusTitle } else { Role::Title };
        let name = format!(" {} ", self.title);
        clear(buffer, Rect { x: top.x + 2.min(top.width), width: text::width(&name, theme), ..top });
        let free = text::put(buffer, top, 0, 2, &name, title, theme);
        let (views, remark) = self.choice(top.width.saturating_sub(free), theme);
        let begin = self.draw_views(buffer, top, &views, theme, hits);
        if remark {
            let remark = format!(" {} ", self.remark);
            let column = (begin - u16::from(begin < top.width)).saturating_sub(text::width(&remark, theme));
            text::put(buffer, top, 0, column, &remark, Role::Dim, theme);
        }
        inside
    }

    /// The views that are shown in so many columns (all, or as many on either side of that in force as there is room for), and whether
    /// the remark is: all of it, where it fits; else the other views go before the remark.
    fn choice(&self, room: u16, theme: Theme) -> (Range<usize>, bool) {
        let remark = if self.remark.is_empty() { 0 } else { text::width(self.remark, theme) + 3 };
        let all = 0..self.views.len();
        let view = self.view.min(all.end.saturating_sub(1));
        let one = view..view + 1;
        let (wide, least) = (self.width(&all, theme), self.width(&one, theme));
        let has_remark = remark > 0 && (wide + remark <= room || wide > room && least + remark <= room);
        let room = if has_remark { room - remark } else { room };
        if wide <= room {
            return (all, has_remark);
        }
        let mut shown = if least <= room { one } else { 0..0 };
        while !shown.is_empty() {
            let after = shown.start..(shown.end + 1).min(all.end);
            let before = shown.start.saturating_sub(1)..shown.end;
            let wider = [after, before]
                .into_iter()
                .find(|wider| *wider != shown && self.width(wider, theme) + self.marks(wider) <= room);
            let Some(wider) = wider else { break };
            shown = wider;
        }
        (shown, has_remark)
    }

    /// Columns of the names of some views.
    fn width(&self, shown: &Range<usize>, theme: Theme) -> u16 {
        let names = self.views.get(shown.clone()).unwrap_or_default();
        names.iter().map(|name| text::width(name, theme) + 3).sum()
    }

    /// Columns of the marks that say that there are more before or behind several.
    fn marks(&self, shown: &Range<usize>) -> u16 {
        let cut = u16::from(shown.start > 0) + u16::from(shown.end < self.views.len());
        if shown.len() > 1 { 2 * cut } else { 0 }
    }

    /// Draws views at the right end of `line`; the column where they begin.
    fn draw_views(
        &self,
        buffer: &mut Buffer,
        line: Rect,
        shown: &Range<usize>,
        theme: Theme,
        hits: &mut Hits,
    ) -> u16 {
        if shown.is_empty() {
            return line.width;
        }
        let columns = self.width(shown, theme) + self.marks(shown);
        let begin = line.width.saturating_sub(columns.saturating_sub(1));
        let is_marked = self.marks(shown) > 0;
        let before = (shown.start > 0 && is_marked).then(|| (shown.start - 1, "…".to_owned()));
        let behind = (shown.end < self.views.len() && is_marked).then(|| (shown.end, "…".to_owned()));
        let names = shown.clone().map(|index| (index, format!(" {} ", self.views[index])));
        let mut column = begin;
        for (index, name) in before.into_iter().chain(names).chain(behind) {
            if column > begin {
                column = text::put(buffer, line, 0, column, "│", Role::Border, theme);
            }
            let rect = Rect { x: line.x + column, width: text::width(&name, theme), height: 1, ..line };
            // Where it stands alone, a click shows the next one.
            let target = if shown.len() > 1 { index } else { (index + 1) % self.views.len() };
            hits.note(rect.intersection(line), Target::View(target));
            clear(buffer, rect.intersection(line));
            let role = if index == self.view { Role::Selected } else { Role::Text };
            column = text::put(buffer, line, 0, column, &name, role, theme);
        }
        begin
    }
}

/// Takes the colour of the border out of the first line of `rect`.
fn clear(buffer: &mut Buffer, rect: Rect) {
    let line = Rect { height: 1, ..rect }.intersection(buffer.area);
    line.positions().for_each(|position| {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    });
}

/// Draws "── title ─────" in the first line of `area`; returns the lines below it.
pub fn heading(buffer: &mut Buffer, area: Rect, title: &str, theme: Theme) -> Rect {
    heading_with(buffer, area, title, "", theme)
}

/// As [`heading`], with the first of `titles` that has room in the rule; else the last one without a rule. The lines below it, and
/// the title that it has.
pub fn heading_of<'a>(buffer: &mut Buffer, area: Rect, titles: &[&'a str], theme: Theme) -> (Rect, &'a str) {
    if let Some(title) = titles.iter().find(|title| text::width(title, theme) + 4 <= area.width) {
        return (heading(buffer, area, title, theme), title);
    }
    let title = titles.last().copied().unwrap_or_default();
    text::put(buffer, area, 0, 0, title, Role::Title, theme);
    (below(area, 1), title)
}

/// As [`heading`], with a remark in plain text at the right end of the rule.
pub fn heading_with(buffer: &mut Buffer, area: Rect, title: &str, remark: &str, theme: Theme) -> Rect {
    let rule = "─".repeat(usize::from(area.width));
    text::put(buffer, area, 0, 0, &rule, Role::Border, theme);
    let name = format!(" {title} ");
    clear(buffer, Rect { x: area.x + 2, width: text::width(&name, theme), ..area }.intersection(area));
    text::put(buffer, area, 0, 2, &name, Role::Title, theme);
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
