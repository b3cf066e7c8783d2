//! What goes to the clipboard: the numbers under the cursor, or the table of the tab, as tab-separated values.
//!
//! Numbers are written with all their digits. `App::update` asks; `terminal` sends them by OSC 52.

use std::fmt::Write;

use super::app::{App, Overlay, Tab};
use super::overlays::Open;
use super::overlays::subject::Subject;
use super::tabs;
use crate::data::label_name;
use crate::density::SQUARED_NORMAL;
use crate::show::Picture;

/// Text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What it is, for the status line: "the mean of component 2, 28 × 28 values".
    pub what: String,
    /// The text.
    pub text: String,
}

/// Rows of cells, tab-separated, one a line.
#[derive(Default)]
struct Table(String);

impl Table {
    fn of(head: &[&str]) -> Self {
        let mut table = Self::default();
        table.row(head.iter().map(ToString::to_string));
        table
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells: Vec<String> = cells.into_iter().collect();
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{}", cells.join("\t"));
    }

    fn copied(self, what: impl Into<String>) -> Copied {
        Copied { what: what.into(), text: self.0 }
    }
}

/// A number as it is read back: "nan" where there is none.
fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if !value.is_nan() => value.to_string(),
        _ => "nan".into(),
    }
}

/// What the cursor of the tab, or of the open picture, stands on.
pub fn selection(app: &App) -> Option<Copied> {
    if let Some(Overlay::Picture(open)) = &app.overlay {
        return pixel(app, open);
    }
    match app.tab {
        Tab::Transform => terms(app),
        Tab::Fit => {
            let at = app.iteration()?;
            Some(iterations(app, at..at + 1).copied(format!("iteration {}", at + 1)))
        }
        Tab::Data | Tab::Components | Tab::Samples | Tab::Inpaint => {
            let subject = match Open::selected(app)?.subject {
                // Its 784 × 784 values are too many for most clipboards.
                Subject::Covariance(component) => Subject::Mean(component),
                other => other,
            };
            let (width, height) = subject.size(app)?;
            let picture = subject.part(app, (0, 0), width, height)?;
            Some(values(&picture).copied(format!("{}, {width} × {height} values", subject.title(app))))
        }
    }
}

/// The table of the tab.
pub fn table(app: &App) -> Option<Copied> {
    match app.tab {
        Tab::Transform => checks(app),
        Tab::Data => labels(app),
        Tab::Fit => {
            let len = app.outcome.em.history.len();
            (len > 0).then(|| iterations(app, 0..len).copied(format!("{len} iterations of EM")))
        }
        Tab::Components => components(app),
        Tab::Samples => samples(app),
        Tab::Inpaint => restorations(app),
    }
}

/// A picture, a row of pixels a line.
fn values(picture: &Picture) -> Table {
    let mut table = Table::default();
    for y in 0..picture.height {
        table.row((0..picture.width).map(|x| number(picture.value(x, y))));
    }
    table
}

fn pixel(app: &App, open: &Open) -> Option<Copied> {
    open.subject.size(app)?;
    let mut table = Table::of(&["row", "column", "value"]);
    let value = open.subject.value(app, open.x, open.y);
    table.row([open.y.to_string(), open.x.to_string(), number(value)]);
    Some(table.copied(format!("row {}, column {} of the {}", open.y, open.x, open.subject.title(app))))
}

/// Every preimage of the z under the cursor, and its term of the sum.
fn terms(app: &App) -> Option<Copied> {
    let z = tabs::transform::cursor(app.outcome.transform.as_ref()?, &app.cursors);
    let mut table = Table::of(&["z", "x", "p_X(x)/|f'(x)|", "p_Z(z)"]);
    for term in SQUARED_NORMAL.terms(z) {
        let sum = SQUARED_NORMAL.density(z);
        table.row([z, term.x, term.contribution, sum].map(|value| number(Some(value))));
    }
    Some(table.copied(format!("the preimages of z = {z}")))
}

