//! Parameters that were rounded on their way, as those of a mixture in single precision are.

use std::fmt;

use nalgebra::{DMatrix, DVector};

use super::covariance::{SYMMETRY_TOLERANCE, asymmetry};
use super::model::WEIGHT_SUM_TOLERANCE;
use super::{Covariance, Mixture, MixtureError};

/// The largest rounding that is repaired: some thousand times that of single precision.
const REPAIRABLE: f64 = 1e-4;

/// What was repaired of a mixture's parameters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Repair {
    /// The weights, which summed to this, were divided by it.
    Weights(f64),
    /// Covariances were averaged with their transposes, from which they differed by this much, relative to the geometric
    /// mean of the two variances.
    Symmetry(f64),
}

impl fmt::Display for Repair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weights(sum) => {
                write!(formatter, "weights sum to {sum} by rounding: they are divided by it")
            }
            Self::Symmetry(difference) => write!(
                formatter,
                "covariances are symmetric up to {difference:.1e} by rounding: they are averaged with their transposes"
            ),
        }
    }
}

impl Mixture {
    /// As [`Mixture::new`], after repairing what rounding alone explains: weights whose sum is 1 within
    /// 1e-4, and covariances that are symmetric within 1e-4. Parameters that are good stay as they are, to the bit.
    ///
    /// # Errors
    /// As [`Mixture::new`].
    pub fn repaired<C: Into<Covariance>>(
        mut weights: DVector<f64>,
        means: DMatrix<f64>,
        covariances: Vec<C>,
    ) -> Result<(Self, Vec<Repair>), MixtureError> {
        let mut covariances: Vec<Covariance> = covariances.into_iter().map(C::into).collect();
        let mut repairs = Vec::new();
        let sum = weights.sum();
        let is_rounded = |difference: f64, good: f64| difference > good && difference <= REPAIRABLE;
        if is_rounded((sum - 1.0).abs(), WEIGHT_SUM_TOLERANCE) {
            weights /= sum;
            repairs.push(Repair::Weights(sum));
        }
        let mut largest = 0.0_f64;
        Covariance::change_matrices(&mut covariances, |covariance| {
            let difference = if covariance.is_square() { asymmetry(covariance) } else { 0.0 };
            if is_rounded(difference, SYMMETRY_TOLERANCE) {
                largest = largest.max(difference);
                average_with_transpose(covariance);
            }
        });
        if largest > 0.0 {
            repairs.push(Repair::Symmetry(largest));
        }
        Ok((Self::new(weights, means, covariances)?, repairs))
    }
}

fn average_with_transpose(matrix: &mut DMatrix<f64>) {
    for j in 0..matrix.ncols() {
        for i in 0..j {
            let average = 0.5 * (matrix[(i, j)] + matrix[(j, i)]);
            (matrix[(i, j)], matrix[(j, i)]) = (average, average);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(weight: f64, entry: f64) -> Result<(Mixture, Vec<Repair>), MixtureError> {
        let covariance = DMatrix::from_row_slice(2, 2, &[1.0, 0.5, entry, 1.0]);
        Mixture::repaired(DVector::from_vec(vec![0.5, weight]), DMatrix::zeros(2, 2), vec![covariance; 2])
    }

    #[test]
    fn rounding_is_repaired_and_said_and_nothing_else_is() {
        let (mixture, repairs) = repaired(0.5 + 1e-6, 0.5 + 1e-7).unwrap();
        assert!((mixture.weights().sum() - 1.0).abs() < 1e-15);
        let matrix = mixture.covariances()[1].dense().into_owned();
        assert_eq!(matrix, matrix.transpose());
        assert!((matrix[(0, 1)] - 0.5 - 5e-8).abs() < 1e-15);
        assert!(matches!(repairs[..], [Repair::Weights(_), Repair::Symmetry(_)]), "{repairs:?}");
        let (good, repairs) = repaired(0.5 + 1e-9, 0.5).unwrap();
        assert_eq!((good.weights()[1], repairs), (0.5 + 1e-9, Vec::new()));
        assert!(repaired(0.51, 0.5).is_err() && repaired(0.5, 0.51).is_err());
    }
}
