//! What an M-step needs from the data, as one value that adds up over chunks of images.
//!
//! For data that does not fit into one memory or one process: every part takes
//! [`Mixture::statistics`] of its images, the parts are merged, and [`Statistics::maximise`] makes the next
//! mixture. `em` does the same for images in memory, on `moments` alone.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::evaluation::Evaluator;
use super::moments::{Gathered, Members, Moments};
use super::pixel_order::PixelOrder;
use super::{Mixture, MixtureError, Taper, check};

/// Soft counts N_k, sums sum_s w_sk (x_s - r_k) and scatters sum_s w_sk (x_s - r_k)(x_s - r_k)^T of images
/// under K components, about reference points r_k; and the log-likelihood of the images.
///
/// Memory: K D^2 doubles.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    moments: Vec<Moments>,
    images: usize,
    log_likelihood: f64,
}

impl Statistics {
    /// Nothing seen yet, about the columns of `references` (D x K).
    pub fn new(references: &DMatrix<f64>) -> Self {
        let dim = references.nrows();
        let moments = references.column_iter().map(|reference| {
            let mut moments = Moments::in_memory(DMatrix::zeros(dim, dim));
            moments.reference.copy_from(&reference);
            moments
        });
        Self { moments: moments.collect(), images: 0, log_likelihood: 0.0 }
    }

    /// What was seen of `images`, whose log-densities sum to `log_likelihood`.
    pub(super) fn of(moments: Vec<Moments>, images: usize, log_likelihood: f64) -> Self {
        Self { moments, images, log_likelihood }
    }

    /// Says what the log-densities of the images seen sum to.
    pub(super) fn set_log_likelihood(&mut self, log_likelihood: f64) {
        self.log_likelihood = log_likelihood;
    }

    /// Adds images (columns of `images`, D x S) with responsibilities (K x S, not negative).
    ///
    /// Cost: D^2 flops for every responsibility that is not zero.
    ///
    /// # Errors
    /// [`MixtureError::Shape`], [`MixtureError::NonFinitePixel`].
    pub fn add(
        &mut self,
        images: &DMatrix<f64>,
        responsibilities: &DMatrix<f64>,
    ) -> Result<(), MixtureError> {
        let shape = (self.moments.len(), images.ncols());
        if responsibilities.shape() != shape {
            return Err(MixtureError::Shape {
                what: "responsibilities",
                found: format!("{} x {}", responsibilities.nrows(), responsibilities.ncols()),
                expected: format!("{} x {}", shape.0, shape.1),
            });
        }
        let members: Vec<Vec<(u32, f64)>> = responsibilities
            .row_iter()
            .map(|row| (0..).zip(row.iter().copied()).filter(|&(_, weight)| weight > 0.0).collect())
            .collect();
        self.add_members(images, members.iter().map(Vec::as_slice))
    }

