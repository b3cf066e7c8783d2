//! Checks of images and settings, made once, before anything is computed from them.

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::MixtureError;
use super::tiles::unexplained;

/// 1 <= K <= S.
pub(super) fn components(components: usize, samples: usize) -> Result<(), MixtureError> {
    if components == 0 || components > samples {
        return Err(MixtureError::Components { components, samples });
    }
    Ok(())
}

/// D rows, and every pixel finite.
pub(super) fn images(images: &DMatrix<f64>, dim: usize) -> Result<(), MixtureError> {
    pixels(images, dim, |value| value.is_finite())
}

/// D rows, and every pixel finite or missing (NaN).
pub(super) fn observed(images: &DMatrix<f64>, dim: usize) -> Result<(), MixtureError> {
    pixels(images, dim, |value| !value.is_infinite())
}

fn pixels(
    images: &DMatrix<f64>,
    dim: usize,
    is_sound: impl Fn(f64) -> bool + Copy + Sync,
) -> Result<(), MixtureError> {
    if images.nrows() != dim || dim == 0 {
        return Err(MixtureError::Shape {
            what: "images",
            found: format!("{} x {}", images.nrows(), images.ncols()),
            expected: format!("{dim} rows"),
        });
    }
    // Image by image, without an early exit: the inner loop is then compiled to vector instructions.
    let sound = |image: &[f64]| image.iter().fold(true, |sound, &value| sound & is_sound(value));
    let chunks = images.as_slice().par_chunks(dim).with_min_len(64).enumerate();
    let Some((image, pixels)) = chunks.find_first(|(_, image)| !sound(image)) else { return Ok(()) };
    let pixel = pixels.iter().position(|&value| !is_sound(value)).unwrap_or_default();
    Err(MixtureError::NonFinitePixel { image, pixel })
}

/// Every image whose weight is above 0 has a density that is finite as a logarithm.
pub(super) fn densities(log_density: &[f64], weights: Option<&[f64]>) -> Result<(), MixtureError> {
    unexplained(log_density, weights).map_or(Ok(()), |image| Err(MixtureError::NoDensity { image }))
}

/// A finite number that is not negative.
pub(super) fn non_negative(what: &'static str, value: f64) -> Result<(), MixtureError> {
    if !(value.is_finite() && value >= 0.0) {
        return Err(MixtureError::Setting { what, value, hint: "choose a number that is not negative" });
    }
    Ok(())
}
