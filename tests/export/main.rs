//! What is exported, read back from outside.

mod outcome;
mod pdf;
