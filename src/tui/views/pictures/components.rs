//! The pictures of a component: its mean, its covariance, whole and in part, its principal axes.

use std::borrow::Cow;

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::data::ImageShape;
use crate::mixture::{Covariance, CovarianceFamily, Mixture};
use crate::show::composition::group_sizes;
use crate::show::words::iterations;
use crate::show::{Picture, Range, by_value, column, heatmap, matrix, signed};
use crate::study::DataReport;
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::state::job::Overview;

/// The parameters under the cursor.
pub struct Shown<'a> {
    /// The weights.
    pub weights: Cow<'a, DVector<f64>>,
    /// The means, one a column.
    pub means: &'a DMatrix<f64>,
    /// The variances of the pixels, one component a column; none for clusters of k-means.
    pub variances: Option<&'a DMatrix<f64>>,
    /// The covariances in small, one component a column, where they are kept.
    pub averages: Option<&'a DMatrix<f32>>,
    /// Which they are: "iteration 12".
    pub name: String,
    /// Where they come from, and the keys for others: "← → iteration 12 of 34".
    pub what: String,
}

/// The iteration of EM under the cursor or its start, else the result of k-means.
pub fn shown(app: &App) -> Option<Shown<'_>> {
    let history = &app.outcome.em.history;
    if let Some(step) = app.em_step() {
        let (at, of) = (step.iteration.iteration, history.len());
        let what = match (app.cursors.iteration, &app.outcome.fit) {
            (None, Some(_)) => format!("← → the fit, after {}", iterations(of)),
            (None, None) if app.running() => format!("iteration {at}, running"),
            (_, _) => format!("← → iteration {at} of {of}"),
        };
        let step = &step.iteration;
        return Some(Shown {
            weights: Cow::Borrowed(&step.weights),
            means: &step.means,
            variances: Some(&step.variances),
            averages: step.averages.as_deref(),
            name: format!("iteration {at}"),
            what,
        });
    }
    if let Some(start) = app.outcome.em.start.as_ref().filter(|_| app.iteration().is_some()) {
        return Some(Shown {
            weights: Cow::Borrowed(&start.weights),
            means: &start.means,
            variances: Some(&start.variances),
            averages: start.averages.as_ref(),
            name: "the start".into(),
            what: format!("← → the start, before iteration 1 of {}", history.len()),
        });
    }
    if let Some(fit) = &app.outcome.fit {
        let mixture = &fit.mixture;
        return Some(Shown {
            weights: Cow::Borrowed(mixture.weights()),
            means: mixture.means(),
            variances: None,
            averages: None,
            name: "the start".into(),
            what: "the start".into(),
        });
    }
    let fit = app.outcome.kmeans.fit.as_ref()?;
    let count = fit.centroids.ncols();
    let shares = group_sizes(&fit.assignments, count).into_iter().map(|size| size as f64);
    let weights = DVector::from_iterator(count, shares) / fit.assignments.len().max(1) as f64;
    Some(Shown {
        weights: Cow::Owned(weights),
        means: &fit.centroids,
        variances: None,
        averages: None,
        name: "k-means".into(),
        what: "centroids and cluster shares of k-means".into(),
    })
}

/// The most rows and columns of an overview. It has many divisors: smaller pictures whose side divides it are exact
/// averages of the whole matrix too, where it divides D.
const OVERVIEW: usize = 112;

/// The averaged covariances, and the images nearest to the means. Cost: K D^2 and K S D, in parallel.
pub fn overviews(mixture: &Mixture, data: Option<&DataReport>) -> Vec<Overview> {
    let distances = data.map(|data| distances(mixture, data)).unwrap_or_default();
    let overview = |(k, covariance): (usize, &Covariance)| {
        let whole = matrix(&covariance.dense());
        let size = whole.width.min(OVERVIEW);
        let nearest = nearest(distances.iter().filter_map(|of| of.get(k).copied()));
        Overview { picture: whole.shrunk(size, size), range: whole.range, nearest }
    };
    mixture.covariances().par_iter().enumerate().map(overview).collect()
}

