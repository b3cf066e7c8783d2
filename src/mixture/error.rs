//! Why a mixture could not be made, fitted or evaluated.

/// Errors of the mixture; each names the thing, what is wrong with it, and a hint.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MixtureError {
    /// K = 0 or K > S.
    #[error("cannot fit {components} components to {samples} images: choose between 1 and {samples}")]
    Components {
        /// K.
        components: usize,
        /// S.
        samples: usize,
    },
    /// A pixel that is NaN or infinite.
    #[error("pixel {pixel} of image {image} is not finite: remove or repair that image")]
    NonFinitePixel {
        /// Column of the image.
        image: usize,
        /// Row of the pixel.
        pixel: usize,
    },
    /// Arrays whose shapes do not belong together.
    #[error("{what} has shape {found}, expected {expected}")]
    Shape {
        /// Which array.
        what: &'static str,
        /// Its shape.
        found: String,
        /// The shape that fits.
        expected: String,
    },
    /// Weights, means or covariances with impossible values.
    #[error("{what} of component {component}: {fault}")]
    Parameter {
        /// Which parameter.
        what: &'static str,
        /// k.
        component: usize,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// An image that no component explains: its density is 0 or not a number, even as a logarithm.
    #[error(
        "image {image} has no finite log-density under any component: bring the means and the images to one scale"
    )]
    NoDensity {
        /// Column of the image.
        image: usize,
    },
    /// Weights that are not a distribution.
    #[error("weights sum to {0}: they must sum to 1")]
    WeightSum(f64),
    /// A covariance that cannot be factored.
    #[error(
        "covariance of component {component} is not positive definite at iteration {iteration} (pivot {pivot}): \
         use a larger `ridge`, fewer `components` or more `samples`"
    )]
    NotPositiveDefinite {
        /// k.
        component: usize,
        /// EM iteration, 0 for a model that was given.
        iteration: usize,
        /// First pivot that is not positive.
        pivot: usize,
    },
    /// A setting out of its range.
    #[error("{what} is {value}: {hint}")]
    Setting {
        /// Which setting.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What it should be.
        hint: &'static str,
    },
}
