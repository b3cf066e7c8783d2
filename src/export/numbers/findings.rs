//! What explains the results, measured: a sentence of the report that explains something depends on a number here.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::Start;
use super::symmetry::{Opposed, Symmetry, opposed, symmetry};
use crate::mixture::CovarianceFamily;
use crate::show::composition::component_of_cluster;
use crate::study::{Gap, Outcome, Span, Spectrum, between_components, unseen};

/// What explains the results.
#[derive(Debug, Serialize)]
pub struct Findings {
    /// Pixels that have one value in all S training images.
    pub constant_pixels: usize,
    /// The eigenvalues of each component's covariance, where it is full.
    pub spectra: Option<Vec<Spectrum>>,
    /// How symmetric each component is; none for images of one row or one column, and for variances alone.
    pub symmetry: Option<Vec<Option<Symmetry>>>,
    /// The rows of an image whose brightness is opposed most, for each component.
    pub opposed_rows: Option<Vec<Option<Opposed>>>,
    /// Between the two components of largest responsibility, for training images.
    pub between_components: Option<Gap>,
    /// Between held-out images (without any, the restored ones) and training images.
    pub unseen: Option<Gap>,
    /// How far EM went from the centroids of k-means.
    pub start: Option<StartMove>,
}

/// How far EM went from the centroids of k-means.
#[derive(Debug, Serialize)]
pub struct StartMove {
    /// Training images whose component is not the one that started from their cluster.
    pub images: usize,
    /// The largest distance of a mean from the centroid that it started from.
    pub largest: f64,
    /// The least distance of two centroids.
    pub apart: f64,
    /// Whether both are small: below 5 % of the images, below a tenth of the distance.
    pub hardly: bool,
}

/// The findings of the outcome; none before there is a fit of known images.
///
/// Cost: 9 K D^3 flops for the eigenvalues, on all cores.
pub(super) fn findings(outcome: &Outcome) -> Option<Findings> {
    let fit = outcome.fit.as_deref()?;
    let data = outcome.data.as_deref()?;
    let images = data.train.matrix(&data.sample_indices);
    let ridge = outcome.settings.em.ridge;
    let family = fit.mixture.family();
    // What spans are said to be holds of scatters of their own.
    let has_spans = !fit.history.is_empty() && family == CovarianceFamily::Full;
    let spans = has_spans.then(|| Span::of(&fit.mixture, ridge)).flatten();
    let shape = data.train.shape();
    let has_covariances = family.has_covariances();
    let with_rows = shape.rows > 1 && shape.columns > 1 && has_covariances;
    let covariances = fit.mixture.covariances();
    Some(Findings {
        constant_pixels: images.row_iter().filter(|row| is_constant(row.iter().copied())).count(),
        between_components: spans.as_ref().and_then(|spans| between_components(outcome, spans)),
        unseen: spans.as_ref().and_then(|spans| unseen(outcome, spans)),
        spectra: spans.map(|spans| spans.into_iter().map(|span| span.spectrum).collect()),
        symmetry: with_rows.then(|| covariances.iter().map(|c| symmetry(&c.dense(), shape, ridge)).collect()),
        opposed_rows: with_rows.then(|| covariances.iter().map(|c| opposed(&c.dense(), shape)).collect()),
        start: start(outcome),
    })
}

/// Whether all values but those that are missing are the same.
fn is_constant(pixels: impl Iterator<Item = f64>) -> bool {
    let mut observed = pixels.filter(|pixel| !pixel.is_nan());
    observed.next().is_none_or(|first| observed.all(|pixel| pixel == first))
}

fn start(outcome: &Outcome) -> Option<StartMove> {
    let (kmeans, fit) = (outcome.kmeans.fit.as_deref()?, outcome.fit.as_deref()?);
    let components = fit.mixture.components();
    let started = Start::of(&outcome.settings) == Start::KMeans && components > 1 && !fit.history.is_empty();
    let place = component_of_cluster(outcome).filter(|_| started)?;
    let moved = kmeans.assignments.iter().zip(&fit.assignments);
    let images = moved.filter(|&(&cluster, component)| place.get(cluster) != Some(component)).count();
    let distance = |a: &DMatrix<f64>, i: usize, b: &DMatrix<f64>, j: usize| -> f64 {
        let difference: DVector<f64> = a.column(i) - b.column(j);
        difference.norm()
    };
    let means = fit.mixture.means();
    let largest = place
        .iter()
        .enumerate()
        .map(|(cluster, &component)| distance(&kmeans.centroids, cluster, means, component))
        .fold(0.0, f64::max);
    let pairs = (0..components).flat_map(|i| (0..i).map(move |j| (i, j)));
    let apart = pairs
        .map(|(i, j)| distance(&kmeans.centroids, i, &kmeans.centroids, j))
        .fold(f64::INFINITY, f64::min);
    let hardly = images * 20 < fit.assignments.len() && largest < 0.1 * apart;
    Some(StartMove { images, largest, apart, hardly })
}
