//! EM: the negative log-likelihood by iteration, its change against the tolerance, and the weights.

use std::sync::Arc;

use super::book::Book;
use super::composition::composition;
use crate::export::numbers::Start;
use crate::export::pdf::{Axis, Chart, Color, Stroke, Style};
use crate::mixture::{CovarianceFamily, EmIteration};
use crate::show::{fixed, nll_changes, setting, subscript, words};
use crate::study::{EmStep, Outcome};

/// Most components whose names stand in the legend.
const NAMED: usize = 20;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let history = &outcome.em.history;
    if history.is_empty() {
        return;
    }
    book.page("Expectation-maximisation", &caption(outcome), move |canvas, area| {
        let charts = charts(outcome);
        let columns = if charts.len() <= 4 { 2 } else { 3 };
        let rows = area.rows(&vec![1.0; charts.len().div_ceil(columns)], 14.0);
        for (row, charts) in rows.iter().zip(charts.chunks(columns)) {
            for (place, chart) in row.columns(&vec![1.0; columns], 22.0).iter().zip(charts) {
                chart.draw(canvas, place);
            }
        }
    });
}

/// The charts of a fit. The first iterations hide the last in the NLL of all, and held-out images have another scale.
fn charts(outcome: &Outcome) -> Vec<Chart> {
    let history = &outcome.em.history;
    let skipped = 2;
    let train = |step: &EmIteration| Some(step.nll);
    let mut charts = vec![likelihood("NLL of the training images", history, 0, Color::BLUE, train)];
    if history.len() > skipped + 2 {
        let title = format!("The same from iteration {}", skipped + 1);
        charts.push(likelihood(&title, history, skipped, Color::BLUE, train));
    }
    if history.iter().any(|step| step.iteration.held_out_nll.is_some()) {
        charts.push(generalisation(history));
    }
    charts.push(change(outcome));
    charts.push(weights(history));
    if let Some(fit) = &outcome.fit {
        let title = "Images by component";
        charts.push(composition(outcome, title, "component", &fit.assignments, fit.mixture.components()));
    }
    charts
}

/// The images held out that have a curve.
fn held_out_images(outcome: &Outcome) -> usize {
    let is_scored = outcome.em.history.iter().any(|step| step.iteration.held_out_nll.is_some());
    outcome.data.as_ref().filter(|_| is_scored).map_or(0, |data| data.held_out_indices.len())
}

fn caption(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let begin = format!(
        "EM for {} on S = {} images, from {}; {} is added to the diagonal of every covariance. NLL: mean negative \
         log-likelihood per image in nats, of the parameters that an iteration starts from.",
        match settings.kmeans.components {
            1 if settings.covariance == CovarianceFamily::Full => {
                "one Gaussian (K = 1) with a full covariance".to_owned()
            }
            k => format!("K = {k} Gaussians with {}", words::covariances(settings)),
        },
        outcome.samples(),
        match Start::of(settings) {
            Start::KMeans => "uniform weights, identity covariances and the means of k-means",
            Start::Means => "uniform weights, identity covariances and the means given",
            Start::Mixture => "the mixture given",
        },
        setting(settings.em.ridge),
    );
    let unmoved = changes(&outcome.em.history).iter().any(|change| change.1 == 0.0);
    let begin = begin
        + if unmoved {
            " A change of exactly 0, which has no place on a logarithmic axis, is marked on it."
        } else {
            ""
        };
    let begin = match held_out_images(outcome) {
        0 => begin,
        count => {
            let images = words::counted(count, "held-out test image", "held-out test images");
            format!("{begin} Orange: the NLL of {images}, the least in red.")
        }
    };
    let last = outcome.em.history.last().map_or(f64::NAN, |step| step.iteration.nll);
    match &outcome.fit {
        Some(fit) => format!(
            "{begin} It {} after {}; the fitted mixture has an NLL of {} nats per image.",
            words::em_stopped(fit.stop, settings),
            words::iterations(fit.history.len()),
            fixed(fit.final_nll, 4),
        ),
        None => format!(
            "{begin} It was under way when this page was made, after {} at an NLL of {}.",
            words::iterations(outcome.em.history.len()),
            fixed(last, 4),
        ),
    }
}

