//! Colours and glyphs, decided in one place.
//!
//! [`Theme::decide`] is a pure function of the command line and a few environment variables. Widgets ask the theme
//! for a [`Role`]'s style or for the cell colour of an sRGB pixel; none of them names a colour.

mod ascii;
mod blocks;
mod palette;

use ratatui::style::{Color, Modifier, Style};

use crate::show::{Colormap, Picture};

pub use ascii::{fold_char, fold_text};
pub use blocks::Blocks;

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// Decided by NO_COLOR, COLORTERM and TERM.
    #[default]
    Auto,
    /// This depth.
    Depth(Depth),
}

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits.
    True,
    /// xterm's 256: a cube of 6 x 6 x 6, and 24 grays.
    Indexed,
    /// The 16 of the ANSI palette.
    Ansi,
    /// None: bold, dim and reverse alone.
    None,
}

impl Depth {
    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "truecolor",
            Self::Indexed => "256",
            Self::Ansi => "16",
            Self::None => "none",
        }
    }
}

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Half blocks, braille, Greek.
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl Glyphs {
    /// "Unicode" or "ASCII".
    pub fn name(self) -> &'static str {
        match self {
            Self::Unicode => "Unicode",
            Self::Ascii => "ASCII",
        }
    }
}

/// The environment variables that the decision depends on.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// NO_COLOR, which counts when it is set and not empty (no-color.org).
    pub no_color: Option<String>,
    /// COLORTERM.
    pub colorterm: Option<String>,
    /// TERM.
    pub term: Option<String>,
    /// The first of LC_ALL, LC_CTYPE, LANG that is set and not empty.
    pub locale: Option<String>,
}

impl Environment {
    /// What this process was given.
    pub fn read() -> Self {
        let get = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            no_color: get("NO_COLOR"),
            colorterm: get("COLORTERM"),
            term: get("TERM"),
            locale: get("LC_ALL").or_else(|| get("LC_CTYPE")).or_else(|| get("LANG")),
        }
    }

    fn depth(&self) -> Depth {
        let term = self.term.as_deref().unwrap_or_default();
        let colorterm = self.colorterm.as_deref().unwrap_or_default();
        if self.no_color.is_some()
            || matches!(term, "dumb" | "vt100" | "vt102" | "vt220")
            || term.ends_with("-m")
        {
            Depth::None
        } else if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
            Depth::True
        } else if matches!(term, "linux" | "ansi" | "cygwin") || term.ends_with("-16color") {
            Depth::Ansi
        } else {
            // SSH rarely forwards COLORTERM, and terminals without 256 colours are rare.
            Depth::Indexed
        }
    }

    fn glyphs(&self) -> Glyphs {
        let utf8 = |locale: &str| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        };
        // Without any locale, as in many containers and over many connections, the terminal is still modern.
        match &self.locale {
            Some(locale) if !utf8(locale) => Glyphs::Ascii,
            _ => Glyphs::Unicode,
        }
    }
}

/// What a piece of text or a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Plain text.
    Text,
    /// Less important: axes, units, what is still to come.
    Dim,
    /// A heading.
    Title,
    /// What stands out: the tab in front, a key.
    Accent,
    /// The selected thing.
    Selected,
    /// Passed, done.
    Good,
    /// Failed.
    Bad,
    /// Neither: a lesson, a pause.
    Warning,
    /// A curve of a chart, by number.
    Series(usize),
    /// The bars of a chart.
    Bar,
    /// A cursor in a chart.
    Cursor,
}

/// Colours and glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// How many colours.
    pub depth: Depth,
    /// Which characters.
    pub glyphs: Glyphs,
    /// How finely pictures below their native size are drawn.
    pub blocks: Blocks,
}

impl Theme {
    /// A theme for a dark background.
    pub const fn dark(depth: Depth, glyphs: Glyphs) -> Self {
        Self { depth, glyphs, blocks: Blocks::Half }
    }

    /// The theme for a choice of colours, `ascii` when ASCII is asked for, and an environment.
    pub fn decide(choice: ColorChoice, ascii: bool, environment: &Environment) -> Self {
        let depth = match choice {
            ColorChoice::Auto => environment.depth(),
            ColorChoice::Depth(depth) => depth,
        };
        Self::dark(depth, if ascii { Glyphs::Ascii } else { environment.glyphs() })
    }

