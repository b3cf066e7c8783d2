//! What `gmmscope score` prints: a table, CSV, or JSON.

use std::path::Path;

use gmmscope::show::words::grouped;
use gmmscope::study::{ImageScores, accuracy, purity};
use serde::Serialize;

use crate::cli::output::{self, Name, Table};

/// Images that the table names at most.
const NAMED: usize = 10;

/// One image. Components are counted from 0.
#[derive(Serialize)]
struct Row<'a> {
    image: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<u8>,
    /// In nats.
    log_density: f64,
    bits_per_dim: Option<f64>,
    assignment: usize,
    /// From 1, the least probable.
    rank: usize,
    outlier: bool,
    /// The label that the model gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted: Option<u8>,
    responsibilities: &'a [f64],
}

/// How the components, or the labels that a model predicts, agree with the labels.
#[derive(Serialize)]
struct Agreement {
    labels: Vec<u8>,
    label_names: Vec<String>,
    /// A row a component, a column a label.
    confusion: Vec<Vec<usize>>,
    /// The share of images whose component has their label as its commonest.
    purity: f64,
    /// Of a model with one mixture a label: a row a label, a column a predicted one.
    #[serde(skip_serializing_if = "Option::is_none")]
    predictions: Option<Vec<Vec<usize>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<f64>,
}

/// What is printed, and its JSON.
#[derive(Serialize)]
pub struct Report<'a> {
    out: Option<Name<'a>>,
    images: usize,
    components: usize,
    /// In nats per image.
    nll: f64,
    /// Without the worst 1 %.
    trimmed_nll: f64,
    bits_per_dim: Option<f64>,
    images_per_component: Vec<usize>,
    /// The positions of outliers, the least probable first.
    outliers: &'a [usize],
    #[serde(flatten)]
    agreement: Option<Agreement>,
    scores: Vec<Row<'a>>,
}

impl<'a> Report<'a> {
    /// Of images with these labels, if any, under a model whose components have labels, if they do.
    pub fn new(
        scores: &'a ImageScores,
        labels: &'a [u8],
        component_labels: &[u8],
        name: &dyn Fn(u8) -> String,
        out: Option<&'a Path>,
    ) -> Self {
        let (components, count) = scores.responsibilities.shape();
        let predicted = (!component_labels.is_empty()).then(|| scores.classify(component_labels));
        let responsibilities = scores.responsibilities.as_slice();
        let row = |image: usize| Row {
            image,
            label: labels.get(image).copied(),
            log_density: scores.log_density[image],
            bits_per_dim: scores.bits_per_dim.as_ref().map(|bits| bits[image]),
            assignment: scores.assignments[image],
            rank: scores.ranks[image],
            outlier: scores.outliers.contains(&image),
            predicted: predicted.as_ref().map(|predicted| predicted[image]),
            responsibilities: &responsibilities[image * components..(image + 1) * components],
        };
        let mut images_per_component = vec![0; components];
        scores.assignments.iter().for_each(|&k| images_per_component[k] += 1);
        Self {
            out: out.map(Name),
            images: count,
            components,
            nll: scores.nll(),
            trimmed_nll: scores.trimmed_nll(),
            bits_per_dim: scores.mean_bits_per_dim(),
            images_per_component,
            outliers: &scores.outliers,
            agreement: (!labels.is_empty())
                .then(|| Agreement::of(scores, labels, component_labels, predicted.as_deref(), name)),
            scores: (0..count).map(row).collect(),
        }
    }

    /// A row an image, with a head; components from 0.
    pub fn csv(&self) -> String {
        let mut text = String::from("image,label,log_density,bits_per_dim,assignment,rank,outlier,predicted");
        (0..self.components).for_each(|k| text.push_str(&format!(",r{k}")));
        text.push('\n');
        let optional = |value: Option<String>| value.unwrap_or_default();
        for row in &self.scores {
            text.push_str(&format!(
                "{},{},{},{},{},{},{},{}",
                row.image,
                optional(row.label.map(|label| label.to_string())),
                row.log_density,
                optional(row.bits_per_dim.map(|bits| bits.to_string())),
                row.assignment,
                row.rank,
                row.outlier,
                optional(row.predicted.map(|label| label.to_string())),
            ));
            row.responsibilities.iter().for_each(|r| text.push_str(&format!(",{r}")));
            text.push('\n');
        }
        text
    }

