//! Parts of captions that several figures share, in the markup of `pdf::Text`.

use crate::show::{composition, fixed, setting, subscript};
use crate::study::Outcome;

/// "π₁ = 0.312" for component 0 of weight 0.312.
pub fn weight(component: usize, weight: f64) -> String {
    // No-break spaces: a line must not end within it.
    format!("$π${}\u{a0}=\u{a0}{}", subscript(component + 1), fixed(weight, 3))
}

/// The settings that every figure depends on, in one line.
pub fn settings(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let labels: Vec<String> = outcome.labels().iter().map(u8::to_string).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("labels {}, ", labels.join(", ")) };
    format!(
        "K = {}, S = {}, {labels}seed {}, ridge {}, tolerance {}, at most {} iterations",
        settings.kmeans.components,
        outcome.samples(),
        settings.seed,
        setting(settings.em.ridge),
        setting(settings.em.tolerance),
        settings.em.max_iterations
    )
}

/// The most frequent label of a group and its share: "96 % Trouser"; nothing for images without labels.
pub fn majority(outcome: &Outcome, counts: &[usize]) -> String {
    if counts.is_empty() {
        return String::new();
    }
    match composition::majority(outcome.labels(), counts) {
        Some((label, share)) => format!("{:.0} % {}", 100.0 * share, outcome.label_name(label)),
        None => "no image".to_owned(),
    }
}

/// How values are shown: "clipped to [0, 1]"; of vectors, over their ranges.
pub fn values(outcome: &Outcome) -> &'static str {
    match outcome.data.as_ref().is_some_and(|data| data.about.vectors) {
        true => "each shown over its range in the training data",
        false => "clipped to [0, 1]",
    }
}
