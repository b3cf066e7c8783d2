//! Images scored by their log-densities: means that single images do not decide, the worst images, bits per dimension.

use nalgebra::DMatrix;
use rand::{Rng, RngExt};

use super::tiles::log_likelihood;
use super::{Mixture, MixtureError};

/// Mean negative log-density in nats of all images but the worst 1 % (rounded up; one image is kept); NaN of none.
///
/// An image that differs from all others in a pixel where a component hardly varies costs 10^5 nats and more, so that
/// a few images decide a plain mean. Cost: a sort.
///
/// P. J. Rousseeuw, "Least median of squares regression", Journal of the American Statistical Association 79 (1984),
/// 871-880, for the trimmed loss.
pub fn trimmed_nll(log_density: &[f64]) -> f64 {
    weighted_trimmed_nll(log_density, None)
}

/// [`trimmed_nll`] of images with weights: without the worst of them that have 1 % of the weight together.
pub(super) fn weighted_trimmed_nll(log_density: &[f64], weights: Option<&[f64]>) -> f64 {
    let weight = |image: usize| weights.map_or(1.0, |weights| weights[image]);
    let mut order = worst_first(log_density);
    order.retain(|&image| weight(image) > 0.0);
    let most = order.iter().map(|&image| weight(image)).sum::<f64>() / 100.0;
    let (mut first, mut trimmed) = (0, 0.0);
    while first + 1 < order.len() && trimmed < most {
        trimmed += weight(order[first]);
        first += 1;
    }
    let kept = || order[first..].iter().copied();
    -kept().map(|image| weight(image) * log_density[image]).sum::<f64>() / kept().map(weight).sum::<f64>()
}

/// Mean negative log-density in nats, each image as often as its weight says; 0 of none.
pub(super) fn mean_nll(log_density: &[f64], weights: Option<&[f64]>) -> f64 {
    let count = weights.map_or(log_density.len().max(1) as f64, |weights| weights.iter().sum());
    -log_likelihood(log_density, weights) / count
}

/// The positions of all images by rising log-density: the least probable first (ties: lower index first).
pub fn worst_first(log_density: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..log_density.len()).collect();
    order.sort_by(|&a, &b| log_density[a].total_cmp(&log_density[b]));
    order
}

/// The largest value of a pixel of 8 bits: images are v / 255.
const LARGEST: f64 = 255.0;

/// 1 / (12 255^2) = 1.28e-6, the variance that [`dequantise`] adds to a pixel.
pub const DEQUANTISATION_VARIANCE: f64 = 1.0 / (12.0 * LARGEST * LARGEST);

/// Adds (u - 1/2) / 255 to every pixel, with u uniform on [0, 1): images v / 255 of 8 bits become draws from the uniform
/// density over the values that round to them.
pub fn dequantise<R: Rng>(images: &mut DMatrix<f64>, rng: &mut R) {
    images.iter_mut().for_each(|pixel| *pixel += (rng.random::<f64>() - 0.5) / LARGEST);
}

/// Bits per dimension of images of 8 bits, NLL / (D log 2) + log2 255, where `nll` is the mean NLL in nats of
/// [dequantised](dequantise) images of `dim` pixels.
///
/// With x = (v + u - 1/2) / 255, the scale of the images, and y = (v + u) / 256 in [0, 1), the usual one, dy/dx = 255/256:
/// -log2 p(y) = NLL / log 2 - D log2(256/255), and an image of 256^D cells has log2 256 = 8 bits a dimension more. The
/// uniform density has 8. By Jensen's inequality it is no less than the bits that a code for the images themselves needs.
///
/// L. Theis, A. van den Oord, M. Bethge, "A note on the evaluation of generative models", ICLR 2016.
pub fn bits_per_dim(nll: f64, dim: usize) -> f64 {
    nll / (dim as f64 * std::f64::consts::LN_2) + LARGEST.log2()
}

