//! What both views say of restorations.

use std::borrow::Cow;

use crate::inverse::{Mask, Restoration, mean_quality};
use crate::show::{fixed, words};
use crate::study::InpaintReport;
use crate::tui::state::App;
use crate::tui::state::observed::ObservationKind;

/// "mean PSNR 18.11 dB, SSIM 0.610"; that a restoration is under way.
pub fn mean(app: &App, report: &InpaintReport) -> String {
    if !app.inpaint.restoring.is_empty() {
        return "restoring …".to_owned();
    }
    let mean = mean_quality(&report.restorations);
    if mean.psnr.is_nan() { String::new() } else { format!("mean {}", words::quality(mean)) }
}

/// What test image `index` is called: its label, "yours" of a picture of the user's, nothing of an image without a label.
pub fn label<'a>(app: &'a App, report: &InpaintReport, index: usize) -> Cow<'a, str> {
    let is_own = |place: &usize| app.data().is_some_and(|data| data.own_indices().contains(place));
    match report.label(index) {
        Some(label) => app.outcome.label_name(label),
        None if report.indices.get(index).is_some_and(is_own) => "yours".into(),
        None => "".into(),
    }
}

/// What is observed of test image `index`: "78 of 784", "noise 0.1", "blur 1.5 pixels, noise 0.01".
pub fn observed(app: &App, index: usize) -> String {
    let observed = &app.inpaint.observed;
    let noise = match observed.noise() {
        0.0 => String::new(),
        noise => format!(", noise {noise}"),
    };
    let share = |mask: &Mask| format!("{} of {}", mask.observed().len(), mask.dim());
    match observed.kind() {
        ObservationKind::Mask => app.mask(index).map_or_else(String::new, |mask| share(mask) + &noise),
        ObservationKind::MaskedBlur => {
            let share = app.inpaint.editor.as_ref().map_or_else(String::new, |editor| share(editor.mask()));
            format!("{share}, blur {}{noise}", observed.words(app.shape()))
        }
        ObservationKind::Noise => format!("noise {}", observed.noise()),
        _ => format!("{}{noise}", app.observed_words()),
    }
}

/// What the measurements are: "14 × 14 means of blocks of 2 × 2 pixels".
pub fn measured(app: &App) -> String {
    let observed = &app.inpaint.observed;
    let words = observed.words(app.shape());
    match observed.kind() {
        ObservationKind::Mask | ObservationKind::MaskedBlur => String::new(),
        ObservationKind::Noise => "every pixel, with noise".to_owned(),
        ObservationKind::Blur => format!("the image under a Gaussian blur of {words}, black outside it"),
        ObservationKind::Reduce => format!("means of blocks: {words}"),
        ObservationKind::Project => format!("random projections, {words}"),
        ObservationKind::Given => format!("as given: {words}"),
    }
}

/// The quality of a restoration, by name; without PSNR or SSIM where it is not defined.
pub fn quality(restoration: &Restoration) -> Vec<(&'static str, String)> {
    let ssim = (!restoration.ssim.is_nan()).then(|| ("SSIM", fixed(restoration.ssim, 3)));
    let psnr = (!restoration.psnr.is_nan()).then(|| ("PSNR", format!("{} dB", fixed(restoration.psnr, 2))));
    psnr.into_iter().chain(ssim).collect()
}
