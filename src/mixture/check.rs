//! The door: what images and settings must be before anything is computed from them.

use nalgebra::DMatrix;

use super::MixtureError;

/// 1 <= K <= S.
pub(super) fn components(components: usize, samples: usize) -> Result<(), MixtureError> {
    if components == 0 || components > samples {
        return Err(MixtureError::Components { components, samples });
    }
    Ok(())
}

/// D rows, and every pixel finite.
pub(super) fn images(images: &DMatrix<f64>, dim: usize) -> Result<(), MixtureError> {
    if images.nrows() != dim || dim == 0 {
        return Err(MixtureError::Shape {
            what: "images",
            found: format!("{} x {}", images.nrows(), images.ncols()),
            expected: format!("{dim} rows"),
        });
    }
    match images.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(MixtureError::NonFinitePixel { image: at / dim, pixel: at % dim }),
        None => Ok(()),
    }
}

/// A finite number that is not negative.
pub(super) fn non_negative(what: &'static str, value: f64) -> Result<(), MixtureError> {
    if !(value.is_finite() && value >= 0.0) {
        return Err(MixtureError::Setting { what, value, mend: "choose a number that is not negative" });
    }
    Ok(())
}
