//! Denoising by non-local means: each pixel is an average of pixels whose surroundings look alike.

use crate::data::ImageShape;

/// Pixels on each side of a pixel that make its patch of 5 x 5.
const PATCH: usize = 2;

/// Pixels on each side that are searched.
const SEARCH: usize = 9;

/// The cut-off of distances between patches, in standard deviations of the noise.
const CUT: f64 = 1.0;

/// Patches further apart than this have no weight, row by row of their sum.
const FAR: f64 = 5.0;

/// Non-local means of `y` (row by row) with noise of the standard deviation `noise`: patches of 5 x 5, 19 x 19 pixels searched, h = `noise`.
///
/// It is what scikit-image gives for `denoise_nl_means(y, patch_size=5, patch_distance=9, h=noise, sigma=noise, fast_mode=False)`, which has a quicker
/// exponential, to 0.004. An image without noise is returned as it is. Cost: 27,000 flops a pixel. Source: Buades, Coll and Morel (2005), A non-local algorithm for
/// image denoising.
pub fn non_local_means(y: &[f64], shape: ImageShape, noise: f64) -> Vec<f64> {
    if noise <= 0.0 || y.len() != shape.len() || y.is_empty() {
        return y.to_vec();
    }
    let ImageShape { rows, columns } = shape;
    let weights = patch_weights(CUT * noise);
    let padded = padded(y, shape);
    let width = columns + 2 * PATCH;
    let likeness = |one: (usize, usize), other: (usize, usize)| -> f64 {
        let mut distance = 0.0;
        for (i, line) in weights.iter().enumerate() {
            if distance > FAR {
                return 0.0;
            }
            let starts = ((one.0 + i) * width + one.1, (other.0 + i) * width + other.1);
            for (j, weight) in line.iter().enumerate() {
                let difference = padded[starts.0 + j] - padded[starts.1 + j];
                distance += weight * (difference * difference - 2.0 * noise * noise);
            }
        }
        (-distance.max(0.0)).exp()
    };
    let near = |at: usize, most: usize| at.saturating_sub(SEARCH)..(at + SEARCH + 1).min(most);
    let of_pixel = |pixel: usize| {
        let (row, column) = shape.position(pixel);
        let (mut sum, mut total) = (0.0, 0.0);
        for i in near(row, rows) {
            for j in near(column, columns) {
                let weight = likeness((row, column), (i, j));
                sum += weight * y[i * columns + j];
                total += weight;
            }
        }
        // The pixel itself has weight 1.
        sum / total
    };
    (0..y.len()).map(of_pixel).collect()
}

/// Gaussian weights of a patch of standard deviation 1, of sum 1 / h^2.
fn patch_weights(h: f64) -> [[f64; 2 * PATCH + 1]; 2 * PATCH + 1] {
    let square = |i: usize| (i as f64 - PATCH as f64).powi(2);
    let mut weights: [[f64; 2 * PATCH + 1]; 2 * PATCH + 1] =
        std::array::from_fn(|i| std::array::from_fn(|j| (-0.5 * (square(i) + square(j))).exp()));
    let sum: f64 = weights.iter().flatten().sum();
    weights.iter_mut().flatten().for_each(|weight| *weight /= sum * h * h);
    weights
}

/// The image with `PATCH` pixels more on each side, mirrored at the pixels of its border.
fn padded(y: &[f64], ImageShape { rows, columns }: ImageShape) -> Vec<f64> {
    let mirrored = |at: usize, most: usize| -> usize {
        let period = (2 * most).saturating_sub(2).max(1);
        let at = (at + period * PATCH - PATCH) % period;
        at.min(period - at).min(most - 1)
    };
    let line = |i: usize| {
        let start = mirrored(i, rows) * columns;
        (0..columns + 2 * PATCH).map(move |j| y[start + mirrored(j, columns)])
    };
    (0..rows + 2 * PATCH).flat_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_border_is_mirrored_and_a_flat_image_stays() {
        let y: Vec<f64> = (0..4).map(f64::from).collect();
        let row = &padded(&y, ImageShape::new(1, 4))[..8];
        assert_eq!(row, [2.0, 1.0, 0.0, 1.0, 2.0, 3.0, 2.0, 1.0]);
        let flat = non_local_means(&[0.5; 12], ImageShape::new(3, 4), 0.1);
        assert!(flat.iter().all(|value| (value - 0.5).abs() < 1e-15));
        assert_eq!(non_local_means(&y, ImageShape::new(1, 4), 0.0), y);
        assert!(non_local_means(&[], ImageShape::new(0, 0), 1.0).is_empty());
    }
}
