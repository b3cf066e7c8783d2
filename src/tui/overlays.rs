//! The settings form.

pub mod form;
pub mod settings;
