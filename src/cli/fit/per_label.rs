//! `gmmscope fit --per-label`: one mixture a label.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use gmmscope::mixture::StopReason;
use gmmscope::show::words;
use gmmscope::study::{PerLabel, Settings, accuracy, fit_per_label};
use serde::Serialize;

use super::super::output::{self, Name, Table};
use super::super::progress::Progress;
use super::super::{Common, interrupt, log};
use super::Options;

#[derive(Serialize)]
struct LabelPart {
    label: u8,
    name: String,
    samples: usize,
    iterations: usize,
    stop: StopReason,
    /// In nats per image of this label.
    final_nll: f64,
    shrinkage: f64,
    shrinkage_reach: f64,
    seconds: f64,
}

#[derive(Serialize)]
struct Report<'a> {
    out: Option<Name<'a>>,
    components: usize,
    samples: usize,
    dim: usize,
    labels: Vec<LabelPart>,
    component_labels: &'a [u8],
    weights: &'a [f64],
    test_images: usize,
    /// The share of the test images that are classified rightly.
    accuracy: Option<f64>,
    /// Of the test images, in nats per image.
    test_nll: f64,
    seconds: BTreeMap<&'static str, f64>,
}

/// Fits, writes the model, prints the summary.
pub fn run(common: &Common, options: &Options) -> Result<()> {
    let settings = common.study.checked()?;
    if let Some(out) = &options.out {
        output::check_writable(out)?;
    }
    log::begin();
    let progress = Progress::new(&settings, common.quiet);
    let mut begun = 0;
    let fit = fit_per_label(&settings, &common.control, &mut |label| {
        progress.say(&format!("label {label}"));
        // From the first finished label on there is something to keep.
        if begun == 1 {
            interrupt::keep_results();
        }
        begun += 1;
    });
    progress.clear();
    let fit = fit?;
    interrupt::check(&common.control)?;
    if let Some(out) = &options.out {
        fit.model(settings.get()).save(out)?;
    }
    let report = Report::new(&fit, options.out.as_deref());
    if options.json {
        output::print_json(&report)?;
    } else {
        output::print(&report.text(settings.get()))?;
    }
    interrupt::check_kept(&common.control, &kept(&fit, options))
}

/// What is left of fits that were interrupted.
fn kept(fit: &PerLabel, options: &Options) -> String {
    let (done, all) = (fit.fits.len(), fit.data.about.labels.len());
    match &options.out {
        Some(out) => format!("{} has {done} of {all} labels", out.display()),
        None => format!("after {done} of {all} labels; nothing was written, as --out is not given"),
    }
}

impl<'a> Report<'a> {
    fn new(fit: &'a PerLabel, out: Option<&'a Path>) -> Self {
        let truth = fit.test_labels.as_slice();
        // Where labels are left out there is nothing to be right about.
        let is_whole = fit.fits.len() == fit.data.about.labels.len() && !truth.is_empty();
        let accuracy = is_whole.then(|| accuracy(&fit.test.classify(&fit.component_labels), truth));
        let part = |of: &gmmscope::study::LabelFit| LabelPart {
            label: of.label,
            name: fit.data.about.label_names.with_number(of.label),
            samples: of.samples,
            iterations: of.iterations,
            stop: of.stop,
            final_nll: of.final_nll,
            shrinkage: of.shrinkage,
            shrinkage_reach: of.reach,
            seconds: of.time.as_secs_f64(),
        };
        Self {
            out: out.map(Name),
            components: fit.mixture.components(),
            samples: fit.data.sample_indices.len(),
            dim: fit.mixture.dim(),
            labels: fit.fits.iter().map(part).collect(),
            component_labels: &fit.component_labels,
            weights: fit.mixture.weights().as_slice(),
            test_images: truth.len(),
            accuracy,
            test_nll: fit.test.nll(),
            seconds: [("fits", fit.fits.iter().map(|fit| fit.time.as_secs_f64()).sum())].into(),
        }
    }

    fn text(&self, settings: &Settings) -> String {
        let mut table = Table::default();
        let (k, s, d) = (self.components, self.samples, self.dim);
        let each = settings.kmeans.components;
        table.row(
            "mixture",
            format!("K = {k}, {each} for each of {} labels, S = {s}, D = {d}", self.labels.len()),
        );
        for part in &self.labels {
            let LabelPart { samples, iterations, final_nll, shrinkage, shrinkage_reach: reach, .. } = part;
            let shrunk = if *shrinkage > 0.0 {
                format!(", shrinkage {}", words::shrinkage(*shrinkage, *reach, None))
            } else {
                String::new()
            };
            let iterations = words::iterations(*iterations);
            let line = format!("{samples} images, {iterations}, NLL {final_nll:.3} nats per image{shrunk}");
            table.row(&part.name, line);
        }
        if let Some(accuracy) = self.accuracy {
            let share = output::number(100.0 * accuracy, 2);
            table.row("accuracy", format!("{share} % of {} test images", self.test_images));
        }
        if let Some(out) = self.out {
            table.row("wrote", output::file(out.0));
        }
        table.text()
    }
}
