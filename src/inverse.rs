//! Task 3, the inverse problem: an image from an [`Observation`] y = A x + n of it.
//!
//! Where some pixels x2 are observed as they are, the posterior of the others is the mixture
//! p(x1 | x2) = sum_k pi_{k,1|2} N(x1; mu_{k,1|2}, Sigma_{k,1|2}).
//!
//! [`restore`] does it all for many images; [`Conditioner`], [`Posterior`] and [`Drawer`] are its
//! parts; [`baselines`] are what it should beat; [`calibrate`] says whether its uncertainty can be trusted.
//!
//! Two pixels of mean 0 and variance 1 with correlation 0.8: when the second is seen to be 1, the
//! first is expected to be 0.8, with standard deviation sqrt(1 - 0.8^2) = 0.6.
//!
//! ```
//! use gmmscope::{inverse::{Conditioner, Mask, Observation}, mixture::Mixture};
//! use nalgebra::{DMatrix, DVector};
//!
//! let covariance = DMatrix::from_row_slice(2, 2, &[1.0, 0.8, 0.8, 1.0]);
//! let mixture = Mixture::new(DVector::from_vec(vec![1.0]), DMatrix::zeros(2, 1), vec![covariance])?;
//! let second = Observation::from(Mask::new(vec![false, true]));
//! let posterior = Conditioner::new(&mixture, &second)?.posterior(&[f64::NAN, 1.0])?;
//! assert!((posterior.expectation()[0] - 0.8).abs() < 1e-15);
//! assert!((posterior.standard_deviation()[0] - 0.6).abs() < 1e-15);
//! # Ok::<(), gmmscope::inverse::InverseError>(())
//! ```

mod baseline;
mod calibration;
mod component;
mod conditioner;
mod drawer;
mod error;
mod given;
mod marginal;
mod mask;
mod observation;
mod operator;
mod parts;
mod posterior;
mod quality;
mod restoration;
mod spectrum;
#[cfg(test)]
mod tests;

pub use baseline::{
    Baseline, BaselineImages, BaselineQualities, ComparedBaselines, baselines, bicubic, compare_baselines,
    harmonic_fill, mean_fill, nearest_fill, non_local_means, single_component, total_variation,
};
pub use calibration::{
    Bin, Calibration, LEVELS, NEAR_CONSTANT, Reliability, Scores, Z_EDGES, ZScores, calibrate,
};
pub use conditioner::{Conditioner, Prepared};
pub use drawer::Drawer;
pub use error::InverseError;
pub use marginal::{Interval, Marginal};
pub use mask::{Edge, Mask, Stripes, brush};
pub use observation::{Noise, Observation};
pub use operator::{Blur, Composition, Kernel, Matrix, Operator, Reduction, Sums};
pub use posterior::Posterior;
pub use quality::{Quality, psnr, serialize_psnr, ssim};
pub use restoration::{Restoration, mean_quality, posteriors, restore, restore_measurements};
pub use spectrum::Spectra;
