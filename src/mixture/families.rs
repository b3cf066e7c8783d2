//! EM of the families other than full: tied, diagonal, spherical, low rank.
//!
//! An iteration is one pass over tiles of images, which takes responsibilities and the sums of the M-step together; nothing
//! is kept of a pair (image, component), and no matrix is D x D but the one of tied covariances.

mod axes;
mod maximise;
mod sums;
mod tile;

use std::borrow::Cow;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use self::maximise::TotalScatter;
use self::sums::{Basis, Sums, TileSums};
use super::covariance::{LowRank, NOT_FINITE};
use super::em_fit::EmSettings;
use super::em_steps::Steps;
use super::taper::TaperTable;
use super::training_set::is_complete;
use super::{Covariance, CovarianceFamily, Mixture, MixtureError, check};

pub(super) use self::tile::{Densities, Prepared};

/// The state of a run.
pub(super) struct FamilyRun<'a> {
    images: Cow<'a, DMatrix<f64>>,
    /// How often each image counts, where not all do once.
    image_weights: Option<Vec<f64>>,
    held_out: Option<&'a DMatrix<f64>>,
    mixture: Mixture,
    prepared: Prepared,
    bases: Vec<Basis>,
    /// The components whose W is 0, and which begin with principal axes.
    at_zero: Vec<bool>,
    /// What the last E-step saw of each component.
    sums: TileSums,
    /// Of tied covariances where no pixel is missing.
    total: Option<TotalScatter>,
    is_complete: bool,
    densities: Densities,
    held_out_densities: Densities,
}

impl<'a> FamilyRun<'a> {
    pub fn new(
        images: Cow<'a, DMatrix<f64>>,
        image_weights: Option<Vec<f64>>,
        held_out: Option<&'a DMatrix<f64>>,
        start: Mixture,
    ) -> Result<Self, MixtureError> {
        let at_zero = start.covariances().iter().map(is_zero).collect();
        let is_complete = is_complete(&images);
        let bases =
            (0..start.components()).map(|k| basis(&start, k, 0, is_complete)).collect::<Result<_, _>>()?;
        let is_tied = start.family() == CovarianceFamily::Tied;
        Ok(Self {
            is_complete,
            total: (is_tied && is_complete).then(|| TotalScatter::new(&images, image_weights.as_deref())),
            images,
            image_weights,
            held_out,
            prepared: Prepared::new(&start)?,
            bases,
            at_zero,
            mixture: start,
            sums: TileSums::default(),
            densities: Densities::default(),
            held_out_densities: Densities::default(),
        })
    }

    /// The component's mean and covariance, the ridge included but not shrunk, from its sums.
    fn estimate(
        &self,
        k: usize,
        sums: &Sums,
        settings: &EmSettings,
    ) -> Result<(DVector<f64>, Option<Covariance>), MixtureError> {
        let basis = &self.bases[k];
        let mean = maximise::mean(basis, sums);
        let ridge = settings.ridge;
        // Turned at once, not at the end: a run that goes on from the result has the same factors.
        let with_ridge =
            |parts: LowRank| Covariance::low_rank(parts.factors, parts.noise.add_scalar(ridge)).turned();
        Ok(match self.mixture.family() {
            CovarianceFamily::Full | CovarianceFamily::Tied => (mean, None),
            CovarianceFamily::Diagonal => {
                (mean, Some(Covariance::from_variances(maximise::variances(basis, sums).add_scalar(ridge))))
            }
            CovarianceFamily::Spherical => {
                let variance = maximise::variances(basis, sums).mean() + ridge;
                (mean, Some(Covariance::spherical(variance, self.mixture.dim())))
            }
            CovarianceFamily::LowRank if self.at_zero[k] => {
                let trace = maximise::variances(basis, sums).sum();
                let rank = self.mixture.rank();
                let start = axes::principal_start(&self.images, &sums.members, &mean, basis, rank, trace);
                (mean, Some(with_ridge(start)))
            }
            CovarianceFamily::LowRank => {
                let found =
                    sums.factors.as_ref().and_then(|factors| maximise::analyser(basis, sums, factors));
                let fault = MixtureError::Parameter { what: "covariance", component: k, fault: NOT_FINITE };
                let (mean, parts) = found.ok_or(fault)?;
                (mean, Some(with_ridge(parts)))
            }
        })
    }
}

