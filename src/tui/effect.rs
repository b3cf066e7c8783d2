//! What the state asks of the outside: `event_loop` carries it out.

use std::sync::Arc;

use super::app::SampleRequest;
use super::restorer::Request;
use crate::mixture::Mixture;
use crate::study::{Checked, Outcome};

/// What `App::update` asks the outside to do.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Cancel the present study and start another.
    Start {
        /// Its number.
        run: u64,
        /// Its settings.
        settings: Box<Checked>,
        /// What the present one has found: k-means and EM may be kept.
        earlier: Box<Outcome>,
    },
    /// Ask the study to pause.
    Pause,
    /// Let the study go on.
    Resume,
    /// Let the paused study do one iteration.
    Step,
    /// Ask the study to stop.
    Cancel,
    /// Write the figures of this outcome, in the background.
    Export(Box<Outcome>),
    /// Write the report on this outcome, in the background.
    Report(Box<Outcome>),
    /// Draw samples, in the background.
    Resample(SampleRequest),
    /// Restore test images and draw from a posterior, in the background; older requests are forgotten.
    Restore(Box<Request>),
    /// Compute the principal axes of a component, in the background.
    Analyse {
        /// Which study the mixture belongs to.
        run: u64,
        /// The mixture.
        mixture: Arc<Mixture>,
        /// Which component.
        component: usize,
    },
    /// Hear the mouse, or not.
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
