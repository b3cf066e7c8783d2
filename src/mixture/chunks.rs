//! E-step and the sums of the M-step in one pass over chunks of images: where images have many pixels, and pairs (image, component) of
//! all of them are not kept.
//!
//! A chunk is some thousand images, read from their source. `expectation` evaluates them, dropping pairs that cannot
//! matter, and every component gathers its members (`moments`), by products of matrices on all threads. Nothing of a pair
//! outlives its chunk.
//!
//! **Fixed pieces.** As in `tiles`: chunks make spans, at most [`SPANS`] of them, and the sums of spans are merged by halves.
//! Spans come one after the other: a chunk keeps all threads busy.
//!
//! Cost: K S D^2 flops of the E-step and K S D^2 of the M-step at most; 2 S D^2 where responsibilities are nearly one-hot. Memory:
//! K D^2 doubles for each span that waits for its other half, at most log2 8 of them, and for the one in work; a chunk, and some 50 bytes
//! for each of its pairs.

use std::ops::Range;

use nalgebra::DMatrix;
use rayon::prelude::*;

use super::component::Component;
use super::expectation::Expectation;
use super::moments::{Gathered, Moments};
use super::pixel_order::PixelOrder;
use super::ranks::{Ranks, Spans, halves};
use super::source::ImageSource;
use super::tiles::{Found, log_likelihood, unexplained};

/// Spans, at most.
const SPANS: usize = 8;

/// Doubles of a chunk, about: 16 MB.
const CHUNK: usize = 1 << 21;

/// Images of a chunk.
pub(super) fn chunk(dim: usize) -> usize {
    (CHUNK / dim.max(1)).clamp(512, 8192)
}

/// The spans of `count` images, and those that this process takes.
pub(super) fn spans(dim: usize, count: usize, ranks: &dyn Ranks) -> Spans {
    let length = count.div_ceil(SPANS).next_multiple_of(chunk(dim)).max(1);
    Spans::of(count, length, ranks)
}

/// The state of passes over the same images: what the last one found, and memory.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    sums: Vec<Moments>,
    idle: Vec<Vec<Moments>>,
    gathered: Gathered,
    pixels: Vec<f64>,
}

/// What a pass reads.
struct Pass<'a> {
    source: &'a dyn ImageSource,
    image_weights: Option<&'a [f64]>,
    order: &'a PixelOrder,
    components: &'a [Component],
    references: Option<&'a [Moments]>,
    spans: &'a Spans,
}

/// What was found of some images.
struct Sums {
    moments: Vec<Moments>,
    log_likelihood: f64,
    unexplained: Option<usize>,
}

impl Chunks {
    /// As [`Tiles::run`](super::tiles::Tiles::run), with the pixels of the images taken in `order`, which is that of the components.
    pub fn run(
        &mut self,
        (source, image_weights): (&dyn ImageSource, Option<&[f64]>),
        ranks: &dyn Ranks,
        (order, components): (&PixelOrder, &[Component]),
        references: Option<&[Moments]>,
        found: Found<'_>,
    ) -> Result<f64, usize> {
        self.forget();
        let count = source.len();
        let spans = &spans(source.dim(), count, ranks);
        let pass = Pass { source, image_weights, order, components, references, spans };
        let Sums { mut moments, log_likelihood, unexplained } = self.over(&pass, spans.own.clone(), found);
        let mut log_likelihood = [log_likelihood];
        ranks.sum(&mut log_likelihood);
        for moments in &mut moments {
            let mut count = [moments.count];
            ranks.sum(&mut count);
            moments.count = count[0];
            ranks.sum(moments.sum.as_mut_slice());
            ranks.sum(moments.scatter.as_mut_slice());
        }
        self.sums = moments;
        if log_likelihood[0].is_finite() {
            Ok(log_likelihood[0])
        } else {
            Err(unexplained.unwrap_or(usize::MAX))
        }
    }

    /// As [`Tiles::unpack`](super::tiles::Tiles::unpack).
    pub fn unpack(&self, k: usize, moments: &mut Moments) -> bool {
        moments.count = 0.0;
        let Some(sums) = self.sums.get(k).filter(|sums| sums.count > 0.0) else { return false };
        moments.copy_from(sums);
        true
    }

    /// Takes back the memory of the sums.
    pub fn forget(&mut self) {
        let sums = std::mem::take(&mut self.sums);
        if !sums.is_empty() {
            self.idle.push(sums);
        }
    }

    /// The sums over these spans of images, merged by halves.
    fn over(&mut self, pass: &Pass<'_>, spans: Range<usize>, found: Found<'_>) -> Sums {
        if spans.len() <= 1 {
            return self.over_span(pass, spans, found);
        }
        let (left, right) = halves(&spans);
        let (found, more_found) = found.split(left.len() * pass.spans.length);
        let mut sums = self.over(pass, left, found);
        let more = self.over(pass, right, more_found);
        sums.moments.par_iter_mut().zip(&more.moments).for_each(|(sum, more)| sum.merge(more));
        self.idle.push(more.moments);
        sums.log_likelihood += more.log_likelihood;
        sums.unexplained = sums.unexplained.or(more.unexplained);
        sums
    }

    /// The sums of one span, or of none.
    fn over_span(&mut self, pass: &Pass<'_>, span: Range<usize>, mut found: Found<'_>) -> Sums {
        let mut moments = pass.references.map_or_else(Vec::new, |references| self.empty(references));
        let own = pass.spans.images(&span);
        let (mut total, mut first_unexplained) = (if own.is_empty() { -0.0 } else { 0.0 }, None);
        let step = chunk(pass.source.dim());
        for first in own.clone().step_by(step) {
            let count = step.min(own.end - first);
            let images = self.read(pass, first, count);
            let image_weights = pass.image_weights.map(|weights| &weights[first..first + count]);
            let mut expectation = Expectation::of(image_weights.map(<[f64]>::to_vec));
            expectation.run(&images, pass.components);
            let Expectation { members, log_density, assignments, .. } = &expectation;
            moments.par_iter_mut().zip(members).with_max_len(1).for_each(|(moments, members)| {
                moments.add(&images, members, &self.gathered);
            });
            total += log_likelihood(log_density, image_weights);
            let at = unexplained(log_density, image_weights).map(|at| first + at);
            first_unexplained = first_unexplained.or(at);
            found.write(first - own.start, log_density, assignments.iter().copied());
            self.pixels = images.data.into();
        }
        for moments in moments.iter_mut().filter(|moments| moments.count == 0.0) {
            // Memory that nothing was added to; -0 changes no bit of a sum.
            moments.scatter.fill(-0.0);
        }
        Sums { moments, log_likelihood: total, unexplained: first_unexplained }
    }

    /// Nothing seen yet, about the points of `references`.
    fn empty(&mut self, references: &[Moments]) -> Vec<Moments> {
        let make = |reference: &Moments| {
            let dim = reference.reference.len();
            Moments::in_memory(DMatrix::zeros(dim, dim))
        };
        let mut moments = self.idle.pop().unwrap_or_else(|| references.iter().map(make).collect());
        for (moments, reference) in moments.iter_mut().zip(references) {
            moments.restart(reference.reference.as_slice());
        }
        moments
    }

    /// `count` images from `first` on, with their pixels in order.
    fn read(&mut self, pass: &Pass<'_>, first: usize, count: usize) -> DMatrix<f64> {
        let dim = pass.source.dim();
        let tile = pass.source.tile(first, count, &mut self.pixels);
        let mut images = DMatrix::zeros(dim, count);
        pass.order.arrange_columns(tile, images.as_mut_slice());
        images
    }
}
