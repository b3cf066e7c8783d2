//! Task 1, change of variables: the density of Z = f(X), and the evidence that it is a density.
//!
//! p_Z(z) = sum over {x : f(x) = z} of p_X(x) / |f'(x)|.
//!
//! A [`Law`] and a [`Map`] make a [`PushForward`]; [`study()`] verifies the built-in pair, X standard normal and
//! f(x) = x^2, and returns a [`TransformReport`]. Any law and any map, as text: [`MixedLaw`] and [`Expression`] make a
//! [`Pair`], whose [`Pieces`] are proved by interval arithmetic, and [`Pair::study`] verifies it.

mod bisection;
mod checks;
mod chi_square;
mod derivation;
mod error;
pub mod examples;
mod expression;
mod fault;
mod kolmogorov;
mod law;
mod map;
mod mixed_law;
mod pair;
mod pair_checks;
mod pair_study;
mod pieces;
mod push_forward;
mod quadrature;
mod report;
mod study;

pub use chi_square::{density as chi_square_density, distribution as chi_square_distribution};
pub use derivation::derivation;
pub use error::DensityError;
pub use expression::{Dual, Expression, Function, Interval, Operation, Scalar};
pub use fault::Fault;
pub use kolmogorov::{critical_distance, distance, p_value};
pub use law::{Law, StandardNormal};
pub use map::{Map, Square};
pub use mixed_law::{Family, MixedLaw};
pub use pair::{Pair, PointMass};
pub use pieces::{Course, Piece, Pieces};
pub use push_forward::{PushForward, SQUARED_NORMAL, Term};
pub use quadrature::{Integral, integrate, integrate_half_line};
pub use report::{Check, TransformReport};
pub use study::study;
