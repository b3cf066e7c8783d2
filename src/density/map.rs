//! The map f of Z = f(X): value, derivative and all preimages.

/// A continuous map of the real line, differentiable but for single points.
pub trait Map {
    /// f(x).
    fn value(&self, x: f64) -> f64;

    /// f'(x).
    fn derivative(&self, x: f64) -> f64;

    /// Every x with f(x) = z, each once, ascending; none for a `z` that f does not reach, infinite or NaN.
    fn preimages(&self, z: f64) -> Vec<f64>;
}

/// f(x) = x^2, with preimages -sqrt(z) and sqrt(z) for z > 0, and 0 for z = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Square;

impl Map for Square {
    fn value(&self, x: f64) -> f64 {
        x * x
    }

    fn derivative(&self, x: f64) -> f64 {
        2.0 * x
    }

    fn preimages(&self, z: f64) -> Vec<f64> {
        if !z.is_finite() || z < 0.0 {
            Vec::new()
        } else if z == 0.0 {
            vec![0.0]
        } else {
            vec![-z.sqrt(), z.sqrt()]
        }
    }
}

/// f(x) = a x + b with a not 0: of X normal, the normal law of mean b and standard deviation |a|.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    scale: f64,
    shift: f64,
}

impl Affine {
    /// x to `scale` * x + `shift`; none when `scale` is 0 or one of them is not finite.
    pub fn new(scale: f64, shift: f64) -> Option<Self> {
        (scale != 0.0 && scale.is_finite() && shift.is_finite()).then_some(Self { scale, shift })
    }
}

impl Map for Affine {
    fn value(&self, x: f64) -> f64 {
        self.scale * x + self.shift
    }

    fn derivative(&self, _: f64) -> f64 {
        self.scale
    }

    fn preimages(&self, z: f64) -> Vec<f64> {
        let x = (z - self.shift) / self.scale;
        if x.is_finite() { vec![x] } else { Vec::new() }
    }
}

/// f(x) = exp(x): of X normal, the log-normal law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exp;

impl Map for Exp {
    fn value(&self, x: f64) -> f64 {
        x.exp()
    }

    fn derivative(&self, x: f64) -> f64 {
        x.exp()
    }

    fn preimages(&self, z: f64) -> Vec<f64> {
        if z > 0.0 && z.is_finite() { vec![z.ln()] } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Central difference at `x` against the derivative; preimages of f(x) contain x, ascend and map to f(x).
    fn is_consistent(map: &impl Map, x: f64) -> Result<(), TestCaseError> {
        let step = 1e-5 * x.abs().max(1.0);
        let slope = (map.value(x + step) - map.value(x - step)) / (2.0 * step);
        let exact = map.derivative(x);
        prop_assert!(
            (slope - exact).abs() <= 1e-6 * exact.abs().max(1.0),
            "slope {slope}, derivative {exact}"
        );

        let z = map.value(x);
        let preimages = map.preimages(z);
        prop_assert!(preimages.iter().any(|p| (p - x).abs() <= 1e-12 * x.abs().max(1.0)), "{preimages:?}");
        prop_assert!(preimages.windows(2).all(|pair| pair[0] < pair[1]));
        for preimage in preimages {
            prop_assert!((map.value(preimage) - z).abs() <= 1e-13 * z.abs().max(1.0));
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn derivative_and_preimages_belong_to_the_value(x in -5.0..5.0f64, a in 0.1..4.0f64, b in -9.0..9.0f64) {
            is_consistent(&Square, x)?;
            is_consistent(&Exp, x)?;
            for a in [a, -a] {
                is_consistent(&Affine::new(a, b).unwrap(), x)?;
            }
        }

        #[test]
        fn preimages_of_any_float_are_finite_and_ascend(bits: u64) {
            let z = f64::from_bits(bits);
            for preimages in [Square.preimages(z), Exp.preimages(z), Affine::new(1e-3, 2.0).unwrap().preimages(z)] {
                prop_assert!(preimages.iter().all(|x| x.is_finite()) && preimages.is_sorted());
            }
        }
    }

    #[test]
    fn the_edges_of_the_image() {
        assert_eq!(Square.preimages(0.0), [0.0]);
        assert_eq!(Square.preimages(-0.0), [0.0]);
        assert_eq!(Square.preimages(9.0), [-3.0, 3.0]);
        assert_eq!(Exp.preimages(1.0), [0.0]);
        for z in [-1.0, -f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Square.preimages(z).is_empty() && Exp.preimages(z).is_empty(), "{z}");
        }
        assert!(Exp.preimages(0.0).is_empty());
        for (scale, shift) in [(0.0, 1.0), (f64::NAN, 0.0), (f64::INFINITY, 0.0), (1.0, f64::NAN)] {
            assert_eq!(Affine::new(scale, shift), None);
        }
    }
}
