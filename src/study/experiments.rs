//! Experiments: settings under which something instructive happens, and what to look for.

use super::{Setting, Settings, StudyError};

/// Where an experiment is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In the history of EM.
    Fit,
    /// In means and covariances.
    Components,
    /// In restored images.
    Restoration,
}

/// A preset: nothing but settings.
#[derive(Debug)]
pub struct Experiment {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// The settings that it makes, by key, as text.
    pub settings: &'static [(&'static str, &'static str)],
    /// What to look for.
    pub look_for: &'static str,
    /// Where to look.
    pub shown: Shown,
}

impl Experiment {
    /// The experiment of this name.
    pub fn find(name: &str) -> Option<&'static Self> {
        EXPERIMENTS.iter().find(|experiment| experiment.name == name)
    }

    /// Its settings: the defaults but for its own, with the images, the seed and the threads of `base`.
    ///
    /// # Errors
    /// [`StudyError::Setting`] when a value of the table does not parse.
    pub fn settings(&self, base: &Settings) -> Result<Settings, StudyError> {
        let mut settings = Settings {
            labels: base.labels.clone(),
            seed: base.seed,
            data: base.data.clone(),
            shape: base.shape,
            resize: base.resize,
            test_share: base.test_share,
            threads: base.threads,
            law: base.law.clone(),
            map: base.map.clone(),
            ..Settings::default()
        };
        for (key, text) in self.settings {
            let setting = Setting::find(key);
            let parsed = setting.map(|setting| setting.parse(&mut settings, text));
            if let Some(Err(hint)) = parsed {
                return Err(StudyError::Setting { key, value: (*text).to_owned(), hint });
            }
        }
        Ok(settings)
    }
}

/// Every experiment.
pub static EXPERIMENTS: &[Experiment] = &[
    Experiment {
        name: "identical-means",
        title: "EM from identical means",
        settings: &[("em-start", "identical"), ("held-out", "0")],
        look_for: "Every component gets the same responsibility for every image, so all stay identical: EM cannot break a \
                   symmetry, and stops at the fit of a single Gaussian.",
        shown: Shown::Components,
    },
    Experiment {
        name: "random-means",
        title: "EM from random images as means",
        settings: &[("em-start", "random"), ("held-out", "0")],
        look_for: "Without k-means the weights end unequal and depend on the seed: another seed, another local maximum. \
                   Compare the final NLL with that from k-means.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "too-many-components",
        title: "K too large",
        settings: &[("components", "60"), ("samples", "300"), ("em-start", "random"), ("held-out", "100")],
        look_for: "Components without images keep a weight near 0 and are dead; others collapse on two or three images. The \
                   training NLL falls while the held-out NLL does not.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "collapse",
        title: "Ridge and shrinkage to zero: collapse on single images",
        settings: &[
            ("components", "20"),
            ("samples", "200"),
            ("ridge", "1e-12"),
            ("shrinkage", "0"),
            ("held-out", "100"),
        ],
        look_for: "A component of few images has no variance in most directions, and its density grows without bound as the ridge \
                   goes to 0: the training NLL falls far below that of any fit that generalises. Ridge 0 cannot be factored.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "log-sum-exp",
        title: "Log-sum-exp against naive sums",
        settings: &[("count-underflow", "true")],
        look_for: "The sum of pi_k N(x; mu_k, Sigma_k) in plain numbers is 0 or infinite for the images counted in the notes: 784 \
                   factors leave the range of doubles, and a responsibility would be 0/0. Logarithms lose none.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "double-descent",
        title: "Double descent in restoration",
        settings: &[
            ("components", "1"),
            ("samples", "200"),
            ("ridge", "1e-9"),
            ("observed", "0.26"),
            ("held-out", "0"),
        ],
        look_for: "With about as many pixels observed as there are training images (26 % of 784 are 203, of 200 images) restoration is worst: move the \
                   slider to 10 % or to 60 %, and the PSNR rises on both sides.",
        shown: Shown::Restoration,
    },
    Experiment {
        name: "overfitting",
        title: "Overfitting watched on held-out images",
        settings: &[("components", "10"), ("held-out", "100"), ("max-iterations", "30"), ("tolerance", "0")],
        look_for: "The NLL of training images falls at every iteration while that of held-out images rises after the first ones: more \
                   EM is worse. v shows the held-out curve alone; A repeats the fit with shrinkage.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "k-means-limit",
        title: "k-means as the limit of EM",
        settings: &[("covariance", "spherical"), ("held-out", "0")],
        look_for: "With spherical covariances EM is k-means with soft assignments. Over 784 pixels squared distances differ by many \
                   variances, so that responsibilities are nearly 0 or 1: the notes count the images that keep their cluster.",
        shown: Shown::Fit,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::changed_stages;

    #[test]
    fn every_experiment_is_settings_that_are_good() {
        for (index, experiment) in EXPERIMENTS.iter().enumerate() {
            let name = experiment.name;
            assert!(
                std::ptr::eq(Experiment::find(name).unwrap(), &raw const EXPERIMENTS[index]),
                "{name}: twice"
            );
            let base = Settings { seed: 3, ..Settings::default() };
            let settings = experiment.settings(&base).unwrap();
            assert_eq!(settings.seed, 3);
            settings.clone().check().unwrap();
            assert!(experiment.settings.iter().all(|(key, _)| Setting::find(key).is_some()), "{name}");
            assert!(!changed_stages(&base, &settings).is_empty(), "{name} changes nothing");
            assert!(experiment.look_for.ends_with('.') && !experiment.title.is_empty(), "{name}");
        }
        assert!(Experiment::find("none").is_none());
    }
}
