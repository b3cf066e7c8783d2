//! What is kept of every run: its name, settings, curves and scores, small enough for thousands of them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{Outcome, SETTINGS, Settings};
use crate::inverse::mean_quality;
use crate::mixture::StopReason;

/// One run, as a row of the table of runs and as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Its name ([`Outcome::run_id`]): that of its results, to the bit.
    pub run: String,
    /// The data set.
    pub data: String,
    /// K.
    pub components: usize,
    /// The family of the covariances.
    pub family: String,
    /// S.
    pub samples: usize,
    /// D.
    pub dim: usize,
    /// nu, as given or chosen.
    pub shrinkage: f64,
    /// Whether images held out chose it.
    #[serde(default)]
    pub shrinkage_chosen: bool,
    /// The reach in pixels of its target; 0 for the diagonal.
    #[serde(default)]
    pub shrinkage_reach: f64,
    /// Added to the diagonal of every covariance.
    pub ridge: f64,
    /// The seed.
    pub seed: u64,
    /// "converged", "limit" or "stopped".
    pub stop: String,
    /// Mean NLL of the training images, in nats.
    pub nll: f64,
    /// The same of held-out images, without the worst 1 %.
    pub held_out_nll: Option<f64>,
    /// Bits a dimension of held-out images.
    pub bits_per_dim: Option<f64>,
    /// Whether it generalises to held-out images.
    pub generalises: Option<bool>,
    /// Mean PSNR of the restored test images in dB; none where it is infinite.
    pub psnr: Option<f64>,
    /// Wall-clock time of all stages, in seconds.
    pub seconds: f64,
    /// Mean NLL at each iteration, in nats.
    pub nll_history: Vec<f64>,
    /// Every setting by its key in JSON.
    pub settings: Map<String, Json>,
}

impl RunRecord {
    /// The record of a study with a fit.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let (fit, model) = (outcome.fit.as_deref()?, outcome.model()?);
        let settings = outcome.resolved_settings();
        let score = fit.held_out.as_ref();
        let psnr = outcome.inpaint.as_ref().map(|inpaint| mean_quality(&inpaint.restorations).psnr);
        let map = SETTINGS.iter().filter_map(|setting| {
            Some((setting.json_key(), serde_json::to_value(setting.value(&settings)).ok()?))
        });
        Some(Self {
            run: outcome.run_id()?,
            data: outcome.data.as_ref().map(|data| data.about.name.clone()).unwrap_or_default(),
            components: fit.mixture.components(),
            family: fit.mixture.family().name().to_owned(),
            samples: fit.assignments.len(),
            dim: fit.mixture.dim(),
            shrinkage: fit.shrinkage,
            shrinkage_chosen: outcome.is_shrinkage_chosen(),
            shrinkage_reach: fit.reach,
            ridge: settings.em.ridge,
            seed: settings.seed,
            stop: match fit.stop {
                StopReason::Converged => "converged",
                StopReason::IterationLimit => "limit",
                StopReason::Cancelled => "stopped",
            }
            .to_owned(),
            nll: fit.final_nll,
            held_out_nll: score.map(|score| score.trimmed_nll),
            bits_per_dim: score.and_then(|score| score.bits_per_dim),
            generalises: fit.generalises(),
            psnr: psnr.filter(|psnr| psnr.is_finite()),
            seconds: outcome.times.iter().map(|(_, time)| time.as_secs_f64()).sum(),
            nll_history: model.nll_history,
            settings: map.collect(),
        })
    }

    /// The settings of the run; the default ones where the record has none, and without a start that was given.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        for setting in SETTINGS {
            let text = match self.settings.get(&setting.json_key()) {
                Some(Json::String(text)) => text.clone(),
                Some(Json::Array(words)) => {
                    let word = |word: &Json| word.as_str().map_or_else(|| word.to_string(), str::to_owned);
                    words.iter().map(word).collect::<Vec<_>>().join(",")
                }
                Some(Json::Null) | None => continue,
                Some(other) => other.to_string(),
            };
            // What another version wrote and this one cannot read stays at its default.
            let _ = setting.parse(&mut settings, text);
        }
        settings
    }

    /// What is unusual about it, in a word or two.
    pub fn note(&self) -> &'static str {
        match (self.generalises, self.stop.as_str()) {
            (Some(false), _) => "does not generalise",
            (_, "stopped") => "stopped",
            (_, "limit") => "not converged",
            _ => "",
        }
    }
}

