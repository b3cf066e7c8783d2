//! Pictures finer than half blocks: four, six or eight pixels a cell, in the two colours that suit them best.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::show::Picture;
use crate::tui::theme::{Blocks, Theme};

/// Draws `picture` from the upper left corner of `area`, a cell of `blocks` for as many of its pixels. What does not
/// fit is cut off.
pub fn draw(buffer: &mut Buffer, area: Rect, picture: &Picture, blocks: Blocks, theme: Theme) {
    let area = area.intersection(buffer.area);
    let (columns, rows) = blocks.grid();
    let mut colors: Vec<[u8; 3]> = Vec::with_capacity(columns * rows);
    for row in 0..area.height {
        for column in 0..area.width {
            let (x, y) = (usize::from(column) * columns, usize::from(row) * rows);
            if x >= picture.width || y >= picture.height {
                continue;
            }
            colors.clear();
            // A cell that the picture fills in part repeats its last pixels.
            let clamped = |x: usize, y: usize| (x.min(picture.width - 1), y.min(picture.height - 1));
            for pixel in 0..columns * rows {
                let (x, y) = clamped(x + pixel % columns, y + pixel / columns);
                colors.push(picture.rgb(x, y));
            }
            let pair = best_pair(&colors);
            if let Some(cell) = buffer.cell_mut((area.x + column, area.y + row)) {
                cell.reset();
                let (front, back) = (theme.color(pair.front), theme.color(pair.back));
                // Two colours that the palette does not tell apart are one.
                if pair.pattern == 0 || front == back {
                    cell.set_symbol(" ").set_bg(back);
                } else {
                    cell.set_char(blocks.glyph(pair.pattern)).set_fg(front).set_bg(back);
                }
            }
        }
    }
}

/// Two colours for the pixels of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The pixels shown in the front colour: bit i is pixel i. Pixel 0 is never among them.
    pub pattern: u8,
    /// Their colour.
    pub front: [u8; 3],
    /// The colour of the others.
    pub back: [u8; 3],
}

/// The two colours, and the pixels shown in each, of least squared error in red, green and blue; for at most eight
/// pixels.
///
/// For a given division the best colours are the means of the two parts, and the error is
/// sum |c_i|^2 - |F|^2 / f - |B|^2 / b, with F and B the sums of the colours of the f and b pixels of the parts: the
/// division with the greatest |F|^2 / f + |B|^2 / b wins, the least pattern of equals. All 2^(n-1) divisions are
/// tried, each from the one before it by moving one pixel (a Gray code). Means are rounded to whole levels.
pub fn best_pair(colors: &[[u8; 3]]) -> Pair {
    let count = colors.len().min(8);
    let first = colors.first().copied().unwrap_or_default();
    if colors.iter().all(|color| *color == first) {
        return Pair { pattern: 0, front: first, back: first };
    }
    let mut back = Sum::default();
    colors.iter().take(count).for_each(|color| back.add(color, 1));
    let mut front = Sum::default();
    let mut pattern = 0u8;
    let (mut best, mut most) = ((0u8, front, back), back.score());
    for step in 1..1u32 << (count - 1) {
        // Pixel 0 stays behind: exchanging front and back gives the same picture.
        let pixel = step.trailing_zeros() as usize + 1;
        pattern ^= 1 << pixel;
        let sign = if pattern >> pixel & 1 == 1 { 1 } else { -1 };
        front.add(&colors[pixel], sign);
        back.add(&colors[pixel], -sign);
        let score = front.score() + back.score();
        if score > most || score == most && pattern < best.0 {
            (best, most) = ((pattern, front, back), score);
        }
    }
    let (pattern, front, back) = best;
    Pair { pattern, front: front.mean(), back: back.mean() }
}

/// The sum of some colours.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    channels: [i32; 3],
    count: i32,
}

impl Sum {
    fn add(&mut self, color: &[u8; 3], sign: i32) {
        for (sum, &channel) in self.channels.iter_mut().zip(color) {
            *sum += sign * i32::from(channel);
        }
        self.count += sign;
    }

    /// |S|^2 / n; 0 for no colour.
    fn score(&self) -> f64 {
        let squared: i32 = self.channels.iter().map(|sum| sum * sum).sum();
        if self.count == 0 { 0.0 } else { f64::from(squared) / f64::from(self.count) }
    }

