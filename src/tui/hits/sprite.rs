//! Pictures in true pixels: what a frame puts where, for terminals that can show them.

use ratatui::layout::Rect;

use crate::show::Picture;

/// Colours of pixels, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Raster {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` sRGB colours, row by row.
    pub pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// The colours of a picture, shrunk so that no side is longer than `most`.
    pub fn of(picture: &Picture, most: usize) -> Self {
        let longer = picture.width.max(picture.height).max(1);
        let shrunk;
        let picture = if longer > most {
            let side = |pixels: usize| (pixels * most / longer).max(1);
            shrunk = picture.shrunk(side(picture.width), side(picture.height));
            &shrunk
        } else {
            picture
        };
        let (width, height) = (picture.width, picture.height);
        let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self { width, height, pixels: all.map(|(x, y)| picture.rgb(x, y)).collect() }
    }

    /// The colour in column `x` of row `y`; black outside.
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let index = (x < self.width && y < self.height).then(|| y * self.width + x);
        index.and_then(|index| self.pixels.get(index)).copied().unwrap_or_default()
    }

    /// Gives the pixel in column `x` of row `y` another colour.
    pub fn paint(&mut self, (x, y): (usize, usize), color: [u8; 3]) {
        let index = (x < self.width && y < self.height).then(|| y * self.width + x);
        if let Some(pixel) = index.and_then(|index| self.pixels.get_mut(index)) {
            *pixel = color;
        }
    }
}

/// A picture over some cells, all of which it covers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sprite {
    /// The cells.
    pub area: Rect,
    /// What they show.
    pub raster: Raster,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ImageShape;

    #[test]
    fn a_picture_keeps_its_pixels_up_to_a_size() {
        let values: Vec<f64> = (0..12).map(|at| f64::from(at) / 11.0).collect();
        let picture = Picture::image(ImageShape::new(3, 4), &values);
        let mut raster = Raster::of(&picture, 4);
        assert_eq!((raster.width, raster.height), (4, 3));
        assert_eq!((raster.at(3, 2), raster.at(4, 0), raster.at(0, 3)), ([255; 3], [0; 3], [0; 3]));
        raster.paint((1, 1), [1, 2, 3]);
        raster.paint((9, 9), [1, 2, 3]);
        assert_eq!(raster.at(1, 1), [1, 2, 3]);
        let small = Raster::of(&picture, 2);
        assert_eq!((small.width, small.height, small.pixels.len()), (2, 1, 2));
    }
}
