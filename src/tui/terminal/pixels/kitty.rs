//! The graphics protocol of kitty (also of Ghostty, Konsole, WezTerm): an image is sent once, compressed, and the terminal
//! scales it to the cells it is to cover.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use ratatui::layout::Rect;

use super::base64;
use crate::tui::hits::Raster;

/// The most characters of a piece of an image.
const PIECE: usize = 4096;

/// Asks whether the protocol is known: of an image of one pixel, which is not stored.
pub const QUERY: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\";

/// Deletes all images.
pub const DELETE_ALL: &[u8] = b"\x1b_Ga=d,d=A,q=2\x1b\\";

/// Sends image `id`, in place of one with that number, and shows it over `area`. Nothing is answered.
pub fn show(id: usize, area: Rect, raster: &Raster) -> Vec<u8> {
    let colors = raster.pixels.concat();
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Memory takes all that is written to it.
    let packed = encoder.write_all(&colors).and_then(|()| encoder.finish()).unwrap_or_default();
    let text = base64(&packed);
    let pieces = text.as_bytes().chunks(PIECE);
    let last = pieces.len().saturating_sub(1);
    // The cursor stays where it is (C=1).
    let mut out = format!("\x1b[{};{}H", area.y + 1, area.x + 1).into_bytes();
    for (at, piece) in pieces.enumerate() {
        let more = u8::from(at < last);
        let keys = match at {
            0 => format!(
                "a=T,q=2,C=1,f=24,o=z,s={},v={},i={id},p=1,c={},r={},m={more}",
                raster.width, raster.height, area.width, area.height
            ),
            _ => format!("q=2,m={more}"),
        };
        out.extend_from_slice(format!("\x1b_G{keys};").as_bytes());
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
    }
    out
}

/// Deletes image `id`.
pub fn delete(id: usize) -> Vec<u8> {
    format!("\x1b_Ga=d,d=I,i={id},q=2\x1b\\").into_bytes()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::ZlibDecoder;

    use super::*;

    /// The bytes of base64 text, by another way: bit by bit.
    fn decoded(text: &str) -> Vec<u8> {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let values = text.chars().filter_map(|c| LETTERS.find(c));
        let bits: String = values.map(|value| format!("{value:06b}")).collect();
        let bytes = bits.as_bytes().chunks_exact(8);
        bytes.map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap()).collect()
    }

    #[test]
    fn an_image_is_read_back_from_its_pieces() {
        // Noise, which does not compress: more than a piece.
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = (0..56 * 40).map(|_| [noise(), noise(), noise()]).collect();
        let raster = Raster { width: 56, height: 40, pixels };
        let sent = String::from_utf8(show(7, Rect::new(3, 5, 28, 10), &raster)).unwrap();
        let (place, images) = sent.split_at(sent.find("\x1b_G").unwrap());
        assert_eq!(place, "\x1b[6;4H");
        let pieces: Vec<(&str, &str)> = images
            .split("\x1b_G")
            .skip(1)
            .map(|piece| piece.strip_suffix("\x1b\\").unwrap().split_once(';').unwrap())
            .collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|(_, data)| data.len() <= 4096));
        assert_eq!(pieces[0].0, "a=T,q=2,C=1,f=24,o=z,s=56,v=40,i=7,p=1,c=28,r=10,m=1");
        assert_eq!(pieces.last().unwrap().0, "q=2,m=0");
        let data: String = pieces.iter().map(|(_, data)| *data).collect();
        let mut colors = Vec::new();
        ZlibDecoder::new(decoded(&data).as_slice()).read_to_end(&mut colors).unwrap();
        assert_eq!(colors, raster.pixels.concat());
    }
}