    fn add_members<'a>(
        &mut self,
        images: &DMatrix<f64>,
        members: impl Iterator<Item = &'a Members>,
    ) -> Result<(), MixtureError> {
        check::images(images, self.dim())?;
        let members: Vec<&Members> = members.collect();
        let memory = Gathered::default();
        self.moments.par_iter_mut().zip(members).for_each(|(moments, members)| {
            moments.add(images, members, &memory);
        });
        self.images += images.ncols();
        Ok(())
    }

    /// Adds what `other` saw of other images. Cost: K D^2.
    ///
    /// # Errors
    /// [`MixtureError::Shape`] when the two do not have the same reference points.
    pub fn merge(&mut self, other: &Self) -> Result<(), MixtureError> {
        let same = self.moments.len() == other.moments.len()
            && self.moments.iter().zip(&other.moments).all(|(a, b)| a.reference == b.reference);
        if !same {
            return Err(MixtureError::Shape {
                what: "statistics",
                found: format!("{} components in {} dimensions", other.moments.len(), other.dim()),
                expected: format!(
                    "{} in {}, about the same reference points",
                    self.moments.len(),
                    self.dim()
                ),
            });
        }
        self.moments.par_iter_mut().zip(&other.moments).for_each(|(moments, other)| moments.merge(other));
        self.images += other.images;
        self.log_likelihood += other.log_likelihood;
        Ok(())
    }

    /// N, the soft counts of the K components.
    pub fn counts(&self) -> DVector<f64> {
        DVector::from_iterator(self.moments.len(), self.moments.iter().map(|moments| moments.count))
    }

    /// How many images were seen.
    pub fn images(&self) -> usize {
        self.images
    }

    /// sum_s log p(x_s), weighted, under the mixture that the responsibilities came from, in nats; 0 where
    /// responsibilities were given by [`Statistics::add`].
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// The mixture of greatest expected likelihood, shrunk towards diagonals: pi_k = N_k / sum_j N_j, mu_k = r_k + a_k / N_k and, with
    /// S_k = A_k / N_k - (a_k / N_k)(a_k / N_k)^T, Sigma_k = (N_k S_k + nu diag(S_k)) / (N_k + nu) + ridge I, where
    /// nu is the `shrinkage`.
    ///
    /// A component that no image belongs to gets weight 0 and keeps the mean and the covariance that it has in
    /// `previous`. Cost: K D^2.
    ///
    /// # Errors
    /// [`MixtureError::Shape`] when `previous` is of another size, [`MixtureError::Setting`] for a bad ridge or shrinkage,
    /// and as [`Mixture::new`], for example when no image was seen at all.
    pub fn maximise(self, previous: &Mixture, ridge: f64, shrinkage: f64) -> Result<Mixture, MixtureError> {
        self.maximise_towards(Taper::DIAGONAL, previous, ridge, shrinkage)
    }

    /// [`Statistics::maximise`], shrunk towards what `taper` = C leaves of each: Sigma_k = (N_k S_k + nu S_k ∘ C) / (N_k + nu) + ridge I.
    ///
    /// # Errors
    /// As [`Statistics::maximise`], and [`MixtureError::Setting`] for a reach that is negative.
    pub fn maximise_towards(
        self,
        taper: Taper,
        previous: &Mixture,
        ridge: f64,
        shrinkage: f64,
    ) -> Result<Mixture, MixtureError> {
        check::non_negative("shrinkage reach", taper.reach)?;
        check::non_negative("ridge", ridge)?;
        check::non_negative("shrinkage", shrinkage)?;
        if (self.moments.len(), self.dim()) != (previous.components(), previous.dim()) {
            return Err(MixtureError::Shape {
                what: "statistics",
                found: format!("{} components in {} dimensions", self.moments.len(), self.dim()),
                expected: format!("{} in {}", previous.components(), previous.dim()),
            });
        }
        let counts = self.counts();
        let weights = &counts / counts.sum();
        let mut means = previous.means().clone();
        let dim = self.dim();
        let table = taper.table(&PixelOrder::own(dim), dim);
        let covariances = self
            .moments
            .into_par_iter()
            .zip(means.as_mut_slice().par_chunks_mut(dim))
            .zip(previous.covariances())
            .map(|((mut moments, mean), previous)| {
                if moments.count > 0.0 {
                    moments.finalize(ridge, shrinkage, &table, mean);
                    crate::linalg::mirror_lower(&mut moments.scatter);
                } else {
                    moments.scatter.copy_from(&previous.dense());
                }
                moments.scatter
            })
            .collect::<Vec<DMatrix<f64>>>();
        Mixture::new(weights, means, covariances)
    }

    fn dim(&self) -> usize {
        self.moments.first().map_or(0, |moments| moments.reference.len())
    }
}

