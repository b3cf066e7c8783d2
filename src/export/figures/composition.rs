//! A chart of the labels of each cluster's or component's images.

use crate::export::pdf::{Axis, Chart, Color};
use crate::show::composition::{group_sizes, labels_by_group};
use crate::study::Outcome;

/// Stacked bars, one a group (called `group`: "cluster"), of the images in it by label.
pub fn composition(
    outcome: &Outcome,
    title: &str,
    group: &str,
    assignments: &[usize],
    groups: usize,
) -> Chart {
    let labels = outcome.labels();
    let counts = match labels {
        [] => group_sizes(assignments, groups).into_iter().map(|size| vec![size]).collect(),
        _ => labels_by_group(outcome, assignments, groups),
    };
    let names = (1..=groups).map(|k| k.to_string()).collect();
    let y = Axis::from_zero("images", counts.iter().map(|row| row.iter().sum::<usize>() as f64));
    let mut chart = Chart::new(title, Axis::categories(group, names), y);
    for (k, row) in counts.iter().enumerate() {
        let mut below = 0.0;
        for (place, &count) in row.iter().enumerate() {
            let above = below + count as f64;
            chart = chart.bar((k as f64 - 0.36, k as f64 + 0.36), (below, above), Color::category(place));
            below = above;
        }
    }
    for (place, &label) in labels.iter().enumerate() {
        chart = chart.patch(&outcome.label_name(label), Color::category(place));
    }
    chart
}
