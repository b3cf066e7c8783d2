//! The options that describe a study, common to all commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use gmmscope::mixture::KMeansInit;
use gmmscope::study::{Checked, Settings, StudyError};

/// Options common to all commands; a command that has no use for one ignores it.
///
/// Ranges are checked by [`Settings::check`], in the same words as in the dashboard's form.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Study options")]
pub struct StudyOptions {
    /// K, the number of components, 1 to S [default: 5]
    #[arg(short = 'k', long, value_name = "K", global = true, allow_negative_numbers = true)]
    components: Option<usize>,

    /// S, training images drawn at random from those of the labels
    #[arg(long, value_name = "S", default_value_t = 2000, global = true, allow_negative_numbers = true)]
    samples: usize,

    /// Labels of Fashion-MNIST, separated by commas
    ///
    /// 0 T-shirt/top, 1 Trouser, 2 Pullover, 3 Dress, 4 Coat, 5 Sandal, 6 Shirt, 7 Sneaker, 8 Bag,
    /// 9 Ankle boot. The images of 0, 1 and 8 are inside the program; the others need the full data
    /// set (--data).
    #[arg(
        long,
        value_name = "LABELS",
        default_value = "0,1,8",
        value_delimiter = ',',
        value_parser = parse_label,
        global = true,
        allow_negative_numbers = true
    )]
    labels: Vec<u8>,

    /// Seed of every random choice; equal seeds give equal results
    #[arg(long, value_name = "SEED", default_value_t = 0, global = true, allow_negative_numbers = true)]
    seed: u64,

    /// Folder with Fashion-MNIST's four IDX files, gzipped or plain [default: $GMMSCOPE_DATA, else the images inside the program]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,

    /// Added to the diagonal of every covariance, 0 or larger
    #[arg(long, value_name = "RIDGE", default_value = "1e-6", global = true, allow_negative_numbers = true)]
    ridge: f64,

    /// EM stops when the mean negative log-likelihood per image changes by less, in nats
    #[arg(long, value_name = "NATS", default_value = "1e-3", global = true, allow_negative_numbers = true)]
    tolerance: f64,

    /// EM stops after so many iterations; 0 returns the start
    #[arg(long, value_name = "J", default_value_t = 100, global = true, allow_negative_numbers = true)]
    max_iterations: usize,

    /// How k-means chooses its first centroids
    #[arg(long, value_name = "START", value_enum, default_value_t = Start::Random, global = true)]
    kmeans_init: Start,

    /// Independent runs of k-means, 1 or more; the best one counts
    #[arg(long, value_name = "N", default_value_t = 1, global = true, allow_negative_numbers = true)]
    restarts: usize,

    /// Fraction of the pixels that are observed when images are restored, 0 to 1
    #[arg(
        long,
        value_name = "FRACTION",
        default_value_t = 0.1,
        global = true,
        allow_negative_numbers = true
    )]
    observed: f64,

    /// Draw a mask for each image instead of one for all
    #[arg(long, global = true)]
    mask_per_image: bool,

    /// Test images that are restored, drawn at random, 1 or more
    #[arg(long, value_name = "N", default_value_t = 10, global = true, allow_negative_numbers = true)]
    test_images: usize,

    /// Samples that a study draws from its mixture, 1 or more
    #[arg(long, value_name = "N", default_value_t = 10, global = true, allow_negative_numbers = true)]
    draws: usize,

    /// Test images, drawn at random, that EM is also scored on at every iteration; 0 for none
    #[arg(long, value_name = "N", default_value_t = 0, global = true, allow_negative_numbers = true)]
    held_out: usize,

    /// Worker threads; 0 for one a core. Results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, global = true, allow_negative_numbers = true)]
    threads: usize,
}

impl StudyOptions {
    /// The settings that the options say, unchecked.
    pub fn settings(&self) -> Settings {
        Settings {
            components: self.components.unwrap_or(Settings::default().components),
            samples: self.samples,
            labels: self.labels.clone(),
            seed: self.seed,
            data: self.data.clone(),
            ridge: self.ridge,
            tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            kmeans_init: self.kmeans_init.into(),
            restarts: self.restarts,
            observed: self.observed,
            mask_per_image: self.mask_per_image,
            test_images: self.test_images,
            draws: self.draws,
            held_out: self.held_out,
            threads: self.threads,
            means_init: None,
            start: None,
        }
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

fn parse_label(text: &str) -> Result<u8, String> {
    text.trim().parse().map_err(|_| "choose labels from 0 to 9, separated by commas".into())
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn every_option_reaches_its_setting() {
        let line = "-k 3 --samples 50 --labels 2,9 --seed 7 --data dir --ridge 0.5 --tolerance 0.25 \
                    --max-iterations 4 --kmeans-init plus-plus --restarts 6 --observed 0.75 --mask-per-image \
                    --test-images 8 --draws 9 --held-out 11 --threads 2";
        let expected = Settings {
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
        };
        assert_eq!(settings(&line.split_whitespace().collect::<Vec<_>>()), expected);
    }
}
