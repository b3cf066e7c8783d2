//! The law of Z = f(X), for any law of X and any map f.

use rand::Rng;

use super::{Law, Map, Square, StandardNormal};

/// The law of Z = f(X).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PushForward<L, M> {
    /// The law of X.
    pub law: L,
    /// f.
    pub map: M,
}

/// Z = X^2 with X standard normal.
pub const SQUARED_NORMAL: PushForward<StandardNormal, Square> =
    PushForward { law: StandardNormal, map: Square };

/// What one preimage x of z adds to p_Z(z).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// x, with f(x) = z.
    pub x: f64,
    /// p_X(x).
    pub density: f64,
    /// f'(x).
    pub derivative: f64,
    /// p_X(x) / |f'(x)|; infinite where f'(x) = 0 and p_X(x) > 0, and 0 where p_X(x) = 0.
    pub contribution: f64,
}

impl<L: Law, M: Map> PushForward<L, M> {
    /// The terms of p_Z(z), one a preimage, by ascending x; none where f does not reach `z`.
    pub fn terms(&self, z: f64) -> Vec<Term> {
        let term = |x| {
            let (density, derivative) = (self.law.density(x), self.map.derivative(x));
            // Outside the law's support nothing is added, not even 0/0.
            let contribution = if density == 0.0 { 0.0 } else { density / derivative.abs() };
            Term { x, density, derivative, contribution }
        };
        self.map.preimages(z).into_iter().map(term).collect()
    }

    /// p_Z(z) = sum over {x : f(x) = z} of p_X(x) / |f'(x)|.
    ///
    /// 0 outside the support and at the infinities; +infinity where f' vanishes at a preimage of positive density
    /// (z = 0 for the square); NaN for a NaN. Never negative.
    pub fn density(&self, z: f64) -> f64 {
        if z.is_nan() {
            return z;
        }
        // Not `sum`, whose start is -0.0.
        self.terms(z).iter().fold(0.0, |sum, term| sum + term.contribution)
    }

    /// P(Z <= z) = sum of P(a < X <= b) over the intervals (a, b) between neighbouring preimages of `z` (and the
    /// infinities) on which f <= z; NaN for a NaN.
    ///
    /// A continuous f crosses z at its preimages alone, so that one point tells of a whole interval.
    pub fn distribution(&self, z: f64) -> f64 {
        if z.is_nan() {
            return z;
        }
        let preimages = self.map.preimages(z);
        let starts = std::iter::once(f64::NEG_INFINITY).chain(preimages.iter().copied());
        let ends = preimages.iter().copied().chain(std::iter::once(f64::INFINITY));
        starts
            .zip(ends)
            .filter(|&(start, end)| self.map.value(inside(start, end)) <= z)
            .fold(0.0, |sum, (start, end)| sum + self.law.distribution(end) - self.law.distribution(start))
    }

    /// One draw of Z: f of a draw of X.
    pub fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        self.map.value(self.law.draw(rng))
    }
}

