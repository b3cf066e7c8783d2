//! The computation of each stage of a study, without events.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use nalgebra::DMatrix;

use super::follow_up::{choose, choose_test_images, hide_pixels};
use super::held_out::HeldOutScore;
use super::own::add_own;
use super::report::{DataReport, EmStep, FitReport};
use super::{DeadComponents, Purpose, Reach, Settings, Shrinkage, StartMeans, StudyError};
use crate::data::{Dataset, Reading, Source};
use crate::density::{self, Pair, TransformReport};
use crate::mixture::{
    CovarianceFamily, EmFit, EmIteration, EmSettings, FIRST_SHRINKAGE, HeldOut, KMeansFit, KMeansIteration,
    KMeansSettings, KMeansStop, Mixture, MixtureError, ShrinkageChoice, StopReason, Taper, TrainingSet,
    choose_shrinkage, fit_training_set, kmeans_training_set,
};

/// Task 1 under the law and the map of the settings, with the study's draws.
pub fn transform(settings: &Settings) -> TransformReport {
    let mut generator = Purpose::Transform.generator(settings.seed, 0);
    let pair = Pair::new(settings.law.clone(), settings.map.clone());
    if pair.is_built_in() { density::study(&mut generator) } else { pair.study(&mut generator) }
}

/// Task 1 of `report` over another window of z, with the same draws.
pub fn transform_over(report: &TransformReport, seed: u64, window: (f64, f64)) -> TransformReport {
    report.over(&mut Purpose::Transform.generator(seed, 0), window)
}

/// Loads the images of the labels and draws those that the study uses.
///
/// # Errors
/// [`StudyError::Data`]; [`StudyError::Setting`] when more images are asked for than there are, or when the
/// means or the model to start from are not of the images' size.
pub fn load_data(settings: &Settings) -> Result<DataReport, StudyError> {
    read_data(settings, &settings.reading())
}

/// [`load_data`], with the images read so.
pub(super) fn read_data(settings: &Settings, reading: &Reading) -> Result<DataReport, StudyError> {
    let source = Source::choose(settings.data.as_deref(), &settings.labels)?;
    let mut generator = Purpose::TestShare.generator(settings.seed, 0);
    let Dataset { mut train, test, source, mut about } =
        Dataset::read(&source, &settings.labels, reading, &mut generator)?;
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
    if settings.covariance == CovarianceFamily::LowRank && settings.rank > train.dim() {
        return Err(StudyError::Setting {
            key: "rank",
            value: settings.rank.to_string(),
            hint: format!("choose at most {}, as an image has so many pixels", train.dim()),
        });
    }
    let samples = settings.samples.of(train.len());
    let all = (&train, train.len());
    let mut sample_indices =
        choose("samples", samples, "training", all, settings, Purpose::TrainingImages, 0)?;
    if train.is_left_in_file() {
        // Images that follow one another are read at once.
        sample_indices.sort_unstable();
    }
    hide_pixels(settings, &mut train, &sample_indices)?;
    if settings.observed_training < 1.0 {
        let percent = 100.0 * settings.observed_training;
        about.notes.push(format!(
            "{percent} % of the pixels of each training image are observed, the others are hidden"
        ));
    }
    let (held_out, all) = (settings.held_out.min(test.len()), (&test, test.len()));
    let held_out_indices = choose("held-out", held_out, "test", all, settings, Purpose::HeldOut, 0)?;
    let (test_indices, own) = (Vec::new(), 0);
    let mut data =
        DataReport { source, about, train, test, sample_indices, test_indices, held_out_indices, own };
    data.test_indices = choose_test_images(settings, &data, 0)?;
    if let Some(path) = &settings.restore {
        add_own(&mut data, path)?;
    }
    Ok(data)
}

/// The start of EM from `means` (D x K), of the family that the settings ask for.
pub(super) fn start(settings: &Settings, means: DMatrix<f64>) -> Result<Mixture, StudyError> {
    Ok(Mixture::start(means, settings.covariance, settings.rank)?)
}

/// A mixture to continue from, of the family that the settings ask for: its own, or full.
pub(super) fn warm_start(settings: &Settings, start: &Mixture) -> Mixture {
    if settings.covariance == start.family() { start.clone() } else { start.to_full() }
}

/// Iterations of EM by which a start is judged, at most.
const TRIAL: usize = 5;

