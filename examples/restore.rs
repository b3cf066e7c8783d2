//! Fits a mixture to real images, draws from it, and restores images from a tenth of their pixels.
//!
//! ```text
//! cargo run --release --example restore
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::ops::ControlFlow;

use gmmscope::data::{Dataset, Source};
use gmmscope::inverse::{Mask, restore};
use gmmscope::mixture::{EmSettings, KMeansInit, KMeansSettings, Mixture, Sampler, fit, kmeans};
use rand::{SeedableRng, rngs::ChaCha8Rng};

fn main() -> Result<(), Box<dyn Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let data = Dataset::load(&Source::Embedded, &[0, 1, 8])?;
    let images = data.train.matrix(&(0..2000).collect::<Vec<_>>());

    let (init, tolerance) = (KMeansInit::PlusPlus, 1e-4);
    let start = KMeansSettings { components: 5, init, restarts: 4, tolerance, max_iterations: 300 };
    let clusters = kmeans(&images, &start, &mut rng, &mut |_| ControlFlow::Continue(()))?;
    let settings = EmSettings { ridge: 1e-3, tolerance: 1e-3, max_iterations: 100, ..EmSettings::default() };
    let start = Mixture::standard_start(clusters.centroids)?;
    let fitted = fit(&images, start, &settings, None, &mut |step| {
        println!("iteration {}: NLL {:.3} nats per image", step.iteration, step.nll);
        ControlFlow::Continue(())
    })?;

    let draws = Sampler::new(&fitted.mixture)?.draw(10, &mut rng);
    println!("ten draws, of the components {:?}", draws.components);

    let truth = data.test.matrix(&(0..10).collect::<Vec<_>>());
    let mask = Mask::random(data.test.shape(), 0.1, &mut rng)?;
    for (image, restored) in restore(&fitted.mixture, &truth, &[mask.into()])?.iter().enumerate() {
        println!("image {image}: PSNR {:.2} dB, SSIM {:.3}", restored.psnr, restored.ssim);
    }
    Ok(())
}
