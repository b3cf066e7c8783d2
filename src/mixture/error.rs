//! Why a mixture could not be made, fitted or evaluated.

/// When a covariance was found wrong; a model that was given has seen no iteration.
fn when(iteration: usize) -> String {
    if iteration == 0 { String::new() } else { format!(" at iteration {iteration}") }
}

/// What to do about a covariance of a model that was given, and about one that EM made.
fn hint(iteration: usize) -> &'static str {
    if iteration == 0 {
        "fit the model again with a larger `ridge`, or add one to that covariance's diagonal"
    } else {
        "use a larger `ridge`, fewer `components` or more `samples`"
    }
}

/// Errors of the mixture; components are counted from 1 in messages, from 0 in fields. Each names the thing, what is wrong with it, and a hint.
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
    /// A weight of an image that is no weight.
    #[error("the weight of image {image} is {value}: weights of images are finite numbers, 0 or larger")]
    ImageWeight {
        /// Column of the image.
        image: usize,
        /// Its weight.
        value: f64,
    },
    /// Images that are read from a source, and covariances of another family than full.
    #[error(
        "images that are read from a file need full covariances: choose `covariance` full, or images in memory"
    )]
    NotFull,
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
    #[error("{what} of component {}: {fault}", .component + 1)]
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
        "covariance of component {} is not positive definite{} (pixel {pivot}, counted from 0): {}",
        .component + 1,
        when(*.iteration),
        hint(*.iteration)
    )]
    NotPositiveDefinite {
        /// k.
        component: usize,
        /// EM iteration, 0 for a model that was given.
        iteration: usize,
        /// The pixel whose pivot is the first that is not positive, from 0.
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
