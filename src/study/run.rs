//! The tasks, one after the other, on the calling thread.

use super::{Checked, Control, Event, Outcome, StudyError};

/// Runs every stage, telling `sink` of each event, and returns the outcome.
///
/// Cancelling is no error: the outcome says so.
///
/// # Errors
/// [`StudyError`]; `sink` has then seen [`Event::Failed`].
pub fn run(
    settings: &Checked,
    control: &Control,
    sink: &mut dyn FnMut(&Event),
) -> Result<Outcome, StudyError> {
    let _ = (settings, control, sink);
    todo!()
}

/// Runs the stages Data, KMeans and Em only.
///
/// # Errors
/// As [`run`].
pub fn fit_only(
    settings: &Checked,
    control: &Control,
    sink: &mut dyn FnMut(&Event),
) -> Result<Outcome, StudyError> {
    let _ = (settings, control, sink);
    todo!()
}
