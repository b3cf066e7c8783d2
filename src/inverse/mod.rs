//! Task 3, the inverse problem: from some pixels of an image, the posterior mixture of the others.
//!
//! p(x1 | x2) = sum_k pi_{k,1|2} N(x1; mu_{k,1|2}, Sigma_{k,1|2}). Used by `study` and `cli`.

mod error;
mod mask;
mod posterior;
mod quality;
mod restoration;

pub use error::InverseError;
pub use mask::Mask;
pub use posterior::{Conditioner, Posterior};
pub use quality::{psnr, ssim};
pub use restoration::{Restoration, restore};
