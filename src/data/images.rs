//! A set of labelled square images, eight bits a pixel.

use nalgebra::DMatrix;

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

/// Labelled images of `side` x `side` pixels in 0..=255, row by row, in file order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    side: usize,
    pixels: Vec<u8>,
    labels: Vec<u8>,
}

impl Images {
    /// Images from their pixels (`labels.len() * side * side` of them) and labels.
    ///
    /// Returns `None` when the lengths disagree.
    pub fn new(side: usize, pixels: Vec<u8>, labels: Vec<u8>) -> Option<Self> {
        (pixels.len() == labels.len() * side * side).then_some(Self { side, pixels, labels })
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
    pub fn side(&self) -> usize {
        self.side
    }

    /// Pixels an image, D = side^2.
    pub fn dim(&self) -> usize {
        self.side * self.side
    }

    /// The labels, in order.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The pixels of image `index`, row by row; empty when there is no such image.
    pub fn pixels(&self, index: usize) -> &[u8] {
        let dim = self.dim();
        self.pixels.get(index * dim..(index + 1) * dim).unwrap_or(&[])
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
        let kept = (0..self.len()).filter(|&i| labels.contains(&self.labels[i]));
        let mut selected = Self { side: self.side, pixels: Vec::new(), labels: Vec::new() };
        for index in kept {
            selected.pixels.extend_from_slice(self.pixels(index));
            selected.labels.push(self.labels[index]);
        }
        selected
    }
}
