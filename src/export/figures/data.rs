//! The training images with their labels.

use super::book::Book;
use crate::data::label_name;
use crate::export::pdf::{Panel, PanelGrid, Raster, Text};
use crate::show::{composition, image_of, words};
use crate::study::Outcome;

/// Images shown: as many as one page shows legibly.
const SHOWN: usize = 60;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(data) = &outcome.data else { return };
    let labels = &outcome.settings.labels;
    let counts = composition::label_counts(data, labels);
    let counts = labels.iter().zip(counts).map(|(&label, count)| format!("{} {count}", label_name(label)));
    let shown = data.sample_indices.len().min(SHOWN);
    let caption = format!(
        "The first {shown} of the S = {} training images, drawn at random (seed {}) from the {} training images of \
         the chosen labels, each with its label. Images in the sample by label: {}. An image has {} pixels in [0, 1], \
         black to white. Source: Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), {}.",
        data.sample_indices.len(),
        outcome.settings.seed,
        words::grouped(data.train.len()),
        counts.collect::<Vec<_>>().join(", "),
        data.train.shape(),
        Text::escape(&data.source.to_string()),
    );
    let panels: Vec<Panel> = data
        .sample_indices
        .iter()
        .take(SHOWN)
        .filter_map(|&index| Some((image_of(&data.train, index)?, *data.train.labels().get(index)?)))
        .map(|(picture, label)| Panel::new(Raster::new(&picture), label_name(label)))
        .collect();
    book.page("Training images", &caption, move |canvas, area| {
        PanelGrid { text: 7.4, gap: 9.0, largest: 90.0 }.draw(canvas, area, &panels);
    });
}
