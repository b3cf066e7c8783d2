//! The picture of the README: two tabs of the real dashboard, read from the terminal emulator and written as SVG.
//!
//! `cargo test --test tui_pty picture -- --ignored` writes data/dashboard.svg anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::session::Session;

/// Pixels of a cell.
const CELL: (u32, u32) = (8, 16);
const SIZE: (u16, u16) = (120, 40);
const GROUND: &str = "#101418";
const INK: &str = "#d8dee4";

#[test]
#[ignore = "writes a file of the repository"]
fn the_picture_of_the_readme() {
    let mut session =
        Session::start(&["--held-out", "500", "--shrinkage", "60"], &[("COLORTERM", "truecolor")]);
    session.resize(SIZE.0, SIZE.1);
    session.expect("✓ done in");
    session.expect("held out (500)");
    let fit = drawn(session.seen().emulator.screen());
    session.press("6");
    session.expect("mean PSNR");
    session.press("v");
    session.expect_that("the draws", |screen| {
        screen.contents().contains("draw 2 (") && !screen.contents().contains("under way …")
    });
    // The rest of the frame.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let restored = drawn(session.seen().emulator.screen());
    let (width, height) = (u32::from(SIZE.0) * CELL.0, u32::from(SIZE.1) * CELL.1);
    let gap = CELL.1;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {whole}\" font-family=\"'DejaVu Sans Mono',Menlo,\
         Consolas,monospace\" font-size=\"13\">\n<rect width=\"{width}\" height=\"{whole}\" fill=\"{GROUND}\"/>\n{fit}\
         <g transform=\"translate(0 {below})\">\n{restored}</g>\n</svg>\n",
        whole = 2 * height + gap,
        below = height + gap,
    );
    assert!(svg.len() < 250_000, "{} bytes", svg.len());
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/data/dashboard.svg"), svg).unwrap();
    session.press("q");
    assert_eq!(session.ended(), 0);
}

/// The cells of a screen: rectangles of each colour as one path, then the text.
fn drawn(screen: &vt100::Screen) -> String {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut texts = String::new();
    for row in 0..SIZE.1 {
        let mut line: Option<(u16, String, String)> = None;
        for column in 0..SIZE.0 {
            let Some(cell) = screen.cell(row, column) else { continue };
            let (mut ink, mut ground) = (color(cell.fgcolor(), INK), color(cell.bgcolor(), GROUND));
            if cell.inverse() {
                std::mem::swap(&mut ink, &mut ground);
            }
            let (x, y) = (u32::from(column) * CELL.0, u32::from(row) * CELL.1);
            let mut fill = |color: &str, (left, top, width, height): (u32, u32, u32, u32)| {
                if color != GROUND {
                    let path = paths.entry(color.to_owned()).or_default();
                    write!(path, "M{} {}h{width}v{height}h-{width}z", x + left, y + top).unwrap();
                }
            };
            fill(&ground, (0, 0, CELL.0, CELL.1));
            let glyph = cell.contents().chars().next().unwrap_or(' ');
            let is_block = match glyph {
                '▀' => Some((0, 0, CELL.0, CELL.1 / 2)),
                '▁'..='█' => {
                    let height = 2 * (u32::from(glyph) - u32::from('▀'));
                    Some((0, CELL.1 - height, CELL.0, height))
                }
                _ => None,
            };
            if let Some(part) = is_block {
                fill(&ink, part);
            } else if ('\u{2801}'..='\u{28ff}').contains(&glyph) {
                for bit in (0..8).filter(|bit| (u32::from(glyph) - 0x2800) >> bit & 1 == 1) {
                    // Dots 1 to 6 go down both columns of three; 7 and 8 are the lowest row.
                    let (right, down) = if bit < 6 { (bit / 3, bit % 3) } else { (bit - 6, 3) };
                    fill(&ink, (1 + 4 * right, 1 + 4 * down, 2, 2));
                }
            }
            let is_text = is_block.is_none() && !('\u{2800}'..='\u{28ff}').contains(&glyph) && glyph != ' ';
            let style = format!("{ink}{}", if cell.bold() { "\" font-weight=\"bold" } else { "" });
            // Neighbours of one style share an element.
            match &mut line {
                Some((_, of, text)) if is_text && *of == style => text.push(glyph),
                _ => {
                    write_text(&mut texts, row, line.take());
                    line = is_text.then(|| (column, style, glyph.to_string()));
                }
            }
        }
        write_text(&mut texts, row, line);
    }
    let mut all = String::new();
    for (color, path) in paths {
        writeln!(all, "<path fill=\"{color}\" d=\"{path}\"/>").unwrap();
    }
    all + &texts
}

fn write_text(texts: &mut String, row: u16, line: Option<(u16, String, String)>) {
    let Some((column, style, text)) = line else { return };
    let (x, y) = (u32::from(column) * CELL.0, (u32::from(row) + 1) * CELL.1 - 4);
    let length = text.chars().count() as u32 * CELL.0;
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    writeln!(
        texts,
        "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{style}\">{text}</text>"
    )
    .unwrap();
}

/// A colour of the terminal as SVG writes it.
fn color(color: vt100::Color, default: &str) -> String {
    let [r, g, b] = match color {
        vt100::Color::Default => return default.to_owned(),
        vt100::Color::Rgb(r, g, b) => [r, g, b],
        vt100::Color::Idx(index @ 232..) => [8 + 10 * (index - 232); 3],
        vt100::Color::Idx(index @ 16..) => {
            let level = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let index = index - 16;
            [level(index / 36), level(index / 6 % 6), level(index % 6)]
        }
        vt100::Color::Idx(index) => {
            let bright = if index >= 8 { 255 } else { 190 };
            [index & 1, index >> 1 & 1, index >> 2 & 1].map(|on| on * bright)
        }
    };
    format!("#{r:02x}{g:02x}{b:02x}")
}
