//! What happens to the dashboard.

use crate::study::Event;
use crate::tui::command::Command;
use crate::tui::state::answers::Reply;
use crate::tui::state::job::{Answer, JobId};

/// Everything that changes the state.
#[derive(Debug, Clone)]
pub enum Action {
    /// A command of the key table.
    Command(Command),
    /// A character typed into a form or a search.
    Insert(char),
    /// Text pasted into a form or a search.
    Paste(String),
    /// A press of the left mouse button on a cell.
    Click {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// A press of the right mouse button on a cell.
    OtherClick {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// The mouse moved to a cell with a button down.
    Drag {
        /// Column, from 0.
        x: u16,
        /// Row, from 0.
        y: u16,
    },
    /// A mouse button was released.
    Release,
    /// The terminal has a new size.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// An event of a study; ignored unless it is the current one.
    Study {
        /// Number of the study, from 1.
        run: u64,
        /// The event.
        event: Event,
    },
    /// A job ended: its answer, or why there is none.
    Done(JobId, Result<Answer, String>),
    /// The terminal answered a question.
    Answered(Reply),
    /// The next frame of a replay is due.
    Tick,
}
