//! Task 3, the inverse problem: from some pixels of an image, the posterior mixture of the others.
//!
//! p(x1 | x2) = sum_k pi_{k,1|2} N(x1; mu_{k,1|2}, Sigma_{k,1|2}). Used by `study` and `cli`.
//!
//! [`restore`] does it all for many images; [`Conditioner`], [`Posterior`] and [`Drawer`] are its
//! parts; [`mean_fill`] and [`nearest_fill`] are the baselines that it should beat.
//!
//! Two pixels of mean 0 and variance 1 with correlation 0.8: when the second is seen to be 1, the
//! first is expected to be 0.8, with standard deviation sqrt(1 - 0.8^2) = 0.6.
//!
//! ```
//! use gmmscope::{inverse::{Conditioner, Mask}, mixture::Mixture};
//! use nalgebra::{DMatrix, DVector};
//!
//! let covariance = DMatrix::from_row_slice(2, 2, &[1.0, 0.8, 0.8, 1.0]);
//! let mixture = Mixture::new(DVector::from_vec(vec![1.0]), DMatrix::zeros(2, 1), vec![covariance])?;
//! let mask = Mask::new(vec![false, true]);
//! let posterior = Conditioner::new(&mixture, &mask)?.posterior(&[f64::NAN, 1.0])?;
//! assert!((posterior.expectation()[0] - 0.8).abs() < 1e-15);
//! assert!((posterior.standard_deviation()[0] - 0.6).abs() < 1e-15);
//! # Ok::<(), gmmscope::inverse::InverseError>(())
//! ```

mod baseline;
mod conditioner;
mod drawer;
mod error;
mod marginal;
mod mask;
mod posterior;
mod quality;
mod restoration;
#[cfg(test)]
mod tests;

pub use baseline::{mean_fill, nearest_fill};
pub use conditioner::Conditioner;
pub use drawer::Drawer;
pub use error::InverseError;
pub use marginal::marginal;
pub use mask::{Half, Mask, Stripes, brush};
pub use posterior::Posterior;
pub use quality::{Quality, psnr, ssim};
pub use restoration::{Restoration, mean_quality, restore};
