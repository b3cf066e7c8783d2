//! Words: where a study stands, why something stopped, counts with their nouns, names of quantities.

use super::number::{fixed, setting, significant, subscript};
use crate::data::Labels;
use crate::density::{Course, TransformReport};
use crate::inverse::Quality;
use crate::mixture::{CovarianceFamily, KMeansInit, KMeansStop, ShrinkageChoice, StopReason};
use crate::study::{FitReport, HeldOutScore, SampleCount, Settings, Status};

/// The number of free parameters of K Gaussians in D dimensions, as a formula; R is the rank.
pub fn free_parameters(family: CovarianceFamily) -> &'static str {
    match family {
        CovarianceFamily::Full => "K − 1 + K D + K D (D + 1)/2",
        CovarianceFamily::Tied => "K − 1 + K D + D (D + 1)/2",
        CovarianceFamily::Diagonal => "K − 1 + K D + K D",
        CovarianceFamily::Spherical => "K − 1 + K D + K",
        CovarianceFamily::LowRank => "K − 1 + K D + K (D (R + 1) − R (R − 1)/2)",
    }
}

/// What covariances a fit has: "full covariances", "low-rank covariances (R = 20)".
pub fn covariances(settings: &Settings) -> String {
    match settings.covariance {
        CovarianceFamily::LowRank => format!("low-rank covariances (R = {})", settings.rank),
        CovarianceFamily::Tied => "one covariance for all".to_owned(),
        family => format!("{family} covariances"),
    }
}

/// The dimensions of the covariances of K components in D dimensions: "5 × 784 × 784".
pub fn covariance_dimensions(settings: &Settings, k: usize, d: usize) -> String {
    match settings.covariance {
        CovarianceFamily::Full => format!("{k}×{d}×{d}"),
        CovarianceFamily::Tied => format!("{d}×{d}"),
        CovarianceFamily::Diagonal => format!("{k}×{d}"),
        CovarianceFamily::Spherical => format!("{k}"),
        CovarianceFamily::LowRank => format!("{k}×{d}×({}+1)", settings.rank),
    }
}

/// Where a study stands: "done".
pub fn status(status: &Status) -> &'static str {
    match status {
        Status::Starting => "starting",
        Status::Running(_) => "running",
        Status::Paused(_) => "paused",
        Status::Finished => "done",
        Status::Cancelled => "cancelled",
        Status::Failed(_) => "failed",
    }
}

/// The number of training images, S: "2,000"; "all" before it is known how many those are.
pub fn samples(count: SampleCount) -> String {
    match count {
        SampleCount::All => "all".to_owned(),
        count => grouped(count.most()),
    }
}

/// Labels: "0, 1, 8".
pub fn labels(labels: &Labels) -> String {
    labels.to_string().replace(',', ", ")
}

/// How many of the checks hold, and how many rows are no checks: "10 of 10 hold, 1 more for information".
pub fn checks(report: &TransformReport) -> String {
    let counted = report.checks.iter().filter(|check| !check.informative);
    let all = counted.clone().count();
    let held = format!("{} of {all} hold", counted.filter(|check| check.passed).count());
    match report.checks.len() - all {
        0 => held,
        more => format!("{held}, {more} more for information"),
    }
}

/// What a map does on a piece: "increasing".
pub fn course(course: Course) -> &'static str {
    match course {
        Course::Increasing => "increasing",
        Course::Decreasing => "decreasing",
        Course::Constant => "constant",
        Course::Undefined => "not defined",
        Course::Undecided => "undecided",
    }
}

/// Why EM stopped: "converged".
pub fn em_stop(stop: StopReason) -> &'static str {
    match stop {
        StopReason::Converged => "converged",
        StopReason::IterationLimit => "not converged (iteration limit)",
        StopReason::Cancelled => "cancelled",
    }
}

/// How a fit ended: "converged", or "converged; does not generalise".
pub fn fit_stop(fit: &FitReport) -> String {
    let why = em_stop(fit.stop);
    match fit.generalises() {
        Some(false) => format!("{why}; does not generalise"),
        _ => why.to_owned(),
    }
}

/// The NLL of held-out images without the worst 1 % of them, in few letters.
pub const HELD_OUT_TRIMMED: &str = "held out 99 %";

/// The scores of held-out images: "-1463.12 nats per image (-1480.30 without the worst 1 %), 5.31 bits/dim; 500 images".
pub fn held_out(score: &HeldOutScore) -> String {
    let bits = score.bits_per_dim.map(|bits| format!(", {bits:.3} bits/dim")).unwrap_or_default();
    format!(
        "{:.4} nats per image ({:.4} without the worst 1 %){bits}; {}",
        score.nll,
        score.trimmed_nll,
        counted(score.log_density.len(), "image", "images")
    )
}

