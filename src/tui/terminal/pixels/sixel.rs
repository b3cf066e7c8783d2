//! Sixel graphics (DEC; xterm, foot, mlterm, WezTerm, Windows Terminal): bands of six rows of pixels, colour by colour. The
//! terminal scales nothing: an image is sent at the size of the cells that it covers.

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use crate::tui::hits::Raster;

/// Asks for 256 colour registers, where the terminal has fewer at first (xterm as a VT340).
pub const REGISTERS: &[u8] = b"\x1b[?1;3;256S";

/// The most colours of an image.
const COLORS: usize = 256;

/// The image over `area`, of cells of so many pixels; the cursor is put back.
///
/// A band of six rows of the screen meets few rows of a raster that is enlarged: each of them is one pass over the columns, in
/// which runs of equal colours follow each other.
pub fn show(area: Rect, raster: &Raster, cell: (u16, u16)) -> Vec<u8> {
    let width = usize::from(area.width) * usize::from(cell.0);
    let height = usize::from(area.height) * usize::from(cell.1);
    let palette = Palette::of(raster);
    let mut out = format!("\x1b7\x1b[{};{}H\x1bP0;1;0q\"1;1;{width};{height}", area.y + 1, area.x + 1);
    for (color, [r, g, b]) in palette.colors.iter().enumerate() {
        out += &format!("#{color};2;{r};{g};{b}");
    }
    let row_of = |y: usize| (y * raster.height / height.max(1)).min(raster.height.saturating_sub(1));
    for top in (0..height).step_by(6) {
        let bottom = (top + 6).min(height);
        let (first, last) = (row_of(top), row_of(bottom - 1));
        for row in first..=last {
            // The rows of the band that show this row of the raster.
            let bits = (top..bottom).filter(|&y| row_of(y) == row).fold(0, |bits, y| bits | 1 << (y - top));
            if row > first {
                out.push('$');
            }
            let sixel = char::from(63 + bits as u8);
            for (color, length) in runs(raster, row, width, &palette) {
                out += &format!("#{color}");
                match length {
                    1..=3 => out.extend(std::iter::repeat_n(sixel, length)),
                    _ => out += &format!("!{length}{sixel}"),
                }
            }
        }
        out.push('-');
    }
    out += "\x1b\\\x1b8";
    out.into_bytes()
}

/// The colours of a row over `width` pixels of the screen: runs of equal ones.
fn runs(raster: &Raster, row: usize, width: usize, palette: &Palette) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for column in 0..raster.width {
        // The pixels x of the screen with x * columns / width = column.
        let begin = |column: usize| (column * width).div_ceil(raster.width);
        let length = begin(column + 1) - begin(column);
        let color = palette.index(raster.at(column, row));
        match runs.last_mut() {
            _ if length == 0 => {}
            Some(last) if last.0 == color => last.1 += length,
            _ => runs.push((color, length)),
        }
    }
    runs
}

/// The colours of an image, in percent, as few as there are registers.
struct Palette {
    colors: Vec<[u8; 3]>,
    known: BTreeMap<[u8; 3], usize>,
    /// Percents that are taken for equal.
    step: u8,
}

impl Palette {
    fn of(raster: &Raster) -> Self {
        let steps = [1, 2, 4, 8, 16, 34];
        let all = steps.map(|step| Self::with_step(raster, step));
        let fallback = Self { colors: vec![[0; 3]], known: BTreeMap::new(), step: 100 };
        all.into_iter().find(|palette| palette.colors.len() <= COLORS).unwrap_or(fallback)
    }

    fn with_step(raster: &Raster, step: u8) -> Self {
        let mut palette = Self { colors: Vec::new(), known: BTreeMap::new(), step };
        for &pixel in &raster.pixels {
            let color = palette.percents(pixel);
            let next = palette.colors.len();
            if *palette.known.entry(color).or_insert(next) == next {
                palette.colors.push(color);
            }
        }
        palette
    }

    fn percents(&self, pixel: [u8; 3]) -> [u8; 3] {
        let half = u16::from(self.step) / 2;
        pixel.map(|value| {
            let percent = (u16::from(value) * 100 + 127) / 255;
            let step = u16::from(self.step);
            // At most 100, so that it fits.
            ((percent + half) / step * step).min(100) as u8
        })
    }

