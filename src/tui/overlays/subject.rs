//! Which picture is open, and what is needed of it.
//!
//! A covariance has D x D values: it is never copied whole for a frame, only the window or the averages shown.

use super::super::app::{App, Part};
use super::super::tabs;
use crate::mixture::Covariance;
use crate::show::{Colormap, Picture, Range, matrix, significant};

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A training image.
    Train(usize),
    /// The mean of a component.
    Mean(usize),
    /// The covariance of a component.
    Covariance(usize),
    /// The diagonal of a component's covariance.
    Variance(usize),
    /// A sample.
    Sample(usize),
    /// A part of an inpainting row.
    Inpaint(usize, Part),
    /// A draw from the posterior of the selected test image.
    Completion(usize),
    /// The row of a component's covariance that belongs to the chosen pixel.
    Row(usize),
    /// A principal axis of a component.
    Axis(usize, usize),
}

impl Subject {
    /// The picture that follows the cursor on this one: on a mean or a diagonal, the covariances of its pixel.
    pub fn companion(self, app: &App) -> Option<Self> {
        match self {
            Self::Mean(k) | Self::Variance(k) if app.outcome.fit.is_some() => Some(Self::Row(k)),
            _ => None,
        }
    }

    /// Columns and rows; none when there is no such picture.
    pub fn size(self, app: &App) -> Option<(usize, usize)> {
        match self {
            Self::Covariance(k) => {
                self.covariance(app, k).map(|covariance| (covariance.dim(), covariance.dim()))
            }
            _ => self.small(app).map(|picture| (picture.width, picture.height)),
        }
    }

    /// The value in column `x` of row `y`; none when it is not observed.
    pub fn value(self, app: &App, x: usize, y: usize) -> Option<f64> {
        match self {
            Self::Covariance(k) => self.covariance(app, k)?.dense().get((y, x)).copied(),
            _ => self.small(app)?.value(x, y),
        }
    }

    /// The part of the picture from column `x` of row `y` on, at most `width` x `height`.
    pub fn part(self, app: &App, (x, y): (usize, usize), width: usize, height: usize) -> Option<Picture> {
        let (whole_width, whole_height) = self.size(app)?;
        let (width, height) =
            (width.min(whole_width.saturating_sub(x)), height.min(whole_height.saturating_sub(y)));
        let pixels = || (y..y + height).flat_map(move |row| (x..x + width).map(move |column| (column, row)));
        if let Self::Covariance(k) = self {
            let covariance = self.covariance(app, k)?.dense();
            let values =
                pixels().filter_map(|(column, row)| covariance.get((row, column)).copied()).collect();
            let range = app.overviews.get(k).map_or(Range::UNIT, |overview| overview.range);
            return Some(Picture {
                width,
                height,
                values,
                colormap: Colormap::Viridis,
                range,
                missing: Vec::new(),
            });
        }
        let picture = self.small(app)?;
        let values = pixels().map(|(column, row)| picture.value(column, row).unwrap_or(f64::NAN)).collect();
        let missing = pixels().map(|(column, row)| picture.is_missing(column, row)).collect();
        Some(Picture { width, height, values, missing, ..picture })
    }

    /// The picture averaged to `width` x `height`, on the scale of the averages: they span less than the values.
    pub fn averaged(self, app: &App, width: usize, height: usize) -> Option<Picture> {
        let picture = match self {
            Self::Covariance(k) => {
                let overview = &app.overviews.get(k)?.picture;
                let exact = width > 0 && overview.width.is_multiple_of(width);
                if exact {
                    overview.shrunk(width, height)
                } else {
                    matrix(&self.covariance(app, k)?.dense()).shrunk(width, height)
                }
            }
            _ => self.small(app)?.shrunk(width, height),
        };
        // What is signed keeps zero in the middle.
        Some(if picture.colormap == Colormap::Diverging {
            picture
        } else {
            tabs::components::on_own_scale(picture)
        })
    }

    fn covariance(self, app: &App, k: usize) -> Option<&Covariance> {
        app.outcome.fit.as_ref()?.mixture.covariances().get(k)
    }

    /// The picture, of an image's size; none for a covariance.
    fn small(self, app: &App) -> Option<Picture> {
        let outcome = &app.outcome;
        match self {
            Self::Train(index) => {
                tabs::data::picture(outcome.data.as_ref()?, index).map(|(picture, _)| picture)
            }
            Self::Mean(k) => tabs::components::mean_picture(app, k),
            Self::Covariance(_) => None,
            Self::Variance(k) => tabs::components::variance(app, k),
            Self::Sample(index) => tabs::samples::picture(app, index),
            Self::Inpaint(index, part) => tabs::inpaint::picture(app, index, part),
            Self::Completion(index) => tabs::inpaint::draw_picture(app, index),
            Self::Row(k) => tabs::components::row_picture(app, k),
            Self::Axis(k, index) => tabs::components::axis_picture(app, k, index),
        }
    }

    /// What stands above it.
    pub fn title(self, app: &App) -> String {
        match self {
            Self::Train(index) => {
                app.outcome.data.as_ref().map_or_else(String::new, |data| tabs::data::title(data, index))
            }
            Self::Mean(k) => format!("mean of component {}", k + 1),
            Self::Covariance(k) => format!("covariance of component {}", k + 1),
            Self::Variance(k) => format!("variances of component {}", k + 1),
            Self::Sample(index) => format!("sample {}", index + 1),
            Self::Inpaint(index, part) => format!("test image {}, {}", index + 1, part.title()),
            Self::Completion(index) => {
                format!("test image {}, draw {} from its posterior", app.image() + 1, index + 1)
            }
            Self::Row(k) => {
                let (row, column) = app.pixel();
                format!("covariances of pixel ({row}, {column}) in component {}", k + 1)
            }
            Self::Axis(k, index) => {
                let variance = app.axes.of(k).and_then(|axes| axes.variances.get(index));
                let value =
                    variance.map_or_else(String::new, |value| format!(", λ = {}", significant(*value, 4)));
                format!("eigenvector {} of Σ{}{value}", index + 1, tabs::subscript(k + 1))
            }
        }
    }
}
