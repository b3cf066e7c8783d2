//! Choosing K, the family of covariances, the ridge and the shrinkage: one fit for every four of them, and the scores of each.
//!
//! `run` does the work of each cell, `lanes` several cells side by side.

mod lanes;
mod run;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::{Setting, Settings, Shrinkage, StartMeans, StudyError};
use crate::mixture::{CovarianceFamily, KMeansStop, StopReason};

pub use run::sweep;

/// The values of K, of the family and its rank, of the ridge and of the shrinkage: every K is fitted under all of the others.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepGrid {
    /// K, each once.
    pub components: Vec<usize>,
    /// Families, each once.
    pub families: Vec<CovarianceFamily>,
    /// Ranks of low-rank covariances, each once; of no account without that family.
    pub ranks: Vec<usize>,
    /// Ridges, each once.
    pub ridges: Vec<f64>,
    /// Shrinkages, each once.
    pub shrinkages: Vec<Shrinkage>,
}

/// One fit of a sweep: what it has of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SweepCell {
    /// K.
    pub components: usize,
    /// The family of the covariances.
    pub covariance: CovarianceFamily,
    /// R of low-rank covariances.
    pub rank: Option<usize>,
    /// Added to the diagonal of every covariance.
    pub ridge: f64,
    /// How far covariances are shrunk towards their own diagonals.
    pub shrinkage: Shrinkage,
}

impl SweepCell {
    /// Its covariances: "full", "low-rank 20".
    pub fn covariances(&self) -> String {
        match self.rank {
            Some(rank) => format!("{} {rank}", self.covariance),
            None => self.covariance.to_string(),
        }
    }
}

impl Default for SweepGrid {
    /// K = 1, 2, 3, 5, 8, 13, full covariances, ridges of 1e-6 and 1e-3, without shrinkage and with one of 50.
    fn default() -> Self {
        let shrinkages = vec![Shrinkage::Images(0.0), Shrinkage::Images(50.0)];
        Self {
            components: vec![1, 2, 3, 5, 8, 13],
            families: vec![CovarianceFamily::Full],
            ranks: vec![20],
            ridges: vec![1e-6, 1e-3],
            shrinkages,
        }
    }
}

impl SweepGrid {
    /// Number of fits.
    pub fn cells(&self) -> usize {
        self.iter().count()
    }

    /// The families, low rank once for each rank.
    fn covariances(&self) -> impl Iterator<Item = (CovarianceFamily, Option<usize>)> + '_ {
        self.families.iter().flat_map(|&family| match family {
            CovarianceFamily::LowRank => self.ranks.iter().map(|&rank| (family, Some(rank))).collect(),
            _ => vec![(family, None)],
        })
    }

    /// Every cell: K by K, family by family, and ridge by ridge. Diagonal and spherical covariances, which cannot be shrunk, have
    /// one cell for all shrinkages.
    pub fn iter(&self) -> impl Iterator<Item = SweepCell> + '_ {
        self.components.iter().flat_map(|&k| self.of(k))
    }

    /// The cells of one K.
    fn of(&self, components: usize) -> impl Iterator<Item = SweepCell> + '_ {
        let of_family = move |(covariance, rank): (CovarianceFamily, _)| {
            let shrinkages = match covariance.has_covariances() {
                true => &self.shrinkages[..],
                false => self.shrinkages.get(..1).unwrap_or_default(),
            };
            self.ridges.iter().flat_map(move |&ridge| {
                let cell = move |&shrinkage| SweepCell { components, covariance, rank, ridge, shrinkage };
                shrinkages.iter().map(cell)
            })
        };
        self.covariances().flat_map(of_family)
    }

    /// Refuses an empty list, a repeated value, and one that is out of range under `settings`.
    fn check(&self, settings: &Settings) -> Result<(), StudyError> {
        for (key, given) in
            [("means-init", settings.means_init.is_some()), ("start", settings.start.is_some())]
        {
            if given {
                return Err(fault(key, "given", "leave it out: a sweep starts every K from k-means"));
            }
        }
        if settings.em_start != StartMeans::KMeans {
            let value = Setting::find("em-start").map(|setting| setting.value(settings).to_string());
            let hint = "a sweep starts every K from k-means: leave it at k-means";
            return Err(fault("em-start", &value.unwrap_or_default(), hint));
        }
        distinct("components", &self.components)?;
        distinct("covariance", &self.families)?;
        distinct("rank", &self.ranks)?;
        distinct("ridge", &self.ridges)?;
        distinct("shrinkage", &self.shrinkages)?;
        self.iter().try_for_each(|cell| of_cell(settings, cell).check().map(|_| ()))
    }
}

