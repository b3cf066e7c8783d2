//! Images brought to another size.

use super::ImageShape;

/// `image` at the size `to`: each pixel is the mean of those that it covers, weighted by a triangle as wide as two of its
/// own steps (of the finer grid's where the image grows), first along rows, then along columns. Proportions are not kept.
///
/// Cost: 2 rows columns max(1, scale) flops for each axis. The same filter as Pillow's `BILINEAR`.
pub(super) fn resize(image: &[f64], from: ImageShape, to: ImageShape) -> Vec<f64> {
    if from == to {
        return image.to_vec();
    }
    let across = weights(from.columns, to.columns);
    let down = weights(from.rows, to.rows);
    let rows: Vec<f64> = image
        .chunks_exact(from.columns.max(1))
        .flat_map(|row| across.iter().map(|w| w.apply(row, 1)))
        .collect();
    let column = |weights: &Weights, at: usize| weights.apply(rows.get(at..).unwrap_or(&[]), to.columns);
    down.iter().flat_map(|weights| (0..to.columns).map(move |at| column(weights, at))).collect()
}

/// The weights of the pixels, from the first on, that make one pixel; they sum to 1.
struct Weights {
    first: usize,
    values: Vec<f64>,
}

impl Weights {
    /// The weighted mean of every `stride`th of `pixels`.
    fn apply(&self, pixels: &[f64], stride: usize) -> f64 {
        let covered = pixels.iter().step_by(stride.max(1)).skip(self.first);
        self.values.iter().zip(covered).map(|(weight, value)| weight * value).sum()
    }
}

/// For each of `to` pixels along a line the weights of the `from` pixels.
fn weights(from: usize, to: usize) -> Vec<Weights> {
    let scale = from as f64 / to as f64;
    let reach = scale.max(1.0);
    let one = |index: usize| {
        let center = (index as f64 + 0.5) * scale;
        let first = (center - reach).floor().max(0.0) as usize;
        let last = ((center + reach).ceil() as usize).min(from);
        let weight = |at: usize| (1.0 - ((at as f64 + 0.5 - center) / reach).abs()).max(0.0);
        let mut values: Vec<f64> = (first..last).map(weight).collect();
        let total: f64 = values.iter().sum();
        values.iter_mut().for_each(|value| *value /= total);
        Weights { first, values }
    };
    (0..to).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `Image.fromarray(np.array(range(24), "float32").reshape(4, 6)).resize((3, 2), Image.BILINEAR)`, Pillow 11, and back to
    /// (5, 5) from the first two rows.
    #[test]
    fn sizes_change_as_in_pillow() {
        let image: Vec<f64> = (0..24).map(f64::from).collect();
        let small = resize(&image, ImageShape::new(4, 6), ImageShape::new(2, 3));
        for (found, expected) in small.iter().zip(PILLOW_SMALL) {
            assert!((found - expected).abs() < 1e-5, "{small:?}");
        }
        let large = resize(&image[..6], ImageShape::new(2, 3), ImageShape::new(3, 5));
        for (found, expected) in large.iter().zip(PILLOW_LARGE) {
            assert!((found - expected).abs() < 1e-5, "{large:?}");
        }
        assert_eq!((small.len(), large.len()), (6, 15));
    }

    #[test]
    fn a_constant_image_stays_constant() {
        for (from, to) in [((3, 7), (5, 2)), ((1, 1), (4, 4)), ((100, 3), (1, 1))] {
            let (from, to) = (ImageShape::new(from.0, from.1), ImageShape::new(to.0, to.1));
            let resized = resize(&vec![0.7; from.len()], from, to);
            assert!(resized.len() == to.len() && resized.iter().all(|value| (value - 0.7).abs() < 1e-12));
        }
    }
    const PILLOW_SMALL: [f64; 6] = [5.0, 6.785714, 8.571428, 14.428571, 16.214285, 18.0];
    const PILLOW_LARGE: [f64; 15] =
        [0.0, 0.4, 1.0, 1.6, 2.0, 1.5, 1.9, 2.5, 3.1, 3.5, 3.0, 3.4, 4.0, 4.6, 5.0];
}
