//! The law of X: density, distribution function, draws.

use std::f64::consts::{PI, SQRT_2};

use rand::Rng;
use rand_distr::Distribution;

/// A distribution on the real line with a density.
pub trait Law {
    /// p_X(x), at least 0; 0 outside the support; NaN for a NaN.
    fn density(&self, x: f64) -> f64;

    /// P(X <= x); 0 at -infinity, 1 at infinity, NaN for a NaN.
    fn distribution(&self, x: f64) -> f64;

    /// One draw of X.
    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64;
}

/// N(0, 1): p(x) = exp(-x^2/2) / sqrt(2 pi).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardNormal;

impl Law for StandardNormal {
    fn density(&self, x: f64) -> f64 {
        (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
    }

    /// erfc(-x / sqrt 2) / 2, which keeps its relative accuracy in the lower tail.
    fn distribution(&self, x: f64) -> f64 {
        0.5 * libm::erfc(-x / SQRT_2)
    }

    fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        rand_distr::StandardNormal.sample(rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_normal_values() {
        // scipy.stats.norm.pdf and .cdf.
        for (x, pdf, cdf) in [
            (0.0, 0.398_942_280_401_432_7, 0.5),
            (1.0, 0.241_970_724_519_143_37, 0.841_344_746_068_542_9),
            (-1.959_963_984_540_054, 0.058_445_069_805_035_38, 0.025),
            (-20.0, 5.520_948_362_159_764e-88, 2.753_624_118_606_155_6e-89),
        ] {
            assert!((StandardNormal.density(x) / pdf - 1.0).abs() < 1e-14, "p({x})");
            assert!((StandardNormal.distribution(x) / cdf - 1.0).abs() < 1e-13, "P(X <= {x})");
        }
        assert_eq!(StandardNormal.distribution(f64::NEG_INFINITY), 0.0);
        assert_eq!(StandardNormal.distribution(f64::INFINITY), 1.0);
        assert_eq!(StandardNormal.density(f64::INFINITY), 0.0);
        assert!(StandardNormal.density(f64::NAN).is_nan() && StandardNormal.distribution(f64::NAN).is_nan());
    }
}
