//! A mixture scored on images that it was not fitted to.

use super::score::mean;
use super::{Purpose, Settings, StudyError};
use crate::data::Images;
use crate::mixture::{DEQUANTISATION_VARIANCE, EmFit, bits_per_dim, dequantise, trimmed_nll, worst_first};

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
    /// [`bits_per_dim`] of the images, dequantised with the seed of the study, under the mixture with the variance of that
    /// noise in its covariances; none where pixels are not of 8 bits or missing, and where the fit does not generalise, and would take more bits than the images have.
    pub bits_per_dim: Option<f64>,
}

/// Whether the NLL of held-out images, without the worst 1 %, exceeds that of training images by at most a nat a pixel.
pub(super) fn generalises(gap: f64, dim: usize) -> bool {
    gap <= dim as f64
}

impl HeldOutScore {
    /// The score of the held-out images, those at `indices` of `test`, as EM left them; none without any. Cost where the fit generalises: K D^3 / 3
    /// flops for factors, and an E-step of the images.
    ///
    /// # Errors
    /// [`StudyError::Mixture`].
    pub(super) fn of(
        settings: &Settings,
        fit: &EmFit,
        test: &Images,
        indices: &[usize],
    ) -> Result<Option<Self>, StudyError> {
        let log_density = fit.held_out_log_density.clone();
        if log_density.is_empty() {
            return Ok(None);
        }
        let (dim, trimmed_nll) = (fit.mixture.dim(), trimmed_nll(&log_density));
        let is_whole = test.is_eight_bit() && test.is_complete();
        let bits_per_dim = if is_whole && generalises(trimmed_nll - fit.final_nll, dim) {
            let mut images = test.matrix(indices);
            dequantise(&mut images, &mut Purpose::Dequantisation.generator(settings.seed, 0));
            let log_density = fit.mixture.with_noise(DEQUANTISATION_VARIANCE)?.log_density(&images)?;
            Some(bits_per_dim(-mean(&log_density), dim))
        } else {
            None
        };
        Ok(Some(Self { nll: -mean(&log_density), trimmed_nll, bits_per_dim, log_density }))
    }

    /// The `count` images of least density, the worst first: each with its position among the held-out images and its
    /// negative log-density in nats.
    pub fn worst(&self, count: usize) -> Vec<(usize, f64)> {
        let worst = worst_first(&self.log_density).into_iter().take(count);
        worst.map(|image| (image, -self.log_density[image])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Control, Shrinkage, fit_only};

    #[test]
    fn the_scores_are_those_of_the_fit() {
        let settings = Settings {
            samples: 60.into(),
            held_out: 20,
            shrinkage: Shrinkage::Images(30.0),
            ..Settings::default()
        };
        let study = fit_only(&settings.clone().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        let (data, fit) = (study.data.unwrap(), study.fit.unwrap());
        let score = fit.held_out.as_ref().unwrap();
        let mut images = data.test.matrix(&data.held_out_indices);
        let log_density = fit.mixture.log_density(&images).unwrap();
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} and {b}");
        log_density.iter().zip(&score.log_density).for_each(|(&a, &b)| close(a, b));
        close(score.nll, -mean(&log_density));
        close(score.trimmed_nll, trimmed_nll(&log_density));
        let worst = score.worst(2);
        assert!(worst[0].1 >= worst[1].1 && worst[1].1 > score.nll && worst.len() == 2);

        // As large a deviation as the noise itself has, in the model and in the images.
        dequantise(&mut images, &mut Purpose::Dequantisation.generator(settings.seed, 0));
        let noisy = fit.mixture.with_noise(DEQUANTISATION_VARIANCE).unwrap();
        let nll = -mean(&noisy.log_density(&images).unwrap());
        match score.bits_per_dim {
            Some(bits) => close(bits, bits_per_dim(nll, 784)),
            None => assert_eq!(fit.generalises(), Some(false)),
        }
    }

    #[test]
    fn few_images_are_cheap_and_more_with_shrinkage() {
        assert!(is_cheap(100, 1, 0.0) && !is_cheap(101, 2000, 0.0) && is_cheap(500, 10_000, 0.0));
        assert!(is_cheap(500, 2000, 1.0) && !is_cheap(501, 2000, 1.0));
    }
}
