//! Why an image could not be restored.

use crate::mixture::MixtureError;

/// Errors of conditioning and restoration.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InverseError {
    /// The covariance of the observed pixels cannot be factored.
    #[error(
        "covariance of the observed pixels under component {component} is not positive definite (pivot {pivot}): \
         fit with a larger --ridge"
    )]
    NotPositiveDefinite {
        /// k.
        component: usize,
        /// First pivot that is not positive, among the observed pixels.
        pivot: usize,
    },
    /// Image, mask and model of different sizes.
    #[error("{what} has {found} pixels, the model has {expected}")]
    Size {
        /// Which of them.
        what: &'static str,
        /// Its pixels.
        found: usize,
        /// D of the model.
        expected: usize,
    },
    /// An observed pixel that is NaN or infinite.
    #[error("observed pixel {pixel} is not finite: mark it as missing in the mask")]
    NonFinitePixel {
        /// Its index.
        pixel: usize,
    },
    /// A fraction outside [0, 1].
    #[error("fraction of observed pixels is {0}: choose between 0 and 1")]
    Fraction(f64),
    /// The mixture itself is at fault.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
}
