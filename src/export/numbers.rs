//! Every number that figures and report show, but for wall-clock times: equal settings and seed give equal numbers.
//!
//! Worked out once an export, from an [`Outcome`]; metrics.json and report.json are these with a little around them.
//! In JSON, numbers that are not finite are `null`.

mod findings;
mod fit;
mod identities;
mod inpainting;
mod sweep;
mod symmetry;

use serde::Serialize;

pub use findings::Findings;
pub use fit::{Data, Em, KMeans, Mixture, Samples};
pub use identities::Identities;
pub use inpainting::Inpainting;
pub use sweep::{Sweep, Sweeps};

use crate::density::{self, Check, Pair, Pieces, PointMass};
use crate::study::{Outcome, Restorations, Settings, StartMeans, Status};

/// What was measured. A part is `null` while the study has not come to it.
#[derive(Debug, Serialize)]
pub struct Numbers<'a> {
    /// Whether every stage was done.
    pub finished: bool,
    /// Whether the study was stopped on request.
    pub cancelled: bool,
    /// What stopped the study, when it was an error.
    pub failure: Option<&'a str>,
    /// What EM started from.
    pub start: Start,
    /// Task 1.
    pub transform: Option<Transform<'a>>,
    /// The images.
    pub data: Option<Data>,
    /// k-means.
    pub kmeans: Option<KMeans>,
    /// EM.
    pub em: Option<Em>,
    /// The fitted mixture.
    pub mixture: Option<Mixture>,
    /// What explains the results.
    pub findings: Option<Findings>,
    /// Samples of it.
    pub samples: Option<Samples<'a>>,
    /// Task 3.
    pub inpainting: Option<Inpainting<'a>>,
    /// Identities of task 3, evaluated with this run's numbers.
    pub identities: Option<Identities>,
    /// How far restorations can be trusted, on many test images, where the run measured it.
    pub restorations: Option<&'a Restorations>,
    /// Fits with other K and other ridges, where the run made them.
    pub sweep: Option<Sweep>,
}

/// What EM started from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// The centroids of k-means, uniform weights and identity covariances.
    KMeans,
    /// Means that were given or chosen without k-means, uniform weights and identity covariances.
    Means,
    /// A whole mixture that was given.
    Mixture,
}

impl Start {
    /// What a study under `settings` starts from.
    pub fn of(settings: &Settings) -> Self {
        match (&settings.start, &settings.means_init) {
            (Some(_), _) => Self::Mixture,
            (None, Some(_)) => Self::Means,
            (None, None) if settings.em_start != StartMeans::KMeans => Self::Means,
            (None, None) => Self::KMeans,
        }
    }
}

/// Task 1.
#[derive(Debug, Serialize)]
pub struct Transform<'a> {
    /// Whether every check that counts holds.
    pub passed: bool,
    /// The table of checks.
    pub checks: &'a [Check],
    /// Draws of Z behind the histogram.
    pub draws: usize,
    /// n + 1 edges of the histogram.
    pub histogram_edges: &'a [f64],
    /// n heights of the histogram, as a density.
    pub histogram_heights: &'a [f64],
    /// The law and the map; of the built-in pair none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<PairNumbers<'a>>,
}

/// A law, a map and what follows from them.
#[derive(Debug, Serialize)]
pub struct PairNumbers<'a> {
    /// The law of X, as written.
    pub law: &'a str,
    /// f, as written.
    pub map: &'a str,
    /// The pieces of f.
    #[serde(flatten)]
    pub pieces: &'a Pieces,
    /// The values of Z with positive probability.
    pub point_masses: &'a [PointMass],
    /// The derivation, a line each.
    pub derivation: Vec<String>,
}

impl<'a> PairNumbers<'a> {
    /// Those of a pair; none of the built-in one, of which the derivation is written out.
    pub fn of(pair: &'a Pair) -> Option<Self> {
        (!pair.is_built_in()).then(|| Self {
            law: pair.law.text(),
            map: pair.map.text(),
            pieces: &pair.pieces,
            point_masses: pair.point_masses(),
            derivation: density::derivation(pair),
        })
    }
}

impl<'a> Numbers<'a> {
    /// The numbers of what the outcome holds so far, of the sweeps and of the restorations beside it.
    ///
    /// Cost: two E-steps, 10 K D^3 flops and a thousand posterior draws: about as much as an iteration or two of EM.
    pub fn of(outcome: &'a Outcome, sweeps: Option<&Sweeps>, restorations: Option<&'a Restorations>) -> Self {
        Self {
            finished: outcome.status == Status::Finished,
            cancelled: outcome.status == Status::Cancelled,
            failure: outcome.status.failure(),
            start: Start::of(&outcome.settings),
            transform: outcome.transform.as_deref().map(|report| Transform {
                passed: report.passed(),
                checks: &report.checks,
                draws: report.draws,
                histogram_edges: &report.histogram_edges,
                histogram_heights: &report.histogram_heights,
                pair: PairNumbers::of(&report.pair),
            }),
            data: fit::data(outcome),
            kmeans: fit::kmeans(outcome),
            em: fit::em(outcome),
            mixture: fit::mixture(outcome),
            findings: findings::findings(outcome),
            samples: fit::samples(outcome),
            inpainting: inpainting::inpainting(outcome),
            identities: identities::identities(outcome),
            restorations,
            sweep: sweeps.map(sweep::sweep),
        }
    }
}