/// The most images that are kept as the nearest of a component.
const NEAREST: usize = 48;

/// The Euclidean distances of every image used from every mean: S times K.
fn distances(mixture: &Mixture, data: &DataReport) -> Vec<Vec<f64>> {
    let means = mixture.means();
    let of_image = |&position: &usize| {
        let image = data.train.matrix(&[position]);
        means.column_iter().map(|mean| distance(mean.iter().zip(image.iter()))).collect()
    };
    match data.train.dim() == mixture.dim() {
        true => data.sample_indices.par_iter().map(of_image).collect(),
        false => Vec::new(),
    }
}

/// The Euclidean distance of pairs of values; where some are missing, as if those were like the others.
fn distance<'a>(pairs: impl ExactSizeIterator<Item = (&'a f64, &'a f64)>) -> f64 {
    let all = pairs.len();
    let squares = pairs.map(|(a, b)| (a - b).powi(2)).filter(|square| !square.is_nan());
    let (count, sum) = squares.fold((0usize, 0.0), |(count, sum), square| (count + 1, sum + square));
    (sum * all as f64 / count as f64).sqrt()
}

/// The places and values of the least, in order.
fn nearest(distances: impl Iterator<Item = f64>) -> Vec<(usize, f64)> {
    let mut all: Vec<(usize, f64)> = distances.enumerate().collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all.truncate(NEAREST);
    all
}

/// The training image at `place` among those nearest to the mean of component `k`, and its distance.
pub fn near(app: &App, k: usize, place: usize) -> Option<(Picture, f64)> {
    let &(index, distance) = app.overviews.known.get(k)?.nearest.get(place)?;
    let (picture, _) = super::train(app.outcome.data.as_ref()?, index)?;
    Some((picture, distance))
}

/// The diagonal of covariance `k` under the cursor as an image, on a scale from 0.
pub fn variance(app: &App, k: usize) -> Option<Picture> {
    let picture = match shown(app)?.variances {
        Some(variances) if k < variances.ncols() => heatmap(app.shape(), variances.column(k).as_slice()),
        Some(_) => return None,
        None => {
            let diagonal = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?.diagonal();
            heatmap(app.shape(), diagonal.as_slice())
        }
    };
    let range = Range { low: 0.0, ..picture.range };
    Some(picture.over(range))
}

/// The covariance of component `k` in small, where an iteration before the fit is under the cursor and the history has it. That of
/// the fit is there whole.
pub fn average(app: &App, k: usize) -> Option<Picture> {
    let is_of_fit = app.cursors.iteration.is_none() && app.outcome.fit.is_some();
    if is_of_fit { None } else { kept(app, k) }
}

/// The covariance of component `k` in small at the iteration under the cursor, where the history has it.
fn kept(app: &App, k: usize) -> Option<Picture> {
    let averages = shown(app)?.averages.filter(|averages| k < averages.ncols())?;
    let values: Vec<f64> = averages.column(k).iter().map(|&value| f64::from(value)).collect();
    let side = values.len().isqrt();
    Some(heatmap(ImageShape::new(side, side), &values))
}

/// The mean of component `k` under the cursor.
pub fn mean(app: &App, k: usize) -> Option<Picture> {
    column(shown(app)?.means, k, app.shape()).map(|picture| by_value(picture, app.data()))
}

/// The covariances of the selected pixel with every pixel, within component `k`: a row of its covariance.
pub fn row(app: &App, k: usize) -> Option<Picture> {
    let covariance = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?;
    let (row, column) = app.pixel();
    let pixel = row * app.shape().columns + column;
    (pixel < covariance.dim()).then(|| signed(app.shape(), covariance.column(pixel).as_slice()))
}

/// Changes of a mean below this, of pixels from 0 to 1, are rounding.
const ROUNDING: f64 = 1e-12;

