//! The first page: settings, what was found, the dimensions of the parameters, and what is still missing.

use super::book::Book;
use super::captions;
use crate::export::numbers::Start;
use crate::export::pdf::{Canvas, Color, Column, Rect, Style, Table, Text};
use crate::export::settings;
use crate::inverse::mean_quality;
use crate::mixture::{CovarianceFamily, FreeParameters};
use crate::show::{self, words};
use crate::study::{Outcome, Status};

pub fn front<'a>(book: &mut Book<'a>, outcome: &'a Outcome) {
    let name = outcome
        .data
        .as_ref()
        .map_or_else(String::new, |data| format!(" of {}", Text::escape(&data.about.name)));
    let mut caption = format!(
        "A Gaussian mixture p(x) = Σₖ $π$ₖ N(x; $μ$ₖ, Σₖ) with {}, fitted to images{name} by k-means and \
         expectation-maximisation (EM), and used to restore images from few pixels.",
        words::covariances(&outcome.settings)
    );
    let missing = missing(outcome);
    if !missing.is_empty() {
        caption.push_str(&format!(" Not in this file, because {}: {}.", reason(outcome), missing.join(", ")));
    }
    let contents = contents(book);
    let listed = settings::rows(outcome).into_iter().map(|row| (row.name, row.value)).collect();
    book.front("A Gaussian mixture of images", &caption, move |canvas, area| {
        let [left, right] = area.columns(&[1.0, 1.15], 36.0)[..] else { return };
        sections(canvas, &left, &[("Settings", listed)]);
        let parameters = parameters(outcome).map(|parameters| ("Parameters", parameters));
        let found = [("Results", results(outcome))].into_iter().chain(parameters);
        let right_sections: Vec<_> = found.chain([("Contents", contents)]).collect();
        sections(canvas, &right, &right_sections);
    });
}

/// Most pages that are listed, so that the list fits.
const LISTED: usize = 14;

/// Most components whose weights are listed.
const NAMED: usize = 24;

type Rows = Vec<(String, String)>;

/// The other pages: this one stands before them.
fn contents(book: &Book<'_>) -> Rows {
    let titles = book.titles();
    let more = titles.len().saturating_sub(LISTED);
    let listed = titles.into_iter().enumerate().take(LISTED);
    let mut rows: Rows = listed.map(|(i, title)| (format!("Page {}", i + 2), title)).collect();
    if more > 0 {
        rows.push(("…".to_owned(), format!("and {}", words::counted(more, "more page", "more pages"))));
    }
    rows
}

fn results(outcome: &Outcome) -> Rows {
    let mut found = Vec::new();
    if let Some(report) = &outcome.transform {
        found.push(("Checks of $p_{Z}$", words::checks(report)));
    }
    if let Some(fit) = &outcome.kmeans.fit {
        let iterations = words::iterations(fit.history.len());
        found.push(("k-means", format!("inertia {} after {iterations}", show::significant(fit.inertia, 6))));
    }
    if let Some(fit) = &outcome.fit {
        let iterations = words::iterations(fit.history.len());
        found.push(("EM", format!("{iterations}, {}", words::fit_stop(fit))));
        found.push(("NLL of the fit", format!("{} nats per image", show::fixed(fit.final_nll, 4))));
        let weights = fit.mixture.weights().iter().enumerate();
        let mut weights: Vec<String> = weights.map(|(k, &weight)| captions::weight(k, weight)).collect();
        if weights.len() > NAMED {
            weights.truncate(NAMED);
            weights.push("…".to_owned());
        }
        found.push(("Weights", weights.join(", ")));
    }
    if let Some(report) = &outcome.inpaint {
        found.push(("Inpainting, mean", words::quality(mean_quality(&report.restorations))));
    }
    if found.is_empty() {
        found.push(("So far", "nothing".to_owned()));
    }
    rows(found)
}

