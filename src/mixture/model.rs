//! The parameters of a Gaussian mixture, checked once.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::covariance::NOT_FINITE;
use super::{Covariance, CovarianceFactor, CovarianceFamily, FreeParameters, MixtureError};

/// How far the weights' sum may be from 1.
pub(super) const WEIGHT_SUM_TOLERANCE: f64 = 1e-8;

/// p(x) = sum_k pi_k N(x; mu_k, Sigma_k), with K components in D dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    weights: DVector<f64>,
    means: DMatrix<f64>,
    covariances: Vec<Covariance>,
}

impl Mixture {
    /// A mixture from weights (K, non-negative, sum 1 within 1e-8), means (D x K) and covariances
    /// (K of D x D and of one family, symmetric, with positive diagonal; matrices are full covariances).
    ///
    /// Positive definiteness costs a factorisation and is checked by [`Mixture::factors`], which
    /// every use goes through.
    ///
    /// # Errors
    /// [`MixtureError::Shape`] and [`MixtureError::Parameter`].
    pub fn new<C: Into<Covariance>>(
        weights: DVector<f64>,
        means: DMatrix<f64>,
        covariances: Vec<C>,
    ) -> Result<Self, MixtureError> {
        let covariances: Vec<Covariance> = covariances.into_iter().map(C::into).collect();
        let (dim, components) = means.shape();
        check_means(&means)?;
        if weights.len() != components {
            return Err(shape("weights", &[weights.len()], format!("{components}")));
        }
        if covariances.len() != components {
            return Err(shape("covariances", &[covariances.len()], format!("{components} matrices")));
        }
        for (component, covariance) in covariances.iter().enumerate() {
            let (rows, columns) = covariance.shape();
            if (rows, columns) != (dim, dim) {
                return Err(shape("covariances", &[rows, columns], format!("{dim} x {dim}")));
            }
            let fault = |what, fault| Err(MixtureError::Parameter { what, component, fault });
            if !(weights[component].is_finite() && weights[component] >= 0.0) {
                return fault("weight", "it is negative or not finite");
            }
            if let Some(what) = covariance.mismatch(&covariances[0]) {
                return fault("covariance", what);
            }
            // Tied covariances are one.
            let is_known = component > 0 && covariance.family() == CovarianceFamily::Tied;
            if let Some(what) = covariance.fault().filter(|_| !is_known) {
                return fault("covariance", what);
            }
        }
        if (weights.sum() - 1.0).abs() > WEIGHT_SUM_TOLERANCE {
            return Err(MixtureError::WeightSum(weights.sum()));
        }
        Ok(Self { weights, means, covariances })
    }

    /// The start of EM (Algorithm 1): weights 1/K, the given means (D x K), identity covariances.
    ///
    /// # Errors
    /// As [`Mixture::new`].
    pub fn standard_start(means: DMatrix<f64>) -> Result<Self, MixtureError> {
        let (dim, components) = means.shape();
        check_means(&means)?;
        let weights = DVector::from_element(components, 1.0 / components as f64);
        // The identity needs no check, and at D = 784 a check takes longer than making it. In parallel, as most of the
        // time goes into touching new memory.
        let identity = |_| Covariance::from(DMatrix::identity(dim, dim));
        let covariances = (0..components).into_par_iter().map(identity).collect();
        Ok(Self { weights, means, covariances })
    }

    /// The start of EM for covariances of a family: as [`Mixture::standard_start`], with identities of that family. `rank` is
    /// R of low-rank ones, from 1 to D; their W is 0 then, and EM begins with principal axes.
    ///
    /// # Errors
    /// As [`Mixture::new`]; [`MixtureError::Setting`] for a rank out of its range.
    pub fn start(means: DMatrix<f64>, family: CovarianceFamily, rank: usize) -> Result<Self, MixtureError> {
        let (dim, components) = means.shape();
        let covariances = match family {
            CovarianceFamily::Full => return Self::standard_start(means),
            CovarianceFamily::Tied => Covariance::tied(DMatrix::identity(dim, dim), components),
            CovarianceFamily::Diagonal => {
                vec![Covariance::from_variances(DVector::repeat(dim, 1.0)); components]
            }
            CovarianceFamily::Spherical => vec![Covariance::spherical(1.0, dim); components],
            CovarianceFamily::LowRank => {
                if rank == 0 || rank > dim {
                    let hint = "choose at least 1 and at most the number of pixels";
                    return Err(MixtureError::Setting { what: "rank", value: rank as f64, hint });
                }
                let one = Covariance::low_rank(DMatrix::zeros(dim, rank), DVector::repeat(dim, 1.0));
                vec![one; components]
            }
        };
        check_means(&means)?;
        let weights = DVector::from_element(components, 1.0 / components as f64);
        Ok(Self { weights, means, covariances })
    }

    /// The same mixture with full covariances, exactly.
    pub fn to_full(&self) -> Self {
        let full = |covariance: &Covariance| Covariance::from(covariance.dense().into_owned());
        let covariances = self.covariances.iter().map(full).collect();
        Self { weights: self.weights.clone(), means: self.means.clone(), covariances }
    }

