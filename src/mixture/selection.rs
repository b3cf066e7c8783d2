//! Free parameters and information criteria: which mixture to choose among several fitted to the same images.
//!
//! Both criteria weigh the likelihood of the training images against the number p of free parameters, and are derived for
//! far more images than parameters; where p exceeds S, the NLL of held-out images is the better guide.

use super::CovarianceFamily;

/// Numbers of free parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeParameters {
    /// K - 1, as the weights sum to one.
    pub weights: usize,
    /// K D.
    pub means: usize,
    /// [`CovarianceFamily::free_parameters`]: K D (D + 1) / 2 of full ones, as they are symmetric.
    pub covariances: usize,
}

impl FreeParameters {
    /// Of `components` full covariances in `dim` dimensions, with their means and weights.
    pub fn full(components: usize, dim: usize) -> Self {
        Self::of(CovarianceFamily::Full, components, dim, 0)
    }

    /// Of `components` covariances of a family in `dim` dimensions, `rank` being that of low-rank ones, with their means and
    /// weights.
    pub fn of(family: CovarianceFamily, components: usize, dim: usize, rank: usize) -> Self {
        Self {
            weights: components.saturating_sub(1),
            means: components.saturating_mul(dim),
            covariances: family.free_parameters(components, dim, rank),
        }
    }

    /// p, all of them.
    pub fn total(self) -> usize {
        self.weights.saturating_add(self.means).saturating_add(self.covariances)
    }
}

/// Schwarz's Bayesian information criterion, 2 S NLL + p log S; less is better.
///
/// `nll` is the mean negative log-likelihood per image in nats, so that S NLL is minus the log-likelihood;
/// p is [`FreeParameters::total`], and S the weight of all images, their number where each counts once. The same as scikit-learn's `bic`.
///
/// G. Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978), 461-464.
pub fn bic(nll: f64, free_parameters: usize, samples: f64) -> f64 {
    2.0 * samples * nll + free_parameters as f64 * samples.ln()
}

/// Akaike's information criterion, 2 S NLL + 2 p; less is better. Arguments as for [`bic`].
///
/// The same as scikit-learn's `aic`.
///
/// H. Akaike, "A new look at the statistical model identification", IEEE Transactions on Automatic Control
/// 19 (1974), 716-723.
pub fn aic(nll: f64, free_parameters: usize, samples: f64) -> f64 {
    2.0 * samples * nll + 2.0 * free_parameters as f64
}
