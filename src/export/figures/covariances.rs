//! The covariances of the components, in viridis: the full matrices, and their diagonals as images.

use super::book::Book;
use super::captions;
use super::means::{A_PAGE, numbered};
use crate::export::pdf::{Beyond, LEAST_BAR, Panel, PanelGrid, Raster, Rect, colorbar};
use crate::show::{self, Colormap, Picture, Range};
use crate::study::Outcome;

/// Pixels of all matrices together, so that the file stays small.
const PIXELS: usize = 900_000;

/// Percentage of the entries that the colour scale of the matrices spans.
const CENTRAL: f64 = 99.0;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(fit) = &outcome.fit else { return };
    let covariances = fit.mixture.covariances();
    let dim = fit.mixture.dim();
    let reduced = reduced_side(dim, covariances.len());
    let matrices =
        trimmed(covariances.iter().map(|c| show::matrix(&c.dense()).shrunk(reduced, reduced)).collect());
    let shape = show::image_shape(outcome, dim);
    let mut diagonals: Vec<Picture> =
        covariances.iter().map(|c| show::heatmap(shape, c.diagonal().as_slice())).collect();
    show::share_range(&mut diagonals);

    let reduction = if reduced == dim {
        format!("all {dim} × {dim} entries are shown")
    } else {
        format!("reduced from {dim} × {dim} to {reduced} × {reduced} entries by averaging blocks")
    };
    let blocks = if shape.rows > 1 && shape.columns > 1 {
        format!(", which makes the pattern of {0} × {0} blocks", shape.columns)
    } else {
        String::new()
    };
    let matrix_caption = format!(
        "The covariance matrices Σₖ of the fitted mixture, by falling weight $π$ₖ, on one colour scale, which spans the \
         central {CENTRAL} % of all entries so that the few largest do not darken the rest; arrows stand for values beyond its ends. Rows and columns are the {dim} pixels of an image, row by row{blocks}; \
         {reduction}. The ridge {ridge} is part of the diagonal. Settings: {settings}.",
        ridge = show::setting(outcome.settings.em.ridge),
        settings = captions::settings(outcome),
    );
    let diagonal_caption = format!(
        "The diagonals of the covariance matrices Σₖ, that is the variance of every pixel, as images, on one colour \
         scale: bright pixels differ most among the images of a component. Settings: {}.",
        captions::settings(outcome)
    );
    draw(book, outcome, "Covariance matrices", &matrix_caption, "covariance", &matrices, Some(dim));
    draw(book, outcome, "Variances, the diagonals", &diagonal_caption, "variance", &diagonals, None);
}

fn draw<'a>(
    book: &mut Book<'a>,
    outcome: &Outcome,
    title: &str,
    caption: &str,
    quantity: &'a str,
    pictures: &[Picture],
    counted: Option<usize>,
) {
    let Some(fit) = &outcome.fit else { return };
    let Some(range) = pictures.first().map(|picture| picture.range) else { return };
    let values = pictures.iter().flat_map(|picture| &picture.values);
    let beyond = Beyond::of(values, range);
    let weights = fit.mixture.weights().iter().enumerate();
    let panels: Vec<Panel> = pictures
        .iter()
        .zip(weights)
        .map(|(picture, (k, &weight))| {
            let panel = Panel::new(Raster::new(picture), &captions::weight(k, weight));
            Panel { counted, ..panel }
        })
        .collect();
    for (title, part) in numbered(title, panels, A_PAGE) {
        book.page(&title, caption, move |canvas, area| {
            let (pictures, _) = area.inset(3.0, 0.0, 0.0, 0.0).split_left(area.width - 84.0, 0.0);
            let grid = PanelGrid { text: 11.0, gap: 16.0, largest: 380.0 };
            let taken = grid.draw(canvas, &pictures, &part);
            let below = if counted.is_some() { 12.5 } else { 0.0 };
            let height = (taken.height - 15.0 - below).max(LEAST_BAR);
            let beside = Rect::new(taken.right() + 18.0, taken.y + 15.0, 60.0, height);
            colorbar(canvas, &beside, Colormap::Viridis, range, beyond, quantity);
        });
    }
}

/// Puts all pictures on the scale that spans the central [`CENTRAL`] percent of their values.
fn trimmed(mut pictures: Vec<Picture>) -> Vec<Picture> {
    let mut values: Vec<f64> = pictures.iter().flat_map(|picture| picture.values.iter().copied()).collect();
    values.sort_unstable_by(f64::total_cmp);
    let quantile = |fraction: f64| values.get((fraction * (values.len() as f64 - 1.0)).round() as usize);
    let beyond = (1.0 - CENTRAL / 100.0) / 2.0;
    let range = quantile(beyond).zip(quantile(1.0 - beyond)).map(|(&low, &high)| Range { low, high });
    for picture in &mut pictures {
        picture.range = range.unwrap_or(picture.range);
    }
    pictures
}

/// Rows of each picture of a covariance matrix; none before there is a fit.
pub fn matrix_side(outcome: &Outcome) -> Option<usize> {
    let fit = outcome.fit.as_deref()?;
    Some(reduced_side(fit.mixture.dim(), fit.mixture.components()))
}

/// The side to which `count` matrices of order `dim` are averaged: `dim` halved, rounding up, until all together have
/// at most [`PIXELS`]. Where nothing is rounded, blocks are of equal size.
fn reduced_side(dim: usize, count: usize) -> usize {
    let mut side = dim;
    while side > 1 && side * side * count > PIXELS {
        side = side.div_ceil(2);
    }
    side
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ImageShape;

    #[test]
    fn the_reduction_keeps_the_file_small_and_blocks_equal() {
        for (count, side) in [(1, 784), (2, 392), (5, 392), (10, 196), (20, 196), (100, 49)] {
            assert_eq!(reduced_side(784, count), side, "K = {count}");
        }
        assert_eq!((reduced_side(25, 3), reduced_side(625, 20), reduced_side(1, 2_000_000)), (25, 157, 1));
    }

    #[test]
    fn the_scale_of_the_matrices_leaves_out_the_extremes() {
        let mut values: Vec<f64> = (0..=1000).map(f64::from).collect();
        values[1000] = 1e9;
        let pictures = trimmed(vec![Picture::image(ImageShape::new(1, 1001), &values)]);
        assert_eq!(pictures[0].range, Range { low: 5.0, high: 995.0 });
        assert!(trimmed(Vec::new()).is_empty());
    }
}
