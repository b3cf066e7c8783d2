//! The pictures of a component: its mean, its covariance in whole and in part, its principal axes.

use rayon::prelude::*;

use super::super::super::app::{App, CovarianceView};
use super::super::super::widgets::image;
use super::shown;
use crate::mixture::{Covariance, Mixture};
use crate::show::{Picture, Range, column, heatmap, image_shape, matrix, signed};

/// Most rows and columns of an overview: 112 divides 784, so that smaller pictures whose side divides it are exact
/// averages of the whole matrix too.
const OVERVIEW: usize = 112;

/// What is shown of a covariance most often.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The covariance, averaged to at most 112 x 112.
    pub picture: Picture,
    /// The range of its own values.
    pub range: Range,
}

/// The overviews of all covariances. Cost: K D^2, in parallel, so once a fit, not once a frame.
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
    let mixture = &app.outcome.fit.as_ref()?.mixture;
    let shape = image_shape(&app.outcome, mixture.dim());
    let mut picture = heatmap(shape, mixture.covariances().get(k)?.diagonal().as_slice());
    picture.range.low = 0.0;
    Some(picture)
}

/// The mean of component `k` under the cursor.
pub fn mean_picture(app: &App, k: usize) -> Option<Picture> {
    let shown = shown(app)?;
    column(shown.means, k, image_shape(&app.outcome, shown.means.nrows()))
}

/// The covariances of the chosen pixel with every pixel, within component `k`: a row of its covariance.
pub fn row_picture(app: &App, k: usize) -> Option<Picture> {
    let covariance = app.outcome.fit.as_ref()?.mixture.covariances().get(k)?;
    let (row, column) = app.pixel();
    let pixel = row * app.side() + column;
    let shape = image_shape(&app.outcome, covariance.dim());
    (pixel < covariance.dim()).then(|| signed(shape, covariance.column(pixel).as_slice()))
}

/// Principal axis `index` of component `k`, on the common scale of all that are known.
pub fn axis_picture(app: &App, k: usize, index: usize) -> Option<Picture> {
    let axes = &app.axes.of(k)?.axes;
    let range = Range::symmetric(axes.as_slice());
    let shape = image_shape(&app.outcome, axes.nrows());
    (index < axes.ncols()).then(|| signed(shape, axes.column(index).as_slice()).over(range))
}

/// What `view` shows of component `k`, for `size` columns: on the scale of what is then seen of it, as components
/// differ too much in their variances for a common one. None for axes, of which there are several.
pub fn view_picture(app: &App, view: CovarianceView, k: usize, size: usize) -> Option<Picture> {
    match view {
        CovarianceView::Full => {
            let overview = &app.overviews.get(k)?.picture;
            let (columns, rows) = image::resolution((size, size), app.theme);
            let (columns, rows) = (columns.min(overview.width), rows.min(overview.height));
            Some(on_own_scale(overview.shrunk(columns, rows)))
        }
        CovarianceView::Diagonal => variance(app, k),
        CovarianceView::Row => row_picture(app, k),
        CovarianceView::Axes => None,
    }
}

/// The picture over the range of its own values.
pub fn on_own_scale(picture: Picture) -> Picture {
    let range = Range::of(&picture.values);
    picture.over(range)
}
