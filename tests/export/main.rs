//! What is exported, read back from outside: figures.pdf with lopdf, model.npz and metrics.json as files.

mod arrays;
#[cfg(feature = "pdf")]
mod files;
mod model;
mod outcome;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(feature = "pdf")]
mod reader;
#[cfg(feature = "pdf")]
mod study;