/// The change of the mean of component `k` to the iteration under the cursor: from the start of EM, or with `last` from the
/// iteration before.
pub fn change(app: &App, k: usize, last: bool) -> Option<Picture> {
    let em = &app.outcome.em;
    let first = || Some(&*em.history.first()?.iteration.means);
    let start = || em.start.as_ref().map(|start| &start.means);
    let before = match app.iteration()? {
        at if last && at >= 2 => &em.history.get(at - 2)?.iteration.means,
        _ => start().or_else(first)?,
    };
    let means = shown(app)?.means;
    let mut change = (k < means.ncols() && k < before.ncols()).then(|| means.column(k) - before.column(k))?;
    // A mean that stays is changed by rounding alone.
    if change.amax() < ROUNDING {
        change.fill(0.0);
    }
    Some(signed(app.shape(), change.as_slice()))
}

/// The noise variances psi of component `k`, where its covariance is low-rank, and their share of all variance.
pub fn noise(app: &App, k: usize) -> Option<(Picture, f64)> {
    let covariance = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?;
    let (_, noise) = covariance.parts().filter(|_| covariance.family() == CovarianceFamily::LowRank)?;
    let picture = heatmap(app.shape(), noise.as_slice());
    let range = Range { low: 0.0, ..picture.range };
    Some((picture.over(range), noise.sum() / covariance.trace()))
}

/// Principal axis `index` of component `k`, on the common scale of all that are known; behind the factors of a low-rank
/// covariance, its noise.
pub fn axis(app: &App, k: usize, index: usize) -> Option<Picture> {
    let axes = &app.axes.of(k)?.axes;
    if index == axes.ncols() {
        return noise(app, k).map(|(picture, _)| picture);
    }
    let range = Range::symmetric(axes.as_slice());
    (index < axes.ncols()).then(|| signed(app.shape(), axes.column(index).as_slice()).over(range))
}

/// What `view` shows of component `k` on its own scale; a whole covariance is averaged to at most `side` x `side`. None for
/// views of a single component, which has several.
pub fn view(app: &App, view: CovarianceView, k: usize, side: (usize, usize)) -> Option<Picture> {
    match view {
        CovarianceView::Full => {
            // One picture for every iteration and for the fit, so that they can be compared; a larger one has the fit alone.
            let is_enough = |kept: &Picture| kept.width >= side.0 || average(app, k).is_some();
            let kept = kept(app, k).filter(is_enough);
            let whole = kept.as_ref().or_else(|| Some(&app.overviews.known.get(k)?.picture))?;
            let (columns, rows) = (side.0.min(whole.width), side.1.min(whole.height));
            Some(on_own_scale(whole.shrunk(columns, rows)))
        }
        CovarianceView::Diagonal => variance(app, k),
        CovarianceView::Row => row(app, k),
        CovarianceView::Axes | CovarianceView::Nearest => None,
        CovarianceView::Change => change(app, k, false),
        CovarianceView::LastChange => change(app, k, true),
    }
}

/// What `view` shows of every component, all on one scale unless each is to have its own.
pub fn views(app: &App, of: CovarianceView, components: usize, side: (usize, usize)) -> Vec<Option<Picture>> {
    let pictures: Vec<Option<Picture>> = (0..components).map(|k| view(app, of, k, side)).collect();
    if app.cursors.own_scales {
        return pictures;
    }
    let ranges: Vec<Range> = pictures.iter().flatten().map(|picture| picture.range).collect();
    let ends: Vec<[f64; 2]> = ranges.iter().map(|range| [range.low, range.high]).collect();
    let common = Range::common(ends.iter().map(<[f64; 2]>::as_slice));
    pictures.into_iter().map(|picture| picture.map(|picture| picture.over(common))).collect()
}

/// The picture over the range of its own values.
pub fn on_own_scale(picture: Picture) -> Picture {
    let range = Range::of(&picture.values);
    // Equal values are at the place that they had: all zero is the darkest.
    if range.low < range.high { picture.over(range) } else { picture }
}
