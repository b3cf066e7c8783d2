//! The posterior against the textbook formulas, golden values and its own laws.

mod drawer;
mod golden;
mod posterior;
mod reference;
mod restoration;
