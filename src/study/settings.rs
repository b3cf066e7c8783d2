//! Everything that a study depends on, checked once.
//!
//! Made by `cli` from the command line and by `tui` from its form; names in errors are those of the command line.

use std::path::PathBuf;
use std::sync::Arc;

use nalgebra::DMatrix;
use serde::Serialize;

use super::StudyError;
use crate::mixture::{KMeansInit, Mixture};

/// The settings of a study, as given; [`Settings::check`] is the only way in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// K.
    pub components: usize,
    /// S, training images drawn at random from those of the labels.
    pub samples: usize,
    /// Labels of Fashion-MNIST, without repeats.
    pub labels: Vec<u8>,
    /// Seed of every random choice.
    pub seed: u64,
    /// `--data`: a folder with IDX files.
    pub data: Option<PathBuf>,
    /// Added to the diagonal of every covariance.
    pub ridge: f64,
    /// EM stops when the mean NLL per image changes by less.
    pub tolerance: f64,
    /// Limit of EM iterations.
    pub max_iterations: usize,
    /// k-means start.
    pub kmeans_init: KMeansInit,
    /// k-means runs.
    pub restarts: usize,
    /// Fraction of pixels observed in task 3.
    pub observed: f64,
    /// One mask an image instead of one for all.
    pub mask_per_image: bool,
    /// Test images restored (10).
    pub test_images: usize,
    /// Samples drawn from the mixture (10).
    pub draws: usize,
    /// Test images, drawn at random, that EM is scored on at every iteration; 0 for none.
    pub held_out: usize,
    /// Worker threads; 0 = one a core.
    pub threads: usize,
    /// Means to start EM from instead of k-means, D x K.
    #[serde(skip)]
    pub means_init: Option<DMatrix<f64>>,
    /// A mixture to go on from (a warm start): its weights, means and covariances instead of k-means, uniform
    /// weights and the identity.
    #[serde(skip)]
    pub start: Option<Arc<Mixture>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            components: 5,
            samples: 2000,
            labels: vec![0, 1, 8],
            seed: 0,
            data: None,
            ridge: 1e-6,
            tolerance: 1e-3,
            max_iterations: 100,
            kmeans_init: KMeansInit::Random,
            restarts: 1,
            observed: 0.1,
            mask_per_image: false,
            test_images: 10,
            draws: 10,
            held_out: 0,
            threads: 0,
            means_init: None,
            start: None,
        }
    }
}

impl Settings {
    /// Checks every field; says of the first bad one what it is and what it should be.
    ///
    /// # Errors
    /// [`StudyError::Setting`].
    pub fn check(self) -> Result<Checked, StudyError> {
        at_least_one("--components", self.components)?;
        at_least_one("--samples", self.samples)?;
        require(self.components <= self.samples, "--components", self.components, || {
            format!("choose at most as many components as images (--samples {})", self.samples)
        })?;
        self.check_labels()?;
        non_negative("--ridge", self.ridge)?;
        non_negative("--tolerance", self.tolerance)?;
        at_least_one("--restarts", self.restarts)?;
        require((0.0..=1.0).contains(&self.observed), "--observed", self.observed, || {
            "choose a fraction from 0 to 1".into()
        })?;
        at_least_one("--test-images", self.test_images)?;
        at_least_one("--draws", self.draws)?;
        require(self.threads <= MOST_THREADS, "--threads", self.threads, || {
            format!("choose at most {MOST_THREADS}, or 0 for one a core")
        })?;
        if let Some(means) = &self.means_init {
            require(
                means.ncols() == self.components,
                "--means-init",
                format!("{} means", means.ncols()),
                || format!("give one mean for each component (--components {})", self.components),
            )?;
            require(means.iter().all(|v| v.is_finite()), "--means-init", "not finite everywhere", || {
                "remove NaN and infinities from the means".into()
            })?;
        }
        self.check_start()?;
        Ok(Checked(self))
    }

    fn check_start(&self) -> Result<(), StudyError> {
        let Some(start) = &self.start else { return Ok(()) };
        require(self.means_init.is_none(), "--start", "given with --means-init", || {
            "give a model to start from, or means, not both".into()
        })?;
        let found = format!("a model of {} components", start.components());
        require(start.components() == self.components, "--start", found, || {
            format!("give a model of as many components as asked for (--components {})", self.components)
        })
    }

    fn check_labels(&self) -> Result<(), StudyError> {
        require(!self.labels.is_empty(), "--labels", "empty", || {
            "give at least one label from 0 to 9".into()
        })?;
        for (position, &label) in self.labels.iter().enumerate() {
            require(label <= 9, "--labels", label, || "choose labels from 0 to 9".into())?;
            let repeated = self.labels.iter().take(position).any(|&earlier| earlier == label);
            require(!repeated, "--labels", label_list(&self.labels), || format!("give label {label} once"))?;
        }
        Ok(())
    }
}

