//! Images under any mixture: how probable each is, which component it belongs to, and how components agree with labels.

use nalgebra::DMatrix;

use super::{Purpose, StudyError};
use crate::mixture::{
    DEQUANTISATION_VARIANCE, Evaluator, Mixture, bits_per_dim, dequantise, trimmed_nll, worst_first,
};

/// Interquartile ranges below the lower quartile from which on an image is an outlier: Tukey's outer fence.
const FENCE: f64 = 3.0;

/// N images under a mixture of K components.
#[derive(Debug, Clone, PartialEq)]
pub struct ImageScores {
    /// log p(x) of each image, in nats.
    pub log_density: Vec<f64>,
    /// [`bits_per_dim`] of each image, dequantised, under the mixture with the variance of that noise; none where
    /// pixels are not of eight bits.
    pub bits_per_dim: Option<Vec<f64>>,
    /// r_k of each image, K x N; columns sum to 1.
    pub responsibilities: DMatrix<f64>,
    /// The component of largest responsibility of each image, from 0.
    pub assignments: Vec<usize>,
    /// The place of each image by log-density, from 1, the least probable (ties: lower index first).
    pub ranks: Vec<usize>,
    /// The positions of outliers, the least probable first: images whose log-density is below Q1 - 3 (Q3 - Q1), Q1 and
    /// Q3 being its quartiles over all images.
    pub outliers: Vec<usize>,
}

impl ImageScores {
    /// Scores the columns of `images` (D x N); `seed` is that of the noise of bits a dimension, which are given where
    /// pixels are of `eight_bit`. Cost: K D^3 / 3 flops for factors and at most K N D^2, twice with bits a dimension.
    ///
    /// The fences are those of J. W. Tukey, "Exploratory Data Analysis" (1977), section 2E.
    ///
    /// # Errors
    /// [`StudyError::Mixture`] for images of another size or with pixels that are not finite, and for a covariance that is not
    /// positive definite.
    pub fn of(
        mixture: &Mixture,
        images: &DMatrix<f64>,
        eight_bit: bool,
        seed: u64,
    ) -> Result<Self, StudyError> {
        let evaluation = Evaluator::new(mixture)?.evaluate(images)?;
        let bits = if eight_bit {
            let mut noisy = images.clone();
            dequantise(&mut noisy, &mut Purpose::Dequantisation.generator(seed, 0));
            let log_density = mixture.with_noise(DEQUANTISATION_VARIANCE)?.log_density(&noisy)?;
            Some(log_density.iter().map(|log| bits_per_dim(-log, mixture.dim())).collect())
        } else {
            None
        };
        let order = worst_first(&evaluation.log_density);
        let mut ranks = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, &image)| ranks[image] = place + 1);
        let sorted: Vec<f64> = order.iter().map(|&image| evaluation.log_density[image]).collect();
        let (lower, upper) = (quantile(&sorted, 0.25), quantile(&sorted, 0.75));
        let fence = lower - FENCE * (upper - lower);
        let outliers = order.into_iter().take_while(|&image| evaluation.log_density[image] < fence).collect();
        Ok(Self {
            bits_per_dim: bits,
            responsibilities: evaluation.responsibilities(),
            log_density: evaluation.log_density,
            assignments: evaluation.assignments,
            ranks,
            outliers,
        })
    }

    /// Mean NLL an image, in nats; NaN of none.
    pub fn nll(&self) -> f64 {
        -mean(&self.log_density)
    }

    /// The same without the worst 1 % ([`trimmed_nll`]).
    pub fn trimmed_nll(&self) -> f64 {
        trimmed_nll(&self.log_density)
    }

    /// Mean bits a dimension, where there are any.
    pub fn mean_bits_per_dim(&self) -> Option<f64> {
        self.bits_per_dim.as_deref().map(mean)
    }

    /// How many images of each of `classes` each component is assigned: a row a component, a column a class. `labels` are
    /// those of the images.
    pub fn confusion(&self, labels: &[u8], classes: &[u8]) -> Vec<Vec<usize>> {
        let mut counts = vec![vec![0; classes.len()]; self.responsibilities.nrows()];
        for (&component, label) in self.assignments.iter().zip(labels) {
            if let Some(class) = classes.iter().position(|class| class == label) {
                counts[component][class] += 1;
            }
        }
        counts
    }

    /// The label of largest posterior probability of each image, where component k belongs to label
    /// `component_labels[k]`: p(label | x) is the sum of the responsibilities of its components (ties: lower label).
    pub fn classify(&self, component_labels: &[u8]) -> Vec<u8> {
        let mut classes = component_labels.to_vec();
        classes.sort_unstable();
        classes.dedup();
        let probability = |image: usize, class: u8| -> f64 {
            let of = component_labels.iter().enumerate().filter(|(_, label)| **label == class);
            of.map(|(k, _)| self.responsibilities[(k, image)]).sum()
        };
        let likeliest = |image: usize| {
            let start = (f64::NEG_INFINITY, 0);
            let better = |best: (f64, u8), &class: &u8| {
                let found = probability(image, class);
                if found > best.0 { (found, class) } else { best }
            };
            classes.iter().fold(start, better).1
        };
        (0..self.log_density.len()).map(likeliest).collect()
    }
}

