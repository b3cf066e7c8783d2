//! The quality of other restorations of the study's test images, to compare the mixture's with.

use crate::inverse::{ComparedBaselines, Observation, compare_baselines};
use crate::study::Outcome;

/// The baselines on the outcome's test images; none before task 3.
///
/// Cost: as [`crate::inverse::baselines`].
pub fn baselines(outcome: &Outcome) -> Option<ComparedBaselines> {
    let (report, fit) = (outcome.inpaint.as_deref()?, outcome.fit.as_deref()?);
    let images = report.truth.column_iter().zip(&report.observations).enumerate();
    let measured = images.map(|(n, (image, observation)): (usize, (_, &Observation))| {
        observation.measure(image.as_slice(), n)
    });
    let measured = measured.collect::<Result<Vec<_>, _>>().ok()?;
    compare_baselines(&fit.mixture, &report.truth, &measured, &report.observations).ok()
}
