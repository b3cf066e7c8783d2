//! Colours and glyphs, decided in one place.
//!
//! [`Theme::decide`] is a pure function of the command line and a few environment variables. Widgets ask the theme
//! for a [`Role`]'s style or for the cell colour of an sRGB pixel; none of them names a colour.

mod accents;
mod ascii;
mod blocks;
mod choice;
mod environment;
mod palette;
mod role;
mod sixteen;

use ratatui::style::Color;

use crate::show::{Colormap, Picture};

pub use accents::{ACCENTS, Accents, Paint};
pub use ascii::{fold_char, fold_text};
pub use blocks::Blocks;
pub use choice::{ColorChoice, Depth, Glyphs, Ground, Pictures, PicturesChoice};
pub use environment::Environment;
pub use role::Role;
pub use sixteen::with_basic_colors;

/// Colours and glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// How many colours.
    pub depth: Depth,
    /// Which characters.
    pub glyphs: Glyphs,
    /// How finely pictures below their native size are drawn.
    pub blocks: Blocks,
    /// Which background.
    pub ground: Ground,
    /// What pictures are drawn with, where there are colours for them.
    pub pictures: Pictures,
    /// The colours that a configuration file changes.
    pub accents: Accents,
}

impl Theme {
    /// A theme for a dark background.
    #[cfg(test)]
    pub const fn dark(depth: Depth, glyphs: Glyphs) -> Self {
        let (blocks, ground, pictures) = (Blocks::Half, Ground::Dark, Pictures::Blocks);
        Self { depth, glyphs, blocks, ground, pictures, accents: Accents::NONE }
    }

    /// The theme for what is chosen; what is not (`None`, [`ColorChoice::Auto`]) the environment decides.
    pub fn decide(
        choice: ColorChoice,
        glyphs: Option<Glyphs>,
        ground: Option<Ground>,
        environment: &Environment,
    ) -> Self {
        let depth = match choice {
            ColorChoice::Auto => environment.depth(),
            ColorChoice::Depth(depth) => depth,
        };
        Self {
            depth,
            glyphs: glyphs.unwrap_or_else(|| environment.glyphs()),
            blocks: Blocks::Half,
            ground: ground.unwrap_or_else(|| environment.ground()),
            pictures: Pictures::Blocks,
            accents: Accents::NONE,
        }
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

    /// The other background.
    pub fn other_ground(self) -> Self {
        let ground = match self.ground {
            Ground::Dark => Ground::Light,
            Ground::Light => Ground::Dark,
        };
        Self { ground, ..self }
    }

    /// Whether pictures can be drawn in half blocks of two colours.
    pub fn half_blocks(self) -> bool {
        self.depth != Depth::None && self.glyphs == Glyphs::Unicode
    }

    /// What pictures are drawn with: blocks where there are no colours or no Unicode.
    pub fn pictures_in_force(self) -> Pictures {
        if self.half_blocks() { self.pictures } else { Pictures::Blocks }
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
            (Depth::Indexed, Colormap::Viridis, Some(value)) if value.is_finite() => {
                palette::indexed_viridis(picture.range.position(value))
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
}

#[cfg(test)]
mod tests;
