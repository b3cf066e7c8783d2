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
            vectors: base.vectors,
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
        look_for: "Every component has the same responsibility for every image, so all stay identical: EM breaks no symmetry, and \
                   stops at the fit of a single Gaussian.",
        shown: Shown::Components,
    },
    Experiment {
        name: "random-means",
        title: "EM from random images as means",
        settings: &[("em-start", "random"), ("held-out", "0")],
        look_for: "Each seed ends at another local maximum: of the embedded images, seeds 0, 1, 2 at an NLL of -2182, -2704, \
                   -2740 nats; from k-means at -2734, -2934, -2736.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "too-many-components",
        title: "K too large",
        settings: &[
            ("components", "60"),
            ("samples", "200"),
            ("resize", "7x7"),
            ("ridge", "3e-2"),
            ("em-start", "random"),
            ("held-out", "100"),
        ],
        look_for: "60 components for 200 images of 7 x 7 pixels: some lose all their images, keep a weight near 0 and are dead; \
                   others hold one or two. The training NLL falls on, the held-out NLL does not.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "collapse",
        title: "Ridge and shrinkage to zero",
        settings: &[
            ("components", "40"),
            ("samples", "120"),
            ("ridge", "1e-12"),
            ("shrinkage", "0"),
            ("held-out", "100"),
        ],
        look_for: "Components collapse on single images: of their variances only the ridge is left. A tenth of it lowers the \
                   training NLL by 900 nats, without bound; ridge 0 cannot be factored.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "log-sum-exp",
        title: "Log-sum-exp against naive sums",
        settings: &[("count-underflow", "true")],
        look_for: "In plain numbers the sum of pi_k N(x; mu_k, Sigma_k) leaves the range of doubles: 0 or infinite for the images \
                   counted below, and a responsibility is 0/0. Logarithms lose none.",
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
        look_for: "26 % of 784 pixels are 203, about as many as there are training images (200), and restoration is worst: move \
                   the slider to 10 % or to 60 %, and the PSNR rises on both sides.",
        shown: Shown::Restoration,
    },
    Experiment {
        name: "overfitting",
        title: "Overfitting watched on held-out images",
        settings: &[
            ("components", "10"),
            ("samples", "500"),
            ("covariance", "low-rank"),
            ("rank", "40"),
            ("ridge", "1e-3"),
            ("held-out", "100"),
            ("max-iterations", "40"),
            ("tolerance", "0"),
        ],
        look_for: "The training NLL falls at every iteration; that of held-out images is least after one or two and rises \
                   from there: more EM is worse. The last view (v) has it alone.",
        shown: Shown::Fit,
    },
    Experiment {
        name: "k-means-limit",
        title: "k-means as the limit of EM",
        settings: &[("covariance", "spherical"), ("held-out", "0")],
        look_for: "Spherical EM is k-means with soft assignments. Over 784 pixels squared distances differ by many variances: nearly \
                   all responsibilities are 0 or 1, most images keep their cluster.",
        shown: Shown::Fit,
    },
];

#[cfg(test)]
mod tests;
