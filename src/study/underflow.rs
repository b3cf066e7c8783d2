//! How many images a density summed in plain numbers would lose, where log-sum-exp loses none.

use nalgebra::DMatrix;

use super::StudyError;
use crate::data::Images;
use crate::mixture::Mixture;

/// Images that are counted at most: factors of the final covariances are worth the count of as many.
const MOST: usize = 2000;
/// ln of the least positive number, 2^-1074, and of half of it, which rounds to 0.
const LEAST: f64 = -745.133_219_101_941_1;
/// ln of the greatest number.
const GREATEST: f64 = 709.782_712_893_384;

/// What sum_k pi_k N(x_s; mu_k, Sigma_k) is in doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlainSums {
    /// Images whose density is 0: a responsibility would be 0/0.
    pub zero: usize,
    /// Images whose density is infinite: a responsibility would be infinite over infinite.
    pub infinite: usize,
}

impl PlainSums {
    /// Counts among log-densities, in nats.
    pub fn of(log_density: &[f64]) -> Self {
        let count = |lost: fn(f64) -> bool| log_density.iter().filter(|&&nats| lost(nats)).count();
        Self { zero: count(|nats| nats < LEAST), infinite: count(|nats| nats > GREATEST) }
    }
}

/// Plain sums at the start of EM and at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Underflow {
    /// Images counted.
    pub images: usize,
    /// Under the mixture that EM started from.
    pub start: PlainSums,
    /// Under the fitted mixture.
    pub end: PlainSums,
}

impl Underflow {
    /// Counts among the first 2000 of the `images` at `indices`, none of which lacks a pixel. Cost: factors of the fitted covariances, and two E-steps.
    ///
    /// # Errors
    /// [`StudyError::Mixture`].
    pub(super) fn count(
        images: &Images,
        indices: &[usize],
        start: &Mixture,
        fitted: &Mixture,
    ) -> Result<Self, StudyError> {
        let images = images.matrix(indices.get(..MOST).unwrap_or(indices));
        Self::of(&images, start, fitted)
    }

    fn of(images: &DMatrix<f64>, start: &Mixture, fitted: &Mixture) -> Result<Self, StudyError> {
        let sums = |mixture: &Mixture| mixture.log_density(images).map(|nats| PlainSums::of(&nats));
        Ok(Self { images: images.ncols(), start: sums(start)?, end: sums(fitted)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_what_exp_loses() {
        let nats: [f64; 8] = [-1e4, -745.14, -745.13, -700.0, 0.0, 709.78, 709.79, 3e3];
        let zero = nats.iter().filter(|nats| nats.exp() == 0.0).count();
        let infinite = nats.iter().filter(|nats| nats.exp().is_infinite()).count();
        assert_eq!((zero, infinite), (2, 2));
        assert_eq!(PlainSums::of(&nats), PlainSums { zero, infinite });
    }

    #[test]
    fn the_identity_in_784_dimensions_underflows() {
        let images = DMatrix::from_fn(784, 9, |row, column| f64::from(u8::from((row + column) % 3 == 0)));
        let start = Mixture::standard_start(DMatrix::from_element(784, 2, 0.5)).unwrap();
        // -392 log(2 pi) - 784 / 8 = -818 nats.
        let found = Underflow::of(&images, &start, &start).unwrap();
        assert_eq!((found.images, found.start.zero, found.end.infinite), (9, 9, 0));
    }
}
