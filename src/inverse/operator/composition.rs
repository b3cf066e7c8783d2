//! Operators one after the other: an image that is blurred, and of which a part is missing.

use nalgebra::DMatrix;

use super::{Linear, Operator, Sparse};
use crate::data::ImageShape;
use crate::inverse::InverseError;
use crate::mixture::Covariance;

/// A = A_n ... A_2 A_1: the first operator is applied first.
#[derive(Debug, Clone, PartialEq)]
pub struct Composition {
    first: Box<Operator>,
    then: Vec<Operator>,
}

impl Composition {
    /// `first`, and then the others in their order.
    ///
    /// # Errors
    /// [`InverseError::Size`] when one of them does not take what the one before gives.
    pub fn new(first: Operator, then: Vec<Operator>) -> Result<Self, InverseError> {
        let mut found = first.output();
        for operator in &then {
            if operator.shape().len() != found.len() {
                let expected = operator.shape().len();
                return Err(InverseError::Size {
                    what: "result of the operator before",
                    found: found.len(),
                    expected,
                });
            }
            found = operator.output();
        }
        Ok(Self { first: Box::new(first), then })
    }

    /// The operators, in the order in which they are applied.
    pub fn operators(&self) -> impl Iterator<Item = &Operator> {
        std::iter::once(&*self.first).chain(&self.then)
    }

    /// A Sigma, m x D: A_1 Sigma, and the others applied to its columns.
    pub(super) fn product(&self, covariance: &Covariance) -> DMatrix<f64> {
        self.then.iter().fold(self.first.product(covariance), |product, operator| operator.apply(&product))
    }
}

impl Linear for Composition {
    fn input(&self) -> ImageShape {
        self.first.shape()
    }

    fn output(&self) -> ImageShape {
        self.then.last().unwrap_or(&self.first).output()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let mut values = x.to_vec();
        for operator in self.operators() {
            let mut next = vec![0.0; operator.measurements()];
            operator.linear().apply(&values, &mut next);
            values = next;
        }
        y.copy_from_slice(&values);
    }

    fn adjoint(&self, y: &[f64], x: &mut [f64]) {
        let mut values = y.to_vec();
        for operator in self.then.iter().rev().chain(std::iter::once(&*self.first)) {
            let mut before = vec![0.0; operator.shape().len()];
            operator.linear().adjoint(&values, &mut before);
            values = before;
        }
        x.copy_from_slice(&values);
    }

    fn sparse(&self) -> Option<Sparse> {
        let first = self.first.sparse()?;
        self.then.iter().try_fold(first, |first, operator| Some(operator.sparse()?.after(&first)))
    }
}