/// The NLL of some images by iteration, without the first ones.
fn likelihood(
    title: &str,
    history: &[Arc<EmStep>],
    skipped: usize,
    color: Color,
    value: impl Fn(&EmIteration) -> Option<f64>,
) -> Chart {
    let steps = history.iter().skip(skipped).map(|step| &step.iteration);
    let points: Vec<_> = steps.filter_map(|step| Some((step.iteration as f64, value(step)?))).collect();
    let x = Axis::iterations("iteration", skipped + 1, history.len());
    let y = Axis::around("nats per image", points.iter().map(|point| point.1));
    Chart::new(title, x, y).line(points.clone(), Stroke::new(color, 1.4)).dots(points, dot(history), color)
}

/// The NLL of held-out images beside that of the training images, the least of the former marked.
fn generalisation(history: &[Arc<EmStep>]) -> Chart {
    let steps = || history.iter().map(|step| &step.iteration);
    let train: Vec<_> = steps().map(|step| (step.iteration as f64, step.nll)).collect();
    let held_out = steps().filter_map(|step| Some((step.iteration as f64, step.held_out_nll?)));
    let held_out: Vec<(f64, f64)> = held_out.collect();
    let least = held_out.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).into_iter().collect();
    let x = Axis::iterations("iteration", 1, history.len());
    let y = Axis::around("nats per image", train.iter().chain(&held_out).map(|point| point.1));
    let (blue, orange) = (Stroke::new(Color::BLUE, 1.4), Stroke::new(Color::ORANGE, 1.4));
    Chart::new("Training and held-out NLL", x, y)
        .line(train, blue)
        .line(held_out.clone(), orange)
        .dots(held_out, dot(history), Color::ORANGE)
        .dots(least, 2.6, Color::RED)
        .key("training", blue)
        .key("held out", orange)
}

/// The absolute change of the NLL at every iteration but the first.
fn changes(history: &[Arc<EmStep>]) -> Vec<(f64, f64)> {
    nll_changes(history).map(|(iteration, change)| (iteration as f64, change.abs())).collect()
}

fn change(outcome: &Outcome) -> Chart {
    let history = &outcome.em.history;
    let tolerance = outcome.settings.em.tolerance;
    let points = changes(history);
    let x = Axis::iterations("iteration", 2, history.len());
    let y = Axis::log("|change| of the NLL", points.iter().map(|point| point.1).chain([tolerance / 2.0]));
    let blue = Stroke::new(Color::BLUE, 1.4);
    let red = Stroke::new(Color::RED, 1.0).dashed(4.0, 2.5);
    let (lowest, _) = y.range();
    let zero = Style::new(7.5).centered().color(Color::BLUE);
    let unmoved = points.iter().filter(|point| point.1 == 0.0);
    let chart = unmoved.fold(Chart::new("Change by iteration", x, y), |chart, &(iteration, _)| {
        chart.dots(vec![(iteration, lowest)], 2.2, Color::BLUE).note((iteration, 1.6 * lowest), "0", zero)
    });
    chart
        .across(tolerance, red)
        .line(points.clone(), blue)
        .dots(points, dot(history), Color::BLUE)
        .key("absolute change", blue)
        .key(&format!("tolerance {}", setting(tolerance)), red)
}

fn weights(history: &[Arc<EmStep>]) -> Chart {
    let components = history.first().map_or(0, |step| step.iteration.weights.len());
    let x = Axis::iterations("iteration", 1, history.len());
    let all = history.iter().flat_map(|step| step.iteration.weights.iter().copied());
    let mut chart = Chart::new("Weights after each iteration", x, Axis::from_zero("$π$ₖ", all));
    for k in 0..components {
        let stroke = component_stroke(k);
        let points = history.iter().map(|step| &step.iteration);
        let points = points.map(|it| (it.iteration as f64, it.weights.get(k).copied().unwrap_or(f64::NAN)));
        let points: Vec<_> = points.collect();
        chart = chart.line(points.clone(), stroke).dots(points, dot(history), stroke.color);
        if components <= NAMED {
            chart = chart.key(&format!("$π${}", subscript(k + 1)), stroke);
        }
    }
    chart
}

/// Ten colours, and dashes beyond them.
fn component_stroke(component: usize) -> Stroke {
    let stroke = Stroke::new(Color::category(component), 1.2);
    if component < 10 { stroke } else { stroke.dashed(3.0, 1.5) }
}

/// Dots shrink as they become many.
fn dot(history: &[Arc<EmStep>]) -> f64 {
    if history.len() <= 40 { 1.8 } else { 1.0 }
}
