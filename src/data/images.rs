//! A set of labelled images of one shape, eight bits a pixel.

use nalgebra::DMatrix;

use super::ImageShape;

/// The ten classes of Fashion-MNIST, by label.
pub const LABEL_NAMES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// The class name of a label, or `"?"` for a label above 9.
pub fn label_name(label: u8) -> &'static str {
    LABEL_NAMES.get(usize::from(label)).copied().unwrap_or("?")
}

/// Labelled images of one shape, with pixels in 0..=255, row by row, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    shape: ImageShape,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Images from their pixels (`labels.len() * shape.len()` of them) and labels.
    ///
    /// Returns `None` when the lengths disagree.
    pub fn new(shape: ImageShape, pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        let expected = shape.len().checked_mul(labels.len());
        (Some(pixels.len()) == expected).then_some(Self { shape, pixels, labels })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Height and width in pixels.
    pub fn shape(&self) -> ImageShape {
        self.shape
    }

    /// Pixels an image, D = rows * columns.
    pub fn dim(&self) -> usize {
        self.shape.len()
    }

    /// The labels, in order.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The pixels of image `index`, row by row; empty when there is no such image.
    pub fn pixels(&self, index: usize) -> &[u8] {
        let dim = self.dim();
        let start = index.saturating_mul(dim);
        self.pixels.get(start..start.saturating_add(dim)).unwrap_or(&[])
    }

    /// The pixels of all images, one image after the other.
    pub fn all_pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// How many images have this label.
    pub fn count(&self, label: u8) -> usize {
        self.labels.iter().filter(|&&other| other == label).count()
    }

    /// The images at `indices` as a D x N matrix with pixels in [0, 1], one image a column.
    ///
    /// Indices past the end give columns of zeros.
    pub fn matrix(&self, indices: &[usize]) -> DMatrix<f64> {
        let mut matrix = DMatrix::zeros(self.dim(), indices.len());
        for (mut column, &index) in matrix.column_iter_mut().zip(indices) {
            for (value, &pixel) in column.iter_mut().zip(self.pixels(index)) {
                *value = f64::from(pixel) / 255.0;
            }
        }
        matrix
    }

    /// The images whose label is among `labels`, in order.
    pub fn with_labels(&self, labels: &[u8]) -> Self {
        let count = self.labels.iter().filter(|label| labels.contains(label)).count();
        let mut selected = Self {
            shape: self.shape,
            pixels: Vec::with_capacity(count * self.dim()),
            labels: Vec::with_capacity(count),
        };
        for (index, &label) in self.labels.iter().enumerate() {
            if labels.contains(&label) {
                selected.pixels.extend_from_slice(self.pixels(index));
                selected.labels.push(label);
            }
        }
        selected
    }
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
        assert_eq!(Images::new(ImageShape::new(usize::MAX, 3), vec![], vec![1]), None);
        assert!(Images::new(shape, vec![], vec![]).unwrap().is_empty());
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
    fn a_selection_keeps_the_order() {
        let bags = three().with_labels(&[8, 3]);
        assert_eq!(bags.labels(), [8, 8]);
        assert_eq!(bags.all_pixels(), [0, 51, 102, 255, 5, 6, 7, 8]);
        assert_eq!((three().count(8), three().count(0), three().count(1)), (2, 1, 0));
    }

    #[test]
    fn an_image_past_the_end_has_no_pixels() {
        assert_eq!(three().pixels(1), [1, 2, 3, 4]);
        assert!(three().pixels(3).is_empty());
        assert!(three().pixels(usize::MAX).is_empty());
    }

    #[test]
    fn labels_have_names() {
        assert_eq!((label_name(0), label_name(8), label_name(10)), ("T-shirt/top", "Bag", "?"));
    }
}
