//! One mixture a label: a classifier, and a mixture of all of them.
//!
//! p(x) = sum over labels l of p(l) sum_k pi_lk N(x; mu_lk, Sigma_lk), with p(l) the share of the weight of the training images. The
//! likeliest label of an image is that with the largest sum of responsibilities over its components.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nalgebra::{DMatrix, DVector};

use super::stages::{self, Fitted};
use super::{
    Checked, Control, DataReport, ImageScores, Settings, Shrinkage, StudyError, memory, with_threads,
};
use crate::files::ModelFile;
use crate::mixture::{Covariance, CovarianceFamily, Mixture, StopReason, TrainingSet};

/// The fit of one label.
#[derive(Debug, Clone)]
pub struct LabelFit {
    /// The label.
    pub label: u8,
    /// Its training images.
    pub samples: usize,
    /// The sum of their weights.
    pub total: f64,
    /// Iterations of EM.
    pub iterations: usize,
    /// Why EM stopped.
    pub stop: StopReason,
    /// Mean NLL of its images under its own mixture, in nats.
    pub final_nll: f64,
    /// nu.
    pub shrinkage: f64,
    /// The reach of its target, in pixels.
    pub reach: f64,
    /// Wall-clock time.
    pub time: Duration,
}

/// One mixture a label.
#[derive(Debug, Clone)]
pub struct PerLabel {
    /// The images.
    pub data: Arc<DataReport>,
    /// The mixture of all, components by falling weight.
    pub mixture: Arc<Mixture>,
    /// The label of each component.
    pub component_labels: Vec<u8>,
    /// One fit a label, in the order of the labels chosen.
    pub fits: Vec<LabelFit>,
    /// The test images without missing pixels under it.
    pub test: ImageScores,
    /// Their labels; none where they have none.
    pub test_labels: Vec<u8>,
    /// Whether a fit ended before its time, on request: some labels may be left out.
    pub stopped: bool,
}

impl PerLabel {
    /// What model.npz holds.
    pub fn model(&self, settings: &Settings) -> ModelFile {
        let most = |of: fn(&LabelFit) -> f64| self.fits.iter().map(of).fold(0.0, f64::max);
        ModelFile {
            mixture: Arc::clone(&self.mixture),
            shape: self.data.train.shape(),
            nll_history: Vec::new(),
            ridge: settings.em.ridge,
            shrinkage: most(|fit| fit.shrinkage),
            reach: most(|fit| fit.reach),
            converged: !self.stopped && self.fits.iter().all(|fit| fit.stop == StopReason::Converged),
            labels: self.data.about.labels.clone(),
            seed: settings.seed,
            sample_indices: self.data.sample_indices.clone(),
            component_labels: self.component_labels.clone(),
            origin: settings.origin(),
            is_partial: false,
            is_shrinkage_chosen: settings.shrinkage == Shrinkage::Auto
                && settings.covariance.has_covariances(),
            training_digest: None,
            notes: Vec::new(),
        }
    }
}

/// Fits a mixture of K components to the training images of each label, and scores all test images of which no pixel is missing;
/// `progress` is told of each label before its fit. Cost: a fit for each label, of its images.
///
/// Once cancelled, the fit under way ends with its iteration, and the others are made of one iteration each. Once stopped
/// ([`Control::stop`]), the labels that are finished are kept, or the one under way where there are none.
///
/// # Errors
/// [`StudyError`]: `components` for a label with fewer images than components, `labels` for images without labels.
pub fn fit_per_label(
    settings: &Checked,
    control: &Control,
    progress: &mut (dyn FnMut(u8) + Send),
) -> Result<PerLabel, StudyError> {
    let settings = settings.get();
    with_threads(settings.threads, || fit_all(settings, control, progress))?
}

