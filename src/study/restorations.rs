//! How far restorations can be trusted: curves over the share observed, and calibrations, on test images.

use nalgebra::DMatrix;
use serde::Serialize;

use super::curve::{CurvePoint, Curves, FRACTIONS, Fall, restoration_curve};
use super::{
    Control, Outcome, Settings, StudyError, choose_test_images, draw_observations, simulate_measurements,
};
use crate::inverse::{Calibration, Observation, Operator, Reduction, calibrate};
use crate::mixture::{CovarianceFamily, Mixture, Taper};

/// Test images of a curve.
const CURVE_IMAGES: usize = 100;

/// Test images of a calibration.
const CALIBRATION_IMAGES: usize = 200;

/// Images that shrink a fit without shrinkage, to compare with.
const SHRINKAGE: f64 = 50.0;

/// The noise of the denoising that is calibrated.
const NOISE: f64 = 0.1;

/// The strengths of the noise of denoising.
const NOISES: [f64; 5] = [0.02, 0.05, 0.1, 0.2, 0.4];

/// Pixels above which nothing is shrunk: it takes D x D matrices.
const MOST_PIXELS: usize = 4096;

/// What was measured on test images.
#[derive(Debug, Clone, Serialize)]
pub struct Restorations {
    /// By the share of the pixels observed, without noise.
    pub curve: Curves,
    /// Where more is worse, if it is.
    pub fall: Option<Fall>,
    /// The same of the fit with its covariances shrunk, where it has no shrinkage of its own.
    pub shrunk: Option<ShrunkCurve>,
    /// Denoising, by the strength of the noise.
    pub denoised: Vec<CurvePoint>,
    /// Of the study's mask, of denoising, and of doubling the size where that can be.
    pub calibrations: Vec<Calibrated>,
}

/// The curve of the fit with covariances scaled by N_k / (N_k + nu), variances as they are.
#[derive(Debug, Clone, Serialize)]
pub struct ShrunkCurve {
    /// nu.
    pub shrinkage: f64,
    /// As those of the fit.
    pub points: Vec<CurvePoint>,
}

/// A calibration, and of what.
#[derive(Debug, Clone, Serialize)]
pub struct Calibrated {
    /// What is observed, in the words of `gmmscope calibrate --observe`.
    pub observe: String,
    /// The standard deviation of its noise.
    pub noise: f64,
    /// What was found.
    #[serde(flatten)]
    pub calibration: Calibration,
}

