//! Why an image could not be restored.

use crate::mixture::MixtureError;

/// Errors of conditioning and restoration; each names the thing, what is wrong with it, and a hint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InverseError {
    /// The block of a covariance that belongs to the observed pixels cannot be factored.
    #[error(
        "covariance of the observed pixels under component {} is not positive definite (pixel {pixel}, counted from 0): \
         fit with a larger `ridge`",
        .component + 1
    )]
    NotPositiveDefinite {
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
    /// A posterior given to another conditioner, or to its drawer.
    #[error(
        "posterior and drawer belong to different observations or models: make both from one conditioner"
    )]
    Mismatch,
    /// Noise that is no standard deviation.
    #[error("noise is {0}: choose a standard deviation of 0 or more")]
    Noise(f64),
    /// Values of another number than the observation has.
    #[error("{what} has {found} values, expected {expected}: give one for each value that is observed")]
    Length {
        /// Which of them.
        what: &'static str,
        /// Its values.
        found: usize,
        /// The values that it should have.
        expected: usize,
    },
    /// A measurement that is NaN or infinite.
    #[error("measurement {measurement} of image {image} is not finite: leave it out by a mask")]
    NonFiniteMeasurement {
        /// Its image, from 0.
        image: usize,
        /// Its index, from 0.
        measurement: usize,
    },
    /// An operator that cannot be.
    #[error("operator: {0}")]
    Operator(&'static str),
    /// A reduction by a number that does not divide the image.
    #[error("factor {factor} does not divide {rows} x {columns} pixels: choose a divisor of both")]
    Factor {
        /// The factor.
        factor: usize,
        /// Rows of the image.
        rows: usize,
        /// Columns of the image.
        columns: usize,
    },
    /// A Sigma A^T + noise that cannot be factored: a measurement all but follows from others.
    #[error(
        "measurement {measurement} (counted from 0) follows from others under component {} to working precision: \
         choose `noise` above 0, or larger",
        .component + 1
    )]
    Singular {
        /// k.
        component: usize,
        /// The measurement at whose pivot the factorisation stopped.
        measurement: usize,
    },
    /// An eigendecomposition that does not converge.
    #[error("covariance of component {} has no eigendecomposition: its entries are too large or not finite", .component + 1)]
    Eigen {
        /// k.
        component: usize,
    },
    /// The probability of an interval outside (0, 1), or NaN.
    #[error("probability of an interval is {0}: choose between 0 and 1, as 0.9")]
    Level(f64),
    /// The mixture itself is at fault.
    #[error(transparent)]
    Mixture(#[from] MixtureError),
}
