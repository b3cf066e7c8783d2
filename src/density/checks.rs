//! The evidence that p_Z, for Z = X^2 and X standard normal, is a density, and the right one.

use super::report::named;
use super::{
    Check, DensityError, Integral, SQUARED_NORMAL, chi_square, critical_distance, distance, integrate,
    integrate_half_line, p_value,
};

/// How far an integral may be from its closed form.
const INTEGRAL_TOLERANCE: f64 = 1e-10;
/// How far p_Z may be from its closed form, relative.
const DENSITY_TOLERANCE: f64 = 1e-12;
/// The p-value below which the draws are taken to follow another law: one seed in a million fails without reason.
const LEVEL: f64 = 1e-6;
/// Where the direct integral is cut off: P(Z > 100) is about 1.5e-23.
const DIRECT_END: f64 = 100.0;

/// p_Z, through the sum over preimages.
fn p(z: f64) -> f64 {
    SQUARED_NORMAL.density(z)
}

/// Every check of p_Z, given `draws` of Z.
pub fn checks(draws: &[f64]) -> Vec<Check> {
    let mut checks = vec![non_negativity(), normalisation(), direct_normalisation(), closed_form()];
    checks.extend([(0.0, 1.0), (0.1, 1.0), (1.0, 4.0), (4.0, 25.0)].map(|(a, b)| interval(a, b)));
    checks.extend([mean(), variance(), kolmogorov_smirnov(draws)]);
    checks
}

/// p_Z >= 0 by argument, and on a grid that goes from below the support to the largest number.
fn non_negativity() -> Check {
    let outside = [f64::MIN, -1.0, -f64::MIN_POSITIVE, -0.0, 0.0, f64::MAX];
    let values: Vec<f64> =
        outside.into_iter().chain(logarithmic_grid(-323.0, 308.0, 10_000)).map(p).collect();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    Check {
        value: Some(least),
        evaluations: Some(values.len() as u64),
        // A NaN is no value above zero.
        passed: values.iter().all(|&value| value >= 0.0),
        note: "each term is p_X(x) >= 0 over |f'(x)| > 0; least value on a grid from -1.8e308 to 1.8e308"
            .to_owned(),
        ..named("p_Z(z) >= 0")
    }
}

/// The integral over the support with z = t^2, which removes the singularity, and t = u/(1-u), which makes it finite.
fn normalisation() -> Check {
    quadrature(
        "integral over (0, inf), z = t^2, t = u/(1-u)",
        integrate_half_line(|t| 2.0 * t * p(t * t)),
        1.0,
        "integral of 2 t p_Z(t^2) dt, Gauss-Kronrod 10/21",
    )
}

/// The integral without a substitution, which fails at the singularity at 0: shown for information.
fn direct_normalisation() -> Check {
    Check {
        informative: true,
        ..quadrature(
            "integral over (0, 100), direct",
            integrate(p, 0.0, DIRECT_END),
            chi_square::interval(0.0, DIRECT_END),
            "p_Z grows like 1/sqrt(2 pi z) at 0",
        )
    }
}

/// The sum over preimages against exp(-z/2)/sqrt(2 pi z).
fn closed_form() -> Check {
    let grid = logarithmic_grid(-300.0, 3.0, 2000);
    let error = grid.iter().map(|&z| (p(z) / chi_square::density(z) - 1.0).abs());
    // `max` would pass over a NaN.
    let worst =
        error.fold(0.0, |worst: f64, error| if error > worst || error.is_nan() { error } else { worst });
    Check {
        value: Some(worst),
        expected: Some(0.0),
        evaluations: Some(grid.len() as u64),
        passed: worst < DENSITY_TOLERANCE,
        note: "largest relative difference for z from 1e-300 to 1000".to_owned(),
        ..named("p_Z(z) = exp(-z/2)/sqrt(2 pi z)")
    }
}

/// The mass of [a, b] against the closed form: as it stands where a > 0, with z = t^2 from 0.
fn interval(a: f64, b: f64) -> Check {
    let (integral, how) = if a > 0.0 {
        (integrate(p, a, b), "direct, against erf(sqrt(b/2)) - erf(sqrt(a/2))")
    } else {
        let substituted = integrate(|t| 2.0 * t * p(t * t), 0.0, b.sqrt());
        (substituted, "z = t^2, against erf(sqrt(b/2)) - erf(sqrt(a/2))")
    };
    quadrature(&format!("integral over [{a}, {b}]"), integral, chi_square::interval(a, b), how)
}

/// `E[Z] = E[X^2] = 1`.
fn mean() -> Check {
    let integral = integrate_half_line(|t| t * t * 2.0 * t * p(t * t));
    quadrature("mean, integral of z p_Z(z)", integral, 1.0, "E[X^2] of the standard normal, z = t^2")
}

/// `Var[Z] = E[X^4] - 1 = 2`.
fn variance() -> Check {
    let integral = integrate_half_line(|t| (t * t - 1.0).powi(2) * 2.0 * t * p(t * t));
    quadrature("variance, integral of (z - 1)^2 p_Z(z)", integral, 2.0, "E[X^4] - E[X^2]^2 = 3 - 1, z = t^2")
}