fn checks(app: &App) -> Option<Copied> {
    let report = app.outcome.transform.as_ref()?;
    let mut table = Table::of(&["check", "value", "expected", "error_estimate", "evaluations", "holds"]);
    for check in &report.checks {
        table.row([
            check.name.clone(),
            number(check.value),
            number(check.expected),
            number(check.error_estimate),
            check.evaluations.map_or_else(String::new, |count| count.to_string()),
            check.passed.to_string(),
        ]);
    }
    Some(table.copied(format!("{} checks", report.checks.len())))
}

fn labels(app: &App) -> Option<Copied> {
    let data = app.outcome.data.as_ref()?;
    let mut table = Table::of(&["label", "name", "images"]);
    for &label in &app.outcome.settings.labels {
        let of_label = |&&position: &&usize| data.train.labels().get(position) == Some(&label);
        let count = data.sample_indices.iter().filter(of_label).count();
        table.row([label.to_string(), label_name(label).to_owned(), count.to_string()]);
    }
    Some(table.copied("the images of each label"))
}

fn iterations(app: &App, which: std::ops::Range<usize>) -> Table {
    let history = &app.outcome.em.history;
    let count = history.first().map_or(0, |step| step.iteration.weights.len());
    let weights: Vec<String> = (1..=count).map(|k| format!("weight_{k}")).collect();
    let fixed = ["iteration", "nll", "change", "held_out_nll", "seconds"];
    let head: Vec<&str> = fixed.into_iter().chain(weights.iter().map(String::as_str)).collect();
    let mut table = Table::of(&head);
    for at in which {
        let Some(step) = history.get(at) else { continue };
        let before = at.checked_sub(1).and_then(|before| history.get(before));
        let change = before.map(|before| step.iteration.nll - before.iteration.nll);
        let cells = [
            step.iteration.iteration.to_string(),
            number(Some(step.iteration.nll)),
            number(change),
            number(step.iteration.held_out_nll),
            number(Some(step.time.as_secs_f64())),
        ];
        let weights = step.iteration.weights.iter().map(|&weight| number(Some(weight)));
        table.row(cells.into_iter().chain(weights));
    }
    table
}

fn components(app: &App) -> Option<Copied> {
    let fit = app.outcome.fit.as_ref()?;
    let mut table = Table::of(&["component", "weight", "images", "mean_pixel", "mean_variance"]);
    for (k, weight) in fit.mixture.weights().iter().enumerate() {
        let images = fit.assignments.iter().filter(|&&component| component == k).count();
        let mean = fit.mixture.means().column(k).mean();
        let variance = fit.mixture.covariances().get(k).map(|covariance| covariance.diagonal().mean());
        table.row([
            (k + 1).to_string(),
            number(Some(*weight)),
            images.to_string(),
            number(Some(mean)),
            number(variance),
        ]);
    }
    Some(table.copied(format!("{} components", fit.mixture.components())))
}

fn samples(app: &App) -> Option<Copied> {
    let mut table = Table::of(&["sample", "component"]);
    let mut count = 0;
    // Those that were drawn and are still kept.
    for index in 0..app.sample_count() {
        let component = app.sample(index).and_then(|(samples, column)| samples.components.get(column));
        if let Some(component) = component {
            table.row([(index + 1).to_string(), (component + 1).to_string()]);
            count += 1;
        }
    }
    (count > 0).then(|| table.copied(format!("the components of {count} samples")))
}

