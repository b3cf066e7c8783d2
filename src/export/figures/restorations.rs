//! How far restorations can be trusted: by the share observed, and calibrated.

use super::book::Book;
use super::captions;
use crate::export::pdf::{Axis, Chart, Color, Stroke, Style};
use crate::inverse::{LEVELS, NEAR_CONSTANT, Z_EDGES};
use crate::show::{fixed, words};
use crate::study::{Calibrated, CurvePoint, Outcome, Restorations};

/// A bin with fewer pixels or weights than this is not drawn: its share would be chance.
const FEW: usize = 20;

/// The colours of the calibrations, in order.
const COLORS: [Color; 3] = [Color::BLUE, Color::ORANGE, Color::RED];

pub fn pages<'a>(book: &mut Book<'a>, found: &'a Restorations, outcome: &Outcome) {
    let settings = captions::settings(outcome);
    let dim = outcome.fit.as_ref().map_or(1, |fit| fit.mixture.dim());
    book.page("Restoration by share observed", &curve_caption(found, dim, &settings), move |canvas, area| {
        grid(canvas, area, &curves(found, dim), 2);
    });
    book.page("Calibration", &calibration_caption(found, &settings), move |canvas, area| {
        grid(canvas, area, &calibrations(found), 3);
    });
}

fn grid(
    canvas: &mut crate::export::pdf::Canvas<'_>,
    area: &crate::export::pdf::Rect,
    charts: &[Chart],
    columns: usize,
) {
    let rows = area.rows(&vec![1.0; charts.len().div_ceil(columns)], 14.0);
    for (row, charts) in rows.iter().zip(charts.chunks(columns)) {
        for (place, chart) in row.columns(&vec![1.0; columns], 22.0).iter().zip(charts) {
            chart.draw(canvas, place);
        }
    }
}

/// Whether a component has fewer images than there are pixels: then the number of its images is a share of the pixels.
fn has_sizes(found: &Restorations, dim: usize) -> bool {
    found.curve.component_images.iter().any(|&images| images < dim as f64)
}

/// PSNR, SSIM, coverage and misfit by the share observed.
fn curves(found: &Restorations, dim: usize) -> Vec<Chart> {
    let shrunk = found.shrunk.as_ref();
    let own = &found.curve.points;
    let of = |points: &[CurvePoint], value: fn(&CurvePoint) -> f64| -> Vec<(f64, f64)> {
        let point = |point: &CurvePoint| Some((100.0 * point.fraction?, value(point)));
        points.iter().filter_map(point).filter(|(_, value)| value.is_finite()).collect()
    };
    let chart = |title: &str, value: fn(&CurvePoint) -> f64, axis: fn(&str, &[f64]) -> Axis, label: &str| {
        let lines = [Some((own, Color::BLUE)), shrunk.map(|shrunk| (&shrunk.points, Color::ORANGE))];
        let lines: Vec<_> =
            lines.into_iter().flatten().map(|(points, color)| (of(points, value), color)).collect();
        let values: Vec<f64> =
            lines.iter().flat_map(|(points, _)| points.iter().map(|point| point.1)).collect();
        let y = axis(label, &values);
        let (low, high) = y.range();
        let mut chart = Chart::new(title, Axis::linear("pixels observed, %", 0.0, 100.0), y);
        for images in &found.curve.component_images {
            let x = 100.0 * images / dim.max(1) as f64;
            if x < 100.0 {
                chart = chart.line(vec![(x, low), (x, high)], Stroke::new(Color::FRAME, 0.8));
            }
        }
        for (points, color) in lines {
            chart = chart.line(points.clone(), Stroke::new(color, 1.4)).dots(points, 1.8, color);
        }
        chart
    };
    let around = |label: &str, values: &[f64]| Axis::around(label, values.iter().copied());
    let log = |label: &str, values: &[f64]| Axis::log(label, values.iter().copied());
    let share = |label: &str, _: &[f64]| Axis::linear(label, 0.0, 100.0);
    let mut first =
        chart("PSNR", |point| point.quality.psnr, around, "dB").key("the fit", Stroke::new(Color::BLUE, 1.4));
    if let Some(shrunk) = shrunk {
        let name = format!("its covariances shrunk, {}", shrunk.shrinkage);
        first = first.key(&name, Stroke::new(Color::ORANGE, 1.4));
    }
    if has_sizes(found, dim) {
        first = first.key("images of a component", Stroke::new(Color::FRAME, 0.8));
    }
    let mut ssim = chart("SSIM", |point| point.quality.ssim, around, "");
    if own.iter().all(|point| point.quality.ssim.is_nan()) {
        let (low, high) = ssim.y().range();
        let words = "not defined: the images are smaller than its window of 11 × 11";
        ssim =
            ssim.note((50.0, f64::midpoint(low, high)), words, Style::new(8.0).color(Color::SOFT).centered());
    }
    vec![
        first,
        ssim,
        chart("Pixels within 90 % intervals", |point| 100.0 * point.coverage[2], share, "%")
            .across(90.0, Stroke::new(Color::SOFT, 0.8)),
        chart("Misfit of what is observed", |point| point.misfit, log, "per value, 1 where right")
            .across(1.0, Stroke::new(Color::SOFT, 0.8)),
    ]
}

