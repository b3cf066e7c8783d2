//! Images that are left in their file, and which of them are meant.

use std::sync::Arc;

use super::DataError;
use super::pixel_file::PixelFile;

/// Images of a file, which are read when they are asked for.
#[derive(Debug, Clone)]
pub(super) struct Left {
    file: Arc<PixelFile>,
    /// Which images of the file they are; all of them, where there is no list.
    chosen: Option<Arc<[usize]>>,
    count: usize,
}

impl PartialEq for Left {
    /// The same images of the same opened file.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && self.chosen == other.chosen && self.count == other.count
    }
}

impl Left {
    /// All `count` images of a file.
    pub fn all(file: PixelFile, count: usize) -> Self {
        Self { file: Arc::new(file), chosen: None, count }
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether pixels are of eight bits.
    pub fn is_eight_bit(&self) -> bool {
        self.file.is_eight_bit()
    }

    /// Why pixels became NaN, if some did since this was last asked.
    pub fn take_fault(&self) -> Option<DataError> {
        self.file.take_fault()
    }

    /// Where in the file an image is.
    fn place(&self, index: usize) -> usize {
        self.chosen.as_ref().map_or(index, |chosen| chosen[index])
    }

    /// Those at `indices`, in that order.
    pub fn select(&self, indices: impl Iterator<Item = usize>) -> Self {
        let chosen: Arc<[usize]> = indices.map(|index| self.place(index)).collect();
        Self { file: Arc::clone(&self.file), count: chosen.len(), chosen: Some(chosen) }
    }

    /// Reads images, those that follow one another at once; of one past the end nothing.
    pub fn read(&self, indices: &[usize], dim: usize, mut out: &mut [f64], memory: &mut Vec<u8>) {
        let follows =
            |a: &usize, b: &usize| *b < self.count && *a < self.count && self.place(*b) == self.place(*a) + 1;
        for run in indices.chunk_by(follows) {
            let (images, rest) = std::mem::take(&mut out).split_at_mut(run.len() * dim);
            if run[0] < self.count {
                self.file.read(self.place(run[0]), images, memory);
            }
            out = rest;
        }
    }
}
