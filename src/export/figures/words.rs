//! Words and counts that several figures share.

use crate::data::label_name;
use crate::export::pdf::{Color, Text};
use crate::mixture::{KMeansInit, StopReason};
use crate::show;
use crate::study::{DataReport, Outcome, Settings};

/// A number as Unicode subscript: 12 becomes "₁₂".
pub fn subscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];
    number.to_string().bytes().filter_map(|byte| DIGITS.get(usize::from(byte - b'0'))).collect()
}

/// "π₁ = 0.312" for component 0 of weight 0.312.
pub fn weight(component: usize, weight: f64) -> String {
    format!("$π${} = {}", subscript(component + 1), show::fixed(weight, 3))
}

/// The settings that every figure depends on, in one line.
pub fn settings(settings: &Settings) -> String {
    let labels: Vec<String> = settings.labels.iter().map(u8::to_string).collect();
    format!(
        "K = {}, S = {}, labels {}, seed {}, ridge {}, tolerance {}, at most {} iterations",
        settings.components,
        settings.samples,
        labels.join(", "),
        settings.seed,
        number(settings.ridge),
        number(settings.tolerance),
        settings.max_iterations
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
            format!("stopped when the NLL changed by less than the tolerance {}", number(settings.tolerance))
        }
        StopReason::IterationLimit => {
            format!("stopped at the limit of {} iterations, before convergence", settings.max_iterations)
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
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    grouped
}

/// One image, two images.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// The labels of the S images used, in the order of the data matrix.
pub fn sample_labels(data: &DataReport) -> Vec<u8> {
    let labels = data.train.labels();
    data.sample_indices.iter().filter_map(|&index| labels.get(index).copied()).collect()
}

/// How many of the images in each of `groups` groups have each of the study's labels.
pub fn labels_by_group(outcome: &Outcome, assignments: &[usize], groups: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; outcome.settings.labels.len()]; groups];
    let labels = outcome.data.as_deref().map(sample_labels).unwrap_or_default();
    for (&group, label) in assignments.iter().zip(&labels) {
        let column = outcome.settings.labels.iter().position(|known| known == label);
        if let Some(count) = counts.get_mut(group).zip(column).and_then(|(row, column)| row.get_mut(column)) {
            *count += 1;
        }
    }
    counts
}

/// The most frequent label of a group and its share: "96 % Trouser"; none for an empty group.
pub fn majority(outcome: &Outcome, counts: &[usize]) -> Option<String> {
    let total: usize = counts.iter().sum();
    let (column, most) =
        counts.iter().enumerate().max_by_key(|&(column, count)| (*count, usize::MAX - column))?;
    let label = outcome.settings.labels.get(column)?;
    (total > 0).then(|| format!("{:.0} % {}", 100.0 * *most as f64 / total as f64, label_name(*label)))
}

/// The colour of a label, by its place among the study's labels.
pub fn label_color(outcome: &Outcome, label: u8) -> Color {
    let place = outcome.settings.labels.iter().position(|&known| known == label);
    Color::category(place.unwrap_or(usize::from(label)))
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
