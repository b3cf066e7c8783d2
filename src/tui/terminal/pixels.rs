//! True pixels: what is sent so that the terminal shows the pictures of a frame, beside the cells.

mod kitty;
mod sixel;

use crate::tui::hits::Sprite;
use crate::tui::theme::Pictures;

pub use kitty::QUERY;

/// What the terminal shows in pixels.
#[derive(Debug, Default)]
pub struct Shown {
    sprites: Vec<Sprite>,
    by: Pictures,
}

impl Shown {
    /// The bytes after which the terminal shows `sprites` by a protocol, and no others: what has not changed is not sent
    /// again. `cell` is the size of a cell in pixels, which sixels need.
    pub fn update(&mut self, sprites: Vec<Sprite>, by: Pictures, cell: (u16, u16)) -> Vec<u8> {
        let mut bytes = Vec::new();
        if by != self.by {
            bytes.extend(self.forget());
            if by == Pictures::Sixel {
                bytes.extend_from_slice(sixel::REGISTERS);
            }
            self.by = by;
        }
        for (index, sprite) in sprites.iter().enumerate() {
            let is_shown = match by {
                // An image has the number of its place.
                Pictures::Kitty => self.sprites.get(index) == Some(sprite),
                _ => self.sprites.contains(sprite),
            };
            if is_shown {
                continue;
            }
            match by {
                Pictures::Blocks => {}
                Pictures::Kitty => bytes.extend(kitty::show(index + 1, sprite.area, &sprite.raster)),
                Pictures::Sixel => bytes.extend(sixel::show(sprite.area, &sprite.raster, cell)),
            }
        }
        if by == Pictures::Kitty {
            (sprites.len()..self.sprites.len()).for_each(|index| bytes.extend(kitty::delete(index + 1)));
        }
        self.sprites = sprites;
        bytes
    }

    /// The screen is cleared: nothing is shown any more. The bytes that make that true.
    pub fn forget(&mut self) -> Vec<u8> {
        let images = self.by == Pictures::Kitty && !self.sprites.is_empty();
        self.sprites.clear();
        if images { kitty::DELETE_ALL.to_vec() } else { Vec::new() }
    }
}

/// `bytes` in base64, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            // One letter more than there are bytes, the rest padding.
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;
    use crate::tui::hits::Raster;

    fn sprite(x: u16, gray: u8) -> Sprite {
        let raster = Raster { width: 2, height: 2, pixels: vec![[gray; 3]; 4] };
        Sprite { area: Rect::new(x, 1, 4, 2), raster }
    }

    #[test]
    fn base64_of_the_standard() {
        // RFC 4648, section 10.
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn only_what_changes_is_sent() {
        for by in [Pictures::Kitty, Pictures::Sixel] {
            let mut shown = Shown::default();
            let both = vec![sprite(1, 10), sprite(9, 20)];
            assert!(!shown.update(both.clone(), by, (9, 18)).is_empty());
            assert_eq!(shown.update(both.clone(), by, (9, 18)), b"", "nothing changed");
            let one = shown.update(vec![sprite(1, 10), sprite(9, 99)], by, (9, 18));
            assert_eq!(one.windows(2).filter(|pair| pair == b"\x1b_" || pair == b"\x1bP").count(), 1);
            let gone = shown.update(vec![sprite(1, 10)], by, (9, 18));
            // Sixels go with the cells that are written over them.
            let expected: &[u8] = if by == Pictures::Kitty { b"\x1b_Ga=d,d=I,i=2,q=2\x1b\\" } else { b"" };
            assert_eq!(gone, expected);
            shown.forget();
            assert!(
                !shown.update(vec![sprite(1, 10)], by, (9, 18)).is_empty(),
                "after a repaint all is sent again"
            );
        }
    }

    #[test]
    fn nothing_is_sent_where_pictures_are_blocks() {
        assert_eq!(Shown::default().update(vec![sprite(1, 1)], Pictures::Blocks, (9, 18)), b"");
    }
}
