//! Restoration against what is observed: quality and coverage by the share of the pixels, or by the noise.

use nalgebra::DMatrix;
use rayon::prelude::*;
use serde::Serialize;

use super::{Settings, StudyError, mask_order, simulate_measurements};
use crate::data::ImageShape;
use crate::inverse::{
    Conditioner, InverseError, LEVELS, Mask, NEAR_CONSTANT, Observation, Quality, psnr, ssim,
};
use crate::linalg::eigen::symmetric_eigenvalues;
use crate::mixture::{CovarianceFamily, Mixture};

/// The shares of the pixels that are tried where none are named.
pub const FRACTIONS: [f64; 13] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99];

/// What is restored under one observation, and how well; means over the images.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The share of the pixels that is observed, where pixels are.
    pub fraction: Option<f64>,
    /// m, values observed.
    pub observed: usize,
    /// The standard deviation of the noise.
    pub noise: f64,
    /// PSNR and SSIM.
    pub quality: Quality,
    /// The share of pixels within intervals of 50, 80, 90 and 95 %, of those with a predicted standard deviation above [`NEAR_CONSTANT`].
    pub coverage: [f64; 4],
    /// The root of the mean squared error of these pixels.
    pub rmse: f64,
    /// Their mean predicted standard deviation.
    pub mean_deviation: f64,
    /// [`Conditioner::misfit`]: about 1 where the model is right.
    pub misfit: f64,
    /// Observed directions in which a component has at most twice the variance of ridge and noise: the mean over components by weight.
    pub flat: Option<f64>,
}

/// Curves of one model, with the places where they turn.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curves {
    /// Images restored.
    pub images: usize,
    /// N_k, the training images of each component, where they are known: the weights times S.
    pub component_images: Vec<f64>,
    /// One point for each observation, in the order asked for.
    pub points: Vec<CurvePoint>,
}

/// The deepest fall of the PSNR, by the indices of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fall {
    /// The point before it.
    pub from: usize,
    /// The point at its foot.
    pub to: usize,
}

impl Curves {
    /// Where the mean PSNR falls by more than 0.1 dB although more is observed, and to where: the double descent. None where it never does, or where
    /// points are not of shares.
    pub fn fall(&self) -> Option<Fall> {
        let psnr = |index: usize| self.points[index].quality.psnr;
        let mut best = 0;
        let mut deepest: Option<(f64, Fall)> = None;
        for (to, point) in self.points.iter().enumerate() {
            point.fraction?;
            let drop = psnr(best) - psnr(to);
            if drop > deepest.map_or(0.1, |(drop, _)| drop) {
                deepest = Some((drop, Fall { from: best, to }));
            }
            if psnr(to) > psnr(best) {
                best = to;
            }
        }
        deepest.map(|(_, fall)| fall)
    }
}

/// The curve of the images `truth` (D x N): at each of the `fractions`, under nested masks that the seed draws, with each of the `noises`. The covariances
/// of `mixture` hold the `ridge`.
///
/// Cost for each point: as [`Conditioner::new`], K (m^2 + 2 m D) flops an image, and with a ridge 4 K m^3 / 3 flops for eigenvalues.
///
/// # Errors
/// [`StudyError::Inverse`].
pub fn restoration_curve(
    settings: &Settings,
    mixture: &Mixture,
    (shape, ridge): (ImageShape, f64),
    truth: &DMatrix<f64>,
    fractions: &[f64],
    noises: &[f64],
) -> Result<Vec<CurvePoint>, StudyError> {
    let order = mask_order(settings, shape, 0)?;
    let mut points = Vec::with_capacity(fractions.len() * noises.len());
    for &fraction in fractions {
        let mask = Mask::first_of(shape, &order, Mask::count(order.len(), fraction));
        for &noise in noises {
            let observation = match noise > 0.0 {
                true => Observation::new(crate::inverse::Operator::Mask(mask.clone()), noise)?,
                false => mask.clone().into(),
            };
            // It is said of scatters, and takes a matrix of m x m.
            let has_flat = ridge > 0.0 && mixture.family() == CovarianceFamily::Full;
            let flat = has_flat.then(|| flat(mixture, &mask, noise, ridge)).flatten();
            let point = CurvePoint::of(settings, mixture, truth, &observation, noise)?;
            points.push(CurvePoint { fraction: Some(fraction), flat, ..point });
        }
    }
    Ok(points)
}