/// `settings` with those of a cell.
fn of_cell(settings: &Settings, cell: SweepCell) -> Settings {
    let mut settings = Settings { shrinkage: cell.shrinkage, ..settings.clone() };
    (settings.kmeans.components, settings.em.ridge) = (cell.components, cell.ridge);
    settings.covariance = cell.covariance;
    settings.rank = cell.rank.unwrap_or(settings.rank);
    settings
}

fn distinct<T: PartialEq + ToString>(key: &'static str, values: &[T]) -> Result<(), StudyError> {
    if values.is_empty() {
        return Err(fault(key, "empty", "give at least one value"));
    }
    let repeated = |&(at, value): &(usize, &T)| values.iter().take(at).any(|earlier| earlier == value);
    match values.iter().enumerate().find(repeated) {
        None => Ok(()),
        Some((_, value)) => {
            let list: Vec<String> = values.iter().map(T::to_string).collect();
            Err(fault(key, &list.join(","), &format!("give {} once", value.to_string())))
        }
    }
}

fn fault(key: &'static str, value: &str, hint: &str) -> StudyError {
    StudyError::Setting { key, value: value.to_owned(), hint: hint.to_owned() }
}

/// k-means of one K, from which the fit under every ridge starts.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepStart {
    /// K.
    pub components: usize,
    /// Sum of squared distances to the centroids.
    pub inertia: f64,
    /// Iterations of the winning restart.
    pub iterations: usize,
    /// Why it stopped.
    pub stop: KMeansStop,
    /// Wall-clock time of all restarts.
    pub time: Duration,
}

/// The scores of one fit, all of the final mixture.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepScores {
    /// p, [`FreeParameters::total`](crate::mixture::FreeParameters::total).
    pub free_parameters: usize,
    /// Mean NLL per training image, in nats.
    pub nll: f64,
    /// Mean NLL per held-out image, in nats; none when none is held out.
    pub held_out_nll: Option<f64>,
    /// The same without the worst 1 % of the images ([`trimmed_nll`](crate::mixture::trimmed_nll)).
    pub trimmed_nll: Option<f64>,
    /// [`bits_per_dim`](super::HeldOutScore::bits_per_dim) of the held-out images.
    pub bits_per_dim: Option<f64>,
    /// nu: that of the cell, or what was chosen.
    pub shrinkage: f64,
    /// The reach in pixels of the target; 0 for the diagonal.
    pub reach: f64,
    /// [`bic`](crate::mixture::bic).
    pub bic: f64,
    /// [`aic`](crate::mixture::aic).
    pub aic: f64,
    /// Mean PSNR of the restored test images, in dB.
    pub psnr: f64,
    /// Mean SSIM of the restored test images.
    pub ssim: f64,
    /// Iterations of EM.
    pub iterations: usize,
    /// Why EM stopped.
    pub stop: StopReason,
    /// Wall-clock time of EM, without k-means and without the scoring.
    pub time: Duration,
}

impl SweepScores {
    /// NLL of held-out images, without the worst 1 % of them, minus that of training images, in nats per image; none when
    /// none is held out.
    pub fn gap(&self) -> Option<f64> {
        self.trimmed_nll.map(|held_out| held_out - self.nll)
    }
}

