//! A grid of values with a colour map and a range: what an image widget or a PDF image is made from.

use super::{Colormap, Range};
use crate::data::ImageShape;

/// `width` x `height` values, row by row, to be shown through a colour map.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` values, row by row.
    pub values: Vec<f64>,
    /// How values become colours.
    pub colormap: Colormap,
    /// Which values the ends of the map stand for.
    pub range: Range,
    /// One flag a value, true where it is not known and [`Picture::MISSING`] is shown; empty when all are known.
    pub missing: Vec<bool>,
}

impl Picture {
    /// What a missing pixel is shown as: a dark blue between black and mid gray in lightness, no gray and no
    /// colour of viridis, and an entry of the terminal palette of 256 colours (24), so that it looks the same there.
    pub const MISSING: [u8; 3] = [0x00, 0x5f, 0x87];

    /// A gray image of pixels in [0, 1].
    pub fn image(shape: ImageShape, values: &[f64]) -> Self {
        Self {
            width: shape.columns,
            height: shape.rows,
            values: values.to_vec(),
            colormap: Colormap::Gray,
            range: Range::UNIT,
            missing: Vec::new(),
        }
    }

    /// The same picture over another range.
    pub fn over(self, range: Range) -> Self {
        Self { range, ..self }
    }

    /// The value in column `x` of row `y`; none outside and where it is missing.
    pub fn value(&self, x: usize, y: usize) -> Option<f64> {
        let index = self.index(x, y)?;
        if self.is_missing_at(index) { None } else { self.values.get(index).copied() }
    }

    /// Whether the pixel in column `x` of row `y` is marked missing; false outside.
    pub fn is_missing(&self, x: usize, y: usize) -> bool {
        self.index(x, y).is_some_and(|index| self.is_missing_at(index))
    }

    /// The colour of the pixel in column `x` of row `y`; black outside.
    pub fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        if self.is_missing(x, y) {
            return Self::MISSING;
        }
        self.value(x, y).map_or([0; 3], |value| self.colormap.rgb(self.range.position(value)))
    }

    /// The picture shrunk to `width` x `height` by exact area averaging: each target pixel is the mean of the
    /// source area that it covers, with fractions of pixels as weights. Cost: about `width * height` of the source.
    ///
    /// Missing pixels have no part in the mean; a target pixel is missing when it covers nothing else. The range
    /// stays, so that shrunk and whole pictures have one scale. A picture without pixels gives missing ones.
    pub fn shrunk(&self, width: usize, height: usize) -> Self {
        let mut values = Vec::with_capacity(width.saturating_mul(height));
        let mut missing = Vec::with_capacity(width.saturating_mul(height));
        let columns: Vec<Vec<Part>> = (0..width).map(|x| parts(x, width, self.width)).collect();
        for y in 0..height {
            let rows = parts(y, height, self.height);
            for column in &columns {
                let (mut sum, mut area) = (0.0, 0.0);
                for row in &rows {
                    for part in column {
                        if let Some(value) = self.value(part.index, row.index) {
                            let weight = part.length * row.length;
                            sum += weight * value;
                            area += weight;
                        }
                    }
                }
                missing.push(area == 0.0);
                values.push(if area > 0.0 { sum / area } else { f64::NAN });
            }
        }
        if !missing.contains(&true) {
            missing.clear();
        }
        Self { width, height, values, missing, ..*self }
    }

    fn index(&self, x: usize, y: usize) -> Option<usize> {
        (x < self.width && y < self.height).then(|| y.saturating_mul(self.width).saturating_add(x))
    }

    fn is_missing_at(&self, index: usize) -> bool {
        self.missing.get(index).copied().unwrap_or(false)
    }
}

/// A source pixel and how much of it a target pixel covers.
struct Part {
    index: usize,
    length: f64,
}

