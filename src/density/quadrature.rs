//! Adaptive Gauss-Kronrod quadrature by quad-rs, with a count of evaluations that also survives a failure.
//!
//! quad-rs 0.5 runs on the calling thread; it prints nothing and installs no signal handler in its default features.

use std::cell::Cell;

use quad_rs::{Integrable, IntegratorConfig, integrate_interval};

use super::DensityError;

/// Absolute error that the rule refines down to. Its estimate cannot fall much below 1e-14, which is rounding.
const TOLERANCE: f64 = 1e-12;

/// An integral with its evidence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Integral {
    /// The integral.
    pub value: f64,
    /// The rule's own estimate of its absolute error.
    pub error_estimate: f64,
    /// Evaluations of the integrand.
    pub evaluations: u64,
}

/// The integral of `integrand` over [`from`, `to`], both finite, refined until the error estimate is below 1e-12.
///
/// The rule is Gauss-Kronrod with 10 and 21 nodes, none of them an end of the interval. It knows the integrand at its
/// nodes alone: a peak so narrow that none falls on it is missed, and the error estimate cannot know. Give such a peak
/// an interval of its own.
///
/// # Errors
/// [`DensityError::Quadrature`] when the tolerance is not reached, as at a singularity.
pub fn integrate(integrand: impl Fn(f64) -> f64, from: f64, to: f64) -> Result<Integral, DensityError> {
    integrate_to(integrand, from, to, TOLERANCE)
}

/// [`integrate`], refined until the error estimate is below `tolerance`, absolute or relative.
pub(super) fn integrate_to(
    integrand: impl Fn(f64) -> f64,
    from: f64,
    to: f64,
    tolerance: f64,
) -> Result<Integral, DensityError> {
    let evaluations = Cell::new(0);
    let counted = Counted { integrand, evaluations: &evaluations };
    // One sufficient estimate is enough: by default ten in a row are asked for, and the refinements in between
    // run into rounding. The order stays at 10, as the weights that quad-rs computes for others are inaccurate.
    let config = IntegratorConfig::default()
        .with_tolerance_window(1)
        .with_absolute_tolerance(tolerance)
        .with_relative_tolerance(tolerance);
    match integrate_interval(counted, from..to, config) {
        Ok(result) => Ok(Integral {
            value: result.integral,
            error_estimate: result.error,
            evaluations: evaluations.get(),
        }),
        Err(source) => Err(DensityError::Quadrature { from, to, evaluations: evaluations.get(), source }),
    }
}

/// The integral of `integrand` over (0, infinity): with t = u / (1 - u), dt = du / (1 - u)^2, over u in (0, 1).
///
/// # Errors
/// As [`integrate`].
pub fn integrate_half_line(integrand: impl Fn(f64) -> f64) -> Result<Integral, DensityError> {
    integrate(|u| integrand(u / (1.0 - u)) / ((1.0 - u) * (1.0 - u)), 0.0, 1.0)
}

/// An integrand that counts its evaluations.
struct Counted<'a, F> {
    integrand: F,
    evaluations: &'a Cell<u64>,
}

impl<F: Fn(f64) -> f64> Integrable for Counted<'_, F> {
    type Float = f64;
    type Input = f64;
    type Output = f64;

    fn integrand(&self, x: &f64) -> f64 {
        self.evaluations.set(self.evaluations.get() + 1);
        (self.integrand)(*x)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_integrals() {
        let sine = integrate(f64::sin, 0.0, std::f64::consts::PI).unwrap();
        assert!((sine.value - 2.0).abs() < 1e-14 && sine.error_estimate < 1e-12);
        // One interval, then its halves: 21 nodes each.
        assert_eq!(sine.evaluations, 63);
        let gauss = integrate_half_line(|t| (-t * t).exp()).unwrap();
        assert!((gauss.value - std::f64::consts::PI.sqrt() / 2.0).abs() < 1e-13);
        let exponential = integrate_half_line(|t| (-t).exp()).unwrap();
        assert!((exponential.value - 1.0).abs() < 1e-13);
    }

    #[test]
    fn a_peak_between_the_nodes_is_missed_and_found_by_an_interval_around_it() {
        // Of area 1, and 1e-6 wide.
        let peak = |x: f64| (-((x - 0.3) / 1e-6).powi(2) / 2.0).exp() / (1e-6 * std::f64::consts::TAU.sqrt());
        let whole = integrate(peak, 0.0, 1.0).unwrap();
        assert!(whole.value.abs() < 1e-12 && whole.error_estimate < 1e-12, "{whole:?}");
        let around = integrate(peak, 0.3 - 1e-5, 0.3 + 1e-5).unwrap();
        assert!((around.value - 1.0).abs() < 1e-9, "{around:?}");
    }

    #[test]
    fn failures_are_errors_with_a_cause() {
        let error = integrate(|x| 1.0 / x, 0.0, 1.0).unwrap_err();
        assert!(error.to_string().starts_with("the integral over [0, 1] did not converge"), "{error}");
        assert!(error.source().is_some());
        let DensityError::Quadrature { evaluations, .. } = error;
        assert!(evaluations > 21);
        assert!(integrate(|x| x, 1.0, 1.0).is_err(), "an empty interval");
        assert!(integrate(|_| f64::NAN, 0.0, 1.0).is_err());
        assert!(integrate(|x| x, f64::NAN, 1.0).is_err());
        assert!(integrate(|x| x, 0.0, f64::INFINITY).is_err());
    }

    proptest! {
        #[test]
        fn cubics_are_exact(c in proptest::array::uniform4(-3.0..3.0f64), from in -2.0..2.0f64, width in 0.1..4.0f64) {
            let to = from + width;
            let antiderivative = |x: f64| x * (c[0] + x * (c[1] / 2.0 + x * (c[2] / 3.0 + x * c[3] / 4.0)));
            let found = integrate(|x| c[0] + x * (c[1] + x * (c[2] + x * c[3])), from, to).unwrap();
            let exact = antiderivative(to) - antiderivative(from);
            let size = 1.0 + antiderivative(to).abs() + antiderivative(from).abs();
            prop_assert!((found.value - exact).abs() < 1e-13 * size, "{} and {exact}", found.value);
        }
    }
}