impl Restorations {
    /// Measured on the test images of a finished outcome; none before there is a fit of known images, of vectors, and where `control` is cancelled meanwhile.
    ///
    /// Cost: some 30 restorations of 100 images and three calibrations on 200: a few seconds for K = 5, D = 784.
    ///
    /// # Errors
    /// [`StudyError::Inverse`].
    pub fn of(outcome: &Outcome, control: &Control) -> Result<Option<Self>, StudyError> {
        let (Some(fit), Some(data)) = (outcome.fit.as_deref(), outcome.data.as_deref()) else {
            return Ok(None);
        };
        // PSNR and the noises below are of pixels in [0, 1].
        if data.about.vectors {
            return Ok(None);
        }
        let images = |count: usize| -> Result<DMatrix<f64>, StudyError> {
            let settings = Settings { test_images: count.min(data.drawable()), ..outcome.settings.clone() };
            Ok(data.test.matrix(&choose_test_images(&settings, data, 0)?))
        };
        let (settings, shape) = (&outcome.settings, data.test.shape());
        let truth = images(CURVE_IMAGES)?;
        if truth.is_empty() {
            return Ok(None);
        }
        let curve = |mixture: &Mixture, ridge: f64| -> Result<Vec<CurvePoint>, StudyError> {
            let mut points = Vec::with_capacity(FRACTIONS.len());
            for fraction in FRACTIONS.into_iter().take_while(|_| !control.is_cancelled()) {
                let of = (shape, ridge);
                points.extend(restoration_curve(settings, mixture, of, &truth, &[fraction], &[0.0])?);
            }
            Ok(points)
        };
        let samples = data.training_weight().unwrap_or(data.sample_indices.len() as f64);
        let component_images: Vec<f64> = fit.mixture.weights().iter().map(|pi| pi * samples).collect();
        let curves = Curves {
            images: truth.ncols(),
            points: curve(&fit.mixture, settings.em.ridge)?,
            component_images,
        };
        let full = fit.mixture.family() == CovarianceFamily::Full;
        let unshrunk = fit.shrinkage == 0.0 && full && fit.mixture.dim() <= MOST_PIXELS;
        let shrunk = match unshrunk.then(|| fit.mixture.shrunk(SHRINKAGE, &Taper::DIAGONAL, samples)) {
            Some(mixture) => Some(ShrunkCurve { shrinkage: SHRINKAGE, points: curve(&mixture, 0.0)? }),
            None => None,
        };
        let mut denoised = Vec::with_capacity(NOISES.len());
        for noise in NOISES.into_iter().take_while(|_| !control.is_cancelled()) {
            let noisy = Observation::new(Operator::Identity(shape), noise)?;
            denoised.push(CurvePoint::of(settings, &fit.mixture, &truth, &noisy, noise)?);
        }
        let truth = images(CALIBRATION_IMAGES)?;
        let one = Settings { mask_per_image: false, ..settings.clone() };
        let mut calibrations = Vec::new();
        let mask = draw_observations(&one, shape, 0)?;
        let mut observed = vec![(format!("mask:{}", settings.observed), 0.0, mask)];
        let identity = Observation::new(Operator::Identity(shape), NOISE)?;
        observed.push(("identity".to_owned(), NOISE, vec![identity]));
        if let Ok(reduction) = Reduction::new(shape, 2) {
            let reduce = Observation::new(Operator::Reduction(reduction), 0.0)?;
            observed.push(("reduce:2".to_owned(), 0.0, vec![reduce]));
        }
        for (observe, noise, observation) in observed {
            if control.is_cancelled() {
                return Ok(None);
            }
            let measured = simulate_measurements(settings, &truth, &observation)?;
            let calibration = calibrate(&fit.mixture, &truth, &measured, &observation)?;
            calibrations.push(Calibrated { observe, noise, calibration });
        }
        let fall = curves.fall();
        Ok(Some(Self { curve: curves, fall, shrunk, denoised, calibrations }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::run;

    #[test]
    fn a_fit_of_few_images_falls_and_shrinkage_helps() {
        let mut settings = Settings { samples: 120.into(), test_images: 2, draws: 1, ..Settings::default() };
        (settings.kmeans.components, settings.held_out) = (2, 10);
        let outcome = run(&settings.check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        let found = Restorations::of(&outcome, &Control::new()).unwrap().unwrap();
        assert_eq!((found.curve.images, found.curve.points.len()), (100, FRACTIONS.len()));
        assert!((found.curve.component_images.iter().sum::<f64>() - 120.0).abs() < 1e-9);
        // About as many pixels are observed as a component has images, and it is worse than with fewer.
        let fall = found.fall.unwrap();
        let (high, low) = (&found.curve.points[fall.from], &found.curve.points[fall.to]);
        assert!(high.observed < low.observed && low.quality.psnr < high.quality.psnr - 0.1);
        let shrunk = found.shrunk.as_ref().unwrap();
        let at = |points: &[CurvePoint]| points[fall.to].quality.psnr;
        assert!(at(&shrunk.points) > at(&found.curve.points) + 1.0);
        // More noise leaves less.
        assert!(found.denoised.is_sorted_by(|a, b| a.quality.psnr > b.quality.psnr && a.noise < b.noise));
        let observed: Vec<&str> = found.calibrations.iter().map(|one| one.observe.as_str()).collect();
        assert_eq!(observed, ["mask:0.1", "identity", "reduce:2"]);
        assert!(found.calibrations.iter().all(|one| one.calibration.images == 200));
        assert!(Restorations::of(&Outcome::default(), &Control::new()).unwrap().is_none());
        let cancelled = Control::new();
        cancelled.cancel();
        assert!(Restorations::of(&outcome, &cancelled).unwrap().is_none());
    }
}
