//! k-means of images that are read again and again, by one process or several.
//!
//! Lloyd's iterations over all images, from the centroids of a random sample that memory holds: few are left. Images come by
//! tiles, whose products with the centroids give the nearest one; sums are merged as in `tiles`, so that no bit depends on
//! threads or processes.

use std::ops::{ControlFlow, Range};

use nalgebra::DMatrix;
use rand::Rng;

use super::{KMeansFit, KMeansIteration, KMeansSettings, KMeansStop, kmeans};
use crate::linalg::{self, squared_distance, squared_length};
use crate::mixture::ranks::{Ranks, Spans, halves};
use crate::mixture::source::ImageSource;
use crate::mixture::{MixtureError, check};

/// Doubles of the sample, about: 32 MB.
const SAMPLE: usize = 1 << 22;

/// Images of a tile, and spans, at most.
const TILE: usize = 256;
const SPANS: usize = 32;

/// How many of `count` images [`kmeans_source`] clusters first: 32 MB of them, or 64 a cluster if that is more.
pub fn kmeans_sample(count: usize, dim: usize, components: usize) -> usize {
    (SAMPLE / dim.max(1)).max(64 * components).min(count)
}

/// [`kmeans`] of images that are read from `source` at every iteration, by one process or by `ranks` of them.
///
/// Of more images than 32 MB hold, a random sample is clustered first, by [`kmeans`] with its restarts; its centroids are where
/// Lloyd's iterations over all images begin, which the observer sees and the history has. A cluster left without images keeps its
/// centroid. Of fewer images it is [`kmeans`].
///
/// Cost: 2 K S D flops an iteration. Memory: the sample; K D doubles for each span of images in work; four bytes an image.
///
/// # Errors
/// As [`kmeans`].
pub fn kmeans_source<R: Rng>(
    source: &dyn ImageSource,
    ranks: &dyn Ranks,
    settings: &KMeansSettings,
    rng: &mut R,
    observer: &mut dyn FnMut(&KMeansIteration) -> ControlFlow<()>,
) -> Result<KMeansFit, MixtureError> {
    let count = source.len();
    check::components(settings.components, count)?;
    check::non_negative("k-means tolerance", settings.tolerance)?;
    let spans = Spans::of(count, count.div_ceil(SPANS).next_multiple_of(TILE), ranks);
    let own = spans.images(&spans.own);
    let size = kmeans_sample(count, source.dim(), settings.components);
    let mut sample = rand::seq::index::sample(rng, count, size).into_vec();
    sample.sort_unstable();
    let sample = gather(source, &sample, &own, ranks);
    let flow = |flow: ControlFlow<()>| {
        if ranks.agree(flow.is_break()) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    if size == count {
        return kmeans(&sample, settings, rng, &mut |step| flow(observer(step)));
    }
    let start = kmeans(&sample, settings, rng, &mut |_| flow(ControlFlow::Continue(())))?;
    drop(sample);
    let mut state = Lloyd { source, spans: &spans, centroids: start.centroids, half_norms: Vec::new() };
    let mut clusters = vec![u32::MAX; own.len()];
    let mut history: Vec<KMeansIteration> = Vec::new();
    let mut stop = KMeansStop::IterationLimit;
    let mut sums = state.pass(&mut clusters, ranks)?;
    for iteration in 1..=settings.max_iterations {
        let moved = sums.means(&state.centroids);
        let movement = (&moved - &state.centroids).norm_squared();
        let inertia = sums.inertia();
        let threshold = settings.tolerance * sums.variance(source.dim());
        state.centroids = moved;
        sums = state.pass(&mut clusters, ranks)?;
        let changed = sums.changed();
        let step = KMeansIteration { restart: 0, iteration, inertia, movement, changed };
        let flow = flow(observer(&step));
        history.push(step);
        if let Some(why) = KMeansStop::after(changed, movement < threshold, flow) {
            stop = why;
            break;
        }
    }
    let assignments = ranks.gather(clusters).into_iter().map(|k| k as usize).collect();
    let Lloyd { centroids, .. } = state;
    Ok(KMeansFit { centroids, assignments, inertia: sums.inertia(), history, restart: 0, stop })
}

/// The images at `indices`, D x N: each process reads those that are its own.
fn gather(
    source: &dyn ImageSource,
    indices: &[usize],
    own: &Range<usize>,
    ranks: &dyn Ranks,
) -> DMatrix<f64> {
    // -0 changes no bit of a sum.
    let mut images = DMatrix::from_element(source.dim(), indices.len(), -0.0);
    let mut memory = Vec::new();
    for (mut column, &index) in images.column_iter_mut().zip(indices) {
        if own.contains(&index) {
            column.as_mut_slice().copy_from_slice(source.tile(index, 1, &mut memory));
        }
    }
    ranks.sum(images.as_mut_slice());
    images
}

/// What a pass reads.
struct Lloyd<'a> {
    source: &'a dyn ImageSource,
    spans: &'a Spans,
    /// D x K.
    centroids: DMatrix<f64>,
    /// |c_k|^2 / 2.
    half_norms: Vec<f64>,
}

/// Sums over images: of each cluster's images (D of them), then of each cluster's images their number; of squared distances to the
/// own centroid; of squares of all pixels; of images whose cluster changed.
struct Sums {
    values: Vec<f64>,
    components: usize,
}

