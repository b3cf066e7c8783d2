//! Colour maps: a number in [0, 1] to sRGB.

use super::tables::{BLUE_WHITE_RED, VIRIDIS};

/// A colour map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colormap {
    /// Black to white: images and means.
    Gray,
    /// matplotlib's viridis (van der Walt and Smith, CC0): covariances, standard deviations.
    Viridis,
    /// Blue, white, red (ColorBrewer's RdBu): signed differences, with zero, neutral, at 0.5.
    Diverging,
}

impl Colormap {
    /// What a NaN is shown as: magenta, which no map contains.
    pub const NOT_A_NUMBER: [u8; 3] = [255, 0, 255];

    /// The colour of `t`, clipped to [0, 1]; a NaN is [`Colormap::NOT_A_NUMBER`].
    ///
    /// Gray is round(255 t) in each channel, so that an eight-bit pixel divided by 255 comes back as it was.
    /// Viridis is the nearest of its 256 entries. The diverging map interpolates linearly between eleven colours.
    pub fn rgb(self, t: f64) -> [u8; 3] {
        if t.is_nan() {
            return Self::NOT_A_NUMBER;
        }
        let t = t.clamp(0.0, 1.0);
        match self {
            Self::Gray => [level(255.0 * t); 3],
            Self::Viridis => entry(&VIRIDIS, usize::from(level(255.0 * t))),
            Self::Diverging => {
                let place = t * (BLUE_WHITE_RED.len() - 1) as f64;
                let below = place.floor();
                let (from, to) =
                    (entry(&BLUE_WHITE_RED, below as usize), entry(&BLUE_WHITE_RED, place.ceil() as usize));
                let mut colour = [0; 3];
                for (channel, (&a, &b)) in colour.iter_mut().zip(from.iter().zip(&to)) {
                    *channel = level(f64::from(a) + (place - below) * (f64::from(b) - f64::from(a)));
                }
                colour
            }
        }
    }
}

/// `value` rounded to an eight-bit level.
fn level(value: f64) -> u8 {
    // A float cast saturates, so that nothing wraps.
    value.round() as u8
}

/// The colour at `index` of a table, black outside.
fn entry(table: &[u32], index: usize) -> [u8; 3] {
    let [_, red, green, blue] = table.get(index).copied().unwrap_or(0).to_be_bytes();
    [red, green, blue]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Colormap; 3] = [Colormap::Gray, Colormap::Viridis, Colormap::Diverging];

    /// Relative luminance of sRGB (WCAG 2.1), 0 black to 1 white.
    fn luminance([r, g, b]: [u8; 3]) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    #[test]
    fn gray_returns_every_eight_bit_pixel() {
        for pixel in 0..=255u8 {
            assert_eq!(Colormap::Gray.rgb(f64::from(pixel) / 255.0), [pixel; 3]);
        }
    }

    #[test]
    fn viridis_is_matplotlibs() {
        // round(255 * c) of matplotlib 3.11's colormaps["viridis"](i / 255) at i = 0, 64, 128, 192, 255.
        for (i, colour) in [
            (0, [68, 1, 84]),
            (64, [59, 82, 139]),
            (128, [33, 145, 140]),
            (192, [94, 201, 98]),
            (255, [253, 231, 37]),
        ] {
            assert_eq!(Colormap::Viridis.rgb(f64::from(i) / 255.0), colour, "entry {i}");
        }
    }

    #[test]
    fn diverging_is_matplotlibs_rdbu_r() {
        // round(255 * c) of matplotlib 3.11's colormaps["RdBu_r"](i).
        for (i, colour) in [
            (0, [5, 48, 97]),
            (1, [6, 50, 100]),
            (64, [107, 172, 209]),
            (127, [246, 247, 247]),
            (200, [219, 107, 85]),
            (255, [103, 0, 31]),
        ] {
            assert_eq!(Colormap::Diverging.rgb(f64::from(i) / 255.0), colour, "entry {i}");
        }
        assert_eq!(Colormap::Diverging.rgb(0.5), [247; 3], "zero is neutral");
    }

    #[test]
    fn sequential_maps_grow_lighter_all_the_way() {
        for map in [Colormap::Gray, Colormap::Viridis] {
            let light: Vec<f64> = (0..=255).map(|i| luminance(map.rgb(f64::from(i) / 255.0))).collect();
            assert!(light.windows(2).all(|pair| pair[1] > pair[0] - 1e-3), "{map:?}");
            assert!(light[255] > light[0] + 0.7, "{map:?}");
        }
        // Lightest in the middle, darker towards both ends.
        let light: Vec<f64> =
            (0..=20).map(|i| luminance(Colormap::Diverging.rgb(f64::from(i) / 20.0))).collect();
        assert!(light[..11].is_sorted() && light[10..].is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn ends_are_clipped_and_nan_stands_out() {
        for map in ALL {
            assert_eq!(map.rgb(f64::NEG_INFINITY), map.rgb(0.0));
            assert_eq!(map.rgb(-3.0), map.rgb(0.0));
            assert_eq!(map.rgb(f64::INFINITY), map.rgb(1.0));
            assert_eq!(map.rgb(f64::NAN), Colormap::NOT_A_NUMBER);
            for i in 0..=1000 {
                assert_ne!(map.rgb(f64::from(i) / 1000.0), Colormap::NOT_A_NUMBER);
            }
        }
    }

    proptest! {
        #[test]
        fn maps_are_continuous(t in 0.0..0.999f64) {
            for map in ALL {
                let (here, there) = (map.rgb(t), map.rgb(t + 0.001));
                for (a, b) in here.iter().zip(&there) {
                    prop_assert!(a.abs_diff(*b) <= 6, "{map:?} at {t}: {here:?} then {there:?}");
                }
            }
        }
    }
}
