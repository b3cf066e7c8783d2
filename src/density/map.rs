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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn derivative_and_preimages_belong_to_the_value(x in -5.0..5.0f64) {
            let step = 1e-5 * x.abs().max(1.0);
            let slope = (Square.value(x + step) - Square.value(x - step)) / (2.0 * step);
            let exact = Square.derivative(x);
            prop_assert!((slope - exact).abs() <= 1e-6 * exact.abs().max(1.0), "slope {slope}, derivative {exact}");

            let z = Square.value(x);
            let preimages = Square.preimages(z);
            prop_assert!(preimages.iter().any(|p| (p - x).abs() <= 1e-12 * x.abs().max(1.0)), "{preimages:?}");
            prop_assert!(preimages.windows(2).all(|pair| pair[0] < pair[1]));
            for preimage in preimages {
                prop_assert!((Square.value(preimage) - z).abs() <= 1e-13 * z.abs().max(1.0));
            }
        }

        #[test]
        fn preimages_of_any_float_are_finite_and_ascend(bits: u64) {
            let preimages = Square.preimages(f64::from_bits(bits));
            prop_assert!(preimages.iter().all(|x| x.is_finite()) && preimages.is_sorted());
        }
    }

    #[test]
    fn the_edges_of_the_image() {
        assert_eq!(Square.preimages(0.0), [0.0]);
        assert_eq!(Square.preimages(-0.0), [0.0]);
        assert_eq!(Square.preimages(9.0), [-3.0, 3.0]);
        for z in [-1.0, -f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Square.preimages(z).is_empty(), "{z}");
        }
    }
}