/// The share of images whose component has their label as its commonest one, from a [confusion](ImageScores::confusion);
/// NaN of none.
///
/// C. D. Manning, P. Raghavan, H. Schuetze, "Introduction to Information Retrieval" (2008), section 16.3.
pub fn purity(confusion: &[Vec<usize>]) -> f64 {
    let commonest: usize = confusion.iter().filter_map(|row| row.iter().max()).sum();
    commonest as f64 / confusion.iter().flatten().sum::<usize>() as f64
}

/// The share of `predicted` that are `labels`; NaN of none.
pub fn accuracy(predicted: &[u8], labels: &[u8]) -> f64 {
    predicted.iter().zip(labels).filter(|(a, b)| a == b).count() as f64 / labels.len() as f64
}

/// The mean; NaN of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The quantile of ascending values, linear between them; NaN of none.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * sorted.len().saturating_sub(1) as f64;
    let value = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    let (low, high) = (value(at.floor() as usize), value(at.ceil() as usize));
    if low == high { low } else { low + at.fract() * (high - low) }
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Golden {
        dim: usize,
        components: usize,
        weights: Vec<f64>,
        means: Vec<f64>,
        covariances: Vec<f64>,
        images: Vec<f64>,
        labels: Vec<u8>,
        log_density: Vec<f64>,
        responsibilities: Vec<f64>,
        assignments: Vec<usize>,
        ranks: Vec<usize>,
        outliers: Vec<usize>,
        confusion: Vec<Vec<usize>>,
        component_labels: Vec<u8>,
        predicted: Vec<u8>,
        accuracy: f64,
    }

    fn golden() -> (Golden, Mixture, DMatrix<f64>) {
        let text = include_str!("../../tests/fixtures/score/golden.json");
        let golden: Golden = serde_json::from_str(text).unwrap();
        let Golden { dim, components, .. } = golden;
        let covariances = golden.covariances.chunks(dim * dim);
        let mixture = Mixture::new(
            DVector::from_column_slice(&golden.weights),
            DMatrix::from_column_slice(dim, components, &golden.means),
            covariances.map(|values| DMatrix::from_column_slice(dim, dim, values)).collect(),
        )
        .unwrap();
        let images = DMatrix::from_column_slice(dim, golden.labels.len(), &golden.images);
        (golden, mixture, images)
    }

    #[test]
    fn scores_are_those_of_scikit_learn_and_scipy() {
        let (golden, mixture, images) = golden();
        let scores = ImageScores::of(&mixture, &images, false, 0).unwrap();
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-10 * b.abs().max(1.0), "{a} and {b}");
        scores.log_density.iter().zip(&golden.log_density).for_each(|(&a, &b)| close(a, b));
        scores.responsibilities.iter().zip(&golden.responsibilities).for_each(|(&a, &b)| close(a, b));
        assert_eq!(scores.assignments, golden.assignments);
        assert_eq!(scores.ranks, golden.ranks);
        assert!(!golden.outliers.is_empty() && scores.outliers == golden.outliers);
        assert_eq!(scores.confusion(&golden.labels, &[0, 1, 2]), golden.confusion);
        let predicted = scores.classify(&golden.component_labels);
        assert_eq!(predicted, golden.predicted);
        close(accuracy(&predicted, &golden.labels), golden.accuracy);
        close(scores.nll(), -golden.log_density.iter().sum::<f64>() / golden.labels.len() as f64);
        assert_eq!(scores.bits_per_dim, None);
    }

    #[test]
    fn bits_a_dimension_are_those_of_the_noisy_images() {
        let (_, mixture, mut images) = golden();
        images.iter_mut().for_each(|pixel| *pixel = (255.0 * pixel.clamp(0.0, 1.0)).round() / 255.0);
        let scores = ImageScores::of(&mixture, &images, true, 7).unwrap();
        dequantise(&mut images, &mut Purpose::Dequantisation.generator(7, 0));
        let noisy = mixture.with_noise(DEQUANTISATION_VARIANCE).unwrap().log_density(&images).unwrap();
        let bits: Vec<f64> = noisy.iter().map(|log| bits_per_dim(-log, mixture.dim())).collect();
        assert_eq!(scores.bits_per_dim.as_ref(), Some(&bits));
        assert!((scores.mean_bits_per_dim().unwrap() - mean(&bits)).abs() < 1e-12);
    }

    #[test]
    fn purity_is_counted_by_hand() {
        assert_eq!(purity(&[vec![5, 1], vec![0, 2], vec![0, 0]]), 7.0 / 8.0);
        assert!(purity(&[]).is_nan() && accuracy(&[], &[]).is_nan());
        assert_eq!(accuracy(&[1, 2, 3, 3], &[1, 2, 3, 4]), 0.75);
        assert_eq!((quantile(&[1.0, 2.0, 4.0], 0.75), quantile(&[3.0], 0.25)), (3.0, 3.0));
    }
}
