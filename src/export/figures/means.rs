//! The means of the components, in gray.

use super::book::Book;
use super::captions;
use crate::export::pdf::{Panel, PanelGrid, Raster};
use crate::show::{self, composition::labels_by_group};
use crate::study::Outcome;

/// Components on one page.
pub const A_PAGE: usize = 24;

pub fn pages<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let Some(fit) = &outcome.fit else { return };
    let mixture = &fit.mixture;
    let shape = show::image_shape(outcome, mixture.dim());
    let labels = labels_by_group(outcome, &fit.assignments, mixture.components());
    let weights = mixture.weights().iter().zip(&labels).enumerate();
    let panels: Vec<Panel> = weights
        .filter_map(|(k, (&weight, counts))| {
            let picture = show::by_value(show::column(mixture.means(), k, shape)?, outcome.data.as_deref());
            let panel = Panel::new(Raster::new(&picture), &captions::weight(k, weight));
            Some(panel.note(&captions::majority(outcome, counts)))
        })
        .collect();
    let below = if outcome.labels().is_empty() {
        ""
    } else {
        " Below each: the most frequent label among the training images whose responsibility is largest for that \
         component, and its share."
    };
    let caption = format!(
        "The means $μ$ₖ of the fitted mixture, by falling weight $π$ₖ, black 0 to white 1.{below} Settings: {}.",
        captions::settings(outcome)
    );
    for (title, part) in numbered("Means", panels, A_PAGE) {
        book.page(&title, &caption, move |canvas, area| {
            PanelGrid { text: 11.0, gap: 16.0, largest: 340.0 }.draw(canvas, area, &part);
        });
    }
}

/// Parts that fit on a page, with titles "Means", or "Means 1–24", "Means 25–30" when there are several.
pub fn numbered<T>(title: &str, mut items: Vec<T>, a_page: usize) -> Vec<(String, Vec<T>)> {
    if items.len() <= a_page {
        return vec![(title.to_owned(), items)];
    }
    let mut parts = Vec::new();
    let mut first = 1;
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(a_page));
        parts.push((format!("{title} {first}–{}", first + items.len() - 1), items));
        (first, items) = (first + a_page, rest);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_numbered_when_there_are_several() {
        let items: Vec<usize> = (0..30).collect();
        let titles: Vec<String> = numbered("Means", items, 24).into_iter().map(|(title, _)| title).collect();
        assert_eq!(titles, ["Means 1–24", "Means 25–30"]);
        assert_eq!(numbered("Means", vec![0; 24], 24)[0].0, "Means");
    }
}
