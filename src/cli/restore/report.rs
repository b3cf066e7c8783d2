//! What `gmmscope restore` prints: a table, or JSON.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use gmmscope::files::Restored;
use gmmscope::inverse::{
    Baseline, BaselineQualities, ComparedBaselines, Observation, mean_quality, serialize_psnr,
};
use serde::Serialize;

use crate::cli::output::{self, Name, Table};

/// What was written where.
#[derive(Debug)]
pub struct Written<'a> {
    /// The file of arrays.
    pub out: Option<&'a Path>,
    /// The folder of pictures, and their number.
    pub png: Option<(&'a Path, usize)>,
}

/// One image's numbers.
#[derive(Serialize)]
struct Row<'a> {
    label: Option<u8>,
    /// Where what is observed are pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    observed_pixels: Option<usize>,
    measurements: usize,
    /// In dB.
    #[serde(serialize_with = "serialize_psnr")]
    psnr: Option<f64>,
    ssim: Option<f64>,
    weights: &'a [f64],
    log_evidence: f64,
    /// The share of the free pixels within their intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    covered: Option<f64>,
    /// PSNR and SSIM of other methods, where the image is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    baselines: Option<&'a BaselineQualities>,
}

#[derive(Serialize)]
struct Report<'a> {
    out: Option<Name<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    png: Option<Name<'a>>,
    /// In dB; infinite as soon as one restoration is exact.
    #[serde(serialize_with = "serialize_psnr")]
    mean_psnr: Option<f64>,
    mean_ssim: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<f64>,
    /// The share of the free pixels within their intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    covered: Option<f64>,
    /// The means of other methods, where the images are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    baselines: Option<&'a BaselineQualities>,
    images: Vec<Row<'a>>,
}

/// Prints the restorations, the labels of test images, other methods' on images that are known, and what was written; `level` is the
/// probability of intervals.
pub fn print(
    labels: &[u8],
    restored: &Restored,
    baselines: Option<&ComparedBaselines>,
    level: Option<f64>,
    written: &Written,
    json: bool,
) -> Result<()> {
    let known = restored.truth.is_some();
    let share = |(within, all): (usize, usize)| within as f64 / all as f64;
    let counts: Vec<_> = (0..restored.restorations.len()).map(|image| covered(restored, image)).collect();
    let row = |(image, counts): (usize, &Option<(usize, usize)>)| {
        let (restoration, observation) = (&restored.restorations[image], restored.observation(image));
        Row {
            label: labels.get(image).copied(),
            observed_pixels: observation.and_then(Observation::mask).map(|mask| mask.observed().len()),
            measurements: observation.map_or(0, Observation::measurements),
            psnr: known.then_some(restoration.psnr),
            ssim: known.then_some(restoration.ssim),
            weights: &restoration.weights,
            log_evidence: restoration.log_evidence,
            covered: counts.map(share),
            baselines: baselines.and_then(|all| all.each.get(image)),
        }
    };
    let mean = mean_quality(&restored.restorations);
    let all = counts.iter().copied().collect::<Option<Vec<_>>>();
    let all = all.map(|all| all.into_iter().fold((0, 0), |(a, b), (within, of)| (a + within, b + of)));
    let report = Report {
        out: written.out.map(Name),
        png: written.png.map(|(folder, _)| Name(folder)),
        mean_psnr: known.then_some(mean.psnr),
        mean_ssim: known.then_some(mean.ssim),
        interval: level,
        covered: all.map(share),
        baselines: baselines.map(|all| &all.mean),
        images: counts.iter().enumerate().map(row).collect(),
    };
    if json { output::print_json(&report) } else { output::print(&text(&report, written)) }
}

/// How many free pixels of an image are within their intervals, and of how many.
fn covered(restored: &Restored, image: usize) -> Option<(usize, usize)> {
    let (truth, restoration) = (restored.truth.as_ref()?, &restored.restorations[image]);
    let interval = restoration.interval.as_ref()?;
    let free = (0..truth.nrows()).filter(|&pixel| restoration.std[pixel] > 0.0);
    let within = |pixel: usize| {
        let value = truth[(pixel, image)];
        interval.lower[pixel] <= value && value <= interval.upper[pixel]
    };
    Some(free.fold((0, 0), |(count, all), pixel| (count + usize::from(within(pixel)), all + 1)))
}

/// PSNR with two decimals; "exact" for an infinite one, a dash for one that is not known.
fn decibels(psnr: Option<f64>) -> String {
    match psnr {
        Some(f64::INFINITY) => "exact".to_owned(),
        psnr => output::number(psnr.unwrap_or(f64::NAN), 2),
    }
}

/// Columns of a baseline.
fn width(baseline: Baseline) -> usize {
    baseline.short().len().max(7)
}

fn text(report: &Report, written: &Written) -> String {
    let ssim = |ssim: Option<f64>| output::number(ssim.unwrap_or(f64::NAN), 3);
    let others: Vec<Baseline> = report.baselines.into_iter().flat_map(BTreeMap::keys).copied().collect();
    // Each under its name.
    let columns = |qualities: Option<&BaselineQualities>| -> String {
        let psnr = |name: &Baseline| qualities.and_then(|all| all.get(name)).map(|quality| quality.psnr);
        others.iter().map(|name| format!("  {:>1$}", decibels(psnr(name)), width(*name))).collect()
    };
    let names: String = others.iter().map(|name| format!("  {:>1$}", name.short(), width(*name))).collect();
    let mut text = format!("image  label  observed  PSNR dB    SSIM{names}  component\n");
    for (index, row) in report.images.iter().enumerate() {
        let label = row.label.map_or("-".into(), |label| label.to_string());
        let best = row.weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let best = best.map_or(String::new(), |(k, weight)| format!("{} ({:.1} %)", k + 1, 100.0 * weight));
        let (observed, psnr, ssim) = (row.measurements, decibels(row.psnr), ssim(row.ssim));
        let others = columns(row.baselines);
        text.push_str(&format!(
            "{index:5}  {label:>5}  {observed:8}  {psnr:>7}  {ssim:>6}{others}  {best}\n"
        ));
    }
    if report.mean_psnr.is_some() {
        let (psnr, ssim) = (decibels(report.mean_psnr), ssim(report.mean_ssim));
        let means = columns(report.baselines);
        text.push_str(&format!("{:5}  {:>5}  {:8}  {psnr:>7}  {ssim:>6}{means}\n", "mean", "", ""));
    }
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|name| name.name()).collect();
        text.push_str(&format!("PSNR of others, in dB: {}\n", names.join(", ")));
    }
    let mut table = Table::default();
    if let (Some(level), Some(covered)) = (report.interval, report.covered) {
        let held = format!("hold {} % of the pixels that are not known", output::number(100.0 * covered, 1));
        table.row(format!("{} % intervals", (1e6 * level).round() / 1e4), held);
    }
    if let Some(out) = written.out {
        table.row("wrote", output::file(out));
    }
    if let Some((folder, count)) = written.png {
        table.row("wrote", format!("{count} pictures to {}", folder.display()));
    }
    text.push_str(&table.text());
    text
}
