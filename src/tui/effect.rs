//! What an update asks of the world outside the state.

use crate::study::{Checked, Outcome};
use crate::tui::state::job::Job;

/// A side effect of an update.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Cancel the current study and start another.
    Start {
        /// Its number, from 1.
        run: u64,
        /// Its settings.
        settings: Box<Checked>,
        /// The results of the current study, which may be reused.
        earlier: Box<Outcome>,
    },
    /// Pause the study.
    Pause,
    /// Resume the study.
    Resume,
    /// Let the paused study run one iteration.
    Step,
    /// End EM, and use what there is; a second time, cancel the study.
    Cancel,
    /// Ask for the fit so far.
    Snapshot,
    /// Delete what is saved of a run.
    DeleteRun(String),
    /// Run a job on another thread.
    Run(Job),
    /// Turn mouse reporting on or off.
    Mouse(bool),
    /// Put this text on the clipboard.
    Copy(String),
    /// Repaint every cell.
    Redraw,
    /// Give the terminal back and stop until continued.
    Suspend,
    /// Leave.
    Quit,
}
