//! The computation of each stage of a study, without events.

use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::DMatrix;

use super::follow_up::{choose, choose_test_images};
use super::report::{DataReport, EmStep, FitReport};
use super::{Purpose, Settings, StudyError};
use crate::data::{Dataset, Source};
use crate::density::{self, TransformReport};
use crate::mixture::{EmFit, EmIteration, KMeansFit, KMeansIteration, Mixture, fit_owned, kmeans};

/// Task 1 for X standard normal and f(x) = x^2, with the study's draws.
pub fn transform(settings: &Settings) -> TransformReport {
    density::study(&mut Purpose::Transform.generator(settings.seed, 0))
}

/// Loads the images of the labels and draws those that the study uses.
///
/// # Errors
/// [`StudyError::Data`]; [`StudyError::Setting`] when more images are asked for than there are, or when the
/// means or the model to start from are not of the images' size.
pub fn load_data(settings: &Settings) -> Result<DataReport, StudyError> {
    let source = Source::choose(settings.data.as_deref(), &settings.labels)?;
    let mut generator = Purpose::TestShare.generator(settings.seed, 0);
    let Dataset { train, test, source, about } =
        Dataset::read(&source, &settings.labels, &settings.reading(), &mut generator)?;
    if let Some(means) = settings.means_init.as_ref().filter(|means| means.nrows() != train.dim()) {
        return Err(StudyError::Setting {
            key: "means-init",
            value: format!("of {} pixels", means.nrows()),
            hint: format!("give means of {} pixels, as the images", train.dim()),
        });
    }
    if let Some(start) = settings.start.as_ref().filter(|start| start.dim() != train.dim()) {
        return Err(StudyError::Setting {
            key: "start",
            value: format!("a model of {} pixels", start.dim()),
            hint: format!("give a model of {} pixels, as the images", train.dim()),
        });
    }
    let samples = settings.samples.of(train.len());
    let sample_indices = choose("samples", samples, "training", &train, settings, Purpose::TrainingImages, 0)?;
    let test_indices = choose_test_images(settings, &test, 0)?;
    let held_out_indices =
        choose("held-out", settings.held_out, "test", &test, settings, Purpose::HeldOut, 0)?;
    Ok(DataReport { source, about, train, test, sample_indices, test_indices, held_out_indices })
}

/// k-means of the columns of `images` (D x S), under the study's seed.
pub(super) fn cluster(
    settings: &Settings,
    images: &DMatrix<f64>,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, StudyError> {
    Ok(kmeans(images, &settings.kmeans, &mut Purpose::KMeans.generator(settings.seed, 0), observer)?)
}

/// EM of the columns of `images` (D x S) from `start`.
pub(super) fn expectation_maximisation(
    settings: &Settings,
    images: DMatrix<f64>,
    held_out: Option<&DMatrix<f64>>,
    start: Mixture,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, StudyError> {
    Ok(fit_owned(images, start, &settings.em, held_out, observer)?)
}

/// The fit with its components by falling weight, its history and each image's component likewise.
pub(super) fn fit_report(fit: EmFit, history: &[Arc<EmStep>]) -> FitReport {
    let order = fit.mixture.order_by_weight();
    let mut position = vec![0; order.len()];
    for (rank, &component) in order.iter().enumerate() {
        position[component] = rank;
    }
    FitReport {
        mixture: Arc::new(fit.mixture.reordered(&order)),
        history: history.iter().map(|step| Arc::new(reordered(step, &order))).collect(),
        stop: fit.stop,
        assignments: fit.assignments.iter().map(|&component| position[component]).collect(),
        final_nll: fit.final_nll,
    }
}

fn reordered(step: &EmStep, order: &[usize]) -> EmStep {
    let EmIteration { iteration, nll, held_out_nll, weights, means } = &step.iteration;
    EmStep {
        iteration: EmIteration {
            iteration: *iteration,
            nll: *nll,
            held_out_nll: *held_out_nll,
            weights: weights.select_rows(order),
            means: Arc::new(means.select_columns(order)),
        },
        time: step.time,
    }
}
