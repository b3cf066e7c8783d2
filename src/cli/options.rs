//! The options that describe a study, common to all commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gmmscope::mixture::KMeansInit;
use gmmscope::study::{Checked, Settings, StudyError};

/// Options common to all commands; a command that has no use for one ignores it. What is not given is as the
/// configuration file says, or as by default.
///
/// Ranges are checked by [`Settings::check`], in the same words as in the dashboard's form.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Study options")]
pub struct StudyOptions {
    /// K, the number of components, 1 to S [default: 5]
    #[arg(short = 'k', long, value_name = "K", global = true, allow_negative_numbers = true)]
    components: Option<usize>,

    /// S, training images drawn at random from those of the labels [default: 2000]
    #[arg(long, value_name = "S", global = true, allow_negative_numbers = true)]
    samples: Option<usize>,

    /// Labels of Fashion-MNIST, separated by commas [default: 0,1,8]
    ///
    /// 0 T-shirt/top, 1 Trouser, 2 Pullover, 3 Dress, 4 Coat, 5 Sandal, 6 Shirt, 7 Sneaker, 8 Bag,
    /// 9 Ankle boot. The images of 0, 1 and 8 are inside the program; the others need the full data
    /// set (--data).
    #[arg(
        long,
        value_name = "LABELS",
        value_delimiter = ',',
        value_parser = parse_label,
        global = true,
        allow_negative_numbers = true
    )]
    labels: Option<Vec<u8>>,

    /// Seed of every random choice; equal seeds give equal results [default: 0]
    #[arg(long, value_name = "SEED", global = true, allow_negative_numbers = true)]
    seed: Option<u64>,

    /// Folder with Fashion-MNIST's four IDX files, gzipped or plain [default: $GMMSCOPE_DATA, else the images inside the program]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,

    /// Added to the diagonal of every covariance, 0 or larger [default: 1e-6]
    #[arg(long, value_name = "RIDGE", global = true, allow_negative_numbers = true)]
    ridge: Option<f64>,

    /// EM stops when the mean negative log-likelihood per image changes by less, in nats [default: 1e-3]
    #[arg(long, value_name = "NATS", global = true, allow_negative_numbers = true)]
    tolerance: Option<f64>,

    /// EM stops after so many iterations; 0 returns the start [default: 100]
    #[arg(long, value_name = "J", global = true, allow_negative_numbers = true)]
    max_iterations: Option<usize>,

    /// How k-means chooses its first centroids [default: random]
    #[arg(long, value_name = "START", value_enum, global = true)]
    kmeans_init: Option<Start>,

    /// Independent runs of k-means, 1 or more; the best one counts [default: 1]
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true)]
    restarts: Option<usize>,

    /// Fraction of the pixels that are observed when images are restored, 0 to 1 [default: 0.1]
    #[arg(long, value_name = "FRACTION", global = true, allow_negative_numbers = true)]
    observed: Option<f64>,

    /// Draw a mask for each image instead of one for all [default: false]
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        global = true
    )]
    mask_per_image: Option<bool>,

    /// Test images that are restored, drawn at random, 1 or more [default: 10]
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true)]
    test_images: Option<usize>,

    /// Samples that a study draws from its mixture, 1 or more [default: 10]
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true)]
    draws: Option<usize>,

    /// Test images, drawn at random, that EM is also scored on at every iteration; 0 for none [default: 0]
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true)]
    held_out: Option<usize>,

    /// Worker threads; 0 for one a core. Results do not depend on it [default: 0]
    #[arg(long, value_name = "N", global = true, allow_negative_numbers = true)]
    threads: Option<usize>,

    /// What holds where no option is given.
    #[arg(skip)]
    configured: Settings,
}

impl StudyOptions {
    /// The settings that the options say, unchecked.
    pub fn settings(&self) -> Settings {
        let base = self.configured.clone();
        Settings {
            components: self.components.unwrap_or(base.components),
            samples: self.samples.unwrap_or(base.samples),
            labels: self.labels.clone().unwrap_or(base.labels),
            seed: self.seed.unwrap_or(base.seed),
            data: self.data.clone().or(base.data),
            ridge: self.ridge.unwrap_or(base.ridge),
            tolerance: self.tolerance.unwrap_or(base.tolerance),
            max_iterations: self.max_iterations.unwrap_or(base.max_iterations),
            kmeans_init: self.kmeans_init.map_or(base.kmeans_init, KMeansInit::from),
            restarts: self.restarts.unwrap_or(base.restarts),
            observed: self.observed.unwrap_or(base.observed),
            mask_per_image: self.mask_per_image.unwrap_or(base.mask_per_image),
            test_images: self.test_images.unwrap_or(base.test_images),
            draws: self.draws.unwrap_or(base.draws),
            held_out: self.held_out.unwrap_or(base.held_out),
            threads: self.threads.unwrap_or(base.threads),
            means_init: None,
            start: None,
        }
    }

    /// Sets what holds where no option is given.
    pub fn configure(&mut self, settings: Settings) {
        self.configured = settings;
    }

    /// What holds where no option is given.
    pub fn configured(&self) -> &Settings {
        &self.configured
    }

