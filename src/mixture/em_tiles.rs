//! The state of a run of EM of full covariances by tiles: images are read a few at a time, from memory or from a file, by one process
//! or by several, and nothing is kept of a pair (image, component).
//!
//! One pass makes the E-step and the sums of the M-step: by `tiles` where images have few pixels, else by `chunks`.

use std::ops::{ControlFlow, Range};

use nalgebra::{DMatrix, DVector};

use super::chunks::{self, Chunks};
use super::em_fit::{EmFit, EmIteration, EmSettings, HeldOut};
use super::em_steps::{Steps, iterate};
use super::parameters::Parameters;
use super::pixel_order::PixelOrder;
use super::ranks::{Alone, Ranks, Spans, halves};
use super::source::ImageSource;
use super::tiles::{self, Found, Tiles};
use super::{Mixture, MixtureError, check};

/// The images that a run is fitted to.
#[derive(Clone, Copy)]
pub(super) struct Images<'a> {
    pub source: &'a dyn ImageSource,
    /// One for each of all; each image counts once without.
    pub weights: Option<&'a [f64]>,
    pub ranks: &'a dyn Ranks,
}

/// The pass that is made.
enum Pass {
    Tiles(Tiles),
    Chunks(Chunks),
}

/// The state of a run.
pub(super) struct TileRun<'a> {
    images: Images<'a>,
    held_out: Option<&'a DMatrix<f64>>,
    parameters: Parameters,
    pass: Pass,
    /// The least and the largest value of every pixel, D each, in the run's order.
    range: Vec<(f64, f64)>,
    total_weight: f64,
    /// Of the images of this process.
    assignments: Vec<u32>,
    held_out_log_density: Vec<f64>,
    unexplained: Option<usize>,
}