    /// The next depth, in a circle.
    pub fn next_depth(self) -> Self {
        let depth = match self.depth {
            Depth::True => Depth::Indexed,
            Depth::Indexed => Depth::Ansi,
            Depth::Ansi => Depth::None,
            Depth::None => Depth::True,
        };
        Self { depth, ..self }
    }

    /// The other glyphs.
    pub fn other_glyphs(self) -> Self {
        let glyphs = match self.glyphs {
            Glyphs::Unicode => Glyphs::Ascii,
            Glyphs::Ascii => Glyphs::Unicode,
        };
        Self { glyphs, ..self }
    }

    /// Whether pictures can be drawn in half blocks of two colours.
    pub fn half_blocks(self) -> bool {
        self.depth != Depth::None && self.glyphs == Glyphs::Unicode
    }

    /// The glyphs of pictures below their native size: finer than half blocks when they are chosen and the terminal
    /// has the colours for it.
    pub fn fine_blocks(self) -> Blocks {
        match self.depth {
            Depth::True | Depth::Indexed if self.half_blocks() => self.blocks,
            _ => Blocks::Half,
        }
    }

    /// Text as the glyphs allow it: Greek and mathematics spelt out in ASCII.
    pub fn text(self, text: &str) -> String {
        match self.glyphs {
            Glyphs::Unicode => text.to_owned(),
            Glyphs::Ascii => fold_text(text),
        }
    }

    /// The cell colour of an sRGB colour.
    pub fn color(self, rgb: [u8; 3]) -> Color {
        match self.depth {
            Depth::True => Color::Rgb(rgb[0], rgb[1], rgb[2]),
            Depth::Indexed => Color::Indexed(palette::indexed(rgb)),
            Depth::Ansi => palette::ansi(rgb),
            Depth::None => Color::Reset,
        }
    }

    /// The cell colour of the pixel in column `x` of row `y`.
    pub fn pixel(self, picture: &Picture, x: usize, y: usize) -> Color {
        if picture.is_missing(x, y) {
            return self.missing();
        }
        match (self.depth, picture.colormap, picture.value(x, y)) {
            (Depth::Ansi, Colormap::Viridis, Some(value)) if value.is_finite() => {
                palette::ansi_viridis(picture.range.position(value))
            }
            _ => self.color(picture.rgb(x, y)),
        }
    }

    /// The cell colour of a pixel that a brush stands on: no gray, and no colour of a map's middle.
    pub fn mark(self, down: bool) -> Color {
        match (self.depth, down) {
            (Depth::None, _) => Color::Reset,
            (Depth::Ansi, false) => Color::Yellow,
            (Depth::Ansi, true) => Color::Red,
            (Depth::Indexed | Depth::True, false) => Color::Indexed(214),
            (Depth::Indexed | Depth::True, true) => Color::Indexed(196),
        }
    }

    /// The cell colour of a pixel that is not known.
    fn missing(self) -> Color {
        match self.depth {
            // The nearest of the 16 would be a gray, which a pixel may have.
            Depth::Ansi => Color::Blue,
            _ => self.color(Picture::MISSING),
        }
    }

    /// The style of a role. The colours stand on dark and on light grounds.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let modifier = match role {
            Role::Title => Modifier::BOLD,
            Role::Accent => Modifier::BOLD,
            Role::Selected => Modifier::REVERSED,
            Role::Bad | Role::Cursor => Modifier::BOLD,
            Role::Dim | Role::Bar if self.depth == Depth::None => Modifier::DIM,
            _ => Modifier::empty(),
        };
        let (ansi, indexed) = match role {
            Role::Text | Role::Title | Role::Selected => return plain.add_modifier(modifier),
            Role::Dim => (Color::DarkGray, 244),
            Role::Accent => (Color::Cyan, 38),
            Role::Good => (Color::Green, 35),
            Role::Bad => (Color::Red, 167),
            Role::Warning => (Color::Yellow, 172),
            Role::Cursor => (Color::Yellow, 172),
            Role::Bar => (Color::Blue, 67),
            Role::Series(i) => match i % 4 {
                0 => (Color::Cyan, 38),
                1 => (Color::Yellow, 172),
                2 => (Color::Magenta, 133),
                _ => (Color::Green, 35),
            },
        };
        let color = match self.depth {
            Depth::None => return plain.add_modifier(modifier),
            Depth::Ansi => ansi,
            Depth::Indexed | Depth::True => Color::Indexed(indexed),
        };
        plain.fg(color).add_modifier(modifier)
    }
}

#[cfg(test)]
mod tests;
