//! E-step and the sums of the M-step in one pass over tiles of images: where most components have a part in most images.
//!
//! A tile is some hundred images, which a core's cache holds with what is computed of them: squared distances under
//! every component (`distances`), responsibilities (`posterior`), and what they add to each component's soft count,
//! sum and scatter (`scatter`). Nothing of a pair (image, component) outlives its tile. What keeps pairs from iteration
//! to iteration, and drops those that cannot matter, is `expectation`; [`pays`] chooses.
//!
//! **Fixed pieces.** Tiles make spans, at most [`SPANS`] of them; a span adds up its tiles in their order, and the sums
//! of spans are merged by halves. All borders depend on S and D alone, so that no bit depends on the number of threads, or of
//! processes, each of which takes a branch of that tree.
//!
//! Cost: 2 K S D^2 flops. Memory: K D^2 / 2 doubles for each span in work, and for each that waits for its other half:
//! at most 1 + log2 32 a thread; a thread's tile; an image's log-density and assignment.

mod distances;
mod layout;
mod posterior;
mod scatter;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::component::Component;
use super::moments::Moments;
use super::pool::Pool;
use super::ranks::{Ranks, Spans, halves};
use super::source::ImageSource;
use distances::Whitening;
use posterior::Posterior;

/// Pixels up to which tiles are faster.
///
/// Set by the rates of the kernels, and by whole fits with dense responsibilities at D = 32 and 64 (benches/README.md);
/// images that belong to one component each were not timed.
const PIXELS: usize = 96;

/// Spans, at most.
const SPANS: usize = 32;

/// Images of a tile: whole groups for vectors of 1, 2, 4 and 8 doubles, D times as many doubles in 100 KB.
fn tile(dim: usize) -> usize {
    (12_288 / dim / 24 * 24).clamp(96, 384)
}

/// Images of a span: enough that its sums cost little to merge.
fn span(dim: usize, images: usize) -> usize {
    images.div_ceil(SPANS).max((8 * dim).min(2048)).next_multiple_of(tile(dim))
}

/// Whether images of `dim` pixels are taken by tiles.
pub(super) fn pays(dim: usize) -> bool {
    dim <= PIXELS
}

/// What a pass writes of each image of its own: from the first of its spans on.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// log p(x).
    pub log_density: Option<&'a mut [f64]>,
    /// The component of largest responsibility.
    pub assignments: Option<&'a mut [u32]>,
}

impl<'a> Found<'a> {
    /// That of the first `count` images, and that of the others.
    pub(super) fn split(self, count: usize) -> (Self, Self) {
        let (log_density, more_log_density) = self.log_density.map(|all| all.split_at_mut(count)).unzip();
        let (assignments, more_assignments) = self.assignments.map(|all| all.split_at_mut(count)).unzip();
        let rest = Self { log_density: more_log_density, assignments: more_assignments };
        (Self { log_density, assignments }, rest)
    }

    /// Writes those from the image at `place` on.
    pub(super) fn write(&mut self, place: usize, log_density: &[f64], assigned: impl Iterator<Item = u32>) {
        if let Some(all) = &mut self.log_density {
            all[place..][..log_density.len()].copy_from_slice(log_density);
        }
        if let Some(all) = &mut self.assignments {
            all[place..].iter_mut().zip(assigned).for_each(|(target, assigned)| *target = assigned);
        }
    }
}

/// The spans of `count` images, and those that this process takes.
pub(super) fn spans(dim: usize, count: usize, ranks: &dyn Ranks) -> Spans {
    Spans::of(count, span(dim, count), ranks)
}

/// The state of passes over the same images: what the last one found, and memory.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    whitenings: Vec<Whitening>,
    log_norms: Vec<f64>,
    /// N_k, a_k and A_k of every component, one after the other, if they were asked for; last the log-likelihood.
    sums: Vec<f64>,
    idle: Pool<Vec<f64>>,
    workspaces: Pool<Workspace>,
}

/// One thread's memory for a tile.
#[derive(Debug, Default)]
struct Workspace {
    images: Vec<f64>,
    groups: Vec<f64>,
    centred: Vec<f64>,
    scaled: Vec<f64>,
    /// K x images: squared distances, then responsibilities.
    pairs: Vec<f64>,
    posterior: Posterior,
}

/// What a pass reads.
struct Pass<'a> {
    source: &'a dyn ImageSource,
    image_weights: Option<&'a [f64]>,
    components: &'a [Component],
    /// r_k; none where no sums are asked for.
    references: Option<&'a [Moments]>,
    whitenings: &'a [Whitening],
    log_norms: &'a [f64],
    idle: &'a Pool<Vec<f64>>,
    workspaces: &'a Pool<Workspace>,
    spans: &'a Spans,
    /// The first image without a finite log-density.
    unexplained: AtomicUsize,
}

