//! Whether uncertainty can be trusted: posteriors held against the true images.

use nalgebra::DMatrix;
use rayon::prelude::*;
use serde::Serialize;

use super::restoration::{check_observations, grouped};
use super::{Conditioner, InverseError, Observation, Operator, Posterior, Quality, psnr, ssim};
use crate::mixture::Mixture;

/// Probabilities of the credible intervals whose coverage is counted.
pub const LEVELS: [f64; 4] = [0.5, 0.8, 0.9, 0.95];

/// The predicted standard deviation up to which a pixel is near-constant: it flatters every mean, and is counted apart.
pub const NEAR_CONSTANT: f64 = 0.02;

/// Edges of the bins of predicted standard deviation, above [`NEAR_CONSTANT`].
const EDGES: [f64; 6] = [NEAR_CONSTANT, 0.05, 0.1, 0.15, 0.2, 0.3];

/// Bars of the histogram of PIT values.
const PIT_BARS: usize = 20;

/// Edges of the histogram of z-scores; what is beyond them counts with the first and the last bar.
pub const Z_EDGES: [f64; 21] = {
    let mut edges = [0.0; 21];
    let mut i = 0;
    while i < edges.len() {
        edges[i] = i as f64 / 2.0 - 5.0;
        i += 1;
    }
    edges
};

/// |z| beyond which the shares are counted.
const TAILS: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

/// What posteriors predict, and what is found, over the free pixels of many images.
///
/// A free pixel is one that is not observed without noise. One whose predicted standard deviation is 0 is not counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// N.
    pub images: usize,
    /// Means of PSNR and SSIM.
    pub quality: Quality,
    /// Pixels of predicted standard deviation above [`NEAR_CONSTANT`].
    pub uncertain: Scores,
    /// The other free pixels.
    pub near_constant: Scores,
    /// The uncertain pixels by predicted standard deviation; bins without a pixel are left out.
    pub bins: Vec<Bin>,
    /// Of the uncertain pixels.
    pub z_scores: ZScores,
    /// Shares of the uncertain pixels whose F(x) is in [0, 0.05), [0.05, 0.1), ..., [0.95, 1], F being the distribution function of the
    /// pixel's marginal: 0.05 each where F is right.
    pub pit: Vec<f64>,
    /// Responsibilities given y against those given the whole image, by tenths; bins without an entry are left out.
    pub responsibilities: Vec<Reliability>,
}

/// Scores of a set of pixels; NaN where it is empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// Their number.
    pub pixels: usize,
    /// The share of pixels within the equal-tailed interval of each of [`LEVELS`].
    pub coverage: [f64; 4],
    /// For each of [`LEVELS`], the probability to ask for so that intervals cover the level's share of these pixels.
    pub recalibrated: [f64; 4],
    /// The root of the mean squared error of the expectation.
    pub rmse: f64,
    /// Sharpness: the mean predicted standard deviation.
    pub mean_deviation: f64,
    /// Sharpness: the mean width of the interval of 0.9.
    pub mean_width: f64,
    /// The mean continuous ranked probability score, in the unit of a pixel.
    pub crps: f64,
}

/// The pixels with a predicted standard deviation above `above` and up to `up_to`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Exclusive.
    pub above: f64,
    /// Inclusive; infinite for the last bin, which is null in JSON.
    pub up_to: f64,
    /// Their scores.
    pub scores: Scores,
}

/// z = (x - E[x | y]) / standard deviation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ZScores {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation: 1 where the predicted ones are right.
    pub deviation: f64,
    /// The shares with |z| beyond 1, 2, 3, 4 and 5.
    pub beyond: [f64; 5],
    /// The largest |z|.
    pub largest: f64,
    /// The shares between the [`Z_EDGES`].
    pub histogram: Vec<f64>,
}

/// Entries of responsibilities given y in one tenth of [0, 1].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// Their number, over images and components.
    pub entries: usize,
    /// The mean responsibility given y.
    pub predicted: f64,
    /// The mean responsibility of the same components given the whole image: the same where weights are right.
    pub found: f64,
}

/// One pixel: what was predicted of it, and how that held.
#[derive(Debug, Clone, Copy)]
struct Pixel {
    deviation: f64,
    error: f64,
    pit: f64,
    width: f64,
    crps: f64,
}

/// What one image adds.
struct Held {
    quality: Quality,
    pixels: Vec<Pixel>,
    /// Responsibilities given y, and given the whole image.
    pairs: Vec<(f64, f64)>,
}

/// Holds the posteriors of images given `measurements` under `observations` (one for each image, or one for all) against `truth` (D x N).
///
/// Cost: as [`restore_measurements`](super::restore_measurements) with an interval, and K^2 / 2 evaluations of the distribution function a pixel.
///
/// # Errors
/// As [`restore_measurements`](super::restore_measurements); [`InverseError::Length`] unless there are measurements for each image.
pub fn calibrate(
    mixture: &Mixture,
    truth: &DMatrix<f64>,
    measurements: &[Vec<f64>],
    observations: &[Observation],
) -> Result<Calibration, InverseError> {
    let count = truth.ncols();
    if measurements.len() != count {
        let found = measurements.len();
        return Err(InverseError::Length { what: "set of measurements", found, expected: count });
    }
    check_observations(mixture, observations, count)?;
    let Some(first) = observations.first() else { return Ok(summarise(&[])) };
    let whole = Observation::new(Operator::Identity(first.shape()), 0.0)?;
    let whole = Conditioner::new(mixture, &whole)?;
    let mut each = Vec::with_capacity(count);
    for (observation, images) in grouped(observations, count) {
        let conditioner = Conditioner::new(mixture, observation)?;
        let of_image = |&image: &usize| {
            let x: Vec<f64> = truth.column(image).iter().copied().collect();
            let posterior = conditioner.posteriors_of(&[(image, &measurements[image])])?.swap_remove(0);
            held(&posterior, &whole.posterior(&x)?, &x)
        };
        // All are finished before the first failure is looked for.
        let group: Vec<_> = images.par_iter().map(of_image).collect();
        for held in group {
            each.push(held?);
        }
    }
    Ok(summarise(&each))
}

