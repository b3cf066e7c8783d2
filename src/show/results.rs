//! Pictures of results: images, covariance matrices and their diagonals, masked images, colour bars.
//!
//! Each copies its values (8 D^2 bytes for a covariance): make a picture once, not once a frame.

use nalgebra::DMatrix;

use super::{Colormap, Picture, Range};
use crate::data::{ImageShape, Images};
use crate::inverse::Restoration;
use crate::study::{DataReport, Outcome};

/// The shape of the study's images of `dim` pixels; by [`ImageShape::of_vector`] where the outcome has no such images.
pub fn image_shape(outcome: &Outcome, dim: usize) -> ImageShape {
    outcome.shape().filter(|shape| shape.len() == dim).unwrap_or_else(|| ImageShape::of_vector(dim))
}

/// Image `index` of a set, its missing pixels marked; none when there is no such image.
pub fn image_of(images: &Images, index: usize) -> Option<Picture> {
    let pixels = images.image(index);
    if images.is_complete_at(index) {
        return (!pixels.is_empty()).then(|| Picture::image(images.shape(), &pixels));
    }
    let observed: Vec<bool> = pixels.iter().map(|pixel| !pixel.is_nan()).collect();
    Some(corrupted(images.shape(), &pixels, &observed))
}

/// A picture of a vector: each value over its range in the training data, so that values of different scales are seen side by side;
/// other pictures are left as they are.
pub fn by_value(picture: Picture, data: Option<&DataReport>) -> Picture {
    let ranges = data.map_or(&[][..], |data| &data.about.ranges);
    if ranges.len() != picture.values.len() || picture.colormap != Colormap::Gray {
        return picture;
    }
    let values = picture.values.iter().zip(ranges).map(|(value, range)| over(*value, *range)).collect();
    Picture { values, ..picture }
}

/// The place of a value in its range, 0 to 1 within it; the middle of one that is a point.
fn over(value: f64, (low, high): (f64, f64)) -> f64 {
    if high > low { (value - low) / (high - low) } else { 0.5 + value - low }
}

/// The value that [`by_value`] shows as `shown` in the place `index`.
pub fn value_of(shown: f64, index: usize, data: Option<&DataReport>) -> f64 {
    match data.and_then(|data| data.about.ranges.get(index)) {
        Some(&(low, high)) if high > low => low + shown * (high - low),
        Some(&(low, _)) => shown - 0.5 + low,
        None => shown,
    }
}

/// Values of a vector, such as deviations, as parts of the range of each in the training data; others are left as they are.
pub fn relative(values: &[f64], data: Option<&DataReport>) -> Vec<f64> {
    values.iter().enumerate().map(|(index, value)| value / width_of(index, data)).collect()
}

/// The width of the range of the value in the place `index` of vectors; 1 of images, and of a range that is a point.
pub fn width_of(index: usize, data: Option<&DataReport>) -> f64 {
    let range = data.and_then(|data| data.about.ranges.get(index));
    range.map(|(low, high)| high - low).filter(|width| *width > 0.0).unwrap_or(1.0)
}

/// Column `index` of a D x N matrix of images, such as means and samples, in gray from 0 to 1; none outside.
pub fn column(images: &DMatrix<f64>, index: usize, shape: ImageShape) -> Option<Picture> {
    (index < images.ncols()).then(|| Picture::image(shape, images.column(index).as_slice()))
}

/// A matrix as it is written, row 1 on top, in viridis over its own range: a covariance, D x D.
pub fn matrix(matrix: &DMatrix<f64>) -> Picture {
    // Storage is column by column; pictures are row by row.
    heatmap(ImageShape::new(matrix.nrows(), matrix.ncols()), matrix.transpose().as_slice())
}

/// D values as the image whose pixels they belong to, in viridis over their own range: a covariance's
/// diagonal, a standard deviation.
pub fn heatmap(shape: ImageShape, values: &[f64]) -> Picture {
    Picture { colormap: Colormap::Viridis, ..Picture::image(shape, values).over(Range::of(values)) }
}

/// D signed values as an image: blue where negative, white at zero, red where positive, over [-m, m] with m the
/// largest absolute value.
pub fn signed(shape: ImageShape, values: &[f64]) -> Picture {
    Picture { colormap: Colormap::Diverging, ..Picture::image(shape, values).over(Range::symmetric(values)) }
}

/// A gray image of which only the pixels with `observed` true are there, the others marked missing (their values
/// are not kept). Pixels beyond the mask are missing.
pub fn corrupted(shape: ImageShape, image: &[f64], observed: &[bool]) -> Picture {
    let mut missing: Vec<bool> = observed.iter().map(|seen| !seen).collect();
    missing.resize(shape.len(), true);
    let mut picture = Picture { missing, ..Picture::image(shape, image) };
    for (value, &missing) in picture.values.iter_mut().zip(&picture.missing) {
        if missing {
            *value = f64::NAN;
        }
    }
    picture
}

