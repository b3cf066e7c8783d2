//! sRGB colours to the palettes of terminals.

use ratatui::style::Color;

/// The levels of xterm's colour cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(&b).map(|(&x, &y)| u32::from(x.abs_diff(y)).pow(2)).sum()
}

/// The nearest of xterm's 240 fixed colours (16..=255): the cube, or one of the 24 grays.
///
/// Equal channels get the nearest of 26 grays: black (16), 8 + 10 i (232 + i), white (231).
pub fn indexed(rgb: [u8; 3]) -> u8 {
    let nearest = |value: u8| (0..6u8).min_by_key(|&i| CUBE[usize::from(i)].abs_diff(value)).unwrap_or(0);
    let [r, g, b] = rgb.map(nearest);
    let cube = [r, g, b].map(|i| CUBE[usize::from(i)]);
    let mean = (u32::from(rgb[0]) + u32::from(rgb[1]) + u32::from(rgb[2]) + 1) / 3;
    let step = (mean.saturating_sub(3) / 10).min(23) as u8;
    let gray = 8 + 10 * step;
    if distance(rgb, [gray; 3]) < distance(rgb, cube) { 232 + step } else { 16 + 36 * r + 6 * g + b }
}

/// The sRGB value of a fixed colour (16..=255), from the definition of xterm's palette; black below, where a terminal has its
/// own.
pub fn rgb(index: u8) -> [u8; 3] {
    match index {
        232.. => [8 + 10 * (index - 232); 3],
        16.. => {
            let i = index - 16;
            [i / 36, i / 6 % 6, i % 6].map(|level| CUBE[usize::from(level)])
        }
        _ => [0; 3],
    }
}

/// The nearest of the 16 ANSI colours, as xterm shows them.
pub fn ansi(rgb: [u8; 3]) -> Color {
    const COLORS: [(Color, [u8; 3]); 16] = [
        (Color::Black, [0, 0, 0]),
        (Color::Red, [205, 0, 0]),
        (Color::Green, [0, 205, 0]),
        (Color::Yellow, [205, 205, 0]),
        (Color::Blue, [0, 0, 238]),
        (Color::Magenta, [205, 0, 205]),
        (Color::Cyan, [0, 205, 205]),
        (Color::Gray, [192, 192, 192]),
        (Color::DarkGray, [112, 112, 112]),
        (Color::LightRed, [255, 0, 0]),
        (Color::LightGreen, [0, 255, 0]),
        (Color::LightYellow, [255, 255, 0]),
        (Color::LightBlue, [92, 92, 255]),
        (Color::LightMagenta, [255, 0, 255]),
        (Color::LightCyan, [0, 255, 255]),
        (Color::White, [255, 255, 255]),
    ];
    COLORS.iter().min_by_key(|(_, value)| distance(rgb, *value)).map_or(Color::Reset, |(color, _)| *color)
}

/// The ANSI colour for `t` of viridis, in [0, 1]: by lightness, as the nearest ones would nearly all be grays.
pub fn ansi_viridis(t: f64) -> Color {
    const LEVELS: [Color; 6] =
        [Color::Magenta, Color::Blue, Color::Cyan, Color::Green, Color::LightGreen, Color::LightYellow];
    let level = (t.clamp(0.0, 1.0) * LEVELS.len() as f64) as usize;
    LEVELS.get(level.min(LEVELS.len() - 1)).copied().unwrap_or(Color::Reset)
}

/// The colour of the 256 for `t` of viridis, in [0, 1]: by lightness, in viridis' order of hues. The nearest ones would put
/// grays and slates between them, which break that order.
pub fn indexed_viridis(t: f64) -> Color {
    /// Colours, and the t up to which each is used: where viridis' lightness L* = 15 + 76 t is halfway to the next one's.
    const LEVELS: [(u8, f64); 11] = [
        (53, 0.10),
        (54, 0.21),
        (24, 0.385),
        (30, 0.556),
        (36, 0.648),
        (71, 0.737),
        (77, 0.829),
        (113, 0.854),
        (149, 0.885),
        (184, 0.97),
        (226, 1.0),
    ];
    let level = LEVELS.iter().find(|(_, end)| t <= *end).unwrap_or(&LEVELS[LEVELS.len() - 1]);
    Color::Indexed(level.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gray_gets_the_nearest_of_the_palette() {
        for gray in 0..=255u8 {
            let found = distance([gray; 3], rgb(indexed([gray; 3])));
            let best = (16..=255u8).map(|i| distance([gray; 3], rgb(i))).min().unwrap();
            assert_eq!(found, best, "gray {gray}");
        }
    }

    #[test]
    fn grays_use_all_levels_and_rise() {
        let levels: Vec<u8> = (0..=255u8).map(|gray| rgb(indexed([gray; 3]))[0]).collect();
        assert!(levels.is_sorted());
        let mut distinct = levels.clone();
        distinct.dedup();
        assert!(distinct.len() >= 26, "{} levels", distinct.len());
        assert_eq!((indexed([0; 3]), indexed([255; 3])), (16, 231));
    }

    #[test]
    fn the_cube_is_hit_exactly() {
        for index in 16..=231u8 {
            assert_eq!(rgb(indexed(rgb(index))), rgb(index));
        }
    }

    #[test]
    fn colours_are_near() {
        // Viridis' ends and middle.
        for color in [[68, 1, 84], [33, 145, 140], [253, 231, 37]] {
            let best = (16..=255u8).map(|i| distance(color, rgb(i))).min().unwrap();
            assert!(distance(color, rgb(indexed(color))) <= best + 800, "{color:?}");
        }
    }

    #[test]
    fn viridis_rises_in_lightness_and_has_no_gray() {
        let lightness = |index: u8| {
            let linear = |v: u8| (f64::from(v) / 255.0).powf(2.2);
            let [r, g, b] = rgb(index).map(linear);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let levels: Vec<u8> = (0..=200)
            .map(|i| match indexed_viridis(f64::from(i) / 200.0) {
                Color::Indexed(index) => index,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(levels.windows(2).all(|pair| pair[0] == pair[1] || lightness(pair[0]) < lightness(pair[1])));
        for index in levels {
            let [r, g, b] = rgb(index);
            let spread = r.max(g).max(b) - r.min(g).min(b);
            assert!(spread >= 75, "{index} is nearly gray");
        }
        assert_eq!(indexed_viridis(f64::NAN), Color::Indexed(226));
    }

    #[test]
    fn sixteen_colours() {
        assert_eq!(ansi([0, 0, 0]), Color::Black);
        assert_eq!(ansi([255, 255, 255]), Color::White);
        assert_eq!(ansi([250, 10, 10]), Color::LightRed);
        assert_eq!(ansi([120, 120, 120]), Color::DarkGray);
        assert_eq!([0.0, 0.5, 1.0].map(ansi_viridis), [Color::Magenta, Color::Green, Color::LightYellow]);
    }
}
