//! The three tasks run under one [`Settings`]: worker thread, events, cancellation, the [`Outcome`] so far.
//!
//! Knows no terminal and no file format. `tui` and `export` both read the same [`Outcome`]; `cli`
//! runs it to the end with [`run`].

mod control;
mod error;
mod event;
mod outcome;
mod run;
mod settings;
mod worker;

pub use control::Control;
pub use error::StudyError;
pub use event::{Event, Stage};
pub use outcome::{
    DataReport, EmProgress, EmStep, FitReport, InpaintReport, KMeansProgress, Outcome, SamplesReport,
};
pub use run::{fit_only, run};
pub use settings::{Checked, Settings};
pub use worker::Worker;