/// How far covariances were shrunk, and towards what: "181, reach 12, chosen by 400 training images held out of a first fit (NLL by reach:
/// 0 -1518.4, 4 -1592.0, 12 -1602.9)".
pub fn shrinkage(nu: f64, reach: f64, choice: Option<&ShrinkageChoice>) -> String {
    let reached = if reach > 0.0 { format!(", reach {}", setting(reach)) } else { String::new() };
    let nu = significant(nu, 3);
    let Some(choice) = choice else { return nu + &reached };
    let images = counted(choice.held_out, "training image", "training images");
    let each = choice.targets.iter().map(|(taper, _, nll)| format!("{} {nll:.1}", setting(taper.reach)));
    let compared = match choice.targets.len() {
        0 | 1 => String::new(),
        _ => format!(" (NLL by reach: {})", each.collect::<Vec<_>>().join(", ")),
    };
    format!("{nu}{reached}, chosen by {images} held out of a first fit{compared}")
}

/// nu in short, its reach in pixels where it has one, and whether images held out chose them: "44.2 reach 12 auto".
pub fn shrinkage_in_short(nu: f64, reach: f64, is_chosen: bool) -> String {
    let reached = if reach > 0.0 { format!(" reach {}", setting(reach)) } else { String::new() };
    format!("{}{reached}{}", significant(nu, 3), if is_chosen { " auto" } else { "" })
}

/// Why EM stopped, as the end of a sentence: "stopped when the NLL changed by less than the tolerance 0.001".
pub fn em_stopped(stop: StopReason, settings: &Settings) -> String {
    match stop {
        StopReason::Converged => {
            format!(
                "stopped when the NLL changed by less than the tolerance {}",
                setting(settings.em.tolerance)
            )
        }
        StopReason::IterationLimit => {
            format!("stopped at the limit of {}, before convergence", iterations(settings.em.max_iterations))
        }
        StopReason::Cancelled => "was cancelled before convergence".to_owned(),
    }
}

/// Why EM stopped, for a column of a table: "limit".
pub fn em_stop_short(stop: StopReason) -> &'static str {
    match stop {
        StopReason::Converged => "converged",
        StopReason::IterationLimit => "limit",
        StopReason::Cancelled => "cancelled",
    }
}

/// Why k-means stopped: "no assignment changed".
pub fn kmeans_stop(stop: KMeansStop) -> &'static str {
    match stop {
        KMeansStop::FixedPoint => "no assignment changed",
        KMeansStop::Tolerance => "centroids converged",
        KMeansStop::IterationLimit => "iteration limit reached",
        KMeansStop::Cancelled => "cancelled",
    }
}

/// Where k-means starts: "random images".
pub fn kmeans_start(init: KMeansInit) -> &'static str {
    match init {
        KMeansInit::Random => "random images",
        KMeansInit::PlusPlus => "k-means++",
    }
}

/// A count with commas between thousands: "1,542,524".
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun: "1 image", "2,000 images".
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// "1 iteration", "12 iterations".
pub fn iterations(count: usize) -> String {
    counted(count, "iteration", "iterations")
}

/// The weight of component `index`, which is counted from 1: "π₁".
pub fn weight_name(index: usize) -> String {
    format!("π{}", subscript(index + 1))
}

/// "PSNR 19.21 dB, SSIM 0.702"; without the SSIM where there is none.
pub fn quality(quality: Quality) -> String {
    if quality.psnr.is_nan() {
        return "PSNR not defined".to_owned();
    }
    let psnr = format!("PSNR {} dB", fixed(quality.psnr, 2));
    if quality.ssim.is_nan() { psnr } else { format!("{psnr}, SSIM {}", fixed(quality.ssim, 3)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators_and_plurals() {
        assert_eq!([0, 999, 1000, 1_542_524].map(grouped), ["0", "999", "1,000", "1,542,524"]);
        assert_eq!([0, 1, 2000].map(iterations), ["0 iterations", "1 iteration", "2,000 iterations"]);
    }

    #[test]
    fn components_are_counted_from_one() {
        assert_eq!([0, 9].map(weight_name), ["π₁", "π₁₀"]);
    }

    #[test]
    fn an_ssim_that_is_not_defined_is_left_out() {
        assert_eq!(quality(Quality { psnr: 19.214, ssim: 0.7024 }), "PSNR 19.21 dB, SSIM 0.702");
        assert_eq!(quality(Quality { psnr: 19.214, ssim: f64::NAN }), "PSNR 19.21 dB");
    }
}
