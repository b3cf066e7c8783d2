//! A set of images of one shape, with or without labels: eight bits a pixel, or floats.

use std::fmt::Display;

use nalgebra::DMatrix;

use super::left::Left;
use super::resize::resize;
use super::{DataError, ImageShape};

/// The pixels of all images, one image after the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pixels {
    /// 0 to 255.
    Bytes(Vec<u8>),
    /// 0 to 1.
    Floats(Vec<f64>),
    /// The same, where single precision holds every value.
    Singles(Vec<f32>),
    /// Left in their file.
    Left(Left),
}

impl Pixels {
    fn len(&self, dim: usize) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Singles(values) => values.len(),
            Self::Left(left) => left.len() * dim,
        }
    }

    /// The same values in half the memory, where single precision holds every one.
    fn compact(self) -> Self {
        match self {
            Self::Floats(values) if values.iter().all(|&value| f64::from(value as f32) == value) => {
                Self::Singles(values.into_iter().map(|value| value as f32).collect())
            }
            other => other,
        }
    }
}

/// Images of one shape, row by row, in the order of the source: all of them with a label or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Images {
    shape: ImageShape,
    count: usize,
    pixels: Pixels,
    labels: Vec<u8>,
    /// One flag a pixel of all images; empty where no pixel is missing.
    missing: Vec<bool>,
    /// One an image; empty where every image counts once.
    weights: Vec<f64>,
}

impl Images {
    /// Labelled images of eight bits a pixel, from their pixels (`labels.len() * shape.len()` of them) and labels.
    ///
    /// Returns `None` when the lengths disagree.
    pub fn new(shape: ImageShape, pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        let count = labels.len();
        Self::of(shape, Pixels::Bytes(pixels), labels).filter(|images| images.count == count)
    }

    /// Images with as many labels, or without any; `None` when the lengths disagree.
    pub(super) fn of(shape: ImageShape, pixels: Pixels, labels: Vec<u8>) -> Option<Self> {
        let length = pixels.len(shape.len());
        let count = if shape.is_empty() { 0 } else { length / shape.len() };
        let is_whole = Some(length) == shape.len().checked_mul(count);
        let is_labelled = labels.is_empty() || labels.len() == count;
        (is_whole && is_labelled).then_some(Self {
            shape,
            count,
            pixels: pixels.compact(),
            labels,
            missing: Vec::new(),
            weights: Vec::new(),
        })
    }

    /// The same images brought to `shape`; `source` is what the error names.
    ///
    /// # Errors
    /// [`DataError::ResizeIncomplete`] for images of another shape of which pixels are missing.
    pub(super) fn resized(self, shape: ImageShape, source: &impl Display) -> Result<Self, DataError> {
        let from = self.shape;
        if from == shape {
            return Ok(self);
        }
        if !self.is_complete() {
            return Err(DataError::ResizeIncomplete { source_name: source.to_string() });
        }
        Ok(self.map(shape, |image| resize(image, from, shape)))
    }

    /// The same images without the pixels where `missing` (D values an image) is true; `None` when the lengths disagree.
    pub(super) fn without(mut self, mut missing: Vec<bool>) -> Option<Self> {
        if missing.len() != self.pixels.len(self.dim()) {
            return None;
        }
        missing.iter_mut().zip(&self.missing).for_each(|(missing, before)| *missing |= before);
        self.missing = if missing.contains(&true) { missing } else { Vec::new() };
        Some(self)
    }

    /// The same images with these weights, one each, without those of weight 0; `None` when the lengths disagree.
    pub(super) fn weighted(self, weights: Vec<f64>) -> Option<Self> {
        if weights.len() != self.count {
            return None;
        }
        let counted: Vec<usize> = (0..self.count).filter(|&index| weights[index] > 0.0).collect();
        let whole = Self { weights, ..self };
        Some(if counted.len() == whole.count { whole } else { whole.select(counted.into_iter()) })
    }