impl CurvePoint {
    /// The point of one observation of the images `truth` (D x N); no fraction, and no flat directions.
    ///
    /// # Errors
    /// As [`restoration_curve`].
    pub fn of(
        settings: &Settings,
        mixture: &Mixture,
        truth: &DMatrix<f64>,
        observation: &Observation,
        noise: f64,
    ) -> Result<Self, StudyError> {
        let measured = simulate_measurements(settings, truth, std::slice::from_ref(observation))?;
        let conditioner = Conditioner::new(mixture, observation)?;
        let of_image = |(n, y): (usize, &Vec<f64>)| -> Result<_, InverseError> {
            let posterior = conditioner.posterior_given(y)?;
            let (x, restored) = (truth.column(n), posterior.expectation());
            let mut sums = Sums::default();
            for &pixel in posterior.known().missing() {
                let Some(marginal) = posterior.marginal(pixel) else { continue };
                let deviation = marginal.standard_deviation();
                if deviation > NEAR_CONSTANT {
                    // A value is within the equal-tailed interval of probability p where |2 F(x) - 1| <= p.
                    let depth = (2.0 * marginal.distribution(x[pixel]) - 1.0).abs();
                    sums.pixels += 1.0;
                    sums.squares += (x[pixel] - restored[pixel]).powi(2);
                    sums.deviations += deviation;
                    LEVELS.iter().zip(&mut sums.covered).for_each(|(&level, covered)| {
                        *covered += f64::from(depth <= level);
                    });
                }
            }
            let image = x.as_slice();
            let quality =
                Quality { psnr: psnr(&restored, image), ssim: ssim(&restored, image, observation.shape()) };
            Ok((quality, conditioner.misfit(&posterior)?, sums))
        };
        let each: Vec<_> = measured.par_iter().enumerate().map(of_image).collect();
        let each = each.into_iter().collect::<Result<Vec<_>, _>>()?;
        let sum = |part: fn(&Sums) -> f64| each.iter().map(|(.., sums)| part(sums)).sum::<f64>();
        let pixels = sum(|sums| sums.pixels);
        Ok(Self {
            fraction: None,
            observed: observation.measurements(),
            noise,
            quality: Quality::mean(each.iter().map(|(quality, ..)| *quality)),
            coverage: std::array::from_fn(|level| {
                each.iter().map(|(.., sums)| sums.covered[level]).sum::<f64>() / pixels
            }),
            rmse: (sum(|sums| sums.squares) / pixels).sqrt(),
            mean_deviation: sum(|sums| sums.deviations) / pixels,
            misfit: each.iter().map(|(_, misfit, _)| misfit).sum::<f64>() / each.len() as f64,
            flat: None,
        })
    }
}

/// Sums over the uncertain pixels of an image.
#[derive(Default)]
struct Sums {
    pixels: f64,
    squares: f64,
    deviations: f64,
    covered: [f64; 4],
}

