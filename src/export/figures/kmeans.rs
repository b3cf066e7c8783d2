//! k-means: inertia by iteration, cluster sizes by label, centroids.

use super::book::Book;
use super::composition::composition as chart_of_labels;
use crate::export::pdf::{Axis, Canvas, Chart, Color, Panel, PanelGrid, Raster, Rect, Stroke};
use crate::mixture::{KMeansFit, KMeansIteration};
use crate::show::{self, composition, words};
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
            inertia(&kmeans.history, Some(fit)).draw(canvas, &left);
            let groups = fit.centroids.ncols();
            // Clusters have the numbers of the components that they became.
            let place = composition::component_of_cluster(outcome);
            let number = |&cluster: &usize| {
                place.as_ref().and_then(|place| place.get(cluster).copied()).unwrap_or(cluster)
            };
            let numbered: Vec<usize> = fit.assignments.iter().map(number).collect();
            let title = if outcome.labels().is_empty() { "Cluster sizes" } else { "Cluster sizes by label" };
            chart_of_labels(outcome, title, "cluster", &numbered, groups).draw(canvas, &right);
            centroids(outcome, fit, canvas, &below);
        }
        None => inertia(&kmeans.history, None).draw(canvas, area),
    });
}

fn caption(outcome: &Outcome) -> String {
    let settings = &outcome.settings;
    let begin = format!(
        "k-means of S = {} images with K = {}, started from {} (seed {}), {}. Inertia is the sum over the \
         images of the squared distance to the nearest centroid; it never grows.",
        outcome.samples(),
        settings.kmeans.components,
        words::kmeans_start(settings.kmeans.init),
        settings.seed,
        words::counted(
            settings.kmeans.restarts,
            "run",
            "runs, of which the one from which EM gets furthest is kept"
        ),
    );
    let Some(fit) = &outcome.kmeans.fit else {
        return format!("{begin} The run was under way when this page was made.");
    };
    let run = if settings.kmeans.restarts > 1 { "The best run" } else { "The run" };
    let numbers = if composition::component_of_cluster(outcome).is_some() {
        " Clusters have the numbers of the components that they became."
    } else {
        ""
    };
    let by_label = if outcome.labels().is_empty() { "" } else { ", by label" };
    format!(
        "{begin} {run} stopped after {} ({}), at inertia {}. Upper left: by how much the inertia of each \
         iteration's first centroids is above that, on a logarithmic axis. Upper right: images in each cluster\
         {by_label}. Below: the centroids, which are the first means of EM.{numbers}",
        words::iterations(fit.history.len()),
        words::kmeans_stop(fit.stop),
        show::significant(fit.inertia, 6),
    )
}

/// Above the kept run's final inertia on a logarithmic axis, which shows the tail; as it is while there is none.
fn inertia(history: &[KMeansIteration], fit: Option<&KMeansFit>) -> Chart {
    let longest = history.iter().map(|step| step.iteration).max().unwrap_or(1);
    let x = Axis::iterations("iteration", 1, longest);
    let least = fit.map_or(0.0, |fit| fit.inertia);
    let values = history.iter().map(|step| step.inertia - least);
    let (title, y) = match fit {
        Some(_) => ("Inertia above the final one", Axis::log("squared pixel values", values)),
        None => ("Inertia", Axis::around("inertia", values)),
    };
    let kept = fit.map(|fit| fit.restart);
    let thick = Stroke::new(Color::BLUE, 1.4);
    let thin = Stroke::new(Color::FRAME, 0.9);
    let restarts = history.iter().map(|step| step.restart + 1).max().unwrap_or(1);
    let kept = kept.unwrap_or(restarts - 1);
    let mut chart = Chart::new(title, x, y);
    let others = (0..restarts).filter(|&restart| restart != kept);
    for restart in others.chain([kept]) {
        let steps = history.iter().filter(|step| step.restart == restart);
        let points: Vec<_> = steps.map(|step| (step.iteration as f64, step.inertia - least)).collect();
        chart = if restart == kept {
            chart.line(points.clone(), thick).dots(points, 1.8, Color::BLUE)
        } else {
            chart.line(points, thin)
        };
    }
    if restarts > 1 { chart.key("best run", thick).key("other runs", thin) } else { chart }
}

fn centroids(outcome: &Outcome, fit: &KMeansFit, canvas: &mut Canvas<'_>, area: &Rect) {
    let shape = show::image_shape(outcome, fit.centroids.nrows());
    let sizes = composition::group_sizes(&fit.assignments, fit.centroids.ncols());
    let panels: Vec<Panel> = composition::cluster_order(outcome, sizes.len())
        .into_iter()
        .enumerate()
        .filter_map(|(number, cluster)| {
            let picture = show::column(&fit.centroids, cluster, shape)?;
            let picture = show::by_value(picture, outcome.data.as_deref());
            let panel = Panel::new(Raster::new(&picture), &format!("cluster {}", number + 1));
            let size = sizes.get(cluster).copied().unwrap_or_default();
            Some(panel.note(&words::counted(size, "image", "images")))
        })
        .collect();
    PanelGrid { text: 8.6, gap: 12.0, largest: 150.0 }.draw(canvas, &area.inset(5.0, 0.0, 5.0, 0.0), &panels);
}
