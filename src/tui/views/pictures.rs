//! The pictures of the dashboard, as functions of the state: what a [`Subject`] shows, its size, its values, its title.
//!
//! A covariance has D x D values: it is never copied whole for a frame, only the window or the averages shown.

mod components;
mod restored;

use crate::mixture::{Covariance, CovarianceFamily};
use crate::show::words::grouped;
use crate::show::{
    Colormap, Picture, Range, by_value, column, deviation_range, fixed, heatmap, image_of, matrix, relative,
    significant, subscript, value_of, width_of,
};
use crate::study::DataReport;
use crate::tui::state::App;
use crate::tui::state::cursors::Part;
use crate::tui::state::overlay::Subject;

pub use components::{
    average, axis, change, mean, near, noise, on_own_scale, overviews, row, shown, variance, views,
};
pub use restored::{aspect, aspect_words};

/// Training image `index` of those used, and the name of its label, if it has one.
pub fn train(data: &DataReport, index: usize) -> Option<(Picture, Option<String>)> {
    let position = *data.sample_indices.get(index)?;
    let label = data.train.labels().get(position).map(|&label| data.about.label_name(label).into_owned());
    Some((by_value(image_of(&data.train, position)?, Some(data)), label))
}

/// A held-out test image under the mixture.
pub struct Explained {
    /// The image.
    pub picture: Picture,
    /// The name of its label, if it has one.
    pub name: Option<String>,
    /// Its position in the test set.
    pub number: usize,
    /// Its negative log-density in nats.
    pub nll: f64,
}

/// One of [`App::explained`].
pub fn explained(app: &App, (image, nll): (usize, f64)) -> Option<Explained> {
    let data = app.outcome.data.as_ref()?;
    let number = *data.held_out_indices.get(image)?;
    let name = data.test.labels().get(number).map(|&label| data.about.label_name(label).into_owned());
    let picture = by_value(image_of(&data.test, number)?, Some(data));
    Some(Explained { picture, name, number, nll })
}

/// Sample `index`; values outside [0, 1] are shown as black or white.
pub fn sample(app: &App, index: usize) -> Option<Picture> {
    let (samples, at) = app.sample(index)?;
    column(&samples.images, at, app.shape()).map(|picture| by_value(picture, app.data()))
}

/// A picture in the row of test image `index`.
pub fn inpainted(app: &App, index: usize, part: Part) -> Option<Picture> {
    let report = app.inpainted()?;
    let restoration = report.restorations.get(index)?;
    if index >= report.truth.ncols() {
        return None;
    }
    let (shape, truth) = (app.shape(), report.truth.column(index));
    let image = |values: &[f64]| by_value(Picture::image(shape, values), app.data());
    Some(match part {
        Part::Corrupted => by_value(restored::observed(app, report, index)?, app.data()),
        Part::Restored => image(&restoration.restored),
        Part::Truth => image(truth.as_slice()),
        Part::Deviation => heatmap(shape, &relative(&restoration.std, app.data()))
            .over(deviation_range(&report.restorations, app.data())),
    })
}

/// Draw `index` from the posterior of the selected test image.
pub fn completion(app: &App, index: usize) -> Option<Picture> {
    let (draws, _) = app.completions()?;
    column(&draws.images, index, app.shape()).map(|picture| by_value(picture, app.data()))
}

/// The picture shown beside another, for its pixel under the cursor: beside a mean or a diagonal, the covariances of the
/// pixel.
pub fn companion(app: &App, subject: Subject) -> Option<Subject> {
    match subject {
        Subject::Mean(k) | Subject::Variance(k) if app.outcome.fit.is_some() => Some(Subject::Row(k)),
        _ => None,
    }
}

/// Columns and rows; none when there is no such picture.
pub fn size(app: &App, subject: Subject) -> Option<(usize, usize)> {
    match subject {
        Subject::Covariance(k) if average(app, k).is_none() => {
            covariance(app, k).map(|covariance| (covariance.dim(), covariance.dim()))
        }
        _ => image(app, subject).map(|picture| (picture.width, picture.height)),
    }
}

/// The value in column `x` of row `y`; none when it is not observed.
pub fn value(app: &App, subject: Subject, x: usize, y: usize) -> Option<f64> {
    match subject {
        Subject::Covariance(k) if average(app, k).is_none() => {
            covariance(app, k)?.dense().get((y, x)).copied()
        }
        _ => {
            let picture = image(app, subject)?;
            let value = picture.value(x, y)?;
            let index = y.saturating_mul(picture.width).saturating_add(x);
            if matches!(subject, Subject::Inpaint(_, Part::Deviation)) {
                return Some(value * width_of(index, app.data()));
            }
            let is_gray = picture.colormap == Colormap::Gray;
            Some(if is_gray { value_of(value, index, app.data()) } else { value })
        }
    }
}

/// The part of a picture from column `x` of row `y` on, at most `width` x `height`.
pub fn part(
    app: &App,
    subject: Subject,
    (x, y): (usize, usize),
    width: usize,
    height: usize,
) -> Option<Picture> {
    let (whole_width, whole_height) = size(app, subject)?;
    let (width, height) =
        (width.min(whole_width.saturating_sub(x)), height.min(whole_height.saturating_sub(y)));
    let pixels = || (y..y + height).flat_map(move |row| (x..x + width).map(move |column| (column, row)));
    if let Subject::Covariance(k) = subject
        && average(app, k).is_none()
    {
        let covariance = covariance(app, k)?.dense();
        let values = pixels().filter_map(|(column, row)| covariance.get((row, column)).copied()).collect();
        let range = app.overviews.known.get(k).map_or(Range::UNIT, |overview| overview.range);
        return Some(Picture {
            width,
            height,
            values,
            colormap: Colormap::Viridis,
            range,
            missing: Vec::new(),
        });
    }
    let picture = image(app, subject)?;
    let values = pixels().map(|(column, row)| picture.value(column, row).unwrap_or(f64::NAN)).collect();
    let missing = pixels().map(|(column, row)| picture.is_missing(column, row)).collect();
    Some(Picture { width, height, values, missing, ..picture })
}