/// Dimensions of all parameters and the number of free ones, for this K and D; none while D is not known.
fn parameters(outcome: &Outcome) -> Option<Rows> {
    let k = outcome.settings.kmeans.components;
    let fitted = outcome.fit.as_ref().map(|fit| fit.mixture.dim());
    let d = fitted.or_else(|| Some(outcome.data.as_ref()?.train.dim()))?;
    let settings = &outcome.settings;
    let free = FreeParameters::of(settings.covariance, k, d, settings.rank);
    let sigma = match settings.covariance {
        CovarianceFamily::Full => {
            let each = words::grouped(FreeParameters::full(1, d).covariances);
            format!("{k} × {d} × {d}, symmetric: {each} free each")
        }
        _ => format!(
            "{}: {}, {} free",
            words::covariances(settings),
            words::covariance_dimensions(settings, k, d).replace('×', " × "),
            words::grouped(free.covariances)
        ),
    };
    Some(rows([
        ("Weights $π$", format!("{k}, of which {} free", free.weights)),
        ("Means $μ$ₖ", format!("{k} × {d}")),
        ("Covariances Σₖ", sigma),
        (
            "Free parameters",
            format!("{} = {}", words::free_parameters(settings.covariance), words::grouped(free.total())),
        ),
    ]))
}

fn rows<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> Rows {
    rows.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Titles with tables, below each other, in the largest type in which they fit into the area.
fn sections(canvas: &mut Canvas<'_>, area: &Rect, sections: &[(&str, Rows)]) {
    const TITLE: f64 = 17.0;
    const GAP: f64 = 20.0;
    let tables = |size: f64| -> Vec<Table> { sections.iter().map(|(_, rows)| table(rows, size)).collect() };
    let fits = |tables: &Vec<Table>| {
        let heights = tables.iter().map(|table| TITLE + table.height(canvas.fonts(), area.width));
        heights.sum::<f64>() + GAP * (tables.len() as f64 - 1.0) <= area.height
    };
    let sizes = (0..12).map(|step| 9.0 - 0.25 * f64::from(step));
    let tables = sizes.map(tables).find(fits).unwrap_or_else(|| tables(6.0));
    let mut rest = *area;
    for ((title, _), table) in sections.iter().zip(&tables) {
        canvas.text((rest.x, rest.y + 11.0), &Text::new(title), &Style::new(11.0).bold());
        let used = TITLE + table.draw(canvas, &rest.inset(0.0, TITLE, 0.0, 0.0));
        rest = rest.inset(0.0, used + GAP, 0.0, 0.0);
    }
}

fn table(rows: &Rows, size: f64) -> Table {
    let mut table = Table::new(size, vec![Column::sentences("", 0.42), Column::sentences("", 1.0)]);
    for (name, value) in rows {
        table.row(vec![(Text::new(name), Color::SOFT), (Text::new(value), Color::INK)]);
    }
    table
}

/// The figures that the outcome has no data for, in the order of the pages.
fn missing(outcome: &Outcome) -> Vec<&'static str> {
    let no_kmeans = outcome.kmeans.history.is_empty()
        && outcome.kmeans.fit.is_none()
        && Start::of(&outcome.settings) == Start::KMeans;
    [
        ("change of variables", outcome.transform.is_none()),
        ("training images", outcome.data.is_none()),
        ("k-means", no_kmeans),
        ("EM", outcome.em.history.is_empty()),
        ("means and covariances", outcome.fit.is_none()),
        ("samples", outcome.samples.is_none()),
        ("inpainting", outcome.inpaint.is_none()),
    ]
    .into_iter()
    .filter_map(|(name, missing)| missing.then_some(name))
    .collect()
}

fn reason(outcome: &Outcome) -> String {
    match &outcome.status {
        Status::Failed(message) => format!("the study failed ({})", Text::escape(message)),
        Status::Cancelled => "the study was cancelled".to_owned(),
        Status::Finished => "they were not asked for".to_owned(),
        Status::Starting | Status::Running(_) | Status::Paused(_) => "the study was still running".to_owned(),
    }
}