/// [`fit`](super::fit) to images that are read from `source` at every iteration, by one process or by `ranks` of them, each of which
/// reads its own images only.
///
/// Full covariances, and no missing pixels. The result is the same, to the bit, for every number of threads and for 1, 2, 4 and 8
/// processes; up to D = 96 it is that of [`fit`](super::fit). The observer of the first process decides for all whether to go on.
///
/// Memory: 2 K D^2 doubles; four bytes an image; up to D = 96 K D^2 / 2 doubles for each span of images in work, as [`fit`](super::fit), beyond
/// K D^2 doubles for at most four of them, and 16 MB of images with 50 bytes for each of their pairs.
///
/// # Errors
/// As [`fit`](super::fit); [`MixtureError::NotFull`] for a start of another family.
pub fn fit_source(
    source: &dyn ImageSource,
    ranks: &dyn Ranks,
    start: Mixture,
    settings: &EmSettings,
    held_out: Option<HeldOut<'_>>,
    observer: &mut dyn FnMut(&EmIteration) -> ControlFlow<()>,
) -> Result<EmFit, MixtureError> {
    check::components(start.components(), source.len())?;
    settings.check()?;
    start.require_full()?;
    held_out.map_or(Ok(()), |held_out| check::images(held_out.images, start.dim()))?;
    let every_iteration = held_out.is_some_and(|held_out| held_out.every_iteration);
    let kept = (settings.max_iterations == 0).then(|| start.clone());
    let images = Images { source, weights: None, ranks };
    let run = TileRun::new(images, held_out.map(|held_out| held_out.images), start)?;
    let fit = iterate(run, settings, every_iteration, &mut |step| {
        let flow = observer(step);
        if ranks.agree(flow.is_break()) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(match kept {
        Some(mixture) => EmFit { mixture, ..fit },
        None => fit,
    })
}

/// The images of `count`, of `dim` pixels each, that this one of `ranks` reads in [`fit_source`].
pub fn own_images(dim: usize, count: usize, ranks: &dyn Ranks) -> Range<usize> {
    let spans = spans(dim, count, ranks);
    spans.images(&spans.own)
}

fn spans(dim: usize, count: usize, ranks: &dyn Ranks) -> Spans {
    if tiles::pays(dim) { tiles::spans(dim, count, ranks) } else { chunks::spans(dim, count, ranks) }
}

impl<'a> TileRun<'a> {
    pub fn new(
        images: Images<'a>,
        held_out: Option<&'a DMatrix<f64>>,
        start: Mixture,
    ) -> Result<Self, MixtureError> {
        let (dim, count) = (start.dim(), images.source.len());
        if images.source.dim() != dim || dim == 0 {
            return Err(MixtureError::Shape {
                what: "images",
                found: format!("{} x {count}", images.source.dim()),
                expected: format!("{dim} rows"),
            });
        }
        let pays = tiles::pays(dim);
        let spans = spans(dim, count, images.ranks);
        let seen = Seen::of(images, &spans)?;
        let order = if pays { PixelOrder::own(dim) } else { seen.order(count) };
        Ok(Self {
            images,
            held_out,
            pass: if pays { Pass::Tiles(Tiles::default()) } else { Pass::Chunks(Chunks::default()) },
            range: (0..dim).map(|at| seen.range(order.pixel(at))).collect(),
            parameters: Parameters::new(order, start)?,
            total_weight: images.weights.map_or(count as f64, |weights| weights.iter().sum()),
            assignments: vec![0; spans.images(&spans.own).len()],
            held_out_log_density: Vec::new(),
            unexplained: None,
        })
    }

    /// Where the sums of the M-step are taken: the means. Sums about a point that is far from all images would lose digits.
    fn aim(&mut self) {
        let Parameters { moments, components, .. } = &mut self.parameters;
        for (moments, component) in moments.iter_mut().zip(&*components) {
            let means = moments.reference.iter_mut().zip(&component.mean).zip(&self.range);
            means.for_each(|((reference, mean), (least, most))| *reference = mean.clamp(*least, *most));
        }
    }

    fn held_out_nll(&mut self, held_out: &DMatrix<f64>) -> f64 {
        self.held_out_log_density.resize(held_out.ncols(), 0.0);
        let found = Found { log_density: Some(&mut self.held_out_log_density), assignments: None };
        let Parameters { order, components, .. } = &self.parameters;
        let log_likelihood = match &mut self.pass {
            Pass::Tiles(tiles) => tiles.run((held_out, None), &Alone, components, None, found),
            Pass::Chunks(chunks) => chunks.run((held_out, None), &Alone, (order, components), None, found),
        };
        -log_likelihood.unwrap_or(f64::NAN) / held_out.ncols().max(1) as f64
    }
}

impl Steps for TileRun<'_> {
    fn expect(&mut self, scored: bool, is_last: bool) -> (f64, Option<f64>) {
        let held_out = self.held_out.filter(|_| scored).map(|held_out| self.held_out_nll(held_out));
        self.aim();
        let Parameters { order, components, moments, .. } = &self.parameters;
        let Images { source, weights, ranks } = self.images;
        let references = (!is_last).then_some(&**moments);
        let found = Found { log_density: None, assignments: is_last.then_some(&mut self.assignments[..]) };
        let log_likelihood = match &mut self.pass {
            Pass::Tiles(tiles) => tiles.run((source, weights), ranks, components, references, found),
            Pass::Chunks(chunks) => {
                chunks.run((source, weights), ranks, (order, components), references, found)
            }
        };
        self.unexplained = log_likelihood.err();
        (-log_likelihood.unwrap_or(f64::NAN) / self.total_weight, held_out)
    }

    fn maximise(&mut self, iteration: usize, settings: &EmSettings) -> Result<bool, MixtureError> {
        let Self { parameters, pass, .. } = self;
        let mut each = vec![(); parameters.components.len()];
        match pass {
            Pass::Tiles(tiles) => {
                parameters
                    .estimate(iteration, settings, &mut each, |k, (), moments, _| tiles.unpack(k, moments))?;
                tiles.forget();
            }
            Pass::Chunks(chunks) => {
                parameters.estimate(iteration, settings, &mut each, |k, (), moments, _| {
                    chunks.unpack(k, moments)
                })?;
                chunks.forget();
            }
        }
        Ok(true)
    }

    fn weights(&self) -> &DVector<f64> {
        &self.parameters.weights
    }

    fn means(&self) -> DMatrix<f64> {
        self.parameters.means()
    }

    fn variances(&self) -> DMatrix<f64> {
        self.parameters.variances()
    }

    fn averages(&self, most: usize) -> DMatrix<f32> {
        self.parameters.averages(most)
    }

    fn check_densities(&self) -> Result<(), MixtureError> {
        let Some(own) = self.unexplained else { return Ok(()) };
        // The first of all processes: they all know that there is one.
        let mut first = [-(own as f64)];
        self.images.ranks.most(&mut first);
        Err(MixtureError::NoDensity { image: -first[0] as usize })
    }

    fn finish(self) -> (Mixture, Vec<usize>, Vec<f64>) {
        let assignments = self.images.ranks.gather(self.assignments);
        let assignments = assignments.into_iter().map(|k| k as usize).collect();
        (self.parameters.into_mixture(), assignments, self.held_out_log_density)
    }
}

/// What one reading of all images tells of every pixel.
struct Seen {
    /// Minus the least value, and the largest, D each.
    extremes: Vec<f64>,
    /// sum_s x_s and sum_s x_s^2, D each.
    sums: Vec<f64>,
    /// Place of the first value that is not finite: image times D plus pixel.
    fault: Option<usize>,
}

/// Images that are read at once.
const READ: usize = 256;

impl Seen {
    /// Reads the images of this process, and refuses a pixel that is not finite.
    fn of(images: Images<'_>, spans: &Spans) -> Result<Self, MixtureError> {
        let dim = images.source.dim();
        let mut seen = Self::of_spans(images.source, spans, spans.own.clone());
        images.ranks.most(&mut seen.extremes);
        images.ranks.sum(&mut seen.sums);
        // Every process refuses what one of them has found.
        let mut fault = [seen.fault.map_or(f64::NEG_INFINITY, |place| -(place as f64))];
        images.ranks.most(&mut fault);
        if fault[0] == f64::NEG_INFINITY {
            return Ok(seen);
        }
        let place = -fault[0] as usize;
        Err(MixtureError::NonFinitePixel { image: place / dim, pixel: place % dim })
    }

    /// Of the images of some spans, merged by halves.
    fn of_spans(source: &dyn ImageSource, spans: &Spans, some: Range<usize>) -> Self {
        if some.len() > 1 {
            let (left, right) = halves(&some);
            let (mut seen, more) =
                rayon::join(|| Self::of_spans(source, spans, left), || Self::of_spans(source, spans, right));
            seen.extremes.iter_mut().zip(&more.extremes).for_each(|(all, more)| *all = all.max(*more));
            seen.sums.iter_mut().zip(&more.sums).for_each(|(all, more)| *all += more);
            return Self { fault: seen.fault.or(more.fault), ..seen };
        }
        let dim = source.dim();
        let mut seen =
            Self { extremes: vec![f64::NEG_INFINITY; 2 * dim], sums: vec![-0.0; 2 * dim], fault: None };
        let (own, mut memory) = (spans.images(&some), Vec::new());
        for first in own.clone().step_by(READ) {
            seen.add(first, source.tile(first, READ.min(own.end - first), &mut memory), dim);
        }
        seen
    }

    /// Adds images, the first of which has the index `first`.
    fn add(&mut self, first: usize, images: &[f64], dim: usize) {
        let (least, most) = self.extremes.split_at_mut(dim);
        let (sums, squares) = self.sums.split_at_mut(dim);
        for (index, image) in (first..).zip(images.chunks_exact(dim)) {
            let mut is_finite = true;
            for (at, &value) in image.iter().enumerate() {
                least[at] = least[at].max(-value);
                most[at] = most[at].max(value);
                sums[at] += value;
                squares[at] += value * value;
                is_finite &= value.is_finite();
            }
            if !is_finite && self.fault.is_none() {
                let at = image.iter().position(|value| !value.is_finite());
                self.fault = at.map(|at| index * dim + at);
            }
        }
    }

    /// The least and the largest value of a pixel.
    fn range(&self, pixel: usize) -> (f64, f64) {
        (-self.extremes[pixel], self.extremes[self.extremes.len() / 2 + pixel])
    }

    /// The pixels by falling variance over `count` images.
    fn order(&self, count: usize) -> PixelOrder {
        let (sums, squares) = self.sums.split_at(self.sums.len() / 2);
        let variances = sums.iter().zip(squares).map(|(sum, square)| square - sum * sum / count as f64);
        PixelOrder::by_falling(&variances.collect::<Vec<f64>>())
    }
}