impl Steps for FamilyRun<'_> {
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>) {
        let held_out = self.held_out.filter(|_| scored);
        if let Some(held_out) = held_out {
            self.prepared.run(held_out, &mut self.held_out_densities, &|_| (), &|(), ()| ());
        }
        let Self { images, image_weights, prepared, bases, at_zero, sums, densities, is_complete, .. } = self;
        let image_weights = image_weights.as_deref();
        if is_last {
            prepared.run(images, densities, &|_| (), &|(), ()| ());
        } else {
            *sums = prepared.run(
                images,
                densities,
                &|tile| match is_complete {
                    true => TileSums { each: Sums::of(tile, image_weights, bases, at_zero), scatter: None },
                    false => prepared.sums_of_observed(tile, image_weights, bases, at_zero),
                },
                &TileSums::merge,
            );
        }
        (densities.nll(image_weights), held_out.map(|_| self.held_out_densities.nll(None)))
    }

    /// A component that no image belongs to gets weight 0, and keeps its mean and covariance.
    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError> {
        let TileSums { each: sums, scatter } = std::mem::take(&mut self.sums);
        let estimates: Vec<_> = (0..self.mixture.components())
            .into_par_iter()
            .map(|k| sums[k].as_ref().map(|sums| self.estimate(k, sums, settings)).transpose())
            .collect();
        let counts: Vec<f64> = sums.iter().map(|sums| sums.as_ref().map_or(0.0, |sums| sums.count)).collect();
        let tied = scatter.map(|scatter| maximise::tied(scatter, &sums, settings));
        drop(sums);
        let mut means = self.mixture.means().clone();
        let mut covariances = self.mixture.covariances().to_vec();
        for (k, estimate) in estimates.into_iter().enumerate() {
            let Some((mean, covariance)) = estimate? else { continue };
            means.set_column(k, &mean);
            if let Some(covariance) = covariance {
                self.at_zero[k] = is_zero(&covariance);
                covariances[k] = covariance;
            }
        }
        let of_complete = || {
            let total = self.total.as_ref()?;
            Some(total.covariance(&means, &counts, settings))
        };
        if let Some(matrix) = tied.or_else(of_complete) {
            covariances = Covariance::tied(matrix, counts.len());
        }
        // By falling size: the sum does not depend on the order of the components.
        let mut ordered = counts.clone();
        ordered.sort_unstable_by(|a, b| b.total_cmp(a));
        let all: f64 = ordered.iter().sum();
        let weights = DVector::from_iterator(counts.len(), counts.iter().map(|count| count / all));
        let mixture = Mixture::from_estimates(weights, means, covariances);
        for k in (0..counts.len()).filter(|&k| counts[k] > 0.0) {
            self.bases[k] = basis(&mixture, k, iteration, self.is_complete)?;
        }
        self.mixture = if mixture.family() == CovarianceFamily::LowRank && settings.shrinkage > 0.0 {
            let old = self.mixture.covariances();
            mixture.with_covariances(|k, covariance| match counts[k] {
                count if count > 0.0 => {
                    covariance.shrunk(count / (count + settings.shrinkage), &TaperTable::default())
                }
                _ => old[k].clone(),
            })
        } else {
            mixture
        };
        self.prepared = Prepared::new(&self.mixture).map_err(|error| at(error, iteration))?;
        Ok(true)
    }

    fn weights(&self) -> &DVector<f64> {
        self.mixture.weights()
    }

    fn means(&self) -> DMatrix<f64> {
        self.mixture.means().clone()
    }

    fn variances(&self) -> DMatrix<f64> {
        self.mixture.variances()
    }

    fn averages(&self, most: usize) -> DMatrix<f32> {
        self.mixture.covariance_averages(most)
    }

    fn check_densities(&self) -> Result<(), MixtureError> {
        check::densities(&self.densities.log_density, self.image_weights.as_deref())
    }

    fn finish(self) -> (Mixture, Vec<usize>, Vec<f64>) {
        (self.mixture, self.densities.assignments, self.held_out_densities.log_density)
    }
}

/// Whether it is of low rank, and its W is 0.
fn is_zero(covariance: &Covariance) -> bool {
    covariance.family() == CovarianceFamily::LowRank
        && covariance.parts().is_some_and(|(factors, _)| factors.iter().all(|&value| value == 0.0))
}

/// What the next sums of component `k` are about. Where pixels are missing, the noise is needed in every family that has one.
fn basis(mixture: &Mixture, k: usize, iteration: usize, is_complete: bool) -> Result<Basis, MixtureError> {
    let (mean, covariance) = (mixture.means().column(k).into_owned(), &mixture.covariances()[k]);
    let family = mixture.family();
    if family == CovarianceFamily::Tied || is_complete && family != CovarianceFamily::LowRank {
        let precisions = DVector::repeat(mean.len(), 1.0);
        return Ok(Basis { mean, precisions, analyser: None });
    }
    let fault = |pivot| MixtureError::NotPositiveDefinite { component: k, iteration, pivot };
    let factor = covariance.factor().map_err(|fault_at| fault(fault_at.pivot))?;
    let analyser = factor.triangle().err().cloned();
    let precisions = analyser
        .as_ref()
        .map_or_else(|| DVector::repeat(mean.len(), 1.0), |analyser| analyser.deviations().map(f64::recip));
    Ok(Basis { mean, precisions, analyser })
}

/// The same error, at this iteration.
fn at(error: MixtureError, iteration: usize) -> MixtureError {
    match error {
        MixtureError::NotPositiveDefinite { component, pivot, .. } => {
            MixtureError::NotPositiveDefinite { component, iteration, pivot }
        }
        error => error,
    }
}
