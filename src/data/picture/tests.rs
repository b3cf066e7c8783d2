//! Pictures as Pillow writes them, and pictures that lie.

use super::*;

/// A PNG of these bytes a row, written by the png crate.
fn png(shape: ImageShape, color: png::ColorType, depth: png::BitDepth, bytes: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, shape.columns as u32, shape.rows as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
    file
}

const TWO: ImageShape = ImageShape::new(1, 2);

#[test]
fn every_kind_of_png_becomes_gray() {
    use png::{BitDepth, ColorType};
    let gray = |color, depth, bytes: &[u8]| {
        let gray = decode(&png(TWO, color, depth, bytes)).unwrap();
        assert_eq!(gray.shape, TWO);
        (gray.pixels, gray.had_color)
    };
    assert_eq!(gray(ColorType::Grayscale, BitDepth::Eight, &[7, 200]), (vec![7, 200], false));
    assert_eq!(gray(ColorType::Grayscale, BitDepth::One, &[0b0100_0000]), (vec![0, 255], false));
    assert_eq!(gray(ColorType::Grayscale, BitDepth::Sixteen, &[7, 99, 200, 0]), (vec![7, 200], false));
    assert_eq!(gray(ColorType::GrayscaleAlpha, BitDepth::Eight, &[7, 255, 9, 0]), (vec![7, 255], false));
    assert_eq!(gray(ColorType::Rgb, BitDepth::Eight, &[255, 0, 0, 9, 9, 9]), (vec![76, 9], true));
    assert_eq!(gray(ColorType::Rgba, BitDepth::Eight, &[9, 9, 9, 255, 0, 0, 0, 0]), (vec![9, 255], false));
}

/// The pictures of `make.py` beside them; Pillow's own gray values stand in `expected.txt`.
#[test]
fn pictures_of_pillow_are_read_as_pillow_reads_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    let text = std::fs::read_to_string(folder.join("expected.txt")).unwrap();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, rows, columns, tolerance, values] = words[..] else { panic!("{line}") };
        let gray = decode(&std::fs::read(folder.join(name)).unwrap()).unwrap();
        assert_eq!(gray.shape, ImageShape::new(rows.parse().unwrap(), columns.parse().unwrap()), "{name}");
        let tolerance: u8 = tolerance.parse().unwrap();
        for (found, expected) in gray.pixels.iter().zip(values.split(',')) {
            assert!(found.abs_diff(expected.parse().unwrap()) <= tolerance, "{name}: {found} for {expected}");
        }
        assert_eq!(gray.pixels.len(), values.split(',').count(), "{name}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut bomb = png(TWO, png::ColorType::Grayscale, png::BitDepth::Eight, &[7, 200]);
    // Width and height of the header, and its checksum.
    bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert_eq!(
        decode(&bomb).unwrap_err().to_string(),
        "claims 65536 x 65536 pixels, more than the 100000000 that are accepted: use a smaller picture"
    );
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    let mut jpeg = std::fs::read(folder.join("gray.jpg")).unwrap();
    let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    assert!(matches!(decode(&jpeg), Err(PictureFault::TooLarge { rows: 65535, columns: 65535 })));
}

/// Found by fuzzing: the png crate panics at such a palette.
#[test]
fn a_palette_with_a_part_of_a_colour_is_refused() {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 2, 1);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(vec![1, 2, 3, 4]);
    encoder.write_header().unwrap().write_image_data(&[0, 1]).unwrap();
    let message = decode(&file).unwrap_err().to_string();
    assert_eq!(message, "cannot be decoded (its palette has a part of a colour): copy or convert it again");
}

#[test]
fn what_is_damaged_or_no_picture_is_refused() {
    let whole = png(TWO, png::ColorType::Rgb, png::BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
    for end in 0..whole.len() - 12 {
        assert!(decode(&whole[..end]).is_err(), "{end} bytes");
    }
    assert!(matches!(decode(b"GIF89a"), Err(PictureFault::Format)));
    assert!(matches!(decode(&[0xff, 0xd8, 0xff]), Err(PictureFault::Corrupt(_))));
}