    fn index(&self, pixel: [u8; 3]) -> usize {
        self.known.get(&self.percents(pixel)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal shows of sixel data: percents by row and column.
    fn shown(sent: &str, width: usize, height: usize) -> Vec<Vec<Option<[u8; 3]>>> {
        let data = &sent[sent.find('q').unwrap() + 1..sent.find("\x1b\\").unwrap()];
        let mut screen = vec![vec![None; width]; height.div_ceil(6) * 6];
        let mut registers: BTreeMap<usize, [u8; 3]> = BTreeMap::new();
        let (mut x, mut y, mut color, mut times) = (0, 0, 0, 1);
        let mut rest = data;
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(rest.len());
            let numbers: Vec<usize> = rest[..end].split(';').filter_map(|part| part.parse().ok()).collect();
            match c {
                '"' => assert_eq!(numbers, [1, 1, width, height]),
                '#' if numbers.len() == 5 => {
                    registers.insert(numbers[0], [2, 3, 4].map(|at| numbers[at] as u8));
                }
                '#' => color = numbers[0],
                '!' => times = numbers[0],
                '$' => x = 0,
                '-' => (x, y) = (0, y + 6),
                '?'..='~' => {
                    for _ in 0..std::mem::replace(&mut times, 1) {
                        for bit in (0..6).filter(|bit| (c as u8 - 63) >> bit & 1 == 1) {
                            screen[y + bit][x] = Some(registers[&color]);
                        }
                        x += 1;
                    }
                    continue;
                }
                other => panic!("{other:?}"),
            }
            rest = &rest[end..];
        }
        screen
    }

    #[test]
    fn every_pixel_of_the_screen_shows_the_nearest_of_the_raster() {
        // Enlarged by no whole number, shrunk, and at its own size.
        for ((columns, rows), (width, height), cell) in
            [((14, 7), (28, 28), (9, 19)), ((3, 2), (28, 30), (4, 7)), ((7, 3), (28, 24), (4, 8))]
        {
            let pixels = (0..width * height).map(|at| [(at * 7 % 256) as u8, (at % 90) as u8, 30]).collect();
            let raster = Raster { width, height, pixels };
            let area = Rect::new(4, 2, columns, rows);
            let sent = String::from_utf8(show(area, &raster, cell)).unwrap();
            assert!(sent.starts_with("\x1b7\x1b[3;5H\x1bP") && sent.ends_with("\x1b\\\x1b8"));
            let (across, down) = (usize::from(columns * cell.0), usize::from(rows * cell.1));
            let palette = Palette::of(&raster);
            let screen = shown(&sent, across, down);
            for (y, line) in screen.iter().take(down).enumerate() {
                for (x, found) in line.iter().enumerate() {
                    let pixel = raster.at(x * width / across, y * height / down);
                    assert_eq!(*found, Some(palette.percents(pixel)), "({x}, {y})");
                }
            }
        }
    }

    #[test]
    fn colours_are_as_many_as_there_are_registers() {
        let pixels: Vec<[u8; 3]> =
            (0..64 * 64).map(|at| [(at % 64 * 4) as u8, (at / 64 * 4) as u8, 128]).collect();
        let palette = Palette::of(&Raster { width: 64, height: 64, pixels: pixels.clone() });
        assert!((64..=COLORS).contains(&palette.colors.len()), "{}", palette.colors.len());
        for pixel in pixels {
            let near = palette.colors[palette.index(pixel)];
            let apart = |at: usize| (f64::from(near[at]) - f64::from(pixel[at]) / 2.55).abs();
            assert!((0..3).all(|at| apart(at) <= 5.0), "{pixel:?}: {near:?}");
        }
        let gray: Vec<[u8; 3]> = (0..=255u8).map(|gray| [gray; 3]).collect();
        let palette = Palette::of(&Raster { width: 256, height: 1, pixels: gray });
        assert_eq!(palette.colors.len(), 101, "every percent of gray");
    }
}
