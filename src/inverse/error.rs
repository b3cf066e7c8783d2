//! Why an image could not be restored.

use crate::mixture::MixtureError;

/// Errors of conditioning and restoration; each names the thing, what is wrong with it, and a hint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InverseError {
    /// A block of a covariance cannot be factored: the observed pixels', or the missing ones' given
    /// the observed.
    #[error(
        "covariance of the {block} pixels under component {component} is not positive definite \
         (at pixel {pixel}): fit with a larger `ridge`"
    )]
    NotPositiveDefinite {
        /// `"observed"` or `"missing"`.
        block: &'static str,
        /// k.
        component: usize,
        /// The pixel at whose pivot the factorisation stopped.
        pixel: usize,
    },
    /// Image, mask and model of different sizes.
    #[error("{what} has {found} pixels, expected {expected}: use images and masks of the model's size")]
    Size {
        /// Which of them.
        what: &'static str,
        /// Its pixels.
        found: usize,
        /// The pixels that it should have.
        expected: usize,
    },
    /// Neither one observation for all images nor one for each.
    #[error("{observations} observations for {images} images: give one for all, or one an image")]
    Observations {
        /// How many observations.
        observations: usize,
        /// N.
        images: usize,
    },
    /// An observed pixel that is NaN or infinite.
    #[error("observed pixel {pixel} of image {image} is not finite: mark it as missing in the mask")]
    NonFinitePixel {
        /// Its image, from 0.
        image: usize,
        /// Its index.
        pixel: usize,
    },
    /// Observed pixels so far off that their density overflows even as a logarithm.
    #[error(
        "observed pixels of image {image} have no finite log-density under the model: scale its pixels to [0, 1]"
    )]
    Evidence {
        /// Its index, from 0.
        image: usize,
    },
    /// A restoration that overflows.
    #[error(
        "restoration of image {image} is not finite: means or covariances of the model are too large, bring them to \
         the scale of the images"
    )]
    NotFinite {
        /// Its index, from 0.
        image: usize,
    },
    /// A fraction outside [0, 1], or NaN.
    #[error("fraction of observed pixels is {0}: choose between 0 and 1")]
    Fraction(f64),
    /// Something that needs at least one pixel of a kind (observed or missing).
    #[error("no pixel is {0}: choose another mask")]
    NoPixel(&'static str),
    /// A posterior given to a drawer of another mask or model.
    #[error("posterior and drawer belong to different masks or models: make both from one conditioner")]
    Mismatch,
    /// Noise that is no standard deviation, or that the operator does not take.
    #[error("noise is {0}: observed pixels are taken as they are, choose 0")]
    Noise(f64),
    /// The mixture itself is at fault.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
}