/// What target pixel `target` of `targets` covers of `sources` pixels, along one axis.
///
/// In units of 1 / (sources * targets) of the axis every boundary is whole, so that lengths are exact.
fn parts(target: usize, targets: usize, sources: usize) -> Vec<Part> {
    let (from, to) = (target * sources, (target + 1) * sources);
    (from / targets..to.div_ceil(targets))
        .map(|index| Part {
            index,
            length: (to.min((index + 1) * targets) - from.max(index * targets)) as f64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn picture(width: usize, height: usize, values: &[f64]) -> Picture {
        Picture::image(ImageShape::new(height, width), values)
    }

    /// The colour of every pixel, row by row.
    fn colours(picture: &Picture) -> Vec<[u8; 3]> {
        let pixels = (0..picture.height).flat_map(|y| (0..picture.width).map(move |x| (x, y)));
        pixels.map(|(x, y)| picture.rgb(x, y)).collect()
    }

    #[test]
    fn colours_and_what_lies_outside() {
        let mut image = picture(2, 2, &[0.0, 1.0, 0.2, f64::NAN]);
        assert_eq!(colours(&image), [[0; 3], [255; 3], [51; 3], [255, 0, 255]]);
        for (x, y) in [(2, 0), (0, 2), (usize::MAX, 0), (0, usize::MAX), (usize::MAX, usize::MAX)] {
            assert_eq!((image.rgb(x, y), image.value(x, y), image.is_missing(x, y)), ([0; 3], None, false));
        }
        image.missing = vec![false, true, false, false];
        assert_eq!((image.rgb(1, 0), image.value(1, 0)), (Picture::MISSING, None));
        assert_eq!(image.rgb(0, 1), [51; 3]);
        assert_eq!(image.over(Range { low: 0.0, high: 0.4 }).rgb(0, 1), [128; 3]);
        // Fewer values than pixels.
        assert_eq!(picture(3, 3, &[1.0]).rgb(2, 2), [0; 3]);
    }

    #[test]
    fn missing_differs_from_every_gray_and_from_viridis() {
        let distance =
            |a: [u8; 3], b: [u8; 3]| -> u32 { (0..3).map(|i| u32::from(a[i].abs_diff(b[i]))).sum() };
        for i in 0..=255u8 {
            for map in [Colormap::Gray, Colormap::Viridis] {
                assert!(distance(map.rgb(f64::from(i) / 255.0), Picture::MISSING) > 40, "{map:?} {i}");
            }
        }
    }

    #[test]
    fn shrinking_by_hand() {
        let source = picture(3, 2, &[0.0, 3.0, 6.0, 1.0, 1.0, 1.0]);
        // Each target column covers one pixel and a half: (1 * 0 + 0.5 * 3) / 1.5, (0.5 * 3 + 1 * 6) / 1.5.
        assert_eq!(source.shrunk(2, 2).values, [1.0, 5.0, 1.0, 1.0]);
        assert_eq!(source.shrunk(1, 1).values, [2.0]);
        assert_eq!(source.shrunk(3, 2), source);
        assert_eq!(source.shrunk(6, 2).values[..6], [0.0, 0.0, 3.0, 3.0, 6.0, 6.0]);
    }

    #[test]
    fn shrinking_what_is_missing() {
        let mut source = picture(4, 1, &[0.5, 9.0, 9.0, 9.0]);
        source.missing = vec![false, true, true, true];
        let small = source.shrunk(2, 1);
        assert_eq!((small.value(0, 0), small.is_missing(1, 0)), (Some(0.5), true));
        assert!(source.shrunk(1, 1).missing.is_empty());
    }

    #[test]
    fn no_pixels_at_all() {
        let source = picture(2, 2, &[0.0; 4]);
        for (width, height) in [(0, 0), (0, 3), (3, 0)] {
            assert!(colours(&source.shrunk(width, height)).is_empty());
        }
        let empty = picture(0, 0, &[]).shrunk(2, 1);
        assert_eq!(empty.rgb(1, 0), Picture::MISSING);
    }

    /// Area averaging over a grid fine enough to hold both pixel grids: slow, and another way.
    fn oversampled(source: &Picture, width: usize, height: usize) -> Vec<f64> {
        let (fine_x, fine_y) = (source.width * width, source.height * height);
        let mut sums = vec![0.0; width * height];
        for y in 0..fine_y {
            for x in 0..fine_x {
                let value = source.values[y / height * source.width + x / width];
                sums[y / source.height * width + x / source.width] += value;
            }
        }
        sums.iter().map(|sum| sum / (source.width * source.height) as f64).collect()
    }

    proptest! {
        #[test]
        fn shrinking_is_area_averaging(
            (width, height, values) in (1..9usize, 1..9usize).prop_flat_map(|(w, h)| {
                (Just(w), Just(h), proptest::collection::vec(-10.0..10.0f64, w * h))
            }),
            to_width in 1..12usize,
            to_height in 1..12usize,
        ) {
            let source = picture(width, height, &values);
            let shrunk = source.shrunk(to_width, to_height);
            for (found, expected) in shrunk.values.iter().zip(oversampled(&source, to_width, to_height)) {
                prop_assert!((found - expected).abs() < 1e-12);
            }
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            prop_assert!((mean(&shrunk.values) - mean(&values)).abs() < 1e-12, "the mean is kept");
        }

        #[test]
        fn no_picture_is_too_odd(
            width in 0..6usize, height in 0..6usize,
            values in proptest::collection::vec(proptest::num::f64::ANY, 0..40),
            missing in proptest::collection::vec(any::<bool>(), 0..40),
            to_width in 0..8usize, to_height in 0..8usize,
        ) {
            let source = Picture { missing, ..picture(width, height, &values) };
            prop_assert_eq!(colours(&source).len(), width * height);
            prop_assert_eq!(colours(&source.shrunk(to_width, to_height)).len(), to_width * to_height);
        }
    }
}
