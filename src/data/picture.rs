//! One picture: PNG or JPEG, recognised by its first bytes, as gray pixels of eight bits.

use std::io::{Cursor, Read};

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::ImageShape;
use super::luminance::{luminance, on_white};

/// The most pixels of a picture: bounds what a file of a few bytes can make the reader allocate, to some 400 MB.
const MAX_PIXELS: usize = 100_000_000;

/// The most bytes of a file.
const MAX_BYTES: u64 = 1 << 28;

/// The most rows or columns of a JPEG, by its format.
const MAX_SIDE: usize = 1 << 16;

/// A picture as gray pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gray {
    /// Height and width.
    pub shape: ImageShape,
    /// 0 to 255, row by row.
    pub pixels: Vec<u8>,
    /// Whether the picture has colour, of which the luminance is kept.
    pub had_color: bool,
}

/// What is wrong with a picture, and a hint.
#[derive(Debug, thiserror::Error)]
pub enum PictureFault {
    /// Neither PNG nor JPEG.
    #[error("is neither PNG nor JPEG: convert it, or take it out of the folder")]
    Format,
    /// More bytes than are accepted.
    #[error("has more than {MAX_BYTES} bytes: use a smaller picture")]
    Bytes,
    /// More pixels than are accepted.
    #[error(
        "claims {rows} x {columns} pixels, more than the {MAX_PIXELS} that are accepted: use a smaller picture"
    )]
    TooLarge {
        /// Height that the header claims.
        rows: usize,
        /// Width that the header claims.
        columns: usize,
    },
    /// The decoder's complaint.
    #[error("cannot be decoded ({0}): copy or convert it again")]
    Corrupt(String),
}

/// Whether a file that starts with these bytes is PNG or JPEG.
pub(super) fn is_picture(start: &[u8]) -> bool {
    matches!(start, [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..])
}

/// Decodes a picture. Colour becomes luminance, transparent pixels white, 16 bits eight; orientation tags are left.
///
/// Sizes are checked before pixels are allocated.
///
/// # Errors
/// [`PictureFault`].
pub fn decode(bytes: &[u8]) -> Result<Gray, PictureFault> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [0xff, 0xd8, 0xff, ..] => jpeg(bytes),
        _ => Err(PictureFault::Format),
    }
}

/// Reads all of `source`, but no more than [`MAX_BYTES`].
pub(super) fn read_all(source: impl Read) -> std::io::Result<Result<Vec<u8>, PictureFault>> {
    let mut bytes = Vec::new();
    source.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > MAX_BYTES { Err(PictureFault::Bytes) } else { Ok(bytes) })
}

/// The shape, when it is one of a picture.
fn checked(rows: usize, columns: usize) -> Result<ImageShape, PictureFault> {
    let shape = ImageShape::new(rows, columns);
    if shape.len() > MAX_PIXELS { Err(PictureFault::TooLarge { rows, columns }) } else { Ok(shape) }
}

fn png(bytes: &[u8]) -> Result<Gray, PictureFault> {
    let corrupt = |error: png::DecodingError| PictureFault::Corrupt(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(corrupt)?;
    let shape = checked(header.height as usize, header.width as usize)?;
    let mut reader = decoder.read_info().map_err(corrupt)?;
    // The decoder takes three bytes of it at a time, and stops the program at a part of a colour.
    let is_whole = |palette: &[u8]| palette.len().is_multiple_of(3) && palette.len() <= 3 * 256;
    let palette = reader.info().palette.as_deref();
    if palette.is_some_and(|palette| !is_whole(palette)) {
        return Err(PictureFault::Corrupt("its palette has a part of a colour".to_owned()));
    }
    let opacities = reader.info().trns.as_deref().map_or(0, <[u8]>::len);
    if reader.info().color_type == png::ColorType::Indexed && palette.map_or(0, <[u8]>::len) / 3 < opacities {
        return Err(PictureFault::Corrupt("it has more opacities than colours".to_owned()));
    }
    let (kind, _) = reader.output_color_type();
    let channels = kind.samples();
    let size = reader.output_buffer_size().filter(|&size| size == shape.len() * channels);
    let size = size.ok_or_else(|| PictureFault::Corrupt("its size is impossible".to_owned()))?;
    let mut values = vec![0; size];
    reader.next_frame(&mut values).map_err(corrupt)?;
    let mut had_color = false;
    let pixel = |pixel: &[u8]| match *pixel {
        [gray] => gray,
        [gray, alpha] => on_white(gray, alpha),
        [red, green, blue] => {
            had_color |= red != green || green != blue;
            luminance([red, green, blue])
        }
        [red, green, blue, alpha] => {
            had_color |= red != green || green != blue;
            on_white(luminance([red, green, blue]), alpha)
        }
        _ => 0,
    };
    let pixels = values.chunks_exact(channels).map(pixel).collect();
    Ok(Gray { shape, pixels, had_color })
}

fn jpeg(bytes: &[u8]) -> Result<Gray, PictureFault> {
    let corrupt =
        |error: &dyn std::fmt::Debug| PictureFault::Corrupt(format!("{error:?}").replace('\n', " "));
    let options =
        DecoderOptions::default().set_max_width(MAX_SIDE).set_max_height(MAX_SIDE).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| corrupt(&error))?;
    let info = decoder.info().ok_or_else(|| PictureFault::Corrupt("it has no header".to_owned()))?;
    let shape = checked(usize::from(info.height), usize::from(info.width))?;
    let is_gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let wanted = if is_gray { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    let values = decoder.decode().map_err(|error| corrupt(&error))?;
    let mut had_color = false;
    let pixels: Vec<u8> = if is_gray {
        values
    } else {
        let pixel = |pixel: &[u8]| {
            had_color |= pixel[0] != pixel[1] || pixel[1] != pixel[2];
            luminance([pixel[0], pixel[1], pixel[2]])
        };
        values.chunks_exact(3).map(pixel).collect()
    };
    if pixels.len() != shape.len() {
        return Err(PictureFault::Corrupt("its size is impossible".to_owned()));
    }
    Ok(Gray { shape, pixels, had_color })
}

#[cfg(test)]
mod tests;
