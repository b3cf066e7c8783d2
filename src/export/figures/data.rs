//! The training images with their labels.

use super::book::Book;
use crate::export::pdf::{Panel, PanelGrid, Raster, Text};
use crate::show::{by_value, composition, image_of, words};
use crate::study::Outcome;

/// Images shown: as many as one page shows legibly.
const SHOWN: usize = 60;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(data) = &outcome.data else { return };
    let labels = outcome.labels();
    let counts = composition::label_counts(data, labels);
    let counts: Vec<String> = labels
        .iter()
        .zip(counts)
        .map(|(&label, count)| format!("{} {count}", data.about.label_name(label)))
        .collect();
    let of_labels = match counts.as_slice() {
        [] => String::new(),
        counts => format!(
            " of the chosen labels, each with its label. Images in the sample by label: {}",
            Text::escape(&counts.join(", "))
        ),
    };
    let source = Text::escape(&data.source.to_string());
    let source = if data.about.is_fashion_mnist {
        format!("Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), {source}")
    } else {
        source
    };
    let shown = data.sample_indices.len().min(SHOWN);
    let missing = if data.train.is_complete() {
        ""
    } else {
        " Missing pixels are blue: the fit sees the others alone."
    };
    let each = if data.about.vectors {
        format!("A vector has {} values, each shown over its range in the training data", data.train.dim())
    } else {
        format!("An image has {} pixels in [0, 1], black to white", data.train.shape())
    };
    let caption = format!(
        "The first {shown} of the S = {} training images, drawn at random (seed {}) from the {} training images\
         {of_labels}. {each}.{missing} Source: {source}.",
        data.sample_indices.len(),
        outcome.settings.seed,
        words::grouped(data.train.len()),
    );
    let panels: Vec<Panel> = data
        .sample_indices
        .iter()
        .take(SHOWN)
        .filter_map(|&index| {
            let picture = by_value(image_of(&data.train, index)?, Some(data));
            Some((picture, data.train.labels().get(index)))
        })
        .map(|(picture, label)| {
            let name = label.map(|&label| data.about.label_name(label)).unwrap_or_default();
            Panel::new(Raster::new(&picture), &Text::escape(&name))
        })
        .collect();
    book.page("Training images", &caption, move |canvas, area| {
        PanelGrid { text: 7.4, gap: 9.0, largest: 90.0 }.draw(canvas, area, &panels);
    });
}