impl Mixture {
    /// The E-step of `images` (D x S) as what an M-step needs of them, about this mixture's means.
    ///
    /// One iteration of EM over parts of the data: take this of each part, merge, maximise.
    ///
    /// Cost: that of [`Mixture::responsibilities`], and D^2 flops for every responsibility that is not zero.
    ///
    /// # Errors
    /// As [`Mixture::log_density`].
    pub fn statistics(&self, images: &DMatrix<f64>) -> Result<Statistics, MixtureError> {
        let evaluation = Evaluator::new(self)?.evaluate(images)?;
        let mut statistics = Statistics::new(self.means());
        statistics.add_members(images, evaluation.members())?;
        statistics.log_likelihood = evaluation.log_density.iter().sum();
        Ok(statistics)
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::mixture::{EmSettings, fit};

    /// 60 images of 4 pixels in two overlapping clusters.
    fn images() -> DMatrix<f64> {
        DMatrix::from_fn(4, 60, |i, s| {
            ((s * (2 * i + 3) + i * i) % 17) as f64 / 17.0 + if s % 2 == 0 { 0.4 } else { 0.0 }
        })
    }

    fn start(images: &DMatrix<f64>) -> Mixture {
        Mixture::standard_start(images.columns(0, 2).into_owned()).unwrap()
    }

    #[test]
    fn parts_that_are_merged_make_one_iteration_of_em() {
        let images = images();
        let settings = EmSettings {
            ridge: 1e-3,
            shrinkage: 5.0,
            tolerance: 0.0,
            max_iterations: 2,
            ..EmSettings::default()
        };
        let whole =
            fit(&images, start(&images), &settings, None, &mut |_| ControlFlow::Continue(())).unwrap();
        let mut mixture = start(&images);
        for step in &whole.history {
            let part = |first, count| mixture.statistics(&images.columns(first, count).into_owned()).unwrap();
            let mut merged = part(0, 13);
            merged.merge(&part(13, 30)).unwrap();
            merged.merge(&part(43, 17)).unwrap();
            assert_eq!(merged.images(), 60);
            assert!((merged.counts().sum() - 60.0).abs() < 1e-12);
            assert!((-merged.log_likelihood() / 60.0 - step.nll).abs() < 1e-12);
            mixture = merged.maximise(&mixture, settings.ridge, settings.shrinkage).unwrap();
        }
        assert!((mixture.weights() - whole.mixture.weights()).amax() < 1e-13);
        assert!((mixture.means() - whole.mixture.means()).amax() < 1e-13);
        for (a, b) in mixture.covariances().iter().zip(whole.mixture.covariances()) {
            assert!((&*a.dense() - &*b.dense()).amax() < 1e-13);
        }
    }

    #[test]
    fn responsibilities_that_are_given_count_as_those_of_the_mixture() {
        let images = images();
        let mixture = start(&images);
        let mut given = Statistics::new(mixture.means());
        given.add(&images, &mixture.responsibilities(&images).unwrap()).unwrap();
        let own = mixture.statistics(&images).unwrap();
        assert_eq!(given.maximise(&mixture, 0.1, 3.0).unwrap(), own.maximise(&mixture, 0.1, 3.0).unwrap());
    }

    #[test]
    fn what_is_not_about_the_same_points_is_refused() {
        let images = images();
        let mut mine = start(&images).statistics(&images).unwrap();
        let other = Mixture::standard_start(images.columns(5, 2).into_owned()).unwrap();
        let error = mine.merge(&other.statistics(&images).unwrap()).unwrap_err();
        assert!(error.to_string().contains("about the same reference points"), "{error}");
        assert!(mine.add(&images, &DMatrix::zeros(3, 60)).is_err());
    }

    #[test]
    fn a_component_without_images_keeps_what_it_was() {
        let images = images();
        let mixture = start(&images);
        let mut statistics = Statistics::new(mixture.means());
        let all_first = DMatrix::from_fn(2, 60, |k, _| if k == 0 { 1.0 } else { 0.0 });
        statistics.add(&images, &all_first).unwrap();
        let next = statistics.maximise(&mixture, 0.0, 0.0).unwrap();
        assert_eq!(next.weights().as_slice(), [1.0, 0.0]);
        assert_eq!(next.means().column(1), mixture.means().column(1));
        assert_eq!(next.covariances()[1], mixture.covariances()[1]);
        assert!((next.means().column(0) - images.column_mean()).amax() < 1e-13);
    }
}
