//! The closed forms for Z = X^2, X standard normal: the chi-square law with one degree of freedom.

use std::f64::consts::PI;

/// exp(-z/2) / sqrt(2 pi z) for z > 0; +infinity at 0, 0 below, NaN for a NaN.
pub fn density(z: f64) -> f64 {
    if z < 0.0 { 0.0 } else { (-z / 2.0).exp() / ((2.0 * PI).sqrt() * z.sqrt()) }
}

/// P(Z <= z) = erf(sqrt(z / 2)) for z > 0, else 0; NaN for a NaN.
pub fn distribution(z: f64) -> f64 {
    if z < 0.0 { 0.0 } else { libm::erf((z / 2.0).sqrt()) }
}

/// P(a < Z <= b) for 0 <= a <= b: erf(sqrt(b/2)) - erf(sqrt(a/2)), in the tail as a difference of erfc, which does
/// not cancel.
pub(super) fn interval(a: f64, b: f64) -> f64 {
    let (from, to) = ((a / 2.0).sqrt(), (b / 2.0).sqrt());
    if from < 0.5 { libm::erf(to) - libm::erf(from) } else { libm::erfc(from) - libm::erfc(to) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::density::SQUARED_NORMAL;

    /// z, density and distribution function by scipy: `tests/fixtures/chi_square.py`.
    fn scipy() -> Vec<[f64; 3]> {
        include_str!("../../tests/fixtures/chi_square.csv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| {
                let numbers: Vec<f64> = line.split(',').map(|number| number.parse().unwrap()).collect();
                numbers.try_into().unwrap()
            })
            .collect()
    }

    #[test]
    fn closed_form_and_push_forward_agree_with_scipy() {
        let table = scipy();
        assert!(table.len() > 60);
        for [z, pdf, cdf] in table {
            // exp turns a rounding of its argument into a relative error: -z/2 here, the density's logarithm in scipy.
            let tolerance = 1e-14 + f64::EPSILON * (z + z.ln().abs());
            for (name, found) in [("closed form", density(z)), ("push-forward", SQUARED_NORMAL.density(z))] {
                assert!((found / pdf - 1.0).abs() < tolerance, "{name} at {z}: {found}, scipy {pdf}");
            }
            for (name, found) in
                [("closed form", distribution(z)), ("push-forward", SQUARED_NORMAL.distribution(z))]
            {
                assert!((found - cdf).abs() < 1e-14, "{name} at {z}: {found}, scipy {cdf}");
            }
            if z > 1e-307 {
                assert!((distribution(z) / cdf - 1.0).abs() < 1e-13, "relative, at {z}");
            }
        }
    }

    #[test]
    fn edges() {
        assert_eq!((density(0.0), density(-1.0), density(f64::INFINITY)), (f64::INFINITY, 0.0, 0.0));
        assert_eq!((distribution(0.0), distribution(-1.0), distribution(f64::INFINITY)), (0.0, 0.0, 1.0));
        assert!(density(f64::NAN).is_nan() && distribution(f64::NAN).is_nan());
        // scipy.stats.chi2(1).sf(50) - sf(60), and the law of 68 percent.
        assert!((interval(50.0, 60.0) / 1.527_974_056_856_959e-12 - 1.0).abs() < 1e-12);
        assert!((interval(0.0, 1.0) - 0.682_689_492_137_085_9).abs() < 1e-15);
    }
}