/// More threads than any machine has cores for; a larger number is a slip of the finger.
const MOST_THREADS: usize = 1024;

/// Labels as the command line writes them: "0,1,8".
pub(super) fn label_list(labels: &[u8]) -> String {
    labels.iter().map(u8::to_string).collect::<Vec<_>>().join(",")
}

fn require(
    good: bool,
    name: &'static str,
    value: impl ToString,
    mend: impl FnOnce() -> String,
) -> Result<(), StudyError> {
    if good { Ok(()) } else { Err(StudyError::Setting { name, value: value.to_string(), mend: mend() }) }
}

fn at_least_one(name: &'static str, value: usize) -> Result<(), StudyError> {
    require(value >= 1, name, value, || "choose at least 1".into())
}

fn non_negative(name: &'static str, value: f64) -> Result<(), StudyError> {
    require(value.is_finite() && value >= 0.0, name, value, || "choose a finite number, 0 or larger".into())
}

/// Settings known to be good (what depends on the data, such as K against S or a label without
/// images, is found when the data is loaded).
#[derive(Debug, Clone, PartialEq)]
pub struct Checked(Settings);

impl Checked {
    /// The settings.
    pub fn get(&self) -> &Settings {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        settings.check().unwrap_err().to_string()
    }

    #[test]
    fn the_defaults_are_good() {
        let checked = Settings::default().check().unwrap();
        assert_eq!(*checked.get(), Settings::default());
    }

    #[test]
    fn the_ends_of_every_range_are_good() {
        for observed in [0.0, 1.0] {
            let edge = Settings {
                components: 1,
                samples: 1,
                labels: vec![9],
                ridge: 0.0,
                tolerance: 0.0,
                max_iterations: 0,
                observed,
                ..Settings::default()
            };
            edge.check().unwrap();
        }
    }

    #[test]
    fn a_fault_names_the_option_its_value_and_the_mend() {
        assert_eq!(fault(|s| s.components = 0), "--components is 0: choose at least 1");
        assert_eq!(fault(|s| s.samples = 0), "--samples is 0: choose at least 1");
        assert_eq!(
            fault(|s| s.components = 2001),
            "--components is 2001: choose at most as many components as images (--samples 2000)"
        );
        assert_eq!(fault(|s| s.labels.clear()), "--labels is empty: give at least one label from 0 to 9");
        assert_eq!(fault(|s| s.labels = vec![10]), "--labels is 10: choose labels from 0 to 9");
        assert_eq!(fault(|s| s.labels = vec![1, 8, 1]), "--labels is 1,8,1: give label 1 once");
        assert_eq!(fault(|s| s.ridge = -1.0), "--ridge is -1: choose a finite number, 0 or larger");
        assert_eq!(fault(|s| s.observed = 1.5), "--observed is 1.5: choose a fraction from 0 to 1");
        assert_eq!(fault(|s| s.restarts = 0), "--restarts is 0: choose at least 1");
        assert_eq!(fault(|s| s.draws = 0), "--draws is 0: choose at least 1");
        assert_eq!(fault(|s| s.test_images = 0), "--test-images is 0: choose at least 1");
        assert_eq!(
            fault(|s| s.threads = 4000),
            "--threads is 4000: choose at most 1024, or 0 for one a core"
        );
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        assert_eq!(fault(|s| s.ridge = f64::NAN), "--ridge is NaN: choose a finite number, 0 or larger");
        assert!(fault(|s| s.tolerance = f64::INFINITY).starts_with("--tolerance is inf"));
        assert!(fault(|s| s.observed = f64::NAN).starts_with("--observed is NaN"));
    }

    #[test]
    fn given_means_must_be_one_a_component_and_finite() {
        assert_eq!(
            fault(|s| s.means_init = Some(DMatrix::zeros(784, 3))),
            "--means-init is 3 means: give one mean for each component (--components 5)"
        );
        let mut means = DMatrix::zeros(784, 5);
        means[(7, 3)] = f64::NAN;
        assert!(fault(|s| s.means_init = Some(means)).contains("remove NaN"));
    }

    #[test]
    fn a_model_to_start_from_must_have_k_components_and_be_the_only_start() {
        let model = Arc::new(Mixture::standard_start(DMatrix::zeros(784, 3)).unwrap());
        assert_eq!(
            fault(|s| s.start = Some(Arc::clone(&model))),
            "--start is a model of 3 components: give a model of as many components as asked for (--components 5)"
        );
        let both = |s: &mut Settings| {
            s.components = 3;
            s.means_init = Some(DMatrix::zeros(784, 3));
            s.start = Some(model);
        };
        assert_eq!(
            fault(both),
            "--start is given with --means-init: give a model to start from, or means, not both"
        );
    }
}
