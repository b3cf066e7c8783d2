//! A data set: training and test images of the labels that are wanted, and what is known about them.

use std::borrow::Cow;

use rand::rngs::ChaCha8Rng;
use rand::seq::index;
use rand::{Rng, SeedableRng};

use super::read::Contents;
use super::{DataError, Images, LabelNames, Labels, Reading, Source, checksums};

/// Training and test images of the chosen labels, in the order of their source.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The training images (18,000 for labels 0, 1, 8 of Fashion-MNIST).
    pub train: Images,
    /// The test images (3,000 for labels 0, 1, 8 of Fashion-MNIST).
    pub test: Images,
    /// Where they came from.
    pub source: Source,
    /// What is known about them.
    pub about: About,
}

/// What is known about images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct About {
    /// The name of the data set: "Fashion-MNIST" where checksums tell that it is, else that of its file or folder.
    pub name: String,
    /// Whether it is Fashion-MNIST, by its checksums.
    pub is_fashion_mnist: bool,
    /// Whether it is rows of numbers of any range, which are no pictures.
    pub vectors: bool,
    /// Of such rows, the least and the greatest training value in each place; else empty.
    pub ranges: Vec<(f64, f64)>,
    /// The labels taken, in the order chosen; none for images without labels.
    pub labels: Vec<u8>,
    /// What all labels are called.
    pub label_names: LabelNames,
    /// What was done to the images, a sentence each.
    pub notes: Vec<String>,
}

impl About {
    /// What a label is called: "Bag"; its number where it has no name.
    pub fn label_name(&self, label: u8) -> Cow<'_, str> {
        self.label_names.of(label)
    }
}

impl Dataset {
    /// Loads the images of `labels` from `source`, as they are; naming a label twice changes nothing. A fifth of the images are
    /// test images where the source has none of its own.
    ///
    /// Takes about a tenth of a second for the embedded set; D bytes an image, and while it runs the bytes of the
    /// whole source too.
    ///
    /// # Errors
    /// As [`Dataset::read`].
    pub fn load(source: &Source, labels: &[u8]) -> Result<Self, DataError> {
        let reading = Reading { test_share: 0.2, ..Reading::default() };
        Self::read(source, &labels.into(), &reading, &mut ChaCha8Rng::seed_from_u64(0))
    }

    /// Loads the images of `labels` from `source`; `rng` chooses the test images where the source has none of its own, at least
    /// one of two or more.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is not what it should be, and for a label without training images.
    pub fn read(
        source: &Source,
        labels: &Labels,
        reading: &Reading,
        rng: &mut impl Rng,
    ) -> Result<Self, DataError> {
        if matches!(labels, Labels::Listed(words) if words.is_empty()) {
            return Err(DataError::NoLabels);
        }
        let Contents { mut train, test, mut names, mut notes } = source.contents(reading)?;
        let is_fashion_mnist = match (source, &test) {
            (Source::Embedded, _) => true,
            (Source::Path(_), Some(test)) => checksums::is_fashion_mnist(&train, test),
            (Source::Path(_), None) => false,
        };
        if is_fashion_mnist {
            names = LabelNames::fashion_mnist();
        }
        let mut test = match test {
            Some(test) => test,
            None => {
                let (kept, test) = split(&train, reading.test_share, rng);
                notes.push(format!(
                    "{} of {} images, drawn at random, are the test images",
                    test.len(),
                    train.len()
                ));
                train = kept;
                // What is tested counts once.
                test.unweighted()
            }
        };
        if let Some(shape) = reading.resize {
            (train, test) = (train.resized(shape, source)?, test.resized(shape, source)?);
        }
        let mut chosen = Vec::new();
        if !train.labels().is_empty() {
            chosen = labels.choose(&train.distinct_labels(), &names, is_fashion_mnist, source)?;
            (train, test) = (train.with_labels(&chosen), test.with_labels(&chosen));
        } else if let [word, ..] = labels.words() {
            return Err(DataError::Unlabelled { label: word.clone(), source_name: source.to_string() });
        }
        for (set, images) in [("training", &train), ("test", &test)] {
            notes.extend(images.missing_share().map(|share| {
                format!("{:.1} % of the pixels of the {set} images are missing", 100.0 * share)
            }));
        }
        let name = match source {
            Source::Path(path) if !is_fashion_mnist => path
                .file_name()
                .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned()),
            _ => "Fashion-MNIST".to_owned(),
        };
        let about = About {
            name,
            is_fashion_mnist,
            vectors: reading.vectors,
            ranges: if reading.vectors { ranges(&train) } else { Vec::new() },
            labels: chosen,
            label_names: names,
            notes,
        };
        Ok(Self { train, test, source: source.clone(), about })
    }

    /// The name of the data set.
    pub fn name(&self) -> &str {
        &self.about.name
    }
}

/// The least and the greatest value in each place; missing ones have no part.
fn ranges(images: &Images) -> Vec<(f64, f64)> {
    let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); images.dim()];
    let all: Vec<usize> = (0..images.len()).collect();
    let (mut values, mut memory) = (Vec::new(), Vec::new());
    for some in all.chunks(1024) {
        values.resize(some.len() * images.dim(), 0.0);
        images.read(some, &mut values, &mut memory);
        for image in values.chunks_exact(images.dim().max(1)) {
            for ((low, high), &value) in ranges.iter_mut().zip(image) {
                // `min` and `max` pass over NaN.
                (*low, *high) = (low.min(value), high.max(value));
            }
        }
    }
    ranges
}

/// Some images to train with, and the others, a `share` of them drawn at random; both in their order.
fn split(images: &Images, share: f64, rng: &mut impl Rng) -> (Images, Images) {
    let count = images.len();
    let wanted = (share * count as f64).round() as usize;
    // One to test with, as long as one is left.
    let wanted = wanted.max(usize::from(share > 0.0)).min(count.saturating_sub(1));
    let mut is_test = vec![false; count];
    index::sample(rng, count, wanted).iter().for_each(|index| is_test[index] = true);
    let part = |of_test: bool| images.select((0..count).filter(|&index| is_test[index] == of_test));
    (part(false), part(true))
}

#[cfg(test)]
mod tests;
