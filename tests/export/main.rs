//! What is exported, read back from outside: figures.pdf and the report with lopdf, model.npz and metrics.json as files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod arrays;
#[cfg(feature = "pdf")]
mod files;
mod findings;
mod metrics;
mod model;
mod outcome;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
mod reader;
#[cfg(feature = "pdf")]
mod report;
#[cfg(feature = "pdf")]
mod shapes;
#[cfg(feature = "pdf")]
mod study;
#[cfg(feature = "report")]
mod typeset;
