//! Images that are read a tile at a time: from memory, or from a file that memory does not hold.

use nalgebra::DMatrix;

/// S images of D pixels, which are read a few at a time, again and again, by several threads at once.
///
/// A pixel that cannot be read is NaN, which a fit refuses by name; the source keeps why.
pub trait ImageSource: Sync {
    /// D.
    fn dim(&self) -> usize;

    /// S.
    fn len(&self) -> usize;

    /// Whether there is no image.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `count` images from `first` on, D values each, one after the other: those in memory as they are, others written to
    /// `memory`, which becomes as long. Images past the end are NaN.
    fn tile<'a>(&'a self, first: usize, count: usize, memory: &'a mut Vec<f64>) -> &'a [f64];
}

impl ImageSource for DMatrix<f64> {
    fn dim(&self) -> usize {
        self.nrows()
    }

    fn len(&self) -> usize {
        self.ncols()
    }

    fn tile<'a>(&'a self, first: usize, count: usize, memory: &'a mut Vec<f64>) -> &'a [f64] {
        let (start, length) = (first * self.nrows(), count * self.nrows());
        if let Some(tile) = self.as_slice().get(start..start + length) {
            return tile;
        }
        memory.clear();
        memory.resize(length, f64::NAN);
        memory
    }
}
