//! The pictures of a component: its mean, its covariance, whole and in part, its principal axes.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::mixture::{Covariance, Mixture};
use crate::show::composition::group_sizes;
use crate::show::words::iterations;
use crate::show::{Picture, Range, column, heatmap, matrix, signed};
use crate::tui::state::App;
use crate::tui::state::cursors::CovarianceView;
use crate::tui::state::job::Overview;

/// The weights and means under the cursor.
pub struct Shown<'a> {
    /// The weights.
    pub weights: DVector<f64>,
    /// The means, one a column.
    pub means: &'a DMatrix<f64>,
    /// Where they come from: "iteration 12 of 34".
    pub what: String,
}

/// The iteration of EM under the cursor, else the result of k-means.
pub fn shown(app: &App) -> Option<Shown<'_>> {
    let history = &app.outcome.em.history;
    if let Some(step) = app.iteration().and_then(|at| history.get(at)) {
        let (at, of) = (step.iteration.iteration, history.len());
        let what = match (app.cursors.iteration, &app.outcome.fit) {
            (None, Some(_)) => format!("← → the fit, after {}", iterations(of)),
            (None, None) if app.running() => format!("iteration {at}, running"),
            (_, _) => format!("← → iteration {at} of {of}"),
        };
        return Some(Shown { weights: step.iteration.weights.clone(), means: &step.iteration.means, what });
    }
    if let Some(fit) = &app.outcome.fit {
        let mixture = &fit.mixture;
        return Some(Shown {
            weights: mixture.weights().clone(),
            means: mixture.means(),
            what: "the start".into(),
        });
    }
    let fit = app.outcome.kmeans.fit.as_ref()?;
    let count = fit.centroids.ncols();
    let shares = group_sizes(&fit.assignments, count).into_iter().map(|size| size as f64);
    let weights = DVector::from_iterator(count, shares) / fit.assignments.len().max(1) as f64;
    Some(Shown { weights, means: &fit.centroids, what: "centroids and cluster shares of k-means".into() })
}

/// The most rows and columns of an overview. It has many divisors: smaller pictures whose side divides it are exact
/// averages of the whole matrix too, where it divides D.
const OVERVIEW: usize = 112;

/// The averaged covariances. Cost: K D^2, in parallel.
pub fn overviews(mixture: &Mixture) -> Vec<Overview> {
    let overview = |covariance: &Covariance| {
        let whole = matrix(&covariance.dense());
        let size = whole.width.min(OVERVIEW);
        Overview { picture: whole.shrunk(size, size), range: whole.range }
    };
    mixture.covariances().par_iter().map(overview).collect()
}

/// The diagonal of covariance `k` as an image, on a scale from 0.
pub fn variance(app: &App, k: usize) -> Option<Picture> {
    let diagonal = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?.diagonal();
    let picture = heatmap(app.shape(), diagonal.as_slice());
    let range = Range { low: 0.0, ..picture.range };
    Some(picture.over(range))
}

/// The mean of component `k` under the cursor.
pub fn mean(app: &App, k: usize) -> Option<Picture> {
    column(shown(app)?.means, k, app.shape())
}

/// The covariances of the selected pixel with every pixel, within component `k`: a row of its covariance.
pub fn row(app: &App, k: usize) -> Option<Picture> {
    let covariance = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?;
    let (row, column) = app.pixel();
    let pixel = row * app.shape().columns + column;
    (pixel < covariance.dim()).then(|| signed(app.shape(), covariance.column(pixel).as_slice()))
}

/// The change of the mean of component `k` from the first iteration of EM to that under the cursor.
pub fn change(app: &App, k: usize) -> Option<Picture> {
    let first = &app.outcome.em.history.first()?.iteration.means;
    let means = shown(app)?.means;
    let change = (k < means.ncols() && k < first.ncols()).then(|| means.column(k) - first.column(k))?;
    Some(signed(app.shape(), change.as_slice()))
}

/// Principal axis `index` of component `k`, on the common scale of all that are known.
pub fn axis(app: &App, k: usize, index: usize) -> Option<Picture> {
    let axes = &app.axes.of(k)?.axes;
    let range = Range::symmetric(axes.as_slice());
    (index < axes.ncols()).then(|| signed(app.shape(), axes.column(index).as_slice()).over(range))
}

/// What `view` shows of component `k`; a whole covariance is averaged to at most `side` x `side`. Each is on the scale of
/// its own values, as the variances of components differ too much for a common one. None for axes, of which there are
/// several.
pub fn view(app: &App, view: CovarianceView, k: usize, side: (usize, usize)) -> Option<Picture> {
    match view {
        CovarianceView::Full => {
            let overview = &app.overviews.known.get(k)?.picture;
            let (columns, rows) = (side.0.min(overview.width), side.1.min(overview.height));
            Some(on_own_scale(overview.shrunk(columns, rows)))
        }
        CovarianceView::Diagonal => variance(app, k),
        CovarianceView::Row => row(app, k),
        CovarianceView::Axes => None,
        CovarianceView::Change => change(app, k),
    }
}

/// The picture over the range of its own values.
pub fn on_own_scale(picture: Picture) -> Picture {
    let range = Range::of(&picture.values);
    picture.over(range)
}
