//! k-means: inertia by iteration, cluster sizes by label, centroids.

use super::book::Book;
use super::words;
use crate::data::label_name;
use crate::export::composition::labels_by_group;
use crate::export::pdf::{Axis, Canvas, Chart, Color, Panel, PanelGrid, Raster, Rect, Stroke};
use crate::mixture::{KMeansFit, KMeansIteration, KMeansStop};
use crate::show::{self, Picture};
use crate::study::Outcome;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let kmeans = &outcome.kmeans;
    if kmeans.history.is_empty() && kmeans.fit.is_none() {
        return;
    }
    book.page("k-means, the start of EM", &caption(outcome), move |canvas, area| match &kmeans.fit {
        Some(fit) => {
            let (charts, below) = area.split_top(area.height * 0.5, 16.0);
            let [left, right] = charts.columns(&[1.0, 1.0], 26.0)[..] else { return };
            inertia(&kmeans.history, Some(fit.restart)).draw(canvas, &left);
            sizes(outcome, fit).draw(canvas, &right);
            centroids(fit, canvas, &below);
        }
        None => inertia(&kmeans.history, None).draw(canvas, area),
    });
}

fn caption(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let begin = format!(
        "k-means of S = {} images with K = {}, started from {} (seed {}), {}. Inertia is the sum over the \
         images of the squared distance to the nearest centroid; it never grows.",
        settings.samples,
        settings.components,
        words::start(settings.kmeans_init),
        settings.seed,
        words::count(settings.restarts, "run", "runs, of which the one with the least inertia is kept"),
    );
    let Some(fit) = &outcome.kmeans.fit else {
        return format!("{begin} The run was under way when this page was made.");
    };
    let reason = match fit.stop {
        KMeansStop::FixedPoint => "no image changed its cluster",
        KMeansStop::Tolerance => "the centroids had all but stopped moving",
        KMeansStop::IterationLimit => "the limit of iterations was reached",
        KMeansStop::Cancelled => "it was asked to",
    };
    format!(
        "{begin} The run kept stopped after {} because {reason}, at inertia {}. Upper right: images in each cluster, by \
         label. Below: the centroids, which are the first means of EM.",
        words::count(fit.history.len(), "iteration", "iterations"),
        show::significant(fit.inertia, 6),
    )
}

fn inertia(history: &[KMeansIteration], kept: Option<usize>) -> Chart {
    let longest = history.iter().map(|step| step.iteration).max().unwrap_or(1);
    let x = Axis::iterations("iteration", longest);
    let y = Axis::around("inertia", history.iter().map(|step| step.inertia));
    let thick = Stroke::new(Color::BLUE, 1.4);
    let thin = Stroke::new(Color::FRAME, 0.9);
    let restarts = history.iter().map(|step| step.restart + 1).max().unwrap_or(1);
    let kept = kept.unwrap_or(restarts - 1);
    let mut chart = Chart::new("Inertia", x, y);
    let others = (0..restarts).filter(|&restart| restart != kept);
    for restart in others.chain([kept]) {
        let steps = history.iter().filter(|step| step.restart == restart);
        let points: Vec<_> = steps.map(|step| (step.iteration as f64, step.inertia)).collect();
        chart = if restart == kept {
            chart.line(points.clone(), thick).dots(points, 1.8, Color::BLUE)
        } else {
            chart.line(points, thin)
        };
    }
    if restarts > 1 { chart.key("run kept", thick).key("other runs", thin) } else { chart }
}

fn sizes(outcome: &Outcome, fit: &KMeansFit) -> Chart {
    let clusters = fit.centroids.ncols();
    let counts = labels_by_group(outcome, &fit.assignments, clusters);
    let names = (1..=clusters).map(|k| k.to_string()).collect();
    let tallest = counts.iter().map(|row| row.iter().sum::<usize>() as f64);
    let y = Axis::from_zero("images", tallest);
    let mut chart = Chart::new("Cluster sizes by label", Axis::categories("cluster", names), y);
    for (k, row) in counts.iter().enumerate() {
        let mut below = 0.0;
        for (&count, &label) in row.iter().zip(&outcome.settings.labels) {
            let above = below + count as f64;
            let x = (k as f64 - 0.36, k as f64 + 0.36);
            chart = chart.bar(x, (below, above), words::label_color(outcome, label));
            below = above;
        }
    }
    for &label in &outcome.settings.labels {
        chart = chart.patch(label_name(label), words::label_color(outcome, label));
    }
    chart
}

fn centroids(fit: &KMeansFit, canvas: &mut Canvas<'_>, area: &Rect) {
    let side = fit.centroids.nrows().isqrt();
    let panels: Vec<Panel> = fit
        .centroids
        .column_iter()
        .enumerate()
        .map(|(k, centroid)| {
            let size = fit.assignments.iter().filter(|&&cluster| cluster == k).count();
            let picture = Picture::image(side, &centroid.iter().copied().collect::<Vec<_>>());
            Panel::new(Raster::new(&picture), &format!("cluster {}", k + 1))
                .note(&words::count(size, "image", "images"))
        })
        .collect();
    PanelGrid { text: 8.0, gap: 12.0, largest: 150.0 }.draw(canvas, area, &panels);
}
