//! Images drawn from the fitted mixture.

use super::book::Book;
use super::captions;
use super::means::numbered;
use crate::export::pdf::{Panel, PanelGrid, Raster};
use crate::show::{self, words};
use crate::study::Outcome;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(samples) = &outcome.samples else { return };
    let shape = show::image_shape(outcome, samples.images.nrows());
    let weights = outcome.fit.as_ref().map(|fit| fit.mixture.weights());
    let components = samples.components.iter().enumerate();
    let panels: Vec<Panel> = components
        .filter_map(|(i, &component)| {
            let picture = show::by_value(show::column(&samples.images, i, shape)?, outcome.data.as_deref());
            let panel = Panel::new(Raster::new(&picture), &format!("component {}", component + 1));
            Some(match weights.and_then(|weights| weights.get(component)) {
                Some(&weight) => panel.note(&captions::weight(component, weight)),
                None => panel,
            })
        })
        .collect();
    let caption = format!(
        "{} of the fitted mixture: a component is drawn with probability $π$ₖ, then an image $μ$ₖ + $L$ₖ$ε$ with Σₖ = \
         $L$ₖ$L$ₖᵀ and $ε$ standard normal (seed {}). For display values are {}. Settings: {}.",
        words::counted(panels.len(), "sample", "samples"),
        outcome.settings.seed,
        captions::values(outcome),
        captions::settings(outcome)
    );
    for (title, part) in numbered("Samples", panels, 40) {
        book.page(&title, &caption, move |canvas, area| {
            PanelGrid { text: 10.0, gap: 16.0, largest: 220.0 }.draw(canvas, area, &part);
        });
    }
}
