//! How finely a cell is divided when a picture is shown below its native size.

use ratatui::symbols::pixel::{OCTANTS, QUADRANTS, SEXTANTS};

/// The glyphs of pictures that are shrunk. At native size and above, half blocks are exact, and always taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Blocks {
    /// One pixel above another, each in its own colour.
    #[default]
    Half,
    /// 2 x 2 pixels in two colours; every font has them.
    Quadrant,
    /// 2 x 3 pixels in two colours (Unicode 13).
    Sextant,
    /// 2 x 4 pixels in two colours (Unicode 16): many fonts do not have them yet.
    Octant,
}

impl Blocks {
    /// "half blocks", "quadrants", ...
    pub fn name(self) -> &'static str {
        match self {
            Self::Half => "half blocks",
            Self::Quadrant => "quadrants",
            Self::Sextant => "sextants",
            Self::Octant => "octants, which need a font with Unicode 16",
        }
    }

    /// The next finer ones, in a circle.
    pub fn next(self) -> Self {
        match self {
            Self::Half => Self::Quadrant,
            Self::Quadrant => Self::Sextant,
            Self::Sextant => Self::Octant,
            Self::Octant => Self::Half,
        }
    }

    /// Columns and rows of pixels in a cell.
    pub fn grid(self) -> (usize, usize) {
        match self {
            Self::Half => (1, 2),
            Self::Quadrant => (2, 2),
            Self::Sextant => (2, 3),
            Self::Octant => (2, 4),
        }
    }

    /// The glyph whose foreground covers the pixels of `pattern`: bit i is pixel i of the cell, row by row.
    pub fn glyph(self, pattern: u8) -> char {
        let table: &[char] = match self {
            Self::Half => &[' ', '▀', '▄', '█'],
            Self::Quadrant => &QUADRANTS,
            Self::Sextant => &SEXTANTS,
            Self::Octant => &OCTANTS,
        };
        table.get(usize::from(pattern)).copied().unwrap_or(' ')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_row_by_row_from_the_upper_left() {
        for (blocks, left, right, upper) in [
            (Blocks::Quadrant, 0b0101, 0b1010, 0b0011),
            (Blocks::Sextant, 0b01_0101, 0b10_1010, 0b00_0011),
            (Blocks::Octant, 0b0101_0101, 0b1010_1010, 0b0000_1111),
        ] {
            assert_eq!([blocks.glyph(left), blocks.glyph(right)], ['▌', '▐'], "{blocks:?}");
            let expected = if blocks == Blocks::Sextant { '🬂' } else { '▀' };
            assert_eq!(blocks.glyph(upper), expected, "{blocks:?}");
            let (columns, rows) = blocks.grid();
            assert_eq!(blocks.glyph(u8::MAX >> (8 - columns * rows)), '█');
            assert_eq!(blocks.glyph(0), ' ');
        }
    }

    #[test]
    fn every_pattern_has_a_glyph_of_its_own_and_one_cell() {
        for blocks in [Blocks::Half, Blocks::Quadrant, Blocks::Sextant, Blocks::Octant] {
            let (columns, rows) = blocks.grid();
            let glyphs: Vec<char> =
                (0..1u16 << (columns * rows)).map(|pattern| blocks.glyph(pattern as u8)).collect();
            let distinct: std::collections::BTreeSet<_> = glyphs.iter().collect();
            assert_eq!(distinct.len(), glyphs.len(), "{blocks:?}");
            for glyph in glyphs {
                assert_eq!(ratatui::text::Span::raw(glyph.to_string()).width(), 1, "{glyph:?}");
            }
        }
    }

    #[test]
    fn they_form_a_circle() {
        let start = Blocks::default();
        assert_eq!(start.next().next().next().next(), start);
    }
}
