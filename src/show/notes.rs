//! What a reader of a fit must know beside its numbers.

use std::collections::HashSet;

use super::words::{counted, grouped};
use crate::study::Outcome;

/// How much the NLL may rise, relative, without a word.
const ROUNDING: f64 = 1e-6;

/// What was done to the images, fewer different images than components, a likelihood that falls, components without an image: a sentence each.
/// Components are counted from 1.
pub fn fit_notes(outcome: &Outcome) -> Vec<String> {
    let of_data = outcome.data.iter().flat_map(|data| data.about.notes.clone());
    of_data.chain(few_images(outcome)).chain(falling(outcome)).chain(dead(outcome)).collect()
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
    let fit = outcome.fit.as_ref()?;
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

fn dead(outcome: &Outcome) -> Vec<String> {
    let Some(fit) = &outcome.fit else { return Vec::new() };
    let images = fit.assignments.len() as f64;
    let dead = fit.mixture.weights().iter().enumerate().filter(|(_, weight)| **weight * images < 0.5);
    dead.map(|(k, weight)| {
        format!("component {} is dead: its weight {weight:.1e} is less than half an image of {images}", k + 1)
    })
    .collect()
}
