//! The three tasks run under one [`Settings`]: worker thread, events, cancellation, the [`Outcome`] so far.
//!
//! Knows no terminal and no file format. `tui` starts a [`Worker`] and applies its [`Event`]s to an
//! [`Outcome`]; `cli` runs to the end with [`run()`]; `export` reads the same [`Outcome`]. What the
//! dashboard does after the study ended (other samples, masks, test images) is in `follow_up.rs`.

mod control;
mod error;
mod event;
mod follow_up;
mod outcome;
mod random;
mod reuse;
mod run;
mod settings;
mod stages;
mod sweep;
mod threads;
mod worker;

pub use control::Control;
pub use error::StudyError;
pub use event::{Event, Stage};
pub use follow_up::{
    choose_test_images, draw_completions, draw_observations, mask_order, posterior_drawer, resample,
    restore_with,
};
pub use outcome::{
    DataReport, EmProgress, EmStep, FitReport, InpaintReport, KMeansProgress, Outcome, SamplesReport,
};
pub use random::Purpose;
pub use reuse::{changed_stages, kept_stages};
pub use run::{fit_only, rerun, run};
pub use settings::{Checked, Settings};
pub use stages::{KMEANS_MAX_ITERATIONS, KMEANS_TOLERANCE, load_data, transform};
pub use sweep::{Criterion, SweepEvent, SweepGrid, SweepReport, SweepRow, SweepScores, SweepStart, sweep};
pub use threads::{THREAD_NAME, with_threads};
pub use worker::Worker;
