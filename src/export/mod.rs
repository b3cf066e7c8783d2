//! What a study leaves behind: figures.pdf, model.npz, metrics.json.
//!
//! Used by `cli` and by the dashboard's `e`. Reads `study::Outcome`, computes nothing new.

#[cfg(feature = "pdf")]
pub mod figures;
#[cfg(feature = "pdf")]
mod pdf;
