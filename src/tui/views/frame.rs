//! The parts of the screen.
//!
//! ```text
//! gmmscope  5 Gaussians of 2,000 images, 28×28 · Fashion-MNIST      EM 4 of ≤ 100 ▰▰▰▱▱     about
//! 1 Transform ✓  2 Data ✓  3 Fit ●  4 Components ·  5 Samples ·  6 Restore ·     tabs
//!
//!   the tab in front, or what is open above it                                   body
//!
//! ● EM, iteration 23 of at most 100 · NLL −612.38               a message        status
//! t theory  ? help  e export  s settings  Space pause  Tab next tab  q quit      hints
//! ```

use ratatui::layout::Rect;

use crate::tui::tab::Tab;

/// The least size on which the dashboard is drawn.
pub const LEAST: (u16, u16) = (60, 16);

/// The parts of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What the program fits to which images, and how far it is: one line, empty on a low screen.
    pub about: Rect,
    /// One line.
    pub tabs: Rect,
    /// The rest.
    pub body: Rect,
    /// One line.
    pub status: Rect,
    /// One line.
    pub hints: Rect,
}

/// The least height with a line about the study.
const ABOUT: u16 = 20;

/// The parts of a screen of this size; empty rectangles where there is no room.
pub fn frame((width, height): (u16, u16)) -> Frame {
    let line = |y: u16| Rect { x: 0, y: y.min(height), width, height: u16::from(y < height) };
    let about = u16::from(height >= ABOUT);
    Frame {
        about: Rect { height: about, ..line(0) },
        tabs: line(about),
        body: Rect { x: 0, y: (1 + about).min(height), width, height: height.saturating_sub(3 + about) },
        status: line(height.saturating_sub(2).max(1)),
        hints: line(height.saturating_sub(1).max(2)),
    }
}

/// Whether a screen of this size is too small.
pub fn too_small((width, height): (u16, u16)) -> bool {
    width < LEAST.0 || height < LEAST.1
}

/// The rectangles of the tabs in the line `area`, each as wide as its title, number and mark.
pub fn tab_rects(area: Rect) -> impl Iterator<Item = (Tab, Rect)> {
    let with = |letters: usize| -> u16 {
        Tab::ALL.iter().map(|tab| tab.title().len().min(letters) as u16 + 5).sum()
    };
    // Titles are cut where they do not fit, the longest first; what is left over goes between the tabs.
    let letters = (3..20).rev().find(|&letters| with(letters) <= area.width).unwrap_or(2);
    let whole = with(letters);
    let gap = (area.width.saturating_sub(whole) / Tab::ALL.len() as u16).min(3);
    let width = move |tab: Tab| tab.title().len().min(letters) as u16 + 5;
    Tab::ALL.iter().scan(area.x, move |x, &tab| {
        let rect = Rect { x: *x, width: width(tab) + gap, ..area };
        *x = x.saturating_add(rect.width);
        Some((tab, rect.intersection(area)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_tile_the_screen() {
        let frame = frame((80, 24));
        assert_eq!((frame.about.y, frame.tabs.y, frame.body.y, frame.body.height), (0, 1, 2, 20));
        assert_eq!((frame.status.y, frame.hints.y), (22, 23));
    }

    #[test]
    fn no_part_leaves_the_screen() {
        for width in 0..5 {
            for height in 0..5 {
                let screen = Rect::new(0, 0, width, height);
                let frame = frame((width, height));
                for part in [frame.about, frame.tabs, frame.body, frame.status, frame.hints] {
                    assert_eq!(part.intersection(screen).area(), part.area(), "{width} x {height}: {part:?}");
                }
            }
        }
    }

    #[test]
    fn every_tab_has_room() {
        for width in [60, 80, 120, 200] {
            for (tab, rect) in tab_rects(Rect::new(0, 0, width, 1)) {
                assert!(rect.width >= 7, "{tab:?} at {width}: {rect:?}");
            }
        }
    }
}