/// A picture averaged to `width` x `height`, on the scale of the averages: they span less than the values.
pub fn averaged(app: &App, subject: Subject, width: usize, height: usize) -> Option<Picture> {
    let picture = match subject {
        Subject::Covariance(k) if average(app, k).is_none() => {
            let overview = &app.overviews.known.get(k)?.picture;
            let exact = width > 0 && overview.width.is_multiple_of(width);
            if exact {
                overview.shrunk(width, height)
            } else {
                matrix(&covariance(app, k)?.dense()).shrunk(width, height)
            }
        }
        _ => image(app, subject)?.shrunk(width, height),
    };
    // Signed values keep zero in the middle.
    Some(if picture.colormap == Colormap::Diverging { picture } else { on_own_scale(picture) })
}

fn covariance(app: &App, k: usize) -> Option<&Covariance> {
    app.outcome.fit.as_ref()?.mixture.covariances().get(k)
}

/// The picture, of an image's shape; none for a covariance.
fn image(app: &App, subject: Subject) -> Option<Picture> {
    let outcome = &app.outcome;
    match subject {
        Subject::Train(index) => train(outcome.data.as_ref()?, index).map(|(picture, _)| picture),
        Subject::Explained(place) => explained(app, *app.explained().get(place)?).map(|image| image.picture),
        Subject::Mean(k) => mean(app, k),
        Subject::Covariance(k) => average(app, k),
        Subject::Variance(k) => variance(app, k),
        Subject::Sample(index) => sample(app, index),
        Subject::Inpaint(index, part) => inpainted(app, index, part),
        Subject::Completion(index) => completion(app, index),
        Subject::Aspect(index) => restored::aspect(app, index),
        Subject::Row(k) => row(app, k),
        Subject::Axis(k, index) => axis(app, k, index),
        Subject::Change(k) => change(app, k, false),
        Subject::LastChange(k) => change(app, k, true),
        Subject::Near(k, place) => near(app, k, place).map(|(picture, _)| picture),
    }
}

/// The title of a picture.
pub fn title(app: &App, subject: Subject) -> String {
    match subject {
        Subject::Train(index) => app.outcome.data.as_ref().map_or_else(String::new, |data| {
            let label = train(data, index)
                .and_then(|(_, label)| label)
                .map_or_else(String::new, |name| format!(": {name}"));
            format!("training image {} of {}{label}", index + 1, grouped(data.sample_indices.len()))
        }),
        Subject::Explained(place) => app
            .explained()
            .get(place)
            .and_then(|&one| explained(app, one))
            .map_or_else(String::new, |image| {
                let name = image.name.map_or_else(String::new, |name| format!(": {name}"));
                let (number, nll) = (image.number, fixed(image.nll, 3));
                format!("test image {number} in the file{name}, negative log-density {nll} nats")
            }),
        Subject::Mean(k) => format!("mean of component {}", k + 1),
        Subject::Covariance(k) => {
            let of = shown(app).filter(|_| average(app, k).is_some());
            let of = of.map_or_else(String::new, |shown| format!(", averaged, at {}", shown.name));
            format!("covariance of component {}{of}", k + 1)
        }
        Subject::Variance(k) => format!("variances of component {}", k + 1),
        Subject::Change(k) => format!("change of the mean of component {} since the start", k + 1),
        Subject::LastChange(k) => format!("last change of the mean of component {}", k + 1),
        Subject::Near(k, place) => {
            let distance = near(app, k, place).map_or(f64::NAN, |(_, distance)| distance);
            let (place, k) = (place + 1, k + 1);
            format!(
                "image {place} by nearness to the mean of component {k}, distance {}",
                significant(distance, 3)
            )
        }
        Subject::Sample(index) => format!("sample {}", index + 1),
        Subject::Inpaint(index, part) => format!("test image {}, {}", index + 1, part.title()),
        Subject::Completion(index) => {
            format!("test image {}, draw {} from its posterior", app.image() + 1, index + 1)
        }
        Subject::Aspect(index) => format!("test image {}, {}", index + 1, restored::aspect_words(app)),
        Subject::Row(k) => {
            let (row, column) = app.pixel();
            format!("covariances of pixel ({row}, {column}) in component {}", k + 1)
        }
        Subject::Axis(k, index) => {
            let axes = app.axes.of(k);
            if axes.is_some_and(|axes| index == axes.variances.len()) && noise(app, k).is_some() {
                return format!("noise variances ψ of Σ{}, what its factors leave", subscript(k + 1));
            }
            let variance = axes.and_then(|axes| axes.variances.get(index));
            let value =
                variance.map_or_else(String::new, |value| format!(", λ = {}", significant(*value, 4)));
            let is_factor = covariance(app, k).is_some_and(|c| c.family() == CovarianceFamily::LowRank);
            let name = if is_factor { "factor" } else { "eigenvector" };
            format!("{name} {} of Σ{}{value}", index + 1, subscript(k + 1))
        }
    }
}