impl Mixture {
    /// The density of x + n for x of this mixture and n normal with this variance in every pixel, independent of x:
    /// Sigma_k + variance I. Cost: a copy.
    ///
    /// # Errors
    /// [`MixtureError::Setting`] for a variance that is negative or not finite.
    pub fn with_noise(&self, variance: f64) -> Result<Self, MixtureError> {
        super::check::non_negative("noise variance", variance)?;
        Ok(self.with_covariances(|_, covariance| covariance.with_noise(variance)))
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;

    #[test]
    fn the_worst_hundredth_is_left_out() {
        let mut log_density: Vec<f64> = (0..200).map(f64::from).collect();
        log_density[7] = -1e6;
        assert_eq!(worst_first(&log_density)[..3], [7, 0, 1]);
        // All but 7 and 0: the sum of 1 to 199 without 7.
        assert!((trimmed_nll(&log_density) + (19_900.0 - 7.0) / 198.0).abs() < 1e-12);
        assert_eq!(trimmed_nll(&[-3.0]), 3.0);
        assert_eq!(trimmed_nll(&[-3.0, -5.0]), 3.0);
        assert!(trimmed_nll(&[]).is_nan());
        // Equal weights change nothing, and an image of weight 0 is none.
        let of = |weights: &[f64]| weighted_trimmed_nll(&log_density, Some(weights));
        assert!((of(&[0.25; 200]) - trimmed_nll(&log_density)).abs() < 1e-12);
        let mut weights = vec![1.0; 200];
        weights[7] = 0.0;
        let others: Vec<f64> = (0..200).filter(|&s| s != 7).map(|s| log_density[s]).collect();
        assert!((of(&weights) - trimmed_nll(&others)).abs() < 1e-12);
    }

    #[test]
    fn the_uniform_density_has_eight_bits_a_dimension() {
        // p(x) = 255/256 a pixel on the interval of length 256/255 that dequantised pixels fill.
        let nll = -784.0 * (255.0_f64 / 256.0).ln();
        assert!((bits_per_dim(nll, 784) - 8.0).abs() < 1e-13);
    }

    #[test]
    fn a_normal_density_has_no_fewer_bits_than_the_pixels_it_rounds_to() {
        // Pixels of N(0.5, 0.1^2), rounded to 8 bits: the entropy is that of the density in units of 1/255.
        let mixture = Mixture::new(
            DVector::from_element(1, 1.0),
            DMatrix::from_element(1, 1, 0.5),
            vec![DMatrix::from_element(1, 1, 0.01)],
        )
        .unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut images = super::super::Sampler::new(&mixture).unwrap().draw(100_000, &mut rng).images;
        images.iter_mut().for_each(|pixel| *pixel = (*pixel * 255.0).round() / 255.0);
        dequantise(&mut images, &mut rng);
        let rounded = images.iter().map(|pixel| (pixel - 0.5).powi(2)).sum::<f64>() / 1e5;
        assert!((rounded - 0.01 - 2.0 * DEQUANTISATION_VARIANCE).abs() < 3e-4);
        let noisy = mixture.with_noise(2.0 * DEQUANTISATION_VARIANCE).unwrap();
        let nll = -noisy.log_density(&images).unwrap().iter().sum::<f64>() / 1e5;
        let entropy = (25.5 * (std::f64::consts::TAU * std::f64::consts::E).sqrt()).log2();
        // The standard error is 0.003 bits.
        assert!((bits_per_dim(nll, 1) - entropy).abs() < 0.012, "{} {entropy}", bits_per_dim(nll, 1));
    }

    #[test]
    fn noise_is_added_to_the_variances_alone() {
        let covariance = DMatrix::from_row_slice(2, 2, &[2.0, 0.5, 0.5, 1.0]);
        let mixture =
            Mixture::new(DVector::from_element(1, 1.0), DMatrix::zeros(2, 1), vec![covariance.clone()])
                .unwrap();
        let noisy = mixture.with_noise(0.25).unwrap();
        assert_eq!(*noisy.covariances()[0].dense(), covariance + DMatrix::identity(2, 2) * 0.25);
        assert!(mixture.with_noise(-1.0).is_err() && mixture.with_noise(f64::NAN).is_err());
    }
}