/// The distance between the draws and the distribution function in closed form.
fn kolmogorov_smirnov(draws: &[f64]) -> Check {
    let found = distance(draws, chi_square::distribution);
    let p = p_value(found, draws.len());
    Check {
        value: Some(found),
        evaluations: Some(draws.len() as u64),
        passed: p > LEVEL && !draws.is_empty(),
        note: format!(
            "against erf(sqrt(z/2)): p = {p:.3}, critical value {:.4} at 1 %; fails below p = 1e-6",
            critical_distance(0.01, draws.len())
        ),
        ..named("Kolmogorov-Smirnov distance of draws")
    }
}

/// A check of an integral: passed when it converged, and is `expected` within 1e-10.
fn quadrature(name: &str, integral: Result<Integral, DensityError>, expected: f64, note: &str) -> Check {
    let check = Check { expected: Some(expected), ..named(name) };
    match integral {
        Ok(Integral { value, error_estimate, evaluations }) => Check {
            value: Some(value),
            error_estimate: Some(error_estimate),
            evaluations: Some(evaluations),
            passed: (value - expected).abs() < INTEGRAL_TOLERANCE,
            note: note.to_owned(),
            ..check
        },
        Err(DensityError::Quadrature { evaluations, source, .. }) => {
            Check { evaluations: Some(evaluations), note: format!("{note}; quad-rs: {source}"), ..check }
        }
    }
}

/// `count` points from 10^`from` to 10^`to`, evenly in the logarithm.
fn logarithmic_grid(from: f64, to: f64, count: usize) -> Vec<f64> {
    let step = (to - from) / (count - 1) as f64;
    (0..count).map(|i| 10f64.powf(from + step * i as f64)).collect()
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

    use super::*;

    fn draws(n: usize) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        (0..n).map(|_| SQUARED_NORMAL.draw(&mut rng)).collect()
    }

    #[test]
    fn every_check_that_counts_holds() {
        for check in checks(&draws(10_000)) {
            println!("{check:?}");
            assert!(check.passed || check.informative, "{check:?}");
            assert!(!check.name.is_empty() && !check.note.is_empty() && check.evaluations.is_some());
        }
    }

    #[test]
    fn the_integral_is_one_with_evidence() {
        let check = normalisation();
        assert!((check.value.unwrap() - 1.0).abs() < 1e-13, "{check:?}");
        assert!(check.error_estimate.unwrap() < 1e-11, "{check:?}");
        assert!((63..1000).contains(&check.evaluations.unwrap()), "{check:?}");
        assert!(!check.informative);
    }

    #[test]
    fn the_direct_integral_fails_and_says_why() {
        let check = direct_normalisation();
        assert!(check.informative && !check.passed && check.value.is_none(), "{check:?}");
        assert!(check.note.contains("refined contour piece smaller than minimum"), "{check:?}");
        assert!(check.evaluations.unwrap() > 100);
    }

    #[test]
    fn wrong_integrals_are_seen() {
        let shifted = integrate_half_line(|t| 2.0 * t * p(t * t) * (1.0 + 1e-9));
        assert!(!quadrature("", shifted, 1.0, "").passed);
        // One preimage forgotten: half the mass.
        let half = integrate_half_line(|t| 2.0 * t * SQUARED_NORMAL.terms(t * t)[0].contribution);
        let check = quadrature("", half, 1.0, "");
        assert!(!check.passed && (check.value.unwrap() - 0.5).abs() < 1e-12);
        assert!(!quadrature("", integrate(|_| f64::NAN, 0.0, 1.0), 1.0, "").passed);
    }

    #[test]
    fn draws_of_another_law_are_seen() {
        let right = draws(10_000);
        assert!(kolmogorov_smirnov(&right).passed);
        let scaled: Vec<f64> = right.iter().map(|z| 1.2 * z).collect();
        assert!(!kolmogorov_smirnov(&scaled).passed);
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let uniform: Vec<f64> = (0..10_000).map(|_| rng.next_u64() as f64 / u64::MAX as f64).collect();
        assert!(!kolmogorov_smirnov(&uniform).passed);
        assert!(!kolmogorov_smirnov(&[]).passed);
        assert!(!kolmogorov_smirnov(&[f64::NAN; 100]).passed);
    }

    #[test]
    fn no_seed_in_two_hundred_fails() {
        let mut beyond_one_percent = 0;
        for seed in 0..200 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let draws: Vec<f64> = (0..2000).map(|_| SQUARED_NORMAL.draw(&mut rng)).collect();
            let check = kolmogorov_smirnov(&draws);
            assert!(check.passed, "seed {seed}: {check:?}");
            beyond_one_percent += usize::from(check.value.unwrap() > critical_distance(0.01, draws.len()));
        }
        assert!(beyond_one_percent <= 8, "{beyond_one_percent} of 200 beyond the 1 % point");
    }
}
