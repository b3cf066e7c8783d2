//! How good a restoration is: PSNR and SSIM, on images clipped to [0, 1].

use serde::{Serialize, Serializer};

use crate::data::ImageShape;

/// PSNR and SSIM of a restoration, or their means over several.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quality {
    /// [`psnr`], in dB.
    #[serde(serialize_with = "serialize_psnr")]
    pub psnr: f64,
    /// [`ssim`], at most 1; NaN where it is not defined.
    pub ssim: f64,
}

impl Quality {
    /// The means of both; NaN of none.
    pub fn mean(each: impl IntoIterator<Item = Self>) -> Self {
        let (count, psnr, ssim) = each
            .into_iter()
            .fold((0.0, 0.0, 0.0), |(count, psnr, ssim), q| (count + 1.0, psnr + q.psnr, ssim + q.ssim));
        Self { psnr: psnr / count, ssim: ssim / count }
    }
}

/// A PSNR, of type `f64` or `Option<f64>`, where numbers are finite, as in JSON: "Infinity" for an exact restoration, null for one that
/// is not known.
///
/// # Errors
/// The serializer's own.
pub fn serialize_psnr<T: Copy + Into<Option<f64>>, S: Serializer>(
    psnr: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match (*psnr).into() {
        Some(f64::INFINITY) => serializer.serialize_str("Infinity"),
        psnr => psnr.serialize(serializer),
    }
}

/// Peak signal-to-noise ratio 10 log10(1 / MSE), in dB, with the mean squared error taken over all
/// pixels; infinite for equal images.
///
/// Both images are clipped to [0, 1] first. NaN when the lengths differ, when there is no pixel,
/// when a pixel is NaN, and when the truth is no image, with a value outside [0, 1].
pub fn psnr(restored: &[f64], truth: &[f64]) -> f64 {
    if restored.len() != truth.len() || !is_image(truth) {
        return f64::NAN;
    }
    let squared = |(&a, &b): (&f64, &f64)| (clip(a) - clip(b)).powi(2);
    let mse = restored.iter().zip(truth).map(squared).sum::<f64>() / truth.len() as f64;
    -10.0 * mse.log10()
}

/// Mean structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004) of two images of one shape.
///
/// Both are clipped to [0, 1] first, the range of the data is 1. Under every position of an 11 x 11
/// Gaussian window (standard deviation 1.5, sum 1) that lies wholly within the image, with weighted
/// means m, variances v and covariance c (biased, as weighted averages),
///
/// SSIM = (2 m_x m_y + C1) (2 c + C2) / ((m_x^2 + m_y^2 + C1) (v_x + v_y + C2)),  C1 = 0.01^2, C2 = 0.03^2;
///
/// the result is the average over these (rows - 10)(columns - 10) positions, 1 for equal images. It is what
/// scikit-image gives for `structural_similarity(x, y, data_range=1, gaussian_weights=True, sigma=1.5,
/// use_sample_covariance=False)`.
///
/// NaN when the image has fewer rows or columns than the window's 11 (no position lies within), when a length is not
/// that of the shape, when a pixel is NaN, and when the truth is no image, with a value outside [0, 1].
pub fn ssim(restored: &[f64], truth: &[f64], shape: ImageShape) -> f64 {
    let dim = shape.len();
    if !is_image(truth)
        || shape.rows.min(shape.columns) < WINDOW
        || restored.len() != dim
        || truth.len() != dim
    {
        return f64::NAN;
    }
    let kernel = gaussian_window();
    let x: Vec<f64> = restored.iter().map(|&pixel| clip(pixel)).collect();
    let y: Vec<f64> = truth.iter().map(|&pixel| clip(pixel)).collect();
    let averages_of = |f: fn(f64, f64) -> f64| -> Vec<f64> {
        let values: Vec<f64> = x.iter().zip(&y).map(|(&a, &b)| f(a, b)).collect();
        average_under_window(&values, shape, &kernel)
    };
    let (mean_x, mean_y) = (averages_of(|a, _| a), averages_of(|_, b| b));
    let (xx, yy, xy) = (averages_of(|a, _| a * a), averages_of(|_, b| b * b), averages_of(|a, b| a * b));

    let of_position = |i: usize| {
        let (mx, my) = (mean_x[i], mean_y[i]);
        let (vx, vy, c) = (xx[i] - mx * mx, yy[i] - my * my, xy[i] - mx * my);
        (2.0 * mx * my + C1) * (2.0 * c + C2) / ((mx * mx + my * my + C1) * (vx + vy + C2))
    };
    (0..mean_x.len()).map(of_position).sum::<f64>() / mean_x.len() as f64
}

/// Width of the window: a radius of 5, the standard deviation times 3.5, rounded.
const WINDOW: usize = 11;
/// (0.01 range)^2: keeps the first quotient finite where both images are dark.
const C1: f64 = 0.01 * 0.01;
/// (0.03 range)^2: keeps the second quotient finite where both images are flat.
const C2: f64 = 0.03 * 0.03;

/// Whether values are those of pixels, but for rounding.
fn is_image(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_nan() || (-1e-6..=1.0 + 1e-6).contains(value))
}

/// The pixel clipped to [0, 1]; NaN stays NaN.
fn clip(pixel: f64) -> f64 {
    pixel.clamp(0.0, 1.0)
}

/// One axis of the window: exp(-d^2 / (2 1.5^2)) at d = -5..5, with sum 1.
fn gaussian_window() -> [f64; WINDOW] {
    let mut kernel = std::array::from_fn(|i| (-0.5 * ((i as f64 - (WINDOW / 2) as f64) / 1.5).powi(2)).exp());
    let sum: f64 = kernel.iter().sum();
    kernel.iter_mut().for_each(|weight| *weight /= sum);
    kernel
}

/// Weighted averages of a picture under every window within it, row by row: along the rows, then along the columns.
fn average_under_window(picture: &[f64], shape: ImageShape, kernel: &[f64; WINDOW]) -> Vec<f64> {
    let along_rows: Vec<f64> = picture
        .chunks_exact(shape.columns)
        .flat_map(|row| row.windows(WINDOW))
        .map(|window| window.iter().zip(kernel).map(|(value, weight)| value * weight).sum())
        .collect();
    let (height, width) = (shape.rows - WINDOW + 1, shape.columns - WINDOW + 1);
    let at = |position: usize| -> f64 {
        kernel.iter().enumerate().map(|(i, weight)| along_rows[position + i * width] * weight).sum()
    };
    (0..height * width).map(at).collect()
}
