//! Task 2 in numbers: images, k-means, EM, the mixture, samples.

use serde::Serialize;

use crate::mixture::{KMeansIteration, KMeansStop, StopReason};
use crate::show::composition::{cluster_order, label_counts, labels_by_group, majority};
use crate::show::nll_changes;
use crate::study::{FitReport, Outcome};

/// The images of the study.
#[derive(Debug, Serialize)]
pub struct Data {
    /// The name of the data set.
    pub name: String,
    /// Whether it is Fashion-MNIST, by its checksums.
    pub is_fashion_mnist: bool,
    /// Where they came from.
    pub source: String,
    /// S, the training images used.
    pub used: usize,
    /// Height of an image in pixels.
    pub rows: usize,
    /// Width of an image in pixels.
    pub columns: usize,
    /// Training images of the chosen labels.
    pub train_images: usize,
    /// Test images of the chosen labels.
    pub test_images: usize,
    /// Images used, by label.
    pub samples: Vec<LabelCount>,
    /// Test images that EM is scored on.
    pub held_out: usize,
}

/// A label and a count.
#[derive(Debug, Serialize)]
pub struct LabelCount {
    /// 0 to 255.
    pub label: u8,
    /// What it is called.
    pub name: String,
    /// Images.
    pub count: usize,
}

/// k-means.
#[derive(Debug, Serialize)]
pub struct KMeans {
    /// It stops when the squared movement is below this times the mean pixel variance.
    pub tolerance: f64,
    /// It stops after so many iterations.
    pub max_iterations: usize,
    /// Iterations of all runs, in order.
    pub history: Vec<KMeansStep>,
    /// The run that was kept.
    pub result: Option<KMeansResult>,
}

/// One iteration of k-means.
#[derive(Debug, Serialize)]
pub struct KMeansStep {
    /// The run, from 0.
    pub restart: usize,
    /// From 1.
    pub iteration: usize,
    /// Sum of squared distances to the nearest centroid, in squared pixel values.
    pub inertia: f64,
    /// Squared movement of all centroids, in squared pixel values.
    pub movement: f64,
    /// Images that changed their cluster.
    pub changed: usize,
}

/// The run of k-means that was kept.
#[derive(Debug, Serialize)]
pub struct KMeansResult {
    /// Which run, from 0.
    pub restart: usize,
    /// Iterations of that run.
    pub iterations: usize,
    /// Why it stopped.
    pub stop: KMeansStop,
    /// Its inertia.
    pub inertia: f64,
    /// Iterations after which the inertia was larger than before.
    pub rises: usize,
    /// Images in each cluster by label: K rows, in the order of `settings.labels`. Clusters are in the order of the
    /// components that they became.
    pub labels_by_cluster: Vec<Vec<usize>>,
}

/// EM.
#[derive(Debug, Serialize)]
pub struct Em {
    /// Every iteration.
    pub history: Vec<EmStep>,
    /// Why it stopped.
    pub stop: Option<StopReason>,
    /// Mean NLL per image of the fitted mixture, in nats.
    pub final_nll: Option<f64>,
    /// nu, by which covariances were shrunk.
    pub shrinkage: Option<f64>,
    /// The reach in pixels of the target that they were shrunk towards.
    pub shrinkage_reach: Option<f64>,
    /// The scores of held-out images under the fitted mixture.
    pub held_out: Option<HeldOut>,
    /// Iterations in which the NLL was larger than before.
    pub rises: usize,
    /// By how much at most, in nats.
    pub largest_rise: f64,
}

/// The scores of held-out images.
#[derive(Debug, Serialize)]
pub struct HeldOut {
    /// How many there are.
    pub images: usize,
    /// Mean NLL per image, in nats.
    pub nll: f64,
    /// The same without the worst 1 % of them.
    pub trimmed_nll: f64,
    /// Bits per dimension, where the fit generalises.
    pub bits_per_dim: Option<f64>,
    /// Whether the trimmed NLL exceeds that of the training images by at most a nat a pixel.
    pub generalises: bool,
}

/// One iteration of EM.
#[derive(Debug, Serialize)]
pub struct EmStep {
    /// From 1.
    pub iteration: usize,
    /// Mean NLL per image of the parameters that it started from, in nats.
    pub nll: f64,
    /// Absolute change from the iteration before, in nats.
    pub change: Option<f64>,
    /// The same as `nll` on held-out images.
    pub held_out_nll: Option<f64>,
    /// pi after it.
    pub weights: Vec<f64>,
}