    fn mean(&self) -> [u8; 3] {
        let count = self.count.max(1);
        // Whole numbers, rounded half up; a mean of bytes is a byte.
        self.channels.map(|sum| ((2 * sum + count) / (2 * count)) as u8)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::Color;

    use super::*;
    use crate::tui::theme::{Depth, Glyphs};

    /// The squared error of a division with the exact means of its parts.
    fn error(colors: &[[u8; 3]], pattern: usize) -> f64 {
        let part = |bit: usize| -> Vec<[f64; 3]> {
            let chosen = colors.iter().enumerate().filter(|(i, _)| pattern >> i & 1 == bit);
            chosen.map(|(_, color)| color.map(f64::from)).collect()
        };
        [part(0), part(1)]
            .iter()
            .flat_map(|part| (0..3).map(move |channel| (part, channel)))
            .map(|(part, channel)| {
                let mean = part.iter().map(|color| color[channel]).sum::<f64>() / part.len().max(1) as f64;
                part.iter().map(|color| (color[channel] - mean).powi(2)).sum::<f64>()
            })
            .sum()
    }

    proptest! {
        #[test]
        fn no_division_is_better(colors in prop::collection::vec(any::<[u8; 3]>(), 1..=8)) {
            let found = best_pair(&colors);
            let least = (0..1usize << colors.len()).map(|p| error(&colors, p)).fold(f64::INFINITY, f64::min);
            prop_assert!(error(&colors, usize::from(found.pattern)) <= least + 1e-6);
            prop_assert_eq!(found.pattern & 1, 0);
            for (i, color) in colors.iter().enumerate() {
                let shown = if found.pattern >> i & 1 == 1 { found.front } else { found.back };
                let other = if found.pattern >> i & 1 == 1 { found.back } else { found.front };
                let distance = |a: [u8; 3]| -> i32 { (0..3).map(|c| (i32::from(a[c]) - i32::from(color[c])).pow(2)).sum() };
                // Each pixel has the nearer of the two colours, but for their rounding.
                prop_assert!(found.pattern == 0 || f64::from(distance(shown)).sqrt() <= f64::from(distance(other)).sqrt() + 2.0);
            }
        }

        #[test]
        fn two_colours_are_shown_exactly(a: [u8; 3], b: [u8; 3], pattern: u8) {
            let colors: Vec<[u8; 3]> = (0..8).map(|i| if pattern >> i & 1 == 1 { a } else { b }).collect();
            let found = best_pair(&colors);
            for (i, color) in colors.iter().enumerate() {
                prop_assert_eq!(if found.pattern >> i & 1 == 1 { found.front } else { found.back }, *color);
            }
        }
    }

    #[test]
    fn means_are_rounded() {
        let pair = best_pair(&[[0; 3], [1; 3], [255; 3], [254; 3]]);
        assert_eq!(pair, Pair { pattern: 0b1100, front: [255; 3], back: [1; 3] });
        assert_eq!(best_pair(&[]), Pair { pattern: 0, front: [0; 3], back: [0; 3] });
    }

    #[test]
    fn a_picture_of_two_colours_comes_out_pixel_by_pixel() {
        let theme = Theme { blocks: Blocks::Octant, ..Theme::dark(Depth::True, Glyphs::Unicode) };
        // A diagonal edge.
        let values: Vec<f64> = (0..8 * 8).map(|i| f64::from(u8::from(i % 8 > i / 8))).collect();
        let picture = Picture::image(crate::data::ImageShape::new(8, 8), &values);
        for blocks in [Blocks::Quadrant, Blocks::Sextant, Blocks::Octant] {
            let (columns, rows) = blocks.grid();
            let area = Rect::new(0, 0, 8 / columns as u16, 8u16.div_ceil(rows as u16));
            let mut buffer = Buffer::empty(area);
            draw(&mut buffer, area, &picture, blocks, theme);
            for (i, value) in values.iter().enumerate() {
                let (x, y) = (i % 8, i / 8);
                let cell = &buffer[((x / columns) as u16, (y / rows) as u16)];
                let bit = (y % rows) * columns + x % columns;
                let glyph = cell.symbol().chars().next().unwrap();
                let pattern = (0..=255u8).find(|&pattern| blocks.glyph(pattern) == glyph).unwrap();
                let shown = if pattern >> bit & 1 == 1 { cell.fg } else { cell.bg };
                let level = (255.0 * value) as u8;
                assert_eq!(shown, Color::Rgb(level, level, level), "{blocks:?}: pixel {x}, {y}");
            }
        }
    }
}