fn curve_caption(found: &Restorations, dim: usize, settings: &str) -> String {
    let curve = &found.curve;
    let images = words::counted(curve.images, "test image", "test images");
    let mut caption = format!(
        "Means over {images} restored from a growing share of their pixels, each mask within the next, without noise. Coverage: of \
         pixels with a predicted standard deviation above {NEAR_CONSTANT}. Misfit: (y − $μ$)ᵀ S⁻¹ (y − $μ$) by the number of values, \
         of the component of largest posterior weight."
    );
    if has_sizes(found, dim) {
        caption.push_str(" Gray: as many pixels as a component has images.");
    }
    if let Some((from, to)) =
        found.fall.and_then(|fall| Some((curve.points.get(fall.from)?, curve.points.get(fall.to)?)))
    {
        let share = |point: &CurvePoint| fixed(100.0 * point.fraction.unwrap_or(f64::NAN), 0);
        // Covariances of as many images as pixels have no singular block: the fall is of another kind.
        let kind = if has_sizes(found, dim) { ": a double descent" } else { ", although more is known" };
        caption.push_str(&format!(
            " From {} to {} % the PSNR falls from {} to {} dB{kind}.",
            share(from),
            share(to),
            fixed(from.quality.psnr, 2),
            fixed(to.quality.psnr, 2)
        ));
    }
    format!("{caption} Settings: {settings}.")
}

/// Coverage by level and by predicted deviation, z-scores, PIT, responsibilities.
fn calibrations(found: &Restorations) -> Vec<Chart> {
    let each = || found.calibrations.iter().zip(COLORS);
    let share = |label: &str| Axis::linear(label, 0.0, 100.0);
    let diagonal = || (vec![(0.0, 0.0), (100.0, 100.0)], Stroke::new(Color::SOFT, 0.8));
    let (line, stroke) = diagonal();
    let mut levels =
        Chart::new("Coverage of intervals", share("probability, %"), share("%")).line(line, stroke);
    let (line, stroke) = diagonal();
    let mut weights =
        Chart::new("Posterior weights", share("given what is observed, %"), share("given the image, %"))
            .line(line, stroke);
    let deviations = found.calibrations.iter().flat_map(|one| &one.calibration.bins);
    let widest = deviations.map(|bin| bin.scores.mean_deviation);
    let mut bins = Chart::new(
        "90 % intervals by deviation",
        Axis::from_zero("predicted standard deviation", widest),
        share("%"),
    )
    .across(90.0, Stroke::new(Color::SOFT, 0.8));
    let heights = found.calibrations.iter().flat_map(|one| one.calibration.pit.iter());
    let mut pit = Chart::new(
        "PIT",
        Axis::linear("", 0.0, 1.0),
        Axis::from_zero("density", heights.map(|height| 20.0 * height)),
    )
    .across(1.0, Stroke::new(Color::SOFT, 0.8));
    let density = |share: f64| share / (Z_EDGES[1] - Z_EDGES[0]);
    let heights = found.calibrations.iter().flat_map(|one| one.calibration.z_scores.histogram.iter());
    let mut z = Chart::new(
        "z-scores",
        Axis::linear("z-score; the ends: all beyond", -5.0, 5.0),
        Axis::log("density", heights.map(|&height| density(height)).filter(|&height| height > 1e-5)),
    );
    let normal = (-50..=50).map(|i| f64::from(i) / 10.0);
    let normal = normal.map(|t| (t, (-0.5 * t * t).exp() / std::f64::consts::TAU.sqrt())).collect();
    z = z.line(normal, Stroke::new(Color::SOFT, 0.8));
    for (one, color) in each() {
        let (held, stroke) = (&one.calibration, Stroke::new(color, 1.4));
        let name = name(one);
        let points: Vec<_> =
            LEVELS.iter().zip(held.uncertain.coverage).map(|(l, c)| (100.0 * l, 100.0 * c)).collect();
        levels = levels.line(points.clone(), stroke).dots(points, 1.8, color).key(&name, stroke);
        let points: Vec<_> =
            held.bins.iter().map(|bin| (bin.scores.mean_deviation, 100.0 * bin.scores.coverage[2])).collect();
        bins = bins.line(points.clone(), stroke).dots(points, 1.8, color);
        let many = held.responsibilities.iter().filter(|tenth| tenth.entries >= FEW);
        let points: Vec<_> = many.map(|one| (100.0 * one.predicted, 100.0 * one.found)).collect();
        weights = weights.line(points.clone(), stroke).dots(points, 2.2, color);
        let count = held.pit.len().max(1) as f64;
        let stairs = held.pit.iter().enumerate().flat_map(|(i, share)| {
            [(i as f64 / count, count * share), ((i + 1) as f64 / count, count * share)]
        });
        pit = pit.line(stairs.collect(), Stroke::new(color, 1.0));
        let stairs = held.z_scores.histogram.iter().zip(Z_EDGES.windows(2)).flat_map(|(&share, edges)| {
            [(edges[0], density(share).max(1e-9)), (edges[1], density(share).max(1e-9))]
        });
        z = z.line(stairs.collect(), Stroke::new(color, 1.0));
    }
    vec![levels, bins, z, pit, weights, denoising(found)]
}

