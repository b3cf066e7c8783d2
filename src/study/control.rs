//! The switch between a study and whoever watches it: cancel, pause, resume, one step.

use std::ops::ControlFlow;
use std::sync::Arc;

/// Cancel, pause and step, shared between threads (a clone is the same switch).
#[derive(Debug, Clone, Default)]
pub struct Control {
    shared: Arc<()>,
}

impl Control {
    /// A switch that lets everything run.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the study to stop at the next iteration; ends a pause.
    pub fn cancel(&self) {
        let _ = &self.shared;
        todo!()
    }

    /// Asks the study to wait before its next iteration.
    pub fn pause(&self) {
        todo!()
    }

    /// Lets a paused study go on.
    pub fn resume(&self) {
        todo!()
    }

    /// Lets a paused study do one iteration, and pauses it again.
    pub fn step(&self) {
        todo!()
    }

    /// Whether a pause is asked for.
    pub fn is_paused(&self) -> bool {
        todo!()
    }

    /// Whether cancelling is asked for.
    pub fn is_cancelled(&self) -> bool {
        todo!()
    }

    /// Called by the study between iterations: waits while paused; `Break` when cancelled.
    pub fn checkpoint(&self) -> ControlFlow<()> {
        todo!()
    }
}
