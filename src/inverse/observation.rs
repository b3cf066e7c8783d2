//! What is known of an image: the values that a linear operator makes of it, with noise.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;

use super::{InverseError, Mask, Operator};
use crate::data::ImageShape;

/// y = A x + n: A the `operator`, n normal with mean 0 and the standard deviation `noise`, independent from value to value.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    operator: Operator,
    noise: Noise,
}

/// sigma_n, the standard deviation of n.
#[derive(Debug, Clone, PartialEq)]
pub enum Noise {
    /// Equal for every value.
    Equal(f64),
    /// One for each value, m.
    Each(Arc<[f64]>),
}

impl Noise {
    /// That of value `measurement`; 0 past the end.
    pub fn of(&self, measurement: usize) -> f64 {
        match self {
            Self::Equal(deviation) => *deviation,
            Self::Each(deviations) => deviations.get(measurement).copied().unwrap_or(0.0),
        }
    }

    /// Whether there is none.
    pub fn is_zero(&self) -> bool {
        self.values().iter().all(|&deviation| deviation == 0.0)
    }

    fn values(&self) -> &[f64] {
        match self {
            Self::Equal(deviation) => std::slice::from_ref(deviation),
            Self::Each(deviations) => deviations,
        }
    }
}

impl Observation {
    /// What `operator` makes of an image, with noise of the same standard deviation for every value.
    ///
    /// # Errors
    /// [`InverseError::Noise`] for a standard deviation that is negative or not finite.
    pub fn new(operator: Operator, noise: f64) -> Result<Self, InverseError> {
        Self::checked(operator, Noise::Equal(noise))
    }

    /// What `operator` makes of an image, with noise of one standard deviation for each value (m).
    ///
    /// # Errors
    /// As [`Observation::new`], and [`InverseError::Length`].
    pub fn with_noises(operator: Operator, noises: Vec<f64>) -> Result<Self, InverseError> {
        if noises.len() != operator.measurements() {
            let expected = operator.measurements();
            return Err(InverseError::Length { what: "noise", found: noises.len(), expected });
        }
        Self::checked(operator, Noise::Each(noises.into()))
    }

    fn checked(operator: Operator, noise: Noise) -> Result<Self, InverseError> {
        match noise.values().iter().find(|&&value| !(value >= 0.0 && value.is_finite())) {
            Some(&value) => Err(InverseError::Noise(value)),
            None => Ok(Self { operator, noise }),
        }
    }

    /// A.
    pub fn operator(&self) -> &Operator {
        &self.operator
    }

    /// The standard deviation of n.
    pub fn noise(&self) -> &Noise {
        &self.noise
    }

    /// Height and width of the image.
    pub fn shape(&self) -> ImageShape {
        self.operator.shape()
    }

    /// m, the number of values that are observed.
    pub fn measurements(&self) -> usize {
        self.operator.measurements()
    }

    /// The mask, where the operator is one.
    pub fn mask(&self) -> Option<&Mask> {
        match &self.operator {
            Operator::Mask(mask) => Some(mask),
            _ => None,
        }
    }

    /// A x of `image` (D values), without noise; pixels that a mask leaves out may be NaN. `index` is the image's number in an error.
    ///
    /// # Errors
    /// [`InverseError::Size`], [`InverseError::NonFinitePixel`].
    pub fn measure(&self, image: &[f64], index: usize) -> Result<Vec<f64>, InverseError> {
        if let Some(mask) = self.mask() {
            return mask.read(image, index);
        }
        let expected = self.shape().len();
        if image.len() != expected {
            return Err(InverseError::Size { what: "image", found: image.len(), expected });
        }
        match image.iter().position(|pixel| !pixel.is_finite()) {
            Some(pixel) => Err(InverseError::NonFinitePixel { image: index, pixel }),
            None => {
                let image = DMatrix::from_column_slice(expected, 1, image);
                Ok(self.operator.apply(&image).as_slice().to_vec())
            }
        }
    }