    /// The same images, each of which counts once.
    pub(super) fn unweighted(self) -> Self {
        Self { weights: Vec::new(), ..self }
    }

    /// The weight of every image, above 0; empty where each counts once.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Takes away the pixels of image `index` that are not `observed` (D values); nothing past the end.
    pub fn hide(&mut self, index: usize, observed: &[bool]) {
        if observed.len() != self.dim() || index >= self.count || !observed.contains(&false) {
            return;
        }
        self.missing.resize(self.pixels.len(self.dim()), false);
        let range = index * observed.len()..(index + 1) * observed.len();
        self.missing[range].iter_mut().zip(observed).for_each(|(missing, observed)| *missing |= !observed);
    }

    /// Whether no pixel of any image is missing.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether no pixel of image `index` is missing.
    pub fn is_complete_at(&self, index: usize) -> bool {
        !self.missing_at(index).contains(&true)
    }

    /// The share of all pixels that is missing; none where that is 0.
    pub fn missing_share(&self) -> Option<f64> {
        let count = self.missing.iter().filter(|missing| **missing).count();
        (count > 0).then(|| count as f64 / self.missing.len() as f64)
    }

    /// Flags of the pixels of image `index` that are missing; empty when none of any image is.
    pub(super) fn missing_at(&self, index: usize) -> &[bool] {
        let start = index.saturating_mul(self.dim());
        self.missing.get(start..start.saturating_add(self.dim())).unwrap_or(&[])
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Height and width in pixels.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Pixels an image, D = rows * columns.
    pub fn dim(&self) -> usize {
        self.shape.len()
    }

    /// The labels, in order; empty for images without labels.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// Whether pixels are of eight bits: k / 255 for a whole k from 0 to 255.
    pub fn is_eight_bit(&self) -> bool {
        match &self.pixels {
            Pixels::Bytes(_) => true,
            Pixels::Floats(_) | Pixels::Singles(_) => false,
            Pixels::Left(left) => left.is_eight_bit(),
        }
    }

    /// Whether the pixels are left in their file, and read from it when they are asked for.
    pub fn is_left_in_file(&self) -> bool {
        matches!(self.pixels, Pixels::Left(_))
    }

    /// Why pixels that were read from a file became NaN, if some did since this was last asked.
    pub fn take_fault(&self) -> Option<DataError> {
        match &self.pixels {
            Pixels::Left(left) => left.take_fault(),
            Pixels::Bytes(_) | Pixels::Floats(_) | Pixels::Singles(_) => None,
        }
    }

    /// The pixels of image `index`, 0 to 255, row by row; empty when there is no such image, and where pixels are no
    /// bytes in memory.
    pub fn pixels(&self, index: usize) -> &[u8] {
        let start = index.saturating_mul(self.dim());
        self.all_pixels().get(start..start.saturating_add(self.dim())).unwrap_or(&[])
    }

    /// The pixels of all images, 0 to 255, one image after the other; empty where pixels are no bytes in memory.
    pub fn all_pixels(&self) -> &[u8] {
        match &self.pixels {
            Pixels::Bytes(values) => values,
            Pixels::Floats(_) | Pixels::Singles(_) | Pixels::Left(_) => &[],
        }
    }

    /// The pixels of image `index` in [0, 1], row by row, those that are missing NaN; empty when there is no such image.
    pub fn image(&self, index: usize) -> Vec<f64> {
        let mut image = vec![0.0; if index < self.count { self.dim() } else { 0 }];
        if index < self.count {
            self.read(&[index], &mut image, &mut Vec::new());
        }
        image
    }

    /// The labels that some image has, ascending.
    pub fn distinct_labels(&self) -> Vec<u8> {
        let mut is_there = [false; 256];
        self.labels.iter().for_each(|&label| is_there[usize::from(label)] = true);
        (0..=u8::MAX).filter(|&label| is_there[usize::from(label)]).collect()
    }

    /// How many images have this label.
    pub fn count(&self, label: u8) -> usize {
        self.labels.iter().filter(|&&other| other == label).count()
    }

    /// The images at `indices` as a D x N matrix with pixels in [0, 1], one image a column; missing pixels are NaN.
    ///
    /// Indices past the end give columns of zeros.
    pub fn matrix(&self, indices: &[usize]) -> DMatrix<f64> {
        let mut matrix = DMatrix::zeros(self.dim(), indices.len());
        self.read(indices, matrix.as_mut_slice(), &mut Vec::new());
        matrix
    }

    /// Writes the images at `indices` to `images`, D values each, one after the other; those past the end are left as they
    /// are. `memory` is for the bytes of a file.
    pub fn read(&self, indices: &[usize], images: &mut [f64], memory: &mut Vec<u8>) {
        let dim = self.dim();
        if let Pixels::Left(left) = &self.pixels {
            left.read(indices, dim, images, memory);
        }
        for (image, &index) in images.chunks_exact_mut(dim.max(1)).zip(indices) {
            let start = index.saturating_mul(dim);
            let own = start..start.saturating_add(dim);
            match &self.pixels {
                Pixels::Bytes(values) => {
                    let pixels = values.get(own).unwrap_or_default();
                    image
                        .iter_mut()
                        .zip(pixels)
                        .for_each(|(value, &pixel)| *value = f64::from(pixel) / 255.0);
                }
                Pixels::Floats(values) => {
                    let pixels = values.get(own).unwrap_or_default();
                    image.iter_mut().zip(pixels).for_each(|(value, &pixel)| *value = pixel);
                }
                Pixels::Singles(values) => {
                    let pixels = values.get(own).unwrap_or_default();
                    image.iter_mut().zip(pixels).for_each(|(value, &pixel)| *value = f64::from(pixel));
                }
                Pixels::Left(_) => {}
            }
            mark(image, self.missing_at(index));
        }
    }

    /// These images, then `others` without their labels: those at the end have none. `None` where shapes differ.
    pub fn followed_by(&self, others: &Self) -> Option<Self> {
        if self.shape != others.shape {
            return None;
        }
        let pixels = match (&self.pixels, &others.pixels) {
            (Pixels::Bytes(own), Pixels::Bytes(others)) => Pixels::Bytes([&own[..], others].concat()),
            _ => Pixels::Floats(
                (0..self.count)
                    .flat_map(|index| self.image(index))
                    .chain((0..others.count).flat_map(|index| others.image(index)))
                    .collect(),
            ),
        };
        let mut missing = self.missing.clone();
        if !self.missing.is_empty() || !others.missing.is_empty() {
            missing.resize(self.pixels.len(self.dim()), false);
            missing.extend_from_slice(&others.missing);
            missing.resize(pixels.len(self.dim()), false);
        }
        let mut weights = self.weights.clone();
        if !weights.is_empty() {
            weights.resize(self.count + others.count, 1.0);
        }
        let (shape, count, pixels) = (self.shape, self.count + others.count, pixels.compact());
        Some(Self { shape, count, pixels, labels: self.labels.clone(), missing, weights })
    }

    /// The images at `indices`, in that order; those past the end are left out.
    pub fn select(&self, indices: impl Iterator<Item = usize> + Clone) -> Self {
        fn gather<T: Copy>(values: &[T], dim: usize, indices: impl Iterator<Item = usize>) -> Vec<T> {
            let parts = indices.filter_map(|index| values.get(index * dim..(index + 1) * dim));
            parts.flatten().copied().collect()
        }
        let indices = indices.filter(|index| *index < self.count);
        let pixels = match &self.pixels {
            Pixels::Bytes(values) => Pixels::Bytes(gather(values, self.dim(), indices.clone())),
            Pixels::Floats(values) => Pixels::Floats(gather(values, self.dim(), indices.clone())),
            Pixels::Singles(values) => Pixels::Singles(gather(values, self.dim(), indices.clone())),
            Pixels::Left(left) => Pixels::Left(left.select(indices.clone())),
        };
        let labels = indices.clone().filter_map(|index| self.labels.get(index).copied()).collect();
        let missing = gather(&self.missing, self.dim(), indices.clone());
        let missing = if missing.contains(&true) { missing } else { Vec::new() };
        let weights = indices.clone().filter_map(|index| self.weights.get(index).copied()).collect();
        Self { shape: self.shape, count: indices.count(), pixels, labels, missing, weights }
    }

    /// The images whose label is among `labels`, in order; none of images without labels.
    pub fn with_labels(self, labels: &[u8]) -> Self {
        let is_chosen = |label: &u8| labels.contains(label);
        if !self.labels.is_empty() && self.labels.iter().all(is_chosen) {
            return self;
        }
        let chosen = |index: &usize| self.labels.get(*index).is_some_and(is_chosen);
        self.select((0..self.count).filter(chosen))
    }

    /// The images, each changed by `change` from its pixels in [0, 1] to those of an image of `shape`. Eight bits a pixel
    /// stay so, rounded. No pixel may be missing.
    pub(super) fn map(&self, shape: ImageShape, change: impl Fn(&[f64]) -> Vec<f64>) -> Self {
        let all = (0..self.count).flat_map(|index| change(&self.image(index)));
        let pixels = match &self.pixels {
            Pixels::Bytes(_) => {
                Pixels::Bytes(all.map(|value| (255.0 * value).round().clamp(0.0, 255.0) as u8).collect())
            }
            Pixels::Floats(_) | Pixels::Singles(_) | Pixels::Left(_) => {
                Pixels::Floats(all.map(|value| value.clamp(0.0, 1.0)).collect())
            }
        };
        Self {
            shape,
            count: self.count,
            pixels,
            labels: self.labels.clone(),
            missing: Vec::new(),
            weights: self.weights.clone(),
        }
    }
}

/// NaN where `missing`.
fn mark(image: &mut [f64], missing: &[bool]) {
    image.iter_mut().zip(missing).filter(|(_, missing)| **missing).for_each(|(pixel, _)| *pixel = f64::NAN);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Images {
        Images::new(ImageShape::new(2, 2), vec![0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8], vec![8, 0, 8])
            .unwrap()
    }

    #[test]
    fn lengths_that_disagree_are_refused() {
        let shape = ImageShape::new(2, 2);
        assert_eq!(Images::new(shape, vec![0; 7], vec![0, 1]), None);
        assert_eq!(Images::new(shape, vec![0; 8], vec![]), None);
        assert_eq!(Images::of(shape, Pixels::Bytes(vec![0; 8]), vec![1]), None);
        assert_eq!(Images::new(ImageShape::new(usize::MAX, 3), vec![], vec![1]), None);
        assert!(Images::new(shape, vec![], vec![]).unwrap().is_empty());
        let unlabelled = Images::of(shape, Pixels::Floats(vec![0.5; 8]), vec![]).unwrap();
        assert_eq!(
            (unlabelled.len(), unlabelled.is_eight_bit(), unlabelled.image(1)),
            (2, false, vec![0.5; 4])
        );
        assert_eq!(unlabelled.matrix(&[1, 2]).column(0).as_slice(), [0.5; 4]);
        assert_eq!(unlabelled.select([1].into_iter()).len(), 1);
    }

    #[test]
    fn a_matrix_has_one_image_a_column_with_pixels_from_0_to_1() {
        let matrix = three().matrix(&[2, 0, 9]);
        assert_eq!(matrix.shape(), (4, 3));
        assert_eq!(matrix.column(0).as_slice(), [5.0, 6.0, 7.0, 8.0].map(|p| p / 255.0));
        assert_eq!(matrix.column(1).as_slice(), [0.0, 0.2, 0.4, 1.0]);
        assert_eq!(matrix.column(2).sum(), 0.0);
    }

    #[test]
    fn missing_pixels_are_nan_and_follow_their_image() {
        let mut images = three();
        assert!(images.is_complete());
        images.hide(1, &[true, false, true, true]);
        images.hide(7, &[false; 4]);
        assert!(!images.is_complete() && images.is_complete_at(0) && !images.is_complete_at(1));
        assert!(images.image(1)[1].is_nan() && images.matrix(&[0, 1])[(1, 1)].is_nan());
        let kept = images.select([1].into_iter());
        assert!(kept.image(0)[1].is_nan() && kept.image(0)[0] == 1.0 / 255.0);
        assert!(images.with_labels(&[8]).is_complete());
        assert_eq!(three().without(vec![false; 3]), None);
        assert_eq!(three().without(vec![false; 12]), Some(three()));
    }

    #[test]
    fn weights_follow_their_image_and_weight_0_is_no_image() {
        let images = three().weighted(vec![2.0, 0.0, 0.5]).unwrap();
        assert_eq!((images.len(), images.weights(), images.labels()), (2, &[2.0, 0.5][..], &[8, 8][..]));
        assert_eq!(images.select([1].into_iter()).weights(), [0.5]);
        assert_eq!((three().weighted(vec![1.0]), images.unweighted().weights().len()), (None, 0));
    }

    #[test]
    fn a_selection_keeps_the_order() {
        let bags = three().with_labels(&[8, 3]);
        assert_eq!(bags.labels(), [8, 8]);
        assert_eq!(bags.all_pixels(), [0, 51, 102, 255, 5, 6, 7, 8]);
        assert_eq!((three().count(8), three().count(0), three().count(1)), (2, 1, 0));
        assert_eq!(three().with_labels(&[0, 8]), three());
    }

    #[test]
    fn images_that_follow_others_have_no_labels() {
        let own = Images::of(ImageShape::new(2, 2), Pixels::Bytes(vec![255; 4]), vec![]).unwrap();
        let all = three().followed_by(&own).unwrap();
        assert_eq!((all.len(), all.labels(), all.image(3)), (4, &[8, 0, 8][..], vec![1.0; 4]));
        assert!(all.is_eight_bit());
        let floats = Images::of(ImageShape::new(2, 2), Pixels::Floats(vec![0.25; 4]), vec![]).unwrap();
        let all = three().followed_by(&floats).unwrap();
        assert_eq!((all.image(0), all.image(3)), (three().image(0), vec![0.25; 4]));
        let wide = Images::of(ImageShape::new(1, 4), Pixels::Bytes(vec![0; 4]), vec![]).unwrap();
        assert_eq!(three().followed_by(&wide), None);
    }

    #[test]
    fn single_precision_is_kept_where_it_holds_every_value() {
        let of = |values: &[f64]| {
            Images::of(ImageShape::new(1, 2), Pixels::Floats(values.to_vec()), vec![]).unwrap()
        };
        let singles = of(&[0.5, 0.25, f64::from(0.1_f32), 1.0]);
        assert!(matches!(singles.pixels, Pixels::Singles(_)));
        assert_eq!((singles.image(1), singles.image(2)), (vec![f64::from(0.1_f32), 1.0], vec![]));
        assert_eq!(singles.select([1].into_iter()).image(0), singles.image(1));
        let doubles = of(&[0.5, 0.1]);
        assert!(matches!(doubles.pixels, Pixels::Floats(_)));
        assert_eq!(singles.followed_by(&doubles).unwrap().image(2), [0.5, 0.1]);
    }

    #[test]
    fn an_image_past_the_end_has_no_pixels() {
        assert_eq!(three().pixels(1), [1, 2, 3, 4]);
        assert_eq!(three().image(0), [0.0, 0.2, 0.4, 1.0]);
        assert!(three().pixels(3).is_empty() && three().image(3).is_empty());
        assert!(three().pixels(usize::MAX).is_empty() && three().image(usize::MAX).is_empty());
    }
}
