//! What can go wrong in an integral.

use std::convert::Infallible;

use quad_rs::IntegratorError;

/// Errors of this module.
#[derive(Debug, thiserror::Error)]
pub enum DensityError {
    /// The adaptive rule did not reach its tolerance.
    #[error(
        "the integral over [{from}, {to}] did not converge: substitute a variable that removes the singularity"
    )]
    Quadrature {
        /// Lower bound.
        from: f64,
        /// Upper bound.
        to: f64,
        /// Evaluations of the integrand until then.
        evaluations: u64,
        /// The error of quad-rs.
        source: IntegratorError<f64, Infallible>,
    },
}
