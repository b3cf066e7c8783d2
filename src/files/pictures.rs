//! Restorations as PNG files, in gray of eight bits.

use std::io::{self, Write};
use std::path::Path;

use nalgebra::DMatrix;

use super::{FileError, Restored};
use crate::data::{ImageShape, write_file};

/// The standard deviation that is drawn white: no distribution on [0, 1] has a larger one.
const WHITE: f64 = 0.5;

/// Writes into `folder`, for image 0 and so on: `0000-restored.png`; `0000-std.png`, in which white is a standard deviation of 0.5 or more;
/// `0000-image.png` where the image is known; and `0000-observed.png` where what is observed is a picture, with the missing pixels of a mask
/// transparent. Values are clipped to [0, 1]. Returns the number of files.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_pictures(folder: &Path, restored: &Restored) -> Result<usize, FileError> {
    let mut files = 0;
    for (n, restoration) in restored.restorations.iter().enumerate() {
        let Some(observation) = restored.observation(n) else { continue };
        let shape = observation.shape();
        let mut write = |kind: &str, shape, pixels: &[u8], color| {
            files += 1;
            picture(&folder.join(format!("{n:04}-{kind}.png")), shape, pixels, color)
        };
        write("restored", shape, &gray(&restoration.restored, 1.0), png::ColorType::Grayscale)?;
        write("std", shape, &gray(&restoration.std, WHITE), png::ColorType::Grayscale)?;
        if let Some(truth) = &restored.truth {
            write("image", shape, &gray(truth.column(n).as_slice(), 1.0), png::ColorType::Grayscale)?;
        }
        let Some(y) = restored.measurements.get(n) else { continue };
        let output = observation.operator().output();
        if let Some(mask) = observation.mask() {
            let pixels = observation.operator().adjoint(&DMatrix::from_column_slice(y.len(), 1, y));
            let opacity = mask.bits().iter().map(|&observed| if observed { u8::MAX } else { 0 });
            let pixels = gray(pixels.as_slice(), 1.0).into_iter().zip(opacity);
            let pixels: Vec<u8> = pixels.flat_map(|(gray, alpha)| [gray, alpha]).collect();
            write("observed", shape, &pixels, png::ColorType::GrayscaleAlpha)?;
        } else if output.rows > 1 {
            write("observed", output, &gray(y, 1.0), png::ColorType::Grayscale)?;
        }
    }
    Ok(files)
}

/// Writes the columns of `images` (D x N) into `folder`: `0000-NAME.png` and so on, clipped to [0, 1]. Returns their number.
///
/// # Errors
/// [`crate::data::DataError::Write`].
pub fn write_images(
    folder: &Path,
    name: &str,
    images: &DMatrix<f64>,
    shape: ImageShape,
) -> Result<usize, FileError> {
    for (n, image) in images.column_iter().enumerate() {
        let path = folder.join(format!("{n:04}-{name}.png"));
        picture(&path, shape, &gray(image.as_slice(), 1.0), png::ColorType::Grayscale)?;
    }
    Ok(images.ncols())
}

/// Bytes of values of which `white` is 255; those that are not numbers are 0.
fn gray(values: &[f64], white: f64) -> Vec<u8> {
    values.iter().map(|value| (value / white).clamp(0.0, 1.0).mul_add(255.0, 0.5) as u8).collect()
}

fn picture(path: &Path, shape: ImageShape, pixels: &[u8], color: png::ColorType) -> Result<(), FileError> {
    let side = |side| u32::try_from(side).map_err(io::Error::other);
    write_file(path, |file| {
        let mut encoder = png::Encoder::new(file.by_ref(), side(shape.columns)?, side(shape.rows)?);
        encoder.set_color(color);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixels)?;
        Ok(writer.finish()?)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::data::decode_picture;
    use crate::inverse::{Mask, Observation, Operator, Reduction, restore};
    use crate::mixture::Mixture;

    #[test]
    fn samples_are_pictures_of_their_shape() {
        let folder = TempDir::new().unwrap();
        let images = DMatrix::from_column_slice(
            6,
            2,
            &[0.0, 0.5, 1.0, -1.0, 2.0, f64::NAN, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        );
        assert_eq!(write_images(folder.path(), "sample", &images, ImageShape::new(2, 3)).unwrap(), 2);
        let bytes = std::fs::read(folder.path().join("0000-sample.png")).unwrap();
        let read = decode_picture(&bytes).unwrap();
        assert_eq!((read.shape, &read.pixels[..]), (ImageShape::new(2, 3), &[0, 128, 255, 0, 255, 0][..]));
    }

    #[test]
    fn pictures_hold_what_the_arrays_do() {
        let shape = ImageShape::new(2, 4);
        let mixture = Mixture::standard_start(DMatrix::from_element(8, 1, 0.4)).unwrap();
        let truth = DMatrix::from_fn(8, 1, |i, _| i as f64 / 7.0);
        let mask = Mask::from_fn(shape, |_, column| column < 2);
        let reduced = Observation::new(Operator::Reduction(Reduction::new(shape, 2).unwrap()), 0.1).unwrap();
        for (observation, observed) in [(Observation::from(mask), shape), (reduced, ImageShape::new(1, 2))] {
            let folder = TempDir::new().unwrap();
            let restorations = restore(&mixture, &truth, std::slice::from_ref(&observation)).unwrap();
            let y = observation.measure(truth.as_slice(), 0).unwrap();
            let restored = Restored {
                truth: Some(truth.clone()),
                observations: vec![observation],
                measurements: vec![y],
                restorations,
            };
            let read = |kind: &str| {
                let bytes = std::fs::read(folder.path().join(format!("0000-{kind}.png"))).unwrap();
                decode_picture(&bytes).unwrap()
            };
            let count = write_pictures(folder.path(), &restored).unwrap();
            assert_eq!(
                read("image").pixels,
                (0..8).map(|i| (i * 255 + 3) / 7).map(|v| v as u8).collect::<Vec<_>>()
            );
            let bytes = |values: &[f64], white: f64| -> Vec<u8> {
                values.iter().map(|v| (255.0 * (v / white).clamp(0.0, 1.0)).round() as u8).collect()
            };
            let of = &restored.restorations[0];
            assert_eq!(
                (read("restored").pixels, read("std").pixels),
                (bytes(&of.restored, 1.0), bytes(&of.std, 0.5))
            );
            // A single row is no picture; transparent pixels are read as white.
            match observed.rows > 1 {
                true => {
                    let found = read("observed");
                    assert_eq!((found.shape, count), (shape, 4));
                    assert_eq!(found.pixels[..4], [0, 36, 255, 255]);
                }
                false => assert_eq!(count, 3),
            }
        }
    }
}
