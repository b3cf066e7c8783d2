//! Filling missing pixels from the mean image, and from the nearest observed pixel.

use crate::inverse::{InverseError, Mask};

/// Fills the missing pixels from `mean`, the average training image (D values).
///
/// # Errors
/// [`InverseError::Size`], [`InverseError::NonFinitePixel`].
pub fn mean_fill(image: &[f64], mask: &Mask, mean: &[f64]) -> Result<Vec<f64>, InverseError> {
    let observed = mask.read(image, 0)?;
    if mean.len() != mask.dim() {
        return Err(InverseError::Size { what: "mean image", found: mean.len(), expected: mask.dim() });
    }
    Ok(mask.merge(&observed, mask.missing().iter().map(|&pixel| &mean[pixel])))
}

/// Fills each missing pixel with the observed one nearest to it, by Euclidean distance in the image; of several at one
/// distance, that of the lowest index.
///
/// Cost: m o comparisons.
///
/// # Errors
/// [`InverseError::Size`], [`InverseError::NonFinitePixel`]; [`InverseError::NoPixel`] when none is observed.
pub fn nearest_fill(image: &[f64], mask: &Mask) -> Result<Vec<f64>, InverseError> {
    let observed = mask.read(image, 0)?;
    let squared_distance = |a: usize, b: usize| {
        let (a, b) = (mask.shape().position(a), mask.shape().position(b));
        a.0.abs_diff(b.0).pow(2) + a.1.abs_diff(b.1).pow(2)
    };
    // The observed pixels ascend, and `min_by_key` keeps the first of equals.
    let nearest = |pixel: usize| {
        mask.observed().iter().zip(&observed).min_by_key(|&(&other, _)| squared_distance(pixel, other))
    };
    let filled: Option<Vec<_>> =
        mask.missing().iter().map(|&pixel| nearest(pixel).map(|(_, value)| value)).collect();
    Ok(mask.merge(&observed, filled.ok_or(InverseError::NoPixel("observed"))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ImageShape;

    const NAN: f64 = f64::NAN;

    #[test]
    fn mean_fill_takes_the_mean_where_missing() {
        let mask = Mask::new(vec![true, false, true]);
        assert_eq!(mean_fill(&[0.1, NAN, 0.3], &mask, &[0.7, 0.8, 0.9]).unwrap(), [0.1, 0.8, 0.3]);
        let error = mean_fill(&[0.1, NAN, 0.3], &mask, &[0.7]).unwrap_err();
        assert_eq!(error, InverseError::Size { what: "mean image", found: 1, expected: 3 });
        let error = mean_fill(&[0.1, 0.2, NAN], &mask, &[0.7; 3]).unwrap_err();
        assert_eq!(error, InverseError::NonFinitePixel { image: 0, pixel: 2 });
    }

    #[test]
    fn nearest_fill_takes_the_nearest_and_the_lowest_index_of_equals() {
        // Observed: corners 0 (0.1), 3 (0.2) and 15 (0.9) of a 4 x 4 image.
        let shape = ImageShape::new(4, 4);
        let mask = Mask::from_fn(shape, |row, column| [(0, 0), (0, 3), (3, 3)].contains(&(row, column)));
        let mut image = [NAN; 16];
        (image[0], image[3], image[15]) = (0.1, 0.2, 0.9);
        let filled = nearest_fill(&image, &mask).unwrap();
        #[rustfmt::skip]
        let expected = [
            0.1, 0.1, 0.2, 0.2,
            0.1, 0.1, 0.2, 0.2,
            0.1, 0.1, 0.9, 0.9,
            0.1, 0.9, 0.9, 0.9,
        ];
        assert_eq!(filled, expected);
    }

    #[test]
    fn nearest_fill_in_an_image_that_is_not_square() {
        let mask = Mask::from_fn(ImageShape::new(2, 4), |row, column| {
            (row, column) == (0, 0) || (row, column) == (1, 3)
        });
        let mut image = [NAN; 8];
        (image[0], image[7]) = (0.1, 0.9);
        assert_eq!(nearest_fill(&image, &mask).unwrap(), [0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9]);
    }

    #[test]
    fn nearest_fill_at_the_edges() {
        let none = Mask::new(vec![false; 4]);
        assert_eq!(nearest_fill(&[0.0; 4], &none).unwrap_err(), InverseError::NoPixel("observed"));
        let all = Mask::new(vec![true; 4]);
        assert_eq!(nearest_fill(&[0.1, 0.2, 0.3, 0.4], &all).unwrap(), [0.1, 0.2, 0.3, 0.4]);
        let error = nearest_fill(&[0.0; 9], &all).unwrap_err();
        assert_eq!(error, InverseError::Size { what: "image", found: 9, expected: 4 });
        assert_eq!(nearest_fill(&[], &Mask::new(Vec::new())).unwrap(), [0.0; 0]);
    }
}