fn fit_all(
    settings: &Settings,
    control: &Control,
    progress: &mut (dyn FnMut(u8) + Send),
) -> Result<PerLabel, StudyError> {
    let counts = Settings { test_images: 0, draws: 0, held_out: 0, ..settings.clone() };
    let data = Arc::new(stages::load_data(&counts)?);
    let k = settings.kmeans.components;
    let labels = &data.about.labels;
    if labels.is_empty() {
        let hint = "one mixture a label takes images with labels".to_owned();
        return Err(StudyError::Setting { key: "labels", value: settings.labels.to_string(), hint });
    }
    let mut all = settings.clone();
    all.kmeans.components = k * labels.len();
    memory::require_fit(&all, data.sample_indices.len(), data.train.dim(), data.train.is_complete())?;
    let (mut fits, mut parts) = (Vec::new(), Vec::new());
    for &label in labels {
        let is_its = |index: &usize| data.train.labels().get(*index) == Some(&label);
        let own: Vec<usize> = data.sample_indices.iter().copied().filter(is_its).collect();
        if own.len() < k {
            let name = data.about.label_names.with_number(label);
            let hint = format!(
                "label {name} has {} of the training images: choose fewer, or more `samples`",
                own.len()
            );
            return Err(StudyError::Setting { key: "components", value: k.to_string(), hint });
        }
        progress(label);
        let weights = data.train.weights();
        let set = TrainingSet {
            images: data.train.matrix(&own),
            weights: (!weights.is_empty()).then(|| own.iter().map(|&index| weights[index]).collect()),
        };
        let (fit, mixture) = fit_one(settings, control, label, (set, data.train.shape().columns))?;
        // A label that was not finished is left out, so that all that are there are equally good.
        if control.is_stopped() && fit.stop == StopReason::Cancelled && !parts.is_empty() {
            break;
        }
        fits.push(fit);
        parts.push(mixture);
    }
    let (mixture, component_labels) = joined(&fits, parts)?;
    let all: Vec<usize> = (0..data.test.len()).filter(|&index| data.test.is_complete_at(index)).collect();
    let test_labels = all.iter().filter_map(|&index| data.test.labels().get(index).copied()).collect();
    let test = ImageScores::of(&mixture, &data.test.matrix(&all), data.test.is_eight_bit(), settings.seed)?;
    let stopped = fits.len() < labels.len() || fits.iter().any(|fit| fit.stop == StopReason::Cancelled);
    Ok(PerLabel { data, mixture: Arc::new(mixture), component_labels, fits, test, test_labels, stopped })
}

/// k-means and EM of the images of a label, which have so many columns.
fn fit_one(
    settings: &Settings,
    control: &Control,
    label: u8,
    (set, columns): (TrainingSet, usize),
) -> Result<(LabelFit, Mixture), StudyError> {
    let (began, samples, total) = (Instant::now(), set.images.ncols(), set.total());
    let flow = || match control.is_cancelled() || control.is_stopped() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let means = match stages::start_means(settings, &set) {
        Some(means) => means,
        None => stages::cluster(settings, &set, columns, &mut |_| flow())?.centroids,
    };
    let start = stages::start(settings, means)?;
    let Fitted { fit, em, iterations } = stages::fit(settings, set, columns, None, start, &mut |_| flow())?;
    let (shrinkage, reach) = (em.shrinkage, em.taper.reach);
    let (stop, final_nll, time) = (fit.stop, fit.final_nll, began.elapsed());
    Ok((LabelFit { label, samples, total, iterations, stop, final_nll, shrinkage, reach, time }, fit.mixture))
}