/// A point between `start` and `end`, of which either may be infinite.
fn inside(start: f64, end: f64) -> f64 {
    match (start.is_finite(), end.is_finite()) {
        (true, true) => start / 2.0 + end / 2.0,
        (true, false) => start + start.abs().max(1.0),
        (false, true) => end - end.abs().max(1.0),
        (false, false) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;
    use rand::{SeedableRng, rngs::ChaCha8Rng};

    use super::super::{distance, integrate, p_value};
    use super::*;

    /// A law with a bounded support: uniform on (0, 1).
    #[derive(Clone, Copy)]
    struct Uniform;

    impl Law for Uniform {
        fn density(&self, x: f64) -> f64 {
            if (0.0..=1.0).contains(&x) { 1.0 } else { 0.0 }
        }
        fn distribution(&self, x: f64) -> f64 {
            x.clamp(0.0, 1.0)
        }
        fn draw<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
            use rand::RngExt;
            rng.random()
        }
    }

    /// f(x) = x^3 - 3 x: up to three preimages, which shows that the sum and the intervals are general.
    #[derive(Clone, Copy)]
    struct Cubic;

    impl Map for Cubic {
        fn value(&self, x: f64) -> f64 {
            x * x * x - 3.0 * x
        }
        fn derivative(&self, x: f64) -> f64 {
            3.0 * x * x - 3.0
        }
        fn preimages(&self, z: f64) -> Vec<f64> {
            // x = 2 cos t gives 2 cos 3t = z, and x = 2 cosh t gives 2 cosh 3t = z.
            let mut roots: Vec<f64> = if z.abs() < 2.0 {
                (0..3).map(|k| 2.0 * (((z / 2.0).acos() + 2.0 * PI * f64::from(k)) / 3.0).cos()).collect()
            } else if z.is_finite() {
                vec![z.signum() * 2.0 * ((z.abs() / 2.0).acosh() / 3.0).cosh()]
            } else {
                vec![]
            };
            roots.sort_by(f64::total_cmp);
            roots
        }
    }

    /// f(x) = a x + b: of X normal, the normal law of mean b and standard deviation |a|.
    #[derive(Clone, Copy)]
    struct Affine(f64, f64);

    impl Map for Affine {
        fn value(&self, x: f64) -> f64 {
            self.0 * x + self.1
        }
        fn derivative(&self, _: f64) -> f64 {
            self.0
        }
        fn preimages(&self, z: f64) -> Vec<f64> {
            vec![(z - self.1) / self.0]
        }
    }

    /// f(x) = exp(x): of X normal, the log-normal law.
    #[derive(Clone, Copy)]
    struct Exp;

    impl Map for Exp {
        fn value(&self, x: f64) -> f64 {
            x.exp()
        }
        fn derivative(&self, x: f64) -> f64 {
            x.exp()
        }
        fn preimages(&self, z: f64) -> Vec<f64> {
            if z > 0.0 { vec![z.ln()] } else { vec![] }
        }
    }

    #[test]
    fn the_terms_at_four() {
        let terms = SQUARED_NORMAL.terms(4.0);
        assert_eq!(
            terms.iter().map(|term| (term.x, term.derivative)).collect::<Vec<_>>(),
            [(-2.0, -4.0), (2.0, 4.0)]
        );
        for term in &terms {
            assert_eq!(term.contribution, StandardNormal.density(2.0) / 4.0);
        }
        assert_eq!(SQUARED_NORMAL.density(4.0), terms[0].contribution + terms[1].contribution);
    }

    #[test]
    fn the_edges_of_the_support() {
        assert_eq!(SQUARED_NORMAL.density(0.0), f64::INFINITY);
        for z in [-1.0, -5e-324, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            let density = SQUARED_NORMAL.density(z);
            assert!(density == 0.0 && density.is_sign_positive(), "p({z}) = {density}");
        }
        assert!(SQUARED_NORMAL.density(5e-324).is_finite());
        assert!(SQUARED_NORMAL.density(f64::NAN).is_nan() && SQUARED_NORMAL.distribution(f64::NAN).is_nan());
        assert_eq!([-1.0, 0.0, f64::INFINITY].map(|z| SQUARED_NORMAL.distribution(z)), [0.0, 0.0, 1.0]);
        let uniform = PushForward { law: Uniform, map: Square };
        assert_eq!([0.25, 4.0].map(|z| uniform.density(z)), [1.0, 0.0], "1 / (2 sqrt z) on (0, 1)");
    }

    #[test]
    fn draws_follow_the_distribution_function() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let cubic = PushForward { law: StandardNormal, map: Cubic };
        let draws: Vec<f64> = (0..5000).map(|_| cubic.draw(&mut rng)).collect();
        let right = distance(&draws, |z| cubic.distribution(z));
        assert!(p_value(right, draws.len()) > 1e-3, "{right}");
        let wrong = distance(&draws, |z| SQUARED_NORMAL.distribution(z));
        assert!(p_value(wrong, draws.len()) < 1e-12, "{wrong}");
    }

    proptest! {
        #[test]
        fn an_affine_map_gives_the_normal_law(a in 0.05..20.0f64, b in -9.0..9.0f64, t in -8.0..8.0f64) {
            for a in [a, -a] {
                let z = a * t + b;
                let u = (z - b) / a;
                let normal = PushForward { law: StandardNormal, map: Affine(a, b) };
                let exact = (-0.5 * u * u).exp() / (2.0 * PI * a * a).sqrt();
                prop_assert!((normal.density(z) - exact).abs() <= 1e-14 * exact);
                let below = 0.5 * libm::erfc(-(z - b) / (a.abs() * 2f64.sqrt()));
                prop_assert!((normal.distribution(z) - below).abs() < 1e-14);
            }
        }

        #[test]
        fn the_exponential_gives_the_log_normal_law(z in 1e-6..1e6f64) {
            let exact = (-0.5 * z.ln().powi(2)).exp() / (z * (2.0 * PI).sqrt());
            let found = PushForward { law: StandardNormal, map: Exp }.density(z);
            prop_assert!((found - exact).abs() <= 1e-13 * exact);
        }

        #[test]
        fn density_integrates_to_the_distribution_function(from in 0.05..3.0f64, width in 0.01..3.0f64) {
            fn agree<L: Law, M: Map>(z: &PushForward<L, M>, from: f64, to: f64) -> Result<(), TestCaseError> {
                let area = integrate(|t| z.density(t), from, to).unwrap().value;
                let mass = z.distribution(to) - z.distribution(from);
                prop_assert!((area - mass).abs() < 1e-9, "[{from}, {to}]: {area} and {mass}");
                Ok(())
            }
            agree(&SQUARED_NORMAL, from, from + width)?;
            agree(&PushForward { law: StandardNormal, map: Exp }, from, from + width)?;
            agree(&PushForward { law: StandardNormal, map: Affine(-0.7, 1.0) }, -from, width)?;
            // Between and beyond the cubic's critical values -2 and 2, where its density is singular.
            let cubic = PushForward { law: StandardNormal, map: Cubic };
            agree(&cubic, (from - 1.9).min(1.8), (from - 1.9 + width).min(1.9))?;
            agree(&cubic, 2.1 + from, 2.1 + from + width)?;
        }

        #[test]
        fn densities_are_never_negative(bits: u64) {
            let z = f64::from_bits(bits);
            for density in [SQUARED_NORMAL.density(z), PushForward { law: StandardNormal, map: Cubic }.density(z)] {
                prop_assert!(density >= 0.0 || z.is_nan());
            }
        }
    }
}