    /// Parameters that are right by construction: EM's own.
    pub(super) fn from_estimates(
        weights: DVector<f64>,
        means: DMatrix<f64>,
        covariances: Vec<Covariance>,
    ) -> Self {
        Self { weights, means, covariances }
    }

    /// The same mixture with covariances made of these, by component; tied ones by the first.
    pub(super) fn with_covariances(&self, change: impl Fn(usize, &Covariance) -> Covariance) -> Self {
        let covariances = match self.family() {
            CovarianceFamily::Tied => vec![change(0, &self.covariances[0]); self.components()],
            _ => self.covariances.iter().enumerate().map(|(k, covariance)| change(k, covariance)).collect(),
        };
        Self::from_estimates(self.weights.clone(), self.means.clone(), covariances)
    }

    /// Refuses parameters that are not finite: what leaves EM is held against this once.
    pub(super) fn check_finite(&self) -> Result<(), MixtureError> {
        check_means(&self.means)?;
        for (component, covariance) in self.covariances.iter().enumerate() {
            let fault = |what| Err(MixtureError::Parameter { what, component, fault: NOT_FINITE });
            if !self.weights[component].is_finite() {
                return fault("weight");
            }
            if !covariance.is_finite() {
                return fault("covariance");
            }
        }
        Ok(())
    }

    /// pi, mu and Sigma, without a copy.
    pub(super) fn into_parts(self) -> (DVector<f64>, DMatrix<f64>, Vec<Covariance>) {
        (self.weights, self.means, self.covariances)
    }

    /// K.
    pub fn components(&self) -> usize {
        self.weights.len()
    }

    /// D.
    pub fn dim(&self) -> usize {
        self.means.nrows()
    }

    /// pi, K weights that sum to 1.
    pub fn weights(&self) -> &DVector<f64> {
        &self.weights
    }

    /// mu, D x K.
    pub fn means(&self) -> &DMatrix<f64> {
        &self.means
    }

    /// The diagonals of the covariances, D x K. Cost: K D; with R factors R times that.
    pub fn variances(&self) -> DMatrix<f64> {
        let mut variances = DMatrix::zeros(self.dim(), self.components());
        for (mut column, covariance) in variances.column_iter_mut().zip(self.covariances()) {
            column.copy_from(&covariance.diagonal());
        }
        variances
    }

    /// Sigma, K covariances of D x D.
    pub fn covariances(&self) -> &[Covariance] {
        &self.covariances
    }

    /// The factors of the covariances. Cost: K D^3 / 3 flops, in parallel; D^3 / 3 of tied ones, K D R^2 of low-rank ones.
    ///
    /// # Errors
    /// [`MixtureError::NotPositiveDefinite`] with the component and the pivot.
    pub fn factors(&self) -> Result<Vec<CovarianceFactor>, MixtureError> {
        let factor = |(component, covariance): (usize, &Covariance)| {
            covariance.factor().map_err(|fault| MixtureError::NotPositiveDefinite {
                component,
                iteration: 0,
                pivot: fault.pivot,
            })
        };
        if self.family() == CovarianceFamily::Tied {
            return Ok(vec![factor((0, &self.covariances[0]))?; self.components()]);
        }
        self.covariances.par_iter().enumerate().map(factor).collect()
    }

    /// The family of the covariances.
    pub fn family(&self) -> CovarianceFamily {
        self.covariances[0].family()
    }

    /// R of low-rank covariances, else 0.
    pub fn rank(&self) -> usize {
        self.covariances[0].rank()
    }

    /// How many parameters are free.
    pub fn free_parameters(&self) -> FreeParameters {
        FreeParameters::of(self.family(), self.components(), self.dim(), self.rank())
    }

    /// The order of the components by falling weight (ties: lower index first).
    pub fn order_by_weight(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.components()).collect();
        order.sort_by(|&a, &b| self.weights[b].total_cmp(&self.weights[a]));
        order
    }

    /// The same mixture with its components in the given order, a permutation of 0..K.
    ///
    /// Covariances are moved, not copied.
    pub fn reordered(self, order: &[usize]) -> Self {
        let Self { weights, means, covariances } = self;
        let mut covariances: Vec<_> = covariances.into_iter().map(Some).collect();
        Self {
            weights: DVector::from_iterator(order.len(), order.iter().map(|&k| weights[k])),
            means: means.select_columns(order),
            covariances: order.iter().filter_map(|&k| covariances.get_mut(k)?.take()).collect(),
        }
    }
}

/// At least one mean of at least one pixel, and every value finite.
fn check_means(means: &DMatrix<f64>) -> Result<(), MixtureError> {
    let (dim, components) = means.shape();
    if dim == 0 || components == 0 {
        return Err(shape("means", &[dim, components], "at least 1 x 1".into()));
    }
    match means.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(MixtureError::Parameter { what: "mean", component: at / dim, fault: NOT_FINITE }),
        None => Ok(()),
    }
}

fn shape(what: &'static str, found: &[usize], expected: String) -> MixtureError {
    let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ");
    MixtureError::Shape { what, found, expected }
}