    /// A x + n of `image`, drawn; as [`Observation::measure`] where there is no noise.
    ///
    /// # Errors
    /// As [`Observation::measure`].
    pub fn simulate<R: Rng>(
        &self,
        image: &[f64],
        index: usize,
        rng: &mut R,
    ) -> Result<Vec<f64>, InverseError> {
        let mut measurements = self.measure(image, index)?;
        if !self.noise.is_zero() {
            for (measurement, value) in measurements.iter_mut().enumerate() {
                *value += self.noise.of(measurement) * rng.sample::<f64, _>(StandardNormal);
            }
        }
        Ok(measurements)
    }

    /// The pixels that are known without error: those of a mask without noise, all of the identity without noise.
    pub(super) fn known(&self) -> Mask {
        let shape = self.shape();
        match &self.operator {
            Operator::Mask(mask) if self.noise.is_zero() => mask.clone(),
            Operator::Identity(_) if self.noise.is_zero() => Mask::from_fn(shape, |_, _| true),
            _ => Mask::from_fn(shape, |_, _| false),
        }
    }
}

impl From<Mask> for Observation {
    /// The observed pixels of a mask, without noise.
    fn from(mask: Mask) -> Self {
        Self { operator: Operator::Mask(mask), noise: Noise::Equal(0.0) }
    }
}

/// The noise is a number, and so equal to itself.
impl Eq for Observation {}

impl Hash for Observation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operator.hash(state);
        for noise in self.noise.values() {
            // Adding 0 turns -0 into 0: equal values must have equal hashes.
            (noise + 0.0).to_bits().hash(state);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_mask_observes_its_pixels_exactly() {
        let shape = ImageShape::new(2, 3);
        let mask = Mask::from_fn(shape, |row, _| row == 0);
        let observation = Observation::from(mask.clone());
        assert_eq!((observation.shape(), observation.measurements()), (shape, 3));
        assert_eq!((observation.noise(), observation.mask()), (&Noise::Equal(0.0), Some(&mask)));
        assert_eq!(Observation::new(Operator::Mask(mask.clone()), 0.0).unwrap(), observation);
        assert_eq!(observation.known(), mask);
        let noisy = Observation::new(Operator::Mask(mask.clone()), 0.1).unwrap();
        assert_eq!((noisy.mask(), noisy.known().observed().len()), (Some(&mask), 0));
        for noise in [-1.0, f64::NAN, f64::INFINITY] {
            let refused = Observation::new(Operator::Mask(mask.clone()), noise).unwrap_err();
            assert!(matches!(refused, InverseError::Noise(found) if found.to_bits() == noise.to_bits()));
        }
        let refused = Observation::with_noises(Operator::Mask(mask), vec![0.1; 2]).unwrap_err();
        assert_eq!(refused, InverseError::Length { what: "noise", found: 2, expected: 3 });
    }

    #[test]
    fn measurements_are_simulated_with_their_noise() {
        let shape = ImageShape::new(1, 4);
        let noises = vec![0.0, 0.1, 1.0, 10.0];
        let observation = Observation::with_noises(Operator::Identity(shape), noises.clone()).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let count = 4000;
        let mut squares = [0.0; 4];
        for _ in 0..count {
            for (square, value) in
                squares.iter_mut().zip(observation.simulate(&[0.5; 4], 0, &mut rng).unwrap())
            {
                *square += (value - 0.5).powi(2) / f64::from(count);
            }
        }
        assert_eq!(squares[0], 0.0);
        for (square, noise) in squares.iter().zip(noises).skip(1) {
            // The standard error of a variance is sqrt(2 / n) of it.
            assert!((square / noise.powi(2) - 1.0).abs() < 5.0 * (2.0 / f64::from(count)).sqrt(), "{square}");
        }
        let error = observation.measure(&[0.0, f64::NAN, 0.0, 0.0], 3).unwrap_err();
        assert_eq!(error, InverseError::NonFinitePixel { image: 3, pixel: 1 });
        let error = observation.measure(&[0.0], 0).unwrap_err();
        assert_eq!(error, InverseError::Size { what: "image", found: 1, expected: 4 });
    }
}