impl Tiles {
    /// Evaluates the images of this process: log p(x) and the component of largest responsibility of each into `found`;
    /// and what the M-step needs, about the reference points of `moments`, where there are any, merged over all `ranks`. Images
    /// count by their weights, one for each of all.
    ///
    /// The log-likelihood of all images; or the first of this process without a finite log-density.
    pub fn run(
        &mut self,
        (source, image_weights): (&dyn ImageSource, Option<&[f64]>),
        ranks: &dyn Ranks,
        components: &[Component],
        references: Option<&[Moments]>,
        found: Found<'_>,
    ) -> Result<f64, usize> {
        let (dim, count) = (source.dim(), source.len());
        self.log_norms.clear();
        self.log_norms.extend(components.iter().map(Component::log_norm));
        self.whitenings.resize_with(components.len(), Whitening::default);
        let whitenings = self.whitenings.par_iter_mut().zip(components).with_max_len(1);
        whitenings.for_each(|(whitening, component)| whitening.set(dim, component.lower()));
        self.forget();
        let Self { whitenings, log_norms, idle, workspaces, .. } = &*self;
        let spans = &spans(dim, count, ranks);
        let unexplained = AtomicUsize::new(usize::MAX);
        let pass = Pass {
            source,
            image_weights,
            components,
            references,
            whitenings,
            log_norms,
            idle,
            workspaces,
            spans,
            unexplained,
        };
        let sums = pass.over(spans.own.clone(), found);
        let unexplained = pass.unexplained.into_inner();
        self.sums = sums;
        ranks.sum(&mut self.sums);
        let log_likelihood = self.sums.last().copied().unwrap_or(0.0);
        if log_likelihood.is_finite() { Ok(log_likelihood) } else { Err(unexplained) }
    }

    /// Writes what the last pass found of component `k` into `moments`; `false`, and nothing, where no image
    /// belongs to it.
    pub fn unpack(&self, k: usize, moments: &mut Moments) -> bool {
        let dim = moments.reference.len();
        let size = scatter::packed_len(dim);
        let Some(packed) = self.sums.get(k * size..(k + 1) * size) else { return false };
        moments.count = scatter::count(packed, dim);
        if moments.count > 0.0 {
            scatter::unpack(packed, moments);
        }
        moments.count > 0.0
    }

    /// Takes back the memory of the sums.
    pub fn forget(&mut self) {
        let sums = std::mem::take(&mut self.sums);
        if sums.capacity() > 0 {
            self.idle.give(sums);
        }
    }
}

impl Pass<'_> {
    /// The sums over these spans of images, merged by halves.
    fn over(&self, spans: Range<usize>, found: Found<'_>) -> Vec<f64> {
        if spans.len() <= 1 {
            return self.over_span(spans, found);
        }
        let (left, right) = halves(&spans);
        let (found, more_found) = found.split(left.len() * self.spans.length);
        let (mut sums, more) = rayon::join(|| self.over(left, found), || self.over(right, more_found));
        sums.iter_mut().zip(&more).for_each(|(sum, more)| *sum += more);
        self.idle.give(more);
        sums
    }

    /// The sums of one span, or of none.
    fn over_span(&self, span: Range<usize>, mut found: Found<'_>) -> Vec<f64> {
        let dim = self.source.dim();
        let mut sums = self.idle.take().unwrap_or_default();
        sums.clear();
        let packed = self.references.map_or(0, |_| self.components.len() * scatter::packed_len(dim));
        // No sum at all is -0: added to any other, it changes no bit.
        sums.resize(packed + 1, if span.is_empty() { -0.0 } else { 0.0 });
        let own = self.spans.images(&span);
        self.workspaces.lend(Workspace::default, |workspace| {
            for first in own.clone().step_by(tile(dim)) {
                let count = tile(dim).min(own.end - first);
                let log_likelihood = self.over_tile(workspace, first, count, &mut sums[..packed]);
                sums[packed] += log_likelihood;
                let Posterior { log_density, assigned, .. } = &workspace.posterior;
                let assigned = assigned.iter().take(count).map(|&k| k as u32);
                found.write(first - own.start, &log_density[..count], assigned);
            }
        });
        sums
    }

    /// Adds up one tile; its log-likelihood.
    fn over_tile(&self, workspace: &mut Workspace, first: usize, count: usize, sums: &mut [f64]) -> f64 {
        let Workspace { images, groups, centred, scaled, pairs, posterior } = workspace;
        let dim = self.source.dim();
        let groups = layout::pack(groups, self.source.tile(first, count, images), dim);
        let padded = groups.len() / dim;
        pairs.resize(padded * self.components.len(), 0.0);
        let each = pairs.chunks_exact_mut(padded).zip(self.whitenings).zip(self.components);
        for ((squared, whitening), component) in each {
            whitening.squared(squared, groups, &component.mean, centred);
        }
        posterior.normalise(pairs, self.log_norms, padded);
        let log_density = &posterior.log_density[..count];
        let image_weights = self.image_weights.map(|weights| &weights[first..first + count]);
        if let Some(at) = unexplained(log_density, image_weights) {
            self.unexplained.fetch_min(first + at, Ordering::Relaxed);
        }
        if let Some(references) = self.references {
            let sums = sums.chunks_exact_mut(scatter::packed_len(dim));
            for ((weights, sums), moments) in pairs.chunks_exact_mut(padded).zip(sums).zip(references) {
                weights[count..].fill(0.0);
                for (weight, image_weight) in weights.iter_mut().zip(image_weights.unwrap_or_default()) {
                    *weight *= image_weight;
                }
                scatter::add(sums, groups, weights, moments.reference.as_slice(), scaled);
            }
        }
        log_likelihood(log_density, image_weights)
    }
}

/// The first image that counts and has no finite log-density.
pub(super) fn unexplained(log_density: &[f64], image_weights: Option<&[f64]>) -> Option<usize> {
    let counts = |at: usize| image_weights.is_none_or(|weights| weights[at] > 0.0);
    log_density.iter().enumerate().position(|(at, value)| !value.is_finite() && counts(at))
}

/// sum_s v_s log p(x_s), without images of weight v_s = 0, which may have any density.
pub(super) fn log_likelihood(log_density: &[f64], image_weights: Option<&[f64]>) -> f64 {
    match image_weights {
        Some(weights) => {
            let counted = log_density.iter().zip(weights).filter(|(_, weight)| **weight > 0.0);
            counted.map(|(log_density, weight)| log_density * weight).sum()
        }
        None => log_density.iter().sum(),
    }
}
