//! The three tasks run under one [`Settings`]: worker thread, events, cancellation, the [`Outcome`] so far.
//!
//! Knows no terminal and no file format. [`run()`] runs a study to its end on the calling thread; a [`Worker`] runs it
//! on a thread of its own and sends [`Event`]s, which [`Outcome::apply`] turns into the results so far.

mod agreement;
mod control;
mod curve;
mod error;
mod event;
mod experiments;
mod follow_up;
mod held_out;
mod memory;
mod off_span;
mod outcome;
mod own;
mod per_label;
mod random;
mod report;
mod restorations;
mod resume;
mod reuse;
mod run;
mod runs;
mod score;
mod settings;
mod spectrum;
mod stage;
mod stages;
mod sweep;
mod threads;
mod training;
mod underflow;
mod worker;

pub use agreement::same_clusters;
pub use control::Control;
pub use curve::{CurvePoint, Curves, FRACTIONS, Fall, restoration_curve};
pub use error::StudyError;
pub use event::Event;
pub use experiments::{EXPERIMENTS, Experiment, Shown};
pub use follow_up::{
    choose_test_images, draw_completions, draw_observations, mask_order, resample, restore_with,
    restore_with_posteriors, simulate_measurements,
};
pub use held_out::HeldOutScore;
pub use memory::{draw_bytes, factor_bytes, require_memory};
pub use off_span::{Gap, between_components, off_span, unseen};
pub use outcome::{EmProgress, KMeansProgress, Outcome, Status};
pub use own::restore_own;
pub use per_label::{LabelFit, PerLabel, fit_per_label};
pub use random::Purpose;
pub use report::{DataReport, EmStart, EmStep, FitReport, InpaintReport, SamplesReport};
pub use restorations::{Calibrated, Restorations, ShrunkCurve};
pub use resume::cannot_be_continued;
pub use reuse::{changed_stages, kept_stages};
pub use run::{fit_only, fit_together, rerun, run};
pub use runs::{RunOrder, RunRecord};
pub use score::{ImageScores, accuracy, purity};
pub use settings::{
    Checked, DeadComponents, MemoryBound, Reach, SETTINGS, SampleCount, Setting, Settings, Shrinkage,
    StartMeans, Value, with_labels, with_names,
};
pub use spectrum::{Span, Spectrum};
pub use stage::Stage;
pub use stages::{load_data, transform, transform_over};
pub use sweep::{
    Criterion, SweepCell, SweepEvent, SweepGrid, SweepReport, SweepRow, SweepScores, SweepStart, sweep,
};
pub use threads::{THREAD_NAME, thread_count, with_threads};
pub use underflow::{PlainSums, Underflow};
pub use worker::Worker;
