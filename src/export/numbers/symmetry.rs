//! What the pictures of the covariances show, in numbers: mirror symmetry, and rows that are opposed.

use nalgebra::DMatrix;
use serde::Serialize;

use crate::data::ImageShape;

/// Pixels with less variance than this above the ridge count as constant.
const VARIES: f64 = 1e-4;

/// Mean correlations of two pixels of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Symmetry {
    /// Of pixels that mirror each other at the vertical axis of the image.
    pub mirrored: f64,
    /// Of other pixels of the same row, equally far from each other.
    pub others: f64,
}

/// Two rows whose brightness is opposed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Opposed {
    /// The upper row, from 0.
    pub upper: usize,
    /// The lower row, from 0.
    pub lower: usize,
    /// The correlation of the sums of their pixels, the least of all pairs.
    pub correlation: f64,
}

/// The symmetry of a covariance over images of `shape`; none when too few pixels vary.
pub(super) fn symmetry(covariance: &DMatrix<f64>, shape: ImageShape, ridge: f64) -> Option<Symmetry> {
    let (mut mirrored, mut others, mut count) = (0.0, 0.0, 0usize);
    for row in 0..shape.rows {
        let correlation = |left: usize, distance: usize| {
            let (a, b) = (row * shape.columns + left, row * shape.columns + left + distance);
            let (first, second) = (covariance[(a, a)], covariance[(b, b)]);
            (first.min(second) - ridge > VARIES).then(|| covariance[(a, b)] / (first * second).sqrt())
        };
        for left in 0..shape.columns / 2 {
            let distance = shape.columns - 1 - 2 * left;
            let beside = (0..shape.columns - distance).filter(|&other| other != left);
            let beside: Vec<f64> = beside.filter_map(|other| correlation(other, distance)).collect();
            if let Some(both) = correlation(left, distance).filter(|_| !beside.is_empty()) {
                mirrored += both;
                others += beside.iter().sum::<f64>() / beside.len() as f64;
                count += 1;
            }
        }
    }
    let mean = |sum: f64| sum / count as f64;
    (count > 0).then(|| Symmetry { mirrored: mean(mirrored), others: mean(others) })
}

/// The two rows of an image whose brightness is opposed most; none when no two rows vary.
pub(super) fn opposed(covariance: &DMatrix<f64>, shape: ImageShape) -> Option<Opposed> {
    let columns = shape.columns;
    let block = |a: usize, b: usize| covariance.view((a * columns, b * columns), (columns, columns)).sum();
    let variances: Vec<f64> = (0..shape.rows).map(|row| block(row, row)).collect();
    let pairs = (0..shape.rows).flat_map(|upper| (upper + 1..shape.rows).map(move |lower| (upper, lower)));
    let varies = |row: usize| variances.get(row).copied().filter(|variance| *variance > VARIES);
    let found = pairs.filter_map(|(upper, lower)| {
        let scale = (varies(upper)? * varies(lower)?).sqrt();
        Some(Opposed { upper, lower, correlation: block(upper, lower) / scale })
    });
    found.min_by(|a, b| a.correlation.total_cmp(&b.correlation))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape::new(2, 4);

    #[test]
    fn mirrored_pixels_and_opposed_rows_are_found() {
        // Every row is (a, b, b, a) with a and b independent; the second row is the negative of the first.
        let images = [[1.0, 0.0], [0.0, 1.0]].map(|[a, b]| [a, b, b, a, -a, -b, -b, -a]);
        let factor = DMatrix::from_fn(8, 2, |pixel, image| images[image][pixel]);
        let covariance = &factor * factor.transpose();
        let found = symmetry(&covariance, SHAPE, 0.0).unwrap();
        // Distance 3 has no other pair; at distance 1, (b, b) is mirrored, (a, b) and (b, a) are not.
        assert_eq!((found.mirrored, found.others), (1.0, 0.0));
        let rows = opposed(&covariance, SHAPE).unwrap();
        assert_eq!((rows.upper, rows.lower), (0, 1));
        assert!((rows.correlation + 1.0).abs() < 1e-12);
    }

    #[test]
    fn pixels_that_do_not_vary_prove_nothing() {
        let ridge_alone = DMatrix::identity(8, 8) * 1e-2;
        assert_eq!(symmetry(&ridge_alone, SHAPE, 1e-2), None);
        assert_eq!(opposed(&DMatrix::zeros(8, 8), SHAPE), None);
        assert_eq!(symmetry(&DMatrix::identity(8, 8), SHAPE, 0.0).unwrap().mirrored, 0.0);
    }
}