impl Sums {
    fn tail(&self) -> &[f64] {
        &self.values[self.values.len() - self.components - 3..]
    }

    /// The means of the clusters; of one without images the centroid that it has.
    fn means(&self, centroids: &DMatrix<f64>) -> DMatrix<f64> {
        let mut means = centroids.clone();
        let sums = self.values.chunks_exact(centroids.nrows().max(1));
        for ((mut mean, sum), &count) in means.column_iter_mut().zip(sums).zip(self.tail()) {
            if count > 0.0 {
                mean.iter_mut().zip(sum).for_each(|(mean, sum)| *mean = sum / count);
            }
        }
        means
    }

    fn inertia(&self) -> f64 {
        self.tail()[self.components]
    }

    /// The mean variance of a pixel over all images.
    fn variance(&self, dim: usize) -> f64 {
        let count: f64 = self.tail()[..self.components].iter().sum();
        let all = self.values.chunks_exact(dim).take(self.components);
        let mut mean = vec![0.0; dim];
        all.for_each(|sum| mean.iter_mut().zip(sum).for_each(|(mean, sum)| *mean += sum / count));
        let squares = self.tail()[self.components + 1] / count;
        (squares - squared_length(&mean)).max(0.0) / dim as f64
    }

    fn changed(&self) -> usize {
        self.tail()[self.components + 2] as usize
    }
}

impl Lloyd<'_> {
    /// Assigns the images of this process; the sums over all processes.
    fn pass(&mut self, clusters: &mut [u32], ranks: &dyn Ranks) -> Result<Sums, MixtureError> {
        self.half_norms =
            self.centroids.column_iter().map(|centroid| 0.5 * centroid.norm_squared()).collect();
        let mut values = self.over(self.spans.own.clone(), clusters);
        ranks.sum(&mut values);
        let sums = Sums { values, components: self.half_norms.len() };
        if sums.inertia().is_finite() {
            return Ok(sums);
        }
        Err(self.fault(ranks))
    }

    /// Which pixel of which image is not finite: found once a sum is not.
    fn fault(&self, ranks: &dyn Ranks) -> MixtureError {
        let own = self.spans.images(&self.spans.own);
        let (dim, mut memory) = (self.source.dim(), Vec::new());
        let place = own.into_iter().find_map(|image| {
            let pixels = self.source.tile(image, 1, &mut memory);
            Some(image * dim + pixels.iter().position(|pixel| !pixel.is_finite())?)
        });
        let mut first = [place.map_or(f64::NEG_INFINITY, |place| -(place as f64))];
        ranks.most(&mut first);
        // Squares of pixels that are finite may not be.
        let place = if first[0].is_finite() { -first[0] as usize } else { 0 };
        MixtureError::NonFinitePixel { image: place / dim, pixel: place % dim }
    }

    /// The sums over these spans, merged by halves.
    fn over(&self, spans: Range<usize>, clusters: &mut [u32]) -> Vec<f64> {
        if spans.len() <= 1 {
            return self.over_span(&spans, clusters);
        }
        let (left, right) = halves(&spans);
        let (clusters, more_clusters) = clusters.split_at_mut(left.len() * self.spans.length);
        let (mut sums, more) = rayon::join(|| self.over(left, clusters), || self.over(right, more_clusters));
        sums.iter_mut().zip(&more).for_each(|(sum, more)| *sum += more);
        sums
    }

    fn over_span(&self, span: &Range<usize>, clusters: &mut [u32]) -> Vec<f64> {
        let (dim, components) = self.centroids.shape();
        let mut sums = vec![if span.is_empty() { -0.0 } else { 0.0 }; (dim + 1) * components + 3];
        let own = self.spans.images(span);
        let (mut memory, mut tile) = (Vec::new(), DMatrix::zeros(dim, TILE));
        let mut products = vec![0.0; components * TILE];
        for (first, clusters) in own.clone().step_by(TILE).zip(clusters.chunks_mut(TILE)) {
            let count = clusters.len();
            let images = self.source.tile(first, count, &mut memory);
            tile.as_mut_slice()[..images.len()].copy_from_slice(images);
            linalg::transposed_product(&mut products, &self.centroids, components, &tile, count);
            let each = images.chunks_exact(dim).zip(products.chunks_exact(components)).zip(clusters);
            for ((image, products), cluster) in each {
                let mut best = (f64::NEG_INFINITY, 0);
                for (k, (product, half_norm)) in products.iter().zip(&self.half_norms).enumerate() {
                    let score = product - half_norm;
                    best = if score > best.0 { (score, k) } else { best };
                }
                let k = best.1;
                let (sum, tail) = sums.split_at_mut(dim * components);
                sum[k * dim..][..dim].iter_mut().zip(image).for_each(|(sum, pixel)| *sum += pixel);
                tail[k] += 1.0;
                let centroid = &self.centroids.as_slice()[k * dim..][..dim];
                tail[components] += squared_distance(image, centroid);
                tail[components + 1] += squared_length(image);
                tail[components + 2] += f64::from(u8::from(*cluster != k as u32));
                *cluster = k as u32;
            }
        }
        sums
    }
}
