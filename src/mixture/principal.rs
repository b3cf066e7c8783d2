//! The principal axes of a component: along which images its pixels vary together, and how much.

use nalgebra::DMatrix;

use super::{CovarianceFamily, Mixture, MixtureError};
use crate::linalg::eigen::symmetric_eigen;

/// The leading part of Sigma_k = sum_i lambda_i u_i u_i^T; of a low-rank one, that of W_k W_k^T, the factors.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalAxes {
    /// lambda_i, falling: the variance along each axis.
    pub variances: Vec<f64>,
    /// u_i, D x N, of length 1 each, its entry of largest size positive.
    pub axes: DMatrix<f64>,
    /// tr(Sigma_k), the sum of all D eigenvalues of Sigma_k.
    pub total: f64,
}

impl Mixture {
    /// The `count` leading eigenvectors of covariance `component`, fewer when D is less. Cost: about 9 D^3 flops. Of a low-rank one,
    /// the directions of its R orthogonal factors, with the squares of their lengths: 2 D R^2 flops.
    ///
    /// # Errors
    /// [`MixtureError::Parameter`] for a component that does not exist, or whose covariance has no decomposition.
    pub fn principal_axes(&self, component: usize, count: usize) -> Result<PrincipalAxes, MixtureError> {
        let fault = |fault| MixtureError::Parameter { what: "covariance", component, fault };
        let covariance = self.covariances().get(component).ok_or(fault("there is no such component"))?;
        if covariance.family() == CovarianceFamily::LowRank
            && let Some((factors, _)) = covariance.turned().parts()
        {
            let count = count.min(factors.ncols());
            let mut axes = factors.columns(0, count).into_owned();
            let lengths: Vec<f64> = axes.column_iter().map(|column| column.norm()).collect();
            for (mut column, &length) in axes.column_iter_mut().zip(&lengths) {
                column /= if length > 0.0 { length } else { 1.0 };
            }
            let variances = lengths.iter().map(|length| length * length).collect();
            return Ok(PrincipalAxes { variances, axes, total: covariance.trace() });
        }
        let eigen = symmetric_eigen(&covariance.dense()).ok_or(fault("its eigenvalues were not found"))?;
        let count = count.min(self.dim());
        Ok(PrincipalAxes {
            variances: eigen.values.iter().take(count).copied().collect(),
            axes: eigen.vectors.columns(0, count).into_owned(),
            total: covariance.trace(),
        })
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;

    use super::*;
    use crate::mixture::Covariance;

    #[test]
    fn the_axes_of_a_covariance_made_from_them() {
        // Sigma = 4 u u^T + 2 v v^T + 0.5 I with u, v at right angles.
        let u = DVector::from_vec(vec![0.6, -0.8, 0.0]);
        let v = DVector::from_vec(vec![0.0, 0.0, 1.0]);
        let sigma = &u * u.transpose() * 4.0 + &v * v.transpose() * 2.0 + DMatrix::identity(3, 3) * 0.5;
        let mixture = Mixture::new(DVector::repeat(1, 1.0), DMatrix::zeros(3, 1), vec![sigma]).unwrap();
        let found = mixture.principal_axes(0, 2).unwrap();
        assert!((found.variances[0] - 4.5).abs() < 1e-14 && (found.variances[1] - 2.5).abs() < 1e-14);
        // The larger entry of u is negative: its mirror image is taken.
        assert!((found.axes.column(0) + &u).amax() < 1e-14);
        assert!((found.axes.column(1) - &v).amax() < 1e-14);
        assert!((found.total - 7.5).abs() < 1e-14);
        assert_eq!(mixture.principal_axes(0, 9).unwrap().axes.ncols(), 3);
        // Of a low-rank covariance, the factors alone.
        let factors = DMatrix::from_columns(&[&v * 2.0, -&u * 3.0]);
        let low = Covariance::low_rank(factors, DVector::repeat(3, 0.5));
        let low = Mixture::new(DVector::repeat(1, 1.0), DMatrix::zeros(3, 1), vec![low]).unwrap();
        let found = low.principal_axes(0, 9).unwrap();
        assert!((found.variances[0] - 9.0).abs() < 1e-13 && (found.variances[1] - 4.0).abs() < 1e-13);
        assert!((found.axes.column(0) + u).amax() < 1e-14 && (found.axes.column(1) - v).amax() < 1e-14);
        assert!((found.total - 14.5).abs() < 1e-13);
        let error = mixture.principal_axes(1, 2).unwrap_err();
        assert_eq!(error.to_string(), "covariance of component 2: there is no such component");
    }
}
