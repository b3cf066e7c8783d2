//! Task 1, change of variables: the density of Z = f(X), and the evidence that it is a density.
//!
//! p_Z(z) = sum over {x : f(x) = z} of p_X(x) / |f'(x)|. Used by `study` and `cli`.

mod report;

pub use report::{Check, TransformReport};