/// What an image `x` adds: its posterior given y, and that given itself.
fn held(posterior: &Posterior, whole: &Posterior, x: &[f64]) -> Result<Held, InverseError> {
    let pixel = |&i: &usize| -> Option<Result<Pixel, InverseError>> {
        let marginal = posterior.marginal(i)?;
        let deviation = marginal.standard_deviation();
        let pixel = |(lower, upper)| Pixel {
            deviation,
            error: x[i] - marginal.mean(),
            pit: marginal.distribution(x[i]),
            width: upper - lower,
            crps: marginal.crps(x[i]),
        };
        (deviation > 0.0).then(|| marginal.interval(LEVELS[2]).map(pixel))
    };
    let restored = posterior.expectation();
    Ok(Held {
        quality: Quality {
            psnr: psnr(&restored, x),
            ssim: ssim(&restored, x, posterior.observation().shape()),
        },
        pixels: posterior.known().missing().iter().filter_map(pixel).collect::<Result<_, _>>()?,
        pairs: posterior.weights().iter().copied().zip(whole.weights().iter().copied()).collect(),
    })
}

fn summarise(each: &[Held]) -> Calibration {
    let (uncertain, constant): (Vec<Pixel>, Vec<Pixel>) =
        each.iter().flat_map(|held| &held.pixels).partition(|pixel| pixel.deviation > NEAR_CONSTANT);
    let pairs: Vec<(f64, f64)> = each.iter().flat_map(|held| held.pairs.iter().copied()).collect();
    let ends = EDGES.iter().skip(1).copied().chain([f64::INFINITY]);
    let bin = |(&above, up_to): (&f64, f64)| {
        let within = |pixel: &&Pixel| pixel.deviation > above && pixel.deviation <= up_to;
        let within: Vec<Pixel> = uncertain.iter().filter(within).copied().collect();
        (!within.is_empty()).then(|| Bin { above, up_to, scores: Scores::of(&within) })
    };
    let mut pit = vec![0.0; PIT_BARS];
    for pixel in &uncertain {
        pit[((pixel.pit * PIT_BARS as f64) as usize).min(PIT_BARS - 1)] += 1.0 / uncertain.len() as f64;
    }
    Calibration {
        images: each.len(),
        quality: Quality::mean(each.iter().map(|held| held.quality)),
        near_constant: Scores::of(&constant),
        bins: EDGES.iter().zip(ends).filter_map(bin).collect(),
        z_scores: ZScores::of(&uncertain),
        pit,
        responsibilities: (0..10).filter_map(|tenth| Reliability::of(tenth, &pairs)).collect(),
        uncertain: Scores::of(&uncertain),
    }
}

impl Scores {
    fn of(pixels: &[Pixel]) -> Self {
        let mean = |f: &dyn Fn(&Pixel) -> f64| pixels.iter().map(f).sum::<f64>() / pixels.len() as f64;
        // A value is within the equal-tailed interval of probability p where |2 F(x) - 1| <= p.
        let mut depths: Vec<f64> = pixels.iter().map(|pixel| (2.0 * pixel.pit - 1.0).abs()).collect();
        depths.sort_unstable_by(f64::total_cmp);
        let covered =
            |level: f64| depths.partition_point(|&depth| depth <= level) as f64 / depths.len() as f64;
        let quantile = |level: f64| {
            let rank = (level * depths.len() as f64).ceil() as usize;
            depths.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
        };
        Self {
            pixels: pixels.len(),
            coverage: LEVELS.map(covered),
            recalibrated: LEVELS.map(quantile),
            rmse: mean(&|pixel| pixel.error * pixel.error).sqrt(),
            mean_deviation: mean(&|pixel| pixel.deviation),
            mean_width: mean(&|pixel| pixel.width),
            crps: mean(&|pixel| pixel.crps),
        }
    }
}

impl ZScores {
    fn of(pixels: &[Pixel]) -> Self {
        let z: Vec<f64> = pixels.iter().map(|pixel| pixel.error / pixel.deviation).collect();
        let count = z.len() as f64;
        let mean = z.iter().sum::<f64>() / count;
        let mut histogram = vec![0.0; Z_EDGES.len() - 1];
        for value in &z {
            // A float cast saturates, and makes 0 of a NaN.
            let bar = (2.0 * (value - Z_EDGES[0])) as usize;
            histogram[bar.min(Z_EDGES.len() - 2)] += 1.0 / count;
        }
        let beyond = |bound: f64| z.iter().filter(|value| value.abs() > bound).count() as f64 / count;
        Self {
            mean,
            deviation: (z.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt(),
            beyond: TAILS.map(beyond),
            largest: z.iter().map(|value| value.abs()).fold(f64::NAN, f64::max),
            histogram,
        }
    }
}

impl Reliability {
    fn of(tenth: usize, pairs: &[(f64, f64)]) -> Option<Self> {
        let within = |&&(predicted, _): &&(f64, f64)| ((predicted * 10.0) as usize).min(9) == tenth;
        let within: Vec<(f64, f64)> = pairs.iter().filter(within).copied().collect();
        let count = within.len() as f64;
        (!within.is_empty()).then(|| Self {
            entries: within.len(),
            predicted: within.iter().map(|(predicted, _)| predicted).sum::<f64>() / count,
            found: within.iter().map(|(_, found)| found).sum::<f64>() / count,
        })
    }
}