/// [`CurvePoint::flat`].
fn flat(mixture: &Mixture, mask: &Mask, noise: f64, ridge: f64) -> Option<f64> {
    let observed = mask.observed();
    let of_one = |sigma: &crate::mixture::Covariance| {
        let values = symmetric_eigenvalues(&sigma.block(observed, observed))?;
        Some(values.iter().filter(|&&value| value + noise * noise <= 2.0 * (ridge + noise * noise)).count()
            as f64)
    };
    let counts: Vec<_> = mixture.covariances().par_iter().map(of_one).collect();
    let counts = counts.into_iter().zip(mixture.weights().iter());
    counts.map(|(count, weight)| count.map(|count| weight * count)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inverse::calibrate;
    use crate::mixture::Sampler;
    use crate::study::Purpose;
    use nalgebra::DVector;

    const SHAPE: ImageShape = ImageShape::new(3, 4);

    /// Twelve pixels of two factors and a ridge: ten directions are flat. Draws are within [0, 1], as images are.
    fn mixture(ridge: f64) -> Mixture {
        let of = |sign: f64| {
            let factors = DMatrix::from_fn(12, 2, |i, r| 0.08 * ((i * (r + 2)) as f64 + sign).sin());
            &factors * factors.transpose() + DMatrix::identity(12, 12) * ridge
        };
        let means = DMatrix::from_fn(12, 2, |i, k| 0.4 + 0.01 * (i * (k + 1)) as f64);
        Mixture::new(DVector::from_vec(vec![0.25, 0.75]), means, vec![of(1.0), of(2.5)]).unwrap()
    }

    #[test]
    fn a_point_is_the_calibration_of_its_mask() {
        let (mixture, settings) = (mixture(1e-3), Settings { observed: 0.5, ..Settings::default() });
        let truth = Sampler::new(&mixture).unwrap().draw(60, &mut Purpose::Draws.generator(1, 0)).images;
        let fractions = [0.0, 0.25, 0.5];
        let points =
            restoration_curve(&settings, &mixture, (SHAPE, 1e-3), &truth, &fractions, &[0.0, 0.1]).unwrap();
        assert_eq!(points.iter().map(|point| point.observed).collect::<Vec<_>>(), [0, 0, 3, 3, 6, 6]);
        assert!(points[0].misfit.is_nan());
        // The study's own mask, by the other way.
        let mask = crate::study::draw_observations(&settings, SHAPE, 0).unwrap();
        let measured = simulate_measurements(&settings, &truth, &mask).unwrap();
        let whole = calibrate(&mixture, &truth, &measured, &mask).unwrap();
        let point = &points[4];
        assert!((point.quality.psnr - whole.quality.psnr).abs() < 1e-9);
        for (a, b) in point.coverage.iter().zip(whole.uncertain.coverage) {
            assert!((a - b).abs() < 1e-12);
        }
        assert!((point.rmse - whole.uncertain.rmse).abs() < 1e-12);
        assert!((point.mean_deviation - whole.uncertain.mean_deviation).abs() < 1e-12);
        // The images are the model's own: (y - A mu)^T S^-1 (y - A mu) / m is 1 on average, with a standard error of (2 / (60 m))^1/2.
        for point in &points[2..] {
            assert!(
                (point.misfit - 1.0).abs() < 5.0 * (2.0 / 60.0 / point.observed as f64).sqrt(),
                "{point:?}"
            );
        }
        // Two directions of six have more than the ridge; with noise of 0.1 none may be told apart from it.
        assert_eq!(points[4].flat, Some(4.0));
        assert!(points[5].flat > Some(4.0 - 1e-12));
    }

    #[test]
    fn a_fall_is_found_where_there_is_one() {
        let point = |fraction, psnr| CurvePoint {
            fraction: Some(fraction),
            observed: 0,
            noise: 0.0,
            quality: Quality { psnr, ssim: 0.5 },
            coverage: [0.5; 4],
            rmse: 0.1,
            mean_deviation: 0.1,
            misfit: 1.0,
            flat: None,
        };
        let curves = |psnr: &[f64]| Curves {
            images: 1,
            component_images: Vec::new(),
            points: psnr.iter().enumerate().map(|(i, &psnr)| point(i as f64 / 10.0, psnr)).collect(),
        };
        let of = |psnr: &[f64]| curves(psnr).fall();
        assert_eq!(of(&[18.0, 21.5, 21.0, 20.6, 23.0, 22.95]), Some(Fall { from: 1, to: 3 }));
        assert_eq!(of(&[18.0, 19.0, 18.95, 20.0]), None);
        assert_eq!(of(&[]), None);
    }
}
