//! Settings that are known to be good.

use super::{DeadComponents, Reach, SETTINGS, Settings, StartMeans};
use crate::mixture::CovarianceFamily;
use crate::study::StudyError;

/// Settings known to be good (what depends on the data, such as a label without images, is found when the data is
/// loaded).
#[derive(Debug, Clone, PartialEq)]
pub struct Checked(Settings);

impl Checked {
    /// The settings.
    pub fn get(&self) -> &Settings {
        &self.0
    }

    /// With averaged covariances in the history of EM ([`EmSettings::averages`](crate::mixture::EmSettings)), which change no result.
    pub fn with_averages(mut self, most: usize) -> Self {
        self.0.em.averages = most;
        self
    }
}

impl Settings {
    /// Checks that every setting is within its own range, for work that fits nothing; the first that is not is the error.
    ///
    /// # Errors
    /// [`StudyError::Setting`].
    pub fn check_ranges(&self) -> Result<(), StudyError> {
        SETTINGS.iter().try_for_each(|setting| setting.check(self))
    }

    /// Checks every setting, and those that depend on one another; the first that is wrong is the error.
    ///
    /// # Errors
    /// [`StudyError::Setting`].
    pub fn check(self) -> Result<Checked, StudyError> {
        self.check_ranges()?;
        let components = self.kmeans.components;
        let samples = self.samples.most();
        require(components <= samples, "components", components, || {
            format!("choose at most as many components as images (`samples` {samples})")
        })?;
        for (key, is_given) in [("resize", self.resize.is_some()), ("restore", self.restore.is_some())] {
            require(!(self.vectors && is_given), key, "given with `vectors`", || {
                "it is for pictures: leave one of them out".into()
            })?;
        }
        let is_near = matches!(self.reach, Reach::Pixels(reach) if reach > 0.0);
        require(!(self.vectors && is_near), "shrinkage-reach", "given with `vectors`", || {
            "numbers in a row are no neighbours: leave it out".into()
        })?;
        if self.memory.bytes().is_some() && self.covariance == CovarianceFamily::Full {
            self.check_read()?;
        }
        self.check_means(components)?;
        self.check_start(components)?;
        Ok(Checked(self))
    }

    /// Images that are read again at every iteration are never there all at once: what needs that is refused.
    pub(in crate::study) fn check_read(&self) -> Result<(), StudyError> {
        let hint = |what: &str| format!("{what}, or fit by one process without `memory`");
        let is_kept = self.dead == DeadComponents::Keep;
        require(is_kept, "dead", "not for images that are read again and again", || hint("keep them"))?;
        let is_by_kmeans = self.em_start == StartMeans::KMeans;
        require(is_by_kmeans, "em-start", "not for images that are read again and again", || {
            hint("start from k-means")
        })
    }

    fn check_means(&self, components: usize) -> Result<(), StudyError> {
        let Some(means) = &self.means_init else { return Ok(()) };
        require(means.ncols() == components, "means-init", format!("{} means", means.ncols()), || {
            format!("give one mean for each component (`components` {components})")
        })?;
        require(means.iter().all(|v| v.is_finite()), "means-init", "not finite everywhere", || {
            "remove NaN and infinities from the means".into()
        })
    }

    fn check_start(&self, components: usize) -> Result<(), StudyError> {
        let Some(start) = &self.start else { return Ok(()) };
        require(self.means_init.is_none(), "start", "given with `means-init`", || {
            "give a model to start from, or means, not both".into()
        })?;
        let (family, rank) = (start.family(), start.rank());
        let is_same = family == self.covariance && (rank == 0 || rank == self.rank);
        let (found, hint) = match rank {
            0 => (format!("a model of {family} covariances"), format!("`covariance` {family}")),
            rank => (
                format!("a model of {family} covariances with R = {rank}"),
                format!("`covariance` {family} and `rank` {rank}"),
            ),
        };
        require(is_same || self.covariance == CovarianceFamily::Full, "start", found, || {
            format!("fit with {hint}, or with `covariance` full, which continues from any model")
        })?;
        let found = format!("a model of {} components", start.components());
        require(start.components() == components, "start", found, || {
            format!("give a model of {components} components (`components`)")
        })
    }
}

fn require(
    good: bool,
    key: &'static str,
    value: impl ToString,
    hint: impl FnOnce() -> String,
) -> Result<(), StudyError> {
    if good { Ok(()) } else { Err(StudyError::Setting { key, value: value.to_string(), hint: hint() }) }
}
