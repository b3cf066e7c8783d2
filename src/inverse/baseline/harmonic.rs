//! Filling missing pixels as a membrane does that is held at the observed ones.

use crate::inverse::{InverseError, Mask};

/// Iterations end when the residual has fallen by this factor.
const TOLERANCE: f64 = 1e-10;

/// Fills the missing pixels so that each is the mean of its neighbours above, below, left and right, as many as it has: the discrete
/// harmonic function with the observed values, free at the border.
///
/// Conjugate gradients. Cost: about 20 flops a missing pixel and iteration, of which there are some ten times the width of the gaps.
///
/// # Errors
/// [`InverseError::Size`], [`InverseError::NonFinitePixel`]; [`InverseError::NoPixel`] when none is observed.
pub fn harmonic_fill(image: &[f64], mask: &Mask) -> Result<Vec<f64>, InverseError> {
    let observed = mask.read(image, 0)?;
    if observed.is_empty() && mask.dim() > 0 {
        return Err(InverseError::NoPixel("observed"));
    }
    let missing = mask.missing();
    let neighbours: Vec<Vec<usize>> = missing.iter().map(|&pixel| neighbours(mask, pixel)).collect();
    // The Laplacian L of an image that is 0 where observed; only the missing pixels of the result are read.
    let laplacian = |x: &[f64]| -> Vec<f64> {
        let of = |(row, &pixel): (usize, &usize)| -> f64 {
            neighbours[row].iter().map(|&other| x[pixel] - x[other]).sum()
        };
        missing.iter().enumerate().map(of).collect()
    };
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let zeros = vec![0.0; observed.len()];
    // L u = -L (observed values, 0 where missing), for u on the missing pixels; it is positive definite.
    let mut u = vec![0.0; missing.len()];
    let mut residual: Vec<f64> =
        laplacian(&mask.merge(&observed, &u)).into_iter().map(|value| -value).collect();
    let mut direction = residual.clone();
    let mut square = dot(&residual, &residual);
    let enough = square * TOLERANCE * TOLERANCE;
    for _ in 0..10 * missing.len() {
        if square <= enough {
            break;
        }
        let product = laplacian(&mask.merge(&zeros, &direction));
        let step = square / dot(&direction, &product);
        for (row, value) in u.iter_mut().enumerate() {
            *value += step * direction[row];
            residual[row] -= step * product[row];
        }
        let next = dot(&residual, &residual);
        for (value, residual) in direction.iter_mut().zip(&residual) {
            *value = residual + next / square * *value;
        }
        square = next;
    }
    Ok(mask.merge(&observed, &u))
}

/// The pixels above, below, left and right, as many as there are.
fn neighbours(mask: &Mask, pixel: usize) -> Vec<usize> {
    let shape = mask.shape();
    let (row, column) = shape.position(pixel);
    let mut all = Vec::with_capacity(4);
    all.extend((row > 0).then(|| pixel - shape.columns));
    all.extend((row + 1 < shape.rows).then(|| pixel + shape.columns));
    all.extend((column > 0).then(|| pixel - 1));
    all.extend((column + 1 < shape.columns).then(|| pixel + 1));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ImageShape;

    #[test]
    fn a_missing_pixel_is_the_mean_of_its_neighbours() {
        let shape = ImageShape::new(7, 5);
        let mask = Mask::from_fn(shape, |row, column| (row * 3 + column * 5) % 7 == 0);
        let image: Vec<f64> = (0..35).map(|i| f64::from(i * 37 % 11) / 10.0).collect();
        let filled = harmonic_fill(&image, &mask).unwrap();
        for &pixel in mask.observed() {
            assert_eq!(filled[pixel].to_bits(), image[pixel].to_bits());
        }
        for &pixel in mask.missing() {
            let around = neighbours(&mask, pixel);
            let mean = around.iter().map(|&other| filled[other]).sum::<f64>() / around.len() as f64;
            assert!((filled[pixel] - mean).abs() < 1e-9, "{pixel}");
        }
    }

    #[test]
    fn between_two_ends_it_is_a_line_and_beyond_them_constant() {
        let mask = Mask::from_fn(ImageShape::new(1, 7), |_, column| column == 1 || column == 5);
        let image = [f64::NAN, 0.2, f64::NAN, f64::NAN, f64::NAN, 0.6, f64::NAN];
        for (found, expected) in
            harmonic_fill(&image, &mask).unwrap().iter().zip([0.2, 0.2, 0.3, 0.4, 0.5, 0.6, 0.6])
        {
            assert!((found - expected).abs() < 1e-10);
        }
        let none = Mask::new(vec![false; 4]);
        assert_eq!(harmonic_fill(&[0.0; 4], &none).unwrap_err(), InverseError::NoPixel("observed"));
        let all = Mask::new(vec![true; 4]);
        assert_eq!(harmonic_fill(&[0.1, 0.2, 0.3, 0.4], &all).unwrap(), [0.1, 0.2, 0.3, 0.4]);
    }
}
