//! Takes the numbers of metrics.json out of an outcome.

use std::time::Duration;

use super::{
    Composition, Data, Em, EmNumbers, Inpainting, KMeans, KMeansResult, KMeansStep, LabelCount,
    MixtureNumbers, RestoredNumbers, StageTime, Transform,
};
use crate::data::label_name;
use crate::export::baselines::{Quality, baselines};
use crate::export::composition::{labels_by_group, majority, sample_labels};
use crate::mixture::KMeansIteration;
use crate::study::{Outcome, Stage};

pub(super) fn stage_time(&(stage, time): &(Stage, Duration)) -> StageTime {
    StageTime { stage: stage.name(), seconds: time.as_secs_f64() }
}

pub(super) fn transform(outcome: &Outcome) -> Option<Transform<'_>> {
    let report = outcome.transform.as_deref()?;
    Some(Transform {
        passed: report.passed(),
        checks: &report.checks,
        draws: report.draws,
        histogram_edges: &report.histogram_edges,
        histogram_heights: &report.histogram_heights,
    })
}

pub(super) fn data(outcome: &Outcome) -> Option<Data> {
    let report = outcome.data.as_deref()?;
    let used = sample_labels(report);
    let count = |&label: &u8| LabelCount {
        label,
        name: label_name(label),
        count: used.iter().filter(|&&other| other == label).count(),
    };
    Some(Data {
        source: report.source.to_string(),
        side: report.train.side(),
        train_images: report.train.len(),
        test_images: report.test.len(),
        samples: outcome.settings.labels.iter().map(count).collect(),
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
        history: progress.history.iter().map(step).collect(),
        result: progress.fit.as_ref().map(|fit| KMeansResult {
            restart: fit.restart,
            iterations: fit.history.len(),
            stop: fit.stop,
            inertia: fit.inertia,
            labels_by_cluster: labels_by_group(outcome, &fit.assignments, fit.centroids.ncols()),
        }),
    })
}

pub(super) fn em(outcome: &Outcome) -> Option<Em> {
    let history = &outcome.em.history;
    let before = history.iter().map(|step| Some(step.iteration.nll));
    let steps: Vec<EmNumbers> = history
        .iter()
        .zip(std::iter::once(None).chain(before))
        .map(|(step, before)| EmNumbers {
            iteration: step.iteration.iteration,
            nll: step.iteration.nll,
            change: before.map(|before| (step.iteration.nll - before).abs()),
            held_out_nll: step.iteration.held_out_nll,
            weights: step.iteration.weights.iter().copied().collect(),
            seconds: step.time.as_secs_f64(),
        })
        .collect();
    (!steps.is_empty() || outcome.fit.is_some()).then(|| Em {
        seconds: steps.iter().map(|step| step.seconds).sum(),
        history: steps,
        stop: outcome.fit.as_ref().map(|fit| fit.stop),
        final_nll: outcome.fit.as_ref().map(|fit| fit.final_nll),
    })
}

pub(super) fn mixture(outcome: &Outcome) -> Option<MixtureNumbers> {
    let fit = outcome.fit.as_deref()?;
    let mixture = &fit.mixture;
    let groups = labels_by_group(outcome, &fit.assignments, mixture.components());
    let composition = groups.into_iter().map(|labels| {
        let majority = majority(&outcome.settings.labels, &labels);
        Composition {
            labels,
            majority: majority.map(|(label, _)| label),
            purity: majority.map(|(_, share)| share),
        }
    });
    Some(MixtureNumbers {
        components: mixture.components(),
        dim: mixture.dim(),
        free_parameters: mixture.free_parameters(),
        weights: mixture.weights().iter().copied().collect(),
        composition: composition.collect(),
    })
}

pub(super) fn inpainting(outcome: &Outcome) -> Option<Inpainting<'_>> {
    let report = outcome.inpaint.as_deref()?;
    let images: Vec<RestoredNumbers<'_>> = report
        .restorations
        .iter()
        .enumerate()
        .map(|(i, restoration)| RestoredNumbers {
            test_index: report.indices.get(i).copied(),
            label: report.labels.get(i).copied().unwrap_or_default(),
            observed: report.masks.get(i).or(report.masks.first()).map_or(0, |mask| mask.observed().len()),
            psnr: restoration.psnr,
            ssim: restoration.ssim,
            log_evidence: restoration.log_evidence,
            weights: &restoration.weights,
        })
        .collect();
    Some(Inpainting { mixture: Quality::of(&report.restorations), baselines: baselines(outcome), images })
}
