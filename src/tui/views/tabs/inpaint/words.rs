//! What both views say of restorations.

use crate::inverse::{Restoration, mean_quality};
use crate::show::{fixed, words};
use crate::study::InpaintReport;
use crate::tui::state::App;

/// "mean PSNR 18.11 dB, SSIM 0.610".
pub fn mean(report: &InpaintReport) -> String {
    format!("mean {}", words::quality(mean_quality(&report.restorations)))
}

/// "78 of 784", the pixels of test image `index` that are observed.
pub fn observed(app: &App, index: usize) -> String {
    app.mask(index).map_or_else(String::new, |mask| format!("{} of {}", mask.observed().len(), mask.dim()))
}

/// The quality of a restoration, by name; no SSIM where it is not defined.
pub fn quality(restoration: &Restoration) -> Vec<(&'static str, String)> {
    let ssim = (!restoration.ssim.is_nan()).then(|| ("SSIM", fixed(restoration.ssim, 3)));
    let psnr = ("PSNR", format!("{} dB", fixed(restoration.psnr, 2)));
    std::iter::once(psnr).chain(ssim).collect()
}