    /// A summary, the images that are least probable, and how components and labels agree.
    pub fn text(&self) -> String {
        let mut table = Table::default();
        table.row("images", grouped(self.images));
        table.row(
            "NLL",
            format!("{:.6} nats per image ({:.6} without the worst 1 %)", self.nll, self.trimmed_nll),
        );
        if let Some(bits) = self.bits_per_dim {
            table.row("bits/dim", output::number(bits, 3));
        }
        let counts: Vec<String> = self.images_per_component.iter().map(usize::to_string).collect();
        table.row("images per component", counts.join(" "));
        if let Some(agreement) = &self.agreement {
            let share = output::number(100.0 * agreement.purity, 1);
            table.row("purity", format!("{share} % have the commonest label of their component"));
            if let Some(accuracy) = agreement.accuracy {
                table.row("accuracy", format!("{} %", output::number(100.0 * accuracy, 2)));
            }
        }
        table.row("outliers", self.outliers.len());
        if let Some(out) = self.out {
            table.row("wrote", output::file(out.0));
        }
        let mut text = table.text();
        text.push_str(&self.least_probable());
        if let Some(agreement) = &self.agreement {
            text.push_str(&agreement.text());
        }
        text
    }

    /// The images that are least probable: outliers, or a few.
    fn least_probable(&self) -> String {
        let mut rows: Vec<&Row> = self.scores.iter().collect();
        rows.sort_by_key(|row| row.rank);
        let mut text =
            String::from("\nleast probable\n rank   image  label   log-density  bits/dim  component\n");
        for row in rows.into_iter().take(NAMED) {
            let label = row.label.map_or("-".to_owned(), |label| label.to_string());
            let bits = row.bits_per_dim.map_or("-".to_owned(), |bits| output::number(bits, 2));
            let share = 100.0 * row.responsibilities[row.assignment];
            let component = format!("{} ({} %)", row.assignment + 1, output::number(share, 1));
            let mark = if row.outlier { "  outlier" } else { "" };
            text.push_str(&format!(
                "{:5}  {:6}  {label:>5}  {:12.2}  {bits:>8}  {component}{mark}\n",
                row.rank, row.image, row.log_density
            ));
        }
        text
    }
}

impl Agreement {
    fn of(
        scores: &ImageScores,
        labels: &[u8],
        component_labels: &[u8],
        predicted: Option<&[u8]>,
        name: &dyn Fn(u8) -> String,
    ) -> Self {
        let mut classes: Vec<u8> = labels.iter().chain(component_labels).copied().collect();
        classes.sort_unstable();
        classes.dedup();
        let confusion = scores.confusion(labels, &classes);
        let count = |truth: u8, guess: u8, predicted: &[u8]| {
            let pairs = labels.iter().zip(predicted);
            pairs.filter(|(label, predicted)| (**label, **predicted) == (truth, guess)).count()
        };
        let predictions = predicted.map(|predicted| {
            let row = |&truth: &u8| classes.iter().map(|&guess| count(truth, guess, predicted)).collect();
            classes.iter().map(row).collect()
        });
        Self {
            label_names: classes.iter().map(|&label| name(label)).collect(),
            purity: purity(&confusion),
            confusion,
            predictions,
            accuracy: predicted.map(|predicted| accuracy(predicted, labels)),
            labels: classes,
        }
    }

    fn text(&self) -> String {
        let width = self.label_names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(6);
        let row = |name: &str, counts: &[usize]| {
            let counts: String = counts.iter().map(|count| format!("  {count:>width$}")).collect();
            format!("{name:<width$}{counts}\n", width = width.max(9))
        };
        let names: String = self.label_names.iter().map(|name| format!("  {name:>width$}")).collect();
        let head = |name: &str| format!("\n{name:<width$}{names}\n", width = width.max(9));
        let mut text = head("component");
        for (component, counts) in self.confusion.iter().enumerate() {
            text.push_str(&row(&(component + 1).to_string(), counts));
        }
        if let Some(predictions) = &self.predictions {
            text.push_str(&head("predicted"));
            for (name, counts) in self.label_names.iter().zip(predictions) {
                text.push_str(&row(name, counts));
            }
        }
        text
    }
}
