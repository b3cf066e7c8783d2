//! The posterior against the textbook formulas, golden values and its own laws.

mod definite;
mod drawer;
mod golden;
mod posterior;
mod reference;
mod restoration;
