//! Words and counts that several figures share.

use crate::data::label_name;
use crate::export::baselines::Quality;
use crate::export::composition;
use crate::export::pdf::Text;
use crate::mixture::{KMeansInit, StopReason};
use crate::show;
use crate::study::{Outcome, Settings};

/// A number as Unicode subscript: 12 becomes "₁₂".
pub fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().filter_map(|byte| DIGITS.get(usize::from(byte - b'0'))).collect()
}

/// "π₁ = 0.312" for component 0 of weight 0.312.
pub fn weight(component: usize, weight: f64) -> String {
    // No-break spaces: a line must not end within it.
    format!("$π${}\u{a0}=\u{a0}{}", subscript(component + 1), show::fixed(weight, 3))
}

/// The settings that every figure depends on, in one line.
pub fn settings(settings: &Settings) -> String {
    let labels: Vec<String> = settings.labels.iter().map(u8::to_string).collect();
    format!(
        "K = {}, S = {}, labels {}, seed {}, ridge {}, tolerance {}, at most {} iterations",
        settings.kmeans.components,
        settings.samples,
        labels.join(", "),
        settings.seed,
        number(settings.em.ridge),
        number(settings.em.tolerance),
        settings.em.max_iterations
    )
}

/// A setting: 0.1, 0.001, 10⁻⁶ and not 0.100, 1.0×10⁻⁶.
pub fn number(value: f64) -> String {
    let exponent = value.abs().log10();
    if value != 0.0 && exponent == exponent.round() && !(-3.0..=5.0).contains(&exponent) {
        return show::scientific(value, 1).replace("1×", "");
    }
    if value != 0.0 && !(-4.0..=6.0).contains(&exponent) {
        return show::scientific(value, 3);
    }
    format!("{value}").replace('-', "−")
}

/// How k-means was started.
pub fn start(init: KMeansInit) -> &'static str {
    match init {
        KMeansInit::Random => "K images picked at random",
        KMeansInit::PlusPlus => "k-means++",
    }
}

/// Why EM stopped, as the end of a sentence.
pub fn stop(reason: StopReason, settings: &Settings) -> String {
    match reason {
        StopReason::Converged => {
            format!(
                "stopped when the NLL changed by less than the tolerance {}",
                number(settings.em.tolerance)
            )
        }
        StopReason::IterationLimit => {
            format!("stopped at the limit of {} iterations, before convergence", settings.em.max_iterations)
        }
        StopReason::Cancelled => "stopped on request, before convergence".to_owned(),
    }
}

/// Why EM stopped, in a word.
pub fn stop_short(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Converged => "converged",
        StopReason::IterationLimit => "not converged",
        StopReason::Cancelled => "stopped on request",
    }
}

/// A count in groups of three digits from five digits on: 18 000, but 2000.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// "PSNR 19.21 dB, SSIM 0.702".
pub fn quality(quality: &Quality) -> String {
    format!("PSNR {} dB, SSIM {}", show::fixed(quality.psnr, 2), show::fixed(quality.ssim, 3))
}

/// One image, two images.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// The most frequent label of a group and its share: "96 % Trouser".
pub fn majority(outcome: &Outcome, counts: &[usize]) -> String {
    match composition::majority(&outcome.settings.labels, counts) {
        Some((label, share)) => format!("{:.0} % {}", 100.0 * share, label_name(label)),
        None => "no image".to_owned(),
    }
}

/// The user's own words within a caption.
pub fn quoted(words: &str) -> String {
    Text::escape(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_as_they_were_typed() {
        for (value, text) in [
            (1e-6, "10⁻⁶"),
            (1e-3, "0.001"),
            (0.1, "0.1"),
            (0.0, "0"),
            (2.5e-7, "2.50×10⁻⁷"),
            (3e-3, "0.003"),
            (1.0, "1"),
            (1e6, "10⁶"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(thousands(2000), "2000");
        assert_eq!(thousands(18000), "18\u{a0}000");
        assert_eq!(thousands(1_542_524), "1\u{a0}542\u{a0}524");
    }

    #[test]
    fn subscripts() {
        assert_eq!(subscript(1), "₁");
        assert_eq!(subscript(20), "₂₀");
    }
}
