//! A mixture scored on images that it was not fitted to.

use super::{Purpose, Settings, StudyError};
use crate::data::Images;
use crate::mixture::{DEQUANTISATION_VARIANCE, Mixture, bits_per_dim, dequantise, trimmed_nll, worst_first};

/// So many held-out images are always scored at every iteration of EM.
const FEW: usize = 100;

/// The held-out images for each training image that are scored at every iteration: without shrinkage, where the NLL of the
/// training images says where EM is going, and with it. 500 for 2,000 made an iteration a third longer.
const SHARES: (f64, f64) = (0.05, 0.25);

/// Whether `held_out` images are few enough to be scored at every iteration of a fit to `samples` images that shrinks by
/// `shrinkage`: at most 100, or one for twenty; one for four with shrinkage.
pub(super) fn is_cheap(held_out: usize, samples: usize, shrinkage: f64) -> bool {
    let share = if shrinkage > 0.0 { SHARES.1 } else { SHARES.0 };
    held_out <= FEW || held_out as f64 <= share * samples as f64
}

/// The scores of a fitted mixture on images held out.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOutScore {
    /// log p(x) of each image in nats, in the order of
    /// [`held_out_indices`](super::DataReport::held_out_indices).
    pub log_density: Vec<f64>,
    /// Mean NLL per image, in nats.
    pub nll: f64,
    /// The same without the worst 1 % of the images ([`trimmed_nll`]).
    pub trimmed_nll: f64,
    /// [`bits_per_dim`] of the images, dequantised with the seed of the study, under the mixture with the
    /// variance of that noise in its covariances.
    pub bits_per_dim: f64,
}

impl HeldOutScore {
    /// Scores `mixture` on the images at `indices`. Cost: 2 K D^3 / 3 flops for factors, and two E-steps of the images.
    ///
    /// # Errors
    /// [`StudyError::Mixture`].
    pub fn new(
        settings: &Settings,
        mixture: &Mixture,
        images: &Images,
        indices: &[usize],
    ) -> Result<Self, StudyError> {
        let pixels = images.matrix(indices);
        let mut continuous = pixels.clone();
        dequantise(&mut continuous, &mut Purpose::Dequantisation.generator(settings.seed, 0));
        let (log_density, dequantised) = rayon::join(
            || mixture.log_density(&pixels),
            || mixture.with_noise(DEQUANTISATION_VARIANCE)?.log_density(&continuous),
        );
        let (log_density, dequantised) = (log_density?, dequantised?);
        Ok(Self {
            nll: -mean(&log_density),
            trimmed_nll: trimmed_nll(&log_density),
            bits_per_dim: bits_per_dim(-mean(&dequantised), mixture.dim()),
            log_density,
        })
    }

    /// The `count` images of least density, the worst first: each with its position among the held-out images and its
    /// negative log-density in nats.
    pub fn worst(&self, count: usize) -> Vec<(usize, f64)> {
        let worst = worst_first(&self.log_density).into_iter().take(count);
        worst.map(|image| (image, -self.log_density[image])).collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ImageShape;

    #[test]
    fn the_scores_are_those_of_the_images() {
        let shape = ImageShape::new(1, 2);
        let images = Images::new(shape, (0..=255).chain(0..=255).collect(), vec![0; 256]).unwrap();
        let mixture = Mixture::standard_start(nalgebra::DMatrix::from_element(2, 1, 0.5)).unwrap();
        let score = HeldOutScore::new(&Settings::default(), &mixture, &images, &[0, 127, 200]).unwrap();
        let density = |image: usize| {
            let squared = |pixel: &u8| (f64::from(*pixel) / 255.0 - 0.5).powi(2);
            -std::f64::consts::TAU.ln() - 0.5 * images.pixels(image).iter().map(squared).sum::<f64>()
        };
        let expected = [0, 127, 200].map(density);
        assert!(score.log_density.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-14));
        assert!((score.nll + mean(&expected)).abs() < 1e-14);
        let worst = score.worst(2);
        assert!(worst[0].1 >= worst[1].1 && worst[0].1 > score.nll && worst.len() == 2);
        // The noise moves the bits by little.
        assert!((score.bits_per_dim - bits_per_dim(score.nll, 2)).abs() < 0.01);
    }

    #[test]
    fn few_images_are_cheap_and_more_with_shrinkage() {
        assert!(is_cheap(100, 1, 0.0) && !is_cheap(101, 2000, 0.0) && is_cheap(500, 10_000, 0.0));
        assert!(is_cheap(500, 2000, 1.0) && !is_cheap(501, 2000, 1.0));
    }
}
