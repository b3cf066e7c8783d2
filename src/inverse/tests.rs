//! The posterior against the textbook formulas, golden values and its own laws.

mod baseline;
mod calibration;
mod definite;
mod drawer;
mod families;
mod golden;
mod limits;
mod operators;
mod posterior;
mod reference;
mod restoration;

use super::{Conditioner, InverseError, Mask};
use crate::mixture::Mixture;

/// The conditioner of a mask.
fn given<'m>(mixture: &'m Mixture, mask: &Mask) -> Result<Conditioner<'m>, InverseError> {
    Conditioner::new(mixture, &mask.clone().into())
}
