//! Where the parts of the screen are.
//!
//! ```text
//! 1 Transform ✓  2 Data ✓  3 Fit ●  4 Components ·  5 Samples ·  6 Inpaint ·     tabs
//!
//!   the tab in front, or what is open above it                                   body
//!
//! ● EM, iteration 23 of at most 100 · NLL −612.38               a message        status
//! t theory  ? help  e export  s settings  Space pause  Tab next tab  q quit      hints
//! ```

use ratatui::layout::Rect;

use super::app::Tab;

/// The least size on which the dashboard is drawn.
pub const LEAST: (u16, u16) = (60, 16);

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// One line.
    pub tabs: Rect,
    /// All that is left.
    pub body: Rect,
    /// One line.
    pub status: Rect,
    /// One line.
    pub hints: Rect,
}

/// The parts of a screen of this size; empty rectangles where there is no room.
pub fn frame((width, height): (u16, u16)) -> Frame {
    let line = |y: u16| Rect { x: 0, y: y.min(height), width, height: u16::from(y < height) };
    Frame {
        tabs: line(0),
        body: Rect { x: 0, y: 1.min(height), width, height: height.saturating_sub(3) },
        status: line(height.saturating_sub(2).max(1)),
        hints: line(height.saturating_sub(1).max(2)),
    }
}

/// Whether a screen of this size is too small.
pub fn too_small((width, height): (u16, u16)) -> bool {
    width < LEAST.0 || height < LEAST.1
}

/// The rectangles of the tabs in the line `area`, each as wide as its title, number and mark.
pub fn tab_rects(area: Rect) -> [(Tab, Rect); 6] {
    // Whole titles with numbers, marks and a space between them take 70 columns; what is over goes between them.
    let gap = (area.width.saturating_sub(70) / 6).min(3);
    let mut x = area.x;
    Tab::ALL.map(|tab| {
        let letters = tab.title().len().min(if area.width < 70 { 5 } else { usize::MAX });
        let width = letters as u16 + 5 + gap;
        let rect = Rect { x, width, ..area }.intersection(area);
        x = x.saturating_add(width);
        (tab, rect)
    })
}

/// The tab under a cell.
pub fn tab_at(area: Rect, x: u16, y: u16) -> Option<Tab> {
    tab_rects(area).into_iter().find(|(_, rect)| rect.contains((x, y).into())).map(|(tab, _)| tab)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_tile_the_screen() {
        let frame = frame((80, 24));
        assert_eq!((frame.tabs.y, frame.body.y, frame.body.height), (0, 1, 21));
        assert_eq!((frame.status.y, frame.hints.y), (22, 23));
    }

    #[test]
    fn no_part_leaves_the_screen() {
        for width in 0..5 {
            for height in 0..5 {
                let screen = Rect::new(0, 0, width, height);
                let frame = frame((width, height));
                for part in [frame.tabs, frame.body, frame.status, frame.hints] {
                    assert_eq!(part.intersection(screen).area(), part.area(), "{width} x {height}: {part:?}");
                }
            }
        }
    }

    #[test]
    fn every_tab_can_be_clicked() {
        for width in [60, 80, 120, 200] {
            let area = Rect::new(0, 0, width, 1);
            for (tab, rect) in tab_rects(area) {
                assert!(rect.width >= 7, "{tab:?} at {width}: {rect:?}");
                assert_eq!(tab_at(area, rect.x + 1, 0), Some(tab));
            }
        }
    }
}