/// The fitted mixture.
#[derive(Debug, Serialize)]
pub struct Mixture {
    /// K.
    pub components: usize,
    /// D.
    pub dim: usize,
    /// K - 1 + K D + K D (D + 1) / 2.
    pub free_parameters: usize,
    /// pi, by falling weight.
    pub weights: Vec<f64>,
    /// tr(Sigma_k) / D: the mean over the pixels of their variance.
    pub mean_variances: Vec<f64>,
    /// log det Sigma_k, from the Cholesky factors.
    pub log_determinants: Option<Vec<f64>>,
    /// The mean over the training images of their largest responsibility: 1 when each belongs to one component.
    pub certainty: Option<f64>,
    /// What each component is made of, in the same order.
    pub composition: Vec<Composition>,
    /// The share of all images whose label is the most frequent one of their component.
    pub purity: Option<f64>,
}

/// The training images for which a component has the largest responsibility.
#[derive(Debug, Serialize)]
pub struct Composition {
    /// All of them.
    pub images: usize,
    /// By label, in the order of `settings.labels`.
    pub labels: Vec<usize>,
    /// The most frequent label.
    pub majority: Option<u8>,
    /// Its share, 0 to 1.
    pub purity: Option<f64>,
    /// The share of all training images of that label that the component holds, 0 to 1.
    pub recall: Option<f64>,
}

/// Samples of the mixture.
#[derive(Debug, Serialize)]
pub struct Samples<'a> {
    /// The component of each, from 0.
    pub components: &'a [usize],
    /// The share of their pixels that are below 0 or above 1.
    pub outside: f64,
}

pub(super) fn data(outcome: &Outcome) -> Option<Data> {
    let report = outcome.data.as_deref()?;
    let labels = outcome.labels();
    let counts = labels.iter().zip(label_counts(report, labels));
    Some(Data {
        name: report.about.name.clone(),
        is_fashion_mnist: report.about.is_fashion_mnist,
        source: report.source.to_string(),
        used: report.sample_indices.len(),
        rows: report.train.shape().rows,
        columns: report.train.shape().columns,
        train_images: report.train.len(),
        test_images: report.test.len(),
        samples: counts
            .map(|(&label, count)| LabelCount {
                label,
                name: report.about.label_name(label).into_owned(),
                count,
            })
            .collect(),
        held_out: report.held_out_indices.len(),
    })
}

pub(super) fn kmeans(outcome: &Outcome) -> Option<KMeans> {
    let progress = &outcome.kmeans;
    if progress.history.is_empty() && progress.fit.is_none() {
        return None;
    }
    let step = |&KMeansIteration { restart, iteration, inertia, movement, changed }: &KMeansIteration| {
        KMeansStep { restart, iteration, inertia, movement, changed }
    };
    Some(KMeans {
        tolerance: outcome.settings.kmeans.tolerance,
        max_iterations: outcome.settings.kmeans.max_iterations,
        history: progress.history.iter().map(step).collect(),
        result: progress.fit.as_ref().map(|fit| KMeansResult {
            restart: fit.restart,
            iterations: fit.history.len(),
            stop: fit.stop,
            inertia: fit.inertia,
            rises: rises(fit.history.iter().map(|step| step.inertia).chain([fit.inertia])).0,
            labels_by_cluster: {
                let counts = labels_by_group(outcome, &fit.assignments, fit.centroids.ncols());
                let order = cluster_order(outcome, counts.len());
                order.into_iter().filter_map(|cluster| counts.get(cluster).cloned()).collect()
            },
        }),
    })
}

