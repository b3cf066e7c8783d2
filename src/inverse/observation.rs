//! What is known of an image: the values that a linear operator makes of it, with noise.
//!
//! A further operator is a variant of [`Operator`], with its shape here and its posterior in `conditioner`.

use std::hash::{Hash, Hasher};

use super::{InverseError, Mask};
use crate::data::ImageShape;

/// y = A x + n: A the `operator`, n normal with mean 0 and standard deviation `noise` for each value.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    operator: Operator,
    noise: f64,
}

/// A, of m rows and D columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The observed pixels of a mask, in ascending order of their indices: a row of A has a single 1.
    Mask(Mask),
}

impl Operator {
    /// Height and width of the images that it is applied to.
    pub fn shape(&self) -> ImageShape {
        match self {
            Self::Mask(mask) => mask.shape(),
        }
    }

    /// m, the number of values that are observed.
    pub fn measurements(&self) -> usize {
        match self {
            Self::Mask(mask) => mask.observed().len(),
        }
    }
}

impl Observation {
    /// What `operator` makes of an image, with noise.
    ///
    /// # Errors
    /// [`InverseError::Noise`] for a standard deviation that is negative or not finite, and for one above 0 with a mask,
    /// whose pixels are taken as they are.
    pub fn new(operator: Operator, noise: f64) -> Result<Self, InverseError> {
        match operator {
            Operator::Mask(_) if noise != 0.0 => Err(InverseError::Noise(noise)),
            operator => Ok(Self { operator, noise }),
        }
    }

    /// A.
    pub fn operator(&self) -> &Operator {
        &self.operator
    }

    /// The standard deviation of n.
    pub fn noise(&self) -> f64 {
        self.noise
    }

    /// Height and width of the image.
    pub fn shape(&self) -> ImageShape {
        self.operator.shape()
    }

    /// The mask, where the operator is one.
    pub fn mask(&self) -> Option<&Mask> {
        match &self.operator {
            Operator::Mask(mask) => Some(mask),
        }
    }
}

impl From<Mask> for Observation {
    /// The observed pixels of a mask, without noise.
    fn from(mask: Mask) -> Self {
        Self { operator: Operator::Mask(mask), noise: 0.0 }
    }
}

/// The noise is a number, and so equal to itself.
impl Eq for Observation {}

impl Hash for Observation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.operator.hash(state);
        // Adding 0 turns -0 into 0: equal values must have equal hashes.
        (self.noise + 0.0).to_bits().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_observes_its_pixels_exactly() {
        let shape = ImageShape::new(2, 3);
        let mask = Mask::from_fn(shape, |row, _| row == 0);
        let observation = Observation::from(mask.clone());
        assert_eq!((observation.shape(), observation.operator().measurements()), (shape, 3));
        assert_eq!((observation.noise(), observation.mask()), (0.0, Some(&mask)));
        assert_eq!(Observation::new(Operator::Mask(mask.clone()), 0.0).unwrap(), observation);
        for noise in [0.1, -1.0, f64::NAN, f64::INFINITY] {
            let refused = Observation::new(Operator::Mask(mask.clone()), noise).unwrap_err();
            assert!(matches!(refused, InverseError::Noise(found) if found.to_bits() == noise.to_bits()));
        }
    }
}
