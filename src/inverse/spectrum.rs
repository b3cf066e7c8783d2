//! Eigendecompositions of a mixture's covariances: one serves every strength of noise.

use std::sync::Arc;

use rayon::prelude::*;

use super::InverseError;
use crate::linalg::eigen::{SymmetricEigen, symmetric_eigen};
use crate::mixture::Mixture;

/// Sigma_k = U_k diag(lambda_k) U_k^T of every component.
#[derive(Debug, Clone)]
pub struct Spectra(Vec<Arc<SymmetricEigen>>);

impl Spectra {
    /// Decomposes every covariance. Cost: about K 9 D^3 flops, components in parallel.
    ///
    /// # Errors
    /// [`InverseError::Eigen`].
    pub fn new(mixture: &Mixture) -> Result<Self, InverseError> {
        let each: Vec<_> =
            mixture.covariances().par_iter().map(|sigma| symmetric_eigen(&sigma.dense())).collect();
        let found = |(component, eigen): (usize, Option<SymmetricEigen>)| {
            eigen.map(Arc::new).ok_or(InverseError::Eigen { component })
        };
        Ok(Self(each.into_iter().enumerate().map(found).collect::<Result<_, _>>()?))
    }

    /// lambda_k, falling, and U_k of every component.
    pub fn each(&self) -> &[Arc<SymmetricEigen>] {
        &self.0
    }

    /// Whether they have the sizes of `mixture`.
    pub(super) fn fit(&self, mixture: &Mixture) -> bool {
        self.0.len() == mixture.components() && self.0.iter().all(|eigen| eigen.values.len() == mixture.dim())
    }
}
