//! A grid of values with a colour map and a range: what an image widget or a PDF image is made from.

use super::Colormap;

/// The values that the ends of a colour map stand for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Shown in the map's first colour.
    pub low: f64,
    /// Shown in the map's last colour.
    pub high: f64,
}

impl Range {
    /// [0, 1], for images.
    pub const UNIT: Self = Self { low: 0.0, high: 1.0 };

    /// The least and the greatest finite value; [0, 1] when there is none.
    pub fn of(values: &[f64]) -> Self {
        let _ = values;
        todo!()
    }

    /// [-a, a] with a the greatest absolute finite value, for signed values.
    pub fn symmetric(values: &[f64]) -> Self {
        let _ = values;
        todo!()
    }

    /// Where `value` lies, 0 at `low` and 1 at `high`, not clipped; 0.5 for an empty range.
    pub fn position(self, value: f64) -> f64 {
        let _ = value;
        todo!()
    }
}

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
}

impl Picture {
    /// A gray image of `side` x `side` pixels in [0, 1].
    pub fn image(side: usize, values: &[f64]) -> Self {
        Self {
            width: side,
            height: side,
            values: values.to_vec(),
            colormap: Colormap::Gray,
            range: Range::UNIT,
        }
    }

    /// The colour of the pixel in column `x` of row `y`; black outside.
    pub fn rgb(&self, x: usize, y: usize) -> [u8; 3] {
        if x >= self.width {
            return [0; 3];
        }
        self.values
            .get(y * self.width + x)
            .map_or([0; 3], |&value| self.colormap.rgb(self.range.position(value)))
    }

    /// The picture shrunk to `width` x `height` by exact area averaging (each target pixel is the
    /// mean of the source area that it covers).
    pub fn shrunk(&self, width: usize, height: usize) -> Self {
        let _ = (width, height);
        todo!()
    }
}