/// The mixture of mixtures, weighted by their images, with the label of each of its components; by falling weight.
fn joined(fits: &[LabelFit], parts: Vec<Mixture>) -> Result<(Mixture, Vec<u8>), StudyError> {
    let total: f64 = fits.iter().map(|fit| fit.total).sum();
    let (mut weights, mut means, mut covariances, mut labels) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let dim = parts.first().map_or(0, Mixture::dim);
    for (fit, part) in fits.iter().zip(&parts) {
        let share = fit.total / total;
        weights.extend(part.weights().iter().map(|weight| share * weight));
        means.extend_from_slice(part.means().as_slice());
        // Labels share no covariance: a tied one of each is a full one of all.
        let is_tied = part.family() == CovarianceFamily::Tied;
        let own = |one: &Covariance| if is_tied { one.dense().into_owned().into() } else { one.clone() };
        covariances.extend(part.covariances().iter().map(own));
        labels.extend(std::iter::repeat_n(fit.label, part.components()));
    }
    drop(parts);
    let means = DMatrix::from_vec(dim, labels.len(), means);
    let mixture = Mixture::new(DVector::from_vec(weights), means, covariances)?;
    let order = mixture.order_by_weight();
    let labels = order.iter().map(|&k| labels[k]).collect();
    Ok((mixture.reordered(&order), labels))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Labels, npz};
    use crate::study::{DeadComponents, SampleCount, StartMeans, accuracy, fit_only};

    fn settings() -> Settings {
        let mut settings =
            Settings { samples: 150.into(), shrinkage: Shrinkage::Images(50.0), ..Settings::default() };
        settings.kmeans.components = 2;
        settings.em.max_iterations = 4;
        settings
    }

    #[test]
    fn a_mixture_a_label_classifies_and_is_a_mixture_of_the_parts() {
        let fit = fit_per_label(&settings().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        assert_eq!((fit.mixture.components(), fit.fits.len()), (6, 3));
        assert!((fit.mixture.weights().sum() - 1.0).abs() < 1e-12);
        for (own, label) in fit.fits.iter().zip([0, 1, 8]) {
            let weights = fit.component_labels.iter().zip(fit.mixture.weights().iter());
            let weight: f64 = weights.filter(|(of, _)| **of == label).map(|(_, weight)| weight).sum();
            assert!((own.label == label) && (weight - own.samples as f64 / 150.0).abs() < 1e-12);
        }
        let predicted = fit.test.classify(&fit.component_labels);
        let accuracy = accuracy(&predicted, &fit.test_labels);
        // By chance a third; three clothes are told apart by 50 images of each.
        assert!(accuracy > 0.9, "{accuracy}");
    }

    #[test]
    fn the_mixture_of_a_label_is_that_of_its_images_alone() {
        let all = settings();
        let per_label = fit_per_label(&all.clone().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        let data = &per_label.data;
        let own = data.sample_indices.iter().filter(|&&index| data.train.labels()[index] == 8);
        let images = data.train.matrix(&own.copied().collect::<Vec<_>>());
        let (fit, mixture) = fit_one(&all, &Control::new(), 8, (images.clone().into(), 28)).unwrap();
        assert_eq!(fit.final_nll.to_bits(), per_label.fits[2].final_nll.to_bits());
        let nll = -mixture.log_density(&images).unwrap().iter().sum::<f64>() / images.ncols() as f64;
        assert!((nll - fit.final_nll).abs() < 1e-9 * nll.abs());
        // One label alone is an ordinary fit.
        let one = Settings { labels: vec![8].into(), samples: 60.into(), held_out: 0, ..all };
        // From other means too, and with new starts for the dead.
        let random = Settings { em_start: StartMeans::Random, dead: DeadComponents::Split, ..one.clone() };
        for one in [one, random] {
            let one = one.check().unwrap();
            let alone = fit_per_label(&one, &Control::new(), &mut |_| ()).unwrap();
            let ordinary = fit_only(&one, &Control::new(), &mut |_| ()).unwrap();
            assert_eq!(*alone.mixture, *ordinary.fit.unwrap().mixture);
        }
    }

    #[test]
    fn weights_are_counted_and_test_images_that_lack_pixels_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.npz");
        let pixel = |at: usize| (at * 37 % 101) as f64 / 100.0;
        npz::write(&path, |npz| {
            let images: Vec<f64> = (0..40 * 4).map(pixel).collect();
            let labels: Vec<i64> = (0..40).map(|s| s % 2).collect();
            npz.array("images", &[40, 2, 2], &images)?;
            npz.array("labels", &[40], &labels)?;
            npz.array("masks", &[40, 2, 2], &(0..160).map(|at| at % 12 != 1).collect::<Vec<_>>())?;
            npz.array(
                "weights",
                &[40],
                &labels.iter().map(|&label| 1.0 + 2.0 * label as f64).collect::<Vec<_>>(),
            )
        })
        .unwrap();
        let mut settings = Settings { data: Some(path), labels: Labels::All, ..settings() };
        (settings.samples, settings.kmeans.components) = (SampleCount::All, 1);
        let fit = fit_per_label(&settings.clone().check().unwrap(), &Control::new(), &mut |_| ()).unwrap();
        let of_label_1 = fit.fits[1].samples as f64;
        let expected = 3.0 * of_label_1 / (3.0 * of_label_1 + fit.fits[0].samples as f64);
        let at = fit.component_labels.iter().position(|&label| label == 1).unwrap();
        assert!((fit.mixture.weights()[at] - expected).abs() < 1e-12);
        let test = &fit.data.test;
        let complete = (0..test.len()).filter(|&index| test.is_complete_at(index)).count();
        assert!(complete > 0 && complete < test.len());
        assert_eq!((fit.test.log_density.len(), fit.test_labels.len()), (complete, complete));
    }

    #[test]
    fn what_is_stopped_keeps_the_labels_that_are_finished() {
        let settings = settings().check().unwrap();
        let control = Control::new();
        let mut begun = Vec::new();
        let fit = fit_per_label(&settings, &control, &mut |label| {
            begun.push(label);
            // While the last label is fitted.
            if label == 8 {
                control.stop();
            }
        });
        let fit = fit.unwrap();
        let labels: Vec<u8> = fit.fits.iter().map(|fit| fit.label).collect();
        assert_eq!((begun, labels, fit.stopped), (vec![0, 1, 8], vec![0, 1], true));
        assert!((fit.mixture.weights().sum() - 1.0).abs() < 1e-12 && fit.mixture.components() == 4);
        let whole = fit_per_label(&settings, &Control::new(), &mut |_| ()).unwrap();
        assert_eq!(fit.fits[1].final_nll.to_bits(), whole.fits[1].final_nll.to_bits());
        let model = fit.model(settings.get());
        assert!(!model.converged && model.labels == [0, 1, 8] && !model.component_labels.contains(&8));
    }

    #[test]
    fn a_label_with_too_few_images_is_refused() {
        let mut few = Settings { samples: 9.into(), ..settings() };
        few.kmeans.components = 9;
        let error = fit_per_label(&few.check().unwrap(), &Control::new(), &mut |_| ()).unwrap_err();
        assert!(error.to_string().contains("`components` is 9: label "), "{error}");
    }
}
