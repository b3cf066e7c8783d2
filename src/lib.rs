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
//! tui/        export/       the dashboard; figures.pdf, the report, metrics.json
//! show/                     pictures, colour maps, ticks and numbers, for both of them
//! study/                    the tasks under one Settings: worker thread, events, Outcome
//! files/                    model.npz, samples.npz, restored.npz; images and means that users bring
//! density/  mixture/  inverse/
//! linalg/     data/         dense kernels; images, shapes, IDX and npz, the embedded set
//! ```
//!
//! Images are the columns of a `D x S` matrix (D pixels, S images), with pixels in `[0, 1]`.
//!
//! A mixture fitted to a few images, draws from it, and images restored from a tenth of their pixels
//! (`examples/restore.rs` does the same at full size):
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use gmmscope::data::{Dataset, Source};
//! use gmmscope::inverse::{Mask, restore};
//! use gmmscope::mixture::{EmSettings, Mixture, Sampler, fit};
//! use rand::{SeedableRng, rngs::ChaCha8Rng};
//!
//! let mut rng = ChaCha8Rng::seed_from_u64(0);
//! let data = Dataset::load(&Source::Embedded, &[0, 1, 8])?;
//! let images = data.train.matrix(&(0..200).collect::<Vec<_>>());
//!
//! // From two of the images as means; `mixture::kmeans` finds better ones.
//! let start = Mixture::standard_start(images.select_columns(&[0, 1]))?;
//! let settings = EmSettings { ridge: 1e-2, tolerance: 1e-3, max_iterations: 5, ..EmSettings::default() };
//! let fitted = fit(&images, start, &settings, None, &mut |_| ControlFlow::Continue(()))?;
//! assert!(fitted.final_nll < fitted.history[0].nll);
//!
//! let draws = Sampler::new(&fitted.mixture)?.draw(3, &mut rng);
//! assert_eq!(draws.images.shape(), (784, 3));
//!
//! let truth = data.test.matrix(&[0, 1, 2]);
//! let mask = Mask::random(data.test.shape(), 0.1, &mut rng)?;
//! for restored in restore(&fitted.mixture, &truth, &[mask.into()])? {
//!     assert!(restored.psnr > 12.0, "in dB, of all 784 pixels from 78");
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
pub mod data;
pub mod density;
pub mod export;
pub mod files;
pub mod inverse;
pub mod linalg;
pub mod mixture;
pub mod show;
pub mod study;
#[cfg(feature = "tui")]
pub mod tui;