/// The common scale of the standard deviations of all `restorations`: from 0 to the greatest; to 1 where all are 0. Those of vectors are
/// shown as parts of the range of each value, from 0 to a half.
pub fn deviation_range(restorations: &[Restoration], data: Option<&DataReport>) -> Range {
    if data.is_some_and(|data| data.about.vectors) {
        return Range { low: 0.0, high: 0.5 };
    }
    let values = restorations.iter().flat_map(|restoration| &restoration.std);
    let high = values.copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
    Range { low: 0.0, high: if high > 0.0 { high } else { 1.0 } }
}

/// Puts all pictures on one scale: the range that holds the finite values of every one, symmetric when one of
/// them shows signed values.
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

    const WIDE: ImageShape = ImageShape::new(2, 3);

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
    fn values_are_shown_in_the_shape_of_the_image() {
        let picture = heatmap(WIDE, &[1.0, 2.0, 3.0, 4.0, 5.0, 9.0]);
        assert_eq!((picture.width, picture.height), (3, 2));
        assert_eq!((picture.value(2, 0), picture.value(0, 1)), (Some(3.0), Some(4.0)));
        assert_eq!(picture.range, Range { low: 1.0, high: 9.0 });
        let images = DMatrix::from_column_slice(6, 1, &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(column(&images, 0, WIDE).unwrap().rgb(1, 1), [204; 3]);
        assert_eq!(column(&images, 1, WIDE), None);
        let set = Images::new(WIDE, vec![0, 1, 2, 3, 4, 5], vec![8]).unwrap();
        assert_eq!(image_of(&set, 0).unwrap().rgb(0, 1), [3; 3]);
        assert_eq!(image_of(&set, 1), None);
    }

    #[test]
    fn values_of_vectors_have_their_own_ranges() {
        let picture = Picture::image(ImageShape::new(1, 3), &[700.0, 1.5, 2.0]);
        assert_eq!(by_value(picture.clone(), None), picture);
        let ranges = [(200.0, 1200.0), (1.0, 2.0), (2.0, 2.0)];
        let shown: Vec<f64> =
            picture.values.iter().zip(ranges).map(|(value, range)| over(*value, range)).collect();
        assert_eq!(shown, [0.5, 0.5, 0.5]);
    }

    #[test]
    fn signed_values_have_zero_in_the_middle() {
        let picture = signed(WIDE, &[0.4, -0.8, 0.0, 0.0, 0.0, 0.1]);
        assert_eq!(picture.rgb(2, 0), [247; 3]);
        assert_eq!(picture.rgb(1, 0), Colormap::Diverging.rgb(0.0), "most negative, bluest");
        let [red, _, blue] = picture.rgb(0, 0);
        assert!(red > blue, "positive is red");
    }

    #[test]
    fn a_corrupted_image_shows_what_is_observed() {
        let picture = corrupted(ImageShape::new(2, 2), &[0.2, 1.0, 0.0, 0.6], &[true, false, true]);
        let colours: Vec<[u8; 3]> = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(x, y)| picture.rgb(x, y)).to_vec();
        assert_eq!(colours, [[51; 3], Picture::MISSING, [0; 3], Picture::MISSING]);
        assert!(picture.values[1].is_nan(), "what is hidden is not kept");
    }

    #[test]
    fn panels_on_one_scale() {
        let row = |values: &[f64]| heatmap(ImageShape::new(1, values.len()), values);
        let mut panels = [row(&[1.0, 2.0, 3.0, 4.0]), row(&[-1.0, 0.0, 7.0])];
        share_range(&mut panels);
        assert!(panels.iter().all(|panel| panel.range == Range { low: -1.0, high: 7.0 }));
        let mut panels = [2.0, -0.5].map(|value| signed(ImageShape::new(1, 1), &[value]));
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
            (shape, image, observed) in (0..6usize, 0..6usize).prop_flat_map(|(rows, columns)| (
                Just(ImageShape::new(rows, columns)),
                proptest::collection::vec(0.0..=1.0f64, rows * columns),
                proptest::collection::vec(any::<bool>(), rows * columns),
            )),
        ) {
            let picture = corrupted(shape, &image, &observed);
            for (i, (&value, &seen)) in image.iter().zip(&observed).enumerate() {
                let (row, column) = shape.position(i);
                prop_assert_eq!(picture.value(column, row), seen.then_some(value));
            }
        }
    }
}
