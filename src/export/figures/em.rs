//! EM: the negative log-likelihood by iteration, its change against the tolerance, and the weights.

use std::sync::Arc;

use super::book::Book;
use super::words;
use crate::export::pdf::{Axis, Chart, Color, Stroke};
use crate::show;
use crate::study::{EmStep, Outcome};

/// Most components whose names stand in the legend.
const NAMED: usize = 20;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let history = &outcome.em.history;
    if history.is_empty() {
        return;
    }
    book.page("Expectation-maximisation", &caption(outcome), move |canvas, area| {
        let [upper, lower] = area.rows(&[1.0, 1.0], 14.0)[..] else { return };
        let [first, second] = upper.columns(&[1.0, 1.0], 26.0)[..] else { return };
        let [third, fourth] = lower.columns(&[1.0, 1.0], 26.0)[..] else { return };
        likelihood("NLL per image", history, 0).draw(canvas, &first);
        let skipped = if history.len() > 4 { 2 } else { 0 };
        let title = format!("NLL per image, from iteration {}", skipped + 1);
        likelihood(&title, history, skipped).draw(canvas, &second);
        change(outcome).draw(canvas, &third);
        weights(history).draw(canvas, &fourth);
    });
}

fn caption(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let begin = format!(
        "EM for K = {} Gaussians with full covariances on S = {} images, from uniform weights, identity covariances \
         and {}; {} is added to the diagonal of every covariance. NLL: mean negative \
         log-likelihood per image in nats, of the parameters that an iteration starts from.",
        settings.components,
        settings.samples,
        if settings.means_init.is_some() { "the means given" } else { "the means of k-means" },
        words::number(settings.ridge),
    );
    let last = outcome.em.history.last().map_or(f64::NAN, |step| step.iteration.nll);
    match &outcome.fit {
        Some(fit) => format!(
            "{begin} It {} after {}; the fitted mixture has an NLL of {} nats per image.",
            words::stop(fit.stop, settings),
            words::count(fit.history.len(), "iteration", "iterations"),
            show::fixed(fit.final_nll, 4),
        ),
        None => format!(
            "{begin} It was under way when this page was made, after {} at an NLL of {}.",
            words::count(outcome.em.history.len(), "iteration", "iterations"),
            show::fixed(last, 4),
        ),
    }
}

/// NLL of the training images, and of held-out images when there are any, without the first iterations.
fn likelihood(title: &str, history: &[Arc<EmStep>], skipped: usize) -> Chart {
    let steps = || history.iter().skip(skipped).map(|step| &step.iteration);
    let train: Vec<_> = steps().map(|step| (step.iteration as f64, step.nll)).collect();
    let held_out: Vec<_> =
        steps().filter_map(|step| Some((step.iteration as f64, step.held_out_nll?))).collect();
    let values = train.iter().chain(&held_out).map(|point| point.1);
    let x = Axis::iterations("iteration", history.len());
    let y = Axis::around("NLL (nats)", values);
    let blue = Stroke::new(Color::BLUE, 1.4);
    let chart = Chart::new(title, x, y).line(train.clone(), blue).dots(train, dot(history), Color::BLUE);
    if held_out.is_empty() {
        return chart;
    }
    let orange = Stroke::new(Color::ORANGE, 1.4);
    chart
        .line(held_out.clone(), orange)
        .dots(held_out, dot(history), Color::ORANGE)
        .key("training images", blue)
        .key("held-out test images", orange)
}

fn change(outcome: &Outcome) -> Chart {
    let history = &outcome.em.history;
    let tolerance = outcome.settings.tolerance;
    let points: Vec<_> = history
        .windows(2)
        .filter_map(|pair| Some((&pair.first()?.iteration, &pair.last()?.iteration)))
        .map(|(before, after)| (after.iteration as f64, (after.nll - before.nll).abs()))
        .collect();
    let x = Axis::iterations("iteration", history.len());
    let y = Axis::log("|change| (nats)", points.iter().map(|point| point.1).chain([tolerance]));
    let blue = Stroke::new(Color::BLUE, 1.4);
    let red = Stroke::new(Color::RED, 1.0).dashed(4.0, 2.5);
    Chart::new("Change of the NLL from one iteration to the next", x, y)
        .across(tolerance, red)
        .line(points.clone(), blue)
        .dots(points, dot(history), Color::BLUE)
        .key("absolute change", blue)
        .key(&format!("tolerance {}", words::number(tolerance)), red)
}

fn weights(history: &[Arc<EmStep>]) -> Chart {
    let components = history.first().map_or(0, |step| step.iteration.weights.len());
    let x = Axis::iterations("iteration", history.len());
    let all = history.iter().flat_map(|step| step.iteration.weights.iter().copied());
    let mut chart = Chart::new("Weights after each iteration", x, Axis::from_zero("$π$ₖ", all));
    for k in 0..components {
        let stroke = component_stroke(k);
        let points = history.iter().map(|step| &step.iteration);
        let points = points.map(|it| (it.iteration as f64, it.weights.get(k).copied().unwrap_or(f64::NAN)));
        let points: Vec<_> = points.collect();
        chart = chart.line(points.clone(), stroke).dots(points, dot(history), stroke.color);
        if components <= NAMED {
            chart = chart.key(&format!("$π${}", words::subscript(k + 1)), stroke);
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