fn restorations(app: &App) -> Option<Copied> {
    let report = app.inpainted()?;
    let count = report.restorations.first().map_or(0, |restoration| restoration.weights.len());
    let weights: Vec<String> = (1..=count).map(|k| format!("weight_{k}")).collect();
    let fixed = ["image", "label", "psnr", "ssim"];
    let head: Vec<&str> = fixed.into_iter().chain(weights.iter().map(String::as_str)).collect();
    let mut table = Table::of(&head);
    for (index, (restoration, &label)) in report.restorations.iter().zip(&report.labels).enumerate() {
        let cells = [
            (index + 1).to_string(),
            label_name(label).to_owned(),
            number(Some(restoration.psnr)),
            number(Some(restoration.ssim)),
        ];
        let weights = restoration.weights.iter().map(|&weight| number(Some(weight)));
        table.row(cells.into_iter().chain(weights));
    }
    Some(table.copied(format!("{} restorations", report.restorations.len())))
}

#[cfg(test)]
mod tests {
    use super::super::action::{Action, Command, Effect};
    use super::super::fixture::{self, State, THEME};
    use super::*;

    fn app(tab: Tab, state: State) -> App {
        let mut app = fixture::app(state, THEME, (80, 24));
        app.tab = tab;
        app
    }

    fn cells(text: &str) -> Vec<Vec<&str>> {
        text.lines().map(|line| line.split('\t').collect()).collect()
    }

    #[test]
    fn every_table_is_rectangular_and_numbers_are_whole() {
        for tab in Tab::ALL {
            let app = app(tab, State::Done);
            for copied in [selection(&app).unwrap(), table(&app).unwrap()] {
                let rows = cells(&copied.text);
                assert!(rows.len() > 1, "{copied:?}");
                assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{tab:?}: {copied:?}");
                assert!(!copied.what.is_empty());
            }
        }
    }

    #[test]
    fn a_picture_is_copied_value_by_value() {
        let app = app(Tab::Samples, State::Done);
        let copied = selection(&app).unwrap();
        let rows = cells(&copied.text);
        assert_eq!((rows.len(), rows[0].len()), (28, 28));
        let drawn = &app.outcome.samples.as_ref().unwrap().images;
        for (at, cell) in rows.concat().iter().enumerate() {
            assert_eq!(cell.parse::<f64>(), Ok(drawn[(at, 0)]));
        }
        assert_eq!(copied.what, "sample 1, 28 × 28 values");
    }

    #[test]
    fn the_fit_is_copied_by_iteration() {
        let mut app = app(Tab::Fit, State::Done);
        let history = app.outcome.em.history.clone();
        assert_eq!(cells(&table(&app).unwrap().text).len(), history.len() + 1);
        app.cursors.iteration = Some(2);
        let copied = selection(&app).unwrap();
        let row = cells(&copied.text)[1].clone();
        assert_eq!(row[0], "3");
        assert_eq!(row[1].parse::<f64>(), Ok(history[2].iteration.nll));
        assert_eq!(row[2].parse::<f64>(), Ok(history[2].iteration.nll - history[1].iteration.nll));
        assert_eq!(row[3], "nan", "nothing was held out");
        assert_eq!(row.len(), 5 + history[2].iteration.weights.len());
    }

    #[test]
    fn a_pixel_is_copied_with_its_place() {
        let mut app = app(Tab::Components, State::Done);
        app.update(Action::Command(Command::Open));
        app.update(Action::Command(Command::First));
        let effects = app.update(Action::Command(Command::Copy));
        let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
        let rows = cells(text);
        assert_eq!(rows[1][..2], ["0", "0"]);
        let covariance = app.outcome.fit.as_ref().unwrap().mixture.covariances()[0].dense();
        assert_eq!(rows[1][2].parse::<f64>(), Ok(covariance[(0, 0)]));
        let said = &app.status.as_ref().unwrap().text;
        assert!(said.starts_with("copied row 0, column 0 of the covariance"), "{said}");
    }

    #[test]
    fn what_is_not_there_is_not_copied() {
        for tab in Tab::ALL {
            let mut app = app(tab, State::Empty);
            for command in [Command::Copy, Command::CopyTable] {
                assert!(app.update(Action::Command(command)).is_empty(), "{tab:?}");
                assert!(app.status.is_some());
            }
        }
    }
}
