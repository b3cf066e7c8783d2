//! The colours of text, marks, borders and curves, as a configuration file may change them, for each background.

use std::str::FromStr;

use ratatui::style::Color;

use super::choice::{Depth, Ground};
use super::palette;
use super::role::Role;

/// A colour of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// One of xterm's 256.
    Index(u8),
    /// sRGB.
    Rgb([u8; 3]),
}

/// The names of the 16, in their order.
const SIXTEEN: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

impl FromStr for Paint {
    type Err = String;

    /// Reads "#5fd7d7", a number of the 256, or a name of the 16; the error says what a colour may be.
    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || format!("write #rrggbb, a number from 0 to 255, or one of {}", SIXTEEN.join(", "));
        if let Some(digits) = text.strip_prefix('#').filter(|digits| digits.len() == 6) {
            let value = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
            let [_, r, g, b] = value.ok_or_else(hint)?.to_be_bytes();
            return Ok(Self::Rgb([r, g, b]));
        }
        let named = SIXTEEN.iter().position(|name| *name == text).and_then(|index| u8::try_from(index).ok());
        named.or_else(|| text.parse().ok()).map(Self::Index).ok_or_else(hint)
    }
}

impl Paint {
    /// The nearest colour that a terminal of this depth has; the terminal's own where it has none.
    fn color(self, depth: Depth) -> Color {
        match (self, depth) {
            (_, Depth::None) => Color::Reset,
            (Self::Index(index @ 0..16), Depth::Ansi) => Color::Indexed(index),
            (Self::Index(index), Depth::Ansi) => palette::ansi(palette::rgb(index)),
            (Self::Index(index), _) => Color::Indexed(index),
            (Self::Rgb(rgb), Depth::Ansi) => palette::ansi(rgb),
            (Self::Rgb(rgb), Depth::Indexed) => Color::Indexed(palette::indexed(rgb)),
            (Self::Rgb([r, g, b]), Depth::True) => Color::Rgb(r, g, b),
        }
    }
}

/// What has a colour of its own, as a configuration file names it.
pub const ACCENTS: [(&str, Role, &str); 12] = [
    ("accent", Role::Accent, "keys, headings and border of the panel in which the arrow keys act"),
    ("border", Role::Border, "other borders"),
    ("dim", Role::Dim, "axes, units, what is not there yet"),
    ("good", Role::Good, "passed, done"),
    ("bad", Role::Bad, "failed"),
    ("warning", Role::Warning, "a remark, a pause"),
    ("cursor", Role::Cursor, "the cursor of a chart"),
    ("bar", Role::Bar, "bars"),
    ("series-1", Role::Series(0), "the first curve, and label, of several"),
    ("series-2", Role::Series(1), "the second"),
    ("series-3", Role::Series(2), "the third"),
    ("series-4", Role::Series(3), "the fourth"),
];

/// The colours that are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accents {
    dark: [Option<Paint>; ACCENTS.len()],
    light: [Option<Paint>; ACCENTS.len()],
}

impl Accents {
    /// None is changed.
    pub const NONE: Self = Self { dark: [None; ACCENTS.len()], light: [None; ACCENTS.len()] };

    /// Changes a colour for a background; false where nothing is called so.
    pub fn set(&mut self, ground: Ground, name: &str, paint: Paint) -> bool {
        let colors = match ground {
            Ground::Dark => &mut self.dark,
            Ground::Light => &mut self.light,
        };
        let slot = ACCENTS.iter().position(|(known, ..)| *known == name).and_then(|at| colors.get_mut(at));
        slot.map(|slot| *slot = Some(paint)).is_some()
    }

    /// The colour that a role was given, at a depth.
    pub(super) fn color(&self, role: Role, ground: Ground, depth: Depth) -> Option<Color> {
        let named = match role {
            Role::Focus | Role::FocusTitle => Role::Accent,
            Role::Series(i) => Role::Series(i % 4),
            other => other,
        };
        let at = ACCENTS.iter().position(|(_, known, _)| *known == named)?;
        let colors = if ground == Ground::Dark { &self.dark } else { &self.light };
        colors.get(at).copied().flatten().map(|paint| paint.color(depth))
    }

    /// The number among the 256 of a colour that is not changed.
    pub fn default_of(ground: Ground, role: Role) -> Option<u8> {
        role.colors(ground).map(|(_, index)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Glyphs, Theme};

    #[test]
    fn colours_are_read() {
        for (text, paint) in [
            ("#5fd7d7", Paint::Rgb([0x5f, 0xd7, 0xd7])),
            ("214", Paint::Index(214)),
            ("bright-cyan", Paint::Index(14)),
        ] {
            assert_eq!(text.parse(), Ok(paint));
        }
        for text in ["", "#12345", "#1234567", "#+12345", "256", "-1", "teal"] {
            assert!(text.parse::<Paint>().unwrap_err().contains("#rrggbb"), "{text}");
        }
    }

    #[test]
    fn a_colour_is_the_nearest_that_the_terminal_has_on_its_background_alone() {
        let mut accents = Accents::default();
        assert!(accents.set(Ground::Dark, "accent", Paint::Rgb([250, 10, 10])));
        assert!(accents.set(Ground::Dark, "series-2", Paint::Index(21)));
        assert!(!accents.set(Ground::Dark, "text", Paint::Index(21)));
        for (depth, color, series) in [
            (Depth::True, Color::Rgb(250, 10, 10), Color::Indexed(21)),
            (Depth::Indexed, Color::Indexed(196), Color::Indexed(21)),
            (Depth::Ansi, Color::LightRed, Color::Blue),
        ] {
            let theme = Theme { accents, ..Theme::dark(depth, Glyphs::Unicode) };
            for role in [Role::Accent, Role::Focus, Role::FocusTitle] {
                assert_eq!(theme.style(role).fg, Some(color), "{depth:?}");
            }
            assert_eq!(theme.style(Role::Series(5)).fg, Some(series), "{depth:?}");
            let unchanged = Theme::dark(depth, Glyphs::Unicode);
            assert_eq!(theme.style(Role::Good), unchanged.style(Role::Good));
            let light = |theme: Theme| Theme { ground: Ground::Light, ..theme }.style(Role::Accent);
            assert_eq!(light(theme), light(unchanged));
        }
        let theme = Theme { accents, ..Theme::dark(Depth::None, Glyphs::Ascii) };
        assert_eq!(theme.style(Role::Accent).fg, None);
    }
}