/// PSNR of denoised images and of noisy ones, by the strength of the noise.
fn denoising(found: &Restorations) -> Chart {
    let points: Vec<_> = found
        .denoised
        .iter()
        .map(|point| (point.noise, point.quality.psnr))
        .filter(|p| p.1.is_finite())
        .collect();
    let noisy: Vec<_> =
        found.denoised.iter().map(|point| (point.noise, -20.0 * point.noise.log10())).collect();
    let values = points.iter().chain(&noisy);
    let (blue, gray) = (Stroke::new(Color::BLUE, 1.4), Stroke::new(Color::SOFT, 0.8));
    let x = Axis::log("noise, standard deviation", noisy.iter().map(|point| point.0));
    Chart::new("Denoising", x, Axis::around("PSNR, dB", values.map(|point| point.1)))
        .line(noisy, gray)
        .line(points.clone(), blue)
        .dots(points, 1.8, Color::BLUE)
        .key("restored", blue)
        .key("noisy, unclipped", gray)
}

fn name(one: &Calibrated) -> String {
    match one.noise {
        0.0 => one.observe.clone(),
        noise => format!("{}, noise {noise}", one.observe),
    }
}

fn calibration_caption(found: &Restorations, settings: &str) -> String {
    let images = found.calibrations.first().map_or(0, |one| one.calibration.images);
    let mut caption = format!(
        "Posteriors of {} held against the truth, for pixels with a predicted standard deviation above {NEAR_CONSTANT}; gray is right, and in the last panel the noisy image. PIT: the distribution function at the truth.",
        words::counted(images, "test image", "test images")
    );
    for one in &found.calibrations {
        let held = &one.calibration;
        if held.uncertain.pixels == 0 {
            continue;
        }
        caption.push_str(&format!(
            " {}: 90 % intervals cover {} %, {} % of the z-scores are beyond 3 (normal: 0.3 %)",
            name(one),
            fixed(100.0 * held.uncertain.coverage[2], 1),
            fixed(100.0 * held.z_scores.beyond[2], 1)
        ));
        let (covered, asked) = (held.uncertain.coverage[2], held.uncertain.recalibrated[2]);
        if (covered - 0.9).abs() > 0.03 && asked < 1.0 {
            caption.push_str(&format!("; intervals of {} % would cover 90 %", fixed(100.0 * asked, 2)));
        }
        caption.push('.');
    }
    format!("{caption} Settings: {settings}.")
}
