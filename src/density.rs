//! Task 1, change of variables: the density of Z = f(X), and the evidence that it is a density.
//!
//! p_Z(z) = sum over {x : f(x) = z} of p_X(x) / |f'(x)|.
//!
//! A [`Law`] and a [`Map`] make a [`PushForward`]; [`study()`] verifies the built-in pair, X standard normal and
//! f(x) = x^2, and returns a [`TransformReport`].

mod checks;
mod chi_square;
mod error;
mod kolmogorov;
mod law;
mod map;
mod push_forward;
mod quadrature;
mod report;
mod study;

pub use chi_square::{density as chi_square_density, distribution as chi_square_distribution};
pub use error::DensityError;
pub use kolmogorov::{critical_distance, distance, p_value};
pub use law::{Law, StandardNormal};
pub use map::{Map, Square};
pub use push_forward::{PushForward, SQUARED_NORMAL, Term};
pub use quadrature::{Integral, integrate, integrate_half_line};
pub use report::{Check, TransformReport};
pub use study::study;
