//! A study on a thread of its own.

use std::sync::mpsc::Receiver;

use super::{Checked, Control, Event};

/// A running study: its events, and its switch. Dropping it cancels the study.
#[derive(Debug)]
pub struct Worker {
    /// Cancel, pause, step.
    pub control: Control,
    /// Events, in order; the last is `Finished`, `Cancelled` or `Failed`.
    pub events: Receiver<Event>,
}

impl Worker {
    /// Starts a study. A panic inside it arrives as [`Event::Failed`].
    pub fn spawn(settings: Checked) -> Self {
        let _ = settings;
        todo!()
    }

    /// Waits for the thread to end (after [`Control::cancel`], within one iteration).
    pub fn join(self) {
        todo!()
    }
}
