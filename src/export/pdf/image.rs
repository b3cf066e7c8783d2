//! Pictures as PDF images: lossless, without interpolation, with each pixel repeated so that no viewer blurs it.

use std::collections::BTreeMap;

use printpdf::{DictItem, ExternalStream, ExternalXObject, Px, XObjectId};
use sha2::{Digest, Sha256};

use crate::show::Picture;

/// A grid of sRGB pixels, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// The picture through its colour map.
    pub fn new(picture: &Picture) -> Self {
        Self::from_fn(picture.width, picture.height, |x, y| picture.rgb(x, y))
    }

    /// Pixels given by a function of column and row.
    pub fn from_fn(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y));
        Self { width, height, pixels: pixels.collect() }
    }

    /// Width and height relative to the greater of both, at least 1/8: a single row of pixels is drawn eight times as
    /// wide as high, so that it can be seen.
    pub fn proportions(&self) -> (f64, f64) {
        let (width, height) = (self.width.max(1) as f64, self.height.max(1) as f64);
        let greater = width.max(height);
        ((width / greater).max(0.125), (height / greater).max(0.125))
    }

    /// Each pixel repeated so that a small image has at least about 200 pixels a side.
    ///
    /// Viewers that smooth enlarged images, whatever the file says, then smooth within a pixel only.
    fn magnified(&self) -> Self {
        let factor = (224 / self.width.max(self.height).max(1)).clamp(1, 8);
        let pixel = |x: usize, y: usize| {
            self.pixels.get(y / factor * self.width + x / factor).copied().unwrap_or_default()
        };
        Self::from_fn(self.width * factor, self.height * factor, pixel)
    }

    /// The image as an object of the PDF, and a name that depends on its content alone.
    ///
    /// Gray images take a byte a pixel; others too when they have at most 256 colours (a palette), else three.
    pub fn object(&self) -> (XObjectId, ExternalXObject) {
        let image = self.magnified();
        let (space, content) = image.encoded();
        let integer = |value: usize| DictItem::Int(i64::try_from(value).unwrap_or(0));
        let dict = BTreeMap::from([
            ("Type".to_owned(), name("XObject")),
            ("Subtype".to_owned(), name("Image")),
            ("Width".to_owned(), integer(image.width)),
            ("Height".to_owned(), integer(image.height)),
            ("BitsPerComponent".to_owned(), DictItem::Int(8)),
            ("Interpolate".to_owned(), DictItem::Bool(false)),
            ("ColorSpace".to_owned(), space.clone()),
        ]);
        let digest = Sha256::new()
            .chain_update(format!("{} {} {space:?}", image.width, image.height))
            .chain_update(&content)
            .finalize();
        let id = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>();
        let object = ExternalXObject {
            stream: ExternalStream { dict, content, compress: true },
            width: Some(Px(image.width)),
            height: Some(Px(image.height)),
            dpi: None,
        };
        (XObjectId(format!("I{id}")), object)
    }

    fn encoded(&self) -> (DictItem, Vec<u8>) {
        if self.pixels.iter().all(|[r, g, b]| r == g && g == b) {
            return (name("DeviceGray"), self.pixels.iter().map(|p| p[0]).collect());
        }
        let mut palette: Vec<[u8; 3]> = self.pixels.clone();
        palette.sort_unstable();
        palette.dedup();
        if palette.len() > 256 {
            return (name("DeviceRGB"), self.pixels.concat());
        }
        let index = |p: &[u8; 3]| u8::try_from(palette.binary_search(p).unwrap_or(0)).unwrap_or(0);
        let content = self.pixels.iter().map(index).collect();
        let last = i64::try_from(palette.len().saturating_sub(1)).unwrap_or(0);
        let table = DictItem::String { data: palette.concat(), literal: false };
        let space = vec![name("Indexed"), name("DeviceRGB"), DictItem::Int(last), table];
        (DictItem::Array(space), content)
    }
}

fn name(name: &str) -> DictItem {
    DictItem::Name(name.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_images_are_magnified_without_mixing_pixels() {
        let raster = Raster::from_fn(28, 28, |x, y| [x as u8, y as u8, 7]);
        let large = raster.magnified();
        assert_eq!((large.width, large.height), (224, 224));
        for (i, pixel) in large.pixels.iter().enumerate() {
            assert_eq!(*pixel, [(i % 224 / 8) as u8, (i / 224 / 8) as u8, 7]);
        }
        assert_eq!(Raster::from_fn(300, 2, |_, _| [0; 3]).magnified().width, 300);
    }

    #[test]
    fn colour_spaces_are_the_smallest_that_hold_the_image() {
        let gray = Raster::from_fn(2, 1, |x, _| [x as u8 * 9; 3]);
        assert_eq!(gray.encoded(), (name("DeviceGray"), vec![0, 9]));
        let few = Raster::from_fn(2, 1, |x, _| [9 - x as u8, 1, 2]);
        let (space, content) = few.encoded();
        assert_eq!(content, [1, 0]);
        assert!(matches!(space, DictItem::Array(items) if items[3]
            == DictItem::String { data: vec![8, 1, 2, 9, 1, 2], literal: false }));
        let many = Raster::from_fn(300, 1, |x, _| [(x % 256) as u8, (x / 256) as u8, 0]);
        assert_eq!(many.encoded().0, name("DeviceRGB"));
    }

    #[test]
    fn pixels_are_square_but_in_a_row_of_them() {
        let proportions = |width, height| Raster::from_fn(width, height, |_, _| [0; 3]).proportions();
        assert_eq!(proportions(28, 28), (1.0, 1.0));
        assert_eq!(proportions(30, 20), (1.0, 2.0 / 3.0));
        assert_eq!((proportions(64, 1), proportions(1, 64)), ((1.0, 0.125), (0.125, 1.0)));
        assert_eq!(proportions(0, 0), (1.0, 1.0));
    }

    #[test]
    fn names_depend_on_the_content_alone() {
        let id = |value: u8| Raster::from_fn(3, 3, |_, _| [value; 3]).object().0;
        assert_eq!(id(1), id(1));
        assert_ne!(id(1), id(2));
    }
}
