//! What the terminal has answered of itself: its background, and whether it shows pictures in pixels. Answers come late or
//! never; until then what the environment says holds.

use crate::tui::theme::{Ground, Pictures, PicturesChoice};

/// An answer of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// Its background is of this sRGB colour.
    Background([u8; 3]),
    /// It knows kitty's graphics protocol.
    Kitty,
    /// Its device attributes, which every terminal gives: whether it shows sixels.
    Attributes {
        /// Whether it shows sixels.
        sixel: bool,
    },
    /// The size of a cell, in pixels.
    Cell {
        /// Columns of pixels.
        width: u16,
        /// Rows of pixels.
        height: u16,
    },
}

/// What is known of the terminal, and what was chosen without asking it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// How pictures are to be drawn.
    pub pictures: PicturesChoice,
    /// Whether the background was chosen: an answer changes nothing then.
    pub ground_is_chosen: bool,
    /// Whether it knows kitty's graphics protocol.
    pub kitty: bool,
    /// Whether it shows sixels.
    pub sixel: bool,
    /// The size of a cell in pixels, where it is known.
    pub cell: Option<(u16, u16)>,
}

impl Abilities {
    /// Takes an answer in; the background, where it decides that.
    pub fn learn(&mut self, answer: Reply) -> Option<Ground> {
        match answer {
            Reply::Background(color) => return (!self.ground_is_chosen).then(|| Ground::of(color)),
            Reply::Kitty => self.kitty = true,
            Reply::Attributes { sixel } => self.sixel = sixel,
            Reply::Cell { width, height } => {
                self.cell = Some((width, height)).filter(|_| width > 0 && height > 0)
            }
        }
        None
    }

    /// How pictures are drawn: as chosen, else in pixels where the terminal has said that it shows them.
    pub fn pictures(&self) -> Pictures {
        match self.pictures {
            PicturesChoice::Fixed(pictures) => pictures,
            PicturesChoice::Auto if self.kitty => Pictures::Kitty,
            PicturesChoice::Auto if self.sixel && self.cell.is_some() => Pictures::Sixel,
            PicturesChoice::Auto => Pictures::Blocks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_in_pixels_where_the_terminal_says_so() {
        let mut known = Abilities::default();
        assert_eq!(known.pictures(), Pictures::Blocks, "nothing is answered");
        known.learn(Reply::Attributes { sixel: true });
        assert_eq!(known.pictures(), Pictures::Blocks, "the size of a cell is not known");
        known.learn(Reply::Cell { width: 0, height: 16 });
        assert_eq!(known.pictures(), Pictures::Blocks);
        known.learn(Reply::Cell { width: 8, height: 16 });
        assert_eq!(known.pictures(), Pictures::Sixel);
        known.learn(Reply::Kitty);
        assert_eq!(known.pictures(), Pictures::Kitty, "fewer bytes");
        known.pictures = PicturesChoice::Fixed(Pictures::Blocks);
        assert_eq!(known.pictures(), Pictures::Blocks, "as chosen");
    }

    #[test]
    fn a_background_counts_where_none_was_chosen() {
        let mut known = Abilities::default();
        for (color, ground) in [
            ([255, 255, 255], Ground::Light),
            ([0x28, 0x2a, 0x36], Ground::Dark),
            ([0xfd, 0xf6, 0xe3], Ground::Light),
        ] {
            assert_eq!(known.learn(Reply::Background(color)), Some(ground), "{color:?}");
        }
        known.ground_is_chosen = true;
        assert_eq!(known.learn(Reply::Background([255; 3])), None);
    }
}
