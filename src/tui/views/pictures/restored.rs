//! What is observed of a test image, drawn for what it is; the error, the z-scores and the covariances of a restoration.

use nalgebra::DMatrix;

use crate::data::ImageShape;
use crate::inverse::{Mask, Observation, Operator};
use crate::show::{Colormap, Picture, Range, by_value, corrupted};
use crate::study::InpaintReport;
use crate::tui::state::App;
use crate::tui::state::inpaint::Aspect;
use crate::tui::state::observed::ObservationKind;

/// z-scores at the ends of the colour map.
const MOST_Z: f64 = 3.0;

/// What is observed of test image `index`: the mask over it, at once while it is edited; the measurements, as a picture where they are one, else
/// as bars.
pub fn observed(app: &App, report: &InpaintReport, index: usize) -> Option<Picture> {
    let (observation, y) = (report.observations.get(index)?, report.measurements.get(index)?);
    let shape = app.shape();
    let truth = report.truth.column(index);
    if app.inpaint.observed.kind() == ObservationKind::Mask {
        let mask = app.mask(index)?;
        // Noisy pixels are shown as they are measured, where that is known.
        if observation.mask() == Some(mask) {
            let seen = observation.operator().adjoint(&DMatrix::from_column_slice(y.len(), 1, y));
            return Some(corrupted(shape, seen.as_slice(), mask.bits()));
        }
        return Some(corrupted(shape, truth.as_slice(), mask.bits()));
    }
    Some(match observation.mask() {
        Some(mask) => corrupted(shape, truth.as_slice(), mask.bits()),
        None => measured(observation, y),
    })
}

/// Whether measurements are a picture.
fn is_picture(observation: &Observation) -> bool {
    match observation.operator() {
        Operator::Identity(_) | Operator::Blur(_) | Operator::Reduction(_) => true,
        Operator::Mask(_) | Operator::Sums(_) | Operator::Matrix(_) => false,
        Operator::Composition(_) => observation.operator().output().rows > 1,
    }
}

/// The mask that is last of several operators, where what it masks is a picture.
fn last_mask(observation: &Observation) -> Option<&Mask> {
    let Operator::Composition(composition) = observation.operator() else { return None };
    match composition.operators().last()? {
        Operator::Mask(mask) if mask.shape().rows > 1 => Some(mask),
        _ => None,
    }
}

fn measured(observation: &Observation, y: &[f64]) -> Picture {
    if let Some(mask) = last_mask(observation) {
        let mut seen = vec![0.0; mask.dim()];
        mask.observed().iter().zip(y).for_each(|(&pixel, &value)| seen[pixel] = value);
        return corrupted(mask.shape(), &seen, mask.bits());
    }
    match is_picture(observation) {
        true => Picture::image(observation.operator().output(), y),
        false => bars(observation.shape(), y),
    }
}

/// The first measurements as bars from the middle up (white) and down (gray), as many as the image has columns.
fn bars(shape: ImageShape, y: &[f64]) -> Picture {
    let rows = shape.rows.max(8);
    let columns = y.len().clamp(1, shape.columns.max(16));
    let largest = y.iter().fold(0.0_f64, |most, value| most.max(value.abs())).max(f64::MIN_POSITIVE);
    let middle = rows as f64 / 2.0;
    let value = |row: usize, column: usize| {
        let height = y.get(column).copied().unwrap_or(0.0) / largest * middle;
        let at = middle - (row as f64 + 0.5);
        let within = (at >= 0.0 && at < height) || (at <= 0.0 && at > height);
        match (within, height > 0.0) {
            (false, _) => 0.0,
            (true, true) => 1.0,
            (true, false) => 0.5,
        }
    };
    let values = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let values: Vec<f64> = values.map(|(row, column)| value(row, column)).collect();
    Picture::image(ImageShape::new(rows, columns), &values)
}

/// What the picture of the truth shows of test image `index`.
pub fn aspect(app: &App, index: usize) -> Option<Picture> {
    let report = app.inpainted()?;
    let restoration = report.restorations.get(index)?;
    if index >= report.truth.ncols() {
        return None;
    }
    let truth = report.truth.column(index);
    let pairs = restoration.restored.iter().zip(truth.iter());
    let (values, most): (Vec<f64>, f64) = match app.inpaint.aspect {
        Aspect::Truth => {
            return Some(by_value(Picture::image(app.shape(), truth.as_slice()), app.data()));
        }
        Aspect::Error => {
            let errors: Vec<f64> = pairs.map(|(restored, truth)| restored - truth).collect();
            let most = most_error(app, &errors);
            (errors, most)
        }
        Aspect::ZScore => {
            let z = |((restored, truth), std): ((&f64, &f64), &f64)| {
                if *std > 0.0 { (truth - restored) / std } else { 0.0 }
            };
            (pairs.zip(&restoration.std).map(z).collect(), MOST_Z)
        }
        Aspect::Covariance => {
            let (id, column) = app.inpaint.column.as_ref()?;
            let known = *id == app.column_id();
            let most = column.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
            (column.to_vec(), if known && most > 0.0 { most } else { f64::MIN_POSITIVE })
        }
    };
    Some(Picture {
        width: app.shape().columns,
        height: app.shape().rows,
        values,
        colormap: Colormap::Diverging,
        range: Range { low: -most, high: most },
        missing: Vec::new(),
    })
}

/// The error at the ends of the colour map: half of the range of pixels; of vectors, the largest.
fn most_error(app: &App, errors: &[f64]) -> f64 {
    match app.data().is_some_and(|data| data.about.vectors) {
        true => errors.iter().fold(f64::MIN_POSITIVE, |most, error| most.max(error.abs())),
        false => 0.5,
    }
}

/// What that is, with its range: "error, ±0.5", "z-scores, ±3".
pub fn aspect_words(app: &App) -> String {
    let name = app.inpaint.aspect.name();
    match app.inpaint.aspect {
        Aspect::Truth => name.to_owned(),
        Aspect::Error if app.data().is_some_and(|data| data.about.vectors) => {
            format!("{name}, ± the largest")
        }
        Aspect::Error => format!("{name}, ±0.5"),
        Aspect::ZScore => format!("{name}, ±{MOST_Z}"),
        Aspect::Covariance => {
            let (row, column) = app.chosen_pixel();
            format!("{name} with ({row}, {column})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inverse::{Blur, Composition};

    #[test]
    fn a_blurred_and_partly_missing_picture_is_a_picture_with_missing_pixels() {
        let shape = ImageShape::new(3, 4);
        let mask = Mask::from_fn(shape, |_, column| column != 1);
        let blur = Operator::Blur(Blur::gaussian(shape, 1.0).unwrap());
        let both = Composition::new(blur, vec![Operator::Mask(mask.clone())]).unwrap();
        let observation = Observation::new(Operator::Composition(both), 0.0).unwrap();
        let y: Vec<f64> = (0..9).map(|i| f64::from(i) / 9.0).collect();
        let picture = measured(&observation, &y);
        assert_eq!((picture.missing[1], picture.missing[2]), (true, false));
        let seen: Vec<f64> = picture.values.iter().copied().filter(|value| !value.is_nan()).collect();
        assert_eq!(seen, y);
    }
}
