//! What a reader of a fit must know beside its numbers.

use std::collections::HashSet;

use super::words::{counted, grouped};
use crate::mixture::{CovarianceFamily, dead_components};
use crate::study::{self, Outcome, PlainSums};

/// How much the NLL may rise, relative, without a word.
const ROUNDING: f64 = 1e-6;

/// What was done to the images, a fit that does not generalise, fewer different images than components, a likelihood that falls, components without an
/// image: a sentence each. Components are counted from 1; settings are named by their keys in backquotes
/// ([`with_names`](crate::study::with_names) puts other names there).
pub fn fit_notes(outcome: &Outcome) -> Vec<String> {
    let of_data = outcome.data.iter().flat_map(|data| data.about.notes.clone());
    let of_fit = [generalisation(outcome), few_images(outcome), falling(outcome)].into_iter().flatten();
    of_data.chain(of_fit).chain(dead(outcome)).chain(underflow(outcome)).chain(agreement(outcome)).collect()
}

fn generalisation(outcome: &Outcome) -> Option<String> {
    let fit = outcome.fit.as_ref()?;
    let gap = fit.gap()?;
    (fit.generalises() == Some(false)).then(|| {
        let dim = fit.mixture.dim();
        let is_shrinkable = matches!(fit.mixture.family(), CovarianceFamily::Full | CovarianceFamily::Tied);
        let hint = if fit.shrinkage > 0.0 || !is_shrinkable { "more `samples` or fewer `components`" } else { "`shrinkage` auto" };
        format!(
            "the fit does not generalise: the NLL of held-out images is higher than that of training images by {gap:.0} \
             nats per image (without the worst 1 %), more than one nat for each of the {dim} pixels: try {hint}"
        )
    })
}

fn few_images(outcome: &Outcome) -> Option<String> {
    let (data, fit) = (outcome.data.as_ref()?, outcome.fit.as_ref()?);
    let pixels = |&i: &usize| -> Vec<u64> { data.train.image(i).into_iter().map(f64::to_bits).collect() };
    // No more are told apart than there must be.
    let mut different: HashSet<Vec<u64>> = HashSet::new();
    let mut images = data.sample_indices.iter().map(pixels);
    while different.len() < fit.mixture.components() {
        let Some(image) = images.next() else { break };
        different.insert(image);
    }
    (different.len() < fit.mixture.components()).then(|| {
        format!(
            "K = {}, but there are only {} among the {}: components share images",
            fit.mixture.components(),
            counted(different.len(), "different image", "different images"),
            grouped(data.sample_indices.len())
        )
    })
}

fn falling(outcome: &Outcome) -> Option<String> {
    // With shrinkage EM maximises something else.
    let fit = outcome.fit.as_ref().filter(|fit| fit.shrinkage == 0.0)?;
    let mut values: Vec<f64> = fit.history.iter().map(|step| step.iteration.nll).collect();
    values.push(fit.final_nll);
    let is_rise = |pair: &&[f64]| pair[1] - pair[0] > ROUNDING * pair[0].abs().max(1.0);
    let rises: Vec<&[f64]> = values.windows(2).filter(is_rise).collect();
    let largest = rises.iter().map(|pair| pair[1] - pair[0]).fold(0.0, f64::max);
    (!rises.is_empty()).then(|| {
        format!(
            "the likelihood fell in {} of {}, by up to {largest:.3e} nats per image: the ridge, which it does not count, \
             can do that",
            rises.len(),
            counted(values.len() - 1, "iteration", "iterations")
        )
    })
}

/// What plain sums lose, where that is counted.
fn underflow(outcome: &Outcome) -> Option<String> {
    let counted = outcome.fit.as_ref()?.underflow?;
    let lost =
        |sums: PlainSums| format!("0 for {} and infinite for {}", grouped(sums.zero), grouped(sums.infinite));
    Some(format!(
        "without log-sum-exp the density of {} would be {} at the start, and {} at the end",
        self::counted(counted.images, "image", "images"),
        lost(counted.start),
        lost(counted.end)
    ))
}

/// How many images EM leaves where k-means put them, where its covariances are spherical: the family of which k-means is
/// the limit.
fn agreement(outcome: &Outcome) -> Option<String> {
    let (kmeans, fit) = (outcome.kmeans.fit.as_ref()?, outcome.fit.as_ref()?);
    (outcome.settings.covariance == CovarianceFamily::Spherical).then(|| {
        format!(
            "{} of {} images have the component that k-means gave them: spherical EM is k-means with soft assignments",
            grouped(study::same_clusters(&kmeans.assignments, &fit.assignments)),
            grouped(fit.assignments.len())
        )
    })
}

/// Dead components that have a note each, at most.
const MOST_NAMED: usize = 3;

fn dead(outcome: &Outcome) -> Vec<String> {
    let Some(fit) = &outcome.fit else { return Vec::new() };
    let images = outcome.data.as_ref().map_or(fit.assignments.len() as f64, |data| data.training_scale());
    let weights = fit.mixture.weights();
    let reseeded = (fit.reseeded > 0).then(|| {
        let rounds = counted(fit.reseeded, "time", "times");
        format!("components died and got a new start, {rounds}: EM went on from there")
    });
    let hint = if fit.reseeded > 0 { "use fewer `components`" } else { "`dead` split gives a new start" };
    let dead = dead_components(weights, images);
    // Components are by falling weight: those that are dead are the last ones.
    if let [first, .., last] = dead[..]
        && dead.len() > MOST_NAMED
    {
        let (count, first, last) = (dead.len(), first + 1, last + 1);
        let all = format!(
            "{count} components are dead, {first} to {last}: the weight of each is less than one image of {images}: {hint}"
        );
        return reseeded.into_iter().chain([all]).collect();
    }
    let dead = dead.into_iter().map(|k| {
        let weight = weights[k];
        format!(
            "component {} is dead: its weight {weight:.1e} is less than one image of {images}: {hint}",
            k + 1
        )
    });
    reseeded.into_iter().chain(dead).collect()
}
