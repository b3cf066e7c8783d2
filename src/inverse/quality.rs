//! How good a restoration is: PSNR and SSIM, on images clipped to [0, 1].

/// Peak signal-to-noise ratio, 10 log10(1 / MSE), in dB; infinite for equal images.
///
/// Both images are clipped to [0, 1] first. NaN when the lengths differ.
pub fn psnr(restored: &[f64], truth: &[f64]) -> f64 {
    let _ = (restored, truth);
    todo!()
}

/// Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) of two `side` x `side` images.
pub fn ssim(restored: &[f64], truth: &[f64], side: usize) -> f64 {
    let _ = (restored, truth, side);
    todo!()
}