    /// The settings that the options say, checked.
    pub fn checked(&self) -> Result<Checked, StudyError> {
        self.settings().check()
    }

    /// K as given; `None` when it was left to its default.
    pub fn components(&self) -> Option<usize> {
        self.components
    }
}

/// How k-means chooses its first centroids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Start {
    /// K different images, picked at random
    Random,
    /// Greedy k-means++: images far from those picked before
    PlusPlus,
}

impl From<Start> for KMeansInit {
    fn from(start: Start) -> Self {
        match start {
            Start::Random => Self::Random,
            Start::PlusPlus => Self::PlusPlus,
        }
    }
}

/// The options that make `settings` where `configured` holds: those that differ from it or from the defaults, so that
/// they say the same with another configuration file.
pub fn command_line(settings: &Settings, configured: &Settings) -> String {
    let written = |s: &Settings| {
        let list = |labels: &[u8]| labels.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        let start = match s.kmeans_init {
            KMeansInit::Random => "random",
            KMeansInit::PlusPlus => "plus-plus",
        };
        [
            format!("--components {}", s.components),
            format!("--samples {}", s.samples),
            format!("--labels {}", list(&s.labels)),
            format!("--seed {}", s.seed),
            s.data
                .as_ref()
                .map_or_else(String::new, |data| format!("--data {}", quoted(&data.display().to_string()))),
            format!("--ridge {}", s.ridge),
            format!("--tolerance {}", s.tolerance),
            format!("--max-iterations {}", s.max_iterations),
            format!("--kmeans-init {start}"),
            format!("--restarts {}", s.restarts),
            format!("--observed {}", s.observed),
            format!("--mask-per-image={}", s.mask_per_image),
            format!("--test-images {}", s.test_images),
            format!("--draws {}", s.draws),
            format!("--held-out {}", s.held_out),
        ]
    };
    let (now, default, configured) = (written(settings), written(&Settings::default()), written(configured));
    let needed = now.iter().zip(&default).zip(&configured);
    let needed = needed.filter(|((now, default), configured)| now != default || now != configured);
    needed.map(|((now, _), _)| now.as_str()).filter(|option| !option.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@%,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn parse_label(text: &str) -> Result<u8, String> {
    text.trim().parse().map_err(|_| "choose labels from 0 to 9, separated by commas".into())
}

#[cfg(test)]
pub(super) mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        study: StudyOptions,
    }

    fn settings(words: &[&str]) -> Settings {
        Line::try_parse_from([&["gmmscope"], words].concat()).unwrap().study.settings()
    }

    #[test]
    fn no_options_are_the_default_settings() {
        assert_eq!(settings(&[]), Settings::default());
    }

    /// Every option's setting with a value that is not the default.
    pub(in crate::cli) fn every_option() -> Settings {
        Settings {
            components: 3,
            samples: 50,
            labels: vec![2, 9],
            seed: 7,
            data: Some("dir".into()),
            ridge: 0.5,
            tolerance: 0.25,
            max_iterations: 4,
            kmeans_init: KMeansInit::PlusPlus,
            restarts: 6,
            observed: 0.75,
            mask_per_image: true,
            test_images: 8,
            draws: 9,
            held_out: 11,
            threads: 2,
            means_init: None,
            start: None,
        }
    }

    #[test]
    fn every_option_reaches_its_setting() {
        let line = "-k 3 --samples 50 --labels 2,9 --seed 7 --data dir --ridge 0.5 --tolerance 0.25 \
                    --max-iterations 4 --kmeans-init plus-plus --restarts 6 --observed 0.75 --mask-per-image \
                    --test-images 8 --draws 9 --held-out 11 --threads 2";
        assert_eq!(settings(&line.split_whitespace().collect::<Vec<_>>()), every_option());
    }
    #[test]
    fn the_command_line_wins_over_the_configuration() {
        let mut study =
            Line::try_parse_from(["gmmscope", "--seed", "7", "--mask-per-image=false"]).unwrap().study;
        let configured = Settings { seed: 3, draws: 4, mask_per_image: true, ..Settings::default() };
        study.configure(configured.clone());
        assert_eq!(study.settings(), Settings { seed: 7, mask_per_image: false, ..configured });
    }

    #[test]
    fn the_command_line_of_settings_makes_them_again() {
        assert_eq!(command_line(&Settings::default(), &Settings::default()), "");
        let configured = Settings { seed: 3, ridge: 1e-3, ..Settings::default() };
        assert_eq!(command_line(&Settings::default(), &configured), "--seed 0 --ridge 0.000001");
        let settings = Settings {
            components: 3,
            samples: 50,
            labels: vec![2, 9],
            data: Some("a dir".into()),
            ridge: 1.5e-7,
            kmeans_init: KMeansInit::PlusPlus,
            observed: 0.125,
            mask_per_image: true,
            ..configured.clone()
        };
        let line = command_line(&settings, &configured);
        assert!(line.contains("--data 'a dir'"), "{line}");
        let words: Vec<String> =
            line.replace("'a dir'", "a_dir").split(' ').map(|word| word.replace('_', " ")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut study = Line::try_parse_from([&["gmmscope"], &words[..]].concat()).unwrap().study;
        study.configure(configured);
        assert_eq!(study.settings(), settings);
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
