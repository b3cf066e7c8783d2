//! E-step and the sums of the M-step in one pass over tiles of images: where most components have a part in most images.
//!
//! A tile is some hundred images, which a core's cache holds with what is computed of them: squared distances under
//! every component (`distances`), responsibilities (`posterior`), and what they add to each component's soft count,
//! sum and scatter (`scatter`). Nothing of a pair (image, component) outlives its tile. What keeps pairs from iteration
//! to iteration, and drops those that cannot matter, is `expectation`; [`pays`] chooses.
//!
//! **Fixed pieces.** Tiles make spans, at most [`SPANS`] of them; a span adds up its tiles in their order, and the sums
//! of spans are merged by halves. All borders depend on S and D alone, so that no bit depends on the number of threads.
//!
//! Cost: 2 K S D^2 flops. Memory: K D^2 / 2 doubles for each span in work, and for each that waits for its other half:
//! at most 1 + log2 32 a thread; a thread's tile; an image's log-density and assignment.

mod distances;
mod layout;
mod posterior;
mod scatter;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::component::Component;
use super::moments::Moments;
use super::pool::Pool;
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

/// The state of passes over the same images: what the last one found, and memory.
#[derive(Debug, Default)]
pub(super) struct Tiles {
    whitenings: Vec<Whitening>,
    log_norms: Vec<f64>,
    /// N_k, a_k and A_k of every component, one after the other; empty where they were not asked for.
    sums: Option<Vec<f64>>,
    idle: Pool<Vec<f64>>,
    workspaces: Pool<Workspace>,
}

/// One thread's memory for a tile.
#[derive(Debug, Default)]
struct Workspace {
    groups: Vec<f64>,
    centred: Vec<f64>,
    scaled: Vec<f64>,
    /// K x images: squared distances, then responsibilities.
    pairs: Vec<f64>,
    posterior: Posterior,
}

/// What a pass reads.
struct Pass<'a> {
    components: &'a [Component],
    /// r_k; none where no sums are asked for.
    references: Option<&'a [Moments]>,
    whitenings: &'a [Whitening],
    log_norms: &'a [f64],
    idle: &'a Pool<Vec<f64>>,
    workspaces: &'a Pool<Workspace>,
    dim: usize,
    span: usize,
}

impl Tiles {
    /// Evaluates `images` (D x S): log p(x) and the component of largest responsibility of each; and what the M-step
    /// needs, about the reference points of `moments`, where there are any; images count by their `weights`.
    pub fn run(
        &mut self,
        images: &DMatrix<f64>,
        components: &[Component],
        weights: Option<&[f64]>,
        references: Option<&[Moments]>,
        log_density: &mut Vec<f64>,
        assignments: &mut Vec<u32>,
    ) {
        let (dim, count) = images.shape();
        log_density.resize(count, 0.0);
        assignments.resize(count, 0);
        self.log_norms.clear();
        self.log_norms.extend(components.iter().map(Component::log_norm));
        self.whitenings.resize_with(components.len(), Whitening::default);
        let whitenings = self.whitenings.par_iter_mut().zip(components).with_max_len(1);
        whitenings.for_each(|(whitening, component)| whitening.set(dim, component.lower()));
        let Self { whitenings, log_norms, idle, workspaces, .. } = &*self;
        let span = span(dim, count);
        let pass = Pass { components, references, whitenings, log_norms, idle, workspaces, dim, span };
        let sums = pass.over(images.as_slice(), weights, log_density, assignments);
        self.sums = (references.is_some()).then_some(sums);
    }

    /// Writes what the last pass found of component `k` into `moments`; `false`, and nothing, where no image
    /// belongs to it.
    pub fn unpack(&self, k: usize, moments: &mut Moments) -> bool {
        let dim = moments.reference.len();
        let size = scatter::packed_len(dim);
        let Some(packed) = self.sums.as_ref().and_then(|sums| sums.get(k * size..(k + 1) * size)) else {
            return false;
        };
        moments.count = scatter::count(packed, dim);
        if moments.count > 0.0 {
            scatter::unpack(packed, moments);
        }
        moments.count > 0.0
    }

    /// Takes back the memory of the sums.
    pub fn forget(&mut self) {
        if let Some(sums) = self.sums.take() {
            self.idle.give(sums);
        }
    }
}

impl Pass<'_> {
    /// The sums over spans of images, merged by halves.
    fn over(
        &self,
        images: &[f64],
        weights: Option<&[f64]>,
        log_density: &mut [f64],
        assignments: &mut [u32],
    ) -> Vec<f64> {
        let spans = log_density.len().div_ceil(self.span);
        if spans <= 1 {
            return self.over_span(images, weights, log_density, assignments);
        }
        let half = spans.div_ceil(2) * self.span;
        let (images, more_images) = images.split_at(half * self.dim);
        let (weights, more_weights) = weights.map(|weights| weights.split_at(half)).unzip();
        let (log_density, more_log_density) = log_density.split_at_mut(half);
        let (assignments, more_assignments) = assignments.split_at_mut(half);
        let (mut sums, more) = rayon::join(
            || self.over(images, weights, log_density, assignments),
            || self.over(more_images, more_weights, more_log_density, more_assignments),
        );
        sums.iter_mut().zip(&more).for_each(|(sum, more)| *sum += more);
        self.idle.give(more);
        sums
    }

    fn over_span(
        &self,
        images: &[f64],
        weights: Option<&[f64]>,
        log_density: &mut [f64],
        assignments: &mut [u32],
    ) -> Vec<f64> {
        let mut sums = self.idle.take().unwrap_or_default();
        sums.clear();
        if self.references.is_some() {
            sums.resize(self.components.len() * scatter::packed_len(self.dim), 0.0);
        }
        let tile = tile(self.dim);
        let results = log_density.chunks_mut(tile).zip(assignments.chunks_mut(tile));
        self.workspaces.lend(Workspace::default, |workspace| {
            let tiles = images.chunks(tile * self.dim).zip(results);
            for (at, (images, (log_density, assignments))) in tiles.enumerate() {
                let weights = weights.map(|weights| &weights[at * tile..][..log_density.len()]);
                self.over_tile(workspace, images, weights, &mut sums);
                log_density.copy_from_slice(&workspace.posterior.log_density[..log_density.len()]);
                let assigned = assignments.iter_mut().zip(&workspace.posterior.assigned);
                assigned.for_each(|(assignment, &assigned)| *assignment = assigned as u32);
            }
        });
        sums
    }

    fn over_tile(
        &self,
        workspace: &mut Workspace,
        images: &[f64],
        image_weights: Option<&[f64]>,
        sums: &mut [f64],
    ) {
        let Workspace { groups, centred, scaled, pairs, posterior } = workspace;
        layout::pack(groups, images, self.dim);
        let padded = groups.len() / self.dim;
        pairs.resize(padded * self.components.len(), 0.0);
        let each = pairs.chunks_exact_mut(padded).zip(self.whitenings).zip(self.components);
        for ((squared, whitening), component) in each {
            whitening.squared(squared, groups, &component.mean, centred);
        }
        posterior.normalise(pairs, self.log_norms, padded);
        let Some(references) = self.references else { return };
        let sums = sums.chunks_exact_mut(scatter::packed_len(self.dim));
        for ((weights, sums), moments) in pairs.chunks_exact_mut(padded).zip(sums).zip(references) {
            weights[images.len() / self.dim..].fill(0.0);
            for (weight, image_weight) in weights.iter_mut().zip(image_weights.unwrap_or_default()) {
                *weight *= image_weight;
            }
            scatter::add(sums, groups, weights, moments.reference.as_slice(), scaled);
        }
    }
}
