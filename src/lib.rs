//! gmmscope: full-covariance Gaussian mixtures of images, fitted, shown, sampled and conditioned.
//!
//! Three tasks, each a module that can be used on its own:
//!
//! 1. [`density`]: the density of Z = f(X), verified by adaptive quadrature;
//! 2. [`mixture`]: k-means, expectation-maximisation (EM), the model, sampling;
//! 3. [`inverse`]: the posterior mixture given some pixels, and the restoration of the others.
//!
//! A module uses only modules that stand below it:
//!
//! ```text
//! main.rs   cli/            parse the command line, run a command, print, exit code
//! tui/        export/       the dashboard; figures.pdf, model.npz, metrics.json
//! show/                     pictures, colour maps, ticks and numbers, for both of them
//! study/                    the tasks under one Settings: worker thread, events, Outcome
//! density/  mixture/  inverse/
//! linalg.rs   data/         dense kernels; images, IDX and npz files, the embedded set
//! ```
//!
//! Images are the columns of a `D x S` matrix (D pixels, S images), with pixels in `[0, 1]`.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod data;
pub mod density;
pub mod export;
pub mod inverse;
pub mod linalg;
pub mod mixture;
pub mod show;
pub mod study;
#[cfg(feature = "tui")]
pub mod tui;