/// k-means of the images of `set`, which have so many columns, under the study's seed.
///
/// Of several runs, that is kept from whose centroids a few iterations of EM reach the least NLL (ties: the first).
pub(super) fn cluster(
    settings: &Settings,
    set: &TrainingSet,
    columns: usize,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, StudyError> {
    let mut generator = Purpose::KMeans.generator(settings.seed, 0);
    let once = KMeansSettings { restarts: 1, ..settings.kmeans };
    let mut best: Option<(f64, KMeansFit)> = None;
    for restart in 0..settings.kmeans.restarts {
        let numbered = |step: &KMeansIteration| KMeansIteration { restart, ..step.clone() };
        let mut fit = kmeans_training_set(set, &once, &mut generator, &mut |step| observer(&numbered(step)))?;
        fit.restart = restart;
        fit.history.iter_mut().for_each(|step| step.restart = restart);
        if settings.kmeans.restarts == 1 || fit.stop == KMeansStop::Cancelled {
            return Ok(fit);
        }
        let nll = trial(settings, set, columns, &fit.centroids)?;
        if best.as_ref().is_none_or(|(least, _)| nll < *least) {
            best = Some((nll, fit));
        }
    }
    match best {
        Some((_, fit)) => Ok(fit),
        None => Ok(kmeans_training_set(set, &settings.kmeans, &mut generator, observer)?),
    }
}

/// The NLL of the images after a few iterations of EM from `centroids`; infinite where a covariance cannot be factored.
fn trial(
    settings: &Settings,
    set: &TrainingSet,
    columns: usize,
    centroids: &DMatrix<f64>,
) -> Result<f64, StudyError> {
    let shrinkage = match settings.shrinkage {
        Shrinkage::Images(nu) => nu,
        Shrinkage::Auto => FIRST_SHRINKAGE,
    };
    let max_iterations = settings.em.max_iterations.min(TRIAL);
    let em = EmSettings { shrinkage, max_iterations, ..em(settings, columns, None) };
    let start = start(settings, centroids.clone())?;
    match fit_training_set(set.clone(), start, &em, None, &mut |_| ControlFlow::Continue(())) {
        Ok(fit) => Ok(fit.final_nll),
        Err(MixtureError::NotPositiveDefinite { .. }) => Ok(f64::INFINITY),
        Err(error) => Err(error.into()),
    }
}

/// The means that EM starts from without k-means; none where k-means makes them. A missing pixel is the mean of those
/// observed.
pub(super) fn start_means(settings: &Settings, set: &TrainingSet) -> Option<DMatrix<f64>> {
    let (images, components) = (&set.images, settings.kmeans.components);
    if settings.em_start == StartMeans::KMeans {
        return None;
    }
    let pixel_means: Vec<f64> = images
        .row_iter()
        .map(|row| {
            let observed = row.iter().filter(|pixel| !pixel.is_nan());
            let (count, sum) = observed.fold((0, 0.0), |(count, sum), pixel| (count + 1, sum + pixel));
            sum / f64::from(count.max(1))
        })
        .collect();
    let mean = |row: usize| pixel_means.get(row).copied().unwrap_or(0.0);
    match settings.em_start {
        StartMeans::KMeans => None,
        StartMeans::Identical => Some(DMatrix::from_fn(images.nrows(), components, |row, _| mean(row))),
        StartMeans::Random => {
            let mut generator = Purpose::KMeans.generator(settings.seed, 0);
            let count = components.min(images.ncols());
            let chosen = rand::seq::index::sample(&mut generator, images.ncols(), count).into_vec();
            let chosen = images.select_columns(&chosen);
            let filled = |row, column| Some(chosen[(row, column)]).filter(|pixel: &f64| !pixel.is_nan());
            Some(DMatrix::from_fn(chosen.nrows(), count, |row, column| {
                filled(row, column).unwrap_or(mean(row))
            }))
        }
    }
}

/// The shrinkage for EM of the images of `set` from `start`, where the settings ask for a choice and there is an
/// iteration that shrinks, and its target; none where they do not, where the family has no covariances of two pixels, and when the observer asks to stop.
pub(super) fn shrinkage(
    settings: &Settings,
    set: &TrainingSet,
    columns: usize,
    start: &Mixture,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<Option<ShrinkageChoice>, StudyError> {
    let has_covariances = settings.covariance.has_covariances();
    if settings.shrinkage != Shrinkage::Auto || settings.em.max_iterations == 0 || !has_covariances {
        return Ok(None);
    }
    let mut generator = Purpose::Shrinkage.generator(settings.seed, 0);
    Ok(choose_shrinkage(set, start, &settings.em, &targets(settings, columns), &mut generator, observer)?)
}

/// What [`fit`] finds.
pub(super) struct Fitted {
    /// The last round of EM.
    pub fit: EmFit,
    /// The settings of EM, with what they shrink by.
    pub em: EmSettings,
    /// The iterations of all rounds.
    pub iterations: usize,
}

/// The choice of the shrinkage where the settings ask for it, EM of the images of `set` from `start`, and again where components died
/// and are to be given a new start. The observer is told of every iteration.
pub(super) fn fit(
    settings: &Settings,
    set: TrainingSet,
    columns: usize,
    held_out: Option<HeldOut<'_>>,
    start: Mixture,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<Fitted, StudyError> {
    let chosen = shrinkage(settings, &set, columns, &start, observer)?;
    let em = em(settings, columns, chosen.as_ref());
    let scale = set.scale();
    // EM takes the images over.
    let kept = (settings.dead != DeadComponents::Keep).then(|| set.clone());
    let mut fit = fit_training_set(set, start, &em, held_out, observer)?;
    let (mut round, mut iterations) = (0, fit.history.len());
    while let Some(set) = &kept
        && let Some(start) = reseeded(settings, &fit, scale, || Cow::Borrowed(set), round)?
    {
        round += 1;
        fit = fit_training_set(set.clone(), start, &em, held_out, observer)?;
        iterations += fit.history.len();
    }
    Ok(Fitted { fit, em, iterations })
}

/// EM goes on from components that were given a new start so often, at most.
const ROUNDS: usize = 3;

/// The mixture that EM goes on from after `round` rounds, where components that died are to be given a new start and some
/// have; `scale` is that of the images `set` ([`TrainingSet::scale`]).
pub(super) fn reseeded<'a>(
    settings: &Settings,
    fit: &EmFit,
    scale: f64,
    set: impl FnOnce() -> Cow<'a, TrainingSet>,
    round: usize,
) -> Result<Option<Mixture>, StudyError> {
    if round >= ROUNDS || fit.stop == StopReason::Cancelled {
        return Ok(None);
    }
    Ok(match settings.dead {
        DeadComponents::Keep => None,
        DeadComponents::Reseed => fit.mixture.reseeded(&set())?,
        DeadComponents::Split => fit.mixture.split(scale)?,
    })
}

/// The targets of shrinkage that a fit under `settings` to images of so many columns may have: one, where none is to be chosen.
pub(super) fn targets(settings: &Settings, columns: usize) -> Vec<Taper> {
    let has_matrix = matches!(settings.covariance, CovarianceFamily::Full | CovarianceFamily::Tied);
    let reaches = match (settings.reach, settings.shrinkage) {
        // Factors are shrunk as factors, and numbers in a row are no neighbours.
        _ if !has_matrix || settings.vectors => vec![0.0],
        (Reach::Pixels(reach), _) => vec![reach],
        (Reach::Auto, Shrinkage::Images(_)) => vec![0.0],
        (Reach::Auto, Shrinkage::Auto) => Reach::CANDIDATES.to_vec(),
    };
    reaches.into_iter().map(|reach| Taper { reach, columns }).collect()
}

/// EM of a fit under `settings` to images of so many columns: with the shrinkage that is given, or was chosen.
pub(super) fn em(settings: &Settings, columns: usize, chosen: Option<&ShrinkageChoice>) -> EmSettings {
    let given = match settings.shrinkage {
        Shrinkage::Images(nu) => nu,
        Shrinkage::Auto => 0.0,
    };
    let first = || targets(settings, columns).first().copied().unwrap_or(Taper::DIAGONAL);
    let (shrinkage, taper) =
        chosen.map_or_else(|| (given, first()), |choice| (choice.shrinkage, choice.taper));
    EmSettings { shrinkage, taper, ..settings.em }
}

/// The fit with its components in `order`, its history and each image's component likewise.
pub(super) fn fit_report(
    fit: EmFit,
    order: &[usize],
    history: &[Arc<EmStep>],
    em: &EmSettings,
    reseeded: usize,
    held_out: Option<HeldOutScore>,
) -> FitReport {
    let mut position = vec![0; order.len()];
    for (rank, &component) in order.iter().enumerate() {
        position[component] = rank;
    }
    FitReport {
        mixture: Arc::new(fit.mixture.reordered(order)),
        history: history.iter().map(|step| Arc::new(reordered(step, order))).collect(),
        stop: fit.stop,
        assignments: fit.assignments.iter().map(|&component| position[component]).collect(),
        final_nll: fit.final_nll,
        shrinkage: em.shrinkage,
        reach: em.taper.reach,
        reseeded,
        held_out,
        underflow: None,
    }
}

fn reordered(step: &EmStep, order: &[usize]) -> EmStep {
    let EmIteration { iteration, nll, held_out_nll, weights, means, variances, averages } = &step.iteration;
    EmStep {
        iteration: EmIteration {
            iteration: *iteration,
            nll: *nll,
            held_out_nll: *held_out_nll,
            weights: weights.select_rows(order),
            means: Arc::new(means.select_columns(order)),
            variances: Arc::new(variances.select_columns(order)),
            averages: averages.as_ref().map(|averages| Arc::new(averages.select_columns(order))),
        },
        time: step.time,
    }
}