pub(super) fn em(outcome: &Outcome) -> Option<Em> {
    let history = &outcome.em.history;
    let changes = nll_changes(history).map(|(_, change)| Some(change.abs()));
    let steps: Vec<EmStep> = history
        .iter()
        .zip(std::iter::once(None).chain(changes))
        .map(|(step, change)| EmStep {
            iteration: step.iteration.iteration,
            nll: step.iteration.nll,
            change,
            held_out_nll: step.iteration.held_out_nll,
            weights: step.iteration.weights.iter().copied().collect(),
        })
        .collect();
    let final_nll = outcome.fit.as_ref().map(|fit| fit.final_nll);
    let (rises, largest_rise) = rises(steps.iter().map(|step| step.nll));
    (!steps.is_empty() || outcome.fit.is_some()).then(|| Em {
        history: steps,
        stop: outcome.fit.as_ref().map(|fit| fit.stop),
        final_nll,
        shrinkage: outcome.fit.as_ref().map(|fit| fit.shrinkage),
        shrinkage_reach: outcome.fit.as_ref().map(|fit| fit.reach),
        held_out: outcome.fit.as_ref().and_then(|fit| held_out(fit)),
        rises,
        largest_rise,
    })
}

fn held_out(fit: &FitReport) -> Option<HeldOut> {
    let score = fit.held_out.as_ref()?;
    Some(HeldOut {
        images: score.log_density.len(),
        nll: score.nll,
        trimmed_nll: score.trimmed_nll,
        bits_per_dim: score.bits_per_dim,
        generalises: fit.generalises()?,
    })
}

/// How often a value is larger than the one before it, and by how much at most.
///
/// Differences of some units in the last place are rounding: they do not count.
fn rises(values: impl Iterator<Item = f64>) -> (usize, f64) {
    let values: Vec<f64> = values.collect();
    let pairs = values.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    let rises = pairs.filter(|(before, after)| after - before > 1e-12 * before.abs());
    rises.fold((0, 0.0), |(count, largest), (before, after)| (count + 1, f64::max(largest, after - before)))
}

pub(super) fn mixture(outcome: &Outcome) -> Option<Mixture> {
    let fit = outcome.fit.as_deref()?;
    let mixture = &fit.mixture;
    let groups = labels_by_group(outcome, &fit.assignments, mixture.components());
    let pure: usize = groups.iter().map(|labels| labels.iter().max().copied().unwrap_or(0)).sum();
    let all: usize = groups.iter().flatten().sum();
    let in_all: Vec<usize> = (0..outcome.labels().len())
        .map(|label| groups.iter().filter_map(|labels| labels.get(label)).sum())
        .collect();
    let composition = groups.into_iter().map(|labels| {
        let majority = majority(outcome.labels(), &labels);
        Composition {
            images: labels.iter().sum(),
            recall: labels.iter().max().filter(|most| **most > 0).and_then(|&most| {
                let label = labels.iter().position(|&count| count == most)?;
                in_all.get(label).map(|&all| most as f64 / all as f64)
            }),
            labels,
            majority: majority.map(|(label, _)| label),
            purity: majority.map(|(_, share)| share),
        }
    });
    let factors = mixture.factors().ok();
    let images = outcome.data.as_deref().map(|data| data.train.matrix(&data.sample_indices));
    let responsibilities = images.and_then(|images| mixture.responsibilities(&images).ok());
    Some(Mixture {
        components: mixture.components(),
        dim: mixture.dim(),
        free_parameters: mixture.free_parameters().total(),
        weights: mixture.weights().iter().copied().collect(),
        mean_variances: mixture.covariances().iter().map(|c| c.trace() / mixture.dim() as f64).collect(),
        log_determinants: factors.map(|factors| factors.iter().map(|f| f.log_determinant()).collect()),
        certainty: responsibilities
            .map(|w| w.column_iter().map(|image| image.max()).sum::<f64>() / w.ncols() as f64),
        composition: composition.collect(),
        purity: (all > 0).then(|| pure as f64 / all as f64),
    })
}

pub(super) fn samples(outcome: &Outcome) -> Option<Samples<'_>> {
    let report = outcome.samples.as_deref()?;
    let outside = report.images.iter().filter(|&&pixel| !(0.0..=1.0).contains(&pixel)).count();
    Some(Samples {
        components: &report.components,
        outside: outside as f64 / report.images.len().max(1) as f64,
    })
}

#[cfg(test)]
mod tests {
    use super::rises;

    #[test]
    fn a_rise_is_more_than_rounding() {
        assert_eq!(rises([5.0, 3.0, 3.0 + 1e-15, 2.0].into_iter()), (0, 0.0));
        assert_eq!(rises([5.0, 6.0, 5.5, 5.75].into_iter()), (2, 1.0));
        assert_eq!(rises(std::iter::empty()), (0, 0.0));
    }
}
