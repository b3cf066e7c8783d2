//! Pictures of the user's own, which are restored before the test images.

use std::path::Path;
use std::sync::Arc;

use super::{DataReport, InpaintReport, Outcome, Settings, StudyError, draw_observations, restore_with};
use crate::data::{Collection, Reading, Source};
use crate::mixture::Mixture;

/// Adds the pictures at `path`, brought to the size of the images, to the test images, in the place of those that are there; they are
/// restored first. What is chosen at random stays as it is.
///
/// # Errors
/// [`StudyError::Data`] for what cannot be read as pictures; [`StudyError::Setting`] where the data are rows of numbers.
pub(super) fn add_own(data: &mut DataReport, path: &Path) -> Result<(), StudyError> {
    if data.about.vectors {
        return Err(StudyError::Setting {
            key: "restore",
            value: path.display().to_string(),
            hint: "leave it out, as the data are rows of numbers, which are no pictures".to_owned(),
        });
    }
    let reading = Reading { resize: Some(data.test.shape()), ..Reading::default() };
    let own = Collection::read(&Source::Path(path.to_owned()), &reading)?.images;
    let first = data.drawable();
    let test = data.test.select(0..first);
    if let Some(all) = test.followed_by(&own) {
        (data.test, data.own) = (all, own.len());
        data.test_indices.retain(|&index| index < first);
        data.test_indices.splice(0..0, first..first + own.len());
    }
    Ok(())
}

/// What a study restores at its end: its test images under its masks.
///
/// # Errors
/// As [`restore_with`].
pub(super) fn restore_chosen(
    settings: &Settings,
    mixture: &Mixture,
    data: &DataReport,
) -> Result<InpaintReport, StudyError> {
    let counted = Settings { test_images: data.test_indices.len(), ..settings.clone() };
    let observations = draw_observations(&counted, data.test.shape(), 0)?;
    restore_with(mixture, data, &data.test_indices, &observations, settings.seed)
}

/// `outcome` with the pictures at `path` before its test images: to the bit what the study comes to under the setting `restore`. None
/// where there is no fit.
///
/// Cost: the test images are copied, and those chosen are restored again.
///
/// # Errors
/// [`StudyError::Data`] for what cannot be read as pictures; [`StudyError::Setting`] where the data are rows of numbers; [`StudyError::Inverse`].
pub fn restore_own(outcome: &Outcome, path: &Path) -> Result<Option<Outcome>, StudyError> {
    let (Some(fit), Some(data)) = (&outcome.fit, &outcome.data) else { return Ok(None) };
    let mut data = DataReport::clone(data);
    add_own(&mut data, path)?;
    let report = restore_chosen(&outcome.settings, &fit.mixture, &data)?;
    let settings = Settings { restore: Some(path.to_owned()), ..outcome.settings.clone() };
    let (data, inpaint) = (Some(Arc::new(data)), Some(Arc::new(report)));
    Ok(Some(Outcome { settings, data, inpaint, ..outcome.clone() }))
}