/// A column that runs are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunOrder {
    /// The last first.
    #[default]
    Latest,
    /// By NLL of the training images.
    Nll,
    /// By NLL of the held-out images.
    HeldOut,
    /// By bits a dimension.
    Bits,
    /// By PSNR, the largest first.
    Psnr,
    /// By K.
    Components,
    /// By time.
    Seconds,
}

impl RunOrder {
    /// Every order.
    pub const ALL: [Self; 7] =
        [Self::Latest, Self::Nll, Self::HeldOut, Self::Bits, Self::Psnr, Self::Components, Self::Seconds];

    /// The next one, around the end.
    pub fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }

    /// Its name: "held out".
    pub fn name(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Nll => "NLL",
            Self::HeldOut => "held out",
            Self::Bits => "bits/dim",
            Self::Psnr => "PSNR",
            Self::Components => "K",
            Self::Seconds => "time",
        }
    }

    /// The positions of `runs`, which are in the order of their ends, in this order; runs without the number come last.
    pub fn sorted(self, runs: &[&RunRecord]) -> Vec<usize> {
        let key = |run: &RunRecord| match self {
            Self::Latest => None,
            Self::Nll => Some(run.nll),
            Self::HeldOut => run.held_out_nll,
            Self::Bits => run.bits_per_dim,
            Self::Psnr => run.psnr.map(|psnr| -psnr),
            Self::Components => Some(run.components as f64),
            Self::Seconds => Some(run.seconds),
        };
        let mut order: Vec<usize> = (0..runs.len()).rev().collect();
        order.sort_by(|&a, &b| {
            let value = |run: usize| key(runs[run]).unwrap_or(f64::INFINITY);
            value(a).total_cmp(&value(b))
        });
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Control, Shrinkage, run};

    fn outcome() -> Outcome {
        let mut settings = Settings {
            samples: 60.into(),
            labels: vec![8, 0].into(),
            shrinkage: Shrinkage::Images(40.0),
            held_out: 20,
            seed: 3,
            ..Settings::default()
        };
        settings.kmeans.components = 2;
        settings.em.max_iterations = 2;
        run(&settings.check().unwrap(), &Control::new(), &mut |_| ()).unwrap()
    }

    #[test]
    fn a_record_makes_its_run_again_to_the_bit() {
        let outcome = outcome();
        let record = RunRecord::of(&outcome).unwrap();
        let text = serde_json::to_string(&record).unwrap();
        let read: RunRecord = serde_json::from_str(&text).unwrap();
        assert_eq!((&read.run, read.settings()), (&record.run, record.settings()));
        let again = run(&read.settings().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        assert!(*again.fit.as_ref().unwrap().mixture == *outcome.fit.as_ref().unwrap().mixture);
        let restored = |outcome: &Outcome| outcome.inpaint.as_ref().unwrap().restorations.clone();
        assert_eq!(restored(&again), restored(&outcome));
        assert_eq!(RunRecord::of(&again).unwrap().run, record.run);
        assert_eq!(
            (record.components, record.samples, record.seed, record.note()),
            (2, 60, 3, "does not generalise")
        );
        assert!(RunRecord::of(&Outcome::default()).is_none());
    }

    #[test]
    fn runs_are_sorted_by_a_column_and_those_without_it_come_last() {
        let base = RunRecord::of(&outcome()).unwrap();
        let with = |psnr: Option<f64>, components| RunRecord { psnr, components, ..base.clone() };
        let runs = [with(Some(20.0), 5), with(None, 2), with(Some(25.0), 3)];
        let runs: Vec<&RunRecord> = runs.iter().collect();
        assert_eq!(RunOrder::Latest.sorted(&runs), [2, 1, 0]);
        assert_eq!(RunOrder::Psnr.sorted(&runs), [2, 0, 1]);
        assert_eq!(RunOrder::Components.sorted(&runs), [1, 2, 0]);
        assert_eq!(RunOrder::ALL.map(RunOrder::next)[6], RunOrder::Latest);
    }
}