/// One fit of the grid.
#[derive(Debug, Clone)]
pub struct SweepRow {
    /// What it was fitted under.
    pub cell: SweepCell,
    /// Its scores, or why it has none (a covariance that cannot be factored, say).
    pub result: Result<SweepScores, Arc<StudyError>>,
}

/// A criterion to choose a fit by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Least mean NLL of held-out images, without the worst 1 % of them.
    HeldOutNll,
    /// Least BIC.
    Bic,
    /// Least AIC.
    Aic,
    /// Greatest mean PSNR.
    Psnr,
    /// Greatest mean SSIM.
    Ssim,
}

impl Criterion {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 5] = [Self::HeldOutNll, Self::Bic, Self::Aic, Self::Psnr, Self::Ssim];

    /// Its name: "held-out NLL".
    pub fn name(self) -> &'static str {
        match self {
            Self::HeldOutNll => "held-out NLL",
            Self::Bic => "BIC",
            Self::Aic => "AIC",
            Self::Psnr => "PSNR",
            Self::Ssim => "SSIM",
        }
    }

    /// The number to minimise.
    fn cost(self, scores: &SweepScores) -> Option<f64> {
        match self {
            Self::HeldOutNll => scores.trimmed_nll,
            Self::Bic => Some(scores.bic),
            Self::Aic => Some(scores.aic),
            Self::Psnr => Some(-scores.psnr),
            Self::Ssim => Some(-scores.ssim),
        }
    }
}

/// The result of a sweep.
#[derive(Debug, Clone)]
pub struct SweepReport {
    /// The grid.
    pub grid: SweepGrid,
    /// S, training images of every fit.
    pub samples: usize,
    /// D, pixels of an image.
    pub dim: usize,
    /// The labels of the images; none for images without labels.
    pub labels: Vec<u8>,
    /// Images that the held-out NLL is the mean of: positions in the test set.
    pub held_out_indices: Vec<usize>,
    /// Images restored for PSNR and SSIM: positions in the test set.
    pub test_indices: Vec<usize>,
    /// k-means of every K, in the grid's order.
    pub starts: Vec<SweepStart>,
    /// One row for each cell, in the grid's order ([`SweepGrid::iter`]); when cancelled, the cells that were done.
    pub rows: Vec<SweepRow>,
    /// Stopped on request before every cell was done.
    pub cancelled: bool,
}

impl SweepReport {
    /// The best row by `criterion` (ties: the first); none when no row has a score.
    pub fn best(&self, criterion: Criterion) -> Option<&SweepRow> {
        let costs = self.rows.iter().filter_map(|row| {
            let cost = criterion.cost(row.result.as_ref().ok()?)?;
            (!cost.is_nan()).then_some((row, cost))
        });
        // `min_by` takes the first of equals.
        costs.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(row, _)| row)
    }

    /// The rows that do not generalise: the NLL of held-out images is worse than that of training images by more than one
    /// nat a pixel ([`SweepScores::gap`] > D). Shrinkage helps.
    pub fn overfitted(&self) -> impl Iterator<Item = &SweepRow> {
        let limit = self.dim as f64;
        self.rows.iter().filter(move |row| {
            row.result.as_ref().is_ok_and(|scores| scores.gap().is_some_and(|gap| gap > limit))
        })
    }
}

/// One event of a sweep.
#[derive(Debug, Clone)]
pub enum SweepEvent {
    /// k-means of one K is done.
    Started(SweepStart),
    /// One iteration of EM in one of the cells.
    Iterated {
        /// Which.
        cell: SweepCell,
        /// From 1.
        iteration: usize,
        /// Mean NLL per image that the iteration started from, in nats.
        nll: f64,
    },
    /// A cell is done, with scores or with an error.
    Done(SweepRow),
}

#[cfg(test)]
mod tests;
