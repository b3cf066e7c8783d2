//! Pictures of results: covariance matrices, their diagonals, masked images, colour bars.
//!
//! Each copies its values (5 MB for a 784 x 784 matrix): make a picture once, not once a frame.

use nalgebra::DMatrix;

use super::{Colormap, Picture, Range};

/// A matrix as it is written, row 1 on top, in viridis over its own range: a covariance, D x D.
pub fn matrix(matrix: &DMatrix<f64>) -> Picture {
    // Storage is column by column; pictures are row by row.
    let values: Vec<f64> = matrix.transpose().iter().copied().collect();
    Picture {
        width: matrix.ncols(),
        height: matrix.nrows(),
        colormap: Colormap::Viridis,
        range: Range::of(&values),
        values,
        missing: Vec::new(),
    }
}

/// D values as the square image whose pixels they belong to, in viridis over their own range: a covariance's
/// diagonal, a standard deviation.
///
/// The side is sqrt(D), rounded up; when D is no square the pixels left over are missing.
pub fn square(values: &[f64]) -> Picture {
    let root = values.len().isqrt();
    let side = if root * root < values.len() { root + 1 } else { root };
    let mut picture = Picture::image(side, values).over(Range::of(values));
    picture.colormap = Colormap::Viridis;
    if values.len() < side * side {
        picture.values.resize(side * side, f64::NAN);
        picture.missing = (0..side * side).map(|index| index >= values.len()).collect();
    }
    picture
}

/// A gray `side` x `side` image of which only the pixels with `observed` true are there, the others marked
/// missing (their values are not kept). Pixels beyond the mask are missing.
pub fn corrupted(side: usize, image: &[f64], observed: &[bool]) -> Picture {
    let mut missing: Vec<bool> = observed.iter().map(|seen| !seen).collect();
    missing.resize(side * side, true);
    let mut picture = Picture { missing, ..Picture::image(side, image) };
    for (value, &missing) in picture.values.iter_mut().zip(&picture.missing) {
        if missing {
            *value = f64::NAN;
        }
    }
    picture
}

/// Puts all pictures on one scale: the range that holds the finite values of every one, symmetric when one of
/// them shows signed differences.
pub fn share_range(pictures: &mut [Picture]) {
    let mut range = Range::common(pictures.iter().map(|picture| picture.values.as_slice()));
    if pictures.iter().any(|picture| picture.colormap == Colormap::Diverging) {
        range = range.around_zero();
    }
    for picture in pictures {
        picture.range = range;
    }
}

/// The bar that shows what a colour map's colours stand for, `width` x `height` pixels.
///
/// It runs along the longer side: upwards, or to the right, from the middle of the first step to that of the last.
pub fn color_bar(colormap: Colormap, range: Range, width: usize, height: usize) -> Picture {
    let upright = height >= width;
    let steps = width.max(height);
    let step = |index: usize| {
        let t = (index as f64 + 0.5) / steps as f64;
        // A convex combination, which cannot overflow.
        range.low * (1.0 - t) + range.high * t
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let values = pixels.map(|(x, y)| step(if upright { height - 1 - y } else { x })).collect();
    Picture { width, height, values, colormap, range, missing: Vec::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_matrix_is_shown_as_it_is_written() {
        let picture = matrix(&DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
        assert_eq!((picture.width, picture.height), (3, 2));
        assert_eq!(picture.value(2, 0), Some(3.0));
        assert_eq!(picture.value(0, 1), Some(4.0));
        assert_eq!(picture.rgb(0, 0), Colormap::Viridis.rgb(0.0));
        assert_eq!(picture.rgb(2, 1), Colormap::Viridis.rgb(1.0));
        assert_eq!(matrix(&DMatrix::zeros(0, 0)).values, [0.0; 0]);
        // A constant matrix has no range: the middle of the map.
        assert_eq!(matrix(&DMatrix::identity(1, 1)).rgb(0, 0), Colormap::Viridis.rgb(0.5));
    }

    #[test]
    fn values_that_do_not_fill_a_square() {
        let picture = square(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!((picture.width, picture.height), (3, 3));
        assert_eq!((picture.value(1, 1), picture.rgb(2, 1)), (Some(5.0), Picture::MISSING));
        assert_eq!(picture.range, Range { low: 1.0, high: 5.0 });
        assert!(square(&[0.0; 784]).missing.is_empty() && square(&[0.0; 784]).width == 28);
        assert_eq!(square(&[]).values, [0.0; 0]);
    }

    #[test]
    fn a_corrupted_image_shows_what_is_observed() {
        let picture = corrupted(2, &[0.2, 1.0, 0.0, 0.6], &[true, false, true]);
        let colours: Vec<[u8; 3]> = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| picture.rgb(x, y)).to_vec();
        assert_eq!(colours, [[51; 3], Picture::MISSING, [0; 3], Picture::MISSING]);
        assert!(picture.values[1].is_nan(), "what is hidden is not kept");
    }

    #[test]
    fn panels_on_one_scale() {
        let mut panels = [square(&[1.0, 2.0, 3.0, 4.0]), square(&[-1.0, 0.0, 7.0])];
        share_range(&mut panels);
        assert!(panels.iter().all(|panel| panel.range == Range { low: -1.0, high: 7.0 }));
        let signed = |value: f64| Picture { colormap: Colormap::Diverging, ..square(&[value]) };
        let mut panels = [signed(2.0), signed(-0.5)];
        share_range(&mut panels);
        assert!(panels.iter().all(|panel| panel.range == Range { low: -2.0, high: 2.0 }));
    }

    #[test]
    fn a_colour_bar_rises_or_runs_right() {
        let range = Range { low: -2.0, high: 2.0 };
        let bar = color_bar(Colormap::Viridis, range, 1, 4);
        assert_eq!(bar.values, [1.5, 0.5, -0.5, -1.5]);
        let bar = color_bar(Colormap::Viridis, range, 4, 2);
        assert_eq!(bar.values[..4], [-1.5, -0.5, 0.5, 1.5]);
        assert_eq!(bar.values[4..], bar.values[..4]);
        assert_eq!(color_bar(Colormap::Gray, range, 0, 0).values, [0.0; 0]);
    }

    proptest! {
        #[test]
        fn a_mask_hides_exactly_the_missing(
            (image, observed) in (0..6usize).prop_flat_map(|side| (
                proptest::collection::vec(0.0..=1.0f64, side * side),
                proptest::collection::vec(any::<bool>(), side * side),
            )),
        ) {
            let side = image.len().isqrt();
            let picture = corrupted(side, &image, &observed);
            for (i, (&value, &seen)) in image.iter().zip(&observed).enumerate() {
                prop_assert_eq!(picture.value(i % side, i / side), seen.then_some(value));
            }
        }
    }
}
